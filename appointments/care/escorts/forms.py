"""What care types about a hospital escort, turned into values. Never saves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from access.fields import DayField, TimeOfDayField
from access.models import Establishment
from appointments.arithmetic.timegrid import OutsideCalendar, at_local
from appointments.care.fields import PLANNED, RevisionForm
from appointments.models import Escort
from appointments.models.enums.appointment import RefusalCause
from appointments.models.enums.escort import EscortCancelReason, TransportNote


class EscortForm(forms.Form):
    hospital = forms.CharField(
        label=_("Hospital"),
        max_length=80,
        help_text=_("The escort is told this."),
        widget=forms.TextInput(attrs={"list": "known-hospitals", "autocomplete": "off"}),
    )
    department = forms.CharField(
        label=_("Department"),
        max_length=80,
        required=False,
        help_text=_("Stays on the care side: it would tell why."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    day = DayField(label=_("Day"), **PLANNED)
    time = TimeOfDayField(label=_("Expected there at"))
    transport = forms.MultipleChoiceField(
        label=_("Transport"),
        choices=TransportNote.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only what the person agrees to have passed on."),
    )

    def __init__(self, *args: Any, establishment: Establishment, escort: Escort | None = None, **kwargs: Any):
        self.establishment = establishment
        if escort is not None:
            kwargs["initial"] = {
                "hospital": escort.hospital,
                "department": escort.department,
                "time": escort.expected_at.astimezone(establishment.zone).time(),
                "transport": escort.transport,
                "revision": escort.revision,
            }
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("day") and data.get("time"):
            try:
                data["expected_at"] = at_local(data["day"], data["time"], self.establishment.zone)
            except OutsideCalendar:
                self.add_error("day", _("This day is not in any calendar. Choose another."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        names = ("hospital", "department", "expected_at", "transport")
        return {name: self.cleaned_data[name] for name in names}


class CancelEscortForm(RevisionForm):
    reason = forms.ChoiceField(label=_("Reason"), choices=[("", _("Choose a reason")), *EscortCancelReason.choices])
    # Of a refusal; nothing where nobody has asked.
    cause = forms.ChoiceField(
        label=_("Cause of the refusal"), required=False, choices=[("", _("Not asked yet")), *RefusalCause.choices]
    )


class ReplanForm(EscortForm):
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    reason = forms.ChoiceField(
        label=_("Why the present date does not hold"),
        choices=[("", _("Choose a reason")), *EscortCancelReason.choices],
    )
    field_order = ("reason", "hospital", "department", "day", "time", "transport", "revision")

    def __init__(self, *args: Any, is_cancelled: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if is_cancelled:
            # Its reason is on record.
            del self.fields["reason"]

    @property
    def reason_given(self) -> EscortCancelReason | None:
        """Why the old date does not hold; None when it was cancelled before."""
        reason = self.cleaned_data.get("reason")
        return EscortCancelReason(reason) if reason else None
