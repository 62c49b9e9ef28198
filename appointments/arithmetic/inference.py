"""What an observer of the movement list can guess, in bits and shares: arithmetic without Django or models.

A *kind* is a kind of consultation (the secret), a *context* what officers see of a convocation (weekday and
wave, say): any hashable values, of which only equality counts. n(k,c) is the number of convocations of kind k
in context c, N their sum, p(k) = n(k)/N the prior. Shares and probabilities lie between 0 and 1.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    Kind: TypeAlias = Hashable
    Context: TypeAlias = Hashable

PRIOR_WEIGHT = 5.0  # a: a context counts as if 5 more convocations, drawn from the prior, had been seen there
ALARM = 0.5  # above it, the kind is likelier than all others together
ATTENTION = 0.25  # above it, fewer than three other convocations hide each one


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


def exposure_of(alike: int, calls: int, *, prior: float) -> float:
    """Return the m-estimate of a share of which `alike` of `calls` were seen (Cestnik 1990), a = 5."""
    return (alike + PRIOR_WEIGHT * prior) / (calls + PRIOR_WEIGHT)


def words_for(exposure: float) -> Literal["low", "medium", "high"]:
    """Say an exposure in a word: high above 0.5 (likelier than not), medium above 0.25, low otherwise."""
    if exposure > ALARM:
        return "high"
    return "medium" if exposure > ATTENTION else "low"


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


class NothingToMeasure(ValueError):
    """A window without a convocation has no vulnerability and no information."""


class NegativeCount(ValueError):
    """A number of convocations is zero or more."""


def _right(counts: CallCounts, kind: Kind, cell: dict[Kind, int]) -> float:
    """Return the chance of guessing a convocation of `kind` from the others of its context, then of all."""
    votes = [(cell.get(k, 0) - (k == kind), n - (k == kind)) for k, n in counts.by_kind.items()]
    own = cell[kind] - 1, counts.by_kind[kind] - 1
    return 1 / votes.count(own) if own == max(votes) else 0.0
