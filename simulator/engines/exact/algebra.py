"""Power series cut behind some power of s, without a constant term: products, logarithms, exponentials.

A series is an array with the coefficients of s⁰ (nothing) to the last power along its first axis. Series that are taken
together are cut behind the same power: ORDER, or FURTHER where that is not exact enough.
"""

from __future__ import annotations

from math import factorial

import numpy as np

from simulator.plan import Floats, Ints

ORDER, FURTHER = 6, 8
Series = Floats  # (order + 1, …)


def times(a: Series, b: Series) -> Series:
    found: Series = np.zeros(np.broadcast_shapes(a.shape, b.shape))
    for k in range(len(found)):
        for j in range(k + 1):
            found[k] += a[j] * b[k - j]
    return found


def logarithm(a: Series) -> Series:
    """log(1 + a) for a without a constant."""
    found, power = np.zeros(a.shape), a
    for k in range(1, len(a)):
        found = found + (power if k % 2 else -power) / k
        power = times(power, a)
    return found


def exponential(a: Series) -> Series:
    """e^a − 1 for a without a constant."""
    found, power = np.zeros(a.shape), a
    for k in range(1, len(a)):
        found = found + power / factorial(k)
        power = times(power, a)
    return found


def of_sizes(amount: Ints, measure: Floats, scale: float, order: int) -> Series:
    """The series of a law that is written out: (order + 1, worlds)."""
    x = amount.astype(np.float64) / scale
    zero = np.zeros((1, measure.shape[1]))
    return np.concatenate([zero, [x**k @ measure / factorial(k) for k in range(1, order + 1)]])
