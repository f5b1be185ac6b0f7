"""The statements of cases and scenarios: node → text with places to break."""

from __future__ import annotations

from datetime import date

from lang.dates import Month
from lang.formatting.expressions import Level
from lang.formatting.layout import FILL, break_at, joined
from lang.formatting.writer import Writer
from lang.tree import declarations as d
from lang.tree import syntax as s


# ---------------------------------------------------------------- cases
def case(w: Writer, node: d.Case) -> str:
    return joined(w.opener("CASE"), w.spelling.quoted(node.name))


def instance(w: Writer, node: d.Instance) -> str:
    return joined(w.name(node.entity), w.spelling.key(node.key))


def given_line(w: Writer, node: d.GivenLine) -> str:
    return w.list([_given(w, given) for given in node.givens])


def _given(w: Writer, given: d.Given) -> str:
    text = joined(w.name(given.attribute), "=", fact(w, given.value))
    if not given.spells:
        return text
    first, *rest = (_spell(w, spell) for spell in given.spells)
    return joined(text, first) + "".join(break_at(3) + joined(w.word("AND"), spell) for spell in rest)


def _spell(w: Writer, spell: d.Spell) -> str:
    end = "" if spell.end is None else joined(w.word("TO"), _when(w, spell.end))
    return joined(w.word("FROM", "CASE_LINE"), _when(w, spell.start), end)


def _when(w: Writer, when: date | Month) -> str:
    return w.spelling.day(when) if isinstance(when, date) else w.spelling.month(when)


def fact(w: Writer, value: s.Expr) -> str:
    """A value of a fact. It may be a key or a text, which are read as they are written, so they stay as they were."""
    match value:
        case s.Ref(name=name):
            as_written = " ".join(name.span.text.split())
            return as_written if as_written.replace(" ", "_") == name.text else w.name(name)
        case s.Number(value=number) if number == int(number):
            as_written = value.span.text
            return as_written if as_written.isascii() and as_written.isdigit() else str(int(number))
        case _:
            return w.expressions.rate(value)


def set_value(w: Writer, node: d.SetValue) -> str:
    opener = "取值" if w.spelling.zh else w.opener("SET")
    return joined(opener, w.name(node.parameter), "=", w.expressions.rate(node.value))


def expect(w: Writer, node: d.Expect) -> str:
    head, key = joined(w.opener("EXPECT"), w.name(node.clause)), w.spelling.key(node.key)
    match node.answer:
        case "pays":
            return _expect_payment(w, node, joined(head, w.word("PAYS", "EXPECT")))
        case "nothing":
            nothing = w.word("NOTHING", "EXPECT")
            said = joined(nothing, key) if w.spelling.zh else joined(w.word("PAYS", "EXPECT"), key, nothing)
            return joined(head, said, _months(w, node.first, node.last, "EXPECT"))
        case "undetermined":
            return joined(head, w.word("UNDETERMINED", "EXPECT"), "" if w.spelling.zh else w.word("FOR"), key)
        case "refuses":
            return joined(head, w.word("REFUSES", "EXPECT"), key, _months(w, node.first, node.last, "EXPECT"))


def _expect_payment(w: Writer, node: d.Expect, head: str) -> str:
    assert node.amount is not None
    amount: s.Expr = s.Rate(node.amount, "month") if node.per_month else node.amount
    paid = w.expressions.rate(amount)
    # A name behind a bare key would be one name with it.
    key = w.spelling.key(node.key) if paid[0].isdigit() else w.spelling.quoted(node.key)
    text = joined(head, key, paid, _months(w, node.first, node.last, "EXPECT"))
    if node.due is not None:
        text = joined(text, w.word("DUE", "EXPECT"), w.spelling.month(node.due))
    return text if node.to is None else joined(text, w.second("TO"), w.spelling.key(node.to))


def _months(w: Writer, first: Month | None, last: Month | None, statement: str) -> str:
    """`in 2021-05`, `from 2021-05 to 2021-07`."""
    if first is None or last is None:
        return ""
    if first == last:
        return joined(w.word("AT_TIME" if w.spelling.zh else "IN"), w.spelling.month(first))
    return joined(w.word("FROM", statement), w.spelling.month(first), w.word("TO"), w.spelling.month(last))


# ---------------------------------------------------------------- scenarios
def scenario(w: Writer, node: d.Scenario) -> str:
    return joined(w.opener("SCENARIO"), w.declared(node.name, node.label), w.word("FOR"), node.policy)


def period(w: Writer, node: d.Period) -> str:
    return joined(w.opener("PERIOD"), w.spelling.month(node.first), w.word("TO"), w.spelling.month(node.last))


def unknown(w: Writer, node: d.Unknown) -> str:
    head = joined(w.opener("UNKNOWN"), w.declared(node.name, node.label), "~")
    return joined(head, distribution(w, node.distribution))


def distribution(w: Writer, node: d.Distribution) -> str:
    if node.any_of is not None:
        return joined(w.word("ANY"), w.name(node.any_of))
    if node.choices:
        return w.list([_choice(w, choice) for choice in node.choices])
    if node.low is not None and node.high is not None:
        return w.expressions.range(node.low, w.word("TO"), node.high)
    assert node.value is not None
    return w.expressions.arithmetic(node.value)


