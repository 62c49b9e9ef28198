"""What an observer of the list can guess: the test vectors of the measure, and laws that always hold."""

from __future__ import annotations

import json
import math
import random
import time
from dataclasses import asdict
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appointments.arithmetic.inference import (
    CallCounts,
    NegativeCount,
    NothingToMeasure,
    exposure,
    identified_share,
    lifts,
    measure,
    min_entropy_leakage,
    mutual_information,
    mutual_information_corrected,
    permutation_baseline,
    posterior_vulnerability,
    posterior_vulnerability_left_out,
    prior_vulnerability,
    words_for,
)
from appointments.arithmetic.person_inference import series_of

KINDS = ["nurse", "doctor", "dentist", "psychiatry"]
WAVES = ["Mon 08:30", "Mon 09:30", "Tue 08:30", "Tue 09:30", "Wed 14:00"]
SENSITIVE = {"psychiatry"}
INDEPENDENT = CallCounts((kind, wave, 25) for kind in KINDS for wave in WAVES)
DETERMINED = CallCounts((kind, wave, 25) for kind, wave in zip(KINDS, WAVES, strict=False))


def leakage(counts):
    return min_entropy_leakage(prior=prior_vulnerability(counts), posterior=posterior_vulnerability(counts))


def guessed_right_one_by_one(convocations):
    """Leave-one-out the slow way: really remove each convocation, count again, and guess."""
    right = 0.0
    for index, (kind, context) in enumerate(convocations):
        others = convocations[:index] + convocations[index + 1 :]
        known = [each for each, _ in convocations]
        votes = {
            each: (others.count((each, context)), sum(other == each for other, _ in others)) for each in set(known)
        }
        best = [each for each, vote in votes.items() if vote == max(votes.values())]
        right += (kind in best) / len(best)
    return right / len(convocations)


convocations = st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(WAVES)), min_size=1, max_size=60)
tables = convocations.map(CallCounts.of) | st.dictionaries(
    st.tuples(st.sampled_from(KINDS), st.sampled_from(WAVES)), st.integers(1, 200), min_size=1
).map(lambda cells: CallCounts((kind, wave, n) for (kind, wave), n in cells.items()))


# The test vectors


def test_measure_of_kinds_independent_of_waves_is_zero_bit():
    found = measure(INDEPENDENT, sensitive=SENSITIVE)

    assert (found.total, found.prior, found.posterior) == (500, 0.25, 0.25)
    assert (found.leakage, found.leakage_loo, found.information) == (0.0, 0.0, 0.0)
    assert not found.is_significant
    assert found.excess < 0
    assert found.identified_share == 0.0
    assert found.lifts["psychiatry"].ratio == 1.0


def test_measure_of_waves_that_determine_four_uniform_kinds_is_two_bits():
    found = measure(DETERMINED, sensitive=SENSITIVE)

    assert (found.prior, found.posterior, found.posterior_loo) == (0.25, 1.0, 1.0)
    assert (found.leakage, found.leakage_loo, found.leakage_loo_raw, found.information) == (
        2.0,
        2.0,
        2.0,
        2.0,
    )
    assert found.is_significant
    assert found.identified_share == 1.0
    assert found.lifts["psychiatry"] == (4.0, "Tue 09:30")


def test_exposure_of_psychiatry_alone_in_its_wave_is_near_one():
    counts = CallCounts([("psychiatry", "Tue 14:00", 100), *(("nurse", wave, 180) for wave in WAVES)])

    assert exposure(counts, "psychiatry", "Tue 14:00") == pytest.approx((100 + 5 * 0.1) / 105)
    assert exposure(counts, "psychiatry", "Tue 14:00", counted=True) > 0.95
    assert identified_share(counts, sensitive=SENSITIVE) == 1.0


def test_exposure_of_one_person_alone_in_a_wave_is_the_prior_only():
    counts = CallCounts([("psychiatry", "Sat 10:00", 1), ("psychiatry", "Mon 08:30", 5), ("nurse", "Mon 08:30", 94)])

    assert exposure(counts, "psychiatry", "Sat 10:00", counted=True) == pytest.approx(0.06)
    assert exposure(counts, "psychiatry", "Sun 10:00") == pytest.approx(0.06)


# Vulnerability and leakage


def test_vulnerability_of_uneven_waves_is_the_share_of_their_commonest_kinds():
    counts = CallCounts([("nurse", "a", 6), ("doctor", "a", 2), ("nurse", "b", 3), ("doctor", "b", 9)])

    assert prior_vulnerability(counts) == 11 / 20
    assert posterior_vulnerability(counts) == 15 / 20
    assert leakage(counts) == pytest.approx(math.log2(15 / 11))


