"""What an observer of the movement list can guess, in bits and shares: arithmetic without Django or models.

A *kind* is a kind of consultation (the secret), a *context* what officers see of a convocation (weekday and
wave, say): any hashable values, of which only equality counts. n(k,c) is the number of convocations of kind k
in context c, N their sum, p(k) = n(k)/N the prior. Shares and probabilities lie between 0 and 1.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import dataclass
from itertools import chain, repeat
from operator import add, itemgetter, sub
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from appointments.arithmetic.person_inference import person_auc, without_contexts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable

    from appointments.arithmetic.person_inference import PersonTrail

    Kind: TypeAlias = Hashable
    Context: TypeAlias = Hashable

PRIOR_WEIGHT = 5.0  # a: a context counts as if 5 more convocations, drawn from the prior, had been seen there
ALARM = 0.5  # above it, the kind is likelier than all others together
ATTENTION = 0.25  # above it, fewer than three other convocations hide each one
CONTEXT_LARGE_ENOUGH = 20  # below it, a lift is an accident of small numbers
PERMUTATIONS = 200
QUANTILE = 0.95
TOLERANCE = 1e-9  # differences below it are rounding, not information


def measure(
    counts: CallCounts,
    *,
    sensitive: Collection[Kind],
    people: Collection[PersonTrail] = (),
    shown_days: int = 3,
    permutations: int = PERMUTATIONS,
    seed: int = 1,
) -> Measure:
    """Take all measures of one establishment's window; raises `NothingToMeasure` when it holds none."""
    return Measure(
        total=counts.total,
        prior=prior_vulnerability(counts),
        posterior=posterior_vulnerability(counts),
        posterior_loo=posterior_vulnerability_left_out(counts),
        information=mutual_information(counts),
        information_corrected=mutual_information_corrected(counts),
        baseline=permutation_baseline(counts, permutations=permutations, seed=seed),
        identified_share=identified_share(counts, sensitive=sensitive),
        lifts=lifts(counts, sensitive=sensitive),
        auc=person_auc(people),
        auc_shown=person_auc(people, shown_days=shown_days),
        auc_calls=person_auc(without_contexts(people)),
    )


def prior_vulnerability(counts: CallCounts) -> float:
    """V0 = max_k p(k): the share guessed right by one who sees nothing (Smith 2009)."""
    total = counts.known_total()
    return max(counts.by_kind.values()) / total


def posterior_vulnerability(counts: CallCounts) -> float:
    """V1 = sum_c max_k n(k, c) / N: the share guessed right from the contexts (Smith 2009), naive.

    The guesses are judged on the convocations that they were learnt from, so small contexts push it upwards.
    """
    return sum(max(cell.values()) for cell in counts.cells.values()) / counts.known_total()


def posterior_vulnerability_left_out(counts: CallCounts) -> float:
    """V1 when each convocation is guessed from the others: the commonest kind of its context without it.

    Kinds that tie there are told apart by their number in all contexts (one alone in its context is thus
    guessed from the prior); those that tie again share the guess, 1/m each, so that no name weighs on it. It
    can fall below V0: few examples mislead, and in an exact tie taking one away always points elsewhere.
    """
    right = sum(n * _right(counts, kind, cell) for cell in counts.cells.values() for kind, n in cell.items())
    return right / counts.known_total()


def min_entropy_leakage(*, prior: float, posterior: float) -> float:
    """log2(V1 / V0) in bits (Smith 2009, "On the Foundations of Quantitative Information Flow").

    Raw: below zero when an estimated V1 is below V0, minus infinity when nothing was guessed right.
    """
    return math.log2(posterior / prior) if posterior else -math.inf


def min_capacity(counts: CallCounts) -> float:
    """log2 sum_c max_k P(c|k) in bits: the min-entropy leakage under the prior for which it is greatest, plug-in.

    Braun, Chatzikokolakis and Palamidessi 2009 ("Quantitative notions of leakage for one-try attacks"): uniform kinds
    are that prior. Unlike the leakage under the true prior it does not fall silent where one kind is common. Kinds of
    few calls push it upwards.
    """
    counts.known_total()
    return math.log2(sum(max(n / counts.by_kind[kind] for kind, n in cell.items()) for cell in counts.cells.values()))


def mutual_information(counts: CallCounts) -> float:
    """I(K;C) = sum n(k,c)/N log2(n(k,c) N / (n(k) n(c))), in bits (Shannon 1948), plug-in: biased upwards."""
    total = counts.known_total()
    terms = (
        n / total * math.log2(n * total / (counts.by_kind[kind] * counts.by_context[context]))
        for context, cell in counts.cells.items()
        for kind, n in cell.items()
    )
    return max(0.0, math.fsum(terms))


