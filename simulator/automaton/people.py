"""What is fixed about a row from its arrival, and what changes by chance, as the scenario assumes it.

In: a plan and an attribute. Out: a `Factor` (finitely many values with weights that may depend on unknowns), or a
`Chain` (in and out by monthly chances), or a `Follow` (a chain's flag, later and for some). What has no finitely many
values is refused with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import accumulate, repeat
from math import comb

import numpy as np
from attrs import frozen

from compiler import ir
from lang import model, typed
from lang.diagnostics import Diagnostic, Text
from lang.source import Span
from lang.types import COUNT, NONE, SHARE, UNKNOWN, Given
from simulator.chance.scenario_values import bad_value, evaluate, number, probability
from simulator.people.arrivals import Draws
from simulator.people.attributes import Making, constant, rounded
from simulator.plan import Floats, Ints, Plan

Fact = tuple[str, str]  # entity, attribute
_MOST_TRIES = 60  # of a binomial number whose values are counted one by one


class NotFinite(Exception):
    """Why clauses that read something cannot be followed by counting people."""

    def __init__(self, span: Span, en: str, zh: str) -> None:
        self.span, self.reason = span, Text(en, zh)
        super().__init__(en)


@frozen(kw_only=True)
class Factor:
    """`values` are what a column holds; `none` marks those that are an absence (empty: none is). `offsets`: the values
    are months after the arrival, of which the date is the first day (or the month itself). `weights` has one expression
    a value; None: the rest of 100% (or, all None, each alike)."""

    name: str  # for keys of random words
    fact: Fact
    values: tuple[int, ...]
    weights: tuple[typed.Expr | None, ...]
    none: tuple[bool, ...] = ()
    offsets: bool = False
    span: Span

    def chances(self, unknowns: Mapping[str, Floats], draws: int) -> Floats:
        """Shape (values, draws); sums to 1."""
        if all(weight is None for weight in self.weights):
            return np.full((len(self.values), draws), 1 / len(self.values))
        given = [None if w is None else np.broadcast_to(evaluate(w, unknowns), (draws,)) for w in self.weights]
        rest = 1 - np.sum([g for g in given if g is not None], axis=0)
        chances = np.array([rest if g is None else g for g in given], np.float64)
        if (chances < -1e-9).any() or np.any(np.abs(chances.sum(axis=0) - 1) > 1e-9):
            raise bad_value(
                self.span,
                "the weights are not shares that sum to 100% in some draw",
                "在某次抽样中各权重之和不为 100%",
            )
        return np.maximum(chances, 0)


@frozen(kw_only=True)
class Chain:
    """Starts on arrival; `ends`, `returns`: chances a month, None never."""

    fact: Fact
    ends: typed.Expr | None
    returns: typed.Expr | None

    def rates(self, unknowns: Mapping[str, Floats], draws: int) -> tuple[Floats, Floats]:
        """Chances to leave and to return, by draw."""
        found = [
            np.zeros(draws) if e is None else np.broadcast_to(probability(e, unknowns), (draws,))
            for e in (self.ends, self.returns)
        ]
        return found[0], found[1]


@frozen(kw_only=True)
class Follow:
    """Yes when the leader's run is above `after`, for those whose `coin` says so (None: for all)."""

    fact: Fact
    leader: Fact
    after: int
    coin: Factor | None