def test_left_out_guess_in_a_clear_wave_is_right_for_its_commonest_kind_only():
    counts = CallCounts([("nurse", "a", 3), ("doctor", "a", 1), ("doctor", "b", 4)])

    assert posterior_vulnerability_left_out(counts) == 7 / 8


def test_left_out_guess_alone_in_its_wave_falls_back_to_the_prior():
    counts = CallCounts([("nurse", "a", 5), ("nurse", "b", 1), ("doctor", "c", 1)])

    assert posterior_vulnerability_left_out(counts) == 6 / 7


def test_left_out_guess_that_ties_follows_the_commoner_kind():
    # In "a", a nurse's convocation leaves one of each kind behind: the prior (nurse) decides, rightly.
    counts = CallCounts([("nurse", "a", 2), ("doctor", "a", 1), ("nurse", "b", 10)])

    assert posterior_vulnerability_left_out(counts) == 12 / 13


def test_left_out_guess_that_ties_throughout_is_shared():
    # Taking a nurse away leaves two of each kind, in the wave and in all: one guess in two is right.
    counts = CallCounts([("nurse", "a", 3), ("doctor", "a", 2)])

    assert posterior_vulnerability_left_out(counts) == pytest.approx(3 * 0.5 / 5)


def test_left_out_leakage_is_floored_at_zero_and_shown_raw_beside():
    generator = random.Random(5)
    counts = CallCounts.of((generator.choice(KINDS), generator.randrange(80)) for _ in range(2000))

    found = measure(counts, sensitive=SENSITIVE)

    assert found.leakage > 0.4  # the naive figure sees leakage in pure chance
    assert -0.3 < found.leakage_loo_raw < 0.1
    assert found.leakage_loo == max(0.0, found.leakage_loo_raw)


def test_left_out_leakage_without_a_right_guess_is_zero_and_raw_minus_infinity():
    found = measure(CallCounts([("nurse", "a", 2), ("doctor", "a", 2)]), sensitive=())

    assert found.leakage_loo == 0.0
    assert found.leakage_loo_raw == -math.inf


@settings(max_examples=60)
@given(convocations)
def test_left_out_vulnerability_agrees_with_removing_each_convocation(pairs):
    assert posterior_vulnerability_left_out(CallCounts.of(pairs)) == pytest.approx(guessed_right_one_by_one(pairs))


# Mutual information and its baseline


def test_information_of_a_binary_channel_is_shannon_s():
    counts = CallCounts([("nurse", "a", 90), ("doctor", "a", 10), ("nurse", "b", 10), ("doctor", "b", 90)])
    noise = -(0.9 * math.log2(0.9) + 0.1 * math.log2(0.1))

    assert mutual_information(counts) == pytest.approx(1 - noise)
    assert mutual_information_corrected(counts) == pytest.approx(1 - noise - 1 / (2 * 200 * math.log(2)))


def test_information_corrected_takes_most_of_the_bias_away():
    generator = random.Random(11)
    worlds = [CallCounts.of((generator.choice(KINDS), generator.choice(WAVES)) for _ in range(400)) for _ in range(50)]

    plug_in = sum(map(mutual_information, worlds)) / len(worlds)
    corrected = sum(map(mutual_information_corrected, worlds)) / len(worlds)

    assert plug_in > 0.015
    assert abs(corrected) < 0.003


def test_baseline_is_the_bias_of_information_by_chance():
    # Miller's expansion gives the mean for large samples: (4 - 1)(5 - 1) / (2 N ln 2).
    baseline = permutation_baseline(INDEPENDENT)

    assert baseline.mean == pytest.approx(12 / (2 * 500 * math.log(2)), rel=0.1)
    assert baseline.mean < baseline.quantile < 3 * baseline.mean


def test_baseline_of_one_seed_is_always_the_same():
    assert permutation_baseline(INDEPENDENT, seed=3) == permutation_baseline(INDEPENDENT, seed=3)
    assert permutation_baseline(INDEPENDENT, seed=3) != permutation_baseline(INDEPENDENT, seed=4)


def test_baseline_calls_chance_significant_about_once_in_twenty():
    generator = random.Random(7)
    worlds = [CallCounts.of((generator.choice(KINDS), generator.choice(WAVES)) for _ in range(200)) for _ in range(60)]

    alarms = sum(measure(world, sensitive=()).is_significant for world in worlds)

    assert alarms <= 9  # 3 expected


