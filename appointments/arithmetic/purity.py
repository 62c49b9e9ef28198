"""Pure arithmetic of batches: how far those that change together share a label. No Django, models, people.

Purity is that of clusters against classes (Manning, Raghavan, Schütze, Introduction to Information Retrieval, 2008,
16.3): the share of all members that carry the commonest label of their own batch. Small batches are pure by chance:
two members have one half at least. So it is read beside what the same batches would show with the labels shuffled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from random import Random

SHUFFLES = 200
SEED = 2008


def purity(batches: Sequence[Sequence[Hashable]]) -> float | None:
    """Return the purity of `batches`; None when they are empty."""
    members = sum(map(len, batches))
    if not members:
        return None
    return sum(max(Counter(batch).values()) for batch in batches if batch) / members


def purity_by_chance(batches: Sequence[Sequence[Hashable]]) -> float | None:
    """Return the mean purity of batches of these sizes when the labels fall on their members at random. Seeded."""
    labels = [label for batch in batches for label in batch]
    if not labels:
        return None
    draw = Random(SEED)  # noqa: S311 (a measure, not a secret)
    total = 0
    for _each in range(SHUFFLES):
        draw.shuffle(labels)
        at = 0
        for batch in batches:
            total += max(Counter(labels[at : at + len(batch)]).values()) if batch else 0
            at += len(batch)
    return total / SHUFFLES / len(labels)
