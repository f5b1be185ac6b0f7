"""Each way of writing a rule compiles, and the passes change no answer.

constructs.policy holds the vocabulary, constructs.txt a rule a line; each makes a policy of one clause.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from compiler import ir
from compiler.bounds import bounds
from compiler.facts import Facts, History, Row, Span
from compiler.interpret import interpret
from compiler.lowering.lower import lower
from compiler.pipeline import compile_program
from compiler.verify import NUMBERS, verify
from lang import model
from lang.dates import Duration, month
from lang.diagnostics import Diagnostic
from lang.program import load
from lang.source import Source
from lang.types import NONE

HERE = Path(__file__).parent
VOCABULARY = (HERE / "constructs.policy").read_text(encoding="utf-8")
RULES = (HERE / "constructs.txt").read_text(encoding="utf-8").splitlines()

MARCH = month(2021, 3)
FACTS = Facts(
    {
        "person": [
            Row("p0", {}),
            Row(
                "p1",
                {
                    "employed": History((Span(month(2020, 1), MARCH, True), Span(MARCH + 2, None, True)), False),
                    "wage": History((Span(MARCH, None, Fraction(450_000)),), Fraction(0)),
                    "contract": Duration(4),
                    "origin": "mabian",
                    "employer": "e1",
                    "boss": "p0",
                    "size": 3,
                    "rate": NONE,
                },
            ),
        ],
        "enterprise": [Row("e1", {"county": "mabian", "owner": "p0"})],
    }
)


def checked(rule: str) -> model.Program:
    text = f'{VOCABULARY}clause c "款"\n  for person\n  {rule}\n'
    program, findings = load(Source(text, "constructs"))
    assert program is not None, findings
    return program


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_compiles_and_the_passes_change_no_answer(rule: str) -> None:
    program = checked(rule)
    plain, _ = lower(program)
    compiled, diagnostics = compile_program(program)
    assert plain is not None
    assert compiled is not None, diagnostics
    verify(plain)
    assert interpret(plain, FACTS) == interpret(compiled, FACTS)


@pytest.mark.parametrize("rule", RULES)
def test_every_number_has_a_bound(rule: str) -> None:
    compiled, _ = compile_program(checked(rule))
    assert compiled is not None
    found, _ = bounds(compiled)
    for stream, bound in zip(compiled.streams, found, strict=True):
        none = isinstance(stream.op, ir.Constant) and stream.op.value is NONE
        assert (bound is None) == (stream.type.base not in NUMBERS or none), stream


@pytest.mark.parametrize("rule", ["employed ≥ wait → 1 yuan once", "total employed > wait → 1 yuan once"])
def test_days_are_refused_where_only_months_are_exact(rule: str) -> None:
    compiled, diagnostics = compile_program(checked(rule))
    assert compiled is None
    (diagnostic,) = diagnostics
    assert isinstance(diagnostic, Diagnostic)
    assert diagnostic.code == "HC591"
    assert diagnostic.span.text in rule


@pytest.mark.parametrize(
    ("rule", "length", "paid"),
    [
        ("contract ≥ 30 days → 1 yuan once", Duration(29, "days"), []),
        ("contract ≥ 30 days → 1 yuan once", Duration(30, "days"), [100]),
        ("contract ≥ 30 days → 1 yuan once", Duration(1), [100]),
        ("45 days < contract → 1 yuan once", Duration(1), []),
        ("45 days < contract → 1 yuan once", Duration(2), [100]),
        ("contract + 15 days ≥ 2 months → 1 yuan once", Duration(45, "days"), [100]),
        ("always → rent subsidy × (contract up to 45 days) once", Duration(2), [60000]),
    ],
)
def test_a_length_that_is_added_to_no_date_counts_30_days_as_a_month(
    rule: str, length: Duration, paid: list[int]
) -> None:
    text = (
        "policy p\n  in force 2021-01-01 to 2021-12-31\nentity person\n  has contract: duration\n"
        "parameter rent subsidy: money per month = 400 yuan per month\n"
        f"clause c\n  for person\n  {rule}\n"
    )
    program, findings = load(Source(text, "days"))
    assert program is not None, findings
    compiled, diagnostics = compile_program(program)
    assert compiled is not None, diagnostics
    ledger = interpret(compiled, Facts({"person": [Row("p1", {"contract": length})]}))
    assert [payment.amount for payment in ledger.payments] == paid
