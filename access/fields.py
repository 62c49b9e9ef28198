"""Form fields that both doors use: a day and a time of day, as a browser sends them and as people here write them."""

from __future__ import annotations

from typing import Any

from django import forms

# Never the order of month and day that goes with a language: 03/04 is one day, whoever reads it.
DAY_FORMATS = ("%Y-%m-%d", "%d/%m/%Y")
TIME_FORMATS = ("%H:%M", "%H:%M:%S", "%Hh%M")


class DayField(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format=DAY_FORMATS[0]))
        super().__init__(input_formats=DAY_FORMATS, **kwargs)


class TimeOfDayField(forms.TimeField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TimeInput(attrs={"type": "time"}, format=TIME_FORMATS[0]))
        super().__init__(input_formats=TIME_FORMATS, **kwargs)
