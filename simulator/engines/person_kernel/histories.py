"""A row's history as bits, a month each: one stay by one word, or coming and going by monthly words.

The transition of a month happens inside the month, that of the arrival included; the words and what they decide are
those of `simulator/people/histories.py`.
"""

from __future__ import annotations

from typing import Any

import llvmlite.ir as ll

from compiler.backends.kernels.build import I8, I64, Build
from compiler.backends.kernels.facts import Window
from simulator.engines.person_kernel.words import LANES, WORDS, mix, splat, step_of_month, upper


def stay(b: Build, word: Any, limits: Any) -> Any:
    """Inside in the months whose limit the word is not below: a month a bit, the limits in order of the window.

    `limits` points to that of the window's first month; before the arrival there are such that no word reaches.
    """
    m = b.builder
    all_months = ll.VectorType(I64, b.months)
    of_month = m.load(limits, typ=all_months, align=8)
    one = m.insert_element(ll.Constant(all_months, ll.Undefined), word, ll.IntType(32)(0))
    lanes = ll.Constant(ll.VectorType(ll.IntType(32), b.months), [0] * b.months)
    every = m.shuffle_vector(one, ll.Constant(all_months, ll.Undefined), lanes)
    return m.bitcast(m.icmp_unsigned(">=", every, of_month), b.wide)


def coming_and_going(b: Build, window: Window, stream: Any, leave: Any, back: Any, arrival: Any) -> Any:
    """Inside from the arrival on; out from a month that says leave, in again from one that says return.

    No month says both. So whether one is inside is what the last month that said anything said: a carry, as addition
    hands it on, set by a return, taken away by a leave, passed through by all other months.
    """
    m = b.builder
    steps = b.table([step_of_month(window.start + i) for i in range(window.months)])
    limit = m.sub(I64(1 << 53), back)

    def month_by_month(test: Any) -> Any:
        bits: Any = b.wide(0)
        for chunk in range(window.months // LANES):
            held = m.zext(_of_eight(b, stream, steps, I64(chunk), test), b.wide)
            bits = m.or_(bits, m.shl(held, b.wide(chunk * LANES)))
        return bits

    leaves = month_by_month(lambda x: m.icmp_unsigned("<", x, splat(m, leave)))
    returns = month_by_month(lambda x: m.icmp_unsigned(">=", x, splat(m, limit)))
    there = b.months_from(arrival)
    come = m.or_(returns, m.and_(there, m.neg(there)))  # the arrival's own month
    on = m.and_(m.and_(come, m.not_(leaves)), there)
    kept = m.or_(on, m.and_(m.not_(leaves), there))
    carried = m.xor(m.xor(m.add(on, kept), on), kept)
    return m.or_(on, m.and_(kept, carried))


def _of_eight(b: Build, stream: Any, steps: Any, chunk: Any, test: Any) -> Any:
    """i8: in which of eight months a test of the word holds."""
    m = b.builder
    at = b.at(steps, m.mul(chunk, I64(LANES)), I64)
    word = upper(m, mix(m, m.add(m.load(at, typ=WORDS, align=64), splat(m, stream))))
    return m.bitcast(test(word), I8)
