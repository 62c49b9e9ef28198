"""Says a report as plain data, which JSON and the database can hold, and as a table for a terminal. No query."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from appointments.arithmetic.leakage import Secret
from appointments.arithmetic.timegrid import time_of
from appointments.neutrality.report import ListFigures, NeutralityReport, WeekCell, typical_week
from appointments.neutrality.targets import targets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from appointments.arithmetic.leakage import PurePlace, SecretLift
    from appointments.neutrality.arrivals import Effect
    from appointments.neutrality.monthly import MonthFigures

# The form of the document; one of another form is measured anew rather than misread.
VERSION = 3
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LINES_SHOWN = 8
UNKNOWN = "too few"


def as_data(
    report: NeutralityReport, *, months: Iterable[MonthFigures] = (), proposals: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return the report as JSON can hold it: None where a figure does not exist, never NaN or Infinity."""
    week = typical_week(report.exported.calls, sensitive=report.sensitive)
    return {
        "version": VERSION,
        "establishment": report.window.establishment.code,
        "since": report.window.since.isoformat(),
        "last": report.window.last.isoformat(),
        "people": report.scope.people,
        "days": report.scope.days,
        "calls": report.exported.leakage.calls,
        "sensitive": sorted(report.sensitive),
        "lists": {"exported": _list_data(report.exported), "exact": _list_data(report.exact)},
        "week": [_cell_data(cell) for cell in week],
        "pure": [_pure_data(each) for each in report.exported.leakage.pure],
        "months": [{**each._asdict(), "first": each.first.isoformat()} for each in months],
        "proposals": proposals,
        "withdrawals": asdict(report.withdrawals),
        "targets": [
            {"name": each.name, "found": each.found, "limit": each.limit, "met": each.is_met}
            for each in targets(report)
        ],
    }


