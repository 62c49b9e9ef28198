"""Answers /alive, /readyz and /metrics on a port of the loopback, in a thread of its own.

Of several workers of a door one holds the port; when it ends, another takes it within seconds. They all read the same
databases, so each answers alike.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterable
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings
from django.db import connections
from prometheus_client import CollectorRegistry, make_wsgi_app

from carehub import readiness
from carehub.observing.figures import Figures

LOOPBACK = "127.0.0.1"
# How long one question may take to be asked, and how soon a port that was taken is tried again.
PATIENCE = 5
AGAIN = 10.0

logger = logging.getLogger("carehub.observing")


class Quiet(WSGIRequestHandler):
    """Writes no line for each scrape, and waits for nobody."""

    timeout = PATIENCE

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""

    def address_string(self) -> str:
        """Ask no name server."""
        return str(self.client_address[0])


class OneAtATime(WSGIServer):
    """Holds a connection to a database only while it answers."""

    def finish_request(self, request: Any, client_address: Any) -> None:
        try:
            super().finish_request(request, client_address)
        finally:
            connections.close_all()


def registry() -> CollectorRegistry:
    """Return our figures alone: none of the interpreter's, which tell of load."""
    found = CollectorRegistry(auto_describe=False)
    found.register(Figures())
    return found


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer one question."""
    path, method = environ.get("PATH_INFO", ""), environ.get("REQUEST_METHOD")
    if method not in {"GET", "HEAD"}:
        return _plain(start_response, "405 Method Not Allowed", "Only asked, never told.\n")
    if path == "/metrics":
        answer: Iterable[bytes] = make_wsgi_app(registry(), disable_compression=True)(environ, start_response)
        return answer
    if path == "/readyz":
        is_ready, lines = readiness.told()
        return _plain(start_response, "200 OK" if is_ready else "503 Service Unavailable", lines)
    if path == "/alive":
        return _plain(start_response, "200 OK", "ok\n")
    return _plain(start_response, "404 Not Found", "/alive, /readyz and /metrics are here.\n")


def _plain(start_response: Any, status: str, text: str) -> list[bytes]:
    start_response(status, [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")])
    return [text.encode()]


def begin(port: int | None = None) -> threading.Thread | None:
    """Answer on the port from now on, for as long as the process lives; on none where none is set."""
    wanted = settings.CAREHUB_METRICS_PORT if port is None else port
    if not wanted:
        return None
    thread = threading.Thread(target=_hold, args=[wanted, threading.Event()], name="observing", daemon=True)
    thread.start()
    return thread


def opened(port: int) -> WSGIServer:
    """Take the port. Raises OSError when somebody has it."""
    return make_server(LOOPBACK, port, application, OneAtATime, Quiet)


def _hold(port: int, never: threading.Event) -> None:
    while True:
        with contextlib.suppress(OSError), opened(port) as server:
            server.serve_forever()
        never.wait(AGAIN)
