"""Turns what was typed about one appointment into typed values. Never saves."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.care.fields import (
    RevisionForm,
    SlotForm,
)
from appointments.models.enums.appointment import CARE_MAY_SAY, CancelReason, RefusalCause

CAUSES = [("", _("Not asked yet")), *RefusalCause.choices]


class CancelForm(RevisionForm):
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
    reason = forms.ChoiceField(
        label=_("What care has verified"),
        choices=[("", _("Choose a reason")), *((reason.value, reason.label) for reason in CARE_MAY_SAY)],
    )
    # Of a refusal that is confirmed in the same breath; nothing where nobody has asked.
    cause = forms.ChoiceField(label=_("Cause of the refusal"), required=False, choices=CAUSES)


class CauseForm(RevisionForm):
    cause = forms.ChoiceField(label=_("Cause of the refusal"), required=False, choices=CAUSES)


class MoveForm(SlotForm):
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class ExchangeForm(RevisionForm):
    other = forms.UUIDField(label=_("Exchange with"))
    other_revision = forms.IntegerField(min_value=1)
