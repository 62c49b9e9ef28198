"""An attacker who learns: half of the truth of the demonstration's lists is known, the other half must be guessed.

Three attackers look at the same list, of arrival times as exported and, in contrast, of exact times: one knows the
weekday and the hour, one reads all that the prison door shows in its three days, one has kept every list of half a
year, as other systems do, and reads each person's rhythm out of them. What they look for are sets: anything sensitive,
mental health, a discipline. docs/neutrality.md gives the figures and says what follows from them.

The attackers see with eyes of their own, not with those of appointments.arithmetic.kept_lists, by which the product
measures itself; the last tests compare the two.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import astuple, dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from appointments.arithmetic.kept_lists import kept_lists, person_rhythms
from appointments.arithmetic.leakage import Leakage, ListedCall, leakage_of
from appointments.arithmetic.timegrid import at_local, minute_of, wave_for
from appointments.models.enums.appointment import Status
from carehub.tools.demo.days import Calendar
from carehub.tools.demo.simulation import Simulation
from carehub.tools.demo.sites import ARRIVAL_TIMES, REMAND

pytestmark = pytest.mark.slow

TODAY = date(2026, 11, 24)
PARIS = ZoneInfo("Europe/Paris")
SENSITIVE = {"psychiatry", "psychology", "addiction", "infectious", "gynaecology"}
MENTAL = {"psychiatry", "psychology", "addiction"}
MOST_SUSPECTED = 0.05
NEVER = 999  # days since or until a call that is not there


class Line(NamedTuple):
    """One line of a list, as officers read it, and the truth behind it."""

    person: int
    at: datetime
    building: int
    floor: int
    discipline: str
    kind: str


@dataclass(frozen=True)
class Guesses:
    """How an attacker did on the half that they did not know; shares of it, and areas under ROC curves."""

    gain: float
    sensitive_found: float
    sensitive_auc: float
    mental_auc: float
    above_half: float
    precision: float


@cache
def lists() -> dict[str, list[Line]]:
    """Half a year of the demonstration's remand prison, twice: arrival times, exact times."""
    outcome = Simulation(REMAND, Calendar(TODAY)).run(progress=lambda _share: None)
    wings = {wing.name: number for number, wing in enumerate(REMAND.wings)}
    keys = {person: number for number, person in enumerate(outcome.people)}
    found: dict[str, list[Line]] = {"exported": [], "exact": []}
    for visit in outcome.visits:
        if visit.session.day >= TODAY or visit.status == Status.CANCELLED:
            continue
        hour, minute = divmod(visit.starts, 60)
        exact = at_local(visit.session.day, time(hour, minute), PARIS)
        wave = wave_for(exact, ARRIVAL_TIMES, PARIS)
        person = visit.person
        for name, at in (("exact", exact), ("exported", wave)):
            found[name].append(
                Line(keys[person], at.astimezone(PARIS), wings[person.wing], floor_of(person.cell),
                     visit.consultation.discipline.value, visit.consultation.name)
            )  # fmt: skip
    return {name: sorted(lines, key=lambda line: (line.at, line.person)) for name, lines in found.items()}


def floor_of(cell: str) -> int:
    """The floor in a cell's name such as B-2-214."""
    parts = cell.split("-")
    return int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0


def seen_times(lines: list[Line]) -> list[list[float]]:
    """The weekday and the time of day."""
    return [[line.at.weekday(), line.at.hour * 60 + line.at.minute] for line in lines]


def seen_at_the_door(lines: list[Line]) -> list[list[float]]:
    """Besides: the date, how many are called then and that day, from where, who is called again within three days."""
    together, that_day = Counter(line.at for line in lines), Counter(line.at.date() for line in lines)
    days = defaultdict(set)
    for line in lines:
        days[line.person].add(line.at.date())
    return [
        [
            *times,
            line.at.isocalendar().week,
            line.at.isocalendar().week % 4,
            together[line.at],
            that_day[line.at.date()],
            line.building,
            line.floor,
            *(line.at.date() + timedelta(days=by) in days[line.person] for by in (-1, 1)),
        ]
        for line, times in zip(lines, seen_times(lines), strict=True)
    ]


def seen_by_hoarding(lines: list[Line]) -> list[list[float]]:
    """Besides: when each person was called before and is called next, how often, and whether at the same hour."""
    calls = defaultdict(list)
    for line in lines:
        calls[line.person].append(line.at)
    found = []
    for line, seen in zip(lines, seen_at_the_door(lines), strict=True):
        theirs = calls[line.person]
        before = [at for at in theirs if at < line.at]
        after = [at for at in theirs if at > line.at]
        found.append(
            [
                *seen,
                (line.at.date() - before[-1].date()).days if before else NEVER,
                (after[0].date() - line.at.date()).days if after else NEVER,
                len(before),
                len(theirs),
                sum(abs((at - line.at).days) <= 28 for at in theirs),
                sum(at.weekday() == line.at.weekday() and at.time() == line.at.time() for at in theirs),
                sum(at.weekday() == line.at.weekday() for at in theirs),
            ]
        )
    return found