def describe(plan: Plan, fact: Fact) -> Factor | Chain | Follow:
    """What the scenario assumes of an attribute of a populated entity."""
    entity, name = fact
    attribute = plan.program.attributes[fact]
    population = plan.scenario.populations[entity]
    assumption = population.assumptions.get(name)
    match assumption:
        case model.Spells(ends=ends, returns=returns):
            return Chain(fact=fact, ends=_possible(ends), returns=_possible(returns))
        case model.Follows(leader=leader, after=after, chance=chance):
            coin = None
            if chance is not None:
                coin = _coin(f"follows:{name}", fact, chance, assumption.span)
            return Follow(fact=fact, leader=(entity, leader), after=after, coin=coin)
        case model.Drawn():
            return _drawn(plan, attribute, assumption)
        case model.Fixed(value=None):
            return Factor(
                name=f"draw:{name}",
                fact=fact,
                values=tuple(range(assumption.low, assumption.high + 1)),
                weights=(None,) * (assumption.high - assumption.low + 1),
                offsets=True,
                span=assumption.span,
            )
        case model.Fixed(value=value) if value is UNKNOWN:
            raise NotFinite(assumption.span, f"`{name}` is unknown in the scenario", f"“{name}”在情景中未知")
        case model.Fixed(value=value) if value is NONE:
            return _certain(fact, 0 if attribute.type.base != "link" else -1, assumption.span, none=True)
        case model.Fixed(value=value) if value is not None:
            return _certain(fact, _code(plan, attribute, value, assumption.span), assumption.span)
    if attribute.default is not None:
        return _certain(fact, _code(plan, attribute, attribute.default, population.span), population.span)
    return _certain(fact, -1, population.span, none=True)  # a link that no line of arrival sets


def existence(entity: str, line: int, arrive: model.Arrive) -> Factor:
    """Whether a row arrives for another, by the line's chance."""
    name = f"arrival chance {line}"
    fact = (entity, f"(arrives by line {line})")
    if arrive.chance is None:
        return _certain(fact, 1, arrive.span)
    return _coin(name, fact, arrive.chance, arrive.span)


def _possible(chance: typed.Expr | None) -> typed.Expr | None:
    """None for a chance that is 0 whatever happens."""
    if isinstance(chance, typed.Constant) and chance.value == 0:
        return None
    return chance


def _coin(name: str, fact: Fact, chance: typed.Expr, span: Span) -> Factor:
    if isinstance(chance, typed.Constant) and chance.value in (0, 1):
        return _certain(fact, int(chance.value), span)  # type: ignore[arg-type]
    return Factor(name=name, fact=fact, values=(1, 0), weights=(chance, None), span=span)


def _certain(fact: Fact, value: int, span: Span, *, none: bool = False) -> Factor:
    return Factor(name=f"draw:{fact[1]}", fact=fact, values=(value,), weights=(None,), none=(none,), span=span)


def _drawn(plan: Plan, attribute: ir.Attribute, assumption: model.Drawn) -> Factor:
    fact = (attribute.entity, attribute.name)
    distribution = assumption.distribution
    match distribution.family:
        case "choice":
            absent = -1 if attribute.type.base in ("link", "kind") else 0
            given: Sequence[Given] = list[Given](distribution.values)
            codes = [absent if v is NONE else _code(plan, attribute, v, assumption.span) for v in given]
            return Factor(
                name=f"draw:{attribute.name}",
                fact=fact,
                values=tuple(codes),
                weights=distribution.weights,
                none=tuple(v is NONE for v in given),
                span=assumption.span,
            )
        case "chance":
            (chance,) = distribution.arguments.values()
            return _coin(f"draw:{attribute.name}", fact, chance, assumption.span)
        case "any":
            return _any(plan, fact, distribution, assumption.span)
        case "fixed":
            (value,) = distribution.arguments.values()
            if not isinstance(value, typed.Constant):
                raise NotFinite(
                    assumption.span,
                    f"`{attribute.name}` may be another value in each draw",
                    f"“{attribute.label or attribute.name}”每次抽样取值可不同",
                )
            return _certain(fact, _nearest(attribute, [number(value.value)])[0], assumption.span)
        case "binomial":
            n, p = distribution.arguments["n"], distribution.arguments["p"]
            if isinstance(n, typed.Constant) and number(n.value) in range(_MOST_TRIES + 1):
                tries = int(number(n.value))
                return Factor(
                    name=f"draw:{attribute.name}",
                    fact=fact,
                    values=_nearest(attribute, range(tries + 1)),
                    weights=_binomial(tries, p),
                    span=assumption.span,
                )
    raise NotFinite(
        assumption.span,
        f"`{attribute.name}` is drawn from `{distribution.family}`, which has too many values to count people by",
        f"“{attribute.label or attribute.name}”取自连续或取值过多的分布，无法按类计数",
    )


