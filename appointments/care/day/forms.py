"""Turns the day to look at into a date."""

from __future__ import annotations

import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from access.fields import DayField


class JumpForm(forms.Form):
    date = DayField(label=_("Day"))

    @property
    def day(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["date"]
        return day
