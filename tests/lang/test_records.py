"""A record is equal, hashed and shown as attrs itself would have it."""

from __future__ import annotations

import attrs
import pytest
from attrs import field, frozen

from lang.records import record


@record
class Point:
    x: int
    y: int = 0
    place: str = field(default="", eq=False, repr=False)


@record
class Other:
    x: int
    y: int = 0


@record(kw_only=True)
class Nothing:
    pass


@frozen
class Plain:
    x: int
    y: int = 0


def test_equality_is_by_kind_and_by_the_fields_that_take_part() -> None:
    assert Point(1, 2, "a") == Point(1, 2, "b")
    assert Point(1, 2) != Point(1, 3)
    assert Point(1, 2) != Other(1, 2)
    assert Point(1, 2) != (1, 2)
    assert Nothing() == Nothing()


def test_equal_records_have_equal_hashes() -> None:
    assert hash(Point(1, 2, "a")) == hash(Point(1, 2, "b"))
    assert len({Point(1), Point(1, place="b"), Point(2), Other(1), Nothing(), Nothing()}) == 4


def test_a_record_is_shown_as_attrs_shows_it() -> None:
    assert repr(Point(1, 2, "a")) == "Point(x=1, y=2)"
    assert repr(Point(1, 2)) == repr(Plain(1, 2)).replace("Plain", "Point")


def test_a_record_is_frozen_and_evolves() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Point(1).x = 2  # type: ignore[misc]
    assert attrs.evolve(Point(1, 2), y=5) == Point(1, 5)
    with pytest.raises(TypeError):
        Point(1, 2, "", 4)  # type: ignore[call-arg]
