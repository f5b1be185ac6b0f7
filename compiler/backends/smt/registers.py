"""Runs, and the windows of totals, as terms: each month's is written out from the months that it looks back to."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from compiler import ir
from compiler.backends.smt.amounts import Number, steps
from compiler.backends.smt.logic import Bit, both
from lang.dates import Month, month, year_of


def run(flags: Iterable[Bit], cap: int) -> Number:
    """From this month's yes/no and those before it, latest first. Before the first of them everything was as in it."""
    reached: dict[Fraction, Bit] = {Fraction(0): True}
    so_far: Bit = True
    length = 0
    for flag in flags:
        length += 1
        so_far = both(so_far, flag)
        reached[Fraction(length)] = so_far
    if length < cap:
        reached[Fraction(cap)] = so_far
    return steps(reached)


def window(name: ir.Window, length: int | None, now: Month) -> tuple[Month, Month]:
    """The months that a total looks at, both included."""
    january = month(year_of(now), 1)
    match name:
        case "this year":
            return january, now
        case "last year":
            return january - 12, january - 1
        case _:
            return now - (length or 1) + 1, now
