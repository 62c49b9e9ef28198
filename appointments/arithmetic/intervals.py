"""Between which bounds a share lies, given so few cases: the interval of Wilson. No framework, no database."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

# The quantile of the normal distribution for 95 % on two sides.
Z_95 = 1.959963984540054


class Bounds(NamedTuple):
    low: float
    high: float


def wilson(count: int, total: int, *, z: float = Z_95) -> Bounds | None:
    """Return the bounds of the share `count / total`, both between 0 and 1; None of nothing.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927), 209-212. Unlike
    the usual approximation it stays within 0 and 1 and says something of small numbers, and of none or all.
    """
    if not 0 <= count <= total:
        raise ValueError(f"{count} of {total} is no share.")
    if total == 0:
        return None
    share, weight = count / total, z * z / total
    middle = (share + weight / 2) / (1 + weight)
    half = z / (1 + weight) * sqrt(share * (1 - share) / total + weight / (4 * total))
    return Bounds(0.0 if count == 0 else middle - half, 1.0 if count == total else middle + half)
