"""Turns what was asked of the prints and the statistics into typed values. Never saves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from access.fields import DayField
from access.models import Building, Establishment
from appointments.care.fields import RowChoice
from appointments.models import Agenda
from appointments.models.enums.prints import SlipLabel


class DaySheetForm(forms.Form):
    day = DayField(label=_("Day"))
    agenda = RowChoice(label=_("Practitioner"), required=False, empty_label=_("All practitioners"))

    def __init__(self, *args: Any, agendas: Sequence[Agenda], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agenda = self.fields["agenda"]
        assert isinstance(agenda, RowChoice)  # noqa: S101 declared above
        agenda.offer(lambda: agendas)


class SlipsForm(forms.Form):
    day = DayField(label=_("Day"))
    building = RowChoice(label=_("Building"), required=False, empty_label=_("All buildings"))

    def __init__(self, *args: Any, establishment: Establishment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        buildings = list(Building.objects.filter(establishment=establishment).order_by("name"))
        building = self.fields["building"]
        assert isinstance(building, RowChoice)  # noqa: S101 declared above
        building.offer(lambda: buildings)


class SlipLabelForm(forms.Form):
    label = forms.ChoiceField(label=_("Word on the slips"), choices=SlipLabel.choices)
