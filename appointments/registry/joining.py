"""Joins two records of one person, and takes a join back. The only way by which rows pass from one person to another.

What is moved is written down first, row by row; the database moves nothing else, and takes back exactly that
(appointments.wall, stays_with_person). What was said and done stays as it was: the access log, histories, published
lists. Officers see nothing of a join but a line under the number that the person has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import DateRangeField
from django.db import models, transaction
from django.db.models import Exists, F, Func, OuterRef, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.audit import record
from access.digest import digest_of
from access.enums import Verb
from access.models import Establishment, User
from access.refusal import Refused, sentences_for_constraints
from appointments import booking, projection
from appointments.booking.guards import lock_people
from appointments.models import (
    Appointment,
    Complaint,
    Detainee,
    Escort,
    FormerNumber,
    Hold,
    Obstruction,
    PersonJoin,
    Question,
    Request,
    RoundStay,
    Series,
)
from appointments.models.enums.appointment import HOLDING, CancelReason, Status
from appointments.models.enums.person import Evidence
from appointments.models.enums.request import UNSETTLED, Closing, RequestStatus, Source
from appointments.registry.sameness import births, evidence_of, names
from appointments.rights import Rights, agendas_bookable_by, appointments_visible_to

# What goes with its person. The log of accesses, histories and editions are not here: they tell what was.
FOLLOWING: tuple[models.Manager[Any], ...] = (
    Appointment.objects,
    Series.objects,
    Request.objects,
    Question.objects,
    Escort.objects,
    Obstruction.objects,
    Complaint.objects,
    RoundStay.objects,
)
# What a join may change of the record that stays.
FILLED = ("birth_date", "birth_year", "arrived_on", "provisional_since")
HIDDEN = gettext_lazy("Something that you do not see stands in the way. Ask the head of unit to join these records.")
CONSTRAINTS: dict[str, tuple[str, Promise]] = {
    "escort_once": ("hidden", HIDDEN),
    "arrival_asked_once": ("arrival", gettext_lazy("Both wait as arrivals and are planned: settle one request first.")),
    "person_overlap": ("overlap", gettext_lazy("Two appointments overlap now. Look at both records again.")),
    "joined_once": ("joined", gettext_lazy("A colleague has joined these records meanwhile.")),
}
join_refusals = partial(sentences_for_constraints, CONSTRAINTS)


@dataclass(frozen=True)
class Overlap:
    """Two appointments of one person at one time: one must go before the records are one."""

    first: Appointment
    second: Appointment
    # Which of them whoever looks may cancel; empty when none, and hidden when they may not even see one.
    cancellable: frozenset[UUID] = frozenset()
    is_hidden: bool = False

    @property
    def key(self) -> str:
        return f"{self.first.pk}|{self.second.pk}"


def preferred(one: Detainee, other: Detainee) -> tuple[Detainee, Detainee]:
    """Return which of two records goes into which: the present, confirmed, latest one stays."""

    def rank(person: Detainee) -> tuple[bool, bool, date, str]:
        return (person.is_present, not person.is_provisional, person.arrived_on or date.min, person.register_number)

    survivor, joined = (one, other) if rank(one) >= rank(other) else (other, one)
    return joined, survivor


def evidence_for(one: Detainee, other: Detainee) -> tuple[Evidence, ...]:
    """Return what speaks for and against two records being one person's, the plain differences too."""
    found = evidence_of(one, other, cell=one.cell if one.is_present and other.is_present else "")
    return found or (names(one, other), births(one, other))


def overlaps(one: Detainee, other: Detainee, *, rights: Rights) -> list[Overlap]:
    """Return the pairs of appointments that one person could not both keep."""
    rows = Appointment.objects.filter(detainee__in=[one.pk, other.pk], status__in=HOLDING).with_names()
    both = list(rows.order_by("starts_at", "pk"))
    mine = [row for row in both if row.detainee_id == one.pk]
    theirs = [row for row in both if row.detainee_id == other.pk]
    pairs = [(a, b) for a in mine for b in theirs if a.starts_at < b.ends_at and b.starts_at < a.ends_at]
    keys = {row.pk for pair in pairs for row in pair}
    seen = set(appointments_visible_to(rights).filter(pk__in=keys).values_list("pk", flat=True))
    agendas = set(agendas_bookable_by(rights).values_list("pk", flat=True))
    return [
        Overlap(
            a,
            b,
            frozenset(
                row.pk
                for row in (a, b)
                if row.agenda_id in agendas and row.status == Status.BOOKED and not booking.is_over(row)
            ),
            is_hidden=not {a.pk, b.pk} <= seen,
        )
        for a, b in pairs
    ]


def digest(found: Iterable[Overlap]) -> str:
    """Return a fingerprint of what somebody saw of the overlaps."""
    return digest_of(repr([(one.key, one.first.revision, one.second.revision) for one in found]))


