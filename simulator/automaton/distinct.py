"""What differs among some whole numbers, and which of it each is: `np.unique` for the few dozen numbers that a month
of an automaton has, in a third of the time. Thousands of such questions are asked while automata are built.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Whole = TypeVar("Whole", NDArray[np.int64], NDArray[np.uint64])


def distinct(values: Whole) -> tuple[Whole, NDArray[np.int64], NDArray[np.int64]]:
    """(the different values in order, where each stands first, which of them each value is); of one dimension."""
    order = values.argsort(kind="stable")
    ordered = values[order]
    new = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    which = np.empty(len(ordered), np.int64)
    which[order] = new.cumsum() - 1
    return ordered[new], order[new], which
