"""What forms of several families of pages share: days and times of day, the kind, the slot, the person. Never saves."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from access.enums import Side
from access.fields import DayField, TimeOfDayField
from access.kept_texts import KeptText
from access.models import Building, Establishment, User
from access.written import taken
from appointments.arithmetic.recurrence import HalfDay
from appointments.arithmetic.timegrid import OutsideCalendar, at_local
from appointments.models import Agenda, Detainee, Kind
from appointments.models.half_days import half_day_words
from appointments.models.person import DetaineeQuerySet
from appointments.rights import Rights, detainees_visible_to

SHOWN_PEOPLE = 8
# The days of what is booked and planned: nobody does so further ahead.
PLANNED = {"years_back": 10, "years_ahead": 3}
HALF_DAYS = [HalfDay(weekday, is_afternoon) for is_afternoon in (False, True) for weekday in WEEKDAYS]
# Gives what can be chosen, the same rows each time.
Rows = Callable[[], Sequence[Any]]


class RowChoice(forms.ChoiceField):
    """A choice among rows that somebody has read already: neither showing nor cleaning it asks the database."""

    default_error_messages = {"invalid_choice": forms.ModelChoiceField.default_error_messages["invalid_choice"]}

    def __init__(self, *, empty_label: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.empty_label = empty_label
        self.rows: Rows = tuple

    def offer(self, rows: Rows) -> None:
        """Say what can be chosen; `rows` is called when the choices are needed, and gives the same rows each time."""
        self.rows = rows
        nothing = [] if self.empty_label is None else [("", self.empty_label)]
        self.choices = lambda: [*nothing, *((row.pk, self.label_of(row)) for row in rows())]

    def label_of(self, row: Any) -> str:
        return str(row)

    def prepare_value(self, value: Any) -> Any:
        return getattr(value, "pk", value)

    def clean(self, value: Any) -> Any:
        key = super().clean(value)
        return next((row for row in self.rows() if str(row.pk) == key), None)


class RowsChoice(forms.MultipleChoiceField):
    default_error_messages = {"invalid_choice": forms.ModelMultipleChoiceField.default_error_messages["invalid_choice"]}
    rows: Rows = tuple

    def offer(self, rows: Rows) -> None:
        self.rows = rows
        self.choices = lambda: [(row.pk, str(row)) for row in rows()]

    def clean(self, value: Any) -> list[Any]:
        keys = super().clean(value)
        return [row for row in self.rows() if str(row.pk) in keys]


class KindChoice(RowChoice):
    def label_of(self, row: Kind) -> str:
        return f"{row.name} ({row.default_minutes} min)"


class RowByKey(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A row that the page names by its key; read once, however often the form is asked for it."""

    read: dict[Any, Any]

    def __deepcopy__(self, memo: Any) -> RowByKey:
        # Every form has its own copy of the field, and so its own memory.
        copied: RowByKey = super().__deepcopy__(memo)
        copied.read = {}
        return copied

    def to_python(self, value: Any) -> Any:
        """Return the row, None for an empty key. Raises ValidationError."""
        if value not in self.read:
            self.read[value] = super().to_python(value)
        return self.read[value]


class SlotForm(forms.Form):
    agenda = RowChoice(label=_("Practitioner"))
    day = DayField(label=_("Day"), **PLANNED)
    time = TimeOfDayField(label=_("Time"))
    agenda_field = "agenda"
    overbook = forms.BooleanField(label=_("Overbook"), required=False)
    # What care knows and books all the same: more people at that arrival time than officers can bring.
    crowd = forms.BooleanField(label=_("Call the person then all the same"), required=False)

    def __init__(self, *args: Any, rights: Rights, **kwargs: Any) -> None:
        self.rights, self.establishment = rights, rights.establishment
        super().__init__(*args, **kwargs)
        agenda = self.fields[self.agenda_field]
        assert isinstance(agenda, RowChoice | RowsChoice)  # noqa: S101 declared above
        agenda.offer(lambda: rights.bookable)

    def bookable_of(self, discipline: str) -> list[Agenda]:
        return [agenda for agenda in self.rights.bookable if agenda.discipline == discipline]

    @property
    def starts_at(self) -> datetime.datetime:
        starts_at: datetime.datetime = self.cleaned_data["starts_at"]
        return starts_at

    def clean(self) -> dict[str, Any]:
        """Join day and time; a time that the clocks skip becomes the first one after."""
        data = super().clean() or {}
        if data.get("day") and data.get("time"):
            try:
                data["starts_at"] = at_local(data["day"], data["time"], self.establishment.zone)
            except OutsideCalendar:
                self.add_error("day", _("This day is not in any calendar. Choose another."))
        return data


