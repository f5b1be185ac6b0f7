"""Everything held against everything else: `assert_consistent(program)`.

In: a loaded program. It passes, or raises an AssertionError whose message shows the facts, what was expected, what came
and why. Held are, on people drawn near the program's constants:

- every evaluator (Python functions, columns) against the interpreter, which is the definition;
- the JSON form of the facts, read again, in any order of rows;
- payments against the frequencies, limits, places and groups of the policy (ledger_rules.py);
- the cases of the policy, and its properties.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from compiler.evaluate import evaluate
from compiler.facts import Facts as Tables
from compiler.interpret import interpret
from compiler.ledger import Ledger
from compiler.proofs.finding import Policy
from compiler.proofs.witness import last
from huice.face import Facts, Program
from huice.testing.facts import DrawnFacts, facts_for
from huice.testing.ledger_rules import broken_rules
from huice.testing.parameters import open_parameters
from lang.types import Value

EXAMPLES = 60


def assert_consistent(program: Program, *, examples: int = EXAMPLES) -> None:
    """Draws `examples` sets of facts, always the same ones. AssertionError at the first thing that does not agree."""
    _cases(program)
    _properties(program, examples)
    sets = open_parameters(program.ir)
    until = last(Policy(program.model, program.ir))

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(facts_for(program))
    def on(facts: DrawnFacts) -> None:
        _one(program, facts, sets, until)

    if program.ir.clauses:
        on()


def _one(program: Program, facts: DrawnFacts, sets: Mapping[str, Value], until: int) -> None:
    expected = interpret(program.ir, facts.tables, until=until, parameters=sets)
    for name, evaluated in _EVALUATORS.items():
        _same(name, expected, evaluated(program, facts, sets, until), facts)
    reordered = {entity: rows[::-1] for entity, rows in reversed(list(facts.data.items()))}
    read, faults = Facts.from_dict(reordered).read(program.model)
    if faults:
        raise AssertionError(_message("the JSON form can be read", facts, "no fault", faults[0].line("en"), ""))
    _same("rows in another order", expected, interpret(program.ir, read, until=until, parameters=sets), facts)
    broken = broken_rules(program.model, facts.tables, sets, expected)
    if broken:
        raise AssertionError(_message("a clause keeps to its limits", facts, "kept", broken[0], _why(program, facts)))


def _by_functions(program: Program, facts: DrawnFacts, sets: Mapping[str, Value], until: int) -> Ledger:
    return evaluate(program.ir, facts.tables, until=until, parameters=sets)


def _by_columns(program: Program, facts: DrawnFacts, sets: Mapping[str, Value], until: int) -> Ledger:
    from compiler.backends.kernels.ledger import columns_of_ledger, to_ledger
    from compiler.backends.kernels.run import payments
    from compiler.evaluate_columns import codes_of
    from compiler.fact_columns import FactColumns, to_facts

    columns: FactColumns = facts.columns(program.model)[0]

    def rows_of(rows: Any) -> Tables:
        return to_facts(columns, program.model, rows)

    found = payments(program.ir, columns, codes_of(program.model), rows_of, until=until, parameters=sets)
    return to_ledger(columns_of_ledger(program.ir, columns, found))


_EVALUATORS: Mapping[str, Callable[[Program, DrawnFacts, Mapping[str, Value], int], Ledger]] = {
    "the Python evaluators": _by_functions,
    "the columns": _by_columns,
}


def _same(what: str, expected: Ledger, got: Ledger, facts: DrawnFacts) -> None:
    if expected != got:
        wanted, came = expected.to_dict(), got.to_dict()
        parts = [part for part in ("payments", "undetermined", "refused") if wanted[part] != came[part]]
        part = parts[0] if parts else "payments"
        lost = [entry for entry in wanted[part] if entry not in came[part]]
        new = [entry for entry in came[part] if entry not in wanted[part]]
        claim = f"{what} and the interpreter agree"
        raise AssertionError(_message(claim, facts, f"{part}: {lost}", f"{part}: {new}", ""))


def _why(program: Program, facts: DrawnFacts) -> str:
    """What `explain` says of the first row that is paid."""
    from compiler.cases.texts import why_text
    from compiler.explanation.explain import explain

    found: list[str] = []
    for entity, rows in facts.tables.tables.items():
        for key in rows:
            for one in explain(program.model, program.ir, facts.tables, entity, key):
                found += [reason.en for reason in why_text(one)]
            return "; ".join(found[:6])
    return ""


def _message(claim: str, facts: DrawnFacts, expected: str, got: str, why: str) -> str:
    lines = [f"not so: {claim}", f"  facts: {facts!r}", f"  expected: {expected}", f"  got: {got}"]
    return "\n".join([*lines, f"  why: {why}"] if why else lines)


def _cases(program: Program) -> None:
    from compiler.cases.run import run_cases

    failed = [one for one in run_cases(program.model, program.ir, evaluate) if one.status != "passed"]
    if failed:
        raise AssertionError("\n".join(one.text("en") for one in failed))


def _properties(program: Program, examples: int) -> None:
    from huice.testing.properties import check_properties

    failed = [one for one in check_properties(program.model, program.ir, examples=examples) if one.status == "refuted"]
    if failed:
        raise AssertionError("\n".join(one.text("en") for one in failed))
