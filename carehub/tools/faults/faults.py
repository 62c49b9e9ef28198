"""Each fault: what is broken, for how long, and what follows. Traffic goes on meanwhile."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from access.models import Building
from appointments.courier import lease, rounds
from appointments.models import Movement
from carehub.tools.faults.broken import READY_SECONDS, CourierProcess, Database, broken_off_everywhere
from carehub.tools.faults.traffic import Result, Traffic

WORKS = 4.0


@dataclass
class Trial:
    """What a fault is tried on."""

    traffic: Traffic
    care: Database
    prison: Database
    # How long a database stays away.
    away: float
    kills: int

    @contextmanager
    def courier(self) -> Iterator[CourierProcess]:
        """Run one courier, from when it listens; end it at the end."""
        process = self.started()
        try:
            yield process
        finally:
            process.end()

    def started(self) -> CourierProcess:
        process, until = CourierProcess(), time.monotonic() + READY_SECONDS
        with psycopg.connect(self.prison.address, autocommit=True) as connection:
            before = self.listening(connection)
            while self.listening(connection) <= before:
                if time.monotonic() > until or process.process.poll() is not None:
                    raise RuntimeError("The courier did not begin to listen.")
                time.sleep(0.05)
        return process

    def listening(self, connection: psycopg.Connection[tuple[int]]) -> int:
        """How many couriers have come so far as to work: each has two connections to the hospital's database then."""
        found = connection.execute(
            "SELECT FROM pg_stat_activity WHERE application_name = 'carehub-courier' AND datname = %s", [self.care.name]
        )
        return len(found.fetchall()) // 2

    def with_courier(self, broken: Callable[[CourierProcess], object]) -> Result:
        """Break something while a courier runs and the traffic goes on; see what has arrived in the end."""
        with self.courier() as process:
            with self.traffic.going():
                time.sleep(WORKS)
                broken(process)
                time.sleep(WORKS)
            return self.traffic.settle()


def nothing_broken(trial: Trial) -> Result:
    """For comparison."""
    return trial.with_courier(lambda _process: time.sleep(trial.away))


def killed_at_each_step(trial: Trial) -> Result:
    """A round for each of its statements, broken off before it and after it, in this process."""
    lease.give_back_all()
    rounds.go("prison")

    def something_to_carry() -> None:
        trial.traffic.begin_a_minute()
        for _time in range(3):
            trial.traffic.step()
        trial.traffic.alert()

    broken_off_everywhere(lambda: rounds.go("prison"), before_each=something_to_carry, aliases=("default", "prison"))
    rounds.go("prison")
    trial.traffic.late = 0.0
    return trial.traffic.settle()


def killed_at_random(trial: Trial) -> Result:
    """SIGKILL, again and again, at moments of chance; the next does not wait for the dead one's lease."""
    chance = random.Random(4)  # noqa: S311 (the same moments each time)
    with trial.traffic.going():
        for _time in range(trial.kills):
            process = trial.started()
            time.sleep(chance.uniform(0.0, 1.5))
            process.end(signal.SIGKILL)
            lease.give_back_all()
    with trial.courier():
        return trial.traffic.settle()


def killed_beside_another(trial: Trial) -> Result:
    """Two run; the one that acts is killed, and the other takes over when the lease has run out."""
    first = trial.started()
    with trial.courier():
        with trial.traffic.going():
            time.sleep(WORKS)
            first.end(signal.SIGKILL)
            time.sleep(lease.HOLDS.total_seconds() + WORKS)
        return trial.traffic.settle()


def stopped_and_started(trial: Trial) -> Result:
    """SIGTERM, as a new version is installed."""

    def renewed(_process: CourierProcess) -> None:
        second = trial.started()
        _process.end()
        time.sleep(WORKS)
        third = trial.started()
        second.end()
        time.sleep(WORKS)
        third.end()

    with trial.traffic.going():
        renewed(trial.started())
    with trial.courier():
        return trial.traffic.settle()


def held_up(trial: Trial) -> Result:
    """One is stopped in the middle (SIGSTOP) for longer than its lease, another acts, the first goes on."""
    first = trial.started()
    with trial.courier():
        with trial.traffic.going():
            time.sleep(WORKS)
            first.tell(signal.SIGSTOP)
            time.sleep(lease.HOLDS.total_seconds() + WORKS)
            first.tell(signal.SIGCONT)
            time.sleep(WORKS)
        first.end()
        return trial.traffic.settle()


def hospital_down(trial: Trial) -> Result:
    """Officers go on tapping."""

    def away(_process: CourierProcess) -> None:
        trial.care.shut()
        time.sleep(trial.away)
        trial.care.open()

    return trial.with_courier(away)


def prison_down(trial: Trial) -> Result:
    """The unit goes on writing and withdrawing lines."""

    def away(_process: CourierProcess) -> None:
        trial.prison.shut()
        time.sleep(trial.away)
        trial.prison.open()

    return trial.with_courier(away)


def renamed_while_away(trial: Trial) -> Result:
    """Two buildings change names with each other while no courier runs."""
    here = Building.objects.filter(establishment=trial.traffic.establishment)
    (one, name), (other, other_name) = here.order_by("pk").values_list("pk", "name")[:2]
    with trial.traffic.going():
        time.sleep(WORKS)
        for key, new in ((one, "~"), (other, name), (one, other_name)):
            here.filter(pk=key).update(name=new)
    with trial.courier():
        result = trial.traffic.settle()
    there = Building.objects.using("prison").filter(pk__in=[one, other])
    wrong = dict(there.values_list("pk", "name")) != {one: other_name, other: name}
    return Result(result.sent, result.lost + wrong, result.doubled, result.late)


def withdrawn_while_away(trial: Trial) -> Result:
    """All lines are withdrawn at care while officers still have the list and tap on it."""
    with trial.courier():
        trial.traffic.settle()
    Movement.objects.filter(establishment=trial.traffic.establishment).delete()
    trial.traffic.waiting["line"].clear()
    with trial.traffic.going():
        time.sleep(WORKS)
    with trial.courier():
        return trial.traffic.settle()


def restored(trial: Trial) -> Result:
    """The prison's database comes from a backup; what had been brought by then stays at care."""
    with trial.courier():
        with trial.traffic.going():
            time.sleep(WORKS)
        with trial.prison.kept_as_backup():
            with trial.traffic.going():
                # A backup is known by its heartbeat, which beats on a grid.
                time.sleep(WORKS + rounds.BEAT.total_seconds())
            trial.traffic.settle()
        trial.prison.open()
        return trial.traffic.settle()


ALL: dict[str, tuple[str, Callable[[Trial], Result]]] = {
    "none": ("nothing broken", nothing_broken),
    "steps": ("broken off before and after each statement of a round", killed_at_each_step),
    "killed": ("courier killed at random", killed_at_random),
    "takeover": ("courier killed, a second one beside it", killed_beside_another),
    "stopped": ("courier stopped and started again", stopped_and_started),
    "held-up": ("courier held up for longer than its lease", held_up),
    "hospital-down": ("hospital’s database down", hospital_down),
    "prison-down": ("prison’s database down", prison_down),
    "renamed": ("two buildings swap names while the courier is away", renamed_while_away),
    "withdrawn": ("taps on lines withdrawn meanwhile", withdrawn_while_away),
    "restored": ("prison’s database restored from a backup", restored),
}