def join(*, by: User, joined: Detainee, survivor: Detainee, seen: str, cancelled: Collection[UUID] = ()) -> PersonJoin:
    """Let all that is of `joined` be of `survivor`; `cancelled` are the appointments given up where two overlap.

    `seen` is the digest of the overlaps that were shown. Raises Refused, booking.BookingRefused.
    """
    establishment = survivor.establishment
    with transaction.atomic(), join_refusals():
        projection.hold_arrival_times(establishment)
        Hold.take(establishment, Hold.Subject.REGISTRY)
        people = lock_people([joined.pk, survivor.pk])
        gone, stays = require_joinable(people, joined.pk, survivor.pk)
        given_up = _decide_overlaps(gone, stays, by=by, seen=seen, cancelled=cancelled)
        done = _write_join(gone, stays, by=by, given_up=given_up)
        _pass_over(done, gone, stays)
        _fill(stays, gone)
        gone.released_on = gone.released_on or establishment.today()
        gone.joined_into = stays
        gone.save()
        FormerNumber.objects.bulk_create(
            FormerNumber(establishment=establishment, detainee=stays, register_number=number, join=done)
            for number in _numbers(gone) - _numbers(stays)
        )
        projection.renumber([stays])
        record(by=by, verb=Verb.JOIN, target=done, establishment=establishment)
    return done


def require_joinable(people: Mapping[UUID, Detainee], joined: UUID, survivor: UUID) -> tuple[Detainee, Detainee]:
    """Return the two records as they are now. Raises Refused when they can not be joined that way."""
    if joined == survivor:
        raise Refused("itself", _("Choose another record: this is the same one."))
    gone, stays = people[joined], people[survivor]
    if gone.establishment_id != stays.establishment_id:
        raise Refused("elsewhere", _("These records are of two establishments."))
    if gone.is_set_aside or stays.is_set_aside:
        raise Refused("joined", _("A colleague has joined these records meanwhile."))
    if Detainee.objects.filter(joined_into=gone.pk).exists():
        sentence = _("Another record was joined into %(name)s (%(number)s) before: take that join back first.")
        raise Refused("chain", sentence % {"name": gone.display_name, "number": gone.register_number})
    if (gone, stays) != preferred(gone, stays):
        # The record by which the prison knows the person now stays.
        sentence = _("%(name)s (%(number)s) is the record that stays: join the other one into it.")
        raise Refused("order", sentence % {"name": gone.display_name, "number": gone.register_number})
    return gone, stays


def _decide_overlaps(
    gone: Detainee, stays: Detainee, *, by: User, seen: str, cancelled: Collection[UUID]
) -> list[UUID]:
    """Cancel what was given up where two appointments overlap; return which. Raises Refused while one pair stands."""
    pairs = overlaps(gone, stays, rights=Rights(by, stays.establishment))
    if digest(pairs) != seen:
        raise Refused("changed", _("The appointments of these records have changed meanwhile. Look at them again."))
    given_up = {row.pk: row for pair in pairs for row in (pair.first, pair.second) if row.pk in cancelled}
    for pair in pairs:
        if pair.is_hidden:
            raise Refused("hidden", str(HIDDEN))
        if not {pair.first.pk, pair.second.pk} & given_up.keys():
            raise Refused("overlap", _("Two appointments overlap: say which one is given up."))
    for key in sorted(given_up):
        row = given_up[key]
        booking.cancel(by=by, appointment=row, revision=row.revision, reason=CancelReason.MISTAKE)
    return sorted(given_up)


def _write_join(gone: Detainee, stays: Detainee, *, by: User, given_up: Sequence[UUID]) -> PersonJoin:
    """Write down what is about to move, and what both records say."""
    closed = _close_second_arrival(gone, stays)
    moved = {
        table_of(rows): [str(key) for key in _going(rows, gone, stays).order_by("pk").values_list("pk", flat=True)]
        for rows in FOLLOWING
    }
    before = {
        "joined": {"released_on": _written(gone.released_on)},
        "survivor": {name: _written(getattr(stays, name)) for name in FILLED},
        "closed": [str(key) for key in closed],
        "cancelled": [str(key) for key in given_up],
    }
    return PersonJoin.objects.create(
        establishment=stays.establishment,
        joined=gone,
        survivor=stays,
        evidence=[one.value for one in evidence_for(gone, stays)],
        moved=moved,
        before=before,
        by_id=by.pk,
        by_name=str(by),
    )


