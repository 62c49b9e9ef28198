"""Turns what was typed about a series, or a search of free times, into typed values. Never saves."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.fields import DayField, TimeOfDayField
from appointments import booking
from appointments.arithmetic.recurrence import MOST_DATES, MOST_WEEKS, SeriesRhythm
from appointments.arithmetic.timegrid import at_local
from appointments.arithmetic.varied_days import around
from appointments.care.booking.forms import BookingForm
from appointments.care.booking.series_layout import SKIP
from appointments.care.fields import HalfDaysForm, RowsChoice, SlotForm
from appointments.care.pages import YEARS
from appointments.models import Detainee

LINE = "line-"
# A follow-up further ahead is asked for by its day.
FARTHEST_WEEKS = 26
FARTHEST = datetime.timedelta(days=730)


class NearDayField(DayField):
    """A day of the coming years: further away nobody books, and a typing mistake is likely."""

    def clean(self, value: Any) -> datetime.date | None:
        day: datetime.date | None = super().clean(value)
        today = timezone.localdate()
        # A day earlier, too: where the establishment lies, yesterday may still be going on.
        if day and not today - datetime.timedelta(days=1) <= day <= today + FARTHEST:
            raise ValidationError(_("Choose a day from today on, within two years."))
        return day


class SeriesForm(BookingForm):
    overbook = None  # type: ignore[assignment]
    crowd = None  # type: ignore[assignment]
    knowing = None  # type: ignore[assignment]
    day = NearDayField(label=gettext_lazy("From"))
    time = TimeOfDayField(label=gettext_lazy("Time"))
    count = forms.IntegerField(
        label=gettext_lazy("Number of appointments"), min_value=2, max_value=MOST_DATES, initial=10
    )
    every = forms.IntegerField(label=gettext_lazy("Every … weeks"), min_value=1, max_value=MOST_WEEKS, initial=1)
    vary = forms.BooleanField(
        label=gettext_lazy("Vary the hour between weeks"),
        required=False,
        initial=True,
        help_text=gettext_lazy(
            "The same weekday and hour every week is a rhythm by which others recognise the care. "
            "Where the agenda has room, each date gets another arrival time of the same half-day."
        ),
    )
    vary_days = forms.BooleanField(
        label=gettext_lazy("Vary the day and the interval"),
        required=False,
        initial=True,
        help_text=gettext_lazy(
            "From the second date on, some days sooner or later, on the same half-day, where the practitioner works. "
            "Two dates never come much closer than wanted. Untick it where care needs these very days."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for weekday, name in WEEKDAYS.items():
            self.fields[f"on_{weekday}"] = forms.BooleanField(label=name, required=False)
            self.fields[f"at_{weekday}"] = TimeOfDayField(
                label=_("Time on %(weekday)s") % {"weekday": name}, required=False
            )

    def weekdays(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        for weekday in WEEKDAYS:
            yield self[f"on_{weekday}"], self[f"at_{weekday}"]

    def variations(self) -> list[forms.BoundField]:
        return [self["vary"], self["vary_days"]]

    def clean(self) -> dict[str, Any]:
        """Make the rhythm of what was typed; a weekday with a time of its own counts as chosen."""
        data = super().clean()
        usual = data.get("time")
        times = {
            weekday: at
            for weekday in WEEKDAYS
            if (at := data.get(f"at_{weekday}") or (usual if data.get(f"on_{weekday}") else None))
        }
        if not times and not self.errors:
            self.add_error("on_0", _("Choose at least one day of the week."))
        elif not self.errors:
            try:
                data["rhythm"] = SeriesRhythm(data["day"], times, data["count"], data["every"])
                data["starts"] = data["rhythm"].starts(self.establishment.zone)
            except ValueError:
                self.add_error("day", _("The series runs out of the calendar. Choose an earlier day."))
        return data


class FindForm(BookingForm, HalfDaysForm):
    agenda = None  # type: ignore[assignment]
    time = None  # type: ignore[assignment]
    overbook = None  # type: ignore[assignment]
    crowd = None  # type: ignore[assignment]
    knowing = None  # type: ignore[assignment]
    agendas = RowsChoice(
        label=gettext_lazy("Practitioners"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: anybody of the kind’s discipline."),
    )
    day = NearDayField(label=gettext_lazy("From"), required=False)
    in_weeks = forms.IntegerField(
        label=gettext_lazy("In about … weeks"),
        required=False,
        min_value=1,
        max_value=FARTHEST_WEEKS,
        help_text=gettext_lazy("For a follow-up: some days sooner or later, so that no interval comes back."),
    )
    field_order = ("q", "person", "kind", "minutes", "day", "in_weeks", "agendas", "half")
    agenda_field = "agendas"

    def clean(self) -> dict[str, Any]:
        """A day is meant as it is; a number of weeks is meant about."""
        data = super().clean()
        if data.get("day") and data.get("in_weeks"):
            self.add_error("in_weeks", _("Choose a day or a number of weeks, not both."))
        kind = data.get("kind")
        for agenda in data.get("agendas") or ():
            if kind is not None and (said := booking.not_done(agenda, kind)):
                self.add_error("agendas", said)
        return data

    @property
    def begins(self) -> datetime.date | None:
        """The day from which times are proposed, None for now."""
        weeks = self.cleaned_data["in_weeks"]
        if not weeks:
            day: datetime.date | None = self.cleaned_data["day"]
            return day
        today, person = self.establishment.today(), self.cleaned_data["detainee"]
        seed = f"{person.pk if person else ''}|{self.cleaned_data['kind'].pk}|{today}|{weeks}"
        return around(today + datetime.timedelta(weeks=weeks), weeks=weeks, seed=seed)

    def find_person(self, key: UUID | None, words: str) -> Detainee | None:
        """Return the person meant, None when nobody is: a time can be looked for without saying for whom."""
        return super().find_person(key, words) if key is not None or words else None


class MoveTogetherForm(SlotForm):
    """Where this appointment of a series goes; those after it keep their distance to it."""

    overbook = None  # type: ignore[assignment]
    crowd = None  # type: ignore[assignment]
    day = NearDayField(label=gettext_lazy("Day"))


def line_choices(data: Mapping[str, Any], zone: ZoneInfo) -> dict[int, datetime.datetime | None]:
    """Return what was chosen for each line of a series, None for one that is skipped; nonsense is ignored."""
    found: dict[int, datetime.datetime | None] = {}
    for name in data:
        number, value = name.removeprefix(LINE), str(data[name])
        if not name.startswith(LINE) or not (number.isascii() and number.isdigit() and len(number) < 4):
            continue
        if value == SKIP:
            found[int(number)] = None
            continue
        try:
            wall = datetime.datetime.strptime(value, "%Y-%m-%dT%H:%M")  # noqa: DTZ007 made aware by the next line
            if wall.year in YEARS:
                found[int(number)] = at_local(wall.date(), wall.time(), zone)
        except ValueError:
            continue
    return found