def mutual_information_corrected(counts: CallCounts) -> float:
    """I(K;C) with the Miller-Madow correction, in bits: I - (m_kc - m_k - m_c + 1) / (2 N ln 2).

    m are the numbers of cells, kinds and contexts that occur (Miller 1955, "Note on the bias of information
    estimates", applied to H(K) + H(C) - H(K,C)). Raw: slightly below zero means that nothing was found.
    """
    cells = sum(map(len, counts.cells.values()))
    excess = cells - len(counts.by_kind) - len(counts.by_context) + 1
    return mutual_information(counts) - excess / (2 * counts.known_total() * math.log(2))


def permutation_baseline(counts: CallCounts, *, permutations: int = PERMUTATIONS, seed: int = 1) -> Baseline:
    """What plug-in I(K;C) shows by accident, in bits, when the same kinds are dealt to contexts at random.

    A permutation test (Fisher 1935): both margins are kept. A fixed `seed` and a layout by size give the same
    result for the same counts, whatever their names and order.
    """
    total = counts.known_total()
    sizes = sorted(counts.by_context.values(), reverse=True)
    commonest, *kinds = sorted(counts.by_kind.values(), reverse=True)
    contexts = list(chain.from_iterable(repeat(index, n) for index, n in enumerate(sizes)))
    others = list(chain.from_iterable(repeat(index * len(sizes), n) for index, n in enumerate(kinds)))
    plogs = [0.0, *(n * math.log2(n) for n in range(1, total + 1))]
    margins = math.fsum(plogs[n] for n in chain(sizes, kinds, [commonest])) - plogs[total]
    found: list[float] = []
    generator = random.Random(seed)  # noqa: S311 - a reproducible experiment, not a secret
    for _ in range(permutations):
        dealt = generator.sample(contexts, len(others))
        left = map(sub, sizes, map(Counter(dealt).__getitem__, range(len(sizes))))  # for the commonest kind
        cells = chain(Counter(map(add, dealt, others)).values(), left)
        found.append(max(0.0, (math.fsum(map(plogs.__getitem__, cells)) - margins) / total))
    rank = math.ceil(QUANTILE * permutations)
    return Baseline(mean=math.fsum(found) / permutations, quantile=sorted(found)[rank - 1])


def exposure(counts: CallCounts, kind: Kind, context: Context, *, counted: bool = False) -> float:
    """Probability that an observer gives to the true kind of one convocation in its context.

    (n(k,c) + a p(k)) / (n(c) + a) with a = 5: the m-estimate (Cestnik 1990). `counted` says that the
    convocation is itself in the counts; it is then taken out of its context, as the observer does not know
    it: one alone in a wave shows the prior only. Without a past the answer is 0, which promises nothing.
    """
    prior = counts.by_kind[kind] / counts.total if counts.total else 0.0
    alike = counts.cells.get(context, {}).get(kind, 0)
    itself = 1 if counted and alike else 0
    return exposure_of(alike - itself, counts.by_context[context] - itself, prior=prior)


def exposure_of(alike: int, calls: int, *, prior: float) -> float:
    """Return the m-estimate of a share of which `alike` of `calls` were seen (Cestnik 1990), a = 5."""
    return (alike + PRIOR_WEIGHT * prior) / (calls + PRIOR_WEIGHT)


def words_for(exposure: float) -> Literal["low", "medium", "high"]:
    """Say an exposure in a word: high above 0.5 (likelier than not), medium above 0.25, low otherwise."""
    if exposure > ALARM:
        return "high"
    return "medium" if exposure > ATTENTION else "low"


def identified_share(counts: CallCounts, *, sensitive: Collection[Kind]) -> float:
    """Share of the sensitive convocations whose exposure is above 0.5; 0 when there is none."""
    identified = judged = 0
    for context, cell in counts.cells.items():
        for kind in cell.keys() & set(sensitive):
            judged += cell[kind]
            if exposure(counts, kind, context, counted=True) > ALARM:
                identified += cell[kind]
    return identified / judged if judged else 0.0