def _going(rows: models.Manager[Any], gone: Detainee, stays: Detainee) -> models.QuerySet[Any]:
    """Return what goes with the person: all but the times on a round that the record that stays has itself.

    A time that lasts because of the cell stays too: the cell of the record that stays brings its own.
    """
    going = rows.filter(detainee=gone)
    if rows.model is RoundStay:
        days = Func("since", "ends_on", function="daterange", output_field=DateRangeField())
        own = RoundStay.objects.filter(detainee=stays, kind=OuterRef("kind")).annotate(days=days)
        both = own.filter(days__overlap=OuterRef("days"))
        going = going.annotate(days=days).exclude(Exists(both)).exclude(~Q(place=""), ends_on__isnull=True)
    return going


def _close_second_arrival(gone: Detainee, stays: Detainee) -> list[UUID]:
    """Close one of two requests that both ask to see the arrival; the one that has no appointment, if any."""
    rows = Request.objects.filter(detainee__in=[gone.pk, stays.pk], source=Source.ARRIVAL, status__in=UNSETTLED)
    waiting = {row.detainee_id: row for row in rows}
    if len(waiting) < 2:
        return []
    second = next((row for row in (waiting[gone.pk], waiting[stays.pk]) if row.status == RequestStatus.OPEN), None)
    if second is None:
        return []
    Request.objects.filter(pk=second.pk).update(
        status=RequestStatus.CLOSED, closing=Closing.DUPLICATE, returned_from=None, revision=F("revision") + 1
    )
    return [second.pk]


def table_of(rows: models.Manager[Any]) -> str:
    return str(rows.model._meta.db_table)


def _pass_over(done: PersonJoin, before: Detainee, after: Detainee) -> None:
    """Let the rows that `done` tells of be of `after`; the database refuses any other."""
    for rows in FOLLOWING:
        more = {"revision": F("revision") + 1} if rows.model is Obstruction else {}
        rows.filter(pk__in=done.moved[table_of(rows)], detainee=before).update(detainee=after, **more)


def _fill(stays: Detainee, gone: Detainee) -> None:
    """Complete the record that stays with what only the other one knew."""
    if stays.birth_date is None and (gone.birth_date or (gone.birth_year and not stays.birth_year)):
        stays.birth_date, stays.birth_year = gone.birth_date, None if gone.birth_date else gone.birth_year
    stays.arrived_on = stays.arrived_on or gone.arrived_on
    if not gone.is_provisional:
        stays.provisional_since = None
    stays.save()


def _numbers(person: Detainee) -> set[str]:
    former = FormerNumber.objects.filter(detainee=person).values_list("register_number", flat=True)
    return {person.register_number, *former}


