"""What each of several changes adds to a whole: Shapley values, or differences in a stated order.

Changes are numbered from 0; a set of them is a bit mask. `value(mask)` is what the whole is with these changes made,
`value(0)` without any. Both ways add up to value(all) − value(0): the Shapley value is the average of what a change
adds over all orders in which the changes can be made (L. S. Shapley, "A value for n-person games", 1953).

Sums of whole numbers stay whole: `shapley` gives the values times `orders(number)`.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from simulator.plan import Ints


def orders(number: int) -> int:
    """In how many orders so many changes can be made."""
    return math.factorial(number)


def shapley(value: Callable[[int], Ints], number: int) -> list[Ints]:
    """For each change its Shapley value times `orders(number)`: whole numbers, exactly additive."""
    result = []
    for change in range(number):
        bit = 1 << change
        share = np.zeros_like(value(0))
        for before in range(1 << number):
            if not before & bit:
                size = before.bit_count()
                times = math.factorial(size) * math.factorial(number - size - 1)
                share += times * (value(before | bit) - value(before))
        result.append(share)
    return result


def in_order(value: Callable[[int], Ints], number: int) -> list[Ints]:
    """For each change what it adds when all those before it are made."""
    return [value((2 << change) - 1) - value((1 << change) - 1) for change in range(number)]
