"""The facts of one row, and of the rows that it links to, as variables; and from a model of the solver back to facts.

All facts are taken to be given. A monthly fact is one variable a month. Rows that a row links to are rows of their own;
rows that are counted are `alike`: one row, so many times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from math import ceil

import z3
from attrs import define, evolve, field, frozen

from compiler import ir
from compiler.backends.smt import days
from compiler.backends.smt.amounts import NotEncoded, Number, Ratio
from compiler.backends.smt.days import Day
from compiler.backends.smt.logic import Bit
from compiler.bounds import RANGES, SHARE_SCALE
from compiler.facts import Facts, History, Row, Span
from lang.dates import Duration, Month, last_day
from lang.diagnostics import Text
from lang.types import NONE, UNKNOWN, Given, Type, Value

MOST_ALIKE = 500  # rows that are counted

Kinds = Mapping[str, tuple[str, ...]]  # the members of each kind


@frozen(eq=False)
class Choice:
    """A kind's value: at most one of `members` holds; where none does, there is no value."""

    members: Mapping[str, Bit]


@define(eq=False)
class Person:
    """A row. `links`: by attribute, the rows that it leads to. `number`: of rows that are alike, how many there are."""

    entity: str
    name: str
    links: dict[str, Person] = field(factory=dict)
    number: z3.ArithRef | None = None


@frozen(eq=False)
class Term:
    """The value of a stream in a month; `none`: whether there is none. (A yes/no that is none is no.)"""

    value: Bit | Number | Day | Choice | Person
    none: Bit = False


@define(eq=False)
class Variable:
    """One fact of one row: the terms by month (None: it is constant)."""

    person: Person
    about: ir.Attribute
    terms: dict[Month | None, Term] = field(factory=dict)


