"""Puts the counts of one period together, each with what it is a part of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from appointments.models import Agenda
from appointments.models.enums.appointment import CancelReason, NotComeReason, Status
from appointments.models.enums.escort import EscortCancelReason, EscortStatus
from appointments.rights import Rights, appointments_visible_to, escorts_visible_to
from appointments.statistics import counting
from appointments.statistics.causes import GROUPS
from appointments.statistics.period import Period


@dataclass(frozen=True)
class Share:
    label: Any
    number: int
    of: int
    # Finer counts that add up to this one.
    parts: Sequence[Share] = ()

    @property
    def percent(self) -> float | None:
        """The share in hundredths; None of nothing."""
        return 100 * self.number / self.of if self.of else None


@dataclass(frozen=True)
class UnitFigures:
    period: Period
    agenda: Agenda | None
    counted_at: datetime
    # All that was booked for the period, without what was booked by mistake; the outcomes add up to it.
    booked: int
    mistakes: int
    outcomes: Sequence[Share]
    causes: Sequence[Share]
    cancellations: Sequence[Share]
    waits: Sequence[counting.Wait]
    halves: Sequence[counting.Half]
    sessions: int
    lost: Sequence[counting.LostSession]
    weeks: Sequence[counting.WeekOutcomes]
    # None for whoever may not know of hospital escorts.
    escorts: Sequence[Share] | None

    @property
    def lost_share(self) -> Share:
        return Share(_("Lost half-days"), len(self.lost), self.sessions)


def read_report(
    rights: Rights,
    period: Period,
    *,
    agendas: Sequence[Agenda] | None,
    agenda: Agenda | None = None,
) -> UnitFigures:
    """Return the figures of `period`: of `agenda`, else of `agendas`, else (None) of all that the person sees."""
    zone = rights.establishment.zone
    start, end = period.bounds(zone)
    rows = appointments_visible_to(rights).filter(starts_at__gte=start, starts_at__lt=end)
    if agenda is not None:
        rows = rows.filter(agenda=agenda)
    elif agendas is not None:
        rows = rows.filter(agenda__in=agendas)
    status = counting.by_status(rows)
    booked = sum(number for key, number in status.items() if key != "mistake")
    return UnitFigures(
        period=period,
        agenda=agenda,
        counted_at=timezone.now(),
        booked=booked,
        mistakes=status.get("mistake", 0),
        outcomes=outcomes(status, booked),
        causes=causes(counting.by_cause(rows), status.get(Status.NOT_COME, 0)),
        cancellations=cancellations(counting.by_cancel_reason(rows), status.get(Status.CANCELLED, 0)),
        waits=counting.waits(rows, zone),
        halves=counting.by_half_day(rows, zone),
        sessions=counting.sessions_counted(rows),
        lost=counting.lost_sessions(rows),
        weeks=counting.by_week(rows, zone),
        escorts=escorts(rights, start, end),
    )


def outcomes(status: dict[str, int], booked: int) -> list[Share]:
    closed = {Status.SEEN, Status.NOT_COME, Status.CANCELLED, "mistake"}
    still_open = sum(number for key, number in status.items() if key not in closed)
    return [
        Share(pgettext("statistics", "Seen"), status.get(Status.SEEN, 0), booked),
        Share(pgettext("statistics", "Did not come"), status.get(Status.NOT_COME, 0), booked),
        Share(pgettext("statistics", "Cancelled by care"), status.get(Status.CANCELLED, 0), booked),
        Share(pgettext("statistics", "Outcome not recorded yet"), still_open, booked),
    ]


def causes(counts: dict[str, int], missed: int) -> list[Share]:
    """Return why people did not come, group by group, the reasons of each under it."""
    found = []
    for group in GROUPS:
        parts = [Share(NotComeReason(each).label, counts[each], missed) for each in group.reasons if counts.get(each)]
        number = sum(part.number for part in parts)
        found.append(Share(group.label, number, missed, parts if len(group.reasons) > 1 else ()))
    return found


def cancellations(counts: dict[str, int], cancelled: int) -> list[Share]:
    parts = [Share(CancelReason(reason).label, number, cancelled) for reason, number in counts.items()]
    return sorted(parts, key=lambda part: (-part.number, str(part.label)))


def escorts(rights: Rights, start: datetime, end: datetime) -> list[Share] | None:
    """Return what became of the hospital escorts of the period; None for whoever may not know of them."""
    if not rights.manages_escorts:
        return None
    mine = escorts_visible_to(rights).filter(expected_at__gte=start, expected_at__lt=end)
    counted = counting.escorts_by_outcome(mine)
    total = sum(number for _status, _reason, number in counted)
    cancelled = [
        Share(EscortCancelReason(reason).label, number, total) for _status, reason, number in counted if reason
    ]

    def number_of(status: EscortStatus) -> int:
        return sum(number for stands, _reason, number in counted if stands == status)

    done = Share(pgettext("escorts", "Done"), number_of(EscortStatus.DONE), total)
    lost = Share(
        pgettext("escorts", "Cancelled"),
        number_of(EscortStatus.CANCELLED),
        total,
        sorted(cancelled, key=lambda part: -part.number),
    )
    rest = Share(pgettext("escorts", "Not closed yet"), total - done.number - lost.number, total)
    return [done, lost, rest]
