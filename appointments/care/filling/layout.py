"""Lays out the page of a half-day that is filled: the proposal as it is now, over it what was ticked and changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments.care.filling.forms import LONGEST_KEY, SentLine
from appointments.models import Request
from appointments.requests.filling import Proposal, ProposedLine


@dataclass(frozen=True)
class ShownLine:
    """One line of the page; `at` is the time chosen, "" while none is."""

    proposed: ProposedLine
    is_ticked: bool
    at: str
    kind: int
    choices: Sequence[tuple[str, datetime]]
    refusal: str = ""

    @property
    def request(self) -> Request:
        return self.proposed.candidate.request

    @property
    def why(self) -> str:
        """Why this person stands here: late since when, or to be seen by when."""
        days, due = self.proposed.candidate.days_late, f"{self.request.due_on:%d/%m}"
        if days > 0:
            said = ngettext(
                "%(days)d day late, to be seen by %(due)s", "%(days)d days late, to be seen by %(due)s", days
            )
            return said % {"days": days, "due": due}
        return _("to be seen by %(due)s") % {"due": due}


@dataclass(frozen=True)
class GoneLine:
    """A line that was ticked and that is proposed no longer."""

    request: Request
    refusal: str


def laid_out(proposal: Proposal, sent: Sequence[SentLine], asked: Mapping[UUID, Request]) -> dict[str, Any]:
    by_key = {one.key: one for one in sent}
    shown = {line.candidate.request.pk for line in (*proposal.lines, *proposal.doubtful)}
    return {
        "lines": [shown_line(line, by_key, proposal) for line in proposal.lines],
        "doubtful": [shown_line(line, by_key, proposal) for line in proposal.doubtful],
        "gone": [
            GoneLine(asked[one.key], one.refusal or _("No place is left for this person."))
            for one in sent
            if one.is_ticked and one.key in asked and one.key not in shown
        ],
    }


def shown_line(line: ProposedLine, sent: Mapping[UUID, SentLine], proposal: Proposal) -> ShownLine:
    """Return a line with what was sent of it; what was refused gets the time that is proposed now."""
    zone = proposal.session.agenda.establishment.zone
    choices = [(f"{start.astimezone(zone):%H:%M}", called_at) for start, called_at in line.choices]
    proposed = f"{line.starts_at.astimezone(zone):%H:%M}" if line.starts_at else ""
    before = sent.get(line.candidate.request.pk)
    if before is None:
        # Whoever comes anew under a page that was read already is ticked by a person.
        is_ticked = line.is_proposed and not sent
        return ShownLine(line, is_ticked, proposed, line.candidate.kind.pk, choices)
    keeps = not before.refusal and any(value == before.at for value, _called_at in choices)
    return ShownLine(
        proposed=line,
        is_ticked=before.is_ticked,
        at=before.at if keeps else proposed,
        kind=int(before.kind) if before.kind.isdecimal() and len(before.kind) < LONGEST_KEY else line.candidate.kind.pk,
        choices=choices,
        refusal=before.refusal,
    )
