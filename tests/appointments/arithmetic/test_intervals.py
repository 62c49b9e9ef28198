"""Wilson's interval, against another library and at its edges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from appointments.arithmetic.intervals import wilson

shares = st.integers(1, 20_000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


@given(shares)
def test_bounds_are_those_of_another_library(share: tuple[int, int]) -> None:
    count, total = share
    low, high = binomtest(count, total).proportion_ci(0.95, method="wilson")

    found = wilson(count, total)

    assert found is not None
    assert found.low == pytest.approx(max(low, 0), abs=1e-9)
    assert found.high == pytest.approx(min(high, 1), abs=1e-9)


@given(shares)
def test_share_lies_between_its_bounds_and_they_stay_within_nothing_and_all(share: tuple[int, int]) -> None:
    count, total = share
    found = wilson(count, total)
    assert found is not None
    assert 0 <= found.low <= count / total <= found.high <= 1


def test_of_nothing_nothing_is_said() -> None:
    assert wilson(0, 0) is None


@pytest.mark.parametrize(("count", "total"), [(-1, 3), (4, 3), (0, -1)])
def test_what_is_no_share_is_refused(count: int, total: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(count, total)
