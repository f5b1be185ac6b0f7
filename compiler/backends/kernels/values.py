"""What a stream is while a row is passed over: flags and numbers, known when the code is made or when it runs.

A flag is a `bool` (the same for all), an `int` (a bit a month, the same for every row), or a value of LLVM: `i1` where
it is the same in all months, else as wide as the window, a bit a month. A number's data is an `int`, a tuple of ints
(one a month), a value of LLVM (`i64`), or a `Vector`: a place in memory with one number a month.
"""

from __future__ import annotations

from typing import Any

from attrs import frozen

LARGEST = 2**62  # what numerators and cross products may reach

Flag = Any  # bool | int | llvmlite.ir.Value


class NotNative(Exception):
    """A clause that is not made into machine code. `reason` says why, for engineers."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@frozen(eq=False)
class Vector:
    """`pointer` to as many numbers as the window has months; `bits` wide each, signed."""

    pointer: Any
    bits: int = 64


Data = Any  # int | tuple[int, ...] | llvmlite.ir.Value | Vector


@frozen(eq=False)
class YesNo:
    """`sure`: it is yes. `maybe`: it is yes or not known. `none`: that there is none was said (then both are no)."""

    sure: Flag
    maybe: Flag
    none: Flag = False

    @property
    def known(self) -> bool:
        """Whether no row can be in doubt: then both are the same value."""
        return self.sure is self.maybe


@frozen(eq=False)
class Number:
    """A number is data / den; a date is month × 32 + day, a kind's member its index, a link a row number.

    top     no numerator is larger, in absolute value; `den_top` likewise of denominators (a `den` that is an int is it)
    none    there is none;   doubt   it is not known: data then means nothing
    high    of a count with members in doubt, the most that it can be; data is the least
    """

    data: Data
    top: int
    den: Data = 1
    den_top: int = 1
    none: Flag = False
    doubt: Flag = False
    high: Data | None = None

    def __attrs_post_init__(self) -> None:
        if self.top > LARGEST or self.den_top > LARGEST:
            raise NotNative("a number may grow beyond 62 bits")


Value = YesNo | Number
