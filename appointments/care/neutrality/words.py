"""Says a measure to the head of unit: one sentence a figure, in the reader's language. No name of anybody, no query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from appointments.arithmetic.recurrence import HalfDay
from appointments.arithmetic.timegrid import time_of
from appointments.care.numbers import rounded
from appointments.models.enums.planning import Discipline
from appointments.neutrality.report import MEDIUM_SHARE, MIXED_PEOPLE, MIXED_SHARE, WEAK_PEOPLE, WEAK_SHARE
from appointments.neutrality.targets import LIFT_AT_MOST

if TYPE_CHECKING:
    from appointments.care.neutrality.heatmap import HeatCell

Found: TypeAlias = dict[str, Any]
State: TypeAlias = Literal["good", "warning", "bad", "none"]

PURE_SHOWN, LIFTS_SHOWN, MOVES_SHOWN = 4, 3, 1
HALF = 0.5


@dataclass(frozen=True)
class Statement:
    """One figure: how it stands, the number in large, what it means, what was aimed at, and more about it."""

    state: State
    title: str
    number: str
    sentence: str
    target: str
    more: tuple[str, ...] = ()

    @property
    def tag(self) -> str:
        """The class of the style sheet that colours the target."""
        return {"good": "tag-good", "warning": "tag-warn", "bad": "tag-bad", "none": ""}[self.state]


@dataclass(frozen=True)
class FiguresRow:
    """One line of the table: both lists, the limit, and whether the exported list keeps it (None: no limit)."""

    label: str
    exported: str
    exact: str
    limit: str = ""
    is_met: bool | None = None


def statements(found: Found) -> list[Statement]:
    """Return the three figures in the order in which a person understands them."""
    return [nearly_alone(found), one_week(found), kept(found)]


def nearly_alone(found: Found) -> Statement:
    groups = found["lists"]["exported"]["groups"]
    number = groups["alone"] + groups["few"]
    said = {"alone": groups["alone"], "few": groups["few"], "followed": groups["followed"]}
    more = []
    if only := groups["only_sensitive"]:
        more.append(
            ngettext(
                "%(number)d person was called with others of whom all came for something sensitive.",
                "%(number)d people were called with others of whom all came for something sensitive.",
                only,
            )
            % {"number": only}
        )
    return Statement(
        state="bad" if number else "good",
        title=_("Called nearly alone"),
        number=ngettext("%(number)d person", "%(number)d people", number) % {"number": number},
        sentence=_(
            "followed in a sensitive discipline were called for it alone (%(alone)d) or in fewer than five (%(few)d) "
            "at least once, of %(followed)d followed."
        )
        % said,
        target=_("target: 0"),
        more=tuple(more),
    )


def one_week(found: Found) -> Statement:
    told = found["lists"]["exported"]
    aims = {each["name"]: each for each in found["targets"]}
    lifts = sorted((each for each in told["lifts"] if tells(each)), key=lambda each: -each["at_least"])
    worst: dict[str, Found] = {}
    for each in lifts:
        worst.setdefault(each["name"], each)
    is_kept = aims["lift"]["met"] and aims["lift_counting_weeks"]["met"]
    return Statement(
        state="bad" if told["identified_share"] else "good" if is_kept else "warning",
        title=_("One week of lists"),
        number=_percent(told["identified_share"], 0),
        sentence=_(
            "of the sensitive calls stand at a day and time at which most calls are sensitive: whoever reads the list "
            "is then right more often than not."
        ),
        target=_("target: 0 %%; no discipline more than %(ratio)s times as often as on average")
        % {"ratio": rounded(LIFT_AT_MOST, 0)},
        more=tuple(concentration(each) for each in list(worst.values())[:LIFTS_SHOWN]),
    )


def tells(lift: Found) -> bool:
    """Whether a concentration is worth a sentence: above the limit, and surely more than average."""
    return bool(lift["scope"] != "kind" and lift["ratio"] > LIFT_AT_MOST and lift["at_least"] > 1)


def concentration(lift: Found) -> str:
    return _(
        "%(secret)s: %(ratio)s times as often on %(place)s as on average, surely %(least)s times "
        "(%(found)d calls of %(calls)d)."
    ) % {
        "secret": secret(lift),
        "ratio": rounded(lift["ratio"], 1),
        "least": rounded(lift["at_least"], 1),
        "place": place(lift),
        "found": lift["found"],
        "calls": lift["calls"],
    }


def kept(found: Found) -> Statement:
    learnt = found["lists"]["exported"]["kept"]
    title = _("Lists kept for half a year")
    if learnt is None:
        return Statement("none", title, _("not measured"), "", _("target: at most 11 points gained"))
    [aim] = [each for each in found["targets"] if each["name"] == "kept_gain"]
    said = {"right": round(100 * learnt["precision"]), "chance": round(100 * learnt["prior"])}
    more = [
        _("%(share)s of the sensitive calls are held to be so with more than one half.")
        % {"share": _percent(learnt["above_half"], 0)},
        *filter(None, map(rhythm, found["lists"]["exported"]["rhythms"])),
    ]
    return Statement(
        state="bad" if not aim["met"] or learnt["precision"] > HALF else "good",
        title=title,
        number=_("%(right)d out of 100") % said,
        sentence=_(
            "of the calls most suspected by one who keeps the lists and knows half of the truth are sensitive. At "
            "random: %(chance)d."
        )
        % said,
        target=_("gain %(found)s points, target at most %(limit)s")
        % {"found": rounded(100 * learnt["gain"], 1), "limit": rounded(100 * aim["limit"], 0)},
        more=tuple(more),
    )


def rhythm(each: Found) -> str | None:
    """Say how well the people of the widest secret are told from others by who keeps the lists."""
    if each["scope"] != "any" or each["auc"] is None:
        return None
    return _(
        "Of one person followed and one who is not, the right one is picked %(auc)d times out of 100 by the rhythm of "
        "their calls, %(calls)d by their number alone; 50 is chance."
    ) % {"auc": round(100 * each["auc"]), "calls": round(100 * each["auc_calls"])}


def advice(found: Found) -> list[str]:
    """Return what to change, the gravest first; one sentence of praise when nothing has to."""
    said = [alone(each) for each in found["pure"][:PURE_SHOWN]]
    proposals = found["proposals"]
    said += [proposal(each) for each in (proposals["moves"] if proposals else [])[:MOVES_SHOWN]]
    missed = {each["name"] for each in found["targets"] if not each["met"] and each["found"] is not None}
    for name, sentence in _advice():
        if name in missed:
            said.append(sentence)
    return said or [_("Nothing has to change in the planning or the arrival times.")]


def alone(each: Found) -> str:
    return ngettext(
        "%(place)s: the %(number)d call of six months was for %(secret)s. Call others then too, or move it.",
        "%(place)s: all %(number)d calls of six months were for %(secret)s. Call others then too, or move it.",
        each["calls"],
    ) % {"place": place(each), "number": each["calls"], "secret": secret(each)}


def _advice() -> list[tuple[str, str]]:
    return [
        ("nearly_alone", _("Fewer arrival times, or sessions that share them, leave fewer people alone.")),
        (
            "kept_gain",
            _(
                "Let series vary their days, book follow-ups at changing intervals, and group a person’s visits on "
                "days already called."
            ),
        ),
        ("mean_wait", _("People wait long after their arrival. One arrival time more would shorten the wait.")),
    ]


def secret(each: Found) -> str:
    if each["scope"] == "any":
        return _("something sensitive")
    if each["scope"] == "mental":
        return _("mental health")
    return discipline(each["name"]) if each["scope"] == "discipline" else str(each["name"])


def place(each: Found) -> str:
    said = {"weekday": WEEKDAYS[each["weekday"] - 1], "time": f"{time_of(each['at']):%H:%M}", "cycle": each["cycle"]}
    if each["cycle"] == 1:
        return _("%(weekday)s at %(time)s") % said
    return _("%(weekday)s at %(time)s, one week of %(cycle)d") % said


def level(name: str) -> str:
    words = {
        "mixed": pgettext("place on the list", "mixed"),
        "medium": pgettext("place on the list", "medium"),
        "weak": pgettext("place on the list", "weak"),
        "tells": pgettext("place on the list", "tells"),
    }
    return words[name]


def levels() -> list[tuple[str, str]]:
    """Return each colour of the typical week with what it means."""
    limits = {"mixed": 100 * MIXED_SHARE, "medium": 100 * MEDIUM_SHARE, "weak": 100 * WEAK_SHARE}
    said = {name: rounded(limit, 0) for name, limit in limits.items()}
    said |= {"people": str(MIXED_PEOPLE), "few": str(WEAK_PEOPLE)}
    return [
        (
            "mixed",
            _("mixed: less than %(mixed)s %% sensitive and at least %(people)s people, or nothing sensitive") % said,
        ),
        ("medium", _("medium: less than %(medium)s %%, at least %(people)s people") % said),
        ("weak", _("weak: less than %(weak)s %%, or fewer than %(people)s people") % said),
        ("tells", _("tells: %(weak)s %% or more, or fewer than %(few)s people") % said),
    ]


def cell_people(cell: HeatCell) -> str:
    return _("%(people)d pers. · %(level)s") % {"people": cell.people, "level": level(cell.level)}


def cell_sentence(cell: HeatCell) -> str:
    """Say a cell to somebody who does not see the drawing."""
    return _("%(weekday)s at %(time)s: %(share)d out of 100 sensitive, usually %(people)d people, %(level)s.") % {
        "weekday": WEEKDAYS[cell.weekday],
        "time": f"{cell.at:%H:%M}",
        "share": cell.percent,
        "people": cell.people,
        "level": level(cell.level),
    }


def half_day(where: HalfDay) -> str:
    said = _("%(weekday)s afternoon") if where.is_afternoon else _("%(weekday)s morning")
    return said % {"weekday": WEEKDAYS[where.weekday]}


def discipline(kind: str) -> str:
    return str(Discipline(kind).label)


def proposal(move: Found) -> str:
    before, *turns = (HalfDay(weekday, bool(after)) for weekday, after in [move["before"], *move["turns"]])
    said = {
        "discipline": discipline(move["discipline"]),
        "before": half_day(before),
        "after": half_day(turns[-1]),
        "turns": ", ".join(map(half_day, turns)),
    }
    if len(turns) == 1:
        return _("%(discipline)s: hold the session of %(before)s on %(after)s instead.") % said
    if len(turns) == 2:
        return _("%(discipline)s: hold the session of %(before)s every other time on %(after)s.") % said
    return _("%(discipline)s: hold the session of %(before)s in turn on %(turns)s.") % said


def rows(found: Found) -> list[FiguresRow]:
    one, two = found["lists"]["exported"], found["lists"]["exact"]
    aims = {each["name"]: each for each in found["targets"]}

    def row(label: str, name: str, show: Any, values: tuple[Any, Any]) -> FiguresRow:
        aim = aims[name]
        met = None if aim["found"] is None else aim["met"]
        return FiguresRow(label, show(values[0]), show(values[1]), show(aim["limit"]), met)

    gains = tuple(each["kept"] and each["kept"]["gain"] for each in (one, two))
    alone_or_few = tuple(each["groups"]["alone"] + each["groups"]["few"] for each in (one, two))
    identified, leakage, information = (
        (one[name], two[name]) for name in ("identified_share", "min_entropy", "information")
    )
    waits, journeys = (one["mean_wait"], two["mean_wait"]), (one["journeys"], two["journeys"])
    return [
        row(_("People called nearly alone"), "nearly_alone", str, alone_or_few),
        row(_("Sensitive calls where most are sensitive"), "identified_share", _percent, identified),
        row(_("Greatest concentration, by weekday and time"), "lift", _times, (_lift(one), _lift(two))),
        row(_("... for whoever counts weeks, at least"), "lift_counting_weeks", _times, (_sure(one), _sure(two))),
        row(_("Gain of who keeps the lists"), "kept_gain", _points, gains),
        row(_("Information on the discipline, in bits"), "information", _bits, information),
        row(_("Leakage, in bits"), "leakage", _bits, leakage),
        FiguresRow(_("... at its worst, whatever is common"), _bits(one["min_capacity"]), _bits(two["min_capacity"])),
        row(_("Mean wait after arrival, in minutes"), "mean_wait", _whole, waits),
        row(_("Journeys to bring people"), "journeys", str, journeys),
        FiguresRow(_("Followed person told from three days"), _pairs(one["auc_shown"]), _pairs(two["auc_shown"])),
    ]


def batches_said(found: Found) -> dict[str, str]:
    """Return the shares of the lines that went together, out of a hundred."""
    names = ("practitioner", "practitioner_by_chance", "discipline", "discipline_by_chance")
    shares = {name: found[name] for name in names}
    return {name: _("too few to tell") if share is None else rounded(100 * share, 0) for name, share in shares.items()}


def _lift(figures: Found) -> float:
    return max((each["ratio"] for each in _proven(figures) if each["cycle"] == 1), default=1)


def _sure(figures: Found) -> float:
    return max((each["at_least"] for each in _proven(figures) if each["cycle"] > 1), default=1)


def _proven(figures: Found) -> list[Found]:
    return [each for each in figures["lifts"] if each["scope"] != "kind" and each["at_least"] > 1]


def _percent(value: float, digits: int = 1) -> str:
    return _("%(number)s %%") % {"number": rounded(100 * value, digits)}


def _points(value: float | None) -> str:
    return _("not measured") if value is None else _("%(number)s points") % {"number": rounded(100 * value, 1)}


def _bits(value: float) -> str:
    return rounded(value, 3)


def _whole(value: float) -> str:
    return rounded(value, 0)


def _times(value: float) -> str:
    return _("× %(number)s") % {"number": rounded(value, 1)}


def _pairs(value: float | None) -> str:
    if value is None:
        return _("not measured")
    return _("%(number)s out of 100 pairs") % {"number": rounded(100 * value, 0)}
