"""What who keeps the lists learns: nothing from lists without a rhythm, much from lists with one."""

from __future__ import annotations

import random
from datetime import date, timedelta

from appointments.arithmetic.kept_lists import BOLD, kept_lists, line_features, person_features, person_rhythms
from appointments.arithmetic.leakage import ListedCall

MONDAY = date(2026, 6, 1)
SENSITIVE = {"psychiatry"}


def world(*, has_rhythm: bool) -> list[ListedCall]:
    """120 people called five times; every third one by the psychiatrist, each fortnight if that is their rhythm."""
    generator = random.Random(2)
    found = []
    for person in range(120):
        is_followed = person % 3 == 0
        days = generator.sample(range(182), 5)
        if is_followed and has_rhythm:
            days = [days[0] + 14 * number for number in range(5)]
        for day in days:
            found.append(
                ListedCall(person, MONDAY + timedelta(days=day), generator.choice([540, 600, 825]),
                           "psychiatry" if is_followed else "nursing", "")
            )  # fmt: skip
    return found


def test_rhythm_tells_followed_people_though_no_hour_does() -> None:
    calls = world(has_rhythm=True)

    found = kept_lists(calls, sensitive=SENSITIVE, learners=(BOLD,))

    assert found is not None
    assert found.gain > 0.15
    assert found.precision > 0.8 > found.prior
    [told] = [each for secret, each in person_rhythms(calls, sensitive=SENSITIVE).items() if secret.scope == "any"]
    assert told is not None
    assert told.auc > 0.9
    assert told.auc_calls == 0.5  # everybody is called five times
    assert told.followed == 40


def test_lists_without_a_rhythm_teach_nothing_about_people() -> None:
    [told] = [
        each for secret, each in person_rhythms(world(has_rhythm=False), sensitive=SENSITIVE).items()
        if secret.scope == "any"
    ]  # fmt: skip

    assert told is not None
    assert 0.35 < told.auc < 0.65


def test_same_lists_give_the_same_figures_in_any_order() -> None:
    calls = world(has_rhythm=True)
    shuffled = random.Random(9).sample(calls, len(calls))

    one, two = (kept_lists(each, sensitive=SENSITIVE, learners=(BOLD,)) for each in (calls, shuffled))

    assert one == two


def test_large_prison_with_a_discipline_called_once_is_measured() -> None:
    """Beyond 10,000 known lines the learner would by itself hold some back, and a single call cannot be parted."""
    many = [
        ListedCall(number % 4000, MONDAY + timedelta(days=number % 182), 540,
                   "nursing" if number % 5 else "psychiatry", "")
        for number in range(20_600)
    ]  # fmt: skip
    once = [ListedCall(9000 + n, MONDAY, 600, "dentistry", "") for n in range(1)]

    found = kept_lists(many + once, sensitive=SENSITIVE, learners=(BOLD | {"max_iter": 2},))

    assert found is not None
    assert 0.19 < found.prior < 0.21


def test_too_little_to_learn_is_said() -> None:
    few = world(has_rhythm=True)[:50]

    assert kept_lists(few, sensitive=SENSITIVE) is None
    assert kept_lists([], sensitive=SENSITIVE) is None
    assert list(person_rhythms(few, sensitive=SENSITIVE).values()) == [None]
    assert person_rhythms([], sensitive=SENSITIVE) == {}
    nobody = kept_lists(world(has_rhythm=True), sensitive={"gynaecology"})
    assert nobody is None


def test_two_consultations_at_one_time_are_one_line_of_the_list() -> None:
    one = [ListedCall(person, MONDAY + timedelta(days=7 * person), 540, "nursing", "") for person in (1, 2)]
    again = ListedCall(1, MONDAY + timedelta(days=7), 540, "psychiatry", "")

    assert (line_features([*one, again])[:2] == line_features(one)).all()
    assert (person_features([[one[0], again], [one[1]]]) == person_features([[one[0]], [one[1]]])).all()
