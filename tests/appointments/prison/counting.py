"""What one request of an officer asks of the prison's database, without the courier, who was there just before."""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.test.utils import CaptureQueriesContext

from tests.doors import DoorClient, carry


def asked(browser: DoorClient, address: str, **extra: Any) -> tuple[Any, list[str]]:
    """Return the answer to a GET, and the SQL that it took."""
    carry()
    served, browser.is_served = browser.is_served, False
    try:
        with CaptureQueriesContext(connections["prison"]) as queries:
            response = browser.get(address, **extra)
    finally:
        browser.is_served = served
    return response, [query["sql"] for query in queries]
