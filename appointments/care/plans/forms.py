"""What the head of unit types about possible half-days and the people whom officers bring. Never saves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.arithmetic.recurrence import HALF_DAYS_OF_WEEK, HalfDay
from appointments.models import AgendaHours, ArrivalTime
from appointments.models.agenda import MOST_BROUGHT
from appointments.models.half_days import half_day_words

EVERY = [
    (1, _("every week")),
    (2, _("every 2 weeks")),
    (3, _("every 3 weeks")),
    (4, _("every 4 weeks")),
]


class PossibleForm(forms.Form):
    half_days = forms.TypedMultipleChoiceField(
        label=_("Possible half-days"),
        coerce=int,
        choices=lambda: [(number, half_day_words(HalfDay.numbered(number))) for number in HALF_DAYS_OF_WEEK],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one half-day of the week.")},
    )
    every = forms.TypedChoiceField(label=_("How often the person can come"), coerce=int, choices=EVERY, initial=1)
    may_move = forms.BooleanField(
        label=_("The days may change"),
        required=False,
        help_text=_("Not ticked: proposals leave the half-days of this agenda where they are."),
    )

    @classmethod
    def of(cls, said: AgendaHours | None, held: Sequence[int], data: Any = None) -> PossibleForm:
        """Return the form with what was said, else with the half-days that are held now."""
        if said is None:
            return cls(data, initial={"half_days": list(held), "every": 1})
        return cls(data, initial={"half_days": said.half_days, "every": said.every, "may_move": said.may_move})

    def values(self) -> dict[str, Any]:
        typed = self.cleaned_data
        return {
            "half_days": [HalfDay.numbered(number) for number in typed["half_days"]],
            "every": typed["every"],
            "may_move": typed["may_move"],
        }


class BroughtForm(forms.Form):
    """One number for each arrival time."""

    def __init__(self, *args: Any, times: Sequence[ArrivalTime], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.times = {f"at_{one.at:%H%M}": one.at for one in times}
        for one in times:
            self.fields[f"at_{one.at:%H%M}"] = forms.IntegerField(
                label=f"{one.at:%H:%M}",
                required=False,
                min_value=1,
                max_value=MOST_BROUGHT,
                initial=one.most_people,
            )

    def values(self) -> dict[time, int | None]:
        return {at: self.cleaned_data[name] for name, at in self.times.items()}
