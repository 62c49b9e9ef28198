"""Turns what was typed about an appointment into typed values. Never saves."""

from __future__ import annotations

import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from access.models import Establishment, User
from appointments.enums import CARE_MAY_SAY, CancelReason
from appointments.models import Agenda, Appointment, Detainee, Kind
from appointments.models.person import DetaineeQuerySet
from appointments.policies import agendas_bookable_by, appointments_visible_to, detainees_visible_to
from appointments.timegrid import OutsideCalendar, at_local

SHOWN_PEOPLE = 8


class DayField(forms.DateField):
    """A day, as a date input of the browser sends it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)


class TimeOfDayField(forms.TimeField):
    """A time of day in hours and minutes."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
        super().__init__(input_formats=["%H:%M", "%H:%M:%S"], **kwargs)


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


class BookingForm(SlotForm):
    """Who, for what, with whom, when."""

    q = forms.CharField(
        label=_("Person"),
        required=False,
        max_length=100,
        help_text=_("Name, register number or cell"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "type": "search"}),
    )
    person = forms.UUIDField(required=False, widget=forms.HiddenInput)
    kind = KindChoice(Kind.objects.none(), label=_("Kind of consultation"), empty_label=None)
    minutes = forms.IntegerField(
        label=_("Duration in minutes"),
        required=False,
        min_value=5,
        max_value=240,
        help_text=_("Leave empty for the usual duration."),
    )
    # The appointment that did not take place and that this one makes up for.
    follows = forms.ModelChoiceField(Appointment.objects.none(), required=False, widget=forms.HiddenInput)
    # The request that the appointment answers, as it was seen, and the one after it in the queue.
    request = forms.UUIDField(required=False, widget=forms.HiddenInput)
    request_revision = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    next = forms.UUIDField(required=False, widget=forms.HiddenInput)
    field_order = ("q", "person", "kind", "minutes", "agenda", "day", "time", "overbook")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ModelChoiceField)  # noqa: S101 declared above
        kind.queryset = Kind.objects.filter(establishment=self.establishment, is_active=True)
        follows = self.fields["follows"]
        assert isinstance(follows, forms.ModelChoiceField)  # noqa: S101 declared above
        follows.queryset = appointments_visible_to(self.by, self.establishment)

    def people(self) -> DetaineeQuerySet:
        """Return the people who may be called."""
        return detainees_visible_to(self.by, self.establishment).present().select_related("building")

    def clean(self) -> dict[str, Any]:
        """Find the person: the one chosen or, when the words typed fit one person only, that one."""
        data = super().clean()
        key, words = data.get("person"), (data.get("q") or "").replace("\x00", "").strip()
        try:
            data["detainee"] = self.find_person(key, words)
        except ValidationError as error:
            self.add_error("q", error)
        follows = data.get("follows")
        if follows is not None and data.get("detainee") != follows.detainee:
            # Somebody else was chosen meanwhile: this makes up for nothing.
            data["follows"] = None
        return data

    def find_person(self, key: UUID | None, words: str) -> Detainee | None:
        """Return the person meant; raise ValidationError with what to do."""
        return find_person(self.people(), key, words)

    @property
    def length(self) -> datetime.timedelta | None:
        """The duration typed, None for the usual one."""
        minutes = self.cleaned_data.get("minutes")
        return datetime.timedelta(minutes=minutes) if minutes else None


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


class CancelForm(RevisionForm):
    """Why care cancels, and how much of a series."""

    reason = forms.ChoiceField(label=_("Reason"), choices=[("", _("Choose a reason")), *CancelReason.choices])
    later = forms.BooleanField(label=_("This one and all later ones of the series"), required=False)


class NotComeForm(RevisionForm):
    """That the person did not come, with care's reason if there is one yet. What the prison declares is not asked."""

    reason = forms.ChoiceField(
        label=_("Why, as far as care knows"),
        required=False,
        choices=[("", _("Not known yet")), *((reason.value, reason.label) for reason in CARE_MAY_SAY)],
    )


class ReasonForm(RevisionForm):
    """What care has found out since."""

    reason = forms.ChoiceField(
        label=_("What care has verified"),
        choices=[("", _("Choose a reason")), *((reason.value, reason.label) for reason in CARE_MAY_SAY)],
    )


class MoveForm(SlotForm):
    """Where the appointment goes."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class SwapForm(RevisionForm):
    """Which other appointment, in which state, takes this one's time."""

    other = forms.UUIDField(label=_("Exchange with"))
    other_revision = forms.IntegerField(min_value=1)


class JumpForm(forms.Form):
    """The day to look at."""

    date = DayField(label=_("Day"))

    @property
    def day(self) -> datetime.date:
        """The day chosen."""
        day: datetime.date = self.cleaned_data["date"]
        return day
