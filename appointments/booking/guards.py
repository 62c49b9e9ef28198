"""What every verb of booking asks first, and the locks that it takes: the person, then the agendas, then the row.

Always in that order, so that nobody waits in a circle. The last word is the database's: its refusal becomes a
sentence here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, time
from functools import partial
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.models import User
from access.refusal import Refused, sentences_for_constraints
from appointments import projection
from appointments.arithmetic.timegrid import NoArrivalTime
from appointments.models import Agenda, Appointment, Detainee, Kind
from appointments.models.enums.appointment import Status
from appointments.rights import Rights

NOBODY_THEN = gettext_lazy("Nobody is seen at that time: choose another day or a colleague.")
# (constraint, code of the rule, sentence)
CONSTRAINTS: dict[str, tuple[str, Promise]] = {
    "agenda_overlap": ("taken", gettext_lazy("This slot has just been taken. Choose another one.")),
    "person_overlap": (
        "person",
        gettext_lazy("This person already has an appointment at that time. Choose another slot."),
    ),
    "session_full": ("full", gettext_lazy("The last place has just been taken. Choose another session.")),
    "appointment_while_away": ("away", NOBODY_THEN),
    "appointment_while_closed": ("away", NOBODY_THEN),
    "summoned_again_once": ("again", gettext_lazy("This person was already summoned again for that appointment.")),
    "person_stands": ("joined", gettext_lazy("This record was joined into another. Open the person’s page again.")),
    "kind_is_done": (
        "kind",
        gettext_lazy("This practitioner does not do that kind of consultation. Choose another kind or a colleague."),
    ),
    "failure_stays": (
        "over",
        gettext_lazy("The day of this appointment is over: record its outcome, or summon the person again."),
    ),
    "of_one_unit": (
        "unit",
        gettext_lazy("This agenda is of another unit, which has kinds of consultation of its own."),
    ),
    "appointment_within_session": (
        "closed",
        gettext_lazy("The agenda is not open for this whole time. Choose a free slot."),
    ),
}


class BookingRefused(Refused):
    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code, sentence)
        # About whom it is, when several people are booked at once.
        self.person: Detainee | None = None


class Over(BookingRefused):
    """The appointment stays where it failed: it gets an outcome, or the person is summoned again (docs/adr/0032)."""

    def __init__(self, *, has_ended: bool) -> None:
        super().__init__(
            "over",
            _("This appointment is over: it is neither moved nor cancelled. Record its outcome, or summon again.")
            if has_ended
            else _("This appointment has begun: it does not leave its day. Record its outcome, or summon again."),
        )


class ChangedMeanwhile(BookingRefused):
    """Somebody else changed the appointment after `since`, the revision that was read."""

    def __init__(self, *, since: int) -> None:
        self.since = since
        super().__init__(
            "changed",
            _("Somebody else changed this appointment meanwhile. Nothing of yours was applied yet."),
        )


def require_bookable(by: User, *agendas: Agenda) -> None:
    # Asked afresh by each verb, once for all its agendas: a right that was taken away meanwhile no longer holds.
    asked = {establishment: Rights(by, establishment) for establishment in {each.establishment for each in agendas}}
    for agenda in agendas:
        require_right(asked[agenda.establishment], agenda)


def require_right(rights: Rights, agenda: Agenda) -> None:
    if agenda.pk not in rights.bookable_keys:
        raise BookingRefused("right", _("You may not book in the agenda “%(agenda)s”.") % {"agenda": agenda.name})


def not_done(agenda: Agenda, kind: Kind) -> str:
    """Say that the practitioner does not do this, a consultation of another discipline; "" when they do."""
    if kind.discipline == agenda.discipline and kind.unit_id == agenda.unit_id:
        return ""
    return _("“%(agenda)s” does not do “%(kind)s”. Choose another kind of consultation or a colleague.") % {
        "agenda": agenda.name,
        "kind": kind.name,
    }


def require_done(agenda: Agenda, kind: Kind) -> None:
    if said := not_done(agenda, kind):
        raise BookingRefused("kind", said)


def require_future(ends_at: datetime) -> None:
    """Refuse a time that is over; one that has just begun may still be taken by somebody at the door."""
    if ends_at <= timezone.now():
        raise BookingRefused("past", _("This time is past. Choose a later one."))


def is_over(appointment: Appointment) -> bool:
    """Whether the time of the appointment is past: then it is a fact, whatever became of it."""
    return appointment.ends_at < timezone.now()


def require_not_over(appointment: Appointment, *, to: datetime | None = None) -> None:
    """Refuse to take away what has taken place or failed; what has begun moves within its own day at most."""
    if is_over(appointment):
        raise Over(has_ended=True)
    if to is None or appointment.starts_at > timezone.now():
        return
    day_of = appointment.agenda.establishment.day_of
    if day_of(to) != day_of(appointment.starts_at):
        raise Over(has_ended=False)


def require_status(appointment: Appointment, status: Status) -> None:
    if appointment.status != status:
        raise no_longer_open(appointment)


def no_longer_open(appointment: Appointment) -> BookingRefused:
    return BookingRefused(
        "status",
        _("This appointment is no longer open: %(status)s.") % {"status": appointment.get_status_display().lower()},
    )


def lock_person(key: UUID) -> Detainee:
    """Lock the person against a second booking, request or escort at the same moment; return the row as it is now."""
    return lock_people([key])[key]


def lock_people(keys: Iterable[UUID]) -> dict[UUID, Detainee]:
    """Lock people in the order of their keys and return them by it."""
    people = Detainee.objects.select_for_update(of=("self",), no_key=True).select_related("building", "establishment")
    return {person.pk: person for person in people.filter(pk__in=set(keys)).order_by("pk")}


def require_present(person: Detainee) -> None:
    if person.is_set_aside:
        raise BookingRefused("joined", _("This record was joined into another. Open the person’s page again."))
    if not person.is_present:
        raise BookingRefused("left", _("%(name)s has left the establishment.") % {"name": person.display_name})


def lock_agendas(*agendas: Agenda) -> None:
    """Lock the agendas in the order of their keys, so that crossing moves never wait for each other."""
    keys = sorted({agenda.pk for agenda in agendas})
    list(
        Agenda.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk").values_list("pk")
    )


def lock_appointment(appointment: Appointment, *, revision: int, agendas: tuple[Agenda, ...] = ()) -> Appointment:
    """Lock the person, the agendas and the appointment, and refuse a revision that is no longer the present one."""
    lock_person(appointment.detainee_id)
    lock_agendas(appointment.agenda, *agendas)
    locked = (
        Appointment.objects.select_for_update(of=("self",))
        .select_related(
            "detainee", "detainee__building", "agenda", "agenda__establishment", "session", "kind", "movement"
        )
        .get(pk=appointment.pk)
    )
    # Joined to another record while one waited for the lock: that person is not held.
    if locked.revision != revision or locked.detainee_id != appointment.detainee_id:
        raise ChangedMeanwhile(since=revision)
    return locked


def lock_appointments(
    revisions: Mapping[Appointment, int], *, agendas: tuple[Agenda, ...] = ()
) -> dict[UUID, Appointment]:
    """Lock several appointments with their people and agendas, each in the order of its keys; return them by key.

    Refuses when one of them has no longer the revision that the user saw.
    """
    lock_people(appointment.detainee_id for appointment in revisions)
    lock_agendas(*(appointment.agenda for appointment in revisions), *agendas)
    rows = (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("detainee", "detainee__building", "agenda", "agenda__establishment", "session", "kind")
        .filter(pk__in=[appointment.pk for appointment in revisions])
        .order_by("pk")
    )
    locked = {row.pk: row for row in rows}
    for appointment, revision in revisions.items():
        held = locked[appointment.pk]
        if held.revision != revision or held.detainee_id != appointment.detainee_id:
            raise ChangedMeanwhile(since=revision)
    return locked


@contextmanager
def judged_by_the_outcome() -> Iterator[None]:
    """Let appointments pass through each other's times; the overlap constraints judge what comes out."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS agenda_overlap, person_overlap DEFERRED")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS agenda_overlap, person_overlap IMMEDIATE")


def arrival(appointment: Appointment, *, times: Sequence[time] | None = None) -> datetime:
    """Return the arrival time under which the person is called; refuse when the day has none early enough.

    `times` are the establishment's arrival times, where they were read already.
    """
    try:
        return projection.expected_at(appointment.starts_at, appointment.agenda.establishment, times=times)
    except NoArrivalTime as error:
        raise BookingRefused(
            "arrival",
            _("Nobody can be called that early: there is no arrival time before it. Choose a later slot."),
        ) from error


booking_refusals = partial(sentences_for_constraints, CONSTRAINTS, BookingRefused)
