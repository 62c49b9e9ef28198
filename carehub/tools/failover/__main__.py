"""python -m carehub.tools.failover: kills a primary under load, promotes its replica, and prints what became of it."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from carehub.tools.doors import MANAGE, environment_of
from carehub.tools.embedded import server
from carehub.tools.failover.pair import Pair, pair, settled_home
from carehub.tools.leash import ending_with_us
from carehub.tools.parts import part, say

# How long they book before the primary dies, and after the first of them has been answered again.
BEFORE, AFTER = 8.0, 4.0
HEALED_WITHIN = 60.0
COMMAND = "failover_part"
HEADINGS = "| round | acknowledged | found on asking again | lost | doubled | half-written | seconds to heal |"


@dataclass
class Bookers:
    """The processes that book, and what each has been told so far."""

    pair: Pair
    logs: Path
    count: int
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        variables = environment_of(
            "care", {**server.clean_environment(), **self.pair.variables(), "CAREHUB_ENV": "test"}
        )
        for number in range(self.count):
            skip = len(self.told(number))
            command = [sys.executable, str(MANAGE), COMMAND, "book", "--number", str(number)]
            with (self.logs / f"booker{number}").open("ab") as out, (self.logs / "errors.log").open("ab") as errors:
                self.running.append(
                    subprocess.Popen(
                        [*command, "--of", str(self.count), "--skip", str(skip)],
                        env=variables,
                        stdin=subprocess.DEVNULL,
                        stdout=out,
                        stderr=errors,
                        preexec_fn=ending_with_us(),
                    )
                )

    def told(self, number: int) -> list[str]:
        file = self.logs / f"booker{number}"
        whole = file.read_text(encoding="utf-8").splitlines(keepends=True) if file.exists() else []
        return [line for line in whole if line.endswith("\n")]

    def all_told(self) -> list[str]:
        return [line for number in range(self.count) for line in self.told(number)]

    def told_since(self, instant: float) -> bool:
        return any(float(line.split()[4]) > instant for line in self.all_told())

    def wait_until_told(self, since: float, *, seconds: float = HEALED_WITHIN) -> float | None:
        """Return when somebody was told something again, in seconds after `since`."""
        while time.time() < since + seconds:
            if self.told_since(since):
                return min(at for line in self.all_told() if (at := float(line.split()[4])) > since) - since
            time.sleep(0.05)
        return None

    def stop(self) -> None:
        """End them as they stand: what is not yet told is nobody's word."""
        for each in self.running:
            each.kill()
            each.wait()
        self.running.clear()


def main() -> int:
    options = parser().parse_args()
    home = settled_home(Path(tempfile.mkdtemp(prefix="carehub-failover.", dir="/var/tmp")))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with ExitStack() as stack:
            servers = stack.enter_context(pair(home, is_synchronous=not options.blind))
            part(servers.variables(), COMMAND, "world")
            bookers = Bookers(servers, home, options.bookers)
            stack.callback(bookers.stop)
            say(HEADINGS)
            say("|---|---:|---:|---:|---:|---:|---:|")
            results = []
            for number in range(1, options.rounds + 1):
                if number > 1:
                    servers.begin_again()
                done = one_round(number, servers, bookers, seconds=options.seconds, is_blind=options.blind)
                results.append(done)
        return 0 if all(results) else 1
    finally:
        shutil.rmtree(home, ignore_errors=True)


def one_round(number: int, servers: Pair, bookers: Bookers, *, seconds: float, is_blind: bool) -> bool:
    before = len(bookers.all_told())
    bookers.start()
    if bookers.wait_until_told(time.time()) is None:
        sys.exit(f"Nobody books: {(bookers.logs / 'errors.log').read_text(encoding='utf-8')[-2000:]}")
    time.sleep(seconds)
    if is_blind:
        # For comparison: a standby that has not heard of the last second, and nobody who waits for it.
        servers.part()
        time.sleep(1)
    servers.primary.kill()
    died = time.time()
    servers.promote()
    healed = bookers.wait_until_told(died)
    time.sleep(AFTER)
    bookers.stop()
    found = json.loads(part(servers.variables(), COMMAND, "count", text="".join(bookers.all_told())))
    late = "never" if healed is None else f"{healed:.1f}"
    told = len(bookers.all_told()) - before
    say(f"| {number} | {told} | {found['found']} | {found['lost']} | {found['doubled']} | {found['half']} | {late} |")
    return healed is not None and not (found["lost"] or found["doubled"] or found["half"])


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m carehub.tools.failover", description=__doc__)
    made.add_argument("--rounds", type=int, default=3, help="how many primaries die (3)")
    made.add_argument("--bookers", type=int, default=3, help="how many processes book (3)")
    made.add_argument("--seconds", type=float, default=BEFORE, help="how long they book before it dies (8)")
    made.add_argument("--blind", action="store_true", help="without synchronous commit: shows that losses are seen")
    return made


if __name__ == "__main__":
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    sys.exit(main())
