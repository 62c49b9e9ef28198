"""Turns the day to look at into a date, and what is ticked into what is left out."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from access.fields import DayField
from appointments.models import Agenda, Kind


class JumpForm(forms.Form):
    date = DayField(label=_("Day"))

    @property
    def day(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["date"]
        return day


class ShownForm(forms.Form):
    """The practitioners and kinds that stay; `offered` are those that stood on the page to be ticked."""

    day = DayField()
    agenda = forms.TypedMultipleChoiceField(coerce=int, required=False)
    kind = forms.TypedMultipleChoiceField(coerce=int, required=False)
    offered = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args: Any, agendas: Iterable[Agenda], kinds: Iterable[Kind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(agenda.pk, agenda.name) for agenda in agendas]
        for field, choices in (("agenda", named), ("offered", named), ("kind", [(k.pk, k.name) for k in kinds])):
            self.fields[field].choices = choices  # type: ignore[attr-defined]

    @property
    def without_agendas(self) -> list[int]:
        return [key for key in self.cleaned_data["offered"] if key not in self.cleaned_data["agenda"]]

    @property
    def without_kinds(self) -> list[int]:
        every = [key for key, _name in self.fields["kind"].choices]  # type: ignore[attr-defined]
        return [key for key in every if key not in self.cleaned_data["kind"]]
