"""Says what was found to the head of unit: titles, figures, sentences. No person called is named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from access.in_words import date_format
from appointments.arithmetic.recurrence import HalfDay
from appointments.arithmetic.timegrid import time_of
from appointments.care.numbers import rounded
from appointments.care.planning.session_forms import RHYTHMS, key_of
from appointments.care.plans.forms import EVERY
from appointments.models import Agenda, AgendaHours
from appointments.models.enums.planning import Discipline
from appointments.models.half_days import PARTS, half_day_words
from appointments.plans.steps import WantedPattern

TITLES: dict[str, Promise] = {
    "nobody": gettext_lazy("Nobody changes days: other arrival times, other habits of booking"),
    "few": gettext_lazy("Two practitioners change days"),
    "within": gettext_lazy("All who may change days do"),
    "common": gettext_lazy("Common half-days for all who may change"),
    "everybody": gettext_lazy("For comparison: if everybody could come on any day"),
}


# A lift below that is nothing to speak of.
WORTH_A_WORD = 1.5


class AgendaLine(NamedTuple):
    """What was said of one agenda."""

    agenda: Agenda
    half_days: str
    every: str
    may_move: bool


class PlanRow(NamedTuple):
    """One plan beside the others, each figure in the reader's form."""

    number: int | None  # None for what is told now
    title: str
    who: str
    few: str
    information: str
    lift: str
    gain: str
    wait: str
    days: str
    keeps_limits: bool


class BeforeAfter(NamedTuple):
    """One figure of a plan, beside now."""

    label: str
    before: str
    after: str


def agenda_line(agenda: Agenda, said: AgendaHours | None) -> AgendaLine:
    if said is None:
        return AgendaLine(agenda, "", "", may_move=False)
    every = str(dict(EVERY)[said.every])
    return AgendaLine(agenda, half_days(sorted(said.possible)), every, said.may_move)


def half_days(found: Sequence[HalfDay]) -> str:
    """Return half-days like "every morning, Monday and Tuesday afternoon" in a short list, whole days as one word."""
    days: dict[int, list[bool]] = {}
    for half in found:
        days.setdefault(half.weekday, []).append(half.is_afternoon)
    return ", ".join(
        str(WEEKDAYS[day]) if len(parts) > 1 else half_day_words(HalfDay(day, parts[0]))
        for day, parts in sorted(days.items())
    )


def comparison(found: Mapping[str, Any], names: Mapping[int, str]) -> dict[str, Any]:
    """Return the rows of the table, now first, and why some plans cannot be."""
    now = found["now"]
    rows = [_row(None, _("As it is now"), "", now)]
    for number, each in enumerate(found["proposals"]):
        keeps = each.get("missed") == [] and each["level"] != "everybody"
        rows.append(_row(number, title(each), _who(each, names), each["figures"], keeps_limits=keeps))
    return {"rows": rows, "refused": list(dict.fromkeys(_refused(found["refused"])))}


def title(found: Mapping[str, Any]) -> str:
    shared = {half for turns in found["turns"].values() for turn in turns for half in turn}
    if found["level"] == "common" and shared:
        return _("Common half-days for all who may change: %(number)d in a week") % {"number": len(shared)}
    return str(TITLES[found["level"]])