def seen_by_hoarding_days(lines: list[Line]) -> list[list[float]]:
    """The same, from lists that name no hour at all."""
    return seen_by_hoarding(
        [line._replace(at=datetime.combine(line.at.date(), time(8), tzinfo=PARIS)) for line in lines]
    )


ATTACKERS = {
    "times": seen_times,
    "door": seen_at_the_door,
    "hoard": seen_by_hoarding,
    "hoard of days": seen_by_hoarding_days,
}
# A bold learner and a careful one: which of them does better depends on how much there is to learn. The attacker is
# given the better figure of the two, which no real one could choose beforehand.
LEARNERS = (
    {"max_iter": 40},
    {"max_iter": 60, "learning_rate": 0.05, "max_leaf_nodes": 8, "min_samples_leaf": 60, "l2_regularization": 5},
    {"max_iter": 120, "learning_rate": 0.05, "max_leaf_nodes": 8, "min_samples_leaf": 40, "l2_regularization": 5},
)


@cache
def attack(attacker: str, shown: str) -> Guesses:
    """Learn from a random half of the lines with their truth, and guess the other half."""
    lines = lists()[shown]
    seen, truth = np.array(ATTACKERS[attacker](lines), dtype=float), np.array([line.discipline for line in lines])
    known = np.random.default_rng(1).random(len(lines)) < 0.5
    tries = [guesses(options, seen, truth, known) for options in LEARNERS]
    best = Guesses(*(max(figures) for figures in zip(*map(astuple, tries), strict=True)))
    print(f"{attacker}, {shown} list: {best}")  # noqa: T201 (pytest -rP shows what docs/neutrality.md reports)
    return best


def guesses(options: dict[str, float], seen: np.ndarray, truth: np.ndarray, known: np.ndarray) -> Guesses:
    """How one learner does on what is not `known`."""
    with threadpool_limits(1):  # threads cost more than they bring on so few lines
        model = HistGradientBoostingClassifier(random_state=1, **options).fit(seen[known], truth[known])
        chances = model.predict_proba(seen[~known])
    guessed, hidden = model.classes_[chances.argmax(axis=1)], truth[~known]
    is_sensitive, is_mental = np.isin(hidden, list(SENSITIVE)), np.isin(hidden, list(MENTAL))
    suspicion = chances[:, np.isin(model.classes_, list(SENSITIVE))].sum(axis=1)
    of_mental = chances[:, np.isin(model.classes_, list(MENTAL))].sum(axis=1)
    most = np.argsort(-suspicion, kind="stable")[: round(MOST_SUSPECTED * len(hidden))]
    return Guesses(
        gain=float((guessed == hidden).mean()) - max(Counter(hidden.tolist()).values()) / len(hidden),
        sensitive_found=float((guessed == hidden)[is_sensitive].mean()),
        sensitive_auc=float(roc_auc_score(is_sensitive, suspicion)),
        mental_auc=float(roc_auc_score(is_mental, of_mental)),
        above_half=float((suspicion[is_sensitive] > 0.5).mean()),
        precision=float(is_sensitive[most].mean()),
    )


def rhythm_of_people(lines: list[Line], wanted: set[str]) -> tuple[float, float]:
    """The areas under the ROC curves by the rhythm of each person's calls, and by their number alone.

    A plain learner (logistic regression) on plain features, each person judged by what others taught.
    """
    calls = defaultdict(list)
    followed = defaultdict(bool)
    for line in lines:
        if line.at not in calls[line.person]:  # two consultations at one time are one line of the list
            calls[line.person].append(line.at)
        followed[line.person] |= line.discipline in wanted
    rows = []
    for theirs in calls.values():
        days = [at.date().toordinal() for at in theirs]
        gaps = [after - before for before, after in pairwise(days)]
        at_places = Counter((at.weekday(), at.hour) for at in theirs)
        rows.append(
            [
                len(theirs),
                *(sum(low <= gap < high for gap in gaps) for low, high in pairwise((1, 5, 12, 19, 26, 33, 70))),
                sum(gap % 7 == 0 for gap in gaps),
                *(at_places[day, hour] for day in range(5) for hour in range(8, 17)),
            ]
        )
    seen, truth = np.array(rows, dtype=float), np.array([followed[person] for person in calls])
    learner = make_pipeline(StandardScaler(), LogisticRegression(C=0.05, max_iter=2000))
    parts = StratifiedKFold(5, shuffle=True, random_state=1)
    with threadpool_limits(1):
        suspicion = cross_val_predict(learner, seen, truth, cv=parts, method="predict_proba")[:, 1]
    return float(roc_auc_score(truth, suspicion)), float(roc_auc_score(truth, seen[:, 0]))


# The attackers


def test_attacker_with_exact_times_would_learn_much() -> None:
    """The control: the data could leak, and this attacker would find it."""
    found = attack("times", "exact")

    assert found.gain > 0.15
    assert found.sensitive_found > 0.3
    assert found.sensitive_auc > 0.85


