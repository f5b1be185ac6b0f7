"""The keyed random words of `simulator/chance/keyed_random.py` as LLVM code, for one row or for eight side by side."""

from __future__ import annotations

from typing import Any

import llvmlite.ir as ll

from compiler.backends.kernels.build import I64
from compiler.backends.kernels.reckoning import like
from simulator.chance import keyed_random as random

LANES = 8
WORDS = ll.VectorType(I64, LANES)
FLAGS = ll.VectorType(ll.IntType(1), LANES)


def signed(number: int) -> int:
    """The same 64 bits as a signed number, as LLVM's text wants them."""
    number &= 2**64 - 1
    return number - 2**64 if number >= 2**63 else number


GAMMA = signed(int(random.GAMMA))


def mix(m: ll.IRBuilder, z: Any) -> Any:
    """The finaliser of SplitMix64."""
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        z = m.xor(z, m.lshr(z, like(z, shift)))
        z = m.mul(z, like(z, signed(factor)))
    return m.xor(z, m.lshr(z, like(z, 31)))


def splat(m: ll.IRBuilder, value: Any) -> Any:
    """One number in all lanes."""
    undefined = ll.Constant(WORDS, ll.Undefined)
    one = m.insert_element(undefined, value, ll.IntType(32)(0))
    return m.shuffle_vector(one, undefined, ll.Constant(ll.VectorType(ll.IntType(32), LANES), [0] * LANES))


def upper(m: ll.IRBuilder, word: Any) -> Any:
    """The 53 bits that events and uniform numbers are made of."""
    return m.lshr(word, like(word, 11))


def step_of_month(month: int) -> int:
    """γ(m + 1): what is added to a row's s for the word of a month."""
    return signed(int(random.GAMMA) * (month + 1))
