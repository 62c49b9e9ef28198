"""Puts the counts of one period together, each with what it is a part of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from appointments.models import Agenda
from appointments.models.enums.appointment import OBSTRUCTING, CancelReason, NotComeReason, RefusalCause, Status
from appointments.models.enums.escort import PARTIES, EscortCancelReason, EscortParty, EscortStatus
from appointments.rights import Rights, escorts_visible_to
from appointments.statistics import counting
from appointments.statistics.causes import GROUPS, PRISON_SIDE
from appointments.statistics.counts import Counts
from appointments.statistics.delays import Delays
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
    # Seen without an appointment: beside what was booked, for nobody was expected.
    unplanned: int
    outcomes: Sequence[Share]
    causes: Sequence[Share]
    # Of those who did not come: obstruction, its two parts under it, and the refusals whose cause nobody has asked.
    obstructed: Share
    unasked: Share
    again: Sequence[Share]
    # Days until those who were summoned again were seen, at the median; None of nothing.
    again_days: float | None
    delays: Delays
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


def figures_of(
    counts: Counts,
    period: Period,
    *,
    counted_at: datetime,
    agenda: Agenda | None = None,
    escorts: Sequence[Share] | None = None,
) -> UnitFigures:
    """Put together what was counted of `period`, of `agenda` alone where it is given."""
    status, refused = counts.status, counts.refusals
    booked = sum(number for key, number in status.items() if key != "mistake")
    missed = status.get(Status.NOT_COME, 0)
    return UnitFigures(
        period=period,
        agenda=agenda,
        counted_at=counted_at,
        booked=booked,
        mistakes=status.get("mistake", 0),
        unplanned=counts.unplanned,
        outcomes=outcomes(status, booked),
        causes=causes(counts.causes, missed, refused),
        obstructed=obstructed(counts.causes, missed, refused),
        unasked=Share(_("Refusals whose cause nobody has asked"), refused.get("", 0), sum(refused.values())),
        again=[
            Share(_("Summoned again"), counts.chains.summoned, missed),
            Share(_("Seen at last"), counts.chains.seen, missed),
        ],
        again_days=counts.chains.days,
        delays=counts.delays,
        cancellations=cancellations(counts.cancellations, status.get(Status.CANCELLED, 0)),
        waits=counts.waits,
        halves=counts.halves,
        sessions=counts.sessions,
        lost=counts.lost,
        weeks=counts.weeks,
        escorts=escorts,
    )


def outcomes(status: Mapping[str, int], booked: int) -> list[Share]:
    closed = {Status.SEEN, Status.NOT_COME, Status.CANCELLED, "mistake"}
    still_open = sum(number for key, number in status.items() if key not in closed)
    return [
        Share(pgettext("statistics", "Seen"), status.get(Status.SEEN, 0), booked),
        Share(pgettext("statistics", "Did not come"), status.get(Status.NOT_COME, 0), booked),
        Share(pgettext("statistics", "Cancelled by care"), status.get(Status.CANCELLED, 0), booked),
        Share(pgettext("statistics", "Outcome not recorded yet"), still_open, booked),
    ]


def causes(counts: Mapping[str, int], missed: int, refused: Mapping[str, int] | None = None) -> list[Share]:
    """Return why people did not come, group by group, the reasons of each under it; `refused` says why they did."""
    found = []
    for group in GROUPS:
        parts = [Share(NotComeReason(each).label, counts[each], missed) for each in group.reasons if counts.get(each)]
        number, finer = sum(part.number for part in parts), parts if len(group.reasons) > 1 else []
        if group.reasons == (NotComeReason.REFUSAL_CONFIRMED,):
            finer = refusals(refused or {}, missed)
        found.append(Share(group.label, number, missed, finer))
    return found


def refusals(refused: Mapping[str, int], missed: int) -> list[Share]:
    """Return why people refused: the conditions first, then their own wishes, then what nobody has asked."""
    known = [Share(each.label, refused[each], missed) for each in RefusalCause if refused.get(each)]
    unasked = refused.get("", 0)
    return [*known, Share(_("Cause not asked yet"), unasked, missed)] if unasked else known


def obstructed(counts: Mapping[str, int], missed: int, refused: Mapping[str, int]) -> Share:
    """Return how many were obstructed: not brought for reasons of the prison, or refusing the conditions."""
    by_prison = sum(counts.get(reason, 0) for reason in PRISON_SIDE)
    by_conditions = sum(refused.get(each, 0) for each in OBSTRUCTING)
    return Share(
        _("Care obstructed"),
        by_prison + by_conditions,
        missed,
        [
            Share(_("for reasons of the prison"), by_prison, missed),
            Share(_("refused for the conditions of the consultation"), by_conditions, missed),
        ],
    )


def cancellations(counts: Mapping[str, int], cancelled: int) -> list[Share]:
    parts = [Share(CancelReason(reason).label, number, cancelled) for reason, number in counts.items()]
    return sorted(parts, key=lambda part: (-part.number, str(part.label)))


def escorts_of(rights: Rights, period: Period) -> list[Share] | None:
    """Return what became of the hospital escorts of the period; None for whoever may not know of them.

    Asked by the page itself: they are few, and stand in no figures that somebody without the right may read.
    """
    if not rights.manages_escorts:
        return None
    start, end = period.bounds(rights.establishment.zone)
    mine = escorts_visible_to(rights).filter(expected_at__gte=start, expected_at__lt=end)
    counted = counting.escorts_by_outcome(mine)
    total = sum(number for _status, _reason, number in counted)

    def number_of(status: EscortStatus) -> int:
        return sum(number for stands, _reason, number in counted if stands == status)

    done = Share(pgettext("escorts", "Done"), number_of(EscortStatus.DONE), total)
    lost = Share(
        pgettext("escorts", "Cancelled"),
        number_of(EscortStatus.CANCELLED),
        total,
        escorts_by_party(counted, total, counting.escorts_by_refusal_cause(mine)),
    )
    rest = Share(pgettext("escorts", "Not closed yet"), total - done.number - lost.number, total)
    return [done, lost, rest]


def escorts_by_party(counted: Sequence[tuple[str, str, int]], total: int, refused: Mapping[str, int]) -> list[Share]:
    """Return by whom escorts were cancelled, party by party, with the causes that patients gave for refusing."""
    numbers = {EscortCancelReason(reason): number for _status, reason, number in counted if reason}
    order = [*EscortParty, None]
    found: list[Share] = []
    for reason in sorted(numbers, key=lambda each: (order.index(PARTIES.get(each)), -numbers[each])):
        if reason != EscortCancelReason.REFUSED:
            found.append(Share(reason.label, numbers[reason], total))
            continue
        for why, number in refused.items():
            said = RefusalCause(why).label if why else _("cause not asked yet")
            found.append(Share(f"{reason.label} · {said}", number, total))
    return found
