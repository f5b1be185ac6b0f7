"""Why a clause pays a row, or does not: in a month, by the conditions that decide, in the policy's own words.

In: a checked program, its IR, facts, and whom to explain. Out: an `Explanation` a clause, plain data; the command line
and the reports make sentences of it. Everything is read from the interpreter's own run, so it cannot differ from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Literal

from attrs import define, evolve, field, frozen

from compiler import ir
from compiler.explanation.change import Changes, changes_of
from compiler.explanation.concerned import Concerned
from compiler.explanation.conditions import (
    Leaf,
    Node,
    deciding,
    distance,
    extended,
    holds,
    rule_condition,
    shortfall,
    value_text,
)
from compiler.explanation.mending import Mender
from compiler.explanation.outcomes import Outcomes
from compiler.explanation.smallest import Search, goal_conditions, some_rule
from compiler.explanation.trial import Ground
from compiler.facts import Facts
from compiler.interpret import Decision, Interpretation, last_month, run, seen_from
from compiler.interpreter.values import Unsure, compare
from compiler.ledger import Payment, yuan
from compiler.lowering.expressions import Expressions
from compiler.memory import start_month
from lang import model, typed
from lang.dates import Month, month_text, year_of
from lang.types import Value

Answer = Literal["paid", "not paid", "undetermined", "refused"]


@frozen(kw_only=True)
class Because:
    """A condition that decided. `holds` None: it is not known. `value`: what it looked at, as text; `base`: of which
    type that is (a link names another row, which a letter must not)."""

    condition: str
    holds: bool | None
    value: str | None = None
    base: str | None = None

    def to_dict(self) -> dict[str, Any]:
        return {"condition": self.condition, "holds": self.holds} | (
            {} if self.value is None else {"value": self.value}
        )


@frozen(kw_only=True)
class Explanation:
    """`amount` in fen (None: it is not known). `missing`: names of facts and parameters. `distance`: (condition, what
    it lacks). `change`: facts of the row with which the clause would pay, as tried; `gave_up`: a smallest one was
    looked for as long as is reasonable, and it is not known whether there is one. `payments`: all that the clause pays
    the row, whatever the month. `quotations`: the official text that stands above the clause."""

    entity: str
    key: str
    clause: str
    month: Month
    answer: Answer
    amount: int | None
    cites: tuple[str, ...]
    because: tuple[Because, ...]
    missing: tuple[str, ...] = ()
    distance: tuple[tuple[str, str], ...] = ()
    change: Changes = ()
    gave_up: bool = False
    payments: tuple[Payment, ...] = ()
    quotations: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `huice explain`; `quotation` only where there is one, `change_search` where it was given up."""
        quoted = {"quotation": "\n".join(self.quotations)} if self.quotations else {}
        search = {"change_search": "given up"} if self.gave_up else {}
        return (
            quoted
            | {
                "version": 1,
                "entity": f"{self.entity}/{self.key}",
                "clause": self.clause,
                "month": month_text(self.month),
                "answer": self.answer,
                "amount": None if self.amount is None else yuan(self.amount),
                "cites": "、".join(self.cites),
                "because": [because.to_dict() for because in self.because],
                "missing": list(self.missing),
                "distance": [{"condition": condition, "lacks": lacks} for condition, lacks in self.distance],
                "change": [change.to_dict() for change in self.change],
            }
            | search
        )


