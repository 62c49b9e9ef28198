"""A prison's host that can vanish: a network of its own (a namespace of Linux), in which a relay leads to its database.

Its cable can be pulled, so that no packet comes and no connection is closed, as when a host loses its current.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit, urlunsplit

from carehub.tools.leash import ending_with_us

HERE, THERE, PORT = "10.213.7.1", "10.213.7.2", 5432
RELAY = """
import asyncio, sys
async def carry(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data); await writer.drain()
    except OSError:
        pass
    writer.close()
async def one(reader, writer):
    inner = await asyncio.open_unix_connection(sys.argv[1])
    await asyncio.gather(carry(reader, inner[1]), carry(inner[0], writer), return_exceptions=True)
async def main():
    await (await asyncio.start_server(one, sys.argv[2], int(sys.argv[3]))).serve_forever()
asyncio.run(main())
"""


@dataclass
class Host:
    """The host, its cable and its relay."""

    name: str
    cable: str
    socket: str
    relay: subprocess.Popen[bytes] | None = None

    def start_relay(self) -> None:
        command = ["ip", "netns", "exec", self.name, sys.executable, "-c", RELAY, self.socket, THERE, str(PORT)]
        self.relay = subprocess.Popen(command, preexec_fn=ending_with_us())

    def cut(self) -> None:
        """Close all connections at once; a new relay takes new ones."""
        self.end_relay()
        self.start_relay()

    def end_relay(self) -> None:
        if self.relay is not None:
            self.relay.send_signal(signal.SIGKILL)
            self.relay.wait()

    def pull(self) -> None:
        _ip("link", "set", self.cable, "down")

    def plug(self) -> None:
        _ip("link", "set", self.cable, "up")

    def address(self, address: str) -> str:
        """Return the address of a database as it is reached over the cable."""
        parts = urlsplit(address)
        login = parts.netloc.rpartition("@")[0]
        return urlunsplit(parts._replace(netloc=f"{login}@{THERE}:{PORT}"))


def why_not() -> str:
    """Say why there can be no such host here; "" when there can."""
    if os.geteuid() != 0:
        return "only root can make a network of its own"
    return "" if shutil.which("ip") else "there is no program ip here"


@contextmanager
def host(address: str) -> Iterator[Host]:
    """Make the host, and take it away at the end. `address` is that of a database on a local socket."""
    tag = f"ch{os.getpid()}"
    folder = unquote(urlsplit(address).netloc.rpartition("@")[2])
    made = Host(tag, f"{tag}a", f"{folder}/.s.PGSQL.5432")
    _ip("netns", "add", tag)
    try:
        _ip("link", "add", made.cable, "type", "veth", "peer", "name", f"{tag}b", "netns", tag)
        _ip("address", "add", f"{HERE}/30", "dev", made.cable)
        made.plug()
        _ip("netns", "exec", tag, "ip", "address", "add", f"{THERE}/30", "dev", f"{tag}b")
        _ip("netns", "exec", tag, "ip", "link", "set", f"{tag}b", "up")
        made.start_relay()
        yield made
    finally:
        made.end_relay()
        _ip("netns", "delete", tag)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)  # noqa: S607 (root's own PATH)
