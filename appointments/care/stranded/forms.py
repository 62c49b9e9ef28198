"""Turns what was chosen for people whose practitioner is away or has left into typed values. Never saves."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.care.fields import KindChoice, RowChoice
from appointments.care.pages import YEARS
from appointments.models import Agenda, Appointment, Kind
from appointments.stranded import Choice, How, PlannedLine, ReviewedLine

REVIEWED = re.compile(
    r"(?P<key>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})\|(?P<revision>[0-9]{1,9})\|(?P<how>[a-z]{1,10})"
    r"\|(?P<agenda>[0-9]{0,18})\|(?P<at>[0-9T:.+-]{0,40})\|(?P<kind>[0-9]{0,18})"
)


class StrandedForm(forms.Form):
    how = forms.ChoiceField(label=_("What becomes of those ticked"), widget=forms.RadioSelect)
    receiver = RowChoice(label=_("Which colleague"), required=False, empty_label=_("Choose"))
    kind = KindChoice(label=_("For what the nurse receives them"), required=False)
    otherwise = forms.ChoiceField(
        label=_("Whoever finds no place"),
        required=False,
        choices=[
            ("", _("stays undecided")),
            (How.ANYBODY, _("goes to whoever of the discipline has a place")),
            (How.QUEUE, _("goes back to the queue")),
        ],
    )

    def __init__(
        self, *args: Any, hows: list[How], colleagues: list[Agenda], nursing: list[Kind], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        how, receiver, kind = self.fields["how"], self.fields["receiver"], self.fields["kind"]
        assert isinstance(how, forms.ChoiceField)  # noqa: S101 declared above
        assert isinstance(receiver, RowChoice)  # noqa: S101 declared above
        assert isinstance(kind, KindChoice)  # noqa: S101 declared above
        how.choices = [(one.value, one.label) for one in hows]
        receiver.offer(lambda: colleagues)
        kind.offer(lambda: nursing)

    def clean(self) -> dict[str, Any]:
        """Which colleague, and for what, must be said when it is one."""
        data = super().clean() or {}
        if data.get("how") == How.COLLEAGUE and not data.get("receiver") and "receiver" not in self.errors:
            self.add_error("receiver", _("Say which colleague receives these people."))
        if data.get("how") == How.NURSE and not data.get("kind") and "kind" not in self.errors:
            self.add_error("kind", _("Say for what they are received."))
        return data

    @property
    def choice(self) -> Choice:
        data = self.cleaned_data
        return Choice(
            How(data["how"]),
            receiver=data["receiver"],
            kind=data["kind"],
            otherwise=How(data["otherwise"]) if data["otherwise"] else None,
        )


def written(line: PlannedLine, choice: Choice) -> str:
    """Write a line of the review as the page gives it back, so that nothing else is done than what was shown."""
    one, place = line.appointment, line.place
    kind = choice.kind.pk if line.how == How.NURSE and choice.kind else ""
    where = f"{place.agenda.pk}|{place.starts_at.isoformat()}" if place else "|"
    return f"{one.pk}|{one.revision}|{line.how}|{where}|{kind}"


def reviewed(
    values: list[str], *, appointments: dict[UUID, Appointment], agendas: list[Agenda], kinds: list[Kind]
) -> list[ReviewedLine] | None:
    """Return the lines that the page gives back; None when one of them is about something that is there no longer."""
    lines = []
    for value in values:
        line = reviewed_line(value, appointments, agendas, kinds)
        if line is None:
            return None
        lines.append(line)
    return lines


def reviewed_line(
    value: str, appointments: dict[UUID, Appointment], agendas: list[Agenda], kinds: list[Kind]
) -> ReviewedLine | None:
    found = REVIEWED.fullmatch(value)
    one = appointments.get(UUID(found["key"])) if found else None
    if found is None or one is None or found["how"] not in How.values:
        return None
    how = How(found["how"])
    revision = int(found["revision"])
    if how in {How.QUEUE, How.KEEP}:
        return ReviewedLine(one, revision, how)
    agenda = next((each for each in agendas if str(each.pk) == found["agenda"]), None)
    kind = next((each for each in kinds if str(each.pk) == found["kind"]), None)
    try:
        starts_at = datetime.fromisoformat(found["at"])
    except ValueError:
        return None
    if agenda is None or starts_at.tzinfo is None or starts_at.year not in YEARS or (how == How.NURSE and kind is None):
        return None
    return ReviewedLine(one, revision, how, agenda, starts_at, kind)
