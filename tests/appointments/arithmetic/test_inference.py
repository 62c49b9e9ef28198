"""What an observer of the list can guess: the test vectors of the measure, and laws that always hold."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appointments.arithmetic.inference import (
    CallCounts,
    NegativeCount,
    NothingToMeasure,
    exposure_of,
    min_capacity,
    min_entropy_leakage,
    mutual_information,
    mutual_information_corrected,
    posterior_vulnerability,
    posterior_vulnerability_left_out,
    prior_vulnerability,
    words_for,
)

KINDS = ["nurse", "doctor", "dentist", "psychiatry"]
WAVES = ["Mon 08:30", "Mon 09:30", "Tue 08:30", "Tue 09:30", "Wed 14:00"]
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


def test_kinds_independent_of_waves_tell_zero_bit():
    assert (prior_vulnerability(INDEPENDENT), posterior_vulnerability(INDEPENDENT)) == (0.25, 0.25)
    assert (leakage(INDEPENDENT), mutual_information(INDEPENDENT), min_capacity(INDEPENDENT)) == (0.0, 0.0, 0.0)


def test_waves_that_determine_four_uniform_kinds_tell_two_bits():
    assert (prior_vulnerability(DETERMINED), posterior_vulnerability(DETERMINED)) == (0.25, 1.0)
    assert posterior_vulnerability_left_out(DETERMINED) == 1.0
    assert (leakage(DETERMINED), mutual_information(DETERMINED), min_capacity(DETERMINED)) == (2.0, 2.0, 2.0)


def test_min_capacity_sees_what_min_entropy_does_not_where_one_kind_is_common():
    """A nurse in each wave, and the psychiatrist in one alone: the best guess is "nurse" throughout."""
    counts = CallCounts([*(("nurse", wave, 90) for wave in WAVES), ("psychiatry", "Tue 09:30", 10)])

    assert leakage(counts) == 0.0
    # A fifth of the nurse's calls in each of four waves, and all of the psychiatrist's in the fifth.
    assert min_capacity(counts) == pytest.approx(math.log2(4 / 5 + 1))


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


# Exposure


def test_exposure_is_the_smoothed_posterior():
    assert exposure_of(4, 6, prior=0.1) == pytest.approx((4 + 5 * 0.1) / (6 + 5))
    assert exposure_of(0, 0, prior=0.06) == 0.06


@pytest.mark.parametrize(
    ("probability", "word"),
    [(0.0, "low"), (0.25, "low"), (0.2501, "medium"), (0.5, "medium"), (0.5001, "high"), (1.0, "high")],
)
def test_words_change_above_a_quarter_and_above_a_half(probability, word):
    assert words_for(probability) == word


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
        min_capacity,
    ],
)
def test_measures_of_an_empty_window_are_refused(function):
    with pytest.raises(NothingToMeasure):
        function(CallCounts([]))


# Laws


@settings(max_examples=60, deadline=None)
@given(tables)
def test_measures_stay_within_their_bounds(counts):
    prior, posterior = prior_vulnerability(counts), posterior_vulnerability(counts)
    kinds, contexts = len(counts.by_kind), len(counts.by_context)
    tiny = 1e-9

    assert 1 / kinds - tiny <= prior <= posterior <= 1
    assert 0 <= posterior_vulnerability_left_out(counts) <= posterior + tiny
    assert 0 <= leakage(counts) <= min_capacity(counts) + tiny  # over all priors, so over this one too
    assert min_capacity(counts) <= math.log2(min(kinds, contexts)) + tiny
    assert 0 <= mutual_information(counts) <= math.log2(min(kinds, contexts)) + tiny


@settings(max_examples=60, deadline=None)
@given(convocations, st.permutations(KINDS), st.permutations(WAVES), st.randoms())
def test_measures_ignore_names_and_order(pairs, kinds, waves, generator):
    kind_names, wave_names = dict(zip(KINDS, kinds, strict=True)), dict(zip(WAVES, waves, strict=True))
    renamed = [(kind_names[kind], wave_names[wave]) for kind, wave in pairs]
    generator.shuffle(renamed)
    before, after = CallCounts.of(pairs), CallCounts.of(renamed)

    for figure in (
        prior_vulnerability,
        posterior_vulnerability,
        posterior_vulnerability_left_out,
        mutual_information,
        mutual_information_corrected,
        min_capacity,
    ):
        assert figure(before) == pytest.approx(figure(after))


@given(tables, st.dictionaries(st.sampled_from(WAVES), st.sampled_from(WAVES[:3])))
def test_showing_less_never_raises_naive_leakage_or_information(counts, merge):
    coarser = counts.coarsened(lambda wave: merge.get(wave, wave))

    assert coarser.by_kind == counts.by_kind
    assert posterior_vulnerability(coarser) <= posterior_vulnerability(counts)
    assert leakage(coarser) <= leakage(counts)
    assert min_capacity(coarser) <= min_capacity(counts) + 1e-9
    assert mutual_information(coarser) <= mutual_information(counts) + 1e-9


@given(tables)
def test_showing_no_context_at_all_leaks_nothing(counts):
    blind = counts.coarsened(lambda _: None)

    assert leakage(blind) == 0.0
    assert mutual_information(blind) == 0.0
