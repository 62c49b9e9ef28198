"""Says a report to the head of unit: a table and advice, in the reader's language. No name of anybody, no query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.utils.dates import WEEKDAYS
from django.utils.formats import number_format as in_local_form
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments.models.enums.planning import Discipline
from appointments.neutrality.targets import LIFT_AT_MOST, Target, targets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from appointments.arithmetic.inference import Lift
    from appointments.arithmetic.recurrence import HalfDay
    from appointments.neutrality.batches import BatchFigures
    from appointments.neutrality.counting import Context
    from appointments.neutrality.report import ListFigures, NeutralityReport, Wave
    from appointments.neutrality.sessions import Proposal

WAVES_SHOWN = 8


@dataclass(frozen=True)
class FiguresRow:
    """One line of the table: both lists, the limit, and whether the exported list keeps it (None: no limit)."""

    label: str
    exported: str
    exact: str
    limit: str = ""
    is_met: bool | None = None


def rows(report: NeutralityReport) -> list[FiguresRow]:
    one, two = report.exported.measure, report.exact.measure
    aim = {each.name: each for each in targets(report)}
    lift = [max((each.ratio for each in found.lifts.values() if each), default=None) for found in _both(report)]
    return [
        _row(_("Sensitive consultations identified"), _percent(one.identified_share), _percent(two.identified_share),
             aim["identified_share"], _percent(0.0)),
        _row(_("Leakage, in bits"), _bits(one.leakage_loo), _bits(two.leakage_loo),
             aim["leakage"], _bits(aim["leakage"].limit)),
        _row(_("Information, in bits"), _bits(one.information_corrected), _bits(two.information_corrected),
             aim["information"], _bits(aim["information"].limit)),
        _row(_("Greatest concentration of a sensitive discipline"), _times(lift[0]), _times(lift[1]),
             aim["lift"], _times(aim["lift"].limit)),
        _row(_("Mean wait after arrival, in minutes"), number_format(report.exported.mean_wait, 0), "0",
             aim["mean_wait"], number_format(aim["mean_wait"].limit, 0)),
        _row(_("Journeys to bring people"), str(report.exported.journeys), str(report.exact.journeys),
             aim["journeys"], str(aim["journeys"].limit)),
        FiguresRow(_("Discipline guessed right"), _percent(one.posterior_loo), _percent(two.posterior_loo)),
        FiguresRow(_("... without the list"), _percent(one.prior), _percent(two.prior)),
        FiguresRow(_("Followed person told from three days"), _share(one.auc_shown), _share(two.auc_shown)),
        FiguresRow(_("... from lists kept for half a year"), _share(one.auc), _share(two.auc)),
    ]  # fmt: skip


def advice(report: NeutralityReport) -> list[str]:
    """Return what to change, the gravest first; one sentence of praise when nothing has to."""
    missed = {each.name for each in targets(report) if not each.is_met}
    said = [sentence for name, sentence in _advice(report) if name in missed]
    return said or [_("All targets are kept. Nothing has to change in the planning or the arrival times.")]


def place(context: Context) -> str:
    return _("%(weekday)s at %(time)s") % {
        "weekday": WEEKDAYS[context.weekday - 1],
        "time": f"{context.at:%H:%M}",
    }


def half_day(where: HalfDay) -> str:
    said = _("%(weekday)s afternoon") if where.is_afternoon else _("%(weekday)s morning")
    return said % {"weekday": WEEKDAYS[where.weekday]}


def discipline(kind: str) -> str:
    return str(Discipline(kind).label)


def wave(found: Wave) -> str:
    return ngettext(
        "%(place)s: %(share)d out of 100 come for %(discipline)s (%(number)d consultation, disciplines: %(kinds)d).",
        "%(place)s: %(share)d out of 100 come for %(discipline)s (%(number)d consultations, disciplines: %(kinds)d).",
        found.people,
    ) % {
        "place": place(found.context),
        "share": round(100 * found.exposure),
        "discipline": discipline(found.kind or ""),
        "number": found.people,
        "kinds": found.kinds,
    }


def proposal(found: Proposal) -> str:
    before, turns = found.move.before, found.move.turns
    said = {
        "discipline": discipline(found.move.discipline),
        "before": half_day(before),
        "after": half_day(turns[-1]),
        "turns": ", ".join(map(half_day, turns)),
    }
    if len(turns) == 1:
        return _("%(discipline)s: hold the session of %(before)s on %(after)s instead.") % said
    if len(turns) == 2:
        return _("%(discipline)s: hold the session of %(before)s every other time on %(after)s.") % said
    return _("%(discipline)s: hold the session of %(before)s in turn on %(turns)s.") % said


def _advice(report: NeutralityReport) -> Iterator[tuple[str, str]]:
    found = report.exported
    sensitive = sum(found.counts.by_kind[kind] for kind in report.sensitive)
    number = round(found.measure.identified_share * sensitive)
    yield (
        "identified_share",
        ngettext(
            "%(number)d sensitive consultation stood where its discipline is likelier than all others together. "
            "Book other consultations at these times too, or hold the session at another time.",
            "%(number)d sensitive consultations stood where their discipline is likelier than all others together. "
            "Book other consultations at these times too, or hold the session at another time.",
            number,
        )
        % {"number": number},
    )
    for kind, lift in found.lifts.items():
        if lift is None or lift.ratio > LIFT_AT_MOST:
            yield "lift", _concentration(kind, lift)
    yield (
        "leakage",
        _(
            "The weekday and the hour alone tell the discipline too often. Fewer arrival times, or sessions that share "
            "them, tell less."
        ),
    )
    yield "information", _("The list keeps too much of the weekly planning. Hold sessions that share arrival times.")
    yield "mean_wait", _("People wait long after their arrival. One arrival time more would shorten the wait.")
    yield "journeys", _("Common arrival times save no journey here: nobody has two consultations close together.")


def _concentration(kind: str, lift: Lift | None) -> str:
    if lift is None:
        return _(
            "%(discipline)s is called when hardly anybody else is: the list hides it badly, and there is too little "
            "to measure how badly."
        ) % {"discipline": discipline(kind)}
    return _(
        "%(discipline)s is called %(ratio)s times as often on %(place)s as on average. Arrival times cannot hide a "
        "session held on one or two days of the week: hold it on others in turn."
    ) % {
        "discipline": discipline(kind),
        "ratio": number_format(lift.ratio, 1),
        "place": place(cast("Context", lift.context)),
    }


def batches_said(found: BatchFigures) -> dict[str, str]:
    """Return the shares of the lines that went together, out of a hundred."""
    names = ("practitioner", "practitioner_by_chance", "discipline", "discipline_by_chance")
    shares = {name: getattr(found, name) for name in names}
    return {
        name: _("too few to tell") if share is None else number_format(100 * share, 0) for name, share in shares.items()
    }


def number_format(value: float, digits: int) -> str:
    """Return a rounded number as it is written here; Django's own function cuts digits off."""
    return in_local_form(round(value, digits), digits)


def _row(label: str, exported: str, exact: str, target: Target, limit: str) -> FiguresRow:
    return FiguresRow(label, exported, exact, limit, target.is_met)


def _both(report: NeutralityReport) -> tuple[ListFigures, ListFigures]:
    return report.exported, report.exact


def _percent(value: float) -> str:
    return _("%(number)s %%") % {"number": number_format(100 * value, 1)}


def _bits(value: float) -> str:
    return number_format(value, 3)


def _share(value: float | None) -> str:
    return (
        _("too few to tell")
        if value is None
        else _("%(number)s out of 100 pairs") % {"number": number_format(100 * value, 0)}
    )


def _times(value: float | None) -> str:
    return _("too few to tell") if value is None else _("× %(number)s") % {"number": number_format(value, 1)}
