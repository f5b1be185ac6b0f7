"""Yes and no as terms of the solver, or as plain bools where it is known.

What is known is never handed to the solver: most of a program folds away before it is asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import z3

Bit: TypeAlias = "bool | z3.BoolRef"


def every(bits: Iterable[Bit]) -> Bit:
    """All hold."""
    terms: dict[int, z3.BoolRef] = {}
    for bit in bits:
        if bit is False:
            return False
        if bit is not True:
            terms[bit.get_id()] = bit
    if len(terms) < 2:
        return next(iter(terms.values()), True)
    made: Bit = z3.And(*terms.values())
    return made


def some(bits: Iterable[Bit]) -> Bit:
    """At least one holds."""
    terms: dict[int, z3.BoolRef] = {}
    for bit in bits:
        if bit is True:
            return True
        if bit is not False:
            terms[bit.get_id()] = bit
    if len(terms) < 2:
        return next(iter(terms.values()), False)
    made: Bit = z3.Or(*terms.values())
    return made


def both(a: Bit, b: Bit) -> Bit:
    return every((a, b))


def either(a: Bit, b: Bit) -> Bit:
    return some((a, b))


def no(bit: Bit) -> Bit:
    if isinstance(bit, bool):
        return not bit
    return bit.arg(0) if z3.is_not(bit) else z3.Not(bit)


def implies(a: Bit, b: Bit) -> Bit:
    return either(no(a), b)


def same(a: Bit, b: Bit) -> Bit:
    if isinstance(a, bool):
        return b if a else no(b)
    if isinstance(b, bool):
        return a if b else no(a)
    return True if a.eq(b) else a == b


def choose(condition: Bit, then: Bit, otherwise: Bit) -> Bit:
    if isinstance(condition, bool):
        return then if condition else otherwise
    if then is True:
        return either(condition, otherwise)
    if then is False:
        return both(no(condition), otherwise)
    if otherwise is True:
        return either(no(condition), then)
    if otherwise is False:
        return both(condition, then)
    return then if then.eq(otherwise) else z3.If(condition, then, otherwise)
