"""What comes back every year is seen before anything is known of a row, whatever the other rows say."""

from __future__ import annotations

import pytest

import huice
from compiler import ir
from compiler.backends.kernels.ledger import columns_of_ledger, to_ledger
from compiler.backends.kernels.run import payments
from compiler.backends.python import generate
from compiler.facts import Facts, History, Row, Span
from compiler.interpret import interpret
from compiler.ledger import Ledger
from compiler.memory import FIRST_OF_ALL, start_month
from lang.dates import parse_month
from lang.types import UNKNOWN
from tests.properties.facts_as_columns import columns_of

DECEMBERS = """clause grant
  for person
  total (if (in month 12) then {} else 0 yuan) ≥ 300 yuan → 100 yuan once
"""
ONE_DECEMBER = "clause grant\n  for person\n  ever (in month 12 and employed) → 100 yuan once\n"
WHOLE_YEAR = "clause grant\n  for person\n  ever (total employed in this year ≥ 12 months) → 100 yuan once\n"
DEFAULT = DECEMBERS.format("elsewhere")
HEAD = """policy p
  in force 2021-01-01 to 2021-12-31
entity person
  has employed: yes/no monthly
  has wage: money monthly
  has elsewhere: money monthly default 0 yuan
"""


def program(text: str) -> ir.Program:
    return huice.loads(HEAD + text).ir


def since(month: str | None, value: object, outside: object = UNKNOWN) -> History:
    first = FIRST_OF_ALL if month is None else parse_month(month)
    return History((Span(first, None, value),), outside)  # type: ignore[arg-type]


def answer(compiled: ir.Program, rows: list[Row]) -> Ledger:
    """Of interpreter, evaluators and kernels alike."""
    facts = Facts({"person": rows})
    found = interpret(compiled, facts)
    assert generate.evaluate(compiled, facts) == found
    columns = columns_of(facts, compiled, {})

    def of(asked: object) -> Facts:
        return Facts({"person": [rows[row] for row in asked["person"].tolist()]})  # type: ignore[index]

    made = payments(compiled, columns, {}, of)
    assert to_ledger(columns_of_ledger(compiled, columns, made)) == found
    return found


def said(found: Ledger, key: str) -> str:
    months = [payment.month for payment in found.payments if payment.key == key]
    open_ = any(entry.key == key for entry in found.undetermined)
    return f"paid in {months[0] - parse_month('2021-01') + 1}" if months else "open" if open_ else "not paid"


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        (DEFAULT, since("2020-11", 10_000), "not paid"),
        (DEFAULT, since("2019-01", 10_000), "paid in 12"),
        (DEFAULT, since("2018-11", 10_000), "paid in 1"),
        (ONE_DECEMBER, since("2020-11", True, False), "paid in 1"),
        (ONE_DECEMBER, since("2021-01", True, False), "paid in 12"),
        (ONE_DECEMBER, True, "paid in 1"),
        (WHOLE_YEAR, since("2020-07", True, False), "paid in 12"),
        (WHOLE_YEAR, True, "paid in 1"),
    ],
)
def test_other_rows_change_nothing(text: str, value: object, expected: str) -> None:
    compiled = program(text)
    name = "elsewhere" if "elsewhere" in text else "employed"
    one = Row("a", {name: value})  # type: ignore[dict-item]
    old = since("1990-01", 10_000 if name == "elsewhere" else True, 0 if name == "elsewhere" else False)
    alone, beside = answer(compiled, [one]), answer(compiled, [one, Row("b", {name: old})])
    assert said(alone, "a") == said(beside, "a") == expected


def test_decembers_of_which_nothing_is_known_leave_the_sum_open() -> None:
    compiled = program(DECEMBERS.format("wage"))
    for first in ("2020-11", "2019-11"):
        one, old = Row("a", {"wage": since(first, 10_000)}), Row("b", {"wage": since("1990-01", 10_000)})
        assert said(answer(compiled, [one]), "a") == said(answer(compiled, [one, old]), "a") == "open"


def test_a_whole_year_is_seen_before_the_first_history() -> None:
    facts = Facts({"person": [Row("a", {"elsewhere": since("2019-11", 10_000)})]})
    assert start_month(program(DEFAULT), facts) == parse_month("2018-10")
