"""A real identity provider beside the tests, and a browser that goes there and comes back."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests
from django.test import override_settings

from access.provider import client
from carehub.tools.leash import ending_with_us
from tests.doors import DoorClient

ROOT = Path(__file__).resolve().parent.parent.parent
SERVER = Path(__file__).with_name("server.mjs")
BACK = "http://testserver/sign-in/provider/back"
SECRET = "a secret of thirty-two characters"


@dataclass
class Hospital:
    """The provider as the tests hold it."""

    issuer: str

    def says(self, **what: Any) -> None:
        """Say who signs in next (account, claims), what the token says (set), how it is signed (sign)."""
        assert requests.post(f"{self.issuer}/test", json=what, timeout=5).ok

    def settings(self, **more: str) -> dict[str, str]:
        from django.conf import settings

        own = {"ISSUER": self.issuer, "NAME": "CH Nord", "CLIENT_ID": "carehub", "CLIENT_SECRET": SECRET}
        return {**settings.CAREHUB_OIDC, **own, **more}

    def answer(self, to: str) -> str:
        """Go where the door sends the browser, and return the address to which the provider sends it back."""
        browser = requests.Session()
        for _hop in range(8):
            response = browser.get(to, allow_redirects=False, timeout=5)
            assert response.is_redirect, response.text[:2000]
            to = urljoin(to, response.headers["Location"])
            if to.startswith(BACK):
                parts = urlsplit(to)
                return f"{parts.path}?{parts.query}"
        pytest.fail(f"The provider never sent anybody back: {to}")

    def round_trip(self, browser: DoorClient, start: str = "/sign-in/provider") -> Any:
        """Click the button, be recognised there, come back."""
        there = browser.get(start)
        assert there.status_code == 302, there.content.decode()[:2000]
        assert parse_qs(urlsplit(there.url).query)["code_challenge_method"] == ["S256"]
        return browser.get(self.answer(there.url))


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture(scope="session")
def running_provider() -> Iterator[str]:
    """The provider's address. Node.js is the machine's, or the one that the Makefile brings."""
    port = str(free_port())
    node = [shutil.which("node") or "sh", *([] if shutil.which("node") else ["scripts/node.sh"])]
    process = subprocess.Popen(
        [*node, str(SERVER), port, BACK],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        preexec_fn=ending_with_us(),
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == b"ready\n"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.stdout.close()
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture
def hospital(running_provider: str) -> Iterator[Hospital]:
    """The provider, set whole at the care door, with nothing remembered of the test before."""
    hospital = Hospital(running_provider)
    hospital.says()
    client.client_of.cache_clear()
    with override_settings(CAREHUB_OIDC=hospital.settings()):
        yield hospital


@pytest.fixture
def trusting() -> Callable[..., Any]:
    return lambda *words: override_settings(CAREHUB_OIDC_TRUSTED=list(words))
