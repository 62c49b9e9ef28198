"""Whether a person's calls tell that a sensitive kind follows them: what the observer may and may not know."""

from __future__ import annotations

import math
import random
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from appointments.arithmetic.person_inference import PersonTrail, person_auc, series_of, without_contexts

MONDAY = date(2026, 1, 5)
WAVES = ["Mon 08:30", "Mon 09:30", "Tue 08:30", "Tue 14:00"]


def series(followed, *contexts, every=7):
    """One person, called in these contexts, one call each `every` days."""
    return PersonTrail(followed, tuple((MONDAY + timedelta(days=every * n), each) for n, each in enumerate(contexts)))


def ranked_one_by_one(people):
    """The observer the slow way: for each pair count everybody else again, then compare the two."""
    comparisons = []
    for one in (each for each in people if each.followed):
        for other in (each for each in people if not each.followed):
            rest = [each for each in people if each is not one and each is not other]
            yes = Counter(context for each in rest if each.followed for _, context in each.seen)
            no = Counter(context for each in rest if not each.followed for _, context in each.seen)
            followed = max(1, sum(each.followed for each in rest))
            share = followed / (followed + max(1, sum(not each.followed for each in rest)))

            def score(person, yes=yes, no=no, share=share):
                return sum(
                    math.log((yes[context] + 5 * share) / (no[context] + 5 * (1 - share)) * (1 - share) / share)
                    for _, context in person.seen
                )

            lead = score(one) - score(other)
            comparisons.append(0.5 if abs(lead) < 1e-9 else float(lead > 0))
    return sum(comparisons) / len(comparisons)


persons = st.builds(
    lambda followed, contexts: series(followed, *contexts),
    st.booleans(),
    st.lists(st.sampled_from(WAVES), min_size=1, max_size=5),
)


def test_person_seen_in_a_wave_of_his_group_alone_is_told_for_sure():
    people = [*(series(True, "Tue 14:00") for _ in range(4)), *(series(False, "Mon 08:30") for _ in range(6))]

    assert person_auc(people) == 1.0


def test_person_called_like_everybody_else_is_told_by_chance_only():
    people = [series(followed, "Mon 08:30", "Tue 08:30") for followed in [True] * 3 + [False] * 5]

    assert person_auc(people) == 0.5


def test_person_in_a_wave_that_nobody_shares_is_not_told_by_himself():
    people = [series(n < 3, f"wave {n}") for n in range(8)]

    assert person_auc(people) == 0.5


def test_person_called_at_random_is_told_by_chance_on_average():
    generator = random.Random(3)
    figures = [person_auc([series(n % 3 == 0, *generator.choices(WAVES, k=4)) for n in range(60)]) for _ in range(60)]

    assert sum(figures) / len(figures) == pytest.approx(0.5, abs=0.03)


def test_person_called_more_often_is_told_by_the_calls_alone():
    people = [*(series(True, *WAVES) for _ in range(5)), *(series(False, WAVES[n % 4]) for n in range(8))]

    assert person_auc(without_contexts(people)) == 1.0


def test_person_whose_telling_calls_are_older_than_the_door_shows_is_hidden():
    people = [
        *(series(True, "Tue 14:00", "Mon 08:30") for _ in range(5)),
        *(series(False, "Mon 09:30", "Mon 08:30") for _ in range(5)),
    ]

    assert person_auc(people) == 1.0
    assert person_auc(people, shown_days=3) == 0.5
    assert person_auc(people, shown_days=7) == 0.5
    assert person_auc(people, shown_days=8) == 1.0


def test_person_shown_three_days_is_read_from_his_latest_call_backwards():
    people = [
        *(series(True, "Tue 14:00", "Mon 08:30", every=2) for _ in range(5)),
        *(series(False, "Mon 09:30", "Mon 08:30", every=2) for _ in range(5)),
    ]

    assert person_auc(people, shown_days=3) == 1.0
    assert person_auc(people, shown_days=2) == 0.5


@pytest.mark.parametrize("followed", [True, False])
def test_person_level_with_one_group_only_has_no_figure(followed):
    assert person_auc([series(followed, "Mon 08:30"), series(followed, "Tue 14:00")]) is None
    assert person_auc([series(followed, "Mon 08:30"), PersonTrail(not followed, ())]) is None
    assert person_auc([]) is None


def test_person_level_of_many_people_draws_the_same_pairs_each_time():
    generator = random.Random(9)
    people = [
        series(n % 2 == 0, *generator.choices(WAVES, weights=[4, 4, 4, 1 + 3 * (n % 2)], k=3)) for n in range(500)
    ]

    figure = person_auc(people)

    assert figure == person_auc(people)
    assert figure == pytest.approx(person_auc(people, seed=2), abs=0.015)
    assert 0.55 < figure < 0.75


def test_series_are_one_a_person_and_followed_from_one_sensitive_kind_on():
    later = MONDAY + timedelta(days=1)
    rows = [("p", MONDAY, "nurse", "a"), ("q", MONDAY, "nurse", "b"), ("p", later, "psychiatry", "c")]

    assert series_of(rows, sensitive={"psychiatry"}) == [
        PersonTrail(followed=True, seen=((MONDAY, "a"), (later, "c"))),
        PersonTrail(followed=False, seen=((MONDAY, "b"),)),
    ]


@given(st.lists(persons, max_size=9))
def test_person_level_agrees_with_counting_everybody_else_again(people):
    assume({each.followed for each in people} == {True, False})

    assert person_auc(people) == pytest.approx(ranked_one_by_one(people))


@given(st.lists(persons, max_size=12), st.permutations(WAVES), st.randoms())
def test_person_level_ignores_names_and_order(people, waves, generator):
    names = dict(zip(WAVES, waves, strict=True))
    renamed = [
        PersonTrail(each.followed, tuple((day, names[context]) for day, context in each.seen)) for each in people
    ]
    generator.shuffle(renamed)

    for days in (None, 3):
        before, after = person_auc(people, shown_days=days), person_auc(renamed, shown_days=days)
        assert before == after or before == pytest.approx(after)
        assert before is None or 0 <= before <= 1
