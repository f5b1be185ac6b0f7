"""A date that a run gives to a parameter counts as one that is written out, however long ago it is."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

import huice
from compiler import interpret
from compiler.backends.kernels.run import totals
from compiler.difference.as_facts import value_json
from compiler.evaluate_columns import codes_of
from compiler.fact_columns import Always, FactColumns, Table, to_facts
from compiler.proofs.finding import Policy
from compiler.proofs.run import findings
from lang.dates import Duration
from lang.types import Type

POLICY = """\
policy p
  in force 2021-01-01 to 2021-12-31
entity person
  has covered: yes/no
parameter open day: date external "set each year"
clause a
  for person where covered
  total (since {day} ≥ 1 day) ≥ {months} months → 100 yuan once
"""
OPENED = date(2019, 6, 30)  # from July 2019 on; January 2021 is the nineteenth month


@pytest.mark.parametrize(("months", "paid"), [(17, 0), (19, 0), (20, 1), (25, 6), (100, None)])
def test_a_date_of_long_ago_is_counted_from(months: int, paid: int | None) -> None:
    columns = FactColumns({"person": Table(["a"], {"covered": Always(np.ones(1, np.bool_))})})
    found = []
    for day, given in (("open day", {"open_day": OPENED}), (OPENED.isoformat(), {})):
        program = huice.loads(POLICY.format(day=day, months=months))
        facts = to_facts(columns, program.model)
        ledger = program.evaluate(huice.Facts.from_dict({"person": [{"id": "a", "covered": True}]}),
                                  set={name: value.isoformat() for name, value in given.items()})  # fmt: skip
        sums = totals(program.ir, columns, codes_of(program.model), None, parameters=given)  # type: ignore[arg-type]
        defined = interpret.interpret(program.ir, facts, parameters=given)
        assert not sums.left
        found.append(
            (
                [payment["month"] for payment in ledger.to_dict()["payments"]],
                sums.fen.tolist(),
                [payment.month for payment in defined.payments],
            )
        )
    assert found[0] == found[1]
    assert sum(map(bool, found[0][1][0])) == len(found[0][0]) == len(found[0][2]) == (paid is not None)
    if paid is not None:
        assert found[0][1][0][paid] == 10_000


def test_check_shows_dates_and_words_that_it_gives_to_parameters() -> None:
    values = {"date": date(2021, 8, 31), "yes/no": True, "kind": "north", "duration": Duration(3, "months")}
    shown = {base: value_json(value, Type(base)) for base, value in values.items()}  # type: ignore[arg-type]
    assert shown == {"date": "2021-08-31", "yes/no": "yes", "kind": "north", "duration": "3 months"}


DAYS = """\
policy p
  in force 2021-01-01 to 2025-12-31
entity person
  has covered: yes/no
parameter start day: date{given}
clause a
  for person where covered
  since start day ≥ 6 months → 100 yuan once
"""


@pytest.mark.parametrize(("given", "message"), [
    ("\n  from 2021-01-01: 2021-08-31", "`since start day`: 2021-08-31 + 6 months is 2022-02-28 here"),
    (' external "set each year"', "conventions differ"),
])  # fmt: skip
def test_a_parameters_day_at_a_months_end_is_told_once(given: str, message: str) -> None:
    program = huice.loads(DAYS.format(given=given))
    found = [one for one in findings([Policy(program.model, program.ir)], deep=True) if one.code == "HC409"]
    assert len(found) == 1 and message in found[0].diagnostic().message.en