@pytest.mark.parametrize("attacker", ["times", "door"])
def test_attacker_with_what_the_prison_door_shows_hardly_beats_guessing(attacker: str) -> None:
    found = attack(attacker, "exported")

    assert found.gain <= 0.03
    assert found.sensitive_found <= 0.15
    assert found.sensitive_auc <= 0.70


def test_attacker_who_kept_half_a_year_learns_less_than_from_exact_times() -> None:
    exported, exact = attack("hoard", "exported"), attack("hoard", "exact")

    assert exported.gain <= 0.16  # the target of 11 points is missed: docs/neutrality.md says what lowers it
    assert exported.gain <= exact.gain - 0.10
    assert exported.sensitive_found <= exact.sensitive_found - 0.15
    assert exported.above_half <= exact.above_half - 0.15


def test_attacker_who_kept_half_a_year_is_mostly_right_on_those_most_suspected() -> None:
    """No list may be called neutral to somebody who keeps it: eight of ten most suspected lines are sensitive."""
    found = attack("hoard", "exported")

    assert 0.65 <= found.precision <= 0.90
    assert found.mental_auc == pytest.approx(found.sensitive_auc, abs=0.05)


def test_attacker_who_kept_half_a_year_learns_most_from_the_days_alone() -> None:
    days, hours = attack("hoard of days", "exported"), attack("hoard", "exported")

    assert days.gain >= hours.gain / 2


def test_rhythm_tells_followed_people_better_than_the_number_of_their_calls() -> None:
    addiction, number = rhythm_of_people(lists()["exported"], {"addiction"})

    assert addiction >= number + 0.10
    assert addiction <= 0.95


# The measures, on the same lists


@cache
def listed(shown: str) -> tuple[ListedCall, ...]:
    return tuple(
        ListedCall(line.person, line.at.date(), minute_of(line.at.time()), line.discipline, line.kind)
        for line in lists()[shown]
    )


@cache
def measured(shown: str) -> Leakage:
    return leakage_of(listed(shown), sensitive=SENSITIVE)


def test_product_tells_the_head_of_unit_no_less_than_the_attacker_finds() -> None:
    attacked, said = attack("hoard", "exported"), kept_lists(listed("exported"), sensitive=SENSITIVE)

    assert said is not None
    assert said.gain >= attacked.gain - 0.02
    assert said.above_half >= attacked.above_half - 0.05
    assert said.precision >= attacked.precision - 0.05


def test_product_knows_the_rhythm_that_an_attacker_reads() -> None:
    said = {secret.name: told for secret, told in person_rhythms(listed("exported"), sensitive=SENSITIVE).items()}

    for name, wanted in (("any", SENSITIVE), ("mental", MENTAL), ("addiction", {"addiction"})):
        rhythm, number = rhythm_of_people(lists()["exported"], wanted)
        told = said[name]
        assert told is not None
        assert told.auc >= rhythm - 0.04
        assert told.auc_calls == pytest.approx(number)


def test_demonstration_keeps_the_targets_of_leakage_and_information() -> None:
    exported, exact = measured("exported"), measured("exact")

    assert exported.min_entropy <= 0.10 < exact.min_entropy
    assert exported.share_identified() == 0.0 < exact.share_identified()
    assert exported.information <= 0.40 * exact.information
    assert 1.5 < exported.min_capacity < exact.min_capacity  # what min-entropy does not see


def test_demonstration_leaves_nobody_alone_and_some_in_small_groups() -> None:
    """The target of nobody in fewer than five is missed: the last arrival times of a day are thin."""
    found = measured("exported").groups

    assert found.alone == 0 < measured("exact").groups.alone
    assert 0 < found.few <= 0.25 * found.followed


def test_demonstration_keeps_the_targets_of_waiting_and_journeys() -> None:
    exported, exact = lists()["exported"], lists()["exact"]
    waits = sum(line.at.timestamp() for line in exact) - sum(line.at.timestamp() for line in exported)

    assert waits / len(exact) / 60 <= 20
    assert len({(line.person, line.at) for line in exported}) < len({(line.person, line.at) for line in exact})


def test_demonstration_misses_the_target_of_lift_where_clinics_are_few_only() -> None:
    """No arrival time can hide a clinic held on one or two days of the week: docs/neutrality.md says what can."""
    lifts = measured("exported").lifts
    weekly = {secret.name: lift for (secret, cycle), lift in lifts.items() if cycle == 1 and secret.scope != "kind"}

    assert {name for name, lift in weekly.items() if lift.ratio > 4} == {"addiction", "infectious"}
    assert measured("exported").lift() <= 12
    assert weekly["any"].ratio < 2.5
    assert weekly["mental"].ratio < 2.5


def test_demonstration_s_clinic_of_every_fourth_week_is_seen_by_whoever_counts_weeks() -> None:
    lifts = {(secret.name, cycle): lift for (secret, cycle), lift in measured("exported").lifts.items()}

    assert lifts["infectious", 4].ratio > 3 * lifts["infectious", 1].ratio
    assert lifts["infectious", 4].at_least > 5
