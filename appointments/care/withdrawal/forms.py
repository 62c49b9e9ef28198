"""Turns what was asked about a group of appointments into typed values. Never saves."""

from __future__ import annotations

import datetime
import re
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from access.fields import DayField, TimeOfDayField
from appointments.arithmetic.timegrid import OutsideCalendar, at_local
from appointments.care.fields import KindChoice, RowChoice
from appointments.models import Agenda
from appointments.models.enums.appointment import CancelReason
from appointments.rights import Rights, kinds_offered_to

LONGEST = datetime.timedelta(days=31)
TICKED = re.compile(r"(?P<key>[0-9a-f-]{36}):(?P<revision>[0-9]{1,9})")
# Of care's own reasons, those that hold for several people at once.
REASONS = (CancelReason.UNIT_ABSENT, CancelReason.UNIT_POSTPONED)


class How(models.TextChoices):
    RECEIVE = "receive", _("Keep the convocations: another care professional receives these people")
    MIX = "mix", _("Withdraw in small batches, mixed with other changes")
    WITHDRAW = "withdraw", _("Withdraw them together anyway")


class GroupForm(forms.Form):
    """Whose appointments, from when to when. What it holds stays in the page's address."""

    agenda = RowChoice(label=_("Practitioner"))
    day = DayField(label=_("From"))
    start = TimeOfDayField(label=_("Time"))
    last = DayField(label=_("To"))
    end = TimeOfDayField(label=_("Time"))

    def __init__(self, *args: Any, rights: Rights, **kwargs: Any) -> None:
        self.establishment = rights.establishment
        super().__init__(*args, **kwargs)
        agenda = self.fields["agenda"]
        assert isinstance(agenda, RowChoice)  # noqa: S101 declared above
        agenda.offer(lambda: rights.bookable)

    def clean(self) -> dict[str, Any]:
        """Join days and times; refuse an end before the start and more than a month."""
        data = super().clean() or {}
        if {"day", "start", "last", "end"} <= data.keys():
            try:
                data["from"] = at_local(data["day"], data["start"], self.establishment.zone)
                data["to"] = at_local(data["last"], data["end"], self.establishment.zone)
            except OutsideCalendar as error:
                raise ValidationError(_("This day is not in any calendar. Choose another.")) from error
            if data["to"] <= data["from"]:
                self.add_error("end", _("The end comes before the beginning. Check both."))
            elif data["to"] - data["from"] > LONGEST:
                self.add_error("last", _("Choose a month at most; do the rest after it."))
        return data


class WithdrawalForm(forms.Form):
    how = forms.ChoiceField(
        label=_("What becomes of these appointments"), choices=How.choices, widget=forms.RadioSelect
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=[(one.value, one.label) for one in REASONS])
    receiver = RowChoice(label=_("Who receives them"), required=False, empty_label=_("Choose"))
    kind = KindChoice(label=_("For what"), required=False, empty_label=_("Choose"))
    book_again = forms.BooleanField(
        label=_("Withdrawn in batches: book each person again at the next free time of the discipline"), required=False
    )

    def __init__(self, *args: Any, receivers: list[Agenda], rights: Rights, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        receiver, kind = self.fields["receiver"], self.fields["kind"]
        assert isinstance(receiver, RowChoice)  # noqa: S101 declared above
        assert isinstance(kind, KindChoice)  # noqa: S101 declared above
        kinds = list(kinds_offered_to(rights))
        receiver.offer(lambda: receivers)
        kind.offer(lambda: kinds)

    def clean(self) -> dict[str, Any]:
        """Who receives, and for what, must be said when somebody does."""
        data = super().clean() or {}
        if data.get("how") == How.RECEIVE:
            for name, sentence in (
                ("receiver", _("Say who receives these people.")),
                ("kind", _("Say for what they are received.")),
            ):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        return data


def ticked(values: list[str]) -> dict[UUID, int]:
    """Return the appointments ticked, each with the revision that the page showed; what is no tick is left out."""
    found = [TICKED.fullmatch(value) for value in values]
    return {UUID(one["key"]): int(one["revision"]) for one in found if one and len(one["key"].replace("-", "")) == 32}
