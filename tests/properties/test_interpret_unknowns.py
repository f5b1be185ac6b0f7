"""The interpreter on what is not known: facts that are found later never take a sure answer back.

Random facts with gaps, and the same with the gaps filled at random, on programs that use every stage. A row that was
decided is paid the same; what was paid for sure is paid; what was refused is refused.
"""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler import ir
from compiler.facts import Facts, History, Row, Span
from compiler.interpret import interpret
from compiler.interpreter.streams import Streams
from compiler.memory import memory, start_month
from lang.types import COUNT, DURATION, MONEY, NONE, UNKNOWN, Type
from tests.compiler.by_hand import Hand, m

LAST = 6
KIND = Type("kind", "county")


def gates() -> Hand:
    hand = Hand(last="2021-06")
    a, b = hand.fact("a"), hand.fact("b")
    second = ir.Alternative(when=b, amount=hand.yuan(70), frequency="per month")
    hand.clause("tiers", a, hand.yuan(100), "per month", more=[second], in_all=hand.yuan(400))
    hand.clause("once", hand.op(ir.And((a, b))), hand.yuan(5), "once")
    hand.clause("some", hand.op(ir.Or((a, b))), hand.yuan(5), "per month", months=hand.count(2))
    hand.clause("run", hand.run_of(a, 3), hand.fact("amount", MONEY, high=900), "once per year")
    hand.clause(
        "half", b, hand.fact("amount", MONEY, high=900), "per month", per_year=hand.yuan(10), mode="up", unit=100
    )
    total = hand.op(ir.Compare("≥", hand.op(ir.Total(a, "last months", 4), DURATION), hand.count(2)))
    before = hand.op(ir.And((hand.op(ir.Previous(b)), hand.op(ir.Not(b)), hand.op(ir.Ever(a)))))
    hand.clause("total", total, hand.yuan(9), "once")
    hand.clause("before", before, hand.op(ir.Select(a, hand.yuan(1), hand.yuan(2)), MONEY), "per month")
    return hand


def quota(period: Any) -> Hand:
    hand = Hand(last="2021-06")
    hand.clause("aid", hand.fact("a"), hand.yuan(1), "per month", months=hand.count(3))
    county, number = hand.fact("county", KIND), hand.fact("amount", COUNT, high=900)
    hand.quota("aid", hand.count(1), per=county, order=number, period=period)
    return hand


def first() -> Hand:
    hand = Hand(last="2021-06")
    hand.clause("x", hand.fact("a"), hand.yuan(3), "per month", group="g")
    hand.clause("y", hand.fact("b"), hand.yuan(2), "once", group="g")
    link = hand.fact("of", Type("link", "person"))
    hand.clause("z", hand.run_of(hand.fact("c"), 2), hand.yuan(4), "per month", group="g")
    paid = hand.op(ir.Total(hand.fact("other", MONEY, high=9), "so far"), MONEY)
    through = ir.GroupMember(clause="z", paid=None, link=link)
    hand.group("g", "first", "x", through, "y", ir.GroupMember(clause=None, paid=paid, link=None))
    return hand


def highest() -> Hand:
    hand = Hand(last="2021-06")
    hand.clause("x", hand.fact("a"), hand.yuan(3), "per month", group="g", months=hand.count(4))
    hand.clause("y", hand.fact("b"), hand.yuan(8), "once", group="g")
    link = hand.fact("of", Type("link", "person"))
    hand.clause("z", hand.fact("c"), hand.yuan(5), "per month", group="g")
    hand.group("g", "highest", "x", ir.GroupMember(clause="z", paid=None, link=link), "y")
    return hand


PROGRAMS = {
    "gates": gates(),
    "quota of life": quota(None),
    "quota of months": quota("month"),
    "quota of years": quota("year"),
    "first": first(),
    "highest": highest(),
}

VALUES: dict[str, list[Any]] = {
    "a": [True, False],
    "b": [True, False],
    "c": [True, False],
    "amount": [0, 50, 170, 900],
    "county": ["mabian", "ebian"],
    "of": ["p1", "p2", "p3"],
    "other": [0, 0, 9],
}
CONSTANT = {"county", "of", "amount"}


