"""Turns what was typed about the people of one shared session into values: who comes, who came. Never saves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from appointments.care.fields import SHOWN_PEOPLE, KindChoice, sole_of
from appointments.models import Agenda, Detainee
from appointments.models.enums.appointment import CARE_MAY_SAY
from appointments.models.person import BY_NAME, DetaineeQuerySet
from appointments.rights import Rights, detainees_visible_to, kinds_offered_to

MOST_LINES = 60
SEEN = "seen"


@dataclass
class SharedRefusal:
    """One line that fits several people, and who they are."""

    words: str
    people: list[Detainee] = field(default_factory=list)


class PeopleForm(forms.Form):
    """Several people, one a line, for one kind of consultation."""

    kind = KindChoice(label=_("Kind of consultation"))
    lines = forms.CharField(
        label=_("People, one a line"),
        help_text=_("Name, register number or cell"),
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Say who comes: a name, a register number or a cell a line.")},
    )
    overbook = forms.BooleanField(label=_("Overbook where the places do not do"), required=False)
    crowd = forms.BooleanField(label=_("Call them then all the same"), required=False)

    def __init__(self, *args: Any, rights: Rights, agenda: Agenda, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rights = rights
        # Lines that fit several people: each is shown with them, to choose one.
        self.unclear: list[SharedRefusal] = []
        kinds = list(kinds_offered_to(rights).filter(unit=agenda.unit_id))
        kind = self.fields["kind"]
        assert isinstance(kind, KindChoice)  # noqa: S101 declared above
        kind.offer(lambda: kinds)
        usual = (each.pk for each in kinds if each.discipline == agenda.discipline)
        self.initial.setdefault("kind", next(usual, None))

    def present(self) -> DetaineeQuerySet:
        return detainees_visible_to(self.rights).present().select_related("building")

    def clean(self) -> dict[str, Any]:
        """Find the people: those chosen among several, and those whom a line names alone."""
        data = super().clean() or {}
        people = {person.pk: person for person in self.chosen()}
        wrong = []
        lines = list(dict.fromkeys(line.strip() for line in (data.get("lines") or "").replace("\x00", "").splitlines()))
        for words in [line for line in lines if line][:MOST_LINES]:
            found = list(self.present().matching(words).likeliest_first(words)[:SHOWN_PEOPLE])
            if not found:
                wrong.append(words)
            elif sole_of(found):
                people[found[0].pk] = found[0]
            elif not any(person.pk in people for person in found):
                self.unclear.append(SharedRefusal(words, found))
        if wrong:
            self.add_error("lines", _("Nobody present matches: %(words)s.") % {"words": ", ".join(wrong)})
        if self.unclear:
            number = len(self.unclear)
            self.add_error(
                "lines",
                ngettext("Choose whom %(n)d line means.", "Choose whom %(n)d lines mean.", number) % {"n": number},
            )
        data["people"] = list(people.values())
        return data

    def chosen(self) -> list[Detainee]:
        """Return the people chosen by their keys; what is no key, or nobody's to call, is left out."""
        data: Any = self.data
        texts = [text for name in data if name.startswith("person") for text in data.getlist(name)]
        keys = [key for text in texts if (key := _uuid(text))]
        return list(self.present().filter(pk__in=keys).order_by(*BY_NAME))


class OutcomeForm(forms.Form):
    outcome = forms.ChoiceField(
        choices=[("", ""), (SEEN, ""), *((reason.value, reason.label) for reason in CARE_MAY_SAY)], required=False
    )
    revision = forms.IntegerField(min_value=1)

    def wanted(self) -> str:
        """Return the outcome chosen; raise ValidationError for none of the list."""
        if not self.is_valid():
            raise ValidationError(_("The outcome was not recorded. Try again."))
        outcome: str = self.cleaned_data["outcome"]
        return outcome


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
