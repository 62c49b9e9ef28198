"""Takes an applied nominal list back: everybody whom it changed is as before, and whom it brought was never there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from access.audit import record
from access.enums import Verb
from access.models import Establishment, User
from access.refusal import Refused
from appointments import projection
from appointments.models import Detainee, FormerNumber, Question, RegistryChange, RegistryImport, Request
from appointments.models.enums.appointment import Status
from appointments.models.enums.request import Closing, QuestionDecision, RequestStatus
from appointments.registry.apply import UNDO_DAYS, free_numbers, hold_registry, kept, write_changed
from appointments.registry.by_hand import has_rows

DATES = ("birth_date", "arrived_on", "released_on")
NAMED = 5


def last_import(establishment: Establishment) -> RegistryImport | None:
    """Return the one list that may be taken back: the last that stands, as long as what it changed is known."""
    standing = RegistryImport.objects.filter(establishment=establishment, undone_at__isnull=True).first()
    # One that a former release applied did not keep what it changed.
    if standing is None or not standing.effects or standing.applied_at < timezone.now() - timedelta(days=UNDO_DAYS):
        return None
    return standing


def take_back(*, by: User, done: RegistryImport) -> RegistryImport:
    """Take an applied list back, all of it or nothing. Raises Refused, with what stands in the way."""
    establishment = done.establishment
    with transaction.atomic():
        hold_registry(establishment)
        last = last_import(establishment)
        if last is None or last.pk != done.pk:
            raise Refused(
                "later", _("Only the last list can be taken back, within %(days)s days.") % {"days": UNDO_DAYS}
            )
        changes = list(done.changes.select_related("detainee__building", "detainee__establishment").order_by("pk"))
        require_as_left(changes)
        people = [change.detainee for change in changes if change.before]
        for change in changes:
            if change.before:
                put_back(change.detainee, change.before)
        free_numbers([c.detainee for c in changes if c.before.get("register_number") != c.after["register_number"]])
        retract([change.detainee for change in changes if not change.before])
        write_changed(people)
        FormerNumber.objects.filter(found_by=done).delete()
        projection.renumber(people)
        projection.follow(people)
        take_effects_back(done)
        done.undone_at, done.undone_by = timezone.now(), by
        done.save(update_fields=["undone_at", "undone_by"])
        record(by=by, verb=Verb.UNDO_IMPORT, target=done, establishment=establishment)
    return done


def require_as_left(changes: Sequence[RegistryChange]) -> None:
    """Refuse when somebody was changed since by something else, or care has begun for whom the list brought."""
    since = [c.detainee for c in changes if c.detainee.is_set_aside or kept(c.detainee) != c.after]
    if since:
        raise Refused(
            "changed", _("These people were changed since, by hand or by a join: %(names)s.") % {"names": some(since)}
        )
    begun = [c.detainee for c in changes if not c.before and has_rows(c.detainee)]
    if begun:
        raise Refused(
            "begun",
            _("Care has begun for people whom this list brought: %(names)s. Join them to the records that they had.")
            % {"names": some(begun)},
        )


def some(people: Sequence[Detainee]) -> str:
    named = ", ".join(f"{person.display_name} ({person.register_number})" for person in people[:NAMED])
    return named if len(people) <= NAMED else f"{named}…"


def put_back(person: Detainee, before: dict[str, Any]) -> None:
    """Give `person`, unsaved, what stood there before the list."""
    for name, value in before.items():
        if value is not None and name in DATES:
            value = date.fromisoformat(value)
        elif value is not None and name == "provisional_since":
            value = datetime.fromisoformat(value)
        setattr(person, name, value)
    person.fill_search_text()


def retract(people: Sequence[Detainee]) -> None:
    """Set aside whom the list brought: nobody finds them, and nothing can be booked for them any longer."""
    for person in people:
        person.retracted_at, person.released_on = timezone.now(), person.establishment.today()
    Detainee.objects.bulk_update(people, ["retracted_at", "released_on"], batch_size=500)
    Request.objects.filter(detainee__in=[person.pk for person in people], status=RequestStatus.OPEN).update(
        status=RequestStatus.CLOSED, closing=Closing.MISTAKE, returned_from=None, revision=F("revision") + 1
    )


def take_effects_back(done: RegistryImport) -> None:
    """Withdraw the questions that the list asked, ask again those that it settled, close the requests that it wrote."""
    Question.objects.filter(found_by=done, decision="").update(
        decision=QuestionDecision.BACK, decided_by=None, decided_at=timezone.now()
    )
    settled = Question.objects.filter(pk__in=keys(done, "settled"), decision=QuestionDecision.BACK)
    again = settled.filter(appointment__status=Status.BOOKED, appointment__starts_at__gt=timezone.now())
    open_now = Question.objects.filter(decision="").values("appointment")
    again.exclude(appointment__in=open_now).update(decision="", decided_by=None, decided_at=None)
    untouched = Request.objects.filter(pk__in=keys(done, "requests"), status=RequestStatus.OPEN, triaged_at=None)
    untouched.filter(times_asked=1).update(
        status=RequestStatus.CLOSED, closing=Closing.MISTAKE, returned_from=None, revision=F("revision") + 1
    )


def keys(done: RegistryImport, name: str) -> list[UUID]:
    return [UUID(key) for key in done.effects.get(name, ())]
