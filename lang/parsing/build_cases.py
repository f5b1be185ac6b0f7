"""Cases and scenarios: what the parser matched → nodes of `lang.tree.declarations`."""

from __future__ import annotations

from typing import Any, Literal

from lang.parsing.build import Builder, Options, key, named
from lang.parsing.build_expressions import Children, Part, four_digits, literal, name, share_unit, whole
from lang.text.tokens import Token
from lang.tree import declarations as d
from lang.tree import syntax as s


class WholeBuilder(Builder):
    """All rules of the grammar."""

    # ------------------------------------------------------------ cases
    def case(self, c: Children) -> d.Case:
        return d.Case(c[1].value, (), (), (), span=whole(c))

    def instance(self, c: Children) -> d.Instance:
        return d.Instance(name(c[1]), key(c[2]), span=whole(c[1:]))

    def givens(self, c: Children) -> d.GivenLine:
        return d.GivenLine(tuple(c[1::2]), span=whole(c[1:]))

    def given(self, c: Children) -> d.Given:
        return d.Given(name(c[0]), c[2], c[3].value if c[3] is not None else (), span=whole(c))

    def nothing(self, c: Children) -> s.Nothing:
        return s.Nothing(span=c[0].span)

    def given_spells(self, c: Children) -> Part:
        return Part("spells", tuple(c[::2]), whole(c))

    def spell(self, c: Children) -> d.Spell:
        return d.Spell(c[1].value, c[2].value if c[2] is not None else None, span=whole(c))

    def to_when(self, c: Children) -> Part:
        return Part("to", c[1].value, whole(c))

    def expect_pays(self, c: Children) -> d.Expect:
        options = Options(c[5:])
        amount, per_month = c[4], False
        if isinstance(amount, s.Rate) and amount.per == "month":
            amount, per_month = amount.amount, True
        first, last = options.get("months", (None, None))
        return d.Expect(
            name(c[1]),
            "pays",
            key(c[3]),
            amount,
            per_month,
            first,
            last,
            options.get("due"),
            options.get("to"),
            span=whole(c),
        )

    def expect_months(self, c: Children) -> Part:
        return Part("months", (c[1].value, c[-1].value), whole(c))

    def expect_due(self, c: Children) -> Part:
        return Part("due", c[1].value, whole(c))

    def expect_payee(self, c: Children) -> Part:
        return Part("to", key(c[1]), whole(c))

    def expect_nothing(self, c: Children) -> d.Expect:
        who = c[3] if c[2].type == "PAYS" else c[-2]
        return _without_amount(c, "nothing", who, c[-1])

    def expect_refuses(self, c: Children) -> d.Expect:
        return _without_amount(c, "refuses", c[3], c[-1])

    def expect_undetermined(self, c: Children) -> d.Expect:
        return _without_amount(c, "undetermined", c[-1], None)

    # ------------------------------------------------------------ scenarios
    def scenario(self, c: Children) -> d.Scenario:
        it, label = named(c[1], c[2])
        return d.Scenario(it, label, c[4].value, (), span=whole(c))

    def period(self, c: Children) -> d.Period:
        return d.Period(c[1].value, c[3].value, span=whole(c))

    def unknown(self, c: Children) -> d.Unknown:
        it, label = named(c[1], c[2])
        return d.Unknown(it, label, c[4], span=whole(c))

    def population(self, c: Children) -> d.Population:
        roster, as_of = c[2].value if c[2] is not None else (None, None)
        return d.Population(name(c[1]), (), roster, as_of, span=whole(c))

    def roster(self, c: Children) -> Part:
        return Part("roster", (c[1].value, c[3].value), whole(c))

    def arrive(self, c: Children) -> d.Arrive:
        options = Options(c[2:])
        first, last = options.get("months", (None, None))
        return d.Arrive(
            c[1],
            options.get("per month", False),
            options.get("per"),
            options.get("chance"),
            first,
            last,
            options.get("after"),
            span=whole(c),
        )

    def arrive_option(self, c: Children) -> Part:
        if isinstance(c[0], Part):
            return c[0]
        word = c[0].type
        if word == "PER_MONTH":
            return Part("per month", True, whole(c))
        if word == "PER":
            return Part("per", name(c[1]), whole(c))
        if word == "AFTER":
            return Part("after", c[1], whole(c))
        return Part("months", (c[1].value, c[-1].value), whole(c))

    def chance(self, c: Children) -> Part:
        return Part("chance", c[1], whole(c))

    def drawn(self, c: Children) -> d.Drawn:
        return d.Drawn(name(c[1]), c[3], span=whole(c[1:]))

    def fixed(self, c: Children) -> d.Fixed:
        return d.Fixed(name(c[1]), c[3], span=whole(c[1:]))

    def fixed_arrival(self, c: Children) -> d.Fixed:
        low, high = c[4].value if c[4] is not None else (None, None)
        return d.Fixed(name(c[1]), None, True, low, high, span=whole(c[1:]))

    def delay(self, c: Children) -> Part:
        high = c[2].value if c[2] is not None else None
        low = c[1] if high is None else share_unit(c[1], high)
        return Part("delay", (low, high), whole(c))

    def delay_to(self, c: Children) -> Part:
        return Part("to", c[1], whole(c))

    def spells(self, c: Children) -> d.Spells:
        options = Options(c[3:])
        return d.Spells(name(c[1]), options.get("ends"), options.get("returns"), span=whole(c[1:]))

    def spell_option(self, c: Children) -> Part:
        return Part("ends" if c[1].type == "ENDS_AT" else "returns", c[2], whole(c))

    def follows(self, c: Children) -> d.Follows:
        after = c[4].value if c[4] is not None else None
        chance = c[5].value if c[5] is not None else None
        return d.Follows(name(c[1]), name(c[3]), after, chance, span=whole(c[1:]))

    def after(self, c: Children) -> Part:
        return Part("after", c[1], whole(c))

    def distribution(self, c: Children) -> d.Distribution:
        span = whole(c)
        if isinstance(c[0], d.Choice):
            return d.Distribution(choices=tuple(c[::2]), span=span)
        if len(c) == 3:
            return d.Distribution(low=share_unit(c[0], c[2]), high=c[2], span=span)
        match c[0]:
            case s.Aggregate(word="any", path=s.Ref(name=entity), where=None):
                return d.Distribution(any_of=entity, span=span)
        return d.Distribution(c[0], span=span)

    def choice(self, c: Children) -> d.Choice:
        weight = literal(c[1]) if len(c) == 2 else c[2]  # `hill 30%`, `hill with chance p`
        return d.Choice(c[0], weight, span=whole(c))

    def claims(self, c: Children) -> d.Claims:
        return d.Claims((), span=whole(c))

    def taken_up(self, c: Children) -> d.TakenUp:
        return d.TakenUp(c[2], span=whole(c))

    def lag(self, c: Children) -> d.Lag:
        return d.Lag(c[2], span=whole(c))

    def budget(self, c: Children) -> d.Budget:
        pot = c[2].value if c[2] is not None else None
        return d.Budget(name(c[1]), pot, four_digits(c[3]), c[5], span=whole(c))

    def pot(self, c: Children) -> Part:
        return Part("pot", name(c[1]), whole(c))

    def cash(self, c: Children) -> d.Cash:
        fund = name(c[1]) if c[1] is not None else None
        limit: Any = c[3].value
        if isinstance(limit, int):
            return d.Cash(limit, None, fund, span=whole(c))
        return d.Cash(None, limit, fund, span=whole(c))

    def cash_limit(self, c: Children) -> Part:
        if not isinstance(c[0], Token):
            return Part("limit", c[0], whole(c))
        if c[0].type == "LPAR":
            return Part("limit", c[1], whole(c))
        return Part("limit", c[0].value if c[0].type == "CLAIM_COUNT" else literal(c[0]), whole(c))


def _without_amount(
    c: Children, answer: Literal["nothing", "undetermined", "refuses"], who: Token, months: Part | None
) -> d.Expect:
    first, last = (None, None) if months is None else months.value
    return d.Expect(name(c[1]), answer, key(who), first=first, last=last, span=whole(c))
