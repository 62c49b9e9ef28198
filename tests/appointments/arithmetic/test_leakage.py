"""What a list tells of secrets that are sets: plans built to fool a measure, closed forms, another implementation."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
import qif
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta

from appointments.arithmetic.chance import chance_of
from appointments.arithmetic.inference import (
    CallCounts,
    NothingToMeasure,
    min_capacity,
    mutual_information,
)
from appointments.arithmetic.leakage import (
    ListedCall,
    group_sizes,
    leakage_of,
    place_of,
    share_at_least,
    share_at_most,
    word_for,
)

MONDAY = date(2026, 6, 1)
MORNING, LATER, AFTERNOON = 540, 600, 825
SENSITIVE = {"psychiatry", "psychology", "addiction", "infectious"}
COMMON_KINDS = {"nursing": 0.5, "general": 0.3, "psychiatry": 0.1, "psychology": 0.1}


def calls(
    discipline: str, weekday: int, at: int, *, weeks: range = range(26), each: int = 3, people: int = 40, start: int = 0
) -> list[ListedCall]:
    """`each` calls on the weekday of each of the weeks, of people who take turns."""
    return [
        ListedCall(start + (week * each + number) % people, MONDAY + timedelta(weeks=week, days=weekday), at,
                   discipline, f"kind of {discipline}")
        for week in weeks
        for number in range(each)
    ]  # fmt: skip


def mixed_week() -> list[ListedCall]:
    """Nurses, doctors, psychiatry and psychology together each morning."""
    return [
        call
        for weekday in range(5)
        for discipline, each in (("nursing", 6), ("general", 4), ("psychiatry", 1), ("psychology", 1))
        for call in calls(discipline, weekday, MORNING, each=each, start=1000 * each)
    ]


def by_name(found, cycle: int = 1):
    return {secret.name: lift for (secret, weeks), lift in found.lifts.items() if weeks == cycle}


# Plans that hide from a measure of one discipline at a time


def test_two_sensitive_disciplines_alone_together_are_certain_for_the_set() -> None:
    together = calls("psychiatry", 3, AFTERNOON, start=1) + calls("psychology", 3, AFTERNOON, start=200)
    found = leakage_of(mixed_week() + together, sensitive=SENSITIVE)

    shares = {secret.name: share for (secret, cycle), share in found.identified.items() if cycle == 1}
    assert shares["psychiatry"] == shares["psychology"] == 0.0  # each is one half there
    assert shares["any"] == pytest.approx(156 / 416)
    assert found.share_identified() >= 156 / 416
    assert [(each.secret.name, each.place[:2]) for each in found.pure if each.place.cycle == 1] == [
        ("any", (4, AFTERNOON))
    ]


def test_mental_health_is_told_apart_from_other_sensitive_disciplines() -> None:
    together = calls("psychiatry", 3, AFTERNOON, start=1) + calls("addiction", 3, AFTERNOON, start=200)
    hepatology = calls("infectious", 2, MORNING, each=1, start=400)
    found = leakage_of(mixed_week() + together + hepatology, sensitive=SENSITIVE)

    assert {secret.name for secret, _ in found.lifts if secret.scope == "mental"} == {"mental"}
    [pure] = [each for each in found.pure if each.place.cycle == 1]
    assert pure.secret.scope == "mental"


def test_lone_clinic_of_five_calls_in_half_a_year_does_not_vanish() -> None:
    lone = calls("infectious", 4, AFTERNOON, weeks=range(0, 20, 4), each=1)
    found = leakage_of(mixed_week() + lone, sensitive=SENSITIVE)

    lift = by_name(found)["infectious"]
    assert (lift.found, lift.calls, lift.place[:2]) == (5, 5, (5, AFTERNOON))
    assert lift.at_least > 10
    assert [each.secret.name for each in found.pure if each.place.cycle == 1] == ["infectious"]


def test_clinic_of_every_fourth_week_is_seen_by_whoever_counts_weeks() -> None:
    nurses = calls("nursing", 4, AFTERNOON, weeks=range(26), each=3, start=10)
    nurses = [call for call in nurses if place_of(call.day, call.at, 4).week != 0]
    fourth = [week for week in range(26) if place_of(MONDAY + timedelta(weeks=week), 0, 4).week == 0]
    clinic = [
        call for week in fourth for call in calls("infectious", 4, AFTERNOON, weeks=range(week, week + 1), each=3)
    ]

    found = leakage_of(mixed_week() + nurses + clinic, sensitive=SENSITIVE)

    weekly, counting = by_name(found)["infectious"], by_name(found, 4)["infectious"]
    assert weekly.found / weekly.calls < 0.3
    assert counting.found == counting.calls
    assert counting.at_least > 2 * weekly.at_least
    assert [(each.secret.name, each.place.cycle, each.place.week) for each in found.pure] == [("infectious", 4, 0)]


def test_finer_kind_is_a_secret_of_its_own() -> None:
    tests = [
        ListedCall(call.person, call.day, call.at, "infectious", "hepatitis C, first visit")
        for call in calls("infectious", 1, AFTERNOON, each=2)
    ]
    rest = calls("infectious", 2, AFTERNOON, each=2) + calls("nursing", 2, AFTERNOON, each=2)
    found = leakage_of(mixed_week() + tests + rest, sensitive=SENSITIVE)

    kinds = {
        secret.name: lift for (secret, cycle), lift in found.lifts.items() if secret.scope == "kind" and cycle == 1
    }
    assert kinds["hepatitis C, first visit"].place[:2] == (2, AFTERNOON)
    assert kinds["hepatitis C, first visit"].at_least > by_name(found)["infectious"].at_least


def test_greatest_of_many_lifts_is_no_accident_of_the_many() -> None:
    """Kinds dealt to 160 places at random: in 40 worlds hardly any lower bound exceeds 1, whatever the ratios."""
    generator = random.Random(3)
    alarms, ratios = 0, []
    for _ in range(40):
        world = [
            ListedCall(number, MONDAY + timedelta(days=generator.randrange(182)), 60 * generator.randrange(8, 16),
                       generator.choices(list(COMMON_KINDS), list(COMMON_KINDS.values()))[0], "")
            for number in range(1500)
        ]  # fmt: skip
        found = leakage_of(world, sensitive=SENSITIVE)
        alarms += any(lift.at_least > 1 for lift in found.lifts.values())
        ratios.append(max(lift.ratio for lift in found.lifts.values()))
        assert found.pure == []

    assert min(ratios) > 1.3  # what naive figures would have shown
    assert alarms <= 6  # 2 expected at most


def test_weeks_are_counted_across_a_year_of_53() -> None:
    weeks = [place_of(date(2026, 12, 21) + timedelta(weeks=n), MORNING, 4).week for n in range(6)]

    assert [(after - before) % 4 for before, after in pairwise(weeks)] == [1] * 5


# Groups


def test_groups_count_people_of_one_date_and_time() -> None:
    day = MONDAY
    found = group_sizes(
        [
            ListedCall("alone", day, MORNING, "psychiatry", ""),
            *(ListedCall(name, day, LATER, "psychiatry", "") for name in ("p1", "p2")),
            ListedCall("q1", day, AFTERNOON, "psychology", ""),
            *(ListedCall(f"n{n}", day, AFTERNOON, "nursing", "") for n in range(4)),
            ListedCall("q1", day, AFTERNOON, "nursing", ""),  # two consultations, one line
        ],
        sensitive=SENSITIVE,
    )

    assert (found.followed, found.alone, found.few, found.only_sensitive) == (4, 1, 2, 2)
    assert (found.calls, found.calls_alone, found.calls_few) == (4, 1, 2)
    assert found.exposed_share == 0.75


def test_smallest_group_of_a_person_counts() -> None:
    many = [ListedCall(n, MONDAY, MORNING, "nursing", "") for n in range(9)]
    once_alone = [ListedCall("p", MONDAY, MORNING, "psychiatry", ""), ListedCall("p", MONDAY, LATER, "psychiatry", "")]

    assert group_sizes(many + once_alone, sensitive=SENSITIVE).alone == 1
    assert group_sizes(many + once_alone[:1], sensitive=SENSITIVE).alone == 0


# Words


@pytest.mark.parametrize(
    ("found", "seen", "word"),
    [
        (0, 0, "unknown"),  # nothing is known, and nobody is calmed
        (0, 3, "unknown"),
        (2, 5, "unknown"),  # "medium" said nothing
        (3, 3, "unknown"),
        (4, 4, "high"),  # a lone clinic
        (0, 9, "low"),
        (5, 20, "low"),
        (8, 20, "medium"),
        (14, 20, "high"),
        (60, 300, "low"),
    ],
)
def test_word_of_a_place_says_too_few_to_tell(found: int, seen: int, word: str) -> None:
    assert word_for(found, seen, prior=0.2) == word


# Closed forms and other implementations


@given(st.integers(1, 60), st.data(), st.sampled_from([0.2, 0.05, 0.001]))
def test_bounds_of_shares_hold_and_are_clopper_and_pearson_s_at_the_ends(n: int, data, error: float) -> None:
    """scipy's beta distribution gives the exact bound; ours is never above it, and equal where all were found."""
    found = data.draw(st.integers(1, n))
    exact = beta.ppf(error, found, n - found + 1)

    bound = share_at_least(found, n, error=error)

    assert bound <= exact + 1e-6
    assert share_at_least(n, n, error=error) == pytest.approx(error ** (1 / n), abs=1e-6)
    assert share_at_most(n - found, n, error=error) == pytest.approx(1 - bound)