def _nearest(attribute: ir.Attribute, values: Iterable[float]) -> tuple[int, ...]:
    """Numbers as the attribute's column holds them."""
    column = rounded(attribute, np.array(list(values), np.float64))
    return tuple(np.asarray(column.data).tolist())


def _binomial(tries: int, p: typed.Expr) -> tuple[typed.Expr, ...]:
    """The chance of each number of successes, as expressions of the unknowns that `p` reads."""
    one: typed.Expr = typed.Constant(Fraction(1), SHARE, span=p.span)
    q = typed.Arithmetic("-", one, p, SHARE, span=p.span)

    def powers(base: typed.Expr) -> list[typed.Expr]:
        return list(accumulate(repeat(base, tries), lambda a, b: typed.Arithmetic("×", a, b, SHARE), initial=one))

    good, bad = powers(p), powers(q)
    return tuple(
        typed.Arithmetic(
            "×", typed.Constant(comb(tries, k), COUNT), typed.Arithmetic("×", good[k], bad[tries - k], SHARE), SHARE
        )
        for k in range(tries + 1)
    )


def _any(plan: Plan, fact: Fact, distribution: model.Distribution, span: Span) -> Factor:
    """A link to any row: known for certain where a row of that entity is certain to have arrived first."""
    other = plan.scenario.populations.get(distribution.entity or "")
    if other is None:
        return _certain(fact, -1, span, none=True)
    own = plan.scenario.populations[fact[0]]
    first = min((earliest(plan, line, own.entity) for line in own.arrivals), default=plan.scenario.first)
    for line in other.arrivals:
        number = line.number
        certain = line.per is None and line.chance is None and number.family == "fixed"
        (amount,) = number.arguments.values() if number.family == "fixed" else (None,)
        if certain and isinstance(amount, typed.Constant) and amount.value not in (0, Fraction(0)):
            began = plan.scenario.first if line.first is None else line.first
            if began <= first:
                return _certain(fact, 0, span)
    raise NotFinite(
        span,
        f"`{fact[1]}` is any {distribution.entity} that has arrived, and in some draw there may be none yet",
        f"“{fact[1]}”取自任一已有的{distribution.entity}，而某次抽样中可能尚无",
    )


def earliest(plan: Plan, line: model.Arrive, entity: str) -> int:
    """The first month in which a line can bring somebody."""
    first = plan.scenario.first if line.first is None else line.first
    if line.per is None or line.first is not None:
        return first + (line.after if line.per is not None else 0)
    parents = plan.scenario.populations.get(line.per)
    if parents is None or entity == line.per:
        return plan.scenario.last + 1
    return min((earliest(plan, p, line.per) for p in parents.arrivals), default=plan.scenario.last + 1) + line.after


def _code(plan: Plan, attribute: ir.Attribute, value: object, span: Span) -> int:
    column = constant(making(plan), attribute, value, span)  # type: ignore[arg-type]
    assert not isinstance(column.data, np.ndarray)
    return int(column.data)


def making(plan: Plan) -> Making:
    """What codes values; it draws nothing."""
    codes = {name: {m.name: i for i, m in enumerate(kind.members)} for name, kind in plan.policy.kinds.items()}
    nobody: Ints = np.zeros(0, np.int64)
    return Making(tables={}, draws=Draws(numbers=nobody, unknowns={}, seed=0), codes=codes)


def fault(clause: ir.Clause, reason: Text, at: Span | None = None, engine: str = "cohort") -> Diagnostic:
    """Why a clause cannot run in an engine that follows its automaton."""
    return Diagnostic(
        "HC605",
        clause.origin if at is None else at,
        Text(
            f"the engine `{engine}` cannot run the clause `{clause.name}`: {reason.en}",
            f"{_ENGINES_ZH[engine]} {engine} 不能模拟条款“{clause.label or clause.name}”：{reason.zh}",
        ),
        help=Text(
            "take `--engine person` (or `auto`), or leave the clause out with `--clauses`",
            "请改用 --engine person（或 auto），或用 --clauses 排除该条款",
        ),
    )


_ENGINES_ZH = {"cohort": "分组引擎", "exact": "精确引擎"}
