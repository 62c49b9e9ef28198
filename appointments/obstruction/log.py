"""Writes the log of obstructed care: what is counted, found again each time, and what carers note by hand.

Nothing is deleted. Before each change the database keeps what the fact said (ObstructionPast).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Side, Verb
from access.models import Building, Establishment, User
from access.refusal import Refused
from appointments.models import CareUnit, Detainee, Obstruction
from appointments.models.enums.obstruction import (
    BY_HAND,
    CAUSES_BY_HAND,
    GRAVE,
    HalfDay,
    ObstructionKind,
    ObstructionSource,
)
from appointments.obstruction.counted import Found, find_in_units
from appointments.rights import Rights
from appointments.statistics.period import Period

# What a fact says, apart from which fact it is.
COUNTED_FIELDS = (
    "day",
    "half_day",
    "cause",
    "building_id",
    "affected",
    "expected",
    "minutes",
    "detainee_id",
    "appointment_id",
    "unit_id",
)
OLDEST = 2000


def count_again(establishment: Establishment, first_day: date, last_day: date) -> tuple[int, int, int]:
    """Let the log of those days say what the rows say now; return how many facts are new, changed, gone.

    Run twice it changes nothing. What somebody withdrew stays withdrawn; what the rows no longer tell is withdrawn.
    """
    period = Period(first_day, last_day)
    with transaction.atomic():
        found = {one.source_key: one for one in find_in_units(establishment, period)}
        counted = Obstruction.objects.filter(establishment=establishment, source=ObstructionSource.COUNTED)
        known = {row.source_key: row for row in counted.filter(source_key__in=list(found))}
        new = [fact_of(establishment, one) for key, one in found.items() if key not in known]
        Obstruction.objects.bulk_create(new, batch_size=1000, ignore_conflicts=True)
        changed = sum(correct_counted(row, found[key]) for key, row in known.items())
        stale = counted.standing().between(first_day, last_day).exclude(source_key__in=list(found))
        # A silence never un-happens, and the hours of publication by which it was found are purged.
        stale = stale.exclude(kind=ObstructionKind.NOT_FETCHED)
        gone = sum(change(row, withdrawn_at=timezone.now(), changed_by=None) for row in stale)
    return len(new), changed, gone


def fact_of(establishment: Establishment, one: Found) -> Obstruction:
    return Obstruction(
        establishment=establishment,
        kind=one.kind,
        source=ObstructionSource.COUNTED,
        source_key=one.source_key,
        is_serious=one.kind in GRAVE,
        **{name: getattr(one, name) for name in COUNTED_FIELDS},
    )


def correct_counted(row: Obstruction, one: Found) -> bool:
    """Let a counted fact say what was found now; whether that changed it."""
    values = {name: getattr(one, name) for name in COUNTED_FIELDS}
    differs = any(getattr(row, name) != value for name, value in values.items())
    if row.withdrawn_reason or not (differs or row.is_withdrawn):
        return False
    return change(row, **values, withdrawn_at=None, changed_by=None)


def change(row: Obstruction, **values: Any) -> bool:
    """Write `values` if the fact still stands at the revision that was read; whether it did."""
    mine = Obstruction.objects.filter(pk=row.pk, revision=row.revision)
    return bool(mine.update(**values, revision=row.revision + 1))


def own_log(by: User, establishment: Establishment, unit: CareUnit | None) -> CareUnit:
    """Return the unit in whose log `by` notes; raise Refused for one that is not theirs."""
    units = Rights(by, establishment).log_units
    found = units[0] if unit is None else next((each for each in units if each.pk == unit.pk), None)
    if found is None:
        raise Refused("unit", _("You do not work for that unit. Choose another."))
    return found


def note_fact(
    *,
    by: User,
    establishment: Establishment,
    token: UUID,
    kind: str,
    day: date,
    half_day: str,
    cause: str,
    facts: str,
    building: Building | None = None,
    detainee: Detainee | None = None,
    is_serious: bool | None = None,
    unit: CareUnit | None = None,
) -> Obstruction:
    """Note what somebody saw in the log of `unit`, once for each `token`. Any carer may. Raises Refused."""
    require_carer(by)
    check_fact(establishment, kind=kind, day=day, half_day=half_day, cause=cause, facts=facts)
    values = {
        "unit": own_log(by, establishment, unit),
        "kind": kind,
        "day": day,
        "half_day": half_day,
        "cause": cause,
        "facts": facts.strip(),
        "building": building,
        "detainee": detainee,
        "is_serious": kind in GRAVE if is_serious is None else is_serious,
    }
    with transaction.atomic():
        noted, is_new = Obstruction.objects.get_or_create(
            establishment=establishment,
            source_key=f"hand:{by.pk}:{token}",
            defaults=values | {"source": ObstructionSource.BY_HAND, "recorded_by": by, "changed_by": by},
        )
        if is_new:
            record(by=by, verb=Verb.NOTE_FACT, target=noted, establishment=establishment)
    return noted


def correct_fact(*, by: User, fact: Obstruction, revision: int, **values: Any) -> Obstruction:
    """Correct a fact noted by hand; its former words are kept. Raises Refused."""
    changed = open_fact(by, fact, revision)
    if changed.is_counted:
        raise Refused("counted", _("This fact is counted. Correct the outcome of the appointments instead."))
    check_fact(changed.establishment, **{name: values[name] for name in ("kind", "day", "half_day", "cause", "facts")})
    return save(by, changed, **values)


def set_serious(*, by: User, fact: Obstruction, revision: int, is_serious: bool) -> Obstruction:
    """Say whether a fact is serious, so that it can be reported at once. Raises Refused."""
    return save(by, open_fact(by, fact, revision), is_serious=is_serious)


def withdraw_fact(*, by: User, fact: Obstruction, revision: int, reason: str) -> Obstruction:
    """Withdraw a fact, saying why; it stays readable and counts no longer. Raises Refused."""
    open_one = open_fact(by, fact, revision)
    if not reason.strip():
        raise Refused("reason", _("Say why this fact is withdrawn."))
    return save(by, open_one, withdrawn_at=timezone.now(), withdrawn_by=by, withdrawn_reason=reason.strip())


def open_fact(by: User, fact: Obstruction, revision: int) -> Obstruction:
    """Return the fact as it stands, if `by` may change it and nobody changed it meanwhile. Raises Refused."""
    require_carer(by)
    standing = Obstruction.objects.select_related("establishment", "unit").get(pk=fact.pk)
    rights = Rights(by, standing.establishment)
    reads = rights.reads_obstruction and standing.unit in rights.log_units
    if not reads and standing.recorded_by_id != by.pk:
        raise Refused("not_yours", _("Only who noted a fact, or who reads the log, changes it."))
    if standing.revision != revision:
        raise Refused("changed", _("Somebody else changed this fact meanwhile. Look at it again first."))
    if standing.is_withdrawn:
        raise Refused("withdrawn", _("This fact was withdrawn. Note it again if it holds."))
    return standing


def save(by: User, fact: Obstruction, **values: Any) -> Obstruction:
    with transaction.atomic():
        if not change(fact, **values, changed_by=by):
            raise Refused("changed", _("Somebody else changed this fact meanwhile. Look at it again first."))
        record(by=by, verb=Verb.CHANGE_FACT, target=fact, establishment=fact.establishment_id)
    return Obstruction.objects.get(pk=fact.pk)


def check_fact(establishment: Establishment, *, kind: str, day: date, half_day: str, cause: str, facts: str) -> None:
    if kind not in BY_HAND or half_day not in HalfDay.values or cause not in CAUSES_BY_HAND:
        raise Refused("unknown", _("Choose what happened, when and why from the lists."))
    if day > establishment.today():
        raise Refused("future", _("This day is still to come. A fact is noted once it has happened."))
    if day.year < OLDEST:
        raise Refused("past", _("This day is too long ago. Check the year."))
    if not facts.strip():
        raise Refused("facts", _("Say in a sentence what happened."))


def require_carer(by: User) -> None:
    if by.side != Side.CARE:
        raise Refused("side", _("Facts are noted on the care side only."))


def count_lately(establishment: Establishment, days: int) -> tuple[int, int, int]:
    """Count the last `days` days again, today included."""
    today = establishment.today()
    return count_again(establishment, today - timedelta(days=days), today)
