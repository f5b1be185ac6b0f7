"""What comes back every year is what it was in every year back to the calendar's first, whatever the other rows say."""

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
from compiler.memory import FIRST_OF_ALL, repeats, start_month
from compiler.recurring import times
from lang.dates import parse_month
from lang.types import UNKNOWN, Given
from tests.properties.facts_as_columns import columns_of

HEAD = """policy p
  in force 2021-01-01 to 2021-12-31
entity person
  has employed: yes/no monthly
  has wage: money monthly
  has elsewhere: money monthly default 0 yuan
  has premium: money monthly default 1 yuan
  has kids: count 0 to 5 monthly default 0
clause grant
  for person
  """
DECEMBERS = "total (if (in month 12) then {} else 0 yuan)"
FROM_300 = DECEMBERS + " ≥ 300 yuan → 1 yuan once"
OTHERS = (None, "2021-01", "2020-03", "2019-12", "2018-01", "1998-02", "1990-11")  # where another row's history begins


def program(rule: str) -> ir.Program:
    return huice.loads(HEAD + rule + "\n").ir


def since(month: str | None, value: Given, outside: Given = UNKNOWN) -> History:
    first = FIRST_OF_ALL if month is None else parse_month(month)
    return History((Span(first, None, value),), outside)


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
    paid = [payment for payment in found.payments if payment.key == key]
    open_ = any(entry.key == key for entry in found.undetermined)
    if not paid:
        return "open" if open_ else "not paid"
    return f"{paid[0].amount / 100:g} in {paid[0].month - parse_month('2021-01') + 1}"


def said_beside(compiled: ir.Program, values: dict[str, Given | History]) -> set[str]:
    """What the row gets alone, and beside rows of other histories."""
    one = Row("a", values)
    alone = [[one], *([one, Row("b", {"employed": since(month, True, False)})] for month in OTHERS if month)]
    return {said(answer(compiled, rows), "a") for rows in alone}