@define(eq=False)
class World:
    """`rules`: what makes the variables facts. `base`: another world, whose facts these are too but for `varied`:
    (entity, attribute). `steady`: monthly numbers stay as they are, which is enough for many an example."""

    kinds: Kinds
    ctx: z3.Context
    base: World | None = None
    varied: frozenset[tuple[str, str]] = frozenset()
    steady: bool = False
    names: dict[int, tuple[z3.ArithRef, z3.ArithRef]] = field(factory=dict)
    rules: list[z3.BoolRef] = field(factory=list)
    people: list[Person] = field(factory=list)
    variables: dict[tuple[Person, str], Variable] = field(factory=dict)
    parameters: dict[str, tuple[ir.ParameterValues, Term]] = field(factory=dict)
    reversed_links: dict[tuple[Person, str, str], Person] = field(factory=dict)

    # ------------------------------------------------------------ rows
    def person(self, entity: str) -> Person:
        if self.base is not None:
            return self.base.person(entity)
        number = sum(one.entity == entity for one in self.people) + 1
        made = Person(entity, f"{entity[0]}{number}")
        self.people.append(made)
        return made

    def alike(self, owner: Person, entity: str, via: str) -> Person:
        """The rows of `entity` whose link `via` leads to `owner`, all alike."""
        if self.base is not None:
            return self.base.alike(owner, entity, via)
        key = (owner, entity, via)
        if key not in self.reversed_links:
            made = self.person(entity)
            made.number = z3.Int(f"{made.name}.number", self.ctx)
            made.links[via] = owner
            self.rules += [made.number >= 0, made.number <= MOST_ALIKE]
            self.reversed_links[key] = made
        return self.reversed_links[key]

    # ------------------------------------------------------------ facts
    def fact(self, person: Person, about: ir.Attribute, month: Month) -> Term:
        if self.base is not None and (about.entity, about.name) not in self.varied:
            return self.base.fact(person, about, month)
        variable = self.variables.setdefault((person, about.name), Variable(person, about))
        changes = about.monthly and about.type.base != "link" and (not self.steady or about.type.base == "yes/no")
        at = month if changes else None
        if at not in variable.terms:
            prefix = "" if self.base is None else "'"
            variable.terms[at] = self._made(f"{prefix}{person.name}.{about.name}.{at}", person, about)
        return variable.terms[at]

    def parameter(self, about: ir.ParameterValues) -> Term:
        """Of one that the policy gives no value: any of its type."""
        if self.base is not None:
            return self.base.parameter(about)
        if about.name not in self.parameters:
            low, high = RANGES.get(about.type.base, (0, 10**9))
            term = self._value(f"parameter {about.name}", about.type, Fraction(low), Fraction(high))
            self.parameters[about.name] = about, Term(term)
        return self.parameters[about.name][1]

    def _made(self, name: str, person: Person, about: ir.Attribute) -> Term:
        none: Bit = z3.Bool(f"{name}.none", self.ctx)
        match about.type.base:
            case "yes/no":
                return Term(z3.Bool(name, self.ctx))
            case "link":
                target = person.links.get(about.name)
                if target is not None:
                    return Term(target)
                target = person.links[about.name] = self.person(about.type.name or "")
                return Term(target, none)
            case "kind" | "text" | "identity":
                choice = self._value(name, about.type, None, None)
                assert isinstance(choice, Choice)
                return Term(choice, z3.Not(z3.Or(*choice.members.values())))
            case _:
                return Term(self._value(name, about.type, about.low, about.high), none)

    def _value(
        self, name: str, type_: Type, low: Fraction | None, high: Fraction | None
    ) -> Bit | Number | Day | Choice:
        match type_.base:
            case "yes/no":
                return z3.Bool(name, self.ctx)
            case "kind" | "text" | "identity":
                members = self.kinds.get(type_.name or "", ()) if type_.base == "kind" else ("x",)
                bits: dict[str, Bit] = {m: z3.Bool(f"{name}={m}", self.ctx) for m in members}
                if len(bits) > 1:
                    self.rules.append(z3.AtMost(*bits.values(), 1))
                return Choice(bits)
            case "date":
                day, rules = days.variable(name, self.ctx)
                self.rules += rules
                return day
            case "month":
                at = z3.Int(name, self.ctx)
                self.rules += [at >= days.FIRST, at <= days.LAST]
                return Ratio(at, 1, Fraction(days.FIRST), Fraction(days.LAST))
            case "count" | "number" | "share" | "money" | "rate" | "duration":
                den = SHARE_SCALE if type_.base == "share" else 1
                least, most = RANGES.get(type_.base, (0, 10**9))
                whole = z3.Int(name, self.ctx)
                bounds = (Fraction(least) if low is None else low, Fraction(most) if high is None else high)
                self.rules += [whole >= int(bounds[0] * den), whole <= int(bounds[1] * den)]
                return Ratio(whole, den, *bounds)
        raise NotEncoded(Text(f"a fact of type {type_}", f"类型为 {type_} 的栏目"))

    def named(self, number: Number) -> Number:
        """The same number under a name of its own: sums over many months would else be terms of many months' depth."""
        if not isinstance(number, Ratio) or isinstance(number.whole, int) or z3.is_const(number.whole):
            return number
        root = self.base or self
        known = root.names.get(number.whole.get_id())
        if known is not None:
            return evolve(number, whole=known[1])
        whole = z3.Int(f"sum {len(root.names)}", self.ctx)
        root.names[number.whole.get_id()] = number.whole, whole
        self.rules.append(whole == number.whole)
        for end, sign in ((number.low, 1), (number.high, -1)):
            if end is not None:
                self.rules.append(sign * whole >= ceil(sign * end * number.den))
        return evolve(number, whole=whole)

    def simple(self) -> tuple[list[Bit], list[Bit]]:
        """That every monthly yes/no is yes; that every number is its default, else its least: where a question is too
        hard, it is often answered among such rows."""
        yes: list[Bit] = []
        least: list[Bit] = []
        for variable in (*self.variables.values(), *(() if self.base is None else self.base.variables.values())):
            for month, term in variable.terms.items():
                if isinstance(term.value, Ratio):
                    default = variable.about.default
                    at = default if isinstance(default, int | Fraction) else term.value.low or 0
                    least.append(term.value.whole == int(at * term.value.den))
                elif month is not None and isinstance(term.value, z3.BoolRef):
                    yes.append(term.value)
        return yes, least

    def ordinary(self) -> list[Bit]:
        """That parameters which are set are not next to nothing, and dates not a century away: for examples that can be
        read."""
        root = self.base or self
        rates = [
            term.value.whole >= 100_000
            for about, term in root.parameters.values()
            if about.type.base in ("money", "rate") and isinstance(term.value, Ratio)
        ]
        dates = [
            z3.And(term.value.month >= days.RECENT, term.value.month <= days.SOON)
            for variable in root.variables.values()
            for term in variable.terms.values()
            if isinstance(term.value, Day)
        ]
        return [*rates, *dates]

    # ------------------------------------------------------------ back to facts
    def facts(self, model: z3.ModelRef) -> Facts:
        """What the solver found, as rows that every evaluator reads; people alike as so many rows."""
        return Facts(self._tables(model))

    def sets(self, model: z3.ModelRef) -> dict[str, Value]:
        root = self.base or self
        found: dict[str, Value] = {}
        for name, (about, term) in root.parameters.items():
            value = _given(model, term, about.type)
            if isinstance(value, Duration):
                value = Duration(value.count, about.unit)
            found[name] = value  # type: ignore[assignment]
        return found

    def _tables(self, model: z3.ModelRef) -> dict[str, list[Row]]:
        root = self.base or self
        tables: dict[str, list[Row]] = {}
        for person in root.people:
            values: dict[str, Given | History] = {}
            for attribute, target in person.links.items():
                values[attribute] = target.name
            for variable in self._variables(person):
                values[variable.about.name] = _decoded(model, variable)
            many = 1 if person.number is None else model.eval(person.number, model_completion=True).as_long()
            for number in range(many):
                key = person.name if person.number is None else f"{person.name}_{number + 1:03d}"
                tables.setdefault(person.entity, []).append(Row(key, values))
        return tables

    def _variables(self, person: Person) -> Iterator[Variable]:
        """Those of the world that this one is based on first; its own replace them."""
        if self.base is not None:
            yield from self.base._variables(person)
        yield from (variable for (of, _), variable in self.variables.items() if of is person)


