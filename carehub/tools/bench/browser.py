"""A browser without a screen that signs in at a served door, keeps its connection open and counts what comes back."""

from __future__ import annotations

import gzip
import http.client
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from http.cookies import SimpleCookie
from typing import NamedTuple
from urllib.parse import urlencode

from django_otp.oath import totp

from carehub.tools.demo.cast import PASSWORD
from carehub.tools.doors import LOOPBACK, Door
from carehub.tools.generate.accounts import key_of

CODE_SECONDS, MOMENT = 30, 3


class Reply(NamedTuple):
    """An answer: `sent` counts the body as it came over the wire, `content` is what was packed in it."""

    status: int
    sent: int
    tag: str
    location: str
    seconds: float
    content: bytes


@dataclass
class Browser:
    """One person's browser at one door."""

    door: Door
    username: str
    cookies: dict[str, str] = field(default_factory=dict)
    _wire: http.client.HTTPConnection | None = None

    def ask(self, path: str, fields: dict[str, str] | None = None, *, headers: dict[str, str] | None = None) -> Reply:
        """Send one request on the open connection; a form carries the door's token."""
        method, body, said = "GET", None, {"Accept-Encoding": "gzip", **(headers or {})}
        said["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if fields is not None:
            token = self.cookies.get(f"carehub_{self.door.name}_csrf", "")
            method, body = "POST", urlencode({**fields, "csrfmiddlewaretoken": token})
            said["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        answer = self._send(method, path, body, said)
        content = answer.read()
        seconds = time.perf_counter() - began
        for each in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: found.value for name, found in SimpleCookie(each).items()}
        return Reply(
            answer.status,
            len(content),
            answer.headers.get("ETag", ""),
            answer.headers.get("Location", ""),
            seconds,
            gzip.decompress(content) if answer.headers.get("Content-Encoding") == "gzip" else content,
        )

    def _send(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> http.client.HTTPResponse:
        """Send on the kept connection, once more on a new one when the server has closed it meanwhile."""
        for is_last in (False, True):
            if self._wire is None:
                self._wire = http.client.HTTPConnection(LOOPBACK, self.door.port, timeout=60)
            try:
                self._wire.request(method, path, body, headers)
                return self._wire.getresponse()
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                self.close()
                if is_last:
                    raise
        raise AssertionError

    def sign_in(self) -> None:
        """Pass both factors, as somebody does in the morning. Raises RuntimeError."""
        self.ask("/sign-in")
        first = self.ask("/sign-in", {"username": self.username, "password": PASSWORD})
        second = self._send_code()
        if second.status == HTTPStatus.UNPROCESSABLE_ENTITY:
            # Whoever was here less than half a minute ago has used this code; after a wrong one they wait a moment.
            time.sleep(CODE_SECONDS - time.time() % CODE_SECONDS + MOMENT)
            second = self._send_code()
        if not (first.status == second.status == HTTPStatus.FOUND) or self.ask("/my-account").status != HTTPStatus.OK:
            msg = f"{self.username} cannot sign in at the {self.door.name} door: {first.status}, {second.status}."
            raise RuntimeError(msg)

    def _send_code(self) -> Reply:
        return self.ask("/sign-in/code", {"code": f"{totp(key_of(self.username)):06d}"})

    def close(self) -> None:
        if self._wire is not None:
            self._wire.close()
            self._wire = None