def lifts(counts: CallCounts, *, sensitive: Collection[Kind]) -> dict[Kind, Lift]:
    """Greatest P(k|c) / P(k) of each sensitive kind, and where (lift: Brin et al. 1997); 1 tells nothing.

    Contexts of fewer than 20 convocations are left out, and kinds that never occur.
    """
    large = [context for context, n in counts.by_context.items() if n >= CONTEXT_LARGE_ENOUGH]
    found: dict[Kind, Lift] = {}
    for kind in counts.by_kind:
        if large and kind in sensitive:
            shares = [(counts.cells[each].get(kind, 0) / counts.by_context[each], each) for each in large]
            share, context = max(shares, key=itemgetter(0))
            found[kind] = Lift(share * counts.total / counts.by_kind[kind], context)
    return found


class CallCounts:
    """n(k,c) of one establishment's window, from rows (kind, context, number) as SQL's GROUP BY gives them.

    `cells[context][kind]` holds only what occurs; rows of one cell add up. Raises `NegativeCount`.
    """

    def __init__(self, rows: Iterable[tuple[Kind, Context, int]]) -> None:
        self.cells: dict[Context, dict[Kind, int]] = {}
        self.by_kind: Counter[Kind] = Counter()
        self.by_context: Counter[Context] = Counter()
        for kind, context, n in rows:
            if n < 0:
                raise NegativeCount
            if n:
                cell = self.cells.setdefault(context, {})
                cell[kind] = cell.get(kind, 0) + n
                self.by_kind[kind] += n
                self.by_context[context] += n
        self.total = self.by_kind.total()

    @classmethod
    def of(cls, convocations: Iterable[tuple[Kind, Context]]) -> CallCounts:
        return cls((kind, context, n) for (kind, context), n in Counter(convocations).items())

    def coarsened(self, merge: Callable[[Context], Context]) -> CallCounts:
        """Return the counts of an observer who sees less: contexts for which `merge` agrees become one."""
        return CallCounts((kind, merge(context), n) for context, cell in self.cells.items() for kind, n in cell.items())

    def known_total(self) -> int:
        """Return N; raises `NothingToMeasure` when it is 0."""
        if not self.total:
            raise NothingToMeasure
        return self.total


class Baseline(NamedTuple):
    """Plug-in I(K;C) in bits when kinds are dealt at random: mean and 95 % quantile."""

    mean: float
    quantile: float


class Lift(NamedTuple):
    """How many times likelier a kind is in its likeliest context than overall."""

    ratio: float
    context: Context


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """All measures of one window: shares and probabilities as such, leakage and information in bits."""

    total: int
    prior: float
    posterior: float
    posterior_loo: float
    information: float
    information_corrected: float
    baseline: Baseline
    identified_share: float
    lifts: dict[Kind, Lift]
    auc: float | None
    auc_shown: float | None  # with the last days of each person alone, as the prison door shows them
    auc_calls: float | None  # with the mere number of calls, which no planning of waves can hide

    @property
    def leakage(self) -> float:
        """Naive min-entropy leakage; never below zero, and too high where contexts are small."""
        return min_entropy_leakage(prior=self.prior, posterior=self.posterior)

    @property
    def leakage_loo(self) -> float:
        """Leave-one-out min-entropy leakage, 0 at least: one whom contexts mislead does better without.

        V1 >= V0 is a theorem for the true channel (Smith 2009); an estimate below it is the noise of
        learning, which `leakage_loo_raw`, and `posterior_loo` beside `prior`, still show.
        """
        return max(0.0, self.leakage_loo_raw)

    @property
    def leakage_loo_raw(self) -> float:
        """The same without that floor; minus infinity, which JSON lacks, when no guess was right."""
        return min_entropy_leakage(prior=self.prior, posterior=self.posterior_loo)

    @property
    def excess(self) -> float:
        """Plug-in information above the mean of the permutation baseline, in bits; raw, may be below zero."""
        return self.information - self.baseline.mean

    @property
    def is_significant(self) -> bool:
        """Whether the information is more than 95 % of random deals show."""
        return self.information > self.baseline.quantile + TOLERANCE


class NothingToMeasure(ValueError):
    """A window without a convocation has no vulnerability and no information."""


class NegativeCount(ValueError):
    """A number of convocations is zero or more."""


def _right(counts: CallCounts, kind: Kind, cell: dict[Kind, int]) -> float:
    """Return the chance of guessing a convocation of `kind` from the others of its context, then of all."""
    votes = [(cell.get(k, 0) - (k == kind), n - (k == kind)) for k, n in counts.by_kind.items()]
    own = cell[kind] - 1, counts.by_kind[kind] - 1
    return 1 / votes.count(own) if own == max(votes) else 0.0
