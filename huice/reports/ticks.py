"""Round values along an axis, and how they are written: for drawings and for charts of signs alike."""

from __future__ import annotations

import math
from collections.abc import Sequence


def ticks(low: float, high: float, most: int) -> list[float]:
    """About `most` round values (steps of 1, 2, 2.5, 5 times a power of ten), from at most `low` to at least `high`."""
    if not high > low:
        high = low + (abs(low) or 1.0)
    rough = (high - low) / max(most, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= rough * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(step * n, 10) for n in range(first, last + 1)]


def tick_texts(values: Sequence[float], scale: float) -> list[str]:
    """Ticks in a unit, with as many decimals as tell them apart."""
    step = (values[1] - values[0]) / scale if len(values) > 1 else 1.0
    decimals = max(0, -math.floor(math.log10(step) + 1e-9)) if step > 0 else 0
    if decimals and round(step * 10**decimals, 6) != round(step * 10**decimals):
        decimals += 1  # steps of 2.5
    return [f"{value / scale:,.{decimals}f}".replace("-", "−") for value in values]