def channel_of(counts: CallCounts) -> tuple[np.ndarray, np.ndarray]:
    """The prior and the channel matrix P(context | kind), as the literature writes them."""
    kinds, contexts = sorted(counts.by_kind), sorted(counts.by_context)
    joint = np.array([[counts.cells[c].get(k, 0) for c in contexts] for k in kinds], dtype=float)
    return joint.sum(axis=1) / joint.sum(), joint / joint.sum(axis=1, keepdims=True)


tables = st.dictionaries(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("stuvw")), st.integers(1, 50), min_size=2, max_size=20
).map(lambda cells: CallCounts((kind, place, n) for (kind, place), n in cells.items()))


@settings(max_examples=50, deadline=None)
@given(tables)
def test_figures_agree_with_the_library_of_quantitative_information_flow(counts: CallCounts) -> None:
    prior, channel = channel_of(counts)

    assert mutual_information(counts) == pytest.approx(qif.measure.shannon.add_leakage(prior, channel), abs=1e-9)
    assert min_capacity(counts) == pytest.approx(math.log2(qif.measure.bayes_vuln.mult_capacity(channel)), abs=1e-9)


def frequentist_and_nearest_neighbour(known: list[ListedCall], hidden: list[ListedCall]) -> tuple[float, float]:
    """F-BLEAU's estimates of the Bayes risk (Cherubin, Chatzikokolakis, Palamidessi 2019), from the paper alone.

    The frequentist estimate guesses the secret seen most often with an observation, and the commonest for one never
    seen; the nearest neighbour's guesses the secret of the closest observation seen (here: in minutes of the week).
    """
    seen = defaultdict(Counter)
    for call in known:
        seen[call.day.weekday() * 1440 + call.at][call.discipline in SENSITIVE] += 1
    commonest = Counter(call.discipline in SENSITIVE for call in known).most_common(1)[0][0]
    wrong = near_wrong = 0
    for call in hidden:
        minute, truth = call.day.weekday() * 1440 + call.at, call.discipline in SENSITIVE
        guess = seen[minute].most_common(1)[0][0] if minute in seen else commonest
        nearest = min(seen, key=lambda each: (abs(each - minute), each))
        wrong += guess != truth
        near_wrong += seen[nearest].most_common(1)[0][0] != truth
    return wrong / len(hidden), near_wrong / len(hidden)