def _written(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


# --- Taking a join back -------------------------------------------------------------------------------


def separate(*, by: User, done: PersonJoin) -> tuple[PersonJoin, list[Appointment]]:
    """Take a join back: every row that it moved goes back, and nothing else. Return it, and what stays cancelled.

    An appointment that was given up for the join is booked again where its time is still free. Raises Refused, with
    what stands in the way.
    """
    establishment = done.establishment
    with transaction.atomic(), join_refusals():
        projection.hold_arrival_times(establishment)
        Hold.take(establishment, Hold.Subject.REGISTRY)
        people = lock_people([done.joined_id, done.survivor_id])
        back, stays = people[done.joined_id], people[done.survivor_id]
        standing = PersonJoin.objects.select_for_update().filter(pk=done.pk, undone_at__isnull=True).first()
        if standing is None:
            raise Refused("undone", _("A colleague has taken this join back already."))
        require_separable(standing, back, stays)
        PersonJoin.objects.filter(pk=done.pk).update(
            undone_at=timezone.now(), undone_by_id=by.pk, undone_by_name=str(by)
        )
        released = standing.before["joined"]["released_on"]
        back.joined_into, back.released_on = None, date.fromisoformat(released) if released else None
        _empty(stays, standing, back)
        back.save()
        FormerNumber.objects.filter(join=standing).delete()
        _pass_over(standing, stays, back)
        Request.objects.filter(pk__in=standing.before["closed"], closing=Closing.DUPLICATE).update(
            status=RequestStatus.OPEN, closing="", revision=F("revision") + 1
        )
        projection.renumber([back])
        projection.renumber([stays])
        lost = _book_again(standing, by=by)
        record(by=by, verb=Verb.SEPARATE, target=standing, establishment=establishment)
    standing.refresh_from_db()
    return standing, lost


def require_separable(done: PersonJoin, back: Detainee, stays: Detainee) -> None:
    """Refuse, and say why, when something that came later leads from one record to the other."""
    if stays.is_set_aside:
        raise Refused(
            "later",
            _("%(name)s was joined into another record later: take that join back first.")
            % {"name": stays.display_name},
        )
    if done.before["joined"]["released_on"] is None:
        holder = (
            Detainee.objects.present()
            .filter(establishment=done.establishment_id, register_number=back.register_number)
            .exclude(pk=back.pk)
            .first()
        )
        if holder is not None:
            raise Refused(
                "number",
                _("The number %(number)s is now that of %(name)s: it can not be given back.")
                % {"number": back.register_number, "name": holder.display_name},
            )
    for sentence in _later_ties(done, stays):
        raise Refused("later", sentence)


def _later_ties(done: PersonJoin, stays: Detainee) -> Iterator[str]:
    """Give a sentence for each row made since that ties the two records together."""
    moved = {table: frozenset(keys) for table, keys in done.moved.items()}
    yield from _tied_appointments(moved, stays, done.establishment)
    yield from _tied_requests(moved, stays, done.establishment)
    escorts = moved[table_of(Escort.objects)]
    for escort in Escort.objects.filter(detainee=stays, follows__isnull=False):
        if (str(escort.follows_id) in escorts) != (str(escort.pk) in escorts):
            yield str(HIDDEN)
    facts, appointments = moved[table_of(Obstruction.objects)], moved[table_of(Appointment.objects)]
    for fact in Obstruction.objects.filter(detainee=stays, appointment__isnull=False):
        if (str(fact.appointment_id) in appointments) != (str(fact.pk) in facts):
            sentence = _("A fact of %(when)s was noted since about an appointment of the other record.")
            yield sentence % {"when": f"{fact.day:%d/%m/%Y}"}


def _tied_appointments(
    moved: Mapping[str, frozenset[str]], stays: Detainee, establishment: Establishment
) -> Iterator[str]:
    appointments, series = moved[table_of(Appointment.objects)], moved[table_of(Series.objects)]
    told = _("The appointment of %(when)s was made since, and goes with one of the other record: it cannot be parted.")
    for row in Appointment.objects.filter(detainee=stays).order_by("starts_at", "pk"):
        mine = str(row.pk) in appointments
        follows = row.follows_id is not None and (str(row.follows_id) in appointments) != mine
        of_series = row.series_id is not None and (str(row.series_id) in series) != mine
        if follows or of_series:
            yield told % {"when": f"{row.starts_at.astimezone(establishment.zone):%d/%m/%Y %H:%M}"}


def _tied_requests(moved: Mapping[str, frozenset[str]], stays: Detainee, establishment: Establishment) -> Iterator[str]:
    appointments = moved[table_of(Appointment.objects)]
    told = _("The request of %(when)s rests on an appointment of the other record: settle it first.")
    for asked in Request.objects.filter(detainee=stays).order_by("received_on", "pk"):
        mine = str(asked.pk) in moved[table_of(Request.objects)]
        rests_on = (asked.appointment_id, asked.returned_from_id)
        if any(key is not None and (str(key) in appointments) != mine for key in rests_on):
            yield told % {"when": f"{asked.received_on:%d/%m/%Y}"}
    told = _("A later list asked about the appointment of %(when)s: the records cannot be parted.")
    questions = moved[table_of(Question.objects)]
    for question in Question.objects.filter(detainee=stays).select_related("appointment"):
        if (str(question.appointment_id) in appointments) != (str(question.pk) in questions):
            when = question.appointment.starts_at.astimezone(establishment.zone)
            yield told % {"when": f"{when:%d/%m/%Y %H:%M}"}


def _empty(stays: Detainee, done: PersonJoin, back: Detainee) -> None:
    """Take from the record that stayed what the join had completed, unless it was changed since."""
    before = done.before["survivor"]
    if stays.birth_date == back.birth_date and before["birth_date"] is None:
        stays.birth_date, stays.birth_year = None, before["birth_year"]
    if stays.arrived_on == back.arrived_on and before["arrived_on"] is None:
        stays.arrived_on = None
    stays.save()


def _book_again(done: PersonJoin, *, by: User) -> list[Appointment]:
    """Book again what was given up for the join; return what could not be, because its time is taken or past."""
    lost = []
    rows = Appointment.objects.filter(pk__in=done.before["cancelled"], status=Status.CANCELLED)
    for row in rows.select_related("agenda__establishment", "establishment", "detainee").order_by("pk"):
        try:
            with transaction.atomic():
                booking.undo(by=by, appointment=row, revision=row.revision)
        except Refused:
            lost.append(row)
    return lost


def joins_to_show(person: Detainee, *, establishment: Establishment) -> list[PersonJoin]:
    """Return the joins into `person` that stand, the latest first."""
    rows = PersonJoin.objects.filter(establishment=establishment, survivor=person, undone_at__isnull=True)
    return list(rows.select_related("joined").order_by("-joined_at", "pk"))


def former_numbers(person: Detainee) -> list[str]:
    """Return the numbers that the person had before, the latest first."""
    numbers = FormerNumber.objects.filter(detainee=person).order_by("-noted_at", "-pk")
    return list(dict.fromkeys(numbers.values_list("register_number", flat=True)))
