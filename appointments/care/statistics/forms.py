"""Turns what was asked of the figures into typed values. Never saves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from access.fields import DayField
from appointments.care.fields import RowChoice
from appointments.models import Agenda
from appointments.statistics.period import LONGEST_DAYS, Period


class DaysForm(forms.Form):
    """The first and the last day that are counted."""

    # Every year that the calendar of figures holds: the form itself says which.
    since = DayField(label=_("From"), years_back=200, years_ahead=100)
    until = DayField(label=_("To"), years_back=200, years_ahead=100)

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins, and one that no calendar or table holds."""
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until:
            if until < since:
                self.add_error("until", _("The last day comes before the first. Check both dates."))
            elif (until - since).days > LONGEST_DAYS or not 2000 <= since.year <= until.year <= 2100:
                self.add_error("until", _("Choose at most three years, between 2000 and 2100."))
        return data

    @property
    def period(self) -> Period:
        return Period(self.cleaned_data["since"], self.cleaned_data["until"])


class PeriodForm(DaysForm):
    agenda = RowChoice(label=_("Practitioner"), required=False, empty_label=_("All practitioners"))

    def __init__(self, *args: Any, agendas: Sequence[Agenda], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agendas, agenda = agendas, self.fields["agenda"]
        assert isinstance(agenda, RowChoice)  # noqa: S101 declared above
        agenda.offer(lambda: agendas)
