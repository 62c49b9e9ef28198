"""Writes visits. Each word stays: a correction, and taking one back, is a row of its own that replaces another.

One visit a person, round and day: what is said twice the same way is said once, and what a colleague said meanwhile is
shown before it is replaced.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import CARE_ROLES, Verb
from access.models import Establishment, Membership, User
from access.refusal import Refused, constraint_of
from access.sorting import FrenchKey
from appointments.models import Detainee, RoundKind, RoundStay, RoundVisit
from appointments.models.enums.rounds import ROLES_OF_TEAM, RoundTeam, VisitOutcome, VisitReason
from appointments.models.rounds import RoundVisitQuerySet
from appointments.rights import Rights
from appointments.rounds.stays import require_carer

# For so long whoever wrote a visit takes it back by one press; a head of unit at any time.
UNDO_MINUTES = 15
# So many days afterwards a visit is entered or corrected.
ENTERED_WITHIN = timedelta(days=31)
SAYABLE = (VisitOutcome.SEEN, VisitOutcome.REFUSED, VisitOutcome.PREVENTED)
SAID_MEANWHILE = ("round_visit_once_a_day", "appointments_roundvisit_replaces_id_key")


@dataclass(frozen=True)
class Said:
    """What is to be written of one visit. `seen_last` is the word that stood when the page was read, None of none."""

    outcome: VisitOutcome
    reason: str = ""
    seen_last: UUID | None = None
    at: time | None = None


def visits_of(person: Detainee) -> RoundVisitQuerySet:
    """Return every word on visits to the person, the replaced ones too, the latest first.

    Those of a record that was joined into this one are the person's as well.
    """
    theirs = Q(stay__detainee=person) | Q(stay__detainee__joined_into=person)
    rows = RoundVisit.objects.filter(theirs, establishment_id=person.establishment_id)
    return rows.select_related("stay__kind", "made_by", "recorded_by", "building", "replacement").order_by(
        "-day", "-recorded_at", "id"
    )


def team_of(establishment: Establishment, team: RoundTeam = RoundTeam.ANYONE) -> list[Membership]:
    """Return who works there now and makes such visits, by name."""
    here = Membership.objects.filter(establishment=establishment, role__in=ROLES_OF_TEAM[team], user__is_active=True)
    return list(here.current().select_related("user").order_by(FrenchKey("user__full_name"), "pk"))


def may_make(role: str, kind: RoundKind) -> bool:
    return role in ROLES_OF_TEAM[RoundTeam(kind.team)]


def note(*, by: User, stay: RoundStay, day: date, said: Said, made_by: User | None = None) -> RoundVisit:
    """Write what became of the visit of `day`; `made_by` is who was at the door. Raises Refused."""
    require_carer(by)
    maker = made_by or by
    check(stay, day, said)
    check_maker(stay, maker)
    return say(by=by, stay=stay, day=day, said=said, maker=maker)


def say(*, by: User, stay: RoundStay, day: date, said: Said, maker: User) -> RoundVisit:
    try:
        with transaction.atomic():
            last = last_word(stay, day)
            if last is not None and same(last, said):
                return last
            if (last.pk if last else None) != said.seen_last:
                raise meanwhile(last)
            written = write(stay, day, said, by=by, maker=maker, replaces=last)
            record(by=by, verb=Verb.RECORD_OUTCOME, target=written, establishment=stay.establishment)
    except IntegrityError as error:
        if constraint_of(error) not in SAID_MEANWHILE:
            raise
        # Somebody was a moment quicker; a second press of the same button is answered with what was done.
        last = last_word(stay, day)
        if last is None or not same(last, said):
            raise meanwhile(last) from error
        return last
    return written


def take_back(*, by: User, visit: RoundVisit) -> RoundVisit:
    """Take one's own last word back, within some minutes; the visit is due again. Raises Refused."""
    require_carer(by)
    is_head = Rights(by, visit.establishment).leads_unit
    if not is_head and visit.recorded_by_id != by.pk:
        raise Refused("not_yours", _("Only who wrote a visit down takes it back. Correct it on the page of its day."))
    if not is_head and timezone.now() - visit.recorded_at > timedelta(minutes=UNDO_MINUTES):
        raise Refused("too_late", _("This was written down some time ago. Correct it on the page of its day."))
    taken_back = Said(VisitOutcome.VOID, seen_last=visit.pk)
    return say(by=by, stay=visit.stay, day=visit.day, said=taken_back, maker=visit.made_by)


def write(stay: RoundStay, day: date, said: Said, *, by: User, maker: User, replaces: RoundVisit | None) -> RoundVisit:
    person = stay.detainee
    return RoundVisit.objects.create(
        establishment=stay.establishment,
        stay=stay,
        day=day,
        at=said.at,
        outcome=said.outcome,
        reason=said.reason,
        building_id=person.building_id,
        cell=person.cell,
        made_by=maker,
        recorded_by=by,
        replaces=replaces,
    )


def last_word(stay: RoundStay, day: date) -> RoundVisit | None:
    rows = RoundVisit.objects.latest_words().filter(stay=stay, day=day)
    return rows.select_related("recorded_by").first()


def same(last: RoundVisit, said: Said) -> bool:
    return (last.outcome, last.reason) == (said.outcome, said.reason)


def meanwhile(last: RoundVisit | None) -> Refused:
    if last is None:
        return Refused("changed", _("What stood here was taken back meanwhile. Look at it again first."))
    said = _("%(name)s noted “%(outcome)s” meanwhile. Look at it again first.")
    return Refused("changed", said % {"name": last.recorded_by, "outcome": last.get_outcome_display()})


def check(stay: RoundStay, day: date, said: Said) -> None:
    """Raise Refused where the words do not go together, or the visit is not one of this round and day."""
    today = stay.establishment.today()
    if said.outcome not in SAYABLE:
        raise Refused("outcome", _("Say what became of the visit."))
    if said.outcome == VisitOutcome.PREVENTED and said.reason not in VisitReason.values:
        raise Refused("reason", _("Say from the list why the person could not be visited."))
    if said.outcome != VisitOutcome.PREVENTED and said.reason:
        raise Refused("reason", _("A reason belongs to a visit that was prevented."))
    if not today - ENTERED_WITHIN <= day <= today:
        raise Refused("day", _("A visit is entered on its day, or up to a month afterwards."))
    if day < stay.since or (stay.ends_on is not None and day > stay.ends_on):
        raise Refused("day", _("This person was not on the round that day."))


def check_maker(stay: RoundStay, maker: User) -> None:
    """Raise Refused unless `maker` works here and makes such rounds."""
    here = Membership.objects.filter(user=maker, establishment=stay.establishment, role__in=CARE_ROLES)
    role = here.current().first()
    if role is None or not may_make(role.role, stay.kind):
        raise Refused(
            "team",
            _("This round is made by %(team)s. Say who made the visit.") % {"team": RoundTeam(stay.kind.team).label},
        )