def test_share_that_is_told_agrees_with_an_estimate_of_the_bayes_risk() -> None:
    """Where most calls are sensitive an optimal observer says so: the sensitive calls there are those not missed."""
    alone = calls("psychiatry", 3, AFTERNOON, each=4) + calls("psychology", 3, AFTERNOON, each=2)
    everything = mixed_week() + alone
    random.Random(4).shuffle(everything)
    half = len(everything) // 2

    risks = frequentist_and_nearest_neighbour(everything[:half], everything[half:])

    found = leakage_of(everything, sensitive=SENSITIVE)
    sensitive = sum(call.discipline in SENSITIVE for call in everything)
    [told] = [share for (secret, cycle), share in found.identified.items() if secret.scope == "any" and cycle == 1]
    expected = (1 - told) * sensitive / len(everything)  # at all other places "not sensitive" is the better guess
    assert risks == pytest.approx((expected, expected), abs=0.02)


# Chance


def test_chance_ranks_what_was_found_among_the_deals_and_is_never_zero() -> None:
    planned = calls("psychiatry", 3, AFTERNOON) + calls("nursing", 0, MORNING, start=100)

    assert chance_of(planned, permutations=99).rank == pytest.approx(1 / 100)
    assert chance_of(planned, permutations=199).rank == pytest.approx(1 / 200)
    assert chance_of(planned, permutations=99).found == pytest.approx(1.0)


def test_chance_does_not_take_the_habits_of_persons_for_those_of_the_unit() -> None:
    """Everybody has a time and a discipline of their own, drawn apart: no planning, though each series is constant."""
    generator = random.Random(6)
    alarms = naive = 0
    for _ in range(40):
        world = []
        for person in range(60):
            weekday, at = generator.randrange(5), generator.choice([MORNING, LATER, AFTERNOON])
            discipline = generator.choice(list(COMMON_KINDS))
            world += [
                ListedCall(person, MONDAY + timedelta(weeks=week, days=weekday), at, discipline, "")
                for week in range(8)
            ]
        alarms += chance_of(world, permutations=39).rank <= 0.05
        strangers = [ListedCall(n, call.day, call.at, call.discipline, "") for n, call in enumerate(world)]
        naive += chance_of(strangers, permutations=39).rank <= 0.05

    assert naive >= 35  # one by one, every world seems to tell
    assert alarms <= 6  # 2 expected


def test_chance_is_the_same_for_the_same_calls_in_any_order() -> None:
    world = mixed_week()
    shuffled = random.Random(1).sample(world, len(world))

    assert chance_of(world, permutations=19) == chance_of(shuffled, permutations=19)


# The whole


def test_nothing_listed_is_nothing_to_measure() -> None:
    with pytest.raises(NothingToMeasure):
        leakage_of([], sensitive=SENSITIVE)


def test_list_without_anything_sensitive_tells_nothing_of_it() -> None:
    found = leakage_of(calls("nursing", 0, MORNING), sensitive=SENSITIVE)

    assert (found.lifts, found.pure, found.share_identified(), found.lift()) == ({}, [], 0.0, 1.0)
    assert found.groups.followed == 0
    assert found.groups.exposed_share == 0.0