class HalfDaysForm(forms.Form):
    """Half-days of the week, ticked in a table: mornings, then afternoons, Monday first."""

    half = forms.MultipleChoiceField(label=_("Half-days"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        half = self.fields["half"]
        assert isinstance(half, forms.MultipleChoiceField)  # noqa: S101 declared above
        half.choices = [(value_of(each), half_day_words(each)) for each in HALF_DAYS]

    def half_day_rows(self) -> list[tuple[str, list[dict[str, Any]]]]:
        chosen = {str(value) for value in self["half"].value() or ()}
        boxes = [
            {"value": value_of(each), "name": half_day_words(each), "is_chosen": value_of(each) in chosen}
            for each in HALF_DAYS
        ]
        return [(str(_("Morning")), boxes[:7]), (str(_("Afternoon")), boxes[7:])]

    @staticmethod
    def weekday_names() -> list[str]:
        return [str(name) for name in WEEKDAYS_ABBR.values()]

    @property
    def chosen_half_days(self) -> frozenset[HalfDay]:
        """The half-days chosen, empty for none in particular."""
        chosen = set(self.cleaned_data["half"])
        return frozenset(each for each in HALF_DAYS if value_of(each) in chosen)


def value_of(half: HalfDay) -> str:
    return f"{half.weekday}-{'pm' if half.is_afternoon else 'am'}"


def callable_people(rights: Rights) -> DetaineeQuerySet:
    return detainees_visible_to(rights).present().select_related("building")


def _one_person(place: int, key: UUID) -> DetaineeQuerySet:
    return callable_people(Rights(User(side=Side.CARE), Establishment(pk=place))).filter(pk=key).order_by()


ONE_PERSON = KeptText(_one_person, keys=["place"], uuids=["key"])


def read_person(rights: Rights, key: UUID) -> Detainee | None:
    """Return whoever may be called under that key, with their building; None when it is nobody's. One query."""
    if rights.user.side != Side.CARE:
        return None
    for row in ONE_PERSON.read(place=rights.establishment.pk, key=key):
        person: Detainee
        person, rest = taken(Detainee, row)
        person.building, _rest = taken(Building, rest)
        return person
    return None


class PersonForm(forms.Form):
    """Somebody who may be called, chosen by key or named in words. Whoever was chosen is read once."""

    rights: Rights

    def people(self) -> DetaineeQuerySet:
        return callable_people(self.rights)

    def likeliest(self, words: str) -> list[Detainee]:
        """Return whom the words fit, a choice of them; nobody while a single letter is typed."""
        words = words.replace("\x00", "").strip()
        return list(self.people().matching(words).likeliest_first(words)[:SHOWN_PEOPLE]) if len(words) > 1 else []

    @cached_property
    def _chosen(self) -> dict[str, Detainee | None]:
        return {}

    def person_with(self, key: UUID | str | None) -> Detainee | None:
        """Return the one chosen, None when the key is nobody's, or no key."""
        if not key:
            return None
        if str(key) not in self._chosen:
            try:
                self._chosen[str(key)] = read_person(self.rights, key if isinstance(key, UUID) else UUID(key))
            except ValueError:
                self._chosen[str(key)] = None
        return self._chosen[str(key)]

    def find_person(self, key: UUID | None, words: str) -> Detainee | None:
        """Return the person meant: the one chosen, else the only one whom the words fit.

        Whoever was chosen before other words were typed is not meant. Raises ValidationError with what to do.
        """
        if key is None:
            return self._named(words)
        person = self.person_with(key)
        if person is None:
            raise ValidationError(_("This person is not registered here or has left. Search again."))
        if words and not self.people().matching(words).filter(pk=person.pk).exists():
            raise ValidationError(_("The person chosen is not the one these words fit. Choose again."))
        return person

    def _named(self, words: str) -> Detainee:
        if not words:
            raise ValidationError(_("Say who is to be seen: a name, a register number or a cell."))
        found = list(self.people().matching(words)[:2])
        if not found:
            raise ValidationError(_("Nobody present matches these words. Check the spelling, or try the number."))
        if len(found) > 1:
            raise ValidationError(_("Several people match these words. Choose one of them."))
        if found[0].is_guess:
            raise ValidationError(_("Nobody is written like this. Choose the person if it is the one you mean."))
        return found[0]


def sole_of(people: Sequence[Detainee]) -> Detainee | None:
    """Return whom a search may choose by itself: the only one found, and not by a letter put right."""
    return people[0] if len(people) == 1 and not people[0].is_guess else None


class RevisionForm(forms.Form):
    """Which state of the appointment the user saw."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