def test_baseline_of_a_single_wave_finds_nothing():
    found = measure(CallCounts([("nurse", "a", 30), ("doctor", "a", 7)]), sensitive=())

    assert (found.information, found.excess, found.is_significant) == (0.0, 0.0, False)


def test_baseline_of_ten_thousand_convocations_takes_seconds_at_most():
    generator = random.Random(2)
    weights = [40, 32, 8, 6, 8, 4, 2]
    counts = CallCounts.of((generator.choices(range(7), weights)[0], generator.randrange(250)) for _ in range(10_000))
    started = time.perf_counter()

    measure(counts, sensitive={3})

    assert time.perf_counter() - started < 8  # half a second on a small machine


# Exposure, identified share, lift


def test_exposure_is_the_smoothed_posterior():
    counts = CallCounts([("psychiatry", "a", 4), ("nurse", "a", 2), ("nurse", "b", 34)])

    assert exposure(counts, "psychiatry", "a") == pytest.approx((4 + 5 * 0.1) / (6 + 5))
    assert exposure(counts, "psychiatry", "a", counted=True) == pytest.approx((3 + 5 * 0.1) / (5 + 5))
    assert exposure(counts, "psychiatry", "b") == pytest.approx(0.5 / 39)


def test_exposure_of_what_was_never_seen_is_zero():
    assert exposure(INDEPENDENT, "acupuncture", "Mon 08:30") == 0.0
    assert exposure(INDEPENDENT, "acupuncture", "Mon 08:30", counted=True) == 0.0
    assert exposure(CallCounts([]), "psychiatry", "Mon 08:30") == 0.0


@pytest.mark.parametrize(
    ("probability", "word"),
    [(0.0, "low"), (0.25, "low"), (0.2501, "medium"), (0.5, "medium"), (0.5001, "high"), (1.0, "high")],
)
def test_words_change_above_a_quarter_and_above_a_half(probability, word):
    assert words_for(probability) == word


def test_identified_share_counts_convocations_not_waves():
    counts = CallCounts(
        [("psychiatry", "alone", 30), ("psychiatry", "mixed", 10), ("nurse", "mixed", 90), ("nurse", "b", 70)]
    )

    assert identified_share(counts, sensitive=SENSITIVE) == 0.75
    assert identified_share(counts, sensitive={"gynaecology"}) == 0.0


def test_identified_share_judges_each_convocation_by_the_others():
    # With itself counted each would stand at (6 + 5/3) / 15 > 0.5; by the others it is (5 + 5/3) / 14 < 0.5.
    counts = CallCounts([("psychiatry", "a", 6), ("nurse", "a", 4), ("nurse", "b", 8)])

    assert identified_share(counts, sensitive=SENSITIVE) == 0.0


def test_lift_shows_a_rare_kind_confined_to_one_wave_that_leakage_misses():
    counts = CallCounts(
        [
            ("nurse", "a", 60),
            ("psychiatry", "a", 20),
            *(("nurse", wave, 80) for wave in WAVES),
            ("psychiatry", "b", 0),
        ]
    )

    assert leakage(counts) == 0.0
    assert lifts(counts, sensitive=SENSITIVE)["psychiatry"] == (pytest.approx(0.25 / (20 / 480)), "a")


def test_lift_ignores_small_waves_and_kinds_that_never_occur():
    counts = CallCounts([("psychiatry", "small", 19), ("nurse", "a", 100), ("psychiatry", "a", 1)])

    found = lifts(counts, sensitive={"psychiatry", "gynaecology"})

    assert found == {"psychiatry": (pytest.approx((1 / 101) / (20 / 120)), "a")}
    assert lifts(CallCounts([("psychiatry", "small", 19)]), sensitive=SENSITIVE) == {}
    assert lifts(CallCounts([("psychiatry", "large", 20)]), sensitive=SENSITIVE) == {"psychiatry": (1.0, "large")}


# Counting


def test_counts_add_up_rows_and_single_convocations_alike():
    rows = CallCounts([("nurse", "a", 2), ("nurse", "a", 1), ("doctor", "b", 1), ("doctor", "a", 0)])
    single = CallCounts.of([("nurse", "a"), ("doctor", "b"), ("nurse", "a"), ("nurse", "a")])

    assert rows.cells == single.cells == {"a": {"nurse": 3}, "b": {"doctor": 1}}
    assert rows.total == single.total == 4


