"""Money paid from January on, by month, in calendar years."""

from __future__ import annotations

import numpy as np

from simulator.figures.budget import year_to_date


def test_each_january_begins_anew() -> None:
    paid = np.arange(1, 17)[:, None] * np.array([[1, 10]])
    found = year_to_date(paid, 2025 * 12 + 9)  # October 2025 to January 2027
    assert found[:, 0].tolist() == [1, 3, 6, 4, 9, 15, 22, 30, 39, 49, 60, 72, 85, 99, 114, 16]
    assert np.array_equal(found[:, 1], 10 * found[:, 0])
