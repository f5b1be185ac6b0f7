"""Somebody for whom given conditions hold together, found without the solver and replayed in the interpreter.

In: a policy, one of its clauses, conditions of a row of that clause, and what must be seen in the ledger. Out: a
`Witness` made small, or None where nobody was found: that proves nothing, and nothing is shown then.

The conditions become a rule of their own (`holding`), compiled as any other, so what it is for them to hold is the
interpreter's word. Who is tried: the person made directly from what the conditions leave possible (person.py), with no
fact but those, then with a plain value for what else the clause reads; where that is not enough, rows drawn near the
constants of the conditions (compiler/difference/search.py), a fixed number of them. No clock and no chance: the same
policy gives the same person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

from attrs import define, evolve, field

from compiler.difference.asking import only, restricted
from compiler.difference.search import open_parameters, search
from compiler.facts import Facts
from compiler.interpret import interpret
from compiler.ledger import Ledger
from compiler.pipeline import compile_program
from compiler.proofs.finding import Policy
from compiler.proofs.minimal import minimal
from compiler.proofs.reasoning.conjunction import Conjunction
from compiler.proofs.reasoning.person import MONTH_IN, Fill, Person
from compiler.proofs.reasoning.ranges import Number, Ranges
from compiler.proofs.reasoning.rules import read
from compiler.proofs.witness import Witness, last, witness
from lang import model, typed
from lang.checking.reads import Fact, clause_reads, reads_of
from lang.dates import Duration, Month, month_text
from lang.diagnostics import Text
from lang.types import MONEY, NONE, YES_NO, Given, Value

DRAWN = 250  # rows that are drawn where none can be made directly
SMALLER = 40  # smaller examples that are tried

Sees = Callable[
    [Ledger, Sequence[Month], str], Month | None
]  # ledger, the months in which all holds, key: where to look


def instead(
    policy: Policy, clause: model.Clause, where: typed.Expr | None, rules: Sequence[model.Rule]
) -> Policy | None:
    """The policy with these rules in the clause, and nothing else that pays. None: it does not compile."""
    alone = evolve(clause, where=where, rules=tuple(rules), paid_from=None)
    program = evolve(
        policy.model, clauses={clause.name: alone}, groups={}, limits={}, targets={}, properties={}, cases=(),
        scenarios={},
    )  # fmt: skip
    compiled, _ = compile_program(program)
    return None if compiled is None else Policy(program, compiled)


def holding(policy: Policy, clause: model.Clause, conditions: Sequence[typed.Expr]) -> Policy | None:
    """The conditions as a program: one clause that pays whoever meets them all, in each month in which he does."""
    rule = model.Rule(
        condition=typed.All(tuple(conditions), YES_NO) if conditions else None,
        amount=typed.Constant(Fraction(100), MONEY),
        frequency="per month",
    )
    return instead(policy, clause, None, (rule,))


def months(condition: Policy, facts: Facts, key: str, sets: Mapping[str, Value]) -> list[Month]:
    """Those in which all conditions are sure to hold for the row."""
    return sorted({payment.month for payment in replayed(condition, facts, sets).payments if payment.key == key})


@define(eq=False)
class _Trying:
    """`row` is the one that is looked at."""

    policy: Policy  # of the clause and its group alone
    condition: Policy
    sees: Sees
    seen: dict[str, Month] = field(factory=dict)

    def shows(self, key: str) -> Callable[[Facts, Mapping[str, Value]], bool]:
        def shown(facts: Facts, sets: Mapping[str, Value]) -> bool:
            held = months(self.condition, facts, key, sets)
            at = self.sees(replayed(self.policy, facts, sets), held, key) if held else None
            if at is not None:
                self.seen[key] = at
            return at is not None

        return shown


def somebody(
    policy: Policy,
    clause: model.Clause,
    conditions: Sequence[typed.Expr],
    sees: Sees,
    *,
    title: Text,
    remark: Callable[[str], Text],
    left: Sequence[Conjunction] | None = None,
    draw: bool = True,
) -> Witness | None:
    """`remark` is told the month. `left`: what the conditions leave possible, where more is known than they say."""
    part = only(policy.ir, clause.name)
    condition = holding(policy, clause, conditions)
    if part is None or condition is None:
        return None
    trying = _Trying(Policy(policy.model, part), condition, sees)
    sets = open_parameters([part, condition.ir])
    if left is None:
        reading = read(Ranges.of(policy.model), conditions)
        left = [] if reading is None else [one for _, one in reading.standing]
    for facts, key in proposed(policy, clause, condition if draw else None, left):
        shows = trying.shows(key)
        if not shows(facts, sets):
            continue
        small, kept = minimal(policy, facts, sets, (clause.entity, key), shows, SMALLER)
        shows(small, kept)
        at = trying.seen[key]
        held = months(condition, small, key, kept)
        found = witness(
            [policy], small, (clause.entity, key), [clause.name],
            lambda ledgers, held=held, key=key: sees(ledgers[0], held, key) is not None,  # type: ignore[misc]
            title=title, remark=remark(month_text(at)), sets=kept, month=at,
        )  # fmt: skip
        if found is not None:
            return found
    return None


def exists(policy: Policy, clause: model.Clause, conditions: Sequence[typed.Expr]) -> bool:
    """Whether somebody was made directly for whom all holds in one month, whatever the clause pays him."""
    condition = holding(policy, clause, conditions)
    reading = read(Ranges.of(policy.model), conditions)
    if condition is None or reading is None:
        return False
    sets = open_parameters([condition.ir])
    left = [one for _, one in reading.standing]
    return any(months(condition, facts, key, sets) for facts, key in proposed(policy, clause, None, left))


def proposed(
    policy: Policy, clause: model.Clause, condition: Policy | None, left: Sequence[Conjunction]
) -> Iterator[tuple[Facts, str]]:
    """Rows that may meet the conditions, the barest first; None: made directly only, none is drawn."""
    wanted = wanted_of(policy.model, clause)
    moneyless, unlinked = _outside(policy.model, clause)
    people = [
        one
        for later in (0, MONTH_IN)
        for each in left
        if (one := Person.of(policy, each, clause.entity, later)) is not None
    ]
    for person in people:
        yield person.facts(), person.key
    ways: list[tuple[Fill, dict[Fact, Given]]] = [("usual", {}), ("bare", {}), ("most", {})]
    if moneyless or unlinked:
        ways += [("bare", moneyless), ("usual", moneyless | unlinked), ("most", moneyless | unlinked)]
    for how, fixed in ways:
        for person in people:
            yield person.copy().filled(wanted, how, fixed).facts(), person.key
    if condition is None:
        return
    kinds = {name: tuple(member.name for member in kind.members) for name, kind in policy.model.kinds.items()}
    nobody = evolve(condition.ir, clauses={}, order=())
    drawn = search(condition.ir, nobody, clause.name, kinds, DRAWN)
    if drawn is not None:
        key = drawn.subject[1]
        yield drawn.facts, key
        for how, fixed in ways:
            yield Person.around(policy, drawn.facts, clause.entity).filled(wanted, how, fixed).facts(), key


def wanted_of(program: model.Program, clause: model.Clause) -> list[Fact]:
    """The facts that the clause reads, to whom it pays, and those that others of its group read."""
    groups = ({m.clause for m in group.members} for group in program.groups.values())
    mates = next((names for names in groups if clause.name in names), set())
    read = [clause, *(one for one in program.clauses.values() if one.name in mates and one is not clause)]
    payees = reads_of(program, [rule.payee for one in read for rule in one.rules if rule.payee is not None])
    return list(dict.fromkeys([fact for one in read for fact in clause_reads(program, one).facts] + [*payees.facts]))


def _outside(program: model.Program, clause: model.Clause) -> tuple[dict[Fact, Given], dict[Fact, Given]]:
    """Facts with which nobody else has to do with the clause's group: no money from others; no links to it."""
    moneyless: dict[Fact, Given] = {}
    unlinked: dict[Fact, Given] = {}
    for group in program.groups.values():
        if any(member.clause == clause.name for member in group.members):
            for member in group.members:
                if isinstance(member.link, typed.FactRead):
                    unlinked[member.link.entity, member.link.attribute] = NONE
                if isinstance(member.attribute, typed.FactRead):
                    moneyless[member.attribute.entity, member.attribute.attribute] = Fraction(0)
    return moneyless, unlinked


def replayed(policy: Policy, facts: Facts, sets: Mapping[str, Value]) -> Ledger:
    known = {name: value for name, value in sets.items() if name in policy.ir.parameters}
    return interpret(policy.ir, restricted(facts, policy.ir), until=last(policy), parameters=known)


def decided(ledger: Ledger, clause: str, key: str) -> bool:
    """Whether all that the clause gives the row is known."""
    return not any(one.clause == clause and one.concerns(key) for one in ledger.undetermined)


def near(term: typed.Expr, value: Number) -> typed.Expr:
    """That a number is just this one."""
    known: Value
    match term.type.base:
        case "duration":
            known = Duration(int(value))
        case "count":
            known = int(value)
        case _:
            known = Fraction(value)
    return typed.Compare("=", term, typed.Constant(known, term.type))