def explain(
    program: model.Program,
    compiled: ir.Program,
    facts: Facts,
    entity: str,
    key: str,
    *,
    clause: str | None = None,
    month: Month | None = None,
    until: Month | None = None,
    parameters: Mapping[str, Value] | None = None,
) -> tuple[Explanation, ...]:
    """One explanation a clause of the entity, in order of the file (or of `clause` alone).

    Without `month`: the month of the first payment, else of the last refusal, else the first that is undetermined, else
    the month in which least is lacking (the latest of several). NoEnd as for `interpret`.
    """
    asked = [c for c in program.clauses.values() if c.entity == entity and clause in (None, c.name)]
    if not asked or key not in facts.rows(entity):
        return ()
    expressions = extended(program, compiled)
    rules = {c.name: [rule_condition(expressions, c, rule) for rule in c.rules] for c in asked}
    mender = Mender(program, program.entities[entity])
    read = {stream for each in asked for stream in _prepare(expressions, mender, each)}
    read.update(range(len(compiled.streams)))
    whole = evolve(compiled, streams=tuple(expressions.builder.streams))
    last = last_month(compiled, until)

    wanted = Concerned(whole, facts, frozenset(c.name for c in asked), key).wanted()
    interpretation = run(whole, facts, until=until, parameters=parameters, wanted=wanted)
    return tuple(
        Explainer(
            program, c, key, last, expressions, rules[c.name], interpretation, mender, compiled, frozenset(read)
        ).explain(month)
        for c in asked
    )


def _prepare(expressions: Expressions, mender: Mender, clause: model.Clause) -> set[ir.Id]:
    """Add the streams that a search for the smallest change asks about, before values are read. Given back are those
    that its trials read: of a run that is held against a constant the comparison, which counts no further than it
    needs, and not the run itself, which would have to be followed from its beginning in each of them."""
    read: set[ir.Id] = set()
    for goal in (*goal_conditions(clause), some_rule(clause)):
        if goal is None:
            continue
        read.add(expressions.lower(goal))
        for expr in mender.inside(goal):
            match expr:
                case typed.Compare(_, left, right):
                    mender.leaves.append(expr)
                    read.add(expressions.lower(expr))
                    for side, other in ((left, right), (right, left)):
                        lowered = expressions.lower(side)
                        if not (isinstance(side, typed.Run) and isinstance(other, typed.Constant)):
                            read.add(lowered)
                case typed.Later() | typed.Constant() | typed.Arithmetic():
                    pass
                case typed.Run():
                    expressions.lower(expr)
                case _:
                    read.add(expressions.lower(expr))
                    if isinstance(expr, typed.InPeriod):
                        mender.leaves.append(expr)
    return read


