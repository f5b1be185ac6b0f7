"""Whatever stands in for an unsure value never contradicts a sure answer."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.interpreter.aggregates import Member, aggregate
from compiler.interpreter.values import (
    Maybe,
    Missing,
    Unsure,
    all_of,
    any_of,
    arithmetic,
    compare,
    hull,
    negate,
    round_to,
    rounded,
)
from lang.types import NONE

NAME = frozenset({Missing("person", "p", "x")})
numbers = st.one_of(st.integers(-9, 9), st.fractions(-9, 9, max_denominator=4))


@st.composite
def with_stand_in(draw: st.DrawFn) -> tuple[Any, Any]:
    """A value, and what may stand in for it."""
    known = draw(st.one_of(numbers, numbers, st.just(NONE)))
    if draw(st.booleans()):
        return known, known
    if known is NONE:
        return Unsure(NAME, *draw(st.sampled_from([(None, None), (0, 1), (-3, None)])), perhaps_none=True), NONE
    assert isinstance(known, int | Fraction)
    low = draw(st.one_of(st.none(), st.integers(0, 3).map(lambda n: known - n)))
    high = draw(st.one_of(st.none(), st.integers(0, 3).map(lambda n: known + n)))
    return Unsure(NAME, low, high, perhaps_none=draw(st.booleans())), known


def contains(answer: Maybe, actual: Maybe) -> bool:
    if not isinstance(answer, Unsure):
        return answer == actual
    if actual is NONE:
        return answer.perhaps_none
    if isinstance(actual, bool):
        return True
    assert isinstance(actual, int | Fraction)
    return (answer.low is None or answer.low <= actual) and (answer.high is None or actual <= answer.high)


@pytest.mark.parametrize("operator", ["=", "≠", "<", "≤", ">", "≥"])
@given(with_stand_in(), with_stand_in())
def test_compare(operator: Any, a: tuple[Maybe, Maybe], b: tuple[Maybe, Maybe]) -> None:
    assert contains(compare(operator, a[0], b[0]), compare(operator, a[1], b[1]))


@pytest.mark.parametrize("operator", ["+", "-", "×", "/", "minimum", "maximum"])
@given(with_stand_in(), with_stand_in())
def test_arithmetic(operator: Any, a: tuple[Maybe, Maybe], b: tuple[Maybe, Maybe]) -> None:
    assert contains(arithmetic(operator, a[0], b[0]), arithmetic(operator, a[1], b[1]))


@given(with_stand_in(), with_stand_in())
def test_hull_contains_both(a: tuple[Maybe, Maybe], b: tuple[Maybe, Maybe]) -> None:
    either = hull(a[0], b[0], NAME)
    assert contains(either, a[1]) and contains(either, b[1])


@given(with_stand_in(), st.sampled_from(["nearest", "down", "up"]), st.sampled_from([1, 3, 100]))
def test_rounded(a: tuple[Maybe, Maybe], mode: Any, unit: int) -> None:
    assert contains(rounded(a[0], mode, unit), rounded(a[1], mode, unit))


doubtful: st.SearchStrategy[Any] = st.sampled_from([True, False, Unsure(NAME)])


@st.composite
def truths(draw: st.DrawFn) -> list[tuple[Any, bool]]:
    return [(v, draw(st.booleans()) if isinstance(v, Unsure) else v) for v in draw(st.lists(doubtful, max_size=5))]


@given(truths())
def test_kleene(values: list[tuple[Any, bool]]) -> None:
    unsure, actual = [v for v, _ in values], [v for _, v in values]
    assert contains(all_of(unsure), all(actual))
    assert contains(any_of(unsure), any(actual))
    assert contains(all_of(actual), all(actual)) and contains(any_of(actual), any(actual))
    assert [contains(negate(a), not b) for a, b in values] == [True] * len(values)


@st.composite
def members(draw: st.DrawFn) -> tuple[list[Member], list[Member]]:
    given_, actual = [], []
    for belongs in draw(st.lists(doubtful, max_size=5)):
        where, value = draw(doubtful), draw(with_stand_in())
        given_.append(Member(belongs, where, value[0]))
        if draw(st.booleans()) if isinstance(belongs, Unsure) else belongs:
            actual.append(Member(True, draw(st.booleans()) if isinstance(where, Unsure) else where, value[1]))
    return [m for m in given_ if m.belongs is not False], actual


@pytest.mark.parametrize("word", ["count", "sum", "share"])
@given(members())
def test_aggregates(word: Any, both: tuple[list[Member], list[Member]]) -> None:
    assert contains(aggregate(word, both[0]), aggregate(word, both[1]))


@pytest.mark.parametrize(
    ("amount", "mode", "unit", "expected"),
    [
        (Fraction(5, 2), "nearest", 1, 3),
        (Fraction(-5, 2), "nearest", 1, -3),
        (Fraction(12345, 100), "nearest", 1, 123),
        (150, "nearest", 100, 200),
        (199, "down", 100, 100),
        (101, "up", 100, 200),
        (100, "up", 100, 100),
    ],
)
def test_half_away_from_zero(amount: Fraction, mode: Any, unit: int, expected: int) -> None:
    assert round_to(amount, mode, unit) == expected


def test_missing_is_the_union_of_what_is_unsure() -> None:
    x, y = Missing("person", "p", "x"), Missing("", "", "rate")
    both = arithmetic("+", Unsure(frozenset({x}), 0, 1), Unsure(frozenset({y}), 0, 1))
    assert isinstance(both, Unsure) and both.missing == {x, y}
    assert all_of([True, Unsure(frozenset({x})), Unsure(frozenset({y}))]) == Unsure(frozenset({x, y}))
    assert [name.seen_from("person", "p") for name in (x, y)] == ["x", "rate"]
    assert x.seen_from("person", "q") == "person/p.x"
