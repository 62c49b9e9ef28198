"""Turns what was typed for the team into typed values. Never saves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from access.fields import DayField
from appointments.care.fields import RowChoice
from appointments.models.team import NOTE_LENGTH, TASK_LENGTH
from appointments.rights import Rights


class UnitForm(forms.Form):
    """For which unit it is; nobody is asked who works for one alone."""

    unit = RowChoice(label=_("Unit"))

    def __init__(self, *args: Any, rights: Rights, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rights = rights
        units = rights.units_in_view
        unit = self.fields["unit"]
        assert isinstance(unit, RowChoice)  # noqa: S101 declared above
        unit.offer(lambda: units)
        if len(units) == 1:
            del self.fields["unit"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "unit" not in self.fields:
            data["unit"] = self.rights.units_in_view[0]
        return data


class NoteForm(UnitForm):
    text = forms.CharField(
        label=_("Note for the next shift"),
        max_length=NOTE_LENGTH,
        help_text=_("For the work of the day. Nothing of anybody’s health: that belongs in the medical record."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class TaskForm(UnitForm):
    what = forms.CharField(label=_("Task"), max_length=TASK_LENGTH)
    due_on = DayField(label=_("Due by"), years_back=1, years_ahead=2)