def _choice(w: Writer, node: d.Choice) -> str:
    """`hill 30%`; a weight that is no percentage stands behind `with chance`."""
    value, weight = w.expressions.arithmetic(node.value), w.expressions.arithmetic(node.weight)
    if isinstance(node.weight, s.Percent):
        return joined(value, weight)
    return joined(value, w.word("WITH_CHANCE", "LAG"), weight)


def population(w: Writer, node: d.Population) -> str:
    text = joined(w.opener("POPULATION"), w.name(node.entity))
    if node.roster is None or node.as_of is None:
        return text
    roster = joined(w.word("FROM", "POPULATION"), w.spelling.quoted(node.roster))
    return joined(text, roster, w.word("AS_OF", "POPULATION"), w.spelling.month(node.as_of))


def arrive(w: Writer, node: d.Arrive) -> str:
    number = "" if node.number is None else w.expressions.first(node.number, Level.ARITHMETIC)
    text = joined(w.opener("ARRIVE"), number)
    if node.per_month:
        text = joined(text, w.word("PER_MONTH"))
    if node.per is not None:
        text = joined(text, w.word("PER"), w.name(node.per))
    if node.chance is not None:
        text = joined(text, w.word("WITH_CHANCE", "ARRIVE"), w.expressions.arithmetic(node.chance))
    text = joined(text, _months(w, node.first, node.last, "ARRIVE"))
    if node.after is not None:
        text = joined(text, w.word("AFTER", "ARRIVE"), w.expressions.arithmetic(node.after))
    return text


def assumption(w: Writer, node: d.Assumption) -> str:
    name = w.name(node.attribute)
    match node:
        case d.Drawn():
            return joined(name, "~", distribution(w, node.distribution))
        case d.Fixed():
            return joined(name, "=", _fixed(w, node))
        case d.Spells():
            return _spells(w, node, name)
        case d.Follows():
            return _follows(w, node, name)


def _fixed(w: Writer, node: d.Fixed) -> str:
    if node.value is not None:
        return fact(w, node.value)
    arrival = w.word("ARRIVAL", "POPULATION_LINE")
    if node.low is None:
        return arrival
    if node.high is None:
        return joined(arrival, "+", w.expressions.sum(node.low))
    return joined(arrival, "+", w.expressions.range(node.low, w.word("TO"), node.high, Level.SUM))


def _spells(w: Writer, node: d.Spells, name: str) -> str:
    text = joined(name, w.word("STARTS_ON_ARRIVAL", "POPULATION_LINE"))
    for token, rate in (("ENDS_AT", node.ends), ("RETURNS_AT", node.returns)):
        if rate is not None:
            said = joined(w.word(token, "POPULATION_LINE"), w.expressions.arithmetic(rate), w.word("PER_MONTH"))
            text += w.spelling.comma + FILL + said
    return text


def _follows(w: Writer, node: d.Follows, name: str) -> str:
    text = joined(name, w.word("FOLLOWS", "POPULATION_LINE"), w.name(node.leader))
    if node.after is not None:
        text = joined(text, w.word("AFTER", "POPULATION_LINE"), w.expressions.arithmetic(node.after))
    if node.chance is not None:
        text = joined(text, w.word("WITH_CHANCE", "POPULATION_LINE"), w.expressions.arithmetic(node.chance))
    return text


def claims(w: Writer, node: d.Claims) -> str:
    return w.opener("CLAIMS")


def taken_up(w: Writer, node: d.TakenUp) -> str:
    chance = "" if w.spelling.zh else w.word("WITH_CHANCE", "TAKEN_UP")
    return joined(w.opener("TAKEN_UP"), chance, w.expressions.first(node.chance, Level.ARITHMETIC))


def lag(w: Writer, node: d.Lag) -> str:
    return joined(w.opener("LAG"), "~", distribution(w, node.distribution))


def budget(w: Writer, node: d.Budget) -> str:
    pot = "" if node.pot is None else f"[{w.name(node.pot)}]"
    head = joined(w.opener("BUDGET"), w.name(node.fund) + pot, w.spelling.year(node.year), "=")
    return joined(head, w.expressions.amount(node.amount))


def cash(w: Writer, node: d.Cash) -> str:
    fund = "" if node.fund is None else w.name(node.fund)
    head = joined(w.opener("CASH"), fund, "" if w.spelling.zh else w.word("AT_MOST"))
    if node.claims is not None:
        number = f"{node.claims}笔" if w.spelling.zh else f"{node.claims} claim{'' if node.claims == 1 else 's'}"
        return joined(head, number, w.word("PER_MONTH"))
    assert node.amount is not None
    if w.spelling.zh and isinstance(node.amount, s.Money):
        return joined(head, w.expressions.rate(s.Rate(node.amount, "month")))
    amount = w.expressions.amount(node.amount)
    if not isinstance(node.amount, s.Money | s.Number):
        amount = w.spelling.brackets(amount)
    return joined(head, amount, w.word("PER_MONTH"))
