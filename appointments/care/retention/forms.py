"""The months for which each kind of data is kept, and on whose demand an extract is given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from appointments.extract.paper import ExtractReason
from appointments.models.enums.retention import PERIODS, RetentionKind


def field_name(kind: RetentionKind) -> str:
    return f"months-{kind.value}"


class PeriodsForm(forms.Form):
    """One field a kind."""

    def __init__(self, *args: Any, kept: Mapping[RetentionKind, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, each in PERIODS.items():
            bounds = _("Choose %(least)d to %(most)d months.") % {"least": each.least, "most": each.most}
            self.fields[field_name(kind)] = forms.IntegerField(
                label=kind.label,
                help_text=ngettext("Usual: %(usual)d month.", "Usual: %(usual)d months.", each.usual)
                % {"usual": each.usual},
                initial=kept[kind],
                min_value=each.least,
                max_value=each.most,
                error_messages={"min_value": bounds, "max_value": bounds, "invalid": bounds},
                widget=forms.NumberInput(attrs={"min": each.least, "max": each.most}),
            )

    @property
    def months(self) -> dict[RetentionKind, int]:
        return {kind: self.cleaned_data[field_name(kind)] for kind in PERIODS}


class ExtractForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("On whose demand"), choices=ExtractReason.choices, widget=forms.RadioSelect
    )
