"""The worker of gunicorn that doors are served by: its threads, and lines for strangers at the sign-in page.

Who waits in a line holds a connection and no thread; nobody who is signed in, or sits at a computer that the door
knows, stands in one. So a flood of sign-ins is slowed down to the pace of the lines before anything is spent on it:
whoever floods waits for answers as everybody does (docs/adr/0035).
"""

from __future__ import annotations

import select
import selectors
import socket
import time
from collections import deque
from concurrent.futures import Future
from functools import partial
from typing import Any

from gunicorn import util
from gunicorn.http import wsgi
from gunicorn.workers.gthread import ThreadWorker

from access.turns import PACES, Line, Wish

# Whoever finds no place in a line hears so after some seconds; of those so many are kept, the others hear it at once.
LATE_SECONDS, LATE_PLACES = 5.0, 400
# For so long a stranger whose turn it is may keep the others waiting for a form that should be there by now.
PATIENCE_SECONDS = 1.0
# For so long the door listens to whoever has been answered and does not hang up.
PARTING_SECONDS, PARTING_PLACES = 2.0, 400
GONE = select.POLLRDHUP | select.POLLHUP | select.POLLERR if hasattr(select, "POLLRDHUP") else select.POLLHUP


class DoorWorker(ThreadWorker):  # type: ignore[misc] # gunicorn has no annotations
    """Overrides public methods of gunicorn alone. Its main thread does all but `handle*`, `serve` and `refuse`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines: dict[Wish, Line[Any]] = {wish: Line(pace=pace) for wish, pace in PACES.items()}
        self.late: deque[tuple[float, Any]] = deque()
        self.parting: deque[Any] = deque()

    def load_wsgi(self) -> None:
        super().load_wsgi()
        # It reads the settings, which gunicorn's first process has not got.
        from access import rush

        self.rush = rush

    def handle(self, conn: Any) -> Any:
        conn.waits = None
        return super().handle(conn)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Serve a request, or note that its connection has to stand in a line, with nothing of it done."""
        environ = what_is_asked(req, conn, self.rush.sign_in_path())
        wish = self.rush.wish_of(environ) if environ else None
        if environ is None or wish is None:
            return super().handle_request(req, conn)
        conn.waits = (wish, self.rush.address_in(environ), req)
        return False

    def finish_request(self, conn: Any, fs: Future[Any]) -> None:
        waits = None if fs.cancelled() or fs.exception() else conn.waits
        if waits is None:
            self.keep_or_part(conn, fs)
            return
        wish, address, _req = waits
        if not (self.lines[wish].join(conn, address) or self.join_after_clearing(self.lines[wish], conn, address)):
            self.put_off(conn)
        self.call_up()

    def join_after_clearing(self, line: Line[Any], conn: Any, address: str) -> bool:
        for gone in line.clear_of(is_gone):
            self.forget(gone)
        return line.join(conn, address)

    def put_off(self, conn: Any) -> None:
        if len(self.late) < LATE_PLACES:
            self.late.append((time.monotonic() + LATE_SECONDS, conn))
        else:
            self.begin(self.refuse, conn)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        now = time.monotonic()
        waits = [left for line in self.lines.values() if (left := line.seconds_left(now)) is not None]
        if self.late:
            waits.append(max(0.0, self.late[0][0] - now))
        super().wait_for_and_dispatch_events(min([timeout, *waits]))
        self.call_up()

    def call_up(self) -> None:
        """Let in whose turn it is, and answer those who have waited for a place in vain."""
        now = time.monotonic()
        for line in self.lines.values():
            while (conn := line.call(now)) is not None:
                if not is_gone(conn):
                    self.begin(self.serve, conn, line)
                    break
                line.leave(now, was_served=False)
                self.forget(conn)
        while self.late and self.late[0][0] <= now:
            conn = self.late.popleft()[1]
            self.forget(conn) if is_gone(conn) else self.begin(self.refuse, conn)

    def begin(self, work: Any, conn: Any, line: Line[Any] | None = None) -> None:
        done = partial(self.method_queue.defer, self.finish_turn, conn, line)
        self.tpool.submit(work, conn).add_done_callback(done)

    def finish_turn(self, conn: Any, line: Line[Any] | None, fs: Future[Any]) -> None:
        if line is not None:
            line.leave(time.monotonic())
        conn.waits = None
        self.keep_or_part(conn, fs)
        self.call_up()

    def keep_or_part(self, conn: Any, fs: Future[Any]) -> None:
        """Do as gunicorn does, but for saying good-bye: its loop would wait for whoever does not hang up."""
        if fs.cancelled() or fs.exception() or fs.result() is not False:
            super().finish_request(conn, fs)
            return
        try:
            conn.sock.settimeout(0)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self.forget(conn)
            return
        if len(self.parting) >= PARTING_PLACES:
            self.forget(conn)
            return
        conn.timeout = time.monotonic() + PARTING_SECONDS
        self.parting.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.hear_out, conn))

    def hear_out(self, conn: Any, sock: Any) -> None:
        """Take in what is still said, so that the answer arrives whole, until the other end hangs up."""
        try:
            is_over = not sock.recv(65_536)
        except BlockingIOError:
            return
        except OSError:
            is_over = True
        if is_over:
            self.parting.remove(conn)
            self.hang_up(conn)

    def murder_pending(self) -> None:
        super().murder_pending()
        while self.parting and self.parting[0].timeout <= time.monotonic():
            self.hang_up(self.parting.popleft())

    def hang_up(self, conn: Any) -> None:
        self.poller.unregister(conn.sock)
        self.forget(conn)

    def forget(self, conn: Any) -> None:
        self.nr_conns -= 1
        conn.close()

    def serve(self, conn: Any) -> bool:
        req = conn.waits[-1]
        conn.sock.settimeout(PATIENCE_SECONDS)
        try:
            is_kept = super().handle_request(req, conn)
            # What nobody has read of it would be taken for the next request.
            return bool(is_kept and conn.parser.finish_body(deadline=time.monotonic() + PATIENCE_SECONDS))
        except (OSError, StopIteration) as error:
            self.log.debug("A stranger went away: %s", error)
        except Exception as error:  # noqa: BLE001 as gunicorn does: nothing may end a thread of its pool
            self.handle_error(req, conn.sock, conn.client, error)
        return False

    def refuse(self, conn: Any) -> bool:
        """Say that very many people are signing in, and close: what was sent is not even read."""
        conn.sock.settimeout(PATIENCE_SECONDS)
        try:
            answer, _environ = wsgi.create(conn.waits[-1], conn.sock, conn.client, conn.server, self.cfg)
            answer.force_close()
            for part in self.rush.turned_away(answer.start_response):
                answer.write(part)
            answer.close()
        except OSError as error:
            self.log.debug("A stranger went away: %s", error)
        return False


def what_is_asked(req: Any, conn: Any, path: str) -> dict[str, str] | None:
    """Return of a request for `path` what tells a stranger; None for any other, which is in a hurry."""
    if util.unquote_to_wsgi_str(req.path or "") != path:
        return None
    environ = {"REQUEST_METHOD": req.method, "PATH_INFO": path, "QUERY_STRING": req.query or ""}
    for name, value in req.headers:
        environ[f"HTTP_{name.replace('-', '_')}"] = value
    environ["REMOTE_ADDR"] = conn.client[0] if isinstance(conn.client, tuple) else ""
    return environ


def is_gone(conn: Any) -> bool:
    """Whether nobody is at the other end any more: whoever left an attacker's queue, say."""
    if not hasattr(select, "poll"):
        return False
    found = select.poll()
    found.register(conn.sock, GONE)
    return bool(found.poll(0))
