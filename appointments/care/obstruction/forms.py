"""What is typed about obstructed care, turned into values. Never saves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from access.fields import DayField
from access.models import Building, Membership
from access.sorting import FrenchKey
from appointments.care.fields import PersonForm, RevisionForm, RowChoice
from appointments.care.statistics.forms import DaysForm
from appointments.models import Obstruction
from appointments.models.delay_settings import TOLERANCES
from appointments.models.enums.obstruction import BY_HAND, CAUSES_BY_HAND, HalfDay, ObstructionCause
from appointments.models.obstruction import REPEATED_TIMES, SILENT_MINUTES
from appointments.rights import Rights
from appointments.statistics.counting import MIDDAY

# Chosen for facts that concern the unit or the whole house.
NO_BUILDING = "-"


class ShownDaysForm(DaysForm):
    """The days that are counted, and which facts are shown: of which kind, and of which building."""

    show = forms.ChoiceField(
        label=_("Facts"),
        required=False,
        choices=[("", _("The chief ones")), ("hand", _("Noted by hand")), ("all", _("All of them"))],
    )
    building = forms.ChoiceField(label=_("Building of the facts"), required=False)

    def __init__(self, *args: Any, buildings: Callable[[], Sequence[Building]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        building = self.fields["building"]
        assert isinstance(building, forms.ChoiceField)  # noqa: S101 declared above
        building.choices = lambda: [
            ("", _("All buildings")),
            (NO_BUILDING, _("The unit, or none in particular")),
            *((str(row.pk), row.name) for row in buildings()),
        ]

    def labels(self) -> list[str]:
        """Return which facts were chosen, in words."""
        fields: list[tuple[str, Any]] = [(name, self.fields[name]) for name in ("show", "building")]
        return [str(dict(field.choices)[self.cleaned_data[name]]) for name, field in fields]


class FactForm(PersonForm):
    kind = forms.ChoiceField(
        label=_("What happened"),
        choices=[(kind.value, kind.label) for kind in BY_HAND],
        widget=forms.RadioSelect(attrs={"autofocus": True}),
    )
    day = DayField(label=_("Day"))
    half_day = forms.ChoiceField(label=_("Half-day"), choices=HalfDay.choices)
    building = RowChoice(label=_("Building"), required=False, empty_label=_("The unit, or none in particular"))
    cause = forms.ChoiceField(
        label=_("Cause that was given"), choices=[(cause.value, cause.label) for cause in CAUSES_BY_HAND]
    )
    facts = forms.CharField(
        label=_("Facts"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What was seen or heard, in a sentence or two. It stays on the care side."),
    )
    person = forms.UUIDField(required=False)
    who = forms.CharField(
        label=_("Person concerned"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Name, register number or cell, if one person is concerned. It never leaves the care side."),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, rights: Rights, fact: Obstruction | None = None, **kwargs: Any) -> None:
        self.rights = rights
        kwargs.setdefault("initial", usual(rights) if fact is None else values_of(fact))
        super().__init__(*args, **kwargs)
        building = self.fields["building"]
        assert isinstance(building, RowChoice)  # noqa: S101 declared above
        building.offer(cache(lambda: buildings_of(rights)))
        if fact is not None:
            # Whom it concerns is settled when it is noted.
            del self.fields["token"], self.fields["who"], self.fields["person"]

    def clean_who(self) -> Any:
        words = self.words
        key = self.cleaned_data.get("person")
        return self.find_person(key, words) if words or key else None

    @property
    def words(self) -> str:
        return str(self["who"].value() or "").replace("\x00", "").strip() if "who" in self.fields else ""

    @property
    def values(self) -> dict[str, Any]:
        names = ("kind", "day", "half_day", "building", "cause", "facts")
        return {name: self.cleaned_data[name] for name in names}


class CorrectForm(FactForm):
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class WithdrawForm(RevisionForm):
    reason = forms.CharField(
        label=_("Why it is withdrawn"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class SeriousForm(RevisionForm):
    is_serious = forms.BooleanField(required=False)


class CountingForm(forms.Form):
    repeated_times = forms.IntegerField(
        label=_("Times in a row"),
        min_value=REPEATED_TIMES[0],
        max_value=REPEATED_TIMES[1],
        help_text=_("From so many times on at which one person is not brought, without having come in between."),
    )
    silent_minutes = forms.IntegerField(
        label=_("Minutes without the prison’s side"),
        min_value=SILENT_MINUTES[0],
        max_value=SILENT_MINUTES[1],
        help_text=_("A list that nobody could fetch for so long after its hour is a fact."),
    )
    tolerance = forms.IntegerField(
        label=_("Minutes tolerated"),
        min_value=TOLERANCES[0],
        max_value=TOLERANCES[1],
        help_text=_("Who arrives later after the hour of the list counts as late, on the day and in statistics too."),
    )


class MemberChoice(RowChoice):
    def label_of(self, row: Membership) -> str:
        return f"{row.user} · {row.get_role_display()}"


class ReaderForm(forms.Form):
    member = MemberChoice(label=_("Member of the team"), empty_label=_("Choose somebody"))

    def __init__(self, *args: Any, team: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        member = self.fields["member"]
        assert isinstance(member, MemberChoice)  # noqa: S101 declared above
        member.offer(lambda: team)


def usual(rights: Rights) -> dict[str, Any]:
    """What is true of most facts: today, this half of the day, no reason given."""
    now = timezone.localtime(timezone=rights.establishment.zone)
    return {
        "day": now.date(),
        "half_day": HalfDay.MORNING if now.hour < MIDDAY else HalfDay.AFTERNOON,
        "cause": ObstructionCause.NO_REASON,
        "token": uuid4(),
    }


def values_of(fact: Obstruction) -> dict[str, Any]:
    names = ("kind", "day", "half_day", "cause", "facts", "revision")
    return {name: getattr(fact, name) for name in names} | {"building": fact.building_id}


def buildings_of(rights: Rights) -> list[Building]:
    return list(Building.objects.filter(establishment=rights.establishment).order_by(FrenchKey("name"), "id"))
