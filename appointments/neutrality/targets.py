"""The limits that a movement list should keep, and whether a measured one does. Arithmetic only."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from appointments.neutrality.report import NeutralityReport

LEAKAGE_AT_MOST = 0.10  # bit, leave-one-out
INFORMATION_AT_MOST = 0.40  # of the exact-time list's
LIFT_AT_MOST = 4.0
WAIT_AT_MOST = 20.0  # minutes


def targets(report: NeutralityReport) -> list[Target]:
    """Return each limit with what was found; the reasons stand in docs/neutrality.md."""
    exported, exact = report.exported, report.exact
    information = exported.measure.information_corrected
    limit = INFORMATION_AT_MOST * max(0.0, exact.measure.information_corrected)
    return [
        Target("leakage", exported.measure.leakage_loo, LEAKAGE_AT_MOST),
        Target("identified_share", exported.measure.identified_share, 0.0),
        Target("information", information, limit),
        Target("lift", _greatest_lift(report), LIFT_AT_MOST),
        Target("mean_wait", exported.mean_wait, WAIT_AT_MOST),
        Target("journeys", exported.journeys, exact.journeys - 1),
    ]


class Target(NamedTuple):
    """One limit: its name, what was found (None: too few convocations to tell) and the most that it may be."""

    name: str
    found: float | None
    limit: float

    @property
    def is_met(self) -> bool:
        """Whether the limit is kept; what could not be measured is not."""
        return self.found is not None and self.found <= self.limit


def _greatest_lift(report: NeutralityReport) -> float | None:
    """Return the greatest lift of a sensitive kind; None when one of them is too rare to tell and no other fails."""
    found = report.exported.lifts.values()
    greatest = max((lift.ratio for lift in found if lift is not None), default=0.0)
    return None if None in found and greatest <= LIFT_AT_MOST else greatest
