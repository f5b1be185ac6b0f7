"""The same as `np.unique`, of numbers of all sizes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulator.automaton.distinct import distinct


@given(st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 3), max_size=40))
def test_as_unique_says(numbers: list[int]) -> None:
    values = np.array(numbers, np.uint64)
    for found, expected in zip(
        distinct(values), np.unique(values, return_index=True, return_inverse=True), strict=True
    ):
        assert found.tolist() == expected.tolist()
