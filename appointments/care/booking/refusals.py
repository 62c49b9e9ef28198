"""What was refused, said beside the field it is about: who is in the way, and for how long there is room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from access.refusal import Refused
from appointments.care.fields import SlotForm
from appointments.models import Agenda, Appointment, ConsultationSession

# Refusals about somebody, about what is done, and those about when and with whom, by their codes.
OF_A_FIELD = {"person": "q", "left": "q", "joined": "q", "again": "q", "kind": "kind"}
OF_THE_PLACE = {"short", "taken", "closed", "full", "past", "away", "unit_closed", "arrival", "right"}
CROWDED = "brought"
# The shortest appointment that the form takes.
SHORTEST = timedelta(minutes=5)


@dataclass(frozen=True)
class PlaceRefused:
    """What stands beside the place chosen when it was refused; `shorter` is what would fit there, in minutes."""

    sentences: Sequence[str] = ()
    in_the_way: Appointment | None = None
    shorter: int = 0


def refuse(form: SlotForm, refusal: Refused) -> None:
    """Put the rule's no beside the field that it is about."""
    field = OF_A_FIELD.get(refusal.code)
    form.add_error(field if field in form.fields else None, ValidationError(refusal.sentence, code=refusal.code))


def sentences(form: SlotForm, codes: set[str]) -> list[str]:
    if not form.is_bound:
        return []
    found = form.errors.as_data().get(NON_FIELD_ERRORS, [])
    return [str(each.message) for each in found if each.code in codes]


def place_refused(
    form: SlotForm, *, agenda: Agenda | None, starts_at: datetime | None, length: timedelta | None
) -> PlaceRefused | None:
    """Return what is said of the place chosen; None where nothing about it was refused. Two queries when it was."""
    said = sentences(form, OF_THE_PLACE)
    if not said:
        return None
    if agenda is None or starts_at is None or length is None:
        return PlaceRefused(said)
    ends_at = starts_at + length
    session = ConsultationSession.objects.filter(agenda=agenda, starts_at__lte=starts_at, ends_at__gt=starts_at).first()
    if session is None or session.is_shared:
        return PlaceRefused(said)
    held = Appointment.objects.holding().filter(agenda=agenda, starts_at__lt=ends_at, ends_at__gt=starts_at)
    first = held.select_related("detainee").order_by("starts_at", "id").first()
    room = min([session.ends_at, *([first.starts_at] if first else [])]) - starts_at
    shorter = int(room.total_seconds()) // 60 if SHORTEST <= room < length else 0
    return PlaceRefused(said, first, shorter)
