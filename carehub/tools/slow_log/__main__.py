"""python -m carehub.tools.slow_log: prints how many lines a second are committed, for some numbers of houses."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from carehub.tools.embedded import Cluster, environment, place, server, start
from carehub.tools.failover.pair import settled_home
from carehub.tools.parts import part, say
from carehub.tools.slow_log.disk import compiler, slowed

COMMAND = "slow_log_part"
HOUSES, CLIENTS, SECONDS, MILLISECONDS = (1, 8, 24, 187), 40, 20, 5.0
# One page view that reads people: one line, one commit.
SCRIPT = """\\set house random(:first, :last)
SELECT access_write_lines(ARRAY[:account]::bigint[], ARRAY['read'], ARRAY['appointment'], ARRAY['x'],
    ARRAY[:house]::bigint[]);
"""
RATE = re.compile(r"tps = ([\d.]+)")
LATENCY = re.compile(r"latency average = ([\d.]+) ms")


def main() -> int:
    options = parser().parse_args()
    if compiler() is None and options.milliseconds:
        sys.exit("A slow disk is made with a C compiler, and there is none here (Debian: apt-get install gcc).")
    home = settled_home(Path(tempfile.mkdtemp(prefix="carehub-slow-log.", dir="/var/tmp")))
    try:
        cluster = start(home / "server", durable=True, fresh=True)
        try:
            world = json.loads(part(environment(cluster.urls), COMMAND, "world", str(max(options.houses))))
            restart_on_a_slow_disk(cluster, home, options.milliseconds)
            say(
                f"fsync {options.milliseconds:g} ms later, {options.clients} connections; load {os.getloadavg()[0]:.1f}"
            )
            say("| houses | lines committed a second | each waits, ms |")
            say("|---:|---:|---:|")
            for houses in options.houses:
                say(measured(cluster, home, world, houses, options))
            broken = json.loads(part(environment(cluster.urls), COMMAND, "count"))
            say(f"Lines: {broken['lines']:,}; rules of the log that are broken: {broken['broken']}.")
            return int(broken["broken"] > 0)
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def restart_on_a_slow_disk(cluster: Cluster, home: Path, milliseconds: float) -> None:
    assert cluster.process is not None  # noqa: S101 (it was started)
    server.stop(cluster.process)
    with slowed(home, milliseconds):
        cluster.launch()


def measured(cluster: Cluster, home: Path, world: dict[str, int], houses: int, options: argparse.Namespace) -> str:
    script = home / "script.sql"
    script.write_text(SCRIPT, encoding="utf-8")
    said = {"first": world["first"], "last": world["first"] + houses - 1, "account": world["account"]}
    command = [str(place.client_programs() / "pgbench"), "--no-vacuum", "--file", str(script)]
    command += ["--client", str(options.clients), "--jobs", "2", "--time", str(options.seconds)]
    command += [f"--define={name}={value}" for name, value in said.items()]
    done = subprocess.run([*command, cluster.urls["care"]], capture_output=True, text=True, check=False)
    rate, latency = RATE.search(done.stdout), LATENCY.search(done.stdout)
    if rate is None or latency is None:
        sys.exit(f"pgbench: {done.stderr.strip()[-1000:]}")
    stopped = " (stopped at the minute's 6,000 lines)" if "log_lines_a_minute" in done.stderr + done.stdout else ""
    stopped = stopped or (" (stopped)" if done.returncode else "")
    return f"| {houses} | {float(rate[1]):,.0f}{stopped} | {float(latency[1]):.1f} |"


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m carehub.tools.slow_log", description=__doc__)
    made.add_argument("--houses", type=int, nargs="+", default=list(HOUSES), help="over how many houses")
    made.add_argument("--clients", type=int, default=CLIENTS, help="how many connections (40)")
    made.add_argument("--seconds", type=int, default=SECONDS, help="how long each is measured (20)")
    made.add_argument("--milliseconds", type=float, default=MILLISECONDS, help="how slow the disk is (5)")
    return made


if __name__ == "__main__":
    sys.exit(main())