@define(eq=False)
class Explainer:
    """Explains one clause for one row."""

    program: model.Program
    clause: model.Clause
    key: str
    last: Month
    expressions: Expressions
    rules: list[Node | None]
    interpretation: Interpretation
    mender: Mender
    compiled: ir.Program
    read: frozenset[ir.Id]  # what trials ask for
    payments: list[Payment] = field(init=False)

    def __attrs_post_init__(self) -> None:
        ledger = self.interpretation.ledger()
        mine = [p for p in ledger.payments if (p.clause, p.key) == (self.clause.name, self.key)]
        self.payments = sorted(mine, key=lambda p: p.month)

    # ------------------------------------------------------------ the answer
    def explain(self, month: Month | None) -> Explanation:
        at = self._month() if month is None else month
        if not self.program.first <= at <= self.last:
            return self._outside(at)
        payment = next((p for p in self.payments if p.month == at), None)
        decision = self._decisions().get(at)
        rule = payment.rule if payment is not None else self._rule(at)
        answer: Answer = "not paid"
        amount: int | None = 0
        missing: tuple[str, ...] = ()
        if payment is not None:
            answer, amount = "paid", payment.amount
            if decision is not None and isinstance(decision.claim.payee, Unsure):
                missing = self._seen(decision.claim.payee)
        elif decision is not None and decision.refused is not None:
            answer = "refused"
        elif decision is not None and isinstance(decision.claim.amount, Unsure):
            answer, amount, missing = "undetermined", None, self._seen(decision.claim.amount)
        leaves = self._deciding(rule, at)
        because = [self._because(leaf, at) for leaf in leaves]
        failing: list[Leaf] = []
        if answer == "not paid" and (used := list(self._paid_before(self.clause.rules[rule], at))):
            because = used  # whatever else holds or fails then
        elif answer == "not paid" and not self._holds(rule, at):
            failing = leaves
        elif answer in ("not paid", "refused"):
            because += self._in_the_way(rule, at, decision)
        lacks = ((leaf.text, distance(self._streams, leaf, self.key, at)) for leaf in failing)
        change: Changes = ()
        gave_up = False
        if answer in ("not paid", "undetermined") and not self.payments:
            change, gave_up = self._change(at)
        return Explanation(
            entity=self.clause.entity,
            key=self.key,
            clause=self.clause.name,
            month=at,
            answer=answer,
            amount=amount,
            cites=self.clause.cites,
            because=tuple(because),
            missing=missing,
            distance=tuple((text, lack) for text, lack in lacks if lack is not None),
            change=change,
            gave_up=gave_up,
            payments=tuple(self.payments),
            quotations=self.clause.trivia.quotations,
        )

    def _outside(self, at: Month) -> Explanation:
        last = self.last if self.last >= self.program.first else self.program.last
        period = f"{month_text(self.program.first)} – {'' if last is None else month_text(last)}".rstrip()
        return Explanation(
            entity=self.clause.entity,
            key=self.key,
            clause=self.clause.name,
            month=at,
            answer="not paid",
            amount=0,
            cites=self.clause.cites,
            because=(Because(condition=period, holds=False, value=month_text(at)),),
        )

    @property
    def _streams(self) -> Any:
        return self.interpretation.streams

    def _decisions(self) -> dict[Month, Decision]:
        mine = (self.clause.name, self.key)
        return {month: d for (name, key, month), d in self.interpretation.decisions.items() if (name, key) == mine}

    def _seen(self, value: Unsure) -> tuple[str, ...]:
        return seen_from(value.missing, self.clause.entity, self.key)

    # ------------------------------------------------------------ which month, which rule
    def _month(self) -> Month:
        decisions = self._decisions()
        refused = [month for month, d in decisions.items() if d.refused is not None]
        open_ = [month for month, d in decisions.items() if isinstance(d.claim.amount, Unsure)]
        if self.payments:
            return self.payments[0].month
        if refused:
            return max(refused)
        if open_:
            return min(open_)
        months = range(self.program.first, self.last + 1)
        if not months:  # it is asked about a time before the policy
            return self.last
        return min(months, key=lambda month: (*self._lack(self._rule(month), month), -month))

    def _rule(self, month: Month) -> int:
        """The rule that is the month's, else the one that lacks least (the first of several)."""
        for index in range(len(self.rules)):
            if self._holds(index, month):
                return index
        return min(range(len(self.rules)), key=lambda index: (*self._lack(index, month), index))

    def _holds(self, rule: int, month: Month) -> bool:
        node = self.rules[rule]
        return node is None or holds(self._streams, node, self.key, month) is True

    def _deciding(self, rule: int, month: Month) -> list[Leaf]:
        node = self.rules[rule]
        return [] if node is None else list(deciding(self._streams, node, self.key, month))

    def _lack(self, rule: int, month: Month) -> tuple[int, Fraction]:
        """How many conditions fail, and by how much."""
        if self._holds(rule, month):
            return 0, Fraction(0)
        failing = self._deciding(rule, month)
        return len(failing), sum((shortfall(self._streams, leaf, self.key, month) for leaf in failing), Fraction(0))

    # ------------------------------------------------------------ reasons
    def _because(self, leaf: Leaf, month: Month) -> Because:
        answer = holds(self._streams, leaf, self.key, month)
        value = base = None
        if leaf.measured is not None:
            base = leaf.measured.type.base
            value = value_text(self._streams.value(leaf.measured.stream, self.key, month), leaf.measured.type)
        holds_ = None if isinstance(answer, Unsure) else answer
        return Because(condition=leaf.text, holds=holds_, value=value, base=base)

    def _in_the_way(self, rule: int, month: Month, decision: Decision | None) -> Iterator[Because]:
        """What stopped a claim whose condition holds: another clause, no place, the frequency, a limit."""
        group = next(
            (g for g in self.program.groups.values() if self.clause.name in {m.clause for m in g.members}), None
        )
        if decision is not None and decision.refused == "limit":
            yield self._statement(self.program.limits[self.clause.name])
        elif decision is not None and decision.refused == "exclusive" and group is not None:
            yield self._statement(group)
        else:
            yield from self._used_up(rule, month)
            if group is not None and group.take == "highest":
                yield self._statement(group)

    def _statement(self, declared: model.Declared) -> Because:
        return Because(condition=" ".join(declared.span.text.split()), holds=False)

    def _used_up(self, index: int, month: Month) -> Iterator[Because]:
        """The limits of the rule."""
        zh = self.program.language == "zh"
        before, in_year = self._before(month)
        rule = self.clause.rules[index]
        lowered: ir.Alternative = self._streams.program.clauses[self.clause.name].alternatives[index]
        if rule.months is not None and lowered.months is not None:
            limit = self._streams.value(lowered.months, self.key, month)
            if compare("≥", len(before), limit) is True:
                words = "最长 {}" if zh else "for at most {}"
                yield Because(condition=words.format(rule.months.span.text), holds=False, value=str(len(before)))
        for expr, limit_in, paid, words in (
            (rule.per_year, lowered.per_year, in_year, "每年不超过 {}" if zh else "at most {} per year"),
            (rule.in_all, lowered.in_all, before, "累计不超过 {}" if zh else "at most {}"),
        ):
            if expr is not None and limit_in is not None:
                total = sum(p.amount for p in paid)
                if compare("≥", total, self._streams.value(limit_in, self.key, month)) is True:
                    yield Because(condition=words.format(expr.span.text), holds=False, value=f"{yuan(total)} yuan")

    def _paid_before(self, rule: model.Rule, month: Month) -> Iterator[Because]:
        """What is paid once has been paid."""
        zh = self.program.language == "zh"
        before, in_year = self._before(month)
        if rule.frequency == "once" and before:
            yield Because(condition="一次性" if zh else "once", holds=False, value=_paid_in(before[0]))
        if rule.frequency == "once per year" and in_year:
            yield Because(condition="每年一次" if zh else "once per year", holds=False, value=_paid_in(in_year[0]))

    def _before(self, month: Month) -> tuple[list[Payment], list[Payment]]:
        """The payments of earlier months, and those of them in the same year."""
        before = [p for p in self.payments if p.month < month]
        return before, [p for p in before if year_of(p.month) == year_of(month)]

    # ------------------------------------------------------------ what would change it
    def _change(self, at: Month) -> tuple[Changes, bool]:
        """The smallest change of the row's own facts with which the clause would pay it; whether the search for it was
        given up."""
        streams = self._streams
        values = streams.parameters.values()
        first = min(start_month(self.compiled, streams.facts, values=values), self.program.first)
        start = min(start_month(streams.program, streams.facts, self.read, values), first) - 1
        ground = Ground(
            program=streams.program,
            expressions=self.expressions,
            entity=self.program.entities[self.clause.entity],
            key=self.key,
            facts=streams.facts,
            parameters=streams.parameters,
            read=self.read,
            start=start,
            first=first,
            last=self.last,
        )

        concerned = Concerned(streams.program, streams.facts, frozenset((self.clause.name,)), self.key)
        pays = Outcomes(ground, concerned, self.clause.name).pays
        found = Search(ground, self.mender, self.clause, self.program.first, at, pays).run()
        return () if found.setting is None else changes_of(found.setting, ground.entity), found.gave_up


def _paid_in(payment: Payment) -> str:
    return f"paid in {month_text(payment.month)}"
