"""Whom the head names to give the second word, and the word itself. Never saves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from access.enums import Word
from access.models import User
from appointments.care.fields import RowChoice


class CustodianForm(forms.Form):
    user = RowChoice(label=_("Colleague"), empty_label=_("Choose somebody"))

    def __init__(self, *args: Any, colleagues: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.fields["user"]
        assert isinstance(user, RowChoice)  # noqa: S101 declared above
        user.offer(lambda: colleagues)


class WordForm(forms.Form):
    word = forms.ChoiceField(choices=[(Word.CONFIRMED.value, ""), (Word.REFUSED.value, "")])

    @property
    def is_confirmed(self) -> bool:
        return bool(self.cleaned_data["word"] == Word.CONFIRMED)
