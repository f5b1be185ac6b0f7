"""Somebody who comes near to a limit that takes nothing from him: how near, replayed with the limit and without it.

In: a policy, a clause, and one limit of one of its rules. Out: a `Near`: the person and what he reaches. Both versions
of the clause, in its group and with its places, are replayed: they pay the same. That nobody comes nearer is the
finder's word, not the example's; what is found here may be less than somebody else could reach.

Who is tried: people made for the rule's conditions (somebody.py), or whom a finder gives; the one who reaches most is
then changed fact by fact as long as he reaches more (the candidates of compiler/difference/candidates.py and the ends
of each fact's range), a fixed number of times.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Literal

from attrs import define, evolve, field, frozen

from compiler import ir
from compiler.difference.answers import Answer, answer_of
from compiler.difference.asking import Values, World, facts_of, only, restricted
from compiler.difference.candidates import Constants, candidates
from compiler.difference.search import open_parameters
from compiler.facts import Facts, History, Span
from compiler.interpreter.streams import Streams
from compiler.ledger import Ledger, Payment
from compiler.memory import start_month
from compiler.parameters import settled
from compiler.pipeline import compile_program
from compiler.proofs.fast.wording import shown, words
from compiler.proofs.finding import Policy
from compiler.proofs.minimal import minimal
from compiler.proofs.reasoning.ranges import Number, Ranges
from compiler.proofs.reasoning.rules import read
from compiler.proofs.reasoning.somebody import SMALLER, holding, proposed, replayed, somebody, wanted_of
from compiler.proofs.witness import Witness, witness
from lang import model, typed
from lang.dates import Month, year_of
from lang.diagnostics import Text
from lang.source import Span as Place
from lang.types import UNKNOWN, Given, Value

CHANGED = 120  # changes of one fact that are tried
POOL = 12  # ordinary values of one fact

Which = Literal["per year", "in all", "months", "minimum", "maximum"]
One = tuple[Facts, Mapping[str, Value], str]  # facts, parameters that are set, the row's key


@frozen(kw_only=True)
class Limit:
    """`which` of the limits of rule number `rule` (a `minimum` is `A up to B`, a `maximum` `A at least B`). `free`: the
    rule without it; `goal`: what nobody exceeds, where that is known. What is reached is in fen, of `months` a number:
    what the row was paid when the rule paid it, of an amount the amount before rounding and limits."""

    clause: model.Clause
    rule: int
    which: Which
    span: Place
    free: model.Rule
    goal: Number | None = None

    @property
    def conditions(self) -> list[typed.Expr]:
        """Where all of them hold, the rule does."""
        return [one for one in (self.clause.where, self.clause.rules[self.rule].condition) if one is not None]

    def counted(self, payments: Sequence[Payment]) -> list[Number]:
        """What counts towards the limit each time that the rule pays."""
        mine = sorted(payments, key=lambda p: p.month)
        return [self._so_far(mine[: at + 1]) for at, payment in enumerate(mine) if payment.rule == self.rule]

    def _so_far(self, payments: Sequence[Payment]) -> Number:
        """Towards the limit, up to and with the last of these."""
        now = payments[-1]
        if self.which == "months":
            return sum(self.clause.rules[one.rule].frequency == "per month" for one in payments)
        within = payments if self.which == "in all" else [p for p in payments if year_of(p.month) == year_of(now.month)]
        return sum(one.amount for one in within)

    def better(self, one: Number | None, other: Number | None) -> bool:
        """Whether `one` is nearer than `other`."""
        if one is None or other is None:
            return one is not None and other is None
        return one < other if self.which == "maximum" else one > other

    def nearest(self, found: Iterable[Number]) -> Number | None:
        return min(found, default=None) if self.which == "maximum" else max(found, default=None)

    def text(self, reached: Number) -> Text:
        """What is reached, in words."""
        if self.which == "months":
            return Text(f"{reached} month{'' if reached == 1 else 's'}", f"{reached}个月")
        amount = shown(reached, "money")
        return Text(f"{amount} yuan", f"{amount}元")


@frozen
class Near:
    """`reached` by the one who is shown."""

    limit: Limit
    witness: Witness
    reached: Number


@define(eq=False)
class Approach:
    """Asks how near people come to a limit. `strict`: all that the clause gives is known. `asked` counts replays."""

    policy: Policy
    limit: Limit
    strict: bool = True
    asked: int = 0
    _parts: tuple[Policy, Policy] | None = field(init=False)

    def __attrs_post_init__(self) -> None:
        small, without = only(self.policy.ir, self.limit.clause.name), self._without()
        self._parts = None
        if small is not None and without is not None:
            self._parts = Policy(self.policy.model, small), without

    def _without(self) -> Policy | None:
        """The policy with the rule without its limit; groups and places stay."""
        of, program = self.limit.clause, self.policy.model
        rules = tuple(self.limit.free if number == self.limit.rule else one for number, one in enumerate(of.rules))
        clauses = {**program.clauses, of.name: evolve(of, rules=rules)}
        changed = evolve(program, clauses=clauses, targets={}, properties={}, cases=(), scenarios={})
        compiled, _ = compile_program(changed)
        part = None if compiled is None else only(compiled, of.name)
        return None if part is None else Policy(changed, part)

    def reached(self, one: One) -> Number | None:
        """None where the rule pays nothing, the limit takes something, or something is not known."""
        if self._parts is None:
            return None
        self.asked += 1
        here = self._answer(0, one)
        if not here.payments or not (here.decided or not self.strict):
            return None
        there = self._answer(1, one)
        if [(p.month, p.amount) for p in here.payments] != [(p.month, p.amount) for p in there.payments]:
            return None
        if here.missing != there.missing:
            return None
        if self.limit.which in ("minimum", "maximum"):
            return self.limit.nearest(self._amounts(one, [p.month for p in here.payments if p.rule == self.limit.rule]))
        return self.limit.nearest(self.limit.counted(here.payments))

    def _answer(self, version: int, one: One) -> Answer:
        assert self._parts is not None
        facts, sets, key = one
        return answer_of(replayed(self._parts[version], facts, sets), self.limit.clause.name, key)

    def _amounts(self, one: One, months: Iterable[Month]) -> Iterator[Number]:
        """Of the rule, before rounding and limits."""
        assert self._parts is not None
        program, (facts, sets, key) = self._parts[0].ir, one
        facts = restricted(facts, program)
        known = {name: value for name, value in sets.items() if name in program.parameters}
        streams = Streams(program, facts, settled(program, known), start_month(program, facts, values=known.values()))
        amount = program.clauses[self.limit.clause.name].alternatives[self.limit.rule].amount
        for month in months:
            value = streams.value(amount, key, month)
            if isinstance(value, Fraction | int):
                yield value

    def best(self, some: Iterable[One]) -> One | None:
        """Of these the one who comes nearest."""
        found: One | None = None
        most: Number | None = None
        for one in some:
            reached = self.reached(one)
            if self.limit.better(reached, most):
                found, most = one, reached
            if most is not None and most == self.limit.goal:
                break
        return found

    def climbed(self, one: One) -> One:
        """The same with other facts, one changed at a time, as long as that brings him nearer."""
        facts, sets, key = one
        most, last = self.reached(one), self.asked + CHANGED
        going = most is not None
        while going and most != self.limit.goal:
            going = False
            for other in self._changed(facts):
                if self.asked >= last:
                    return facts, sets, key
                reached = self.reached((other, sets, key))
                if self.limit.better(reached, most):
                    facts, most, going = other, reached, True
                    break
        return facts, sets, key

    def _changed(self, facts: Facts) -> Iterator[Facts]:
        """The facts with one of them changed: of all rows of its entity together."""
        world: World = {
            (entity, row.key): dict(row.values) for entity, rows in facts.tables.items() for row in rows.values()
        }
        program = self.policy.ir
        constants = Constants.of([program])
        kinds = {name: tuple(m.name for m in kind.members) for name, kind in self.policy.model.kinds.items()}
        for entity, name in wanted_of(self.policy.model, self.limit.clause):
            about = program.attributes.get((entity, name))
            rows = [at for at in world if at[0] == entity]
            if about is None or not rows or about.type.base == "link":
                continue
            pool = [
                *_extremes(about, program, constants),
                *candidates(about, constants, kinds.get(about.type.name or "", ()))[:POOL],
            ]
            for value in pool:
                if any(world[at].get(name) != value for at in rows):
                    yield facts_of({at: _with(v, name, value) if at in rows else v for at, v in world.items()})

    def near(self, one: One, title: Text | None = None) -> Near | None:
        """The person made small, who reaches as much still."""
        facts, sets, key = one
        of, limit = self.limit.clause, self.limit
        most = self.reached(one)
        if most is None:
            return None

        def as_near(tried: Facts, values: Mapping[str, Value]) -> bool:
            return not limit.better(most, self.reached((tried, values, key)))

        facts, kept = minimal(self.policy, facts, sets, (of.entity, key), as_near, SMALLER)
        reached = self.reached((facts, kept, key))
        if reached is None:
            return None
        amount, written = limit.text(reached), words(limit.span)
        name, said = of.name.replace("_", " "), of.label or of.name
        made = witness(
            [self.policy], facts, (of.entity, key), [of.name],
            lambda ledgers: any(p.rule == limit.rule for p in answer_of(ledgers[0], of.name, key).payments),
            title=Text(f"{name}: a limit never reached", f"{said}：达不到的上限"),
            remark=Text(
                f"{amount.en}; the limit `{written}` takes nothing away", f"{amount.zh}；上限“{written}”未起作用"
            ), sets=kept,
        )  # fmt: skip
        return None if made is None else Near(limit, made, reached)


def nearest(policy: Policy, limit: Limit) -> Near | None:
    """Of all who are tried; one of whom all is known if it can be. Where nobody was found whom the rule pays: one for
    whom it holds, who reaches nothing."""
    for strict in (True, False):
        approach = Approach(policy, limit, strict)
        one = looked_for(approach)
        near = None if one is None else approach.near(one)
        if near is not None:
            return near
    return _nothing(policy, limit)


def looked_for(approach: Approach) -> One | None:
    """Made for the rule's conditions, or drawn near their constants, and changed until he comes no nearer."""
    policy, limit = approach.policy, approach.limit
    part = only(policy.ir, limit.clause.name)
    if part is None:
        return None
    sets = open_parameters([part])
    reading = read(Ranges.of(policy.model), limit.conditions)
    left = [] if reading is None else [one for _, one in reading.standing]
    best = approach.best((facts, sets, key) for facts, key in proposed(policy, limit.clause, None, left))
    if best is None:  # rows near the constants are next
        condition = holding(policy, limit.clause, limit.conditions)
        best = approach.best((facts, sets, key) for facts, key in proposed(policy, limit.clause, condition, []))
    return None if best is None else approach.climbed(best)


