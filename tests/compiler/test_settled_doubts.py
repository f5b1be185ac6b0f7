"""Questions about the meaning that the design pages left to be settled: interpreter and evaluators answer alike."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import attrs
import pytest

from compiler import ir
from compiler.backends.python import generate
from compiler.facts import Facts, Row
from compiler.interpret import interpret
from compiler.ledger import Ledger
from compiler.parameters import WrongUnit
from compiler.pipeline import compile_program
from lang.dates import Duration, month_text
from lang.program import load
from lang.source import Source
from lang.types import COUNT, Value
from tests.compiler.by_hand import months, yes

HEAD = """policy p
  in force 2021-01-01 to 2021-06-30
entity person
  has employed: yes/no monthly
  has elsewhere: money monthly default 0 yuan
  has hired on: date
  has days: count 0 to 90
  has stay: duration
"""


def program(text: str) -> ir.Program:
    checked, found = load(Source(HEAD + text, "p.policy"))
    assert checked is not None, [d.message.en for d in found]
    compiled, refused = compile_program(checked)
    assert compiled is not None, [d.message.en for d in refused]
    return compiled


def ledger(text: str, parameters: Mapping[str, Value] | None = None, /, **rows: Mapping[str, Any]) -> Ledger:
    compiled, facts = program(text), Facts({"person": [Row(key, values) for key, values in rows.items()]})
    answers = [f(compiled, facts, parameters=parameters) for f in (interpret, generate.evaluate)]
    assert answers[0] == answers[1]
    return answers[0]


def paid(result: Ledger) -> Sequence[str]:
    return [f"{month_text(p.month)} {p.clause} {p.amount // 100}" for p in result.payments]


# ---------------------------------------------------------------- what others paid, and `take first`
FIRST = """clause grant
  for person
  employed → 100 yuan per month
exclusive one among {} per person take first
"""


@pytest.mark.parametrize("among", ["grant, elsewhere", "elsewhere, grant"])
@pytest.mark.parametrize("when", ["2020-05", "2021-01", "2021-02"])
def test_paid_elsewhere_before_anybody_claims_shuts_out_for_good(among: str, when: str) -> None:
    elsewhere = months({when: Fraction(5000)}, outside=Fraction(0))
    result = ledger(FIRST.format(among), p={"employed": yes(("2021-03", None)), "elsewhere": elsewhere})
    assert not result.payments and result.complete
    assert [month_text(r.month) for r in result.refused] == ["2021-03", "2021-04", "2021-05", "2021-06"]


def test_paid_elsewhere_before_the_policy_shuts_out_its_first_month_too() -> None:
    elsewhere = months({"2020-05": Fraction(5000)}, outside=Fraction(0))
    result = ledger(FIRST.format("grant, elsewhere"), p={"employed": True, "elsewhere": elsewhere})
    assert not result.payments and len(result.refused) == 6


def test_in_one_month_the_order_decides_between_us_and_others() -> None:
    facts: dict[str, Any] = {
        "employed": yes(("2021-02", None)),
        "elsewhere": months({"2021-02": Fraction(5000)}, Fraction(0)),
    }
    assert len(ledger(FIRST.format("grant, elsewhere"), p=facts).payments) == 5
    assert not ledger(FIRST.format("elsewhere, grant"), p=facts).payments


def test_an_amount_of_one_month_that_the_ir_does_not_total_shuts_out_for_good() -> None:
    """The IR may name any stream; one that falls back to 0 has still paid."""
    compiled = program(FIRST.format("elsewhere, grant"))
    fact = next(s.id for s in compiled.streams if s.op == ir.Fact("elsewhere"))
    group = compiled.groups["one"]
    member = ir.GroupMember(clause=None, paid=fact, link=None)
    raw = attrs.evolve(compiled, groups={"one": attrs.evolve(group, members=(member, group.members[1]))})
    person = {"employed": yes(("2021-03", None)), "elsewhere": months({"2021-01": Fraction(1)}, outside=Fraction(0))}
    facts = Facts({"person": [Row("p", person)]})
    assert interpret(raw, facts) == generate.evaluate(raw, facts)
    assert not interpret(raw, facts).payments


def test_what_others_paid_is_whole_fen_whatever_stream_says_it() -> None:
    compiled = program(FIRST.format("grant, elsewhere").replace("take first", "take highest"))
    fact = next(s for s in compiled.streams if s.op == ir.Fact("elsewhere"))
    three, third = len(compiled.streams), len(compiled.streams) + 1
    streams = (
        *compiled.streams,
        ir.Stream(three, None, COUNT, ir.Constant(3)),
        ir.Stream(third, "person", fact.type, ir.Arithmetic("/", fact.id, three)),
    )
    members = (compiled.groups["one"].members[0], ir.GroupMember(clause=None, paid=third, link=None))
    raw = attrs.evolve(compiled, streams=streams, groups={"one": attrs.evolve(compiled.groups["one"], members=members)})
    facts = Facts({"person": [Row("p", {"employed": yes(("2021-02", "2021-02")), "elsewhere": Fraction(20_000)})]})
    ledger = interpret(raw, facts)
    assert generate.evaluate(raw, facts) == ledger
    assert [p.amount for p in ledger.payments] == [10_000 - 6_667]


# ---------------------------------------------------------------- parameters that are lengths of time
WAIT = """parameter wait: duration = 30 days
parameter hold: duration = 2 months
clause days
  for person
  since hired on ≥ wait → 100 yuan once
