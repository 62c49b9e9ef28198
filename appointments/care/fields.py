"""What forms of several families of pages share: days and times of day, the kind, the slot, the person. Never saves."""

from __future__ import annotations

import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from access.fields import DayField, TimeOfDayField
from access.models import Establishment, User
from appointments.arithmetic.timegrid import OutsideCalendar, at_local
from appointments.models import Agenda, Detainee, Kind
from appointments.models.person import DetaineeQuerySet
from appointments.policies import agendas_bookable_by

SHOWN_PEOPLE = 8


class KindChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A kind of consultation, named with its usual duration."""

    def label_from_instance(self, kind: Kind) -> str:
        """Return the name with the duration."""
        return f"{kind.name} ({kind.default_minutes} min)"


class SlotForm(forms.Form):
    """An agenda, a day and a time."""

    agenda = forms.ModelChoiceField(Agenda.objects.none(), label=_("Practitioner"), empty_label=None)
    day = DayField(label=_("Day"))
    time = TimeOfDayField(label=_("Time"))
    agenda_field = "agenda"
    overbook = forms.BooleanField(label=_("Overbook"), required=False)

    def __init__(self, *args: Any, by: User, establishment: Establishment, **kwargs: Any) -> None:
        self.by, self.establishment = by, establishment
        super().__init__(*args, **kwargs)
        self.bookable: QuerySet[Agenda] = agendas_bookable_by(by, establishment).select_related("establishment")
        agenda = self.fields[self.agenda_field]
        assert isinstance(agenda, forms.ModelChoiceField)  # noqa: S101 declared above
        agenda.queryset = self.bookable

    @property
    def starts_at(self) -> datetime.datetime:
        """The instant meant, by the establishment's clocks."""
        starts_at: datetime.datetime = self.cleaned_data["starts_at"]
        return starts_at

    def clean(self) -> dict[str, Any]:
        """Join day and time; a time that the clocks skip becomes the first one after."""
        data = super().clean() or {}
        if data.get("day") and data.get("time"):
            try:
                data["starts_at"] = at_local(data["day"], data["time"], self.establishment.zone)
            except OutsideCalendar:
                self.add_error("day", _("This day is not in any calendar. Choose another."))
        return data


def find_person(people: DetaineeQuerySet, key: UUID | None, words: str) -> Detainee:
    """Return the one of `people` who is meant: the one chosen, else the only one whom the words fit.

    Raises ValidationError with what to do.
    """
    if key is not None:
        person = people.filter(pk=key).first()
        if person is None:
            raise ValidationError(_("This person is not registered here or has left. Search again."))
        return person
    if not words:
        raise ValidationError(_("Say who is to be seen: a name, a register number or a cell."))
    found = list(people.matching(words)[:2])
    if not found:
        raise ValidationError(_("Nobody present matches these words. Check the spelling, or try the number."))
    if len(found) > 1:
        raise ValidationError(_("Several people match these words. Choose one of them."))
    return found[0]


class RevisionForm(forms.Form):
    """Which state of the appointment the user saw."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