def test_counts_below_zero_are_refused():
    with pytest.raises(NegativeCount):
        CallCounts([("nurse", "a", -1)])


@pytest.mark.parametrize(
    "function",
    [
        prior_vulnerability,
        posterior_vulnerability,
        posterior_vulnerability_left_out,
        mutual_information,
        mutual_information_corrected,
        permutation_baseline,
        lambda counts: measure(counts, sensitive=SENSITIVE),
    ],
)
def test_measures_of_an_empty_window_are_refused(function):
    with pytest.raises(NothingToMeasure):
        function(CallCounts([]))


def test_measure_gathers_the_person_level_and_can_be_written_as_json():
    rows = [
        *((f"p{n}", date(2026, 1, 5), "psychiatry", "a") for n in range(3)),
        *((f"q{n}", date(2026, 1, 5), "nurse", "b") for n in range(3)),
    ]
    counts = CallCounts.of((kind, context) for _, _, kind, context in rows)

    found = measure(counts, sensitive=SENSITIVE, people=series_of(rows, sensitive=SENSITIVE))

    assert (found.auc, found.auc_shown, found.auc_calls) == (1.0, 1.0, 0.5)
    assert json.loads(json.dumps(asdict(found)))["auc"] == 1.0
    assert measure(counts, sensitive=SENSITIVE).auc is None


# Laws


@settings(max_examples=60, deadline=None)
@given(tables)
def test_measures_stay_within_their_bounds(counts):
    found = measure(counts, sensitive=SENSITIVE, permutations=5)
    kinds, contexts = len(counts.by_kind), len(counts.by_context)
    tiny = 1e-9

    assert 1 / kinds - tiny <= found.prior <= found.posterior <= 1
    assert 0 <= found.posterior_loo <= found.posterior + tiny
    assert 0 <= found.leakage_loo <= found.leakage + tiny
    assert 0 <= found.leakage <= math.log2(min(kinds, contexts)) + tiny
    assert 0 <= found.information <= math.log2(min(kinds, contexts)) + tiny
    assert 0 <= found.baseline.mean <= math.log2(min(kinds, contexts)) + tiny
    assert 0 <= found.identified_share <= 1
    assert all(0 <= lift.ratio <= counts.total + tiny for lift in found.lifts.values())
    for context, cell in counts.cells.items():
        assert sum(exposure(counts, kind, context) for kind in counts.by_kind) == pytest.approx(1)
        assert all(0 <= exposure(counts, kind, context, counted=True) <= 1 for kind in cell)


@settings(max_examples=60, deadline=None)
@given(convocations, st.permutations(KINDS), st.permutations(WAVES), st.randoms())
def test_measures_ignore_names_and_order(pairs, kinds, waves, generator):
    kind_names, wave_names = dict(zip(KINDS, kinds, strict=True)), dict(zip(WAVES, waves, strict=True))
    renamed = [(kind_names[kind], wave_names[wave]) for kind, wave in pairs]
    generator.shuffle(renamed)

    before = measure(CallCounts.of(pairs), sensitive=SENSITIVE, permutations=5)
    after = measure(CallCounts.of(renamed), sensitive={kind_names[kind] for kind in SENSITIVE}, permutations=5)

    assert before.baseline == after.baseline
    assert before.information == pytest.approx(after.information)
    assert before.information_corrected == pytest.approx(after.information_corrected)
    assert (before.prior, before.posterior) == (after.prior, after.posterior)
    assert before.posterior_loo == pytest.approx(after.posterior_loo)
    assert before.identified_share == after.identified_share
    ratios = [sorted(lift.ratio for lift in found.lifts.values()) for found in (before, after)]
    assert ratios[0] == pytest.approx(ratios[1])


@given(tables, st.dictionaries(st.sampled_from(WAVES), st.sampled_from(WAVES[:3])))
def test_showing_less_never_raises_naive_leakage_or_information(counts, merge):
    coarser = counts.coarsened(lambda wave: merge.get(wave, wave))

    assert coarser.by_kind == counts.by_kind
    assert posterior_vulnerability(coarser) <= posterior_vulnerability(counts)
    assert leakage(coarser) <= leakage(counts)
    assert mutual_information(coarser) <= mutual_information(counts) + 1e-9


@given(tables)
def test_showing_no_context_at_all_leaks_nothing(counts):
    blind = counts.coarsened(lambda _: None)

    assert leakage(blind) == 0.0
    assert mutual_information(blind) == 0.0
