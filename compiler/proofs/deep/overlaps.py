"""Clauses that pay one row for the same (HC420), and what one row can draw in all (HC421); over several policies too.

Overlap: two clauses of one entity, with the same payee and without an `exclusive` between them, whose conditions are
the same by proof: whoever gets the one gets the other in the same months. Clauses whose conditions only meet are
common and meant; what they come to together is told once an entity, as information, with the person who gets it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, takewhile

from attrs import frozen

from compiler import ir
from compiler.backends.smt import amounts
from compiler.backends.smt.amounts import NotEncoded, Number, Steps
from compiler.backends.smt.logic import Bit, both, no, some
from compiler.backends.smt.row import RowOf, kinds_of, new_world, part, row_of
from compiler.backends.smt.solver import Answer, Question
from compiler.backends.smt.world import Person, World
from compiler.difference.answers import answer_of
from compiler.facts import Facts
from compiler.ledger import Ledger, yuan
from compiler.proofs.deep.asking import STEPS, TRIED, eligible, not_put
from compiler.proofs.finding import Finding, Found, NotProved, Policy
from compiler.proofs.minimal import minimal
from compiler.proofs.results import FEW_STEPS
from compiler.proofs.witness import Witness, replay, witness
from lang import model
from lang.diagnostics import Label, Text
from lang.types import Value

Ledgers = Mapping[int, Ledger]  # by policy
LARGEST = 10**9  # fen: what may come to more depends on a parameter that is not set, or on a range that says nothing

At = tuple[int, str]  # which of the policies, and its clause


def find(policies: tuple[Policy, ...]) -> Iterator[Found]:
    clauses = [(at, name) for at, policy in enumerate(policies) for name in policy.ir.clauses]
    for entity in dict.fromkeys(policies[at].ir.clauses[name].entity for at, name in clauses):
        mine = [(at, name) for at, name in clauses if policies[at].ir.clauses[name].entity == entity]
        if len(mine) < 2:
            continue
        table = _Table(policies, entity, mine)
        for one, other in combinations(mine, 2):
            if _unrelated(policies, one, other) and _reads(policies, one) == _reads(policies, other):
                found = _overlap(table, one, other)
                if found is not None:
                    yield found
        own = [one for one in mine if all(rule.payee is None for rule in _clause(policies, one).rules)]
        if len(own) > 1:
            yield from _stacking(policies, entity, own)


def _clause(policies: Sequence[Policy], at: At) -> model.Clause:
    return policies[at[0]].model.clauses[at[1]]


def _unrelated(policies: Sequence[Policy], one: At, other: At) -> bool:
    """No group between them, and paid to the same."""
    a, b = (policies[at].ir.clauses[name] for at, name in (one, other))
    if one[0] == other[0] and a.group is not None and a.group == b.group:
        return False
    payees = [{_payee(policies[at], name, rule) for rule in range(len(policies[at].ir.clauses[name].alternatives))}
              for at, name in (one, other)]  # fmt: skip
    return payees[0] == payees[1]


def _reads(policies: Sequence[Policy], at: At) -> frozenset[tuple[str | None, str]]:
    """The facts that the conditions of a clause depend on: those of conditions that are the same are the same."""
    program = policies[at[0]].ir
    waiting = [rule.when for rule in program.clauses[at[1]].alternatives if rule.when is not None]
    seen: set[int] = set()
    found: set[tuple[str | None, str]] = set()
    while waiting:
        stream = program.streams[waiting.pop()]
        if stream.id not in seen:
            seen.add(stream.id)
            waiting += ir.operands(stream.op)
            if isinstance(stream.op, ir.Fact):
                found.add((stream.entity, stream.op.attribute))
    return frozenset(found)


def _payee(policy: Policy, clause: str, rule: int) -> str | None:
    payee = policy.model.clauses[clause].rules[rule].payee
    return None if payee is None else " ".join(payee.span.text.split())


class _Table:
    """The policies' clauses for one row of the entity, over the same facts."""

    def __init__(self, policies: Sequence[Policy], entity: str, clauses: Sequence[At]) -> None:
        self.policies, self._clauses = policies, clauses
        self.world: World = new_world(kinds_of(*(policy.model for policy in policies)))
        self.person: Person = self.world.person(entity)
        self.question = Question([self.world], 2 * STEPS)
        self._rows: dict[int, RowOf] = {}

    def row(self, at: int) -> RowOf:
        if at not in self._rows:
            program = self.policies[at].ir
            names = [name for of, name in self._clauses if of == at]
            self._rows[at] = row_of(part(program, names), self.world, self.person, name=f"{at}")
        return self._rows[at]

    def months(self, ats: Sequence[int]) -> range:
        rows = [self.row(at) for at in ats]
        return range(max(row.first for row in rows), min(row.last for row in rows) + 1)


