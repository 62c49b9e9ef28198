"""Says a report as plain data for JSON and as a table for a terminal. Numbers in, text out; no query."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast

from appointments.arithmetic.timegrid import time_of
from appointments.neutrality.targets import targets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from appointments.arithmetic.inference import Lift
    from appointments.neutrality.arrivals import Effect
    from appointments.neutrality.batches import BatchFigures
    from appointments.neutrality.counting import Context
    from appointments.neutrality.report import ListFigures, NeutralityReport, Wave

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WAVES_SHOWN = 8
UNKNOWN = "too few"


def as_data(report: NeutralityReport) -> dict[str, Any]:
    """Return the report as JSON can hold it: None where a figure does not exist, never NaN or Infinity."""
    return {
        "establishment": report.window.establishment.code,
        "since": report.window.since.isoformat(),
        "last": report.window.last.isoformat(),
        "people": report.scope.people,
        "days": report.scope.days,
        "convocations": report.exported.measure.total,
        "kinds": dict(report.exported.counts.by_kind.most_common()),
        "sensitive": sorted(report.sensitive),
        "lists": {"exported": _list_data(report.exported), "exact": _list_data(report.exact)},
        "targets": [
            {"name": each.name, "found": each.found, "limit": each.limit, "met": each.is_met}
            for each in targets(report)
        ],
    }


def as_lines(report: NeutralityReport) -> list[str]:
    window, both = report.window, (report.exported, report.exact)
    lines = [
        f"{window.establishment.name} ({window.establishment.code}), {window.since} to {window.last}:",
        f"{both[0].measure.total} convocations of {report.scope.people} people on {report.scope.days} days.",
        "",
        _row("", "exported list", "exact times"),
    ]
    lines += [_row(name, *map(show, both)) for name, show in ROWS]
    lines += [_row(f"lift of {kind}", *(_lift(each, kind) for each in both)) for kind in report.exported.lifts]
    lines += ["", "Where a sensitive kind is easiest to tell (exported list):"]
    lines += [f"  {_wave(wave)}" for wave in report.exported.waves[:WAVES_SHOWN] if wave.kind]
    lines += ["", "Targets:"]
    return lines + [
        f"  {each.name:<20}{_number(each.found):>10}  at most {each.limit:.4g}: {'met' if each.is_met else 'NOT MET'}"
        for each in targets(report)
    ]


def curve_lines(effects: Sequence[Effect]) -> list[str]:
    lines = ["times  identified  leakage  information   lift  wait  journeys  arrival times"]
    for each in effects:
        told, at = each.told, " ".join(f"{time_of(minute):%H:%M}" for minute in each.times)
        lines.append(
            f"{len(each.times):>5}{_percent(told.identified_share):>12}{told.leakage:>9.3f}{told.information:>13.3f}"
            f"{told.lift:>7.2f}{each.mean_wait:>6.1f}{each.journeys:>10}  {at}"
        )
    return lines


def place(context: Context) -> str:
    return f"{DAYS[context.weekday - 1]} {context.at:%H:%M}"


ROWS = (
    ("contexts (weekday and time)", lambda each: str(len(each.counts.cells))),
    ("guessed right without the list", lambda each: _percent(each.measure.prior)),
    ("guessed right with it, leave-one-out", lambda each: _percent(each.measure.posterior_loo)),
    ("min-entropy leakage, leave-one-out", lambda each: _bits(each.measure.leakage_loo)),
    ("min-entropy leakage, naive", lambda each: _bits(each.measure.leakage)),
    ("mutual information, corrected", lambda each: _bits(each.measure.information_corrected)),
    ("mutual information above chance", lambda each: _bits(each.measure.excess)),
    ("... more than 95 % of random deals", lambda each: "yes" if each.measure.is_significant else "no"),
    ("sensitive convocations identified", lambda each: _percent(each.measure.identified_share)),
    ("person told, half-year kept (AUC)", lambda each: _number(each.measure.auc)),
    ("person told, three days (AUC)", lambda each: _number(each.measure.auc_shown)),
    ("person told, number of calls (AUC)", lambda each: _number(each.measure.auc_calls)),
    ("mean extra wait, minutes", lambda each: f"{each.mean_wait:.1f}"),
    ("journeys to bring people", lambda each: str(each.journeys)),
)


def _list_data(figures: ListFigures) -> dict[str, Any]:
    found = figures.measure
    return {
        "contexts": len(figures.counts.cells),
        "prior": found.prior,
        "posterior": found.posterior,
        "posterior_loo": found.posterior_loo,
        "leakage": _finite(found.leakage),
        "leakage_loo": _finite(found.leakage_loo),
        "leakage_loo_raw": _finite(found.leakage_loo_raw),
        "information": found.information,
        "information_corrected": found.information_corrected,
        "baseline_mean": found.baseline.mean,
        "baseline_quantile": found.baseline.quantile,
        "is_significant": found.is_significant,
        "identified_share": found.identified_share,
        "lifts": {
            kind: {"ratio": lift.ratio, "at": _place(lift)} if lift else None for kind, lift in figures.lifts.items()
        },
        "auc": found.auc,
        "auc_shown": found.auc_shown,
        "auc_calls": found.auc_calls,
        "mean_wait": figures.mean_wait,
        "journeys": figures.journeys,
        "waves": [_wave_data(wave) for wave in figures.waves[:WAVES_SHOWN] if wave.kind],
    }


def _wave_data(wave: Wave) -> dict[str, Any]:
    return {
        "at": place(wave.context),
        "convocations": wave.people,
        "kinds": wave.kinds,
        "kind": wave.kind,
        "exposure": wave.exposure,
        "word": wave.word,
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _row(name: str, one: str, other: str) -> str:
    return f"  {name:<40}{one:>16}{other:>16}".rstrip()


def _lift(figures: ListFigures, kind: str) -> str:
    lift = figures.lifts[kind]
    return f"{lift.ratio:.2f} {_place(lift)}" if lift else UNKNOWN


def _place(lift: Lift) -> str:
    return place(cast("Context", lift.context))


def _wave(wave: Wave) -> str:
    return (
        f"{place(wave.context)}  {wave.kind:<14} {wave.exposure:.3f} ({wave.word}), "
        f"{wave.people} convocations, kinds: {wave.kinds}"
    )


def _percent(value: float) -> str:
    return f"{value:.1%}".replace("%", " %")


def _bits(value: float) -> str:
    return f"{value:.3f} bit" if math.isfinite(value) else "none right"


def _number(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.4g}"


def batch_lines(found: BatchFigures) -> list[str]:
    """Say how far the lines that went together were of one practitioner, and of one discipline."""
    head = f"Withdrawals that officers saw: {found.lines} lines, {found.alone} alone, {found.batches} batches"
    if found.practitioner is None or found.practitioner_by_chance is None:
        return [head]
    assert found.discipline is not None  # noqa: S101 (measured on the same lines)
    assert found.discipline_by_chance is not None  # noqa: S101
    return [
        head,
        f"  batches of one practitioner alone: {found.of_one}, of a sensitive discipline: {found.of_one_sensitive}",
        f"  lines of their batch's commonest practitioner: {found.practitioner:.0%}"
        f" (by chance {found.practitioner_by_chance:.0%})",
        f"  lines of their batch's commonest discipline: {found.discipline:.0%}"
        f" (by chance {found.discipline_by_chance:.0%})",
    ]
