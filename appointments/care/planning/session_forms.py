"""What the head of unit types about sessions and weekly patterns, turned into values. Never saves."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.fields import DayField, TimeOfDayField
from access.models import Establishment
from appointments.arithmetic.recurrence import LAST, Rhythm, rhythm_of
from appointments.care.planning.forms import minutes_field
from appointments.models import ConsultationSession, Room, SessionPattern
from appointments.models.agenda import MOST_OVERBOOKED, MOST_PLACES
from appointments.models.enums.planning import SessionMode
from appointments.planning import PatternValues, Shape

EVERY = [
    ("every-1", _("every week")),
    ("every-2", _("every 2 weeks")),
    ("every-3", _("every 3 weeks")),
    ("every-4", _("every 4 weeks")),
    ("every-5", _("every 5 weeks")),
    ("every-6", _("every 6 weeks")),
    ("every-8", _("every 8 weeks")),
    ("every-12", _("every 12 weeks")),
    ("every-16", _("every 16 weeks")),
]
MONTHLY = [
    ("nth-1", _("the first of the month")),
    ("nth-2", _("the second of the month")),
    ("nth-3", _("the third of the month")),
    ("nth-4", _("the fourth of the month")),
    (f"nth-{LAST}", _("the last of the month")),
]
RHYTHMS = [*EVERY, *MONTHLY]


def key_of(rhythm: Rhythm) -> str:
    return f"every-{rhythm.every}" if rhythm.nth is None else f"nth-{rhythm.nth}"


def rhythm_words(rule: str) -> str:
    """Return a stored rule in words, like "Monday, Thursday, every 2 weeks"."""
    rhythm = rhythm_of(rule)
    days = ", ".join(str(WEEKDAYS[number]) for number in sorted(rhythm.weekdays))
    return f"{days}, {dict(RHYTHMS)[key_of(rhythm)]}"


class DatesField(forms.CharField):
    """Some days, one a line or separated by spaces."""

    widget = forms.Textarea(attrs={"rows": 2})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=2000, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(f"{day:%Y-%m-%d}" for day in value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[date]:
        """Return the days. Raises ValidationError with the word that is none."""
        field = DayField()
        days = []
        for word in super().clean(value).replace(",", " ").replace(";", " ").split():
            try:
                days.append(field.clean(word))
            except ValidationError as error:
                raise ValidationError(
                    _("“%(word)s” is no day. Write days like 2026-12-24, one a line."), params={"word": word}
                ) from error
        return sorted(set(days))


# What a proposal of plans may put into the form before a person looks at it.
PROPOSED = (
    "rhythm", "start", "end", "mode", "capacity", "slot_minutes", "overbooking", "room", "first", "last",
)  # fmt: skip


def proposed_values(given: QueryDict | None) -> dict[str, Any]:
    """Return what an address proposes for the fields; the form judges it when it is sent, like anything typed."""
    if given is None:
        return {}
    found: dict[str, Any] = {name: given[name] for name in PROPOSED if name in given}
    return found | ({"weekdays": given.getlist("weekdays")} if "weekdays" in given else {})


class ShapeForm(forms.Form):
    start = TimeOfDayField(label=pgettext_lazy("hour", "From"))
    end = TimeOfDayField(label=pgettext_lazy("hour", "To"))
    mode = forms.ChoiceField(
        label=_("How people are seen"),
        choices=SessionMode.choices,
        widget=forms.RadioSelect,
        initial=SessionMode.FIXED,
    )
    capacity = forms.IntegerField(
        label=_("Places"),
        required=False,
        min_value=1,
        max_value=MOST_PLACES,
        help_text=_("How many people share a half-day or a group. Not for times of their own."),
    )
    slot_minutes = minutes_field(
        _("Slot (minutes)"), initial=20, help_text=_("Free times are offered at this distance from each other.")
    )
    overbooking = forms.IntegerField(
        label=_("Overbooking"),
        min_value=0,
        max_value=MOST_OVERBOOKED,
        initial=0,
        help_text=_("How many more may be booked on purpose, because some do not come."),
    )
    room = forms.ModelChoiceField(
        label=_("Room"), queryset=Room.objects.none(), required=False, empty_label=_("No room of its own")
    )

    def __init__(self, *args: Any, establishment: Establishment, room: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.establishment = establishment
        field: Any = self.fields["room"]
        # A session keeps its room even when nobody else may choose it any longer.
        field.queryset = Room.objects.filter(Q(is_active=True) | Q(pk=room), establishment=establishment)

    def clean(self) -> dict[str, Any]:
        """Ask for the places of shared time, and forget them for times of their own."""
        data = super().clean() or {}
        if data.get("mode") == SessionMode.FIXED:
            data["capacity"] = None
        elif data.get("mode") and not data.get("capacity") and "capacity" not in self.errors:
            self.add_error("capacity", _("Say how many people may come."))
        return data

    def shape(self) -> Shape:
        typed = self.cleaned_data
        return Shape(
            slot_minutes=typed["slot_minutes"],
            mode=SessionMode(typed["mode"]),
            capacity=typed["capacity"],
            overbooking=typed["overbooking"],
            room=typed["room"],
        )


class SessionForm(ShapeForm):
    day = DayField(label=_("Day"))
    field_order = ("day", "start", "end", "mode", "capacity", "slot_minutes", "overbooking", "room")

    @classmethod
    def of(cls, session: ConsultationSession, data: Any = None) -> SessionForm:
        zone = session.establishment.zone
        starts_at = session.starts_at.astimezone(zone)
        initial = {
            "day": starts_at.date(),
            "start": starts_at.time(),
            "end": session.ends_at.astimezone(zone).time(),
            "mode": session.mode,
            "capacity": session.capacity,
            "slot_minutes": session.slot_minutes,
            "overbooking": session.overbooking,
            "room": session.room_id,
        }
        return cls(data, initial=initial, establishment=session.establishment, room=session.room_id)

    def values(self) -> dict[str, Any]:
        typed = self.cleaned_data
        start: time = typed["start"]
        return {"day": typed["day"], "start": start, "end": typed["end"], "shape": self.shape()}


class PatternForm(ShapeForm):
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"),
        coerce=int,
        choices=list(WEEKDAYS.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one weekday.")},
    )
    rhythm = forms.ChoiceField(label=_("How often"), choices=RHYTHMS, initial="every-1")
    first = DayField(label=_("First day"))
    last = DayField(label=_("Last day"), required=False, help_text=_("Empty: until further notice."))
    on_holidays = forms.BooleanField(label=_("On public holidays too"), required=False)
    except_dates = DatesField(label=_("Not on these days"), help_text=_("Like 2026-12-24, one a line."))
    extra_dates = DatesField(label=_("On these days too"), help_text=_("Within the first and the last day."))
    field_order = (
        "weekdays", "rhythm", "start", "end", "mode", "capacity", "slot_minutes", "overbooking", "room",
        "first", "last", "on_holidays", "except_dates", "extra_dates",
    )  # fmt: skip

    @classmethod
    def of(
        cls,
        establishment: Establishment,
        pattern: SessionPattern | None,
        data: Any = None,
        *,
        proposed: QueryDict | None = None,
    ) -> PatternForm:
        """Return the form of a new pattern or of `pattern`; what an address proposes (`proposed`) stands in it."""
        today, given = establishment.today(), proposed_values(proposed)
        if pattern is None:
            return cls(data, establishment=establishment, initial={"first": today} | given)
        names = ("start", "end", "mode", "capacity", "slot_minutes", "overbooking", "first", "last", "on_holidays")
        rhythm = rhythm_of(pattern.rule)
        initial = {name: getattr(pattern, name) for name in names} | {
            "room": pattern.room_id,
            "weekdays": sorted(rhythm.weekdays),
            "rhythm": key_of(rhythm),
            # The past exceptions are kept, and out of the way.
            "except_dates": pattern.except_dates,
            "extra_dates": pattern.extra_dates,
        }
        return cls(data, establishment=establishment, room=pattern.room_id, initial=initial | given)

    def values(self) -> PatternValues:
        typed = self.cleaned_data
        kind, _dash, number = typed["rhythm"].partition("-")
        weekdays = frozenset(typed["weekdays"])
        return PatternValues(
            rhythm=Rhythm(weekdays, every=int(number)) if kind == "every" else Rhythm(weekdays, nth=int(number)),
            start=typed["start"],
            end=typed["end"],
            first=typed["first"],
            last=typed["last"],
            shape=self.shape(),
            on_holidays=typed["on_holidays"],
            except_dates=typed["except_dates"],
            extra_dates=typed["extra_dates"],
        )