def _nothing(policy: Policy, limit: Limit) -> Near | None:
    """Somebody for whom the rule holds, and whom it pays nothing."""
    if limit.which in ("minimum", "maximum"):
        return None
    name, said = limit.clause.name.replace("_", " "), limit.clause.label or limit.clause.name

    def unpaid(ledger: Ledger, months: Sequence[Month], key: str) -> Month | None:
        answer = answer_of(ledger, limit.clause.name, key)
        return months[0] if answer.decided and all(p.rule != limit.rule for p in answer.payments) else None

    found = somebody(
        policy, limit.clause, limit.conditions, unpaid, draw=False,
        title=Text(f"{name}: a limit never reached", f"{said}：达不到的上限"),
        remark=lambda at: Text(f"the rule holds in {at}, and pays nothing", f"{at}该规则成立，但不发放"),
    )  # fmt: skip
    return None if found is None else Near(limit, found, 0)


def _extremes(about: ir.Attribute, program: ir.Program, constants: Constants) -> Iterator[Given | History]:
    """For ever yes, also since a month that counts; the ends of its range: as much as there can be, and as little."""
    if about.type.base == "yes/no":
        starts = (program.first - 24, *constants.months) if about.monthly else ()
        yield from (History((Span(start, None, True),), False) for start in starts)
        if not about.monthly:
            yield True
    for end in (about.high, about.low):
        if end is not None:
            number: Given = int(end) if about.type.base == "count" else end
            yield History((Span(program.first - 24, None, number),), UNKNOWN) if about.monthly else number


def _with(values: Values, name: str, value: Given | History) -> Values:
    return {**values, name: value}
