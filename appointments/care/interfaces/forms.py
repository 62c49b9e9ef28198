"""For which program a token is, what it opens, until when; and the password, asked again. Never saves."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.enums import InterfaceScope
from access.fields import DayField
from access.forms import PresentPasswordForm
from access.models import Establishment

USUAL_DAYS, MOST_DAYS = 180, 365


class InterfaceTokenForm(PresentPasswordForm):
    field_order = ("name", "scopes", "until", "password")

    name = forms.CharField(
        label=gettext_lazy("Name of the program"),
        max_length=60,
        help_text=gettext_lazy("As the hospital’s IT calls it."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What the token opens"),
        choices=InterfaceScope.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    until = DayField(
        label=gettext_lazy("Until and including"), help_text=gettext_lazy("Half a year is usual, a year is the most.")
    )

    def __init__(self, *args: Any, establishment: Establishment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.establishment = establishment
        self.today = establishment.today()
        self.initial.setdefault("until", self.today + timedelta(days=USUAL_DAYS))

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if not self.today <= until <= self.today + timedelta(days=MOST_DAYS):
            raise ValidationError(_("Choose a day from today on, a year ahead at the most."))
        return until

    @property
    def expires_at(self) -> datetime:
        return datetime.combine(self.cleaned_data["until"], time.max, tzinfo=self.establishment.zone)
