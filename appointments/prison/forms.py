"""Turns what officers tap and type into typed values. Never saves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from access.models import Building
from appointments.models.enums.movement import FreezeReason, Urgency
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


NAME = RegexValidator(r"^[^\d!?.,;:()]{1,60}\Z", _("Write the name alone: letters, hyphens, apostrophes."))


class AlertForm(forms.Form):
    """Who should be seen, and how soon. There is no room for a reason: health is between the person and the unit."""

    building = forms.ChoiceField(label=_("Building"))
    register_number = forms.CharField(
        label=_("Register number"),
        max_length=20,
        validators=[RegexValidator(r"^[0-9A-Za-z ./-]{1,20}\Z", _("Write the number as the prison’s list does."))],
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    last_name = forms.CharField(
        label=_("Name"),
        max_length=60,
        validators=[NAME],
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    first_name = forms.CharField(
        label=_("First name"),
        max_length=60,
        required=False,
        validators=[NAME],
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    urgency = forms.ChoiceField(
        label=_("To be seen"),
        choices=Urgency.choices,
        widget=forms.RadioSelect,
        help_text=_("When a life is in danger, telephone at once: this page does not replace the call."),
    )

    def __init__(self, *args: Any, buildings: QuerySet[Building], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.buildings = {str(building.pk): building for building in buildings}
        building = self.fields["building"]
        assert isinstance(building, forms.ChoiceField)  # noqa: S101 declared above
        building.choices = [(key, each.name) for key, each in self.buildings.items()]

    @property
    def values(self) -> dict[str, Any]:
        typed = self.cleaned_data
        return {**typed, "building": self.buildings[typed["building"]], "urgency": Urgency(typed["urgency"])}
