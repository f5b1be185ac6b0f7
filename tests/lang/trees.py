"""Trees of policy files, made at random from a seed: every node of `lang.tree`, as deep as a few levels.

They are trees that some text parses to, not programs that check: names are mostly declared, types do not fit.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any, TypeVar

from lang.dates import Duration, month
from lang.tree import declarations as d
from lang.tree import syntax as s

T = TypeVar("T")

_NAMES = (
    "social_insurance", "employed", "hired_on", "origin", "wage", "phase_2", "filled_by", "identity_number", "x",
    "stable_job", "period", "base_level", "holder", "employer", "staff", "poverty_alleviated", "trainee_type",
    "count_of_days", "leave_rate", "claims_paid", "属于范围", "就业", "end_of_month", "target", "term",
)  # fmt: skip
_LABELS = (
    None, None, "社会保险", "就业", "入职日期", "来源地", "工资", "培训期", "标准", "累计", "三（一）", "持证人的标准",
    "people", "Social Insurance", "Ａ类", "基地 级别", "满3个月", "人员", "县区", "用人单位", "员工", "含“引号”的标题",
    "期间", "日期", "第2期", "其他",
)  # fmt: skip
_TEXTS = ("", "x", "三（一）", 'a "quoted" word', "说明：见「第三条」", "# no comment", "> 1", " two  spaces", "–")
_KEYS = ("p1", "张三", "a b", "7", "007", "from", "自", "第3人", "满3", "e_1", "none", "1.5")


class Trees:
    """Makes the nodes. `since` is for conditions: elsewhere the Chinese word is `from`."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    # ------------------------------------------------------------ small things
    def maybe(self, make: Callable[[], T], chance: float = 0.5) -> T | None:
        return make() if self.random.random() < chance else None

    def some(self, make: Callable[[], T], low: int, high: int) -> tuple[T, ...]:
        return tuple(make() for _ in range(self.random.randint(low, high)))

    def flag(self, chance: float = 0.5) -> bool:
        return self.random.random() < chance

    def name(self) -> s.Name:
        return s.Name(self.random.choice(_NAMES))

    def declared(self) -> tuple[s.Name, str | None]:
        name, label = self.name(), self.random.choice(_LABELS)
        return name, label if name.text.isascii() or label is None or not label.isascii() else None

    def text(self) -> str:
        return self.random.choice(_TEXTS)

    def line(self) -> str:
        """A comment or quotation: spaces at its end are not kept."""
        return self.text().rstrip()

    def key(self) -> str:
        return self.random.choice(_KEYS)

    def day(self) -> date:
        return date(self.random.randint(999, 2030), self.random.randint(1, 12), self.random.randint(1, 28))

    def month(self) -> int:
        return month(self.random.randint(1990, 2030), self.random.randint(1, 12))

    def number(self) -> Decimal:
        return Decimal(self.random.choice(("0", "1", "3", "2021", "10000", "100000", "12.5", "0.125", "1234567")))

    def yuan(self) -> Decimal:
        choices = ("0", "1", "3000", "500.5", "0.01", "50000", "12000", "12345", "300000", "123456000", "100000000")
        return Decimal(self.random.choice(choices))

    def length(self) -> s.Length:
        match self.random.choice(("days", "months", "years")):
            case "days":
                return s.Length(Duration(self.random.randint(0, 400), "days"), "days")
            case "months":
                return s.Length(Duration(self.random.choice((0, 1, 3, 12, 600))), "months")
            case _:
                return s.Length(Duration(12 * self.random.choice((0, 1, 2, 1000))), "years")

    def cites(self) -> tuple[str, ...]:
        return self.some(self.text, 0, 2) if self.flag(0.3) else ()

    # ------------------------------------------------------------ what stands around
    def trivia(self) -> s.Trivia:
        if self.flag(0.6):
            return s.NO_TRIVIA
        comments, quotations = self.some(self.line, 0, 2), self.some(self.line, 0, 2)
        count = len(comments) + len(quotations)
        gaps = tuple(at for at in range(count + 1) if self.flag(0.3))
        return s.Trivia(comments, quotations, self.maybe(self.line, 0.3), self.some(self.note, 0, 2), gaps)

    def note(self) -> s.Note:
        if self.flag(0.7):
            return s.Note(self.text())
        return s.Note(self.text(), self.some(self.line, 0, 1), self.some(self.line, 0, 1), self.maybe(self.line))

    # ------------------------------------------------------------ expressions
    def literal(self) -> s.Expr:
        return self.random.choice(
            (
                lambda: s.Number(self.number()),
                lambda: s.Money(self.yuan()),
                self.percent,
                self.length,
                lambda: s.Day(self.day()),
                lambda: s.CalendarMonth(self.month()),
                lambda: s.CalendarYear(self.random.randint(1, 2100)),
                lambda: s.YesNo(self.flag()),
                lambda: s.String(self.text()),
            )
        )()

    def percent(self) -> s.Percent:
        return s.Percent(self.number())

    def weight(self) -> s.Expr:
        return self.percent() if self.flag(0.7) else self.expr(2)

    def ref(self) -> s.Ref:
        return s.Ref(self.name())

    def path(self) -> s.Expr:
        at: s.Expr = self.ref()
        for _ in range(self.random.choice((0, 0, 1, 2))):
            at = s.Attribute(at, self.name())
        return at

    def expr(self, depth: int = 3, since: bool = False) -> s.Expr:
        if depth <= 0 or self.flag(0.2):
            return self.ref() if self.flag(0.7) else self.literal()

        def inner() -> s.Expr:
            return self.expr(depth - 1, since)

        prefixes = ["total", "ever", "previous", *(["since"] if since else [])]
        return self.random.choice(
            (
                self.path,
                lambda: s.Rate(inner(), self.random.choice(("month", "year"))),
                lambda: s.Attribute(inner(), self.name()),
                lambda: s.Lookup(self.name(), tuple(inner() for _ in range(self.random.randint(1, 2)))),
                lambda: self.call(inner),
                lambda: s.Not(inner()),
                lambda: s.Negate(inner()),
                lambda: s.Prefix(self.random.choice(prefixes), inner()),  # type: ignore[arg-type]
                lambda: s.TotalPaidBy(self.name()),
                lambda: s.Aggregate(
                    self.random.choice(("count", "sum", "share", "any")), self.path(), self.maybe(inner)
                ),
                lambda: s.All(tuple(inner() for _ in range(self.random.randint(2, 4)))),
                lambda: s.Either(tuple(inner() for _ in range(self.random.randint(2, 4)))),
                lambda: s.Binary(
                    self.random.choice(("+", "-", "×", "/", "up to", "at least")), inner(), inner()
                ),
                lambda: s.Compare(
                    self.random.choice(("=", "≠", "<", "≤", ">", "≥", "is", "is not")), inner(), inner(),
                    self.maybe(inner, 0.3),
                ),
                lambda: s.IsKnown(inner(), self.flag()),
                lambda: s.Within(self.maybe(inner), inner(), inner()),
                lambda: s.InSet(inner(), self.some(self.name, 1, 3)),
                lambda: self.in_time(inner),
                lambda: s.If(inner(), inner(), inner()),
            )
        )()  # fmt: skip

    def call(self, inner: Callable[[], s.Expr]) -> s.Call:
        function = s.Name(self.random.choice(("gamma", "poisson", "exp", "min", "empirical", "x")))
        names = (None, s.Name("shape"), s.Name("mean"), s.Name("n"), s.Name("x"))
        arguments = tuple(s.Argument(self.random.choice(names), inner()) for _ in range(self.random.randint(0, 2)))
        return s.Call(function, arguments)

    def in_time(self, inner: Callable[[], s.Expr]) -> s.InTime:
        match self.random.choice(("plain", "last", "year", "month", "number", "alone")):
            case "plain":
                return s.InTime(inner(), self.random.choice(("this month", "this year", "last year")))
            case "last":
                return s.InTime(inner(), "last", None, self.length().duration)
            case "year":
                return s.InTime(inner(), "year", self.random.randint(1, 2100))
            case "month":
                return s.InTime(inner(), "month", self.month())
            case "number":
                return s.InTime(inner(), "month number", self.random.randint(1, 12))
            case _:
                return s.InTime(None, "month number", self.random.randint(1, 12))

    def condition(self) -> s.Expr:
        return self.expr(3, since=True)

    def value(self) -> s.Expr:
        return self.expr(2)

    def bounds(self) -> tuple[s.Expr, s.Expr]:
        """Of a range: a bare first number takes the unit of the second, so it never stands before one."""
        low, high = self.value(), self.value()
        if self.flag(0.6):
            make: Callable[[], s.Expr] = self.random.choice(
                (lambda: s.Money(self.yuan()), self.percent, self.length, lambda: s.Number(self.number()))
            )
            low, high = make(), make()
        unit = isinstance(high, s.Money | s.Percent | s.Length)
        return (self.ref() if isinstance(low, s.Number) and unit else low), high

    # ------------------------------------------------------------ the policy block and the vocabulary
    def policy(self) -> d.Policy:
        lines: list[d.PolicyLine] = [
            d.Document(self.text(), trivia=self.trivia()),
            d.DateLine("issued", self.day(), trivia=self.trivia()),
            d.DateLine("applies from", self.day(), trivia=self.trivia()),
            d.DateLine("claims until", self.day(), trivia=self.trivia()),
            d.InForce(self.day(), self.maybe(self.day), self.cites(), trivia=self.trivia()),
            self.paid_from(),
        ]
        made = tuple(self.random.sample(lines, self.random.randint(0, len(lines))))
        return d.Policy(*self.declared(), made, self.cites(), trivia=self.trivia())

    def paid_from(self) -> d.PaidFrom:
        funds = self.some(self.name, 1, 3)
        shares = tuple(self.percent() for _ in funds) if self.flag(0.4) else None
        return d.PaidFrom(funds, shares, trivia=self.trivia())

    def use(self) -> d.Use:
        return d.Use(self.random.choice(("labour_cooperation", "x")), trivia=self.trivia())

    def kind(self) -> d.Kind:
        members = self.some(lambda: d.Member(*self.declared()), 1, 12)
        return d.Kind(*self.declared(), members, self.cites(), trivia=self.trivia())

    def set_of(self) -> d.SetOf:
        members = self.some(self.name, 1, 10)
        return d.SetOf(*self.declared(), self.name(), members, self.cites(), trivia=self.trivia())

    def type_name(self) -> d.TypeName:
        if self.flag(0.3):
            return d.TypeName(None, self.name())
        if self.flag(0.4):
            low, high = self.bounds()
            return d.TypeName(self.random.choice(("count", "share", "money")), None, low, high)
        bases: tuple[d.BaseType, ...] = (
            "yes/no", "count", "share", "money", "money per month", "duration", "date", "month", "text", "identity",
        )  # fmt: skip
        return d.TypeName(self.random.choice(bases))

    def has(self) -> d.Has:
        if self.flag(0.2):
            many = d.TypeName(None, self.name())
            return d.Has(*self.declared(), many, many=True, via=self.name(), trivia=self.trivia())
        counts = self.random.choice((None, None, "full months", "any day", "month end"))
        default = self.maybe(self.value, 0.3)
        return d.Has(
            *self.declared(), self.type_name(), self.flag(), counts, default, trivia=self.trivia()  # type: ignore[arg-type]
        )  # fmt: skip

    def entity(self) -> d.Entity:
        return d.Entity(*self.declared(), self.some(self.has, 0, 5), self.cites(), trivia=self.trivia())

    def fund(self) -> d.Fund:
        return d.Fund(
            *self.declared(), self.maybe(self.text, 0.3), self.maybe(self.name), self.cites(), trivia=self.trivia()
        )

    def parameter(self) -> d.Parameter:
        name, label = self.declared()
        type_, cites, trivia = self.type_name(), self.cites(), self.trivia()
        match self.random.choice(("value", "values", "external")):
            case "value":
                return d.Parameter(name, label, type_, self.value(), cites=cites, trivia=trivia)
            case "values":
                values = self.some(lambda: d.FromValue(self.day(), self.value(), trivia=self.trivia()), 1, 3)
                return d.Parameter(name, label, type_, values=values, cites=cites, trivia=trivia)
            case _:
                set_by = self.maybe(self.text)
                return d.Parameter(name, label, type_, external=True, set_by=set_by, cites=cites, trivia=trivia)

    def define(self) -> d.Define:
        return d.Define(*self.declared(), self.name(), self.condition(), self.cites(), trivia=self.trivia())

    def table(self) -> d.Table:
        keys = self.some(self.name, 1, 3)

        def row() -> d.Row:
            own = tuple(self.row_key() for _ in keys) if self.flag(0.8) else ()
            return d.Row(own, self.value(), trivia=self.trivia())

        return d.Table(*self.declared(), keys, self.some(row, 1, 5), self.cites(), trivia=self.trivia())

    def row_key(self) -> s.Expr | d.Band:
        low, high = self.bounds()
        if self.flag(0.7):
            return self.value()
        return self.random.choice((d.Band(low, high), d.Band(None, high), d.Band(high, None)))

    # ------------------------------------------------------------ clauses and what stands beside them
    def payment(self) -> d.Payment:
        rounding = self.maybe(lambda: d.Rounding(self.random.choice(("down", "up", "nearest")), self.value()), 0.3)
        limits = self.some(
            lambda: d.CountLimit(self.value()) if self.flag() else d.AmountLimit(self.value(), self.flag()), 0, 2
        )
        frequency: d.Frequency = self.random.choice(("once", "once per year", "per month"))
        amount = self.expr(2, since=True)
        return d.Payment(amount, frequency, rounding, limits, self.maybe(self.path, 0.3))

    def rule(self) -> d.Rule:
        kind = self.random.choice(("when", "when", "when", "always", "otherwise"))
        condition = self.condition() if kind == "when" else None
        return d.Rule(kind, condition, self.payment(), trivia=self.trivia())  # type: ignore[arg-type]

    def clause(self) -> d.Clause:
        scope = d.For(self.name(), self.maybe(self.condition), trivia=self.trivia())
        paid = self.maybe(self.paid_from, 0.3)
        return d.Clause(*self.declared(), scope, self.some(self.rule, 1, 4), paid, self.cites(), trivia=self.trivia())

    def exclusive(self) -> d.Exclusive:
        members = self.some(lambda: d.GroupMember(self.name(), self.maybe(self.name, 0.3)), 1, 6)
        take = self.random.choice(("first", "highest"))
        return d.Exclusive(*self.declared(), members, self.name(), take, self.cites(), trivia=self.trivia())  # type: ignore[arg-type]

    def limit(self) -> d.Limit:
        period = self.random.choice((None, "month", "year"))
        return d.Limit(
            self.name(), self.expr(2, since=True), self.maybe(self.path), period, self.maybe(self.path),  # type: ignore[arg-type]
            self.cites(), trivia=self.trivia(),
        )  # fmt: skip

    def target(self) -> d.Target:
        per, by = self.maybe(self.name), self.maybe(self.day)
        return d.Target(
            *self.declared(), self.condition(), per, by, self.flag(), self.cites(), trivia=self.trivia()
        )  # fmt: skip

    def duty(self) -> d.Duty:
        by: Any = self.random.choice((None, self.day(), (12, 31), (1, 5)))
        return d.Duty(*self.declared(), self.maybe(self.text), by, self.cites(), trivia=self.trivia())

    def omit(self) -> d.Omit:
        return d.Omit(self.text(), self.text(), trivia=self.trivia())

    def property(self) -> d.Property:
        claim: s.Expr | d.Monotone = self.condition()
        if self.flag():
            claim = d.Monotone(self.name(), self.random.choice(("rises", "falls")), self.path())
        return d.Property(*self.declared(), self.name(), claim, self.cites(), trivia=self.trivia())

    # ------------------------------------------------------------ cases
    def case(self) -> d.Case:
        sets = self.some(self.set_value, 0, 2)
        instances, expects = self.some(self.instance, 0, 3), self.some(self.expect, 0, 4)
        return d.Case(self.text(), sets, instances, expects, trivia=self.trivia())

    def set_value(self) -> d.SetValue:
        value = self.literal() if self.flag() else self.path()  # no `in`: 属于 is `of` on such a line
        return d.SetValue(self.name(), value, trivia=self.trivia())

    def instance(self) -> d.Instance:
        def line() -> d.GivenLine:
            return d.GivenLine(self.some(self.given, 1, 5), trivia=self.trivia())

        entity = s.Name(self.random.choice(("person", "base_level", "人员", "trainee_type")))  # no opening words
        return d.Instance(entity, self.key(), self.some(line, 0, 3), trivia=self.trivia())

    def given(self) -> d.Given:
        value = s.Nothing() if self.flag(0.1) else self.value()
        return d.Given(self.name(), value, self.some(self.spell, 0, 2))

    def spell(self) -> d.Spell:
        if self.flag():
            return d.Spell(self.month(), self.maybe(self.month))
        return d.Spell(self.day(), self.maybe(self.day))

    def expect(self) -> d.Expect:
        answer = self.random.choice(("pays", "pays", "nothing", "undetermined", "refuses"))
        if answer != "pays":
            return d.Expect(self.name(), answer, self.key(), trivia=self.trivia())  # type: ignore[arg-type]
        first, last = self.months()
        amount = self.value()
        if isinstance(amount, s.Rate) and amount.per == "month":
            amount = self.ref()
        return d.Expect(
            self.name(), "pays", self.key(), amount, self.flag(), first, last, self.maybe(self.month),
            self.maybe(self.key), trivia=self.trivia(),
        )  # fmt: skip

    def months(self) -> tuple[int | None, int | None]:
        first = self.maybe(self.month, 0.7)
        return first, None if first is None else self.random.choice((first, self.month()))

    # ------------------------------------------------------------ scenarios
    def distribution(self) -> d.Distribution:
        match self.random.choice(("value", "range", "choices", "any")):
            case "value":
                value = self.expr(2)
                plain_any = isinstance(value, s.Aggregate) and value.word == "any"
                return d.Distribution(self.ref() if plain_any else value)
            case "range":
                low, high = self.bounds()
                return d.Distribution(low=low, high=high)
            case "choices":
                return d.Distribution(choices=self.some(lambda: d.Choice(self.value(), self.weight()), 1, 4))
            case _:
                return d.Distribution(any_of=self.name())

    def scenario(self) -> d.Scenario:
        makers: tuple[Callable[[], d.ScenarioLine], ...] = (
            lambda: d.Period(self.month(), self.month(), trivia=self.trivia()),
            self.set_value,
            lambda: d.Unknown(*self.declared(), self.distribution(), trivia=self.trivia()),
            self.population,
            lambda: d.Claims(self.some(self.claims_line, 0, 2), trivia=self.trivia()),
            lambda: d.Budget(self.name(), self.maybe(self.name), 2022, self.value(), trivia=self.trivia()),
            self.cash,
        )
        policy = self.random.choice(("std:shaoxing_2021_51", "my_first"))
        lines = self.some(lambda: self.random.choice(makers)(), 0, 6)
        return d.Scenario(*self.declared(), policy, lines, trivia=self.trivia())

    def population(self) -> d.Population:
        roster, as_of = ("r.xlsx", self.month()) if self.flag(0.3) else (None, None)
        makers = (self.arrive, self.assumption)
        lines = self.some(lambda: self.random.choice(makers)(), 0, 5)
        return d.Population(self.name(), lines, roster, as_of, trivia=self.trivia())

    def arrive(self) -> d.Arrive:
        first, last = self.months()
        per = self.maybe(self.name)
        number = self.value() if per is None else self.maybe(self.value)
        return d.Arrive(
            number, self.flag(), per, self.maybe(self.value, 0.3), first, last, self.maybe(self.value, 0.3),
            trivia=self.trivia(),
        )  # fmt: skip

    def assumption(self) -> d.Assumption:
        name, trivia = self.name(), self.trivia()
        match self.random.choice(("drawn", "value", "arrival", "spells", "follows")):
            case "drawn":
                return d.Drawn(name, self.distribution(), trivia=trivia)
            case "value":
                return d.Fixed(name, self.value(), trivia=trivia)
            case "arrival":
                low, high = self.bounds()
                delayed = self.random.choice(("not", "by", "from to"))
                first = None if delayed == "not" else low if delayed == "from to" else high
                return d.Fixed(name, None, True, first, high if delayed == "from to" else None, trivia=trivia)
            case "spells":
                return d.Spells(name, self.maybe(self.value), self.maybe(self.value), trivia=trivia)
            case _:
                return d.Follows(name, self.name(), self.maybe(self.value), self.maybe(self.value), trivia=trivia)

    def claims_line(self) -> d.TakenUp | d.Lag:
        if self.flag():
            return d.TakenUp(self.value(), trivia=self.trivia())
        return d.Lag(self.distribution(), trivia=self.trivia())

    def cash(self) -> d.Cash:
        fund = self.maybe(self.name, 0.3)
        if self.flag():
            return d.Cash(self.random.randint(1, 100), None, fund, trivia=self.trivia())
        return d.Cash(None, self.value(), fund, trivia=self.trivia())

    # ------------------------------------------------------------ files
    def file(self) -> d.File:
        makers: tuple[Callable[[], d.Declaration], ...] = (
            self.policy, self.use, self.kind, self.set_of, self.entity, self.fund, self.parameter, self.define,
            self.table, self.clause, self.exclusive, self.limit, self.target, self.duty, self.omit, self.property,
            self.case, self.scenario,
        )  # fmt: skip
        declarations = self.some(lambda: self.random.choice(makers)(), 1, 6)
        trailing = self.some(self.line, 0, 2)
        return d.File(declarations, trailing=trailing, quoted=self.random.randint(0, len(trailing)))
