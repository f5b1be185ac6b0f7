"""What is said by looking is certain: rules of drawn programs that never pay, or are never reached, pay nobody."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from random import Random

import pytest

import huice
from compiler import ir
from compiler.evaluate import evaluate
from compiler.facts import Facts, History, Row
from compiler.ledger import Payment
from compiler.proofs.finding import Policy
from compiler.proofs.reasoning.person import months_of_rule
from compiler.proofs.run import findings
from huice.testing.generator.policies import policy_text
from huice.testing.parameters import open_parameters
from lang.types import Given
from tests.properties.generator.facts import facts

FEW, MANY, PEOPLE = 80, 1500, 12


def within(program: ir.Program, drawn: Facts) -> Facts:
    """Without the values that lie outside their declared ranges: in a roster they are errors."""

    def fits(entity: str, name: str, value: Given | History) -> bool:
        about = program.attributes[entity, name]
        values = [span.value for span in value.spans] if isinstance(value, History) else [value]
        numbers = [one for one in values if isinstance(one, int | Fraction) and not isinstance(one, bool)]
        return about.high is None or all(one <= about.high for one in numbers)

    return Facts(
        {
            entity: [Row(r.key, {n: v for n, v in r.values.items() if fits(entity, n, v)}) for r in rows.values()]
            for entity, rows in drawn.tables.items()
        }
    )


def _is_sure(policy: Policy, payment: Payment, drawn: Facts) -> bool:
    """Whether the condition of the payment's rule is known to hold. What is unknown may leave several rules open that
    pay the same; the first of them is named then."""
    sets = open_parameters(policy.ir)
    return payment.month in months_of_rule(policy, payment.clause, payment.rule, drawn, payment.key, sets)


def judged(seeds: range) -> Counter[str]:
    """Counts what was judged; fails for a rule that pays although it was said never to."""
    counts: Counter[str] = Counter()
    for seed in seeds:
        program = huice.loads(policy_text(Random(seed)), f"drawn {seed}")
        policy = Policy(program.model, program.ir)
        said = {
            (one.cause[2], one.cause[3]): one for one in findings([policy]) if one.code in ("HC401", "HC402", "HC406")
        }
        if not said:
            continue
        counts.update(one.code for one in said.values())
        counts.update("shown" for one in said.values() if one.witness is not None)
        for number in range(PEOPLE):
            drawn = within(program.ir, facts(Random(1000 * seed + number), program.ir))
            ledger = evaluate(program.ir, drawn, parameters=open_parameters(program.ir))
            for payment in ledger.payments:
                counts["payments"] += 1
                for rule in (payment.rule, None):
                    found = said.get((payment.clause, rule))
                    if found is not None and rule is not None and not _is_sure(policy, payment, drawn):
                        continue  # rules that pay the same: it is not known by which
                    assert found is None, f"seed {seed}: {payment}\n{found}\n{policy_text(Random(seed))}"
    return counts


def test_rules_that_never_pay_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    # Who shows it takes half of the time, and is the slow test's and test_shown's.
    monkeypatch.setattr("compiler.proofs.reasoning.somebody.somebody", lambda *_, **__: None)
    counts = judged(range(FEW))
    assert counts["HC402"] >= 5 and counts["HC401"] + counts["HC406"] >= 5 and counts["payments"] >= 100, counts


@pytest.mark.slow
@pytest.mark.parametrize("portion", range(MANY // 100))
def test_rules_that_never_pay_do_not_in_many_programs(portion: int) -> None:
    judged(range(100 * portion, 100 * portion + 100))