def proposal(found: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Return one proposal in words: figures before and after, and sentences of what it costs."""
    after = found["figures"]
    return {
        "title": title(found),
        "is_comparison": found["level"] == "everybody",
        "rows": [BeforeAfter(label, _figure(name, now), _figure(name, after)) for name, label in labels().items()],
        "costs": [*_cost_in_minutes(now, after), *_cost_in_days(now, after)],
        "forbidden": list(forbidden(found.get("bounds", {}), now, after)),
        "times": [f"{time_of(at):%H:%M}" for at in found["times"]],
    }


def forbidden(bounds: Mapping[str, Any], now: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Yield what forbids less: a sentence a bound. A search of before bounds were counted has none."""
    if (bounds.get("lift") or 1) >= WORTH_A_WORD:
        yield _(
            "%(discipline)s is there in so few half-days that at some hour it is called at least %(ratio)s times as "
            "often as on average. Only more half-days to choose from change that."
        ) % {"discipline": Discipline(bounds["discipline"]).label, "ratio": rounded(bounds["lift"], 1)}
    if few := bounds.get("few"):
        yield ngettext(
            "%(count)d call for something sensitive is in a half-day in which fewer than five people are called at "
            "all.",
            "%(count)d calls for something sensitive are in half-days in which fewer than five people are called at "
            "all.",
            few,
        ) % {"count": few}
    if after.get("count_auc") is not None:
        yield _(
            "Whoever only counts how often each person is called picks the followed one of two %(number)s times out of "
            "100; 50 is chance. No plan hides that."
        ) % {"number": rounded(100 * after["count_auc"], 0)}
    yield _("Whoever knows who works in a half-day learns %(bits)s bit of it.") % {"bits": _figure("roster", after)}
    if days := bounds.get("days"):
        yield _(
            "If all time were free and all bookings known beforehand, at most %(share)s %% of the days of call could "
            "be saved."
        ) % {"share": rounded(100 * (1 - days / max(1, now["days"])), 0)}


def labels() -> dict[str, str]:
    return {
        "alone": _("Calls for something sensitive, alone at their time"),
        "few": _("... alone or in a group of fewer than five"),
        "information": _("What one list tells of the discipline, in bits"),
        "lift": _("Greatest concentration of a sensitive discipline"),
        "min_entropy": _("Leakage (best single guess), in bits"),
        "min_capacity": _("Leakage at worst (any mix of patients), in bits"),
        "kept_gain": _("What lists kept for half a year add to a guess, in points"),
        "kept_auc": _("Sensitive line told from another, lists kept (chance: 0.50)"),
        "person_auc": _("Followed person told from another, lists kept (chance: 0.50)"),
        "roster": _("For an observer who knows who works in that half-day, in bits"),
        "wait": _("Mean wait after arrival, in minutes"),
        "days": _("Days of call, person by person, in half a year"),
        "journeys": _("Journeys to bring people"),
    }


def wanted(one: WantedPattern) -> str:
    """Return a pattern like "Monday, Thursday, morning, every 4 weeks"."""
    days = ", ".join(str(WEEKDAYS[day]) for day in one.weekdays)
    return f"{days}, {PARTS[one.is_afternoon]}, {dict(RHYTHMS).get(key_of(one.rhythm), '')}"


def begun(one: WantedPattern) -> str:
    """Return the same with its first day: two patterns may differ in nothing but their weeks."""
    first = date_format(one.first, "j F")
    return _("%(pattern)s, from %(day)s") % {"pattern": wanted(one), "day": first}


def _row(
    number: int | None, title: str, who: str, figures: Mapping[str, Any], *, keeps_limits: bool = False
) -> PlanRow:
    return PlanRow(
        number,
        title,
        who,
        few=_figure("few", figures),
        information=_figure("information", figures),
        lift=_figure("lift", figures),
        gain=_figure("kept_gain", figures),
        wait=_figure("wait", figures),
        days=_figure("days", figures),
        keeps_limits=keeps_limits,
    )


def _figure(name: str, figures: Mapping[str, Any]) -> str:
    value = figures[name]
    if value is None:
        return _("too few to tell")
    if name in {"alone", "few"}:
        return _("%(number)s of %(all)s") % {"number": value, "all": figures["sensitive"]}
    if name == "kept_gain":
        return rounded(100 * value, 1)
    if name == "lift":
        return f"× {rounded(value, 1)}"
    digits = {"wait": 0, "days": 0, "journeys": 0, "kept_auc": 2, "person_auc": 2}
    return rounded(value, digits.get(name, 3))


def _who(found: Mapping[str, Any], names: Mapping[int, str]) -> str:
    asked = [names.get(agenda, "") for agenda in found["asked"]]
    return ", ".join(filter(None, asked))


def _refused(refused: Mapping[str, Mapping[str, Any]]) -> list[str]:
    sentences = []
    for level, why in refused.items():
        if why:
            sentences.append(
                _(
                    "No plan keeps to what was said: %(name)s holds %(needed)d half-days in one week "
                    "and could come on %(possible)d. Add possible half-days, or let the person come more often."
                )
                % why
            )
        else:
            sentences.append(
                _("“%(title)s” cannot be: rooms or the people whom officers bring do not suffice in some half-day.")
                % {"title": TITLES[level]}
            )
    return sentences


def _cost_in_minutes(now: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    minutes = round(after["wait"] - now["wait"])
    if minutes > 0:
        return [
            ngettext(
                "Each person called waits %(count)d minute longer on average.",
                "Each person called waits %(count)d minutes longer on average.",
                minutes,
            )
            % {"count": minutes}
        ]
    return [_("Nobody waits longer on average.")]


def _cost_in_days(now: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    share = rounded(100 * abs(after["days"] - now["days"]) / max(1, now["days"]), 0)
    if after["days"] <= now["days"]:
        return [
            _("People are called on %(share)s %% fewer days, and officers bring them less often.") % {"share": share}
        ]
    return [_("People are called on %(share)s %% more days.") % {"share": share}]
