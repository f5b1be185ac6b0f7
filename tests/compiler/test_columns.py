"""Operations on columns against plain Python, on generated values."""

import warnings
from datetime import date
from fractions import Fraction
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler import ir
from compiler.backends.columns.bounds import Unsupported, sizes
from compiler.backends.columns.dates import later, period
from compiler.backends.columns.values import Column, arithmetic, compare, round_to_fen, select
from compiler.interpreter.streams import in_period
from compiler.interpreter.values import round_to
from lang.dates import Duration, add, month
from lang.types import COUNT, MONEY, NUMBER

INTEGERS = st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=5)
DENS = st.sampled_from([1, 2, 3, 7, 100])
DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))


def fractions(column: Column, n: int) -> list[Fraction | None]:
    data, none, den = (np.broadcast_to(x, (n,)) for x in (column.data, column.none, column.den))
    return [None if no else Fraction(int(x), int(d)) for x, no, d in zip(data, none, den, strict=True)]


@given(INTEGERS, INTEGERS, DENS, DENS, st.booleans())
def test_arithmetic_is_exact(a: list[int], b: list[int], da: int, db: int, constant: bool) -> None:
    n = min(len(a), len(b))
    left = Column(np.array(a[:n]), False, da)
    right = Column(b[0], False, db) if constant else Column(np.array(b[:n]), False, np.full(n, db))
    for operator in ("+", "-", "×", "/", "minimum", "maximum"):
        got = fractions(arithmetic(operator, left, right), n)
        for i in range(n):
            x, y = Fraction(a[i], da), Fraction(b[0 if constant else i], db)
            expected = {
                "+": x + y,
                "-": x - y,
                "×": x * y,
                "/": x / y if y else None,
                "minimum": min(x, y),
                "maximum": max(x, y),
            }[operator]
            assert got[i] == expected, operator
    same = compare("≥", left, right)
    assert np.broadcast_to(same.data, (n,)).tolist() == [
        Fraction(a[i], da) >= Fraction(b[0 if constant else i], db) for i in range(n)
    ]


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=5), DENS, st.sampled_from([1, 10, 100]))
def test_rounding(a: list[int], den: int, unit: int) -> None:
    modes: tuple[Literal["nearest", "down", "up"], ...] = ("nearest", "down", "up")
    for mode in modes:
        expected = [round_to(Fraction(x, den), mode, unit) for x in a]
        assert np.asarray(round_to_fen(Column(np.array(a), False, den), mode, unit)).tolist() == expected
        assert round_to_fen(Column(a[0], False, den), mode, unit) == expected[0]


@given(st.lists(DAYS, min_size=1, max_size=4), st.integers(0, 400))
def test_later(days: list[date], count: int) -> None:
    column = Column(np.array([d.toordinal() for d in days], np.int32))
    for unit in ("months", "days"):
        expected = [add(d, Duration(count, unit)).toordinal() for d in days]
        assert np.asarray(later(column, Column(count), unit).data).tolist() == expected
        assert later(Column(days[0].toordinal()), Column(count), unit).data == expected[0]


PERIODS = [
    ir.InPeriod(0, "this month"), ir.InPeriod(0, "this year"), ir.InPeriod(0, "last year"),
    ir.InPeriod(0, "last", length=Duration(3)), ir.InPeriod(0, "last", length=Duration(40, "days")),
    ir.InPeriod(0, "year", 2024), ir.InPeriod(0, "month", month(2024, 2)),
]  # fmt: skip


@pytest.mark.parametrize("op", PERIODS, ids=lambda op: f"{op.period} {op.value or op.length or ''}")
def test_periods_are_those_of_the_interpreter(op: ir.InPeriod) -> None:
    for m in range(month(2023, 12), month(2025, 2)):
        low, high = period(op, m)
        for day in range(date(2022, 12, 1).toordinal(), date(2025, 3, 1).toordinal(), 3):
            assert ((low is None or low <= day) and day <= high) == in_period(op, date.fromordinal(day), m)


def test_what_there_is_none_of_stays_none_and_compares_as_no() -> None:
    none = np.array([True, False])
    a = Column(np.array([5, 5]), none)
    assert fractions(arithmetic("+", a, Column(1)), 2) == [None, 6]
    assert np.asarray(compare("≠", a, Column(4)).data).tolist() == [False, True]
    assert fractions(select(Column(np.array([True, True])), a, Column(0)), 2) == [None, 5]


@pytest.mark.parametrize("divisor", [[0, 2, 0, -3], [0, 0, 0, 0]])
def test_a_division_by_zero_that_a_guard_excludes_leaves_no_trace(divisor: list[int]) -> None:
    a, b = Column(np.array([7, 7, 7, 7]), False, 2), Column(np.array(divisor), False, np.array([1, 2, 3, 4]))
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        guarded = select(compare("≠", b, Column(0)), arithmetic("/", a, b), Column(5))
        rounded = round_to_fen(guarded, "nearest", 1)
    expected = [
        Fraction(7, 2) / Fraction(x, den) if x else Fraction(5) for x, den in zip(divisor, (1, 2, 3, 4), strict=True)
    ]
    assert fractions(guarded, 4) == expected
    assert np.asarray(rounded).tolist() == [round_to(x, "nearest", 1) for x in expected]


def test_what_may_wrap_is_refused_before_it_runs() -> None:
    streams = (
        ir.Stream(0, None, MONEY, ir.Constant(Fraction(10**13))),
        ir.Stream(1, None, NUMBER, ir.Arithmetic("×", 0, 0)),
        ir.Stream(2, None, COUNT, ir.Constant(3)),
    )
    program = ir.Program(
        name="p", first=month(2025, 1), last=None, due_from=month(2025, 1), streams=streams, clauses={}, order=(),
        groups={}, quotas={}, targets={}, attributes={}, parameters={}, definitions={}, entities=(),
    )  # fmt: skip
    assert sizes(program, [0, 2], {})[2].top == 3
    with pytest.raises(Unsupported) as error:
        sizes(program, [0, 1], {})
    assert error.value.diagnostic.code == "HC590"
