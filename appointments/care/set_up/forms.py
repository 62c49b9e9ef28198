"""What a head ticks and says in the assistant. Never saves; everything else is the forms of the planning."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from access.folding import folded
from appointments.care.set_up.words import USUAL_KINDS, USUAL_ROOMS, UsualKind
from appointments.models.enums.planning import Discipline, SetUpWord


class WordForm(forms.Form):
    """Whether a step is done or waits."""

    word = forms.ChoiceField(choices=SetUpWord.choices)


class UsualForm(forms.Form):
    """Ticks what usually is there and here is not yet."""

    chosen = forms.MultipleChoiceField(
        label=gettext_lazy("Usual ones"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick at least one line.")},
    )

    def __init__(self, *args: Any, offered: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["chosen"]
        field.choices = offered


def kinds_offered(there: Iterable[str]) -> list[tuple[str, str]]:
    """Return the usual kinds whose names are not taken, with discipline and duration."""
    taken = {folded(name) for name in there}
    return [(kind.key, words_of(kind)) for kind in USUAL_KINDS if folded(str(kind.name)) not in taken]


def words_of(kind: UsualKind) -> str:
    """Return "Dental care · Dentistry · 30 min"."""
    return f"{kind.name} · {Discipline(kind.discipline).label} · {kind.minutes}\u00a0min"


def rooms_offered(there: Iterable[str]) -> list[tuple[str, str]]:
    taken = {folded(name) for name in there}
    return [(key, str(name)) for key, name in USUAL_ROOMS.items() if folded(str(name)) not in taken]
