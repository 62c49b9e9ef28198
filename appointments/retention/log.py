"""Forgets the oldest lines of the access log: of the hospital's database, and of each prison's, chain by chain.

A chain goes on from the digest of the last line that was forgotten, so that what is kept can still be checked
(`manage.py verify_integrity`). The database refuses to forget a line of the last six months, and any out of its turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from access.models import Establishment
from appointments.arithmetic.timegrid import local_midnights
from appointments.models.enums.retention import PERIODS, RetentionKind
from appointments.retention.periods import kept_since, months_of
from appointments.retention.purge import BATCHES_A_NIGHT, day_of, note

# So many go while their chain is locked: whoever opens a page there waits for it.
BATCH = 1_000
DOORS = "SELECT door FROM access_auditchain WHERE establishment_id = %s ORDER BY door"
COUNT = """
    SELECT count(*) FROM access_auditentry e JOIN access_auditchain c
        ON c.establishment_id = coalesce(e.establishment_id, 0) AND c.door = e.door
    WHERE coalesce(e.establishment_id, 0) = %s AND e.at < %s AND e.id < c.last_id"""


@dataclass(frozen=True)
class Chains:
    """The chains of one establishment, or of none, and from when on their lines are kept."""

    establishment: Establishment | None
    before: date

    @property
    def place(self) -> int:
        return self.establishment.pk if self.establishment else 0

    @property
    def instant(self) -> datetime:
        if self.establishment is None:
            return datetime.combine(self.before, time.min, tzinfo=UTC)
        return local_midnights(self.before, self.establishment.zone)[0]


def all_chains() -> Iterator[Chains]:
    """Return the chains of every establishment; lines of none are kept as long as anybody keeps theirs."""
    longest = PERIODS[RetentionKind.LOG].usual
    for establishment in Establishment.objects.order_by("pk"):
        months = months_of(establishment)[RetentionKind.LOG]
        longest = max(longest, months)
        yield Chains(establishment, kept_since(establishment.today(), months))
    yield Chains(None, kept_since(day_of(None), longest))


def databases() -> tuple[str, ...]:
    return (DEFAULT_DB_ALIAS, *settings.CAREHUB_PRISONS)


def count_lines(chains: Chains) -> int:
    """Count the lines that are due, in all databases."""
    total = 0
    for alias in databases():
        with connections[alias].cursor() as cursor:
            cursor.execute(COUNT, [chains.place, chains.instant])
            total += cursor.fetchone()[0]
    return total


def forget_lines(chains: Chains, *, batch: int = BATCH) -> int:
    """Forget the lines that are due, in all databases, and record how many. To be called with the owner's login."""
    total = 0
    for alias in databases():
        with connections[alias].cursor() as cursor:
            cursor.execute(DOORS, [chains.place])
            doors = [door for (door,) in cursor.fetchall()]
        total += sum(forget_chain(chains, door, alias, batch=batch) for door in doors)
    return total


def forget_chain(chains: Chains, door: str, alias: str, *, batch: int) -> int:
    total = 0
    for _nth in range(BATCHES_A_NIGHT):
        with transaction.atomic(), transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            cursor.execute("SELECT access_forget_log(%s, %s, %s, %s)", [chains.place, door, chains.instant, batch])
            gone: int = cursor.fetchone()[0]
            if gone:
                note(chains.establishment, RetentionKind.LOG, before=chains.before, rows=gone)
        total += gone
        if gone < batch:
            break
    return total
