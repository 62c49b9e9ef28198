"""Reads the forms of the registry: the nominal list, a person added by hand. Never saves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from access.fields import DayField, NamedFileField
from access.models import Building, Establishment
from appointments.models.enums.person import BY_HAND, Origin
from appointments.registry.by_hand import ToldPerson
from appointments.registry.nominal_list import (
    MAX_CELL_LENGTH,
    MAX_NAME_LENGTH,
    MAX_REGISTER_NUMBER_LENGTH,
)
from appointments.registry.nominal_list.columns import NominalColumn
from appointments.registry.nominal_list.values import (
    UnusableValue,
    read_birth,
    read_name,
    read_place,
    read_register_number,
)

Read = TypeVar("Read")


class NominalListForm(forms.Form):
    file = NamedFileField(
        endings=(".csv", ".txt"),
        label=_("Nominal list exported by the prison"),
        help_text=_(
            "CSV, up to 5 MB. Only the register number, names, date of birth, building, cell and dates are read."
        ),
        error_messages={
            "required": _("Choose the file to import."),
            "empty": _("The file is empty: choose the nominal list exported by the prison."),
        },
        allow_empty_file=False,
    )
    complete = forms.BooleanField(
        label=_("This is the complete list: people who are not on it have left"),
        required=False,
    )

    def clean_file(self) -> UploadedFile[bytes]:
        """Refuse a file far larger than any nominal list, before it is read."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if file.size is not None and file.size > settings.CAREHUB_UPLOAD_LIMIT_BYTES:
            raise ValidationError(_("This file is larger than 5 MB: a nominal list is far smaller. Check the file."))
        return file


class ToldPersonForm(forms.Form):
    """Somebody who is on no list yet, read by the rules of the list itself."""

    last_name = forms.CharField(label=_("Name"), max_length=MAX_NAME_LENGTH)
    first_name = forms.CharField(label=_("First name"), max_length=MAX_NAME_LENGTH)
    birth = forms.CharField(
        label=_("Date of birth"),
        max_length=20,
        required=False,
        help_text=_("Day/month/year, or the year alone; empty when nobody knows."),
    )
    register_number = forms.CharField(
        label=_("Register number"),
        max_length=MAX_REGISTER_NUMBER_LENGTH,
        required=False,
        help_text=_("With its zeros; empty when nobody knows it yet."),
    )
    building = forms.ModelChoiceField(Building.objects.none(), label=_("Building"))
    cell = forms.CharField(label=_("Cell"), max_length=MAX_CELL_LENGTH)
    arrived_on = DayField(label=_("Arrived on"))
    origin = forms.ChoiceField(label=_("Told by"), choices=[("", "—"), *((each.value, each.label) for each in BY_HAND)])

    def __init__(self, *args: Any, establishment: Establishment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = establishment.today()
        self.fields["arrived_on"].initial = self.today
        building = self.fields["building"]
        assert isinstance(building, forms.ModelChoiceField)  # noqa: S101 declared above
        building.queryset = Building.objects.filter(establishment=establishment).order_by("name", "pk")

    def clean_last_name(self) -> str:
        return self._read(lambda text: read_name(text, column=NominalColumn.LAST_NAME), "last_name")

    def clean_first_name(self) -> str:
        return self._read(lambda text: read_name(text, column=NominalColumn.FIRST_NAME), "first_name")

    def clean_cell(self) -> str:
        return self._read(lambda text: read_place(text, column=NominalColumn.CELL), "cell")

    def clean_register_number(self) -> str:
        return self._read(read_register_number, "register_number") if self.cleaned_data["register_number"] else ""

    def clean_birth(self) -> tuple[date | None, int | None]:
        return self._read(lambda text: read_birth(text, today=self.today), "birth")

    def clean_arrived_on(self) -> date:
        day: date = self.cleaned_data["arrived_on"]
        if day > self.today or day.year < self.today.year - 1:
            raise ValidationError(_("Whoever is added by hand arrived within the last year, and not after today."))
        return day

    def _read(self, read: Callable[[str], Read], name: str) -> Read:
        try:
            return read(self.cleaned_data[name])
        except UnusableValue as problem:
            raise ValidationError(str(problem)) from problem

    @property
    def told(self) -> ToldPerson:
        values = self.cleaned_data
        born, year = values["birth"]
        return ToldPerson(
            last_name=values["last_name"],
            first_name=values["first_name"],
            building=values["building"],
            cell=values["cell"],
            origin=Origin(values["origin"]),
            register_number=values["register_number"],
            birth_date=born,
            birth_year=year,
            arrived_on=values["arrived_on"],
        )
