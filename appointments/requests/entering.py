"""Enters a request, or joins it to one that the same person has made already."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import Establishment, User
from access.refusal import Refused
from appointments.arithmetic.recurrence import HalfDay
from appointments.booking.guards import lock_person, require_present
from appointments.models import CareUnit, Detainee, Kind, Request
from appointments.models.enums.request import Priority, Source
from appointments.models.request import RequestQuerySet
from appointments.requests.guards import AlreadyAsked, set_wanted
from appointments.rights import Rights, requests_visible_to

# Whoever asks to be seen today or tomorrow is urgent; within the week, soon.
URGENT_DAYS, SOON_DAYS = 1, 7


def enter(
    *,
    by: User,
    establishment: Establishment,
    detainee: Detainee,
    source: Source,
    received_on: date,
    within_days: int,
    unit: CareUnit | None = None,
    kind: Kind | None = None,
    discipline: str = "",
    priority: Priority | None = None,
    note: str = "",
    half_days: Collection[HalfDay] = (),
    anyway: bool = False,
) -> Request:
    """Put a request into the queue of a unit (unit_addressed); without kind and discipline it is to be sorted first.

    Raises AlreadyAsked when the person has asked for the same and is still waiting, unless `anyway`; Refused.
    """
    asked = Request(
        establishment=establishment,
        unit_id=unit_addressed(by, establishment, unit=unit, kind=kind),
        detainee=detainee,
        source=source,
        received_on=received_on,
        last_asked_on=received_on,
        due_on=received_on + timedelta(days=within_days),
        priority=priority or usual_priority(within_days),
        note=note,
        half_days=sorted(half.number for half in half_days),
        entered_by=by,
    )
    set_wanted(asked, kind=kind, discipline=discipline)
    return entered(asked, by=by, anyway=anyway)


def entered(asked: Request, *, by: User, anyway: bool) -> Request:
    with transaction.atomic():
        require_present(lock_person(asked.detainee_id))
        if not anyway and (known := same_request(by=by, asked=asked)) is not None:
            raise AlreadyAsked(known)
        asked.save(force_insert=True)
        record(by=by, verb=Verb.ENTER_REQUEST, target=asked, establishment=asked.establishment)
    return asked


def unit_addressed(by: User, establishment: Establishment, *, unit: CareUnit | None, kind: Kind | None) -> int:
    """Return the key of the unit that a request is addressed to: the kind's, the one named, else the first of `by`."""
    if kind is not None:
        return kind.unit_id
    rights = Rights(by, establishment)
    if unit is None:
        unit = next(iter(rights.units_in_view or rights.units), None)
    if unit is None or unit not in rights.units:
        raise Refused("unit", _("This unit is not one of this establishment’s."))
    return unit.pk


def join(*, by: User, known: Request, asked_on: date) -> Request:
    """Count a letter with the request that it repeats. Its date stays: nobody waits longer for asking again."""
    with transaction.atomic():
        lock_person(known.detainee_id)
        Request.objects.filter(pk=known.pk).update(
            times_asked=F("times_asked") + 1,
            last_asked_on=Greatest("last_asked_on", asked_on),
            revision=F("revision") + 1,
        )
        record(by=by, verb=Verb.CHANGE_REQUEST, target=known, establishment=known.establishment_id)
    known.refresh_from_db()
    return known


def usual_priority(within_days: int) -> Priority:
    if within_days <= URGENT_DAYS:
        return Priority.URGENT
    return Priority.SOON if within_days <= SOON_DAYS else Priority.ROUTINE


def known_requests(*, by: User, establishment: Establishment, detainee: Detainee) -> RequestQuerySet:
    """Return what the person is still waiting for, as far as `by` sees it, the longest wait first."""
    mine = requests_visible_to(Rights(by, establishment)).unsettled().filter(detainee=detainee)
    return mine.with_names().order_by("received_on", "id")


def same_request(*, by: User, asked: Request) -> Request | None:
    """Return the request that `asked` repeats: the same kind, or the same discipline where no kind is said."""
    known = known_requests(by=by, establishment=asked.establishment, detainee=asked.detainee)
    known = known.filter(unit=asked.unit_id)
    if not asked.is_sorted:
        return known.filter(kind=None, discipline="").first()
    same = Q(kind__discipline=asked.wanted_discipline) | Q(discipline=asked.wanted_discipline)
    if asked.kind_id:
        same = Q(kind=asked.kind_id) | Q(discipline=asked.wanted_discipline)
    return known.filter(same).first()
