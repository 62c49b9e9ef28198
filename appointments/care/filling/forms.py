"""Turns what was ticked and changed of a proposal into typed values. Never saves."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _

from access.fields import TimeOfDayField
from appointments.arithmetic.timegrid import at_local
from appointments.care.fields import RevisionForm
from appointments.models import ConsultationSession, Kind, Request
from appointments.requests.filling import FillLine

LINE = "line"
# No half-day holds more; what is sent beyond is not ours.
MOST_LINES = 200
# Digits of a key.
LONGEST_KEY = 10


class FillLineForm(RevisionForm):
    take = forms.BooleanField(required=False)
    kind = forms.IntegerField(required=False, min_value=1)
    at = TimeOfDayField(required=False)


@dataclass
class SentLine:
    """One line as it was sent: whose request, ticked or not, for what, when."""

    key: UUID
    form: FillLineForm
    refusal: str = ""
    line: FillLine | None = field(default=None)

    @property
    def is_ticked(self) -> bool:
        return bool(self.form["take"].value())

    @property
    def at(self) -> str:
        """The time as it was typed."""
        return str(self.form["at"].value() or "")

    @property
    def kind(self) -> str:
        return str(self.form["kind"].value() or "")


def sent_lines(data: Any) -> list[SentLine]:
    """Return the lines that were sent, in their order, each once; nonsense is left out."""
    found: dict[UUID, SentLine] = {}
    for text in data.getlist(LINE)[:MOST_LINES]:
        try:
            key = UUID(text)
        except ValueError:
            continue
        found.setdefault(key, SentLine(key, FillLineForm(data, prefix=str(key))))
    return list(found.values())


def read_lines(
    sent: Iterable[SentLine],
    session: ConsultationSession,
    requests: Mapping[UUID, Request],
    kinds: Sequence[Kind],
) -> list[FillLine]:
    """Return what the ticked lines ask for; a line that says nothing usable gets its sentence."""
    by_key = {kind.pk: kind for kind in kinds}
    for one in sent:
        if not one.is_ticked:
            continue
        asked = requests.get(one.key)
        if asked is None or not one.form.is_valid():
            one.refusal = _("This line could not be read. Look at it again.")
            continue
        kind = by_key.get(one.form.cleaned_data["kind"] or 0)
        at = start_of(one.form.cleaned_data["at"], session)
        if kind is None:
            one.refusal = _("Choose the kind of consultation.")
        elif at is None:
            one.refusal = _("Choose a time of this half-day.")
        else:
            one.line = FillLine(asked, one.form.cleaned_data["revision"], kind, at)
    return [one.line for one in sent if one.line is not None]


def start_of(at: datetime.time | None, session: ConsultationSession) -> datetime.datetime | None:
    """Return the instant of a time of the half-day; a shared one gives its own times, whatever is asked."""
    if session.is_shared:
        return session.starts_at
    if at is None:
        return None
    establishment = session.agenda.establishment
    return at_local(establishment.day_of(session.starts_at), at, establishment.zone)
