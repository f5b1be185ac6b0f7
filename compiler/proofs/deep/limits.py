"""Limits that take nothing away, whatever the facts (HC407), proved; and who comes nearest to them.

A limit binds where without it more would be paid. Where that never is, somebody is shown who comes as near as he can:
first whom looking finds (reasoning/near_limit.py), then whom the solver finds who comes nearer, in halves of what is
left, each replayed before he counts. That nobody comes nearer than the one shown is said only where it is proved.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import floor

from attrs import define, evolve, field

from compiler.backends.smt import amounts
from compiler.backends.smt.amounts import NotEncoded, Number
from compiler.backends.smt.logic import Bit, both, some
from compiler.backends.smt.row import RowOf
from compiler.backends.smt.solver import Answer, Question, Verdict
from compiler.backends.smt.streams import Side
from compiler.difference.asking import restricted
from compiler.proofs.deep.asking import asked, chosen, not_put
from compiler.proofs.fast.wording import words
from compiler.proofs.finding import Finding, Found, NotProved, Policy, of_rule_unpaid
from compiler.proofs.reasoning.near_limit import Approach, Limit, Near, One, Which, looked_for, nearest
from compiler.proofs.reasoning.ranges import Ranges
from compiler.proofs.results import FEW_STEPS
from lang import model, typed
from lang.dates import Month, month, year_of
from lang.diagnostics import Text

ASKED = 40  # questions of who comes nearer
NEVER_PAYS = Text("nobody can be: the rule never pays", "无从演示：该规则从不发放")


def find(policies: tuple[Policy, ...]) -> Iterator[Found]:
    for policy in policies:
        for clause in policy.model.clauses.values():
            for number, rule in enumerate(clause.rules):
                yield from _rule(policy, clause, number, rule)


def _rule(policy: Policy, clause: model.Clause, number: int, rule: model.Rule) -> Iterator[Found]:
    limits: tuple[tuple[Which, typed.Expr | None, model.Rule], ...] = (
        ("per year", rule.per_year, evolve(rule, per_year=None)),
        ("in all", rule.in_all, evolve(rule, in_all=None)),
        ("months", rule.months, evolve(rule, months=None)),
    )
    for which, limit, free in limits:
        if limit is not None:
            at = Ranges.of(policy.model).constant(limit)
            yield from _limit(
                policy, Limit(clause=clause, rule=number, which=which, span=limit.span, free=free, goal=at)
            )  # fmt: skip


def _limit(policy: Policy, limit: Limit) -> Iterator[Found]:
    clause, rule = limit.clause, limit.rule
    cause = ("limit", policy.name, clause.name, rule, limit.which)
    try:
        desk = _Desk(policy, limit)
        verdict = desk.binds()
        if verdict == "yes":
            return
        if verdict == "unknown":
            asked_ = Text("that the limit can be reached", "该上限能否达到")
            yield NotProved(span=limit.span, question=asked_, reason=FEW_STEPS, clauses=(clause.name,), cause=cause)
            return
        near, proved = _nearest(desk)
    except NotEncoded as unsaid:
        yield not_put(policy, clause, unsaid)
        return
    yield Finding(
        code="HC407", span=limit.span, clauses=(clause.name,), cause=cause, message=_message(limit, near, proved),
        witness=None if near is None else near.witness, nobody=NEVER_PAYS if proved else None,
        follows=of_rule_unpaid(policy.name, clause.name, rule),
    )  # fmt: skip


def _message(limit: Limit, near: Near | None, proved: bool) -> Text:
    written = words(limit.span)
    never = Text(
        f"the limit `{written}` is never reached within the months of the policy, whatever the facts",
        f"政策期间内不论台账如何，都达不到上限“{written}”",
    )
    if near is None or near.reached == 0:
        why = Text("; its rule never pays", "；该规则从不发放") if proved else Text("", "")
        return Text(f"{never.en}{why.en}", f"{never.zh}{why.zh}")
    reached = limit.text(near.reached)
    if near.reached == limit.goal:
        return Text(
            f"the limit `{written}` takes nothing away within the months of the policy, whatever the facts: the person "
            f"shown reaches just {reached.en}",
            f"政策期间内不论台账如何，上限“{written}”都不起作用：示例对象恰好达到{reached.zh}",
        )
    if proved:
        return Text(
            f"{never.en}: the person shown reaches {reached.en}, and nobody more",
            f"{never.zh}：示例对象达到{reached.zh}，无人更多",
        )
    return Text(
        f"{never.en}; the person shown reaches {reached.en} (whether anybody comes nearer is not proved)",
        f"{never.zh}；示例对象达到{reached.zh}（是否有人更接近，未能证明）",
    )


# ---------------------------------------------------------------- who comes nearest
def _nearest(desk: _Desk) -> tuple[Near | None, bool]:
    """Also whether it is proved that nobody comes nearer."""
    approach = Approach(desk.policy, desk.limit)
    one, proved = _climbed(desk, approach, looked_for(approach))
    if not proved and desk.row.streams.free:  # what was left open may have been taken for what no row is
        under = _Desk(desk.policy, desk.limit, "under")
        one, _ = _climbed(under, approach, one)
        proved = desk.nearer(_more(approach, one)).verdict == "never"
    near = None if one is None else approach.near(one)
    if near is None:
        near = nearest(desk.policy, desk.limit)
    return near, proved and (near is None or one is None or near.reached == approach.reached(one))


def _more(approach: Approach, one: One | None) -> int:
    """A fen or a month more than somebody reaches."""
    reached = None if one is None else approach.reached(one)
    return floor(reached or 0) + 1


def _climbed(desk: _Desk, approach: Approach, one: One | None) -> tuple[One | None, bool]:
    """Somebody who comes nearer than `one`; and whether it is proved that nobody does. Asked is first whether there is
    anything more at all, then for all that there could be, then by halves."""
    proved, high = True, desk.highest()
    for number in range(ASKED):
        least = _more(approach, one)
        if high is not None and least > high:
            return one, proved
        step = least
        if number and high is not None:
            step = high if number == 1 else (least + high + 1) // 2
        answer = desk.nearer(step)
        if answer.verdict != "yes":
            proved, high = proved and answer.verdict == "never", step - 1
            continue
        found = desk.one(answer)
        reached = approach.reached(found)
        if reached is None or reached < step:
            return one, False
        one = found
    return one, False


@define(eq=False)
class _Desk:
    """The row of one side, and what is asked of its limit."""

    policy: Policy
    limit: Limit
    side: Side = "over"
    row: RowOf = field(init=False)
    question: Question = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.row, self.question = asked(self.policy, [self.limit.clause.name], self.side)

    def binds(self) -> Verdict:
        return self.question.ask(some(self._binds(month) for month in self.row.months)).verdict

    def _binds(self, at: Month) -> Bit:
        claim = self.row.clauses.claim(self.limit.clause.name, at)
        on = chosen(self.row, self.limit.clause.name, self.limit.rule, at)
        return both(on, claim.taken.get(self.limit.which, False))

    def nearer(self, least: int) -> Answer:
        """Whether somebody reaches so much when the rule pays."""
        enough = amounts.constant(least)
        return self.question.ask(
            some(both(self._paid(at), amounts.compare("≥", self._counted(at), enough)) for at in self.row.months)
        )

    def highest(self) -> int | None:
        """What the limit is, or the terms are sure to keep to."""
        highs = [amounts.ends(self._counted(at))[1] for at in self.row.months]
        known = [high for high in highs if high is not None]
        bounds = [max(known)] if len(known) == len(highs) else []
        if self.limit.goal is not None:
            bounds.append(Fraction(self.limit.goal))
        return floor(min(bounds)) if bounds else None

    def one(self, answer: Answer) -> One:
        world = self.row.streams.world
        facts, sets = restricted(world.facts(answer.model), self.policy.ir), world.sets(answer.model)
        return facts, sets, self.row.person.name

    def _paid(self, at: Month, rule: int | None = None) -> Bit:
        name = self.limit.clause.name
        pays = self.row.clauses.claim(name, at).pays
        return both(pays, chosen(self.row, name, self.limit.rule if rule is None else rule, at))

    def _counted(self, at: Month) -> Number:
        """As `Limit.counted`: towards the limit, up to and with the month."""
        name, clauses = self.limit.clause.name, self.row.clauses
        match self.limit.which:
            case "in all":
                return clauses.total(name, at)
            case "per year":
                return amounts.minus(clauses.total(name, at), clauses.total(name, month(year_of(at), 1) - 1))
        monthly = [n for n, rule in enumerate(self.limit.clause.rules) if rule.frequency == "per month"]
        paid = (some(self._paid(m, rule) for rule in monthly) for m in range(self.row.first, at + 1))
        return amounts.total(amounts.bit_number(bit) for bit in paid)
