"""The limits that a movement list should keep, and whether a measured one does. Arithmetic only."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from appointments.neutrality.report import NeutralityReport

LEAKAGE_AT_MOST = 0.10  # bit, leave-one-out
INFORMATION_AT_MOST = 0.40  # of the exact-time list's
LIFT_AT_MOST = 4.0
GAIN_AT_MOST = 0.11  # disciplines guessed right, beyond the commonest, by one who kept the lists
WAIT_AT_MOST = 20.0  # minutes


def targets(report: NeutralityReport) -> list[Target]:
    """Return each limit with what was found; the reasons stand in docs/neutrality.md."""
    exported, exact = report.exported, report.exact
    told, groups = exported.leakage, exported.leakage.groups
    return [
        Target("nearly_alone", groups.alone + groups.few, 0),
        Target("identified_share", told.share_identified(), 0.0),
        Target("lift", told.lift(), LIFT_AT_MOST),
        Target("lift_counting_weeks", max(told.lift(2, sure=True), told.lift(4, sure=True)), LIFT_AT_MOST),
        Target("kept_gain", exported.kept.gain if exported.kept else None, GAIN_AT_MOST),
        Target("leakage", told.min_entropy, LEAKAGE_AT_MOST),
        Target("information", told.information, INFORMATION_AT_MOST * max(0.0, exact.leakage.information)),
        Target("mean_wait", exported.mean_wait, WAIT_AT_MOST),
        Target("journeys", exported.journeys, exact.journeys - 1),
    ]


class Target(NamedTuple):
    """One limit: its name, what was found (None: not measured, or too little to tell) and the most that it may be."""

    name: str
    found: float | None
    limit: float

    @property
    def is_met(self) -> bool:
        """Whether the limit is kept; what could not be measured is not."""
        return self.found is not None and self.found <= self.limit
