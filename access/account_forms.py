"""What an account administrator types, checked and turned into values; never saves anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from access.databases import database_of
from access.enums import ROLES_OF_SIDE, Administered, Role, Side, Verb
from access.fields import DayField, NamedFileField
from access.likeness import last_day
from access.listing import DOORS, State
from access.models import Establishment, Membership, User
from access.scopes import Table, is_asked, tables

FIRST_YEAR, LAST_YEAR = 2000, 2200
SEES_ALL = {
    Side.CARE: _("A head of unit sees and books every agenda of their unit."),
    Side.PRISON: _("All but floor officers see the list of every building."),
}


class ListFilterForm(forms.Form):
    q = forms.CharField(label=_("Name"), max_length=60, required=False)
    door = forms.ChoiceField(label=_("Door"), required=False, choices=[("", _("All doors")), *DOORS.items()])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All states")), *State.choices])


class LogDayField(DayField):
    """A day of which a log can have lines."""

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(
                _("Give a year between %(first)s and %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR}
            )
        return day


class ImportForm(forms.Form):
    file = NamedFileField(
        endings=(".csv", ".txt"),
        label=_("File of accounts"),
        help_text=_("CSV, as Excel or LibreOffice saves it, up to 5,000 lines."),
        error_messages={
            "required": _("Choose the file to import."),
            "empty": _("The file is empty. Download the template, and fill one line for each role."),
        },
    )

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if file.size is not None and file.size > settings.CAREHUB_UPLOAD_LIMIT_BYTES:
            raise ValidationError(_("This file is larger than 5 MB. Split it into several."))
        return file


class ApplyForm(forms.Form):
    """The text that was previewed, and what tells that preview from another one."""

    text = forms.CharField(
        strip=False,
        widget=forms.Textarea(attrs={"hidden": True}),
        error_messages={"required": _("Choose the file to import.")},
    )
    digest = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput())


class LogFilterForm(forms.Form):
    # Each side keeps a log of its own.
    side = forms.ChoiceField(
        label=_("Log"),
        required=False,
        choices=[("", _("of the unit and of the accounts")), (Side.PRISON.value, _("of the officers"))],
    )
    who = forms.CharField(label=_("Name"), max_length=60, required=False)
    part = forms.ChoiceField(
        label=_("Lines"),
        required=False,
        # A line is about an account here, or about nobody: which patient it concerns this door cannot know.
        choices=[
            ("", _("by and about this person")),
            ("did", _("by this person")),
            ("concerned", _("about their account")),
        ],
    )
    verb = forms.ChoiceField(label=_("What"), required=False, choices=[("", _("everything")), *Verb.choices])
    since = LogDayField(label=_("From"), required=False)
    until = LogDayField(label=_("Until"), required=False)
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput())

    def __init__(self, *args: Any, sees_prison: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not sees_prison:
            side: Any = self.fields["side"]
            side.choices = side.choices[:1]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day comes before the first."))
        if data.get("part") and not data.get("who") and "who" not in self.errors:
            self.add_error("who", _("Give the person’s name, or choose all lines."))
        return data


class SideForm(forms.Form):
    """A form whose choices and hints depend on the side of the account and on the establishment."""

    def __init__(self, *args: Any, side: str, establishment: Establishment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fit(Side(side), establishment)

    def fit(self, side: Side, establishment: Establishment) -> None:
        """Adapt the fields."""


class IdentityForm(SideForm):
    full_name = forms.CharField(label=_("Name"), max_length=120, help_text=_("As colleagues know the person."))
    email = forms.EmailField(label=_("E-mail address"), required=False, max_length=254)

    def fit(self, side: Side, establishment: Establishment) -> None:
        """Say on the care side that no mail address is needed."""
        super().fit(side, establishment)
        if side == Side.CARE:
            self.fields["email"].help_text = _("Not needed. The hospital’s address, never one of justice.fr.")


class RoleForm(SideForm):
    asks_role = True

    role = forms.ChoiceField(label=_("Role"))
    administers = forms.ChoiceField(label=_("Whose accounts"), choices=Administered.choices)
    valid_from = DayField(label=_("First day"))
    valid_until = DayField(
        label=_("Last day"),
        required=False,
        help_text=_("For a locum or an intern: the role ends by itself after this day."),
    )

    def fit(self, side: Side, establishment: Establishment) -> None:
        """Offer the roles of the side, and say which of them see everything."""
        super().fit(side, establishment)
        role: Any = self.fields["role"]
        # Some forms ask for it in another way.
        role.required = self.asks_role
        roles = [(known.value, known.label) for known in ROLES_OF_SIDE[side]]
        role.choices = roles if len(roles) == 1 else [("", _("Choose…")), *roles]
        role.error_messages["invalid_choice"] = _("This door has no such role. Choose one of those below.")
        role.help_text = SEES_ALL.get(side, "")
        self.fields["valid_from"].initial = establishment.today()
        if side != Side.ACCOUNTS:
            del self.fields["administers"]

    def offer_sides(self, mine: frozenset[Side], *, is_agreed: bool) -> None:
        """Offer whose accounts an administrator may manage: no more than their giver, both only where it is agreed."""
        if "administers" not in self.fields:
            return
        field: Any = self.fields["administers"]
        field.choices = [
            (known.value, known.label)
            for known in Administered
            if known.sides <= mine and (is_agreed or known != Administered.BOTH)
        ]


class NewAccountForm(IdentityForm):
    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        help_text=_("To sign in with: letters, digits and . - _ only. It cannot be changed later."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    field_order: Sequence[str] = ("full_name", "username", "email")


class OpenForm(NewAccountForm, RoleForm):
    asks_role = False

    same_as = forms.CharField(
        label=_("Same rights as"),
        max_length=60,
        required=False,
        help_text=_("The user name of a colleague, instead of a role and a scope."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    field_order = ("full_name", "username", "email", "role", "administers", "same_as", "valid_from", "valid_until")

    def fit(self, side: Side, establishment: Establishment) -> None:
        """Ask administrators no likeness: they are all alike."""
        super().fit(side, establishment)
        if side == Side.ACCOUNTS:
            del self.fields["same_as"]

    def clean(self) -> dict[str, Any]:
        """Refuse an account without a role, and one that is to have two."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("role") and values.get("same_as"):
            self.add_error("same_as", _("Choose a role, or like whom the person is to be: not both."))
        elif "role" not in self.errors and "same_as" not in self.errors and not self.says_role(values):
            self.add_error("role", _("Choose a role, or like whom the person is to be."))
        return values

    def says_role(self, values: dict[str, Any]) -> bool:
        return bool(values.get("role") or values.get("same_as"))


