"""Columns of facts say the same as records, and a yes/no has the same months however it is held."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from compiler.fact_columns import (
    ALWAYS,
    FOREVER,
    Always,
    Column,
    FactColumns,
    Masks,
    Months,
    Spells,
    Table,
    from_facts,
    packed,
    to_facts,
)
from compiler.facts import Facts, History, Row, Span
from huice.programs import open_source
from lang.model import Program
from lang.source import Source
from lang.types import NONE, UNKNOWN
from tests.huice.helpers import GRANT


@pytest.fixture(scope="module")
def grant() -> Program:
    model = open_source(Source(GRANT, "grant.policy"), Path()).model
    assert model is not None
    return model


def test_every_type_becomes_its_value(grant: Program) -> None:
    absent = np.array([[0, 0, 0], [1, 1, 1], [0, 2, 1]], np.uint8)
    columns: dict[str, Column] = {
        "origin": Always(np.array([1, 0, 0], np.int16), np.array([0, 1, 2], np.uint8)),
        "hired_on": Always(np.array([date(2025, 2, 3).toordinal()] * 3, np.int32)),
        "courses": Always(np.array([12, 0, 7])),
        "identity": Always(np.array([0, 0, 1], np.int32), names=("x", "y")),
        "employed": Spells(
            np.array([0, 2, 2, 3]),
            np.array([24300, 24310, ALWAYS], np.int32),
            np.array([24305, FOREVER, FOREVER], np.int32),
            given=np.array([True, False, True]),
        ),
        "wage": Months(24300, np.array([[5, 5, 6], [0, 0, 0], [7, 7, 7]]), absent),
    }
    rows = to_facts(FactColumns({"person": Table(("a", "b", "c"), columns)}), grant).rows("person")
    assert rows["a"].values == {
        "origin": "river",
        "hired_on": date(2025, 2, 3),
        "courses": 12,
        "identity": "x",
        "employed": History((Span(24300, 24305, True), Span(24310, None, True)), False),
        "wage": History((Span(24300, 24301, Fraction(5)), Span(24302, 24302, Fraction(6))), UNKNOWN),
    }
    assert "origin" not in rows["b"].values and "employed" not in rows["b"].values
    assert rows["c"].values["origin"] is NONE and rows["c"].values["employed"] is True
    assert rows["c"].values["wage"] == History((Span(24300, 24300, Fraction(7)), Span(24301, 24301, NONE)), UNKNOWN)


def test_some_rows_only(grant: Program) -> None:
    table = Table(("a", "b", "c"), {"courses": Always(np.array([1, 2, 3]))})
    rows = to_facts(FactColumns({"person": table}), grant, {"person": [2, 0]}).rows("person")
    assert {key: row.values["courses"] for key, row in rows.items()} == {"a": 1, "c": 3}


@pytest.mark.parametrize("start", [24260, 24300, 24333])
@pytest.mark.parametrize("months", [1, 63, 64, 65, 150])
def test_the_same_months_however_held(grant: Program, start: int, months: int) -> None:
    spells = Spells(
        np.array([0, 1, 3, 3]),
        np.array([24290, 24250, 24320], np.int32),
        np.array([24300, 24270, FOREVER], np.int32),
    )
    words, known = packed(spells, 3, start, months)
    assert known.all()
    facts = to_facts(FactColumns({"person": Table(("a", "b", "c"), {"employed": spells})}), grant).rows("person")
    for number, key in enumerate("abc"):
        history = facts[key].values["employed"]
        assert isinstance(history, History)
        wanted = [history.at(month) for month in range(start, start + months)]
        got = [bool(int(words[number, m // 64]) >> (m % 64) & 1) for m in range(months)]
        assert got == wanted
    again, _ = packed(Masks(start, months, words), 3, start, months)
    assert again is words, "masks of the right months are not copied"
    dense = np.array([[bool(int(w[m // 64]) >> (m % 64) & 1) for m in range(months)] for w in words])
    assert (packed(Months(start, dense), 3, start, months)[0] == words).all()
    masks = FactColumns({"person": Table(("a", "b", "c"), {"employed": Masks(start, months, words)})})
    history = to_facts(masks, grant).rows("person")["a"].values["employed"]
    assert isinstance(history, History)
    assert [history.at(start + m) for m in range(months)] == dense[0].tolist()


def test_months_of_which_nothing_is_known_are_no_no(grant: Program) -> None:
    employed = History((Span(24300, 24302, True), Span(24303, 24304, UNKNOWN), Span(24306, None, True)), False)
    facts = Facts({"person": [Row("a", {"employed": employed}), Row("b", {"employed": History((), False)})]})
    assert to_facts(from_facts(facts, grant), grant).rows("person")["a"].values == {"employed": employed}