def _decoded(model: z3.ModelRef, variable: Variable) -> Given | History:
    type_ = variable.about.type
    if None in variable.terms:
        return _given(model, variable.terms[None], type_)
    months = sorted(month for month in variable.terms if month is not None)
    spans: list[Span] = []
    for month in months:
        value = _given(model, variable.terms[month], type_)
        if spans and spans[-1].value == value and type(spans[-1].value) is type(value):
            spans[-1] = Span(spans[-1].first, month, value)
        else:
            if spans:
                spans[-1] = Span(spans[-1].first, month - 1, spans[-1].value)
            spans.append(Span(month, month, value))
    if type_.base == "yes/no":
        held = [span for span in spans if span.value is True]
        if held and held[-1].last == months[-1]:
            held[-1] = Span(held[-1].first, None, True)
        return History(tuple(held), False)
    if len(spans) == 1:
        return spans[0].value
    spans[-1] = Span(spans[-1].first, None, spans[-1].value)
    return History(tuple(spans), UNKNOWN)


def _given(model: z3.ModelRef, term: Term, type_: Type) -> Given:
    def number(whole: int | z3.ArithRef) -> int:
        return whole if isinstance(whole, int) else int(model.eval(whole, model_completion=True).as_long())

    def holds(bit: Bit) -> bool:
        return bit if isinstance(bit, bool) else z3.is_true(model.eval(bit, model_completion=True))

    if holds(term.none):
        return NONE
    match term.value:
        case Person():
            return term.value.name
        case Choice(members):
            return next((member for member, bit in members.items() if holds(bit)), NONE)
        case Day():
            at = number(term.value.month)
            return date(at // 12, at % 12 + 1, min(number(term.value.day), last_day(at).day))
        case Ratio(whole=whole, den=den):
            value = Fraction(number(whole), den)
            if type_.base in ("count", "month"):
                return int(value)
            return Duration(int(value)) if type_.base == "duration" else value
        case bool() | z3.BoolRef():
            return holds(term.value)
    raise NotEncoded(Text("a fact", "栏目"))
