"""Who is on a round because a carer put them there: medication or a dressing in the cell, for some days."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.audit import record
from access.enums import Side, Verb
from access.models import User
from access.refusal import Refused, sentences_for_constraints
from appointments.models import Detainee, RoundKind, RoundStay
from appointments.models.rounds import RoundStayQuerySet

# Further ahead nobody knows where somebody will be.
LONGEST = timedelta(days=366)
CONSTRAINTS: dict[str, tuple[str, Promise]] = {
    "round_stay_once": ("since", gettext_lazy("This person is on this round at that time already."))
}


def stays_of(person: Detainee) -> RoundStayQuerySet:
    """Return the person's times on rounds, those that last first."""
    return (
        RoundStay.objects.filter(establishment_id=person.establishment_id, detainee=person)
        .select_related("kind", "added_by", "ended_by")
        .order_by("-since", "kind__name", "id")
    )


def put_on_round(*, by: User, person: Detainee, kind: RoundKind, since: date, last_day: date | None) -> RoundStay:
    """Put `person` on the round until and including `last_day`. Raises Refused with the field it is about."""
    require_carer(by)
    establishment, today = person.establishment, person.establishment.today()
    if kind.is_by_cell or not kind.is_active:
        raise Refused("kind", _("People come onto this round by their cell."))
    if not person.is_present:
        raise Refused("since", _("This person has left the prison."))
    if not today <= since <= today + LONGEST:
        raise Refused("since", _("Choose a first day from today on, within a year."))
    if last_day is not None and not since <= last_day <= since + LONGEST:
        raise Refused("last_day", _("Choose a last day from the first one on, within a year."))
    with sentences_for_constraints(CONSTRAINTS), transaction.atomic():
        stay = RoundStay.objects.create(
            establishment=establishment,
            kind=kind,
            detainee=person,
            since=since,
            ends_on=None if last_day is None else last_day + timedelta(days=1),
            added_by=by,
        )
        record(by=by, verb=Verb.BOOK, target=stay, establishment=establishment)
    return stay


def end_stay(*, by: User, stay: RoundStay) -> None:
    """End it today: nobody is due any more. Ended twice it changes nothing. Raises Refused."""
    require_carer(by)
    if stay.place:
        raise Refused("by_cell", _("Who is on a round by their cell leaves it with the cell."))
    today = stay.establishment.today()
    lasting = RoundStay.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today), pk=stay.pk)
    with transaction.atomic():
        if lasting.update(ends_on=max(today, stay.since), ended_by=by):
            record(by=by, verb=Verb.CANCEL, target=stay, establishment=stay.establishment)


def require_carer(by: User) -> None:
    if by.side != Side.CARE:
        raise Refused("side", _("Rounds are the care side’s alone."))