# ---------------------------------------------------------------- overlap
def _overlap(table: _Table, one: At, other: At) -> Found | None:
    policies = table.policies
    months = table.months((one[0], other[0]))
    try:
        pairs = [(eligible(table.row(one[0]), one[1], m), eligible(table.row(other[0]), other[1], m)) for m in months]
        apart = (table.question.ask(some(both(a, no(b)) for a, b in each)).verdict for each in (pairs, _turned(pairs)))
        verdicts = [*takewhile(lambda verdict: verdict != "yes", apart)]
        if len(verdicts) < 2:
            return None
        if "unknown" in verdicts:
            return _undecided(policies, one, other)
        answer = table.question.ask(some(a for a, _ in pairs), *table.world.ordinary())
    except NotEncoded as unsaid:
        return not_put(policies[one[0]], _clause(policies, one), unsaid)
    if answer.verdict != "yes":
        return None
    first, second = _clause(policies, one), _clause(policies, other)

    def shows(ledgers: Ledgers) -> bool:
        of = [{p.month for p in ledgers[at].payments if (p.clause, p.key) == (name, table.person.name)}
              for at, name in (one, other)]  # fmt: skip
        return bool(of[0] & of[1])

    names = [f"`{policies[at].name}: {name.replace('_', ' ')}`" if len(policies) > 1 else f"`{name.replace('_', ' ')}`"
             for at, name in (one, other)]  # fmt: skip
    labels = [_clause(policies, at).label or at[1] for at in (one, other)]
    made = _witness(
        table, answer, [one, other], shows, Text("paid by two clauses", "两个条款同时发放"),
        Text("both pay the same person for the same", "两个条款因同样的条件向同一对象发放"),
    )  # fmt: skip
    return Finding(
        code="HC420", span=second.span, clauses=(other[1], one[1]), witness=made,
        message=Text(
            f"{names[0]} and {names[1]} pay the same people in the same months: their conditions are the same, and no "
            "`exclusive` says what holds between them",
            f"“{labels[0]}”与“{labels[1]}”的条件相同，在相同月份向同样的对象发放，又没有写明是否可以同时享受",
        ),
        help=Text(
            "if both are meant, say so in a note; else write `exclusive … among …`",
            "若有意同时发放，请以说明注明；否则写“不重复享受 … 包括 …”",
        ),
        labels=(Label(first.span, Text("the other clause", "另一条款")),),
        cause=("overlap", policies[one[0]].name, one[1], policies[other[0]].name, other[1]),
    )  # fmt: skip


def _witness(
    table: _Table, answer: Answer, clauses: Sequence[At], shows: Callable[[Ledgers], bool], title: Text, remark: Text
) -> Witness | None:
    """Made small, as long as it shows it."""
    facts, sets = table.world.facts(answer.model), table.world.sets(answer.model)
    order = sorted({at for at, _ in clauses})
    place = {at: number for number, at in enumerate(order)}
    policies = [table.policies[at] for at in order]

    def enough(ledgers: Sequence[Ledger]) -> bool:
        return shows({at: ledgers[place[at]] for at in order})

    def still(some_facts: Facts, values: Mapping[str, Value]) -> bool:
        return enough(replay(policies, some_facts, values))

    subject = (table.person.entity, table.person.name)
    if not still(facts, sets):
        return None
    facts, sets = minimal(policies[0], facts, sets, subject, still, TRIED)
    return witness(
        policies, facts, subject, [(place[at], name) for at, name in clauses], enough, sets=sets, title=title,
        remark=remark,
    )  # fmt: skip


def _turned(pairs: Sequence[tuple[Bit, Bit]]) -> list[tuple[Bit, Bit]]:
    return [(b, a) for a, b in pairs]


def _undecided(policies: Sequence[Policy], one: At, other: At) -> NotProved:
    names = [name.replace("_", " ") for _, name in (one, other)]
    labels = [_clause(policies, at).label or at[1] for at in (one, other)]
    return NotProved(
        span=_clause(policies, other).span, clauses=(one[1], other[1]), reason=FEW_STEPS,
        cause=("same condition", *((policies[at].name, name) for at, name in (one, other))),
        question=Text(
            f"whether `{names[0]}` and `{names[1]}` are paid on the same condition",
            f"“{labels[0]}”与“{labels[1]}”是否以同一条件发放",
        ),
    )  # fmt: skip


