"""A file that was edited is read as a new one would be: nodes that were kept stand where they stand now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
import pytest

from lang.parsing.parse import parse
from lang.source import Source, Span

TEXT = """\
policy p "一"
  in force 2021-01-01 to 2025-12-31
entity person
  has wage: money
  has poor: yes/no
fund city
clause c "甲"  # first
  for person where poor
  paid from city
  wage ≥ 100 yuan and (poor or not poor) → 300 yuan once
  note "so"
case "one"
  person p1
    wage = 100 yuan
    poor = yes from 2021-01 to 2021-03
  expect c pays p1 300 yuan
"""


def places(value: Any) -> Iterator[tuple[int, int, str]]:
    """Every place in a tree, in order."""
    if isinstance(value, Span):
        yield value.start, value.end, value.source.text
    elif isinstance(value, tuple):
        for each in value:
            yield from places(each)
    elif attrs.has(type(value)):
        for each in attrs.fields(type(value)):
            yield from places(getattr(value, each.name))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("300 yuan once", "3000 yuan once"),
        ("policy p", "# a comment\n\npolicy p"),
        ("  has poor: yes/no\n", ""),
        ("entity person", "kind city: A, B\nentity person"),
        ("wage ≥ 100 yuan", "wage  ≥ 100 yuan"),
        ("person p1", "person"),
        ('"甲"', '"乙"'),
    ],
)
def test_an_edited_file_is_read_like_a_new_one(old: str, new: str) -> None:
    edited = TEXT.replace(old, new, 1)
    assert edited != TEXT
    parse(Source(TEXT, "kept"))
    tree, found = parse(Source(edited, "kept"))
    fresh, told = parse(Source(edited, f"new {old} {new}"))
    assert tree == fresh
    assert list(places(tree)) == list(places(fresh))
    assert found == told