@st.composite
def facts(draw: st.DrawFn) -> tuple[Facts, Facts]:
    """With gaps, and with the gaps filled."""
    gaps, filled = [], []
    for key in ("p1", "p2", "p3"):
        given_, found = {}, {}
        for name, values in VALUES.items():
            months = range(1 if name in CONSTANT else LAST + 2)
            actual = [draw(st.sampled_from(values)) for _ in months]
            known = [draw(st.sampled_from([True, True, True, False])) for _ in months]
            if name == "other":  # what is totalled so far begins with the first value, so the first one is given
                known[0] = True
            start = m("2020-12")
            gap = [value if k else UNKNOWN for value, k in zip(actual, known, strict=True)]
            given_[name] = gap[0] if name in CONSTANT else _history(start, gap)
            found[name] = actual[0] if name in CONSTANT else _history(start, actual)
        gaps.append(Row(key, given_))
        filled.append(Row(key, found))
    return Facts({"person": gaps}), Facts({"person": filled})


def _history(start: int, values: list[Any]) -> History:
    return History(tuple(Span(start + i, start + i, value) for i, value in enumerate(values)), values[0])


@pytest.mark.parametrize("name", PROGRAMS)
@given(both=facts())
@settings(max_examples=60, deadline=None)
def test_what_was_sure_stays(name: str, both: tuple[Facts, Facts]) -> None:
    program = PROGRAMS[name].program()
    doubtful, actual = (interpret(program, one) for one in both)
    assert actual.complete
    paid_then = {(p.clause, p.key, p.month): (p.amount, p.payee) for p in doubtful.payments}
    paid_now = {(p.clause, p.key, p.month): (p.amount, p.payee) for p in actual.payments}
    for payment, amount in paid_then.items():
        assert paid_now.get(payment) == amount, payment
    open_rows = {(u.clause, u.key) for u in doubtful.undetermined}
    for clause, key, month in paid_now:
        assert (clause, key) in open_rows or (clause, key, month) in paid_then, (clause, key, month)
    refused_now = {(r.clause, r.key, r.month, r.reason) for r in actual.refused}
    assert {(r.clause, r.key, r.month, r.reason) for r in doubtful.refused} <= refused_now


@pytest.mark.parametrize("name", PROGRAMS)
@given(both=facts())
@settings(max_examples=20, deadline=None)
def test_an_earlier_start_changes_nothing(name: str, both: tuple[Facts, Facts]) -> None:
    program = PROGRAMS[name].program()
    start = start_month(program, both[0])
    early, late = (Streams(program, both[0], {}, month) for month in (start - 30, start))
    for stream in program.streams:
        for month in range(program.first, program.first + LAST):
            for key in ("p1", "p2", "p3"):
                assert early.value(stream.id, key, month) == late.value(stream.id, key, month), stream


def test_memory() -> None:
    assert memory(quota(None).program()) == 0
    hand = Hand()
    run = hand.op(ir.Run(hand.fact("a"), 6), DURATION)
    hand.op(ir.Previous(hand.op(ir.Compare("≥", run, hand.count(6)))))
    hand.op(ir.Total(hand.fact("b"), "this year"), DURATION)
    assert memory(hand.program()) == 11
    hand.op(ir.Total(hand.fact("b"), "last year"), DURATION)
    assert memory(hand.program()) == 23
    assert start_month(hand.program(), Facts({})) == m("2021-01") - 23
    hand.op(ir.Ever(hand.fact("a")))
    assert memory(hand.program()) is None
    facts = Facts({"person": [Row("p", {"a": History((Span(m("1999-05"), None, True),), False), "b": NONE})]})
    assert start_month(hand.program(), facts) == m("1999-04")


def test_each_program_has_its_own_memory() -> None:
    hand = Hand()
    hand.op(ir.Total(hand.fact("b"), "this year"), DURATION)
    none, a_year = quota(None).program(), hand.program()
    assert [memory(program) for program in (none, a_year, none)] == [0, 11, 0]
