"""Form fields that doors share: a day and a time of day, as a browser sends them and as people write them; a file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from access.in_words import date_format

# Never the order of month and day that goes with a language: 03/04 is one day, whoever reads it.
DAY_FORMATS = ("%Y-%m-%d", "%d/%m/%Y")
TIME_FORMATS = ("%H:%M", "%H:%M:%S", "%Hh%M")
# Further away is a typing mistake: nothing here is older, and nobody plans so far ahead.
YEARS_BACK, YEARS_AHEAD = 30, 10


class DayField(forms.DateField):
    """A day within some years of today; a birth date has `years_back=130`, a plan fewer years either way."""

    def __init__(self, *, years_back: int = YEARS_BACK, years_ahead: int = YEARS_AHEAD, **kwargs: Any) -> None:
        self.years_back, self.years_ahead = years_back, years_ahead
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format=DAY_FORMATS[0]))
        super().__init__(input_formats=DAY_FORMATS, **kwargs)

    def validate(self, value: Any) -> None:
        """Refuse a day so far away that only a slip of the hand can mean it. Raises ValidationError."""
        super().validate(value)
        today = timezone.localdate()
        first, last = today - timedelta(days=366 * self.years_back), today + timedelta(days=366 * self.years_ahead)
        if value is not None and not first <= value <= last:
            raise ValidationError(
                _("Check the year: choose a day between %(first)s and %(last)s."),
                code="far",
                params={"first": date_format(first, "d/m/Y"), "last": date_format(last, "d/m/Y")},
            )


class NamedFileField(forms.FileField):
    """A file whose name ends as files of its kind do; what is in it is for its reader to judge."""

    def __init__(self, *, endings: tuple[str, ...], **kwargs: Any) -> None:
        self.endings = endings
        kwargs.setdefault("widget", forms.ClearableFileInput(attrs={"accept": ",".join(endings)}))
        super().__init__(**kwargs)

    def validate(self, value: Any) -> None:
        """Refuse a file of another kind. Raises ValidationError."""
        super().validate(value)
        if value and not value.name.lower().endswith(self.endings):
            raise ValidationError(
                _("The name of this file should end in %(endings)s: check which file it is."),
                code="ending",
                params={"endings": ", ".join(self.endings)},
            )


class TimeOfDayField(forms.TimeField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TimeInput(attrs={"type": "time"}, format=TIME_FORMATS[0]))
        super().__init__(input_formats=TIME_FORMATS, **kwargs)
