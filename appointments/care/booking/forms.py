"""Turns what was typed about an appointment into typed values. Never saves."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from appointments.care.fields import KindChoice, PersonForm, RowByKey, SlotForm
from appointments.models import Appointment, Kind
from appointments.rights import appointments_visible_to, read_kinds_offered


class BookingForm(SlotForm, PersonForm):
    q = forms.CharField(
        label=_("Person"),
        required=False,
        max_length=100,
        help_text=_("Name, register number or cell"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "type": "search"}),
    )
    person = forms.UUIDField(required=False, widget=forms.HiddenInput)
    kind = KindChoice(label=_("Kind of consultation"))
    minutes = forms.IntegerField(
        label=_("Duration in minutes"),
        required=False,
        min_value=5,
        max_value=240,
        help_text=_("Leave empty for the usual duration."),
    )
    # The appointment that did not take place and that this one makes up for.
    follows = RowByKey(Appointment.objects.none(), required=False, widget=forms.HiddenInput)
    # The request that the appointment answers, as it was seen, and the one after it in the queue.
    request = forms.UUIDField(required=False, widget=forms.HiddenInput)
    request_revision = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    next = forms.UUIDField(required=False, widget=forms.HiddenInput)
    # What the user has read of other visits of the same half-day, and books all the same.
    knowing = forms.CharField(label=_("Book all the same"), required=False, max_length=200, widget=forms.HiddenInput)
    field_order = ("q", "person", "kind", "minutes", "agenda", "day", "time", "overbook")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind, follows = self.fields["kind"], self.fields["follows"]
        assert isinstance(kind, KindChoice)  # noqa: S101 declared above
        assert isinstance(follows, RowByKey)  # noqa: S101 declared above
        kind.offer(lambda: self.kinds)
        follows.queryset = appointments_visible_to(self.rights)

    @cached_property
    def kinds(self) -> list[Kind]:
        return read_kinds_offered(self.rights)

    def clean(self) -> dict[str, Any]:
        """Find the person: the one chosen or, when the words typed fit one person only, that one."""
        data = super().clean()
        key, words = data.get("person"), (data.get("q") or "").replace("\x00", "").strip()
        try:
            data["detainee"] = self.find_person(key, words)
        except ValidationError as error:
            self.add_error("q", error)
        follows = data.get("follows")
        if follows is not None and data.get("detainee") != follows.detainee:
            # Somebody else was chosen meanwhile: this makes up for nothing.
            data["follows"] = None
        return data

    @property
    def length(self) -> datetime.timedelta | None:
        """The duration typed, None for the usual one."""
        minutes = self.cleaned_data.get("minutes")
        return datetime.timedelta(minutes=minutes) if minutes else None
