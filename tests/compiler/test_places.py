"""Quotas as machine code and columns: every period, frequency, order and limit, against the interpreter.

Two dozen posts that claim often (months hang on each other) or once at most (they do not: `places` settles all months
together), with many places or few.
"""

from collections.abc import Iterator
from datetime import date
from itertools import product
from random import Random
from typing import Any
from unittest.mock import patch

import pytest

from compiler.backends.kernels import places
from compiler.backends.kernels.ledger import columns_of_ledger, to_ledger
from compiler.backends.kernels.run import payments
from compiler.facts import Facts, Row
from compiler.interpret import interpret
from tests.compiler.by_hand import yes
from tests.compiler.test_settled_doubts import program
from tests.properties.facts_as_columns import columns_of

MONTHS = [f"2021-{month:02d}" for month in range(1, 7)]
TEXT = """kind county: a, b
entity post
  has filled: yes/no monthly
  has opened on: date
  has county: county
parameter seats: count
  from 2021-01-01: {seats}
  from 2021-04-01: {later}
clause wage
  for post
  {condition} → 300 yuan {frequency}{most}
limit wage to seats{per}{period}{order}
"""
CONDITIONS = ("filled", "filled and opened on in this month")
PERIODS = (" per month", " per year", "")
FREQUENCIES = ("per month", "once per year", "once")
MOST = ("", " at most 700 yuan per year", " for at most 2 months")
POOLS = (("", ""), (" per county", " order by opened on"))
SEATS = ((3, 3), (6, 2), (15, 30), (30, 30))


def texts(condition: str) -> Iterator[str]:
    for period, frequency, most, (per, order), (seats, later) in product(PERIODS, FREQUENCIES, MOST, POOLS, SEATS):
        if frequency == "per month" or not most:
            yield TEXT.format(
                condition=condition, period=period, frequency=frequency, most=most, per=per, order=order, seats=seats,
                later=later,
            )  # fmt: skip


def posts(random: Random) -> Facts:
    """Each is filled in some months; five in six know when they opened, within the half year or before."""

    def one(number: int) -> Row:
        filled = [month for month in MONTHS if random.random() < 0.6]
        opened = date(2021, random.choice(range(1, 7)), random.choice((1, 15))) if number % 6 else date(2020, 5, 1)
        return Row(
            f"{number:03d}",
            {"filled": yes(*((month, month) for month in filled)), "opened_on": opened, "county": random.choice("ab")},
        )

    return Facts({"post": [one(number) for number in range(24)]})


@pytest.mark.parametrize("condition", CONDITIONS)
def test_who_finds_a_place(condition: str) -> None:
    random = Random(5)
    together, settle = [], places._Walk.at_once

    def watched(walk: places._Walk, years: Any) -> bool:
        together.append(settle(walk, years))
        return together[-1]

    refused = 0
    for text in texts(condition):
        compiled, facts = program(text), posts(random)
        codes = {"county": {"a": 0, "b": 1}}
        columns = columns_of(facts, compiled, codes)
        expected = interpret(compiled, facts)
        with patch.object(places._Walk, "at_once", watched):
            found = payments(compiled, columns, codes, lambda rows: pytest.fail(f"in doubt: {rows}"))
        assert not found.left
        assert to_ledger(columns_of_ledger(compiled, columns, found)) == expected, text
        assert expected.payments
        refused += len(expected.refused)
    assert refused > 250 and sum(together) > 5 and (sum(together) < len(together) or condition != "filled")
