"""A row's history as bits, a month each: spells by their monthly words, and what follows them.

The transition of a month happens inside the month, that of the arrival included; the words and what they decide are
those of `simulator/people/histories.py`.
"""

from __future__ import annotations

from typing import Any

import llvmlite.ir as ll

from compiler.backends.kernels.build import I8, I64, Build
from compiler.backends.kernels.facts import Window
from simulator.engines.person_kernel.words import LANES, WORDS, mix, splat, step_of_month, upper


def until_left(b: Build, window: Window, stream: Any, leave: Any, arrival: Any) -> Any:
    """Inside from the arrival (a month of the window) to the month before the first that says: leave.

    Eight months at a time, until they say so or the window ends.
    """
    m = b.builder
    steps = b.table([step_of_month(window.start + i) for i in range(window.months)])
    begin = m.lshr(arrival, I64(3))
    first = m.shl(I8(-1), m.trunc(m.and_(arrival, I64(LANES - 1)), I8))
    before = b.builder.block
    eight, after = (b.function.append_basic_block(name) for name in ("eight", "left"))
    m.branch(eight)
    m.position_at_end(eight)
    chunk, counted = m.phi(I64), m.phi(I8)
    chunk.add_incoming(begin, before)
    counted.add_incoming(first, before)
    hits = m.and_(_of_eight(b, stream, steps, chunk, lambda x: m.icmp_unsigned("<", x, splat(m, leave))), counted)
    following = m.add(chunk, I64(1))
    chunk.add_incoming(following, eight)
    counted.add_incoming(I8(-1), eight)
    found = m.icmp_unsigned("!=", hits, I8(0))
    ended = m.icmp_unsigned(">=", following, I64(window.months // LANES))
    m.cbranch(m.or_(found, ended), after, eight)
    m.position_at_end(after)
    place = m.add(m.mul(chunk, I64(LANES)), m.zext(m.cttz(hits, ll.IntType(1)(0)), I64))
    return m.and_(b.months_from(arrival), m.not_(b.months_from(place)))


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
