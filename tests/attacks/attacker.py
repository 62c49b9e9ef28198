"""What somebody without any account sends to a door: a bare client over TCP or a Unix socket, and a flood.

Python alone, and nothing of the product: `python attacker.py DOOR LOOPS SECONDS` floods from a process of its own, says
"flooding" once the first answer has come, and at the end how often each status came.
"""

from __future__ import annotations

import http.client
import json
import socket
import sys
import threading
import time
from http.cookies import SimpleCookie
from urllib.parse import urlencode


class OverSocket(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(60)
        self.sock.connect(self.path)


class Attacker:
    """A browser without a screen, with its own cookies. `door` is a port or the path of a socket."""

    def __init__(self, door: str) -> None:
        self.door, self.cookies, self.cookie = door, {}, "carehub_care_csrf"

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        to = (
            OverSocket(self.door)
            if self.door.startswith("/")
            else http.client.HTTPConnection("localhost", int(self.door), timeout=60)
        )
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Accept-Language": "en",
        }
        body = None
        if fields is not None:
            body = urlencode({**fields, "csrfmiddlewaretoken": self.cookies.get(self.cookie, "")})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            to.request(method, path, body, headers)
            answer = to.getresponse()
            text = answer.read().decode()
        finally:
            to.close()
        for said in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: found.value for name, found in SimpleCookie(said).items()}
        self.location = answer.headers.get("Location", "")
        return answer.status, text

    def guess(self, username: str, password: str, **more: str) -> int:
        if self.cookie not in self.cookies:
            self.ask("GET", "/sign-in")
        return self.ask("POST", "/sign-in", {"username": username, "password": password, **more})[0]


def flood(door: str, loops: int, seconds: float) -> dict[int, int]:
    """Guess in so many loops at once for so long; return how often each status came."""
    ends, counts, lock = time.monotonic() + seconds, {}, threading.Lock()

    def loop(nth: int) -> None:
        attacker, round_ = Attacker(door), 0
        while time.monotonic() < ends:
            round_ += 1
            try:
                status = attacker.guess(f"name{nth}-{round_}", "wrong")
            except OSError:
                status = 0
            with lock:
                if not counts:
                    print("flooding", flush=True)  # noqa: T201 its report
                counts[status] = counts.get(status, 0) + 1

    threads = [threading.Thread(target=loop, args=(nth,)) for nth in range(loops)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return counts


if __name__ == "__main__":
    print(json.dumps(flood(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))))  # noqa: T201 its report