class ReplacementForm(NewAccountForm):
    """Somebody for a while, with the rights of somebody else. The button that was pressed says for how long."""

    valid_from = DayField(label=_("First day"))
    valid_until = DayField(
        label=_("Last day"), required=False, help_text=_("For “With these dates” only. The account ends by itself.")
    )

    def __init__(self, *args: Any, length: str = "", **kwargs: Any) -> None:
        self.length = length
        super().__init__(*args, **kwargs)

    def fit(self, side: Side, establishment: Establishment) -> None:
        super().fit(side, establishment)
        self.fields["valid_from"].initial = establishment.today()

    def clean(self) -> dict[str, Any]:
        """Work out the last day of a week or of a month; ask for it otherwise."""
        values: dict[str, Any] = super().clean() or {}
        first = values.get("valid_from")
        if first is not None and not 2000 <= first.year <= 2199:
            self.add_error("valid_from", _("Check the year of the first day."))
        elif first is not None and self.length in {"week", "month"}:
            values["valid_until"] = last_day(first, self.length)
        elif not values.get("valid_until") and "valid_until" not in self.errors:
            self.add_error("valid_until", _("A replacement has a last day. Give it, or choose a week or a month."))
        return values


@dataclass(frozen=True)
class ScopeGrid:
    """One kind of row as a table of choices: a line a row, a column a level."""

    label: Any
    levels: list[Any]
    fields: list[BoundField]
    beside_role: bool


class ScopeForm(forms.Form):
    def __init__(self, *args: Any, side: str, establishment: Establishment, user: User | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = tables(establishment, side=side, user_ids=[user.pk] if user else [])
        # Whoever sees everything by their role is only asked about what no role brings. A new account has no role yet.
        role = role_of(user, establishment)
        self.tables = [table for table in known if not role or is_asked(table.scope, role)]
        for table in self.tables:
            levels = [("", _("does not see")), *((key, words) for key, words, _rights in table.scope.levels)]
            given = table.levels.get(user.pk, {}) if user else {}
            for row, name in table.rows.items():
                self.fields[field_name(table, row)] = forms.ChoiceField(
                    label=str(name),
                    required=False,
                    choices=levels,
                    initial=given.get(row, ""),
                    widget=forms.RadioSelect,
                )

    def levels(self) -> dict[str, dict[str, str]]:
        """Return what was chosen: kind of row -> row -> level."""
        return {
            table.scope.key: {row: self.cleaned_data.get(field_name(table, row), "") for row in table.rows}
            for table in self.tables
        }

    def says_something(self) -> bool:
        return any(level for levels in self.levels().values() for level in levels.values())

    def grids(self) -> Iterator[ScopeGrid]:
        for table in self.tables:
            if table.rows:
                words = [_("does not see"), *(words for _key, words, _rights in table.scope.levels)]
                fields = [self[field_name(table, row)] for row in table.rows]
                yield ScopeGrid(table.scope.label, words, fields, table.scope.beside_role)


def role_of(user: User | None, establishment: Establishment) -> str:
    """Return the role of `user` at `establishment`; nothing of nobody."""
    if user is None:
        return ""
    roles = Membership.objects.using(database_of(user)).filter(user_id=user.pk, establishment_id=establishment.pk)
    return roles.values_list("role", flat=True).first() or ""


def field_name(table: Table, row: str) -> str:
    return f"{table.scope.key}-{row}"


def role_values(membership: Membership) -> dict[str, Any]:
    return {
        "role": Role(membership.role),
        "administers": membership.administers,
        "valid_from": membership.valid_from,
        "valid_until": membership.valid_until,
    }
