"""Turns what officers tap and type into typed values. Never saves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from access.models import Building
from appointments.models.enums.movement import FreezeReason, Urgency
from appointments.prison.desk_settings import DeskRules
from appointments.prison.lines import ListLine
from appointments.prison.models.desk_setting import LATEST, FloorRule
from appointments.prison.models.wall_display import ShownNames
from appointments.prison.standing import NoStanding, Standing, read_token

# "seen>to": the standing that the officer saw, and the one that they recorded.
ARROW = ">"
WHOLE_HOUSE = "house"


class TapForm(forms.Form):
    tap = forms.CharField(max_length=60)
    # Whose screen it was: a tap that waited for the network must not become another officer's.
    who = forms.IntegerField()

    def clean_tap(self) -> tuple[Standing, Standing]:
        """Return what was seen and what is to be recorded."""
        seen, _arrow, to = str(self.cleaned_data["tap"]).partition(ARROW)
        try:
            return read_token(seen), read_token(to)
        except NoStanding as error:
            raise ValidationError(_("This button is not known. Reload the page.")) from error


class FreezeForm(forms.Form):
    where = forms.ChoiceField(label=_("Where"))
    reason = forms.ChoiceField(label=_("Reason"), choices=FreezeReason.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, buildings: QuerySet[Building], whole_house: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.buildings = {str(building.pk): building for building in buildings}
        places = [(key, _("Building %(name)s") % {"name": building.name}) for key, building in self.buildings.items()]
        where = self.fields["where"]
        assert isinstance(where, forms.ChoiceField)  # noqa: S101 declared above
        self.places = [(WHOLE_HOUSE, str(_("Whole house"))), *places] if whole_house else places
        where.choices = self.places

    @property
    def building(self) -> Building | None:
        """The building chosen, none for the whole house."""
        return self.buildings.get(self.cleaned_data["where"])

    @property
    def why(self) -> FreezeReason:
        return FreezeReason(self.cleaned_data["reason"])


class DeskRulesForm(forms.Form):
    floor_rule = forms.ChoiceField(
        label=_("How a cell tells its floor"), choices=FloorRule.choices, widget=forms.RadioSelect
    )
    late_after = forms.IntegerField(label=_("Late after so many minutes"), min_value=0, max_value=LATEST)

    @property
    def rules(self) -> DeskRules:
        return DeskRules(self.cleaned_data["floor_rule"], self.cleaned_data["late_after"])


class DisplayForm(forms.Form):
    label = forms.CharField(
        label=pgettext_lazy("wall display", "Where it hangs"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    names = forms.ChoiceField(
        label=_("Names"), choices=ShownNames.choices, initial=ShownNames.SHORT, widget=forms.RadioSelect
    )

    @property
    def shown_names(self) -> ShownNames:
        return ShownNames(self.cleaned_data["names"])


class AlertForm(forms.Form):
    """Who should be seen, and how soon. There is no room for a reason, and none for a name: both could tell of health.

    The person is chosen from the lists, or named by number; a number that no list has goes alone, when asked again.
    """

    # One of them is needed, or the last two: none is called optional.
    alternatives = ("line", "register_number", "building")

    line = forms.ChoiceField(label=_("Somebody of today’s or tomorrow’s list"), required=False)
    register_number = forms.CharField(
        label=_("Or by register number"),
        max_length=20,
        required=False,
        validators=[RegexValidator(r"^[0-9A-Za-z ./-]{1,20}\Z", _("Write the number as the prison’s list does."))],
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    building = forms.ChoiceField(label=_("Building, for a number that is on no list"), required=False)
    urgency = forms.ChoiceField(
        label=_("To be seen"),
        choices=Urgency.choices,
        widget=forms.RadioSelect,
        help_text=_("When a life is in danger, telephone at once: this page does not replace the call."),
    )
    # The number that the page has shown back, with its name or as unknown: sending it again confirms it.
    shown = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, buildings: Sequence[Building], people: Sequence[ListLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.buildings = {str(building.pk): building for building in buildings}
        self.people = {line.register_number: line for line in people}
        self.asks: Asked | None = None
        for name, choices in (
            ("building", [("", "–"), *((key, each.name) for key, each in self.buildings.items())]),
            ("line", [("", "–"), *((number, line.named) for number, line in self.people.items())]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 declared above
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Find who is meant. A typed number is shown back once, by its name or as one that no list has."""
        typed = self.cleaned_data
        chosen, number = typed.get("line", ""), typed.get("register_number", "").strip()
        if "register_number" in self.errors or "line" in self.errors or "urgency" in self.errors:
            return typed
        if not chosen and not number:
            self.add_error("line", _("Choose somebody of the list, or write a register number."))
        elif chosen and number and chosen != number:
            self.add_error("register_number", _("The line and the number are two people. Keep one of them."))
        elif not chosen:
            self._ask_back(number, self.people.get(number))
        return typed

    def _ask_back(self, number: str, known: ListLine | None) -> None:
        """Show the number back unless the page has done so already."""
        if known is None and not self._is_number(number):
            self.add_error(
                "register_number",
                _("Write the figures of the register number. No words pass here: for all else, telephone."),
            )
        elif known is None and not self.cleaned_data.get("building"):
            self.add_error("building", _("No list here has this number. Choose the building, and check the number."))
        elif self.cleaned_data.get("shown") != number:
            self.asks = Asked(number, known.named if known else "")
            self.add_error(None, self.asks.sentence)

    def _is_number(self, number: str) -> bool:
        """A number that no list has could be a word about health: letters only as a number of these lists has them."""
        letters = letters_of(number)
        known = {letters_of(each) for each in self.people}
        return re.search(r"\d", number) is not None and (len(letters) <= 1 or letters in known)

    @property
    def values(self) -> dict[str, Any]:
        typed = self.cleaned_data
        number = typed["line"] or typed["register_number"].strip()
        known = self.people.get(number)
        building = known.building if known else self.buildings[typed["building"]]
        return {"building": building, "register_number": number, "urgency": Urgency(typed["urgency"])}


def letters_of(number: str) -> str:
    return re.sub(r"[^a-z]", "", number.lower())


@dataclass(frozen=True)
class Asked:
    """A number that a page shows back before it sends an alert: who that is, or that no list says."""

    number: str
    named: str

    @property
    def sentence(self) -> str:
        if self.named:
            return gettext("This number is %(person)s. Send again if that is who you mean.") % {"person": self.named}
        return gettext(
            "No list here has the number %(number)s: the unit gets it without a name. Send again if it is right."
        ) % {"number": self.number}