@pytest.mark.parametrize(
    ("rule", "values", "expected"),
    [
        # in 2021-01 the Decembers of the years 1 to 2020 have been, in 2021-12 one more
        (f"always → {DECEMBERS.format('elsewhere')} once", {"elsewhere": 100}, "2020 in 1"),
        (f"(in month 12) → {DECEMBERS.format('elsewhere')} once", {"elsewhere": 100}, "2021 in 12"),
        (f"always → {DECEMBERS.format('elsewhere')} once", {"elsewhere": since("2019-01", 100)}, "2 in 1"),
        (f"always → {DECEMBERS.format('premium')} once", {}, "2020 in 1"),
        (f"always → {DECEMBERS.format('premium')} once", {"premium": since("2020-12", 700)}, "2026 in 1"),
        ("always → total elsewhere once", {"elsewhere": 1}, "242.41 in 1"),  # 12 × 2020 + 1 months
        ("total (employed and in month 12) ≥ 2021 months → 1 yuan once", {"employed": True}, "1 in 12"),
        ("total (employed and in month 12) ≥ 2022 months → 1 yuan once", {"employed": True}, "not paid"),
        # January of year y adds 1 yuan, February 2 (what this year's total is): 78 yuan a year
        ("always → total (total premium in this year) once", {}, f"{78 * 2020 + 1} in 1"),
        ("always → total (if (in month 12) then total premium in last year else 0 yuan) once", {}, "24240 in 1"),
        # no December is longer than a month, whatever the month with which the evaluation begins
        ("ever ((in month 12) ≥ 2 months) → 1 yuan once", {}, "not paid"),
        ("ever (in month 12 and previous (in month 12)) → 1 yuan once", {}, "not paid"),
        ("ever (in month 1 and not previous (in month 12)) → 1 yuan once", {}, "not paid"),
        ("ever (total (in month 12) in last 24 months ≥ 3 months) → 1 yuan once", {}, "not paid"),
        ("ever (total (in month 12) in last 24 months < 2 months) → 1 yuan once", {}, "not paid"),
        ("ever (total (in month 12) in last year < 1 months) → 1 yuan once", {}, "not paid"),
        ("ever ((not (in month 12)) ≥ 11 months) → 1 yuan once", {}, "1 in 1"),
        ("ever ((not (in month 12)) ≥ 12 months) → 1 yuan once", {}, "not paid"),
        ("(employed or in month 12) ≥ 240 months → 1 yuan once", {"employed": True}, "1 in 1"),
        ("ever (in month 12 and employed) → 1 yuan once", {"employed": True}, "1 in 1"),
        ("ever (in month 12 and employed) → 1 yuan once", {"employed": since("2020-11", True, False)}, "1 in 1"),
        ("ever (in month 12 and employed) → 1 yuan once", {"employed": since("2021-01", True, False)}, "1 in 12"),
        ("ever (total employed in this year ≥ 12 months) → 1 yuan once", {"employed": True}, "1 in 1"),
        (
            "ever (total employed in this year ≥ 12 months) → 1 yuan once",
            {"employed": since("2020-07", True, False)},
            "1 in 12",
        ),
        # a default of 0 says that there was none; without one Decembers of which nothing is known leave it open
        (FROM_300.format("elsewhere"), {"elsewhere": since("2020-11", 10_000)}, "not paid"),
        (FROM_300.format("elsewhere"), {"elsewhere": since("2019-01", 10_000)}, "1 in 12"),
        (FROM_300.format("elsewhere"), {"elsewhere": since("2018-11", 10_000)}, "1 in 1"),
        (FROM_300.format("wage"), {"wage": since("2020-11", 10_000)}, "open"),
        (FROM_300.format("wage"), {"wage": since("2021-01", 10_000)}, "open"),
        (FROM_300.format("wage"), {}, "open"),
        ("ever (in month 12 and wage ≥ 1 yuan) → 1 yuan once", {"wage": since("2021-01", 10_000)}, "open"),
        # a total of totals has no number where it has no beginning: 1 + 2 + 3 where it begins in 2020-11
        ("always → total (total kids) × 0.01 yuan once", {"kids": since("2020-11", 1)}, "0.06 in 1"),
        ("always → total (total kids) × 0.01 yuan once", {"kids": 1}, "open"),
        ("always → total (total kids) × 0.01 yuan once", {"kids": 0}, "not paid"),
        ("total (if total kids ≥ 3 then 1 else 0) ≥ 5 → 1 yuan once", {"kids": 1}, "1 in 1"),
    ],
)  # fmt: skip
def test_every_year_back_to_the_first(rule: str, values: dict[str, Given | History], expected: str) -> None:
    assert said_beside(program(rule), values) == {expected}


def test_a_whole_year_is_seen_before_the_first_history() -> None:
    facts = Facts({"person": [Row("a", {"elsewhere": since("2019-11", 10_000)})]})
    assert start_month(program(f"{DECEMBERS.format('elsewhere')} ≥ 1 yuan → 1 yuan once"), facts) == parse_month(
        "2018-10"
    )


def test_the_calendar_begins_with_year_one() -> None:
    start = parse_month("2019-10")
    assert [times(start, later) for later in (0, 1, 2, 3, 11)] == [2019, 2018, 2018, 2019, 2019]
    assert [times(FIRST_OF_ALL, later) for later in (0, 1, 11)] == [1, 0, 0]


@pytest.mark.parametrize(
    ("rule", "registers"),
    [
        ("employed ≥ 3 months and in month 12 → 1 yuan once", 0),
        ("total employed in this year ≥ 3 months → 1 yuan once", 0),
        ("ever employed and in month 12 → 1 yuan once", 0),
        ("ever (employed and in month 12) → 1 yuan once", 1),
        ("ever (total employed in this year ≥ 3 months) → 1 yuan once", 1),
        ("total employed in 2021 ≥ 3 months → 1 yuan once", 0),
    ],
)
def test_only_registers_of_what_comes_back_look_at_the_first_year(rule: str, registers: int) -> None:
    assert sum(repeats(program(rule))) == registers
