"""Turns what was asked of the prints and the statistics into typed values. Never saves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from access.fields import DayField
from access.models import Building, Establishment
from appointments.models import Agenda
from appointments.models.enums.prints import SlipLabel


class DaySheetForm(forms.Form):
    """Whose day, and which."""

    day = DayField(label=_("Day"))
    agenda = forms.ModelChoiceField(
        Agenda.objects.none(), label=_("Practitioner"), required=False, empty_label=_("All practitioners")
    )

    def __init__(self, *args: Any, agendas: QuerySet[Agenda], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agenda"].queryset = agendas  # type: ignore[attr-defined]


class SlipsForm(forms.Form):
    """Which day's slips, of which building."""

    day = DayField(label=_("Day"))
    building = forms.ModelChoiceField(
        Building.objects.none(), label=_("Building"), required=False, empty_label=_("All buildings")
    )

    def __init__(self, *args: Any, establishment: Establishment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        buildings = Building.objects.filter(establishment=establishment).order_by("name")
        self.fields["building"].queryset = buildings  # type: ignore[attr-defined]


class SlipLabelForm(forms.Form):
    """What the slips are called here."""

    label = forms.ChoiceField(label=_("Word on the slips"), choices=SlipLabel.choices)
