"""Turns what was asked of the prints and the statistics into typed values. Never saves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from access.fields import DayField
from access.models import Building
from appointments.care.fields import RowChoice
from appointments.models import Agenda
from appointments.models.enums.prints import SlipLabel

# The lists that officers have, by the words of their own pages.
DAYS = (("today", _("Today")), ("tomorrow", _("Tomorrow")))


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

    def __init__(self, *args: Any, buildings: Sequence[Building], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        building = self.fields["building"]
        assert isinstance(building, RowChoice)  # noqa: S101 declared above
        building.offer(lambda: buildings)


class OfficersListsForm(forms.Form):
    """Which of the lists that officers have: of today or tomorrow, of one building or of all."""

    day = forms.ChoiceField(label=_("Day"), choices=DAYS)
    building = RowChoice(label=_("Building"), required=False, empty_label=_("All buildings"))

    def __init__(self, *args: Any, buildings: Sequence[Building], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        building = self.fields["building"]
        assert isinstance(building, RowChoice)  # noqa: S101 declared above
        building.offer(lambda: buildings)


class SlipLabelForm(forms.Form):
    label = forms.ChoiceField(label=_("Word on the slips"), choices=SlipLabel.choices)