def as_lines(data: dict[str, Any]) -> list[str]:
    """Return the document as a table for a terminal."""
    both = data["lists"]["exported"], data["lists"]["exact"]
    lines = [
        f"{data['establishment']}, {data['since']} to {data['last']}:",
        f"{data['calls']} calls of {data['people']} people on {data['days']} days.",
        "",
        _row("", "exported list", "exact times"),
    ]
    lines += [_row(name, *map(show, both)) for name, show in ROWS]
    lines += ["", "Greatest lift of each secret on the exported list (surely at least), where, weeks of the cycle:"]
    lines += [f"  {_lift_line(lift)}" for lift in both[0]["lifts"] if lift["scope"] != "kind"]
    lines += ["", "Followed people told from others by who kept half a year (AUC; by the number of calls alone):"]
    lines += [f"  {_rhythm_line(each)}" for each in both[0]["rhythms"]]
    lines += ["", "Places at which one secret alone was called:"]
    lines += [f"  {_place(each)}  {each['name']}, {each['calls']} calls" for each in data["pure"][:LINES_SHOWN]]
    lines += ["", *batch_lines(data["withdrawals"]), "", "Targets:"]
    return lines + [
        f"  {each['name']:<20}{_number(each['found']):>10}  at most {each['limit']:.4g}: "
        f"{'met' if each['met'] else 'NOT MET'}"
        for each in data["targets"]
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


ROWS: tuple[tuple[str, Callable[[dict[str, Any]], str]], ...] = (
    ("people followed in something sensitive", lambda each: str(each["groups"]["followed"])),
    ("... called alone, at least once", lambda each: str(each["groups"]["alone"])),
    ("... in fewer than five, never alone", lambda each: str(each["groups"]["few"])),
    ("... among such people only", lambda each: str(each["groups"]["only_sensitive"])),
    ("sensitive calls likelier than not", lambda each: _percent(each["identified_share"])),
    ("mutual information, corrected", lambda each: _bits(each["information"])),
    ("... of the finer kinds", lambda each: _bits(each["information_of_kinds"])),
    ("... of any sensitive, most telling cycle", lambda each: _bits(_worst(each["secret_information"]))),
    ("... by chance (persons as blocks)", lambda each: _number(each["chance"] and each["chance"]["mean"])),
    ("... rank of what was found", lambda each: _number(each["chance"] and each["chance"]["rank"])),
    ("min-entropy leakage, leave-one-out", lambda each: _bits(each["min_entropy"])),
    ("min-capacity", lambda each: _bits(each["min_capacity"])),
    ("kept lists: gain over the commonest", lambda each: _points(each["kept"], "gain")),
    ("... sensitive lines above one half", lambda each: _points(each["kept"], "above_half")),
    ("... 5 % most suspected, right", lambda each: _points(each["kept"], "precision")),
    ("... a line drawn at random", lambda each: _points(each["kept"], "prior")),
    ("... a line told from another (AUC)", lambda each: _number(each["kept"] and each["kept"]["auc"])),
    ("person told from three days (AUC)", lambda each: _number(each["auc_shown"])),
    ("mean extra wait, minutes", lambda each: f"{each['mean_wait']:.1f}"),
    ("journeys to bring people", lambda each: str(each["journeys"])),
)  # fmt: skip


def _list_data(figures: ListFigures) -> dict[str, Any]:
    told = figures.leakage
    return {
        "information": told.information,
        "information_of_kinds": told.information_of_kinds,
        "secret_information": {str(cycle): bits for cycle, bits in told.secret_information.items()},
        "min_entropy": told.min_entropy,
        "min_capacity": told.min_capacity,
        "identified_share": told.share_identified(),
        "identified": [
            {**_secret(secret), "cycle": cycle, "share": share} for (secret, cycle), share in told.identified.items()
        ],
        "lifts": [_lift_data(secret, lift) for (secret, _), lift in told.lifts.items()],
        "groups": asdict(told.groups),
        "chance": figures.chance._asdict() if figures.chance else None,
        "kept": asdict(figures.kept) if figures.kept else None,
        "rhythms": [
            {**_secret(secret), **(told._asdict() if told else {"followed": None, "auc": None, "auc_calls": None})}
            for secret, told in (figures.rhythms or {}).items()
        ],
        "auc_shown": figures.auc_shown,
        "mean_wait": figures.mean_wait,
        "journeys": figures.journeys,
    }


def _secret(secret: Secret) -> dict[str, Any]:
    return {"scope": secret.scope, "name": secret.name}


def _lift_data(secret: Secret, lift: SecretLift) -> dict[str, Any]:
    found = {"ratio": lift.ratio, "at_least": lift.at_least, "found": lift.found, "calls": lift.calls}
    return {**_secret(secret), **lift.place._asdict(), **found}


def _pure_data(each: PurePlace) -> dict[str, Any]:
    return {**_secret(each.secret), **each.place._asdict(), "calls": each.calls}


def _cell_data(cell: WeekCell) -> dict[str, Any]:
    return {
        "weekday": cell.weekday,
        "at": cell.at,
        "calls": cell.calls,
        "sensitive": cell.sensitive,
        "usual_people": cell.usual_people,
        "fewest_people": cell.sizes[0],
        "level": cell.level,
    }


def _row(name: str, one: str, other: str) -> str:
    return f"  {name:<40}{one:>16}{other:>16}".rstrip()


def _place(each: dict[str, Any]) -> str:
    said = f"{DAYS[each['weekday'] - 1]} {time_of(each['at']):%H:%M}"
    return said if each["cycle"] == 1 else f"{said}, week {each['week'] + 1} of {each['cycle']}"


def _lift_line(each: dict[str, Any]) -> str:
    return (
        f"{each['name']:<12}{each['ratio']:>7.2f} (>={each['at_least']:.2f})  {_place(each)}: "
        f"{each['found']} of {each['calls']}"
    )


def _rhythm_line(each: dict[str, Any]) -> str:
    return f"{each['name']:<12}{_number(each['auc']):>8} ({_number(each['auc_calls'])}), {each['followed'] or UNKNOWN}"


def _worst(by_cycle: dict[str, float]) -> float:
    return max(by_cycle.values(), default=0.0)


def _points(found: dict[str, float] | None, name: str) -> str:
    return UNKNOWN if found is None else _percent(found[name])


def _percent(value: float) -> str:
    return f"{value:.1%}".replace("%", " %")


def _bits(value: float) -> str:
    return f"{value:.3f} bit" if math.isfinite(value) else "none right"


def _number(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.4g}"


def batch_lines(found: dict[str, Any]) -> list[str]:
    """Say how far the lines that went together were of one practitioner, and of one discipline."""
    head = f"Withdrawals that officers saw: {found['lines']} lines, {found['alone']} alone, {found['batches']} batches"
    if found["practitioner"] is None:
        return [head]
    return [
        head,
        f"  batches of one practitioner alone: {found['of_one']},"
        f" of a sensitive discipline: {found['of_one_sensitive']}",
        f"  lines of their batch's commonest practitioner: {found['practitioner']:.0%}"
        f" (by chance {found['practitioner_by_chance']:.0%})",
        f"  lines of their batch's commonest discipline: {found['discipline']:.0%}"
        f" (by chance {found['discipline_by_chance']:.0%})",
    ]