# ---------------------------------------------------------------- stacking
@frozen(eq=False)
class _Most:
    """The most that a clause was found to pay a row in all; `total` is the sum at the end. `sure`: proved that it never
    pays more."""

    at: At
    total: Number
    most: Fraction
    sure: bool


def _stacking(policies: Sequence[Policy], entity: str, clauses: Sequence[At]) -> Iterator[Found]:
    """The most of each clause, and then all at once as far as they go together, the largest first."""
    table = _Table(policies, entity, clauses)
    known: list[_Most] = []
    for at, name in clauses:
        try:
            row = table.row(at)
            most = _most(table.question, (at, name), row.clauses.total(name, row.last))
        except NotEncoded as unsaid:
            yield not_put(policies[at], _clause(policies, (at, name)), unsaid)
            continue
        if most is not None and most.most > 0:
            known.append(most)
    if len(known) < 2:
        return
    taken: list[_Most] = []
    answer: Answer | None = None
    for one in sorted(known, key=lambda m: (-m.most, m.at)):
        reached = amounts.compare("≥", one.total, amounts.constant(one.most))
        found = table.question.ask(*(_reached(t) for t in taken), reached)
        if found.verdict == "yes":
            taken.append(one)
            answer = found
    if answer is None or len(taken) < 2:
        return
    found_facts = _shown(table, answer, [one.at for one in known])
    if found_facts is None:
        return
    total = sum(answer_of(found_facts.ledgers[at], name, found_facts.key).total for at, name in found_facts.clauses)
    parts = [one for one in found_facts.answers() if one[1].total]
    if len(parts) < 2:
        return
    labels = {name: policies[at].model.clauses[name].label or name for at, name in clauses}
    first = policies[clauses[0][0]]
    proved = len(taken) == len(known) and all(one.sure for one in known)
    en = ", ".join(f"`{name.replace('_', ' ')}` {yuan(answer_.total)}" for name, answer_ in parts)
    zh = "、".join(f"“{labels[name]}” {yuan(answer_.total)} 元" for name, answer_ in parts)
    most_said = Text("and no more of these" if proved else "and perhaps more", "不会更多" if proved else "或许更多")
    label = first.model.entities[entity].label or entity
    yield Finding(
        code="HC421", span=_clause(policies, taken[0].at).span, clauses=tuple(one.at[1] for one in taken),
        witness=found_facts,
        message=Text(
            f"one {entity} can draw {yuan(total)} yuan in all ({most_said.en}): {en}",
            f"同一{label}合计最多可得 {yuan(total)} 元（{most_said.zh}）：{zh}",
        ),
        cause=("stacking", entity, *(policy.name for policy in policies)),
    )  # fmt: skip


def _reached(one: _Most) -> Bit:
    return amounts.compare("≥", one.total, amounts.constant(one.most))


def _most(question: Question, at: At, total: Number) -> _Most | None:
    """From the top: the largest value that the sum can have. Only of sums with few values, or with a plain bound."""
    high = amounts.ends(total)[1]
    if high is None or high > LARGEST:
        return None
    values = sorted(total.values, reverse=True) if isinstance(total, Steps) else [high]
    if values and question.ask(amounts.compare("≥", total, amounts.constant(values[0]))).verdict == "yes":
        return _Most(at, total, values[0], sure=True)
    sure = True
    low, top = 1, len(values) - 1
    best: Fraction | None = None
    while low <= top:  # reaching less is easier than reaching more
        middle = (low + top) // 2
        verdict = question.ask(amounts.compare("≥", total, amounts.constant(values[middle]))).verdict
        if verdict == "yes":
            best, top = values[middle], middle - 1
        else:
            low, sure = middle + 1, sure and verdict == "never"
    return None if best is None else _Most(at, total, best, sure)


def _shown(table: _Table, answer: Answer, clauses: Sequence[At]) -> Witness | None:
    key = table.person.name

    def drawn(ledgers: Ledgers) -> int:
        return sum(answer_of(ledgers[at], name, key).total for at, name in clauses)

    facts, sets = table.world.facts(answer.model), table.world.sets(answer.model)
    whole = drawn(dict(enumerate(replay(table.policies, facts, sets))))
    title = Text("what one can draw in all", "一个对象合计可得")
    remark = Text("all of these are paid to one", "以下均发放给同一对象")
    return _witness(table, answer, clauses, lambda ledgers: drawn(ledgers) >= whole, title, remark)