clause months
  for person
  since hired on ≥ hold → 100 yuan once
"""
HIRED = {"hired_on": date(2021, 1, 15)}


def test_days_are_added_as_days_and_months_as_months() -> None:
    assert paid(ledger(WAIT, p=HIRED)) == ["2021-02 days 100", "2021-03 months 100"]
    changed = {"wait": Duration(45, "days"), "hold": Duration(4)}
    assert paid(ledger(WAIT, changed, p=HIRED)) == ["2021-03 days 100", "2021-05 months 100"]


@pytest.mark.parametrize(("name", "value"), [("wait", Duration(2)), ("hold", Duration(45, "days"))])
def test_a_length_in_the_other_unit_is_refused(name: str, value: Duration) -> None:
    for run in (interpret, generate.evaluate):
        with pytest.raises(WrongUnit):
            run(program(WAIT), Facts({}), parameters={name: value})


def test_a_case_that_sets_another_unit_is_told() -> None:
    case = 'case "c"\n  set wait = 2 months\n  person p\n    hired on = 2021-01-15\n  expect days pays p 100 yuan\n'
    checked, _ = load(Source(HEAD + WAIT + case, "p.policy"))
    assert checked is not None
    compiled, (said,) = compile_program(checked)
    assert compiled is None and said.code == "HC591"
    assert "`wait` set in another unit than days" in said.message.en and "以天取值" in str(said.help)


# ---------------------------------------------------------------- both branches of a guard are worked out
GUARDED = """clause shared
  for person
  employed → (if days > 0 then elsewhere / days else 7 yuan) per month
clause asked
  for person
  days > 0 and elsewhere / days ≥ 10 yuan → 1 yuan once
"""


@pytest.mark.parametrize(("days", "amount"), [(0, 7), (4, 25)])
def test_a_guarded_division_by_zero_is_never_read(days: int, amount: int) -> None:
    facts: dict[str, Any] = {"employed": yes(("2021-01", "2021-01")), "days": days, "elsewhere": Fraction(10_000)}
    expected = [f"2021-01 shared {amount}"] + (["2021-01 asked 1"] if days else [])
    assert paid(ledger(GUARDED, p=facts)) == expected


def test_an_unknown_divisor_leaves_the_payment_undetermined() -> None:
    result = ledger(GUARDED, p={"employed": True, "elsewhere": Fraction(10_000)})
    assert not result.payments
    assert {(u.clause, u.missing) for u in result.undetermined} == {("shared", ("days",)), ("asked", ("days",))}


def test_a_fact_given_in_days_is_added_as_days() -> None:
    text = "clause stayed\n  for person\n  since hired on ≥ stay → 1 yuan once\n"
    for stay, month in ((Duration(45, "days"), "2021-03"), (Duration(1), "2021-02"), (Duration(20, "days"), "2021-02")):
        assert paid(ledger(text, p=HIRED | {"stay": stay})) == [f"{month} stayed 1"]
