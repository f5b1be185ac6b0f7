"""Sums of fen that are never cut: what leaves 64 bits is said, or kept whole.

In: amounts as columns (int64), or sums as Python's whole numbers. Out: the same sums, exact. A roster with a slip of
many digits in an amount must not give a total that looks like one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lang.dates import Month, month_text

BEYOND = 2**63


def summed(amounts: NDArray[np.int64]) -> int:
    """The sum, whatever its size; in two halves where it might leave 64 bits."""
    if not len(amounts):
        return 0
    most = max(int(amounts.max()), -int(amounts.min()))
    if most * len(amounts) < BEYOND:
        return int(amounts.sum())
    return (int((amounts >> 32).sum()) << 32) + int((amounts & 0xFFFFFFFF).sum())


def within_64_bits(fen: NDArray[Any], clauses: Sequence[str], first: Month) -> NDArray[np.int64]:
    """`fen[clause, month]`, whole numbers of any size, as int64. Raises OverflowError with the sums that do not fit."""
    beyond = np.argwhere(np.abs(fen) >= BEYOND) if fen.size else ()
    if len(beyond):
        told = "; ".join(f"{clauses[c]} in {month_text(first + m)} sums up to {fen[c, m]} fen" for c, m in beyond[:3])
        raise OverflowError(
            f"{told}: more than 64 bits hold. Look for a slip in the roster; `evaluate` lists each payment"
        )
    return fen.astype(np.int64)
