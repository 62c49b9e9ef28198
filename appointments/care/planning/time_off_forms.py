"""What the head of unit types about absences and closures, and about the people booked under them. Never saves."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from access.fields import DayField, TimeOfDayField
from access.models import Establishment
from appointments.arithmetic.timegrid import Interval, OutsideCalendar, at_local
from appointments.care.fields import RowChoice
from appointments.care.planning.forms import OfUnitForm
from appointments.models.enums.appointment import CancelReason
from appointments.models.enums.planning import AbsenceReason, ClosureReason
from appointments.planning import BookedDecision
from appointments.rights import Rights

RECEIVE, KEEP, CANCEL, EACH = "receive", "keep", "cancel", "each"


class TimeOffForm(OfUnitForm):
    first = DayField(label=_("First day"))
    last = DayField(label=_("Last day"), required=False, help_text=_("Empty: the same day."))
    start = TimeOfDayField(label=_("From this hour"), required=False, help_text=_("Empty: from the morning on."))
    end = TimeOfDayField(label=_("Until this hour"), required=False, help_text=_("Empty: to the evening."))

    def __init__(self, *args: Any, establishment: Establishment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.establishment = establishment

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, zone = data.get("first"), self.establishment.zone
        if first is None or self.errors:
            return data
        last = data.get("last") or first
        try:
            begins = at_local(first, data.get("start") or time.min, zone)
            ends = (
                at_local(last, data["end"], zone)
                if data.get("end")
                else at_local(last + timedelta(days=1), time.min, zone)
            )
        except (OutsideCalendar, OverflowError) as error:
            raise ValidationError(_("This day is not in any calendar. Choose another.")) from error
        data["hours"] = (begins, ends)
        return data

    @property
    def hours(self) -> Interval:
        hours: Interval = self.cleaned_data["hours"]
        return hours


class AbsenceForm(TimeOffForm):
    agenda = RowChoice(label=_("Practitioner"))
    reason = forms.ChoiceField(
        label=_("Reason"), choices=AbsenceReason.choices, help_text=_("Only heads of unit see it.")
    )
    field_order = ("agenda", "first", "last", "start", "end", "reason")

    def __init__(self, *args: Any, rights: Rights, **kwargs: Any) -> None:
        super().__init__(*args, establishment=rights.establishment, **kwargs)
        agenda = self.fields["agenda"]
        assert isinstance(agenda, RowChoice)  # noqa: S101 declared above
        # Whoever makes a unit's planning sees every agenda of it in use.
        agenda.offer(lambda: [each for each in rights.visible if rights.leads(each.unit_id)])


class ClosureForm(TimeOffForm):
    reason = forms.ChoiceField(label=_("Reason"), choices=ClosureReason.choices)
    field_order = ("first", "last", "start", "end", "reason")

    def __init__(self, *args: Any, rights: Rights, **kwargs: Any) -> None:
        super().__init__(*args, establishment=rights.establishment, **kwargs)
        self.ask_unit(rights)


class BookedDecisionForm(forms.Form):
    asked = forms.CharField(widget=forms.HiddenInput, max_length=64)
    decision = forms.ChoiceField(choices=[(RECEIVE, ""), (KEEP, ""), (CANCEL, ""), (EACH, "")])
    # For what a nurse receives these people.
    received_for = forms.CharField(required=False, max_length=20)
    reason_to_cancel = forms.ChoiceField(required=False, choices=CancelReason.choices)

    def answer(self) -> BookedDecision | None:
        if not self.is_valid():
            return None
        typed = self.cleaned_data
        if typed["decision"] != CANCEL:
            return BookedDecision(typed["asked"], None)
        return (
            BookedDecision(typed["asked"], CancelReason(typed["reason_to_cancel"]))
            if typed["reason_to_cancel"]
            else None
        )
