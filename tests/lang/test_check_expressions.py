"""Expressions: what they become, and the one finding of each that is wrong."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from lang import typed as t
from lang.checking.environment import Environment, Scope
from lang.checking.expressions import any_value
from lang.dates import Duration
from lang.tree import syntax
from lang.types import COUNT, DATE, MONEY, RATE, SHARE, YES_NO, Type
from tests.lang.checked import BASE, bad, check, good, rule

COUNTY = Type("kind", "county")


def fact(name: str, type_: Type, entity: str = "person") -> t.FactRead:
    return t.FactRead(entity, name, type_)


EMPLOYED, INSURED, POOR = (fact(n, YES_NO) for n in ("employed", "insured", "poor"))
HIRED, GRADUATED = fact("hired_on", DATE), fact("graduated_on", DATE)


def months(count: int) -> t.Constant:
    return t.Constant(Duration(count), Type("duration"))


def fen(yuan: int) -> t.Constant:
    return t.Constant(Fraction(yuan * 100), MONEY)


CONDITIONS: list[tuple[str, t.Expr]] = [
    ("employed ≥ 6 months", t.Compare("≥", t.Run(EMPLOYED), months(6))),
    ("6 months ≤ employed", t.Compare("≤", months(6), t.Run(EMPLOYED))),
    ("employed ≥ 1 year with insured", t.Compare("≥", t.Run(t.All((EMPLOYED, INSURED))), months(12))),
    ("total employed ≥ 12 months", t.Compare("≥", t.Total(EMPLOYED, "so far", None, Type("duration")), months(12))),
    (
        "total employed in last 12 months ≥ 6 months",
        t.Compare("≥", t.Total(EMPLOYED, "last months", 12, Type("duration")), months(6)),
    ),
    (
        "total wage in last year ≥ 5000",
        t.Compare("≥", t.Total(fact("wage", MONEY), "last year", None, MONEY), fen(5000)),
    ),
    ("since hired on ≥ 6 months", t.Compare("≤", t.Later(HIRED, months(6)), t.SettlementDate())),
    ("since hired on < 6 months", t.Compare(">", t.Later(HIRED, months(6)), t.SettlementDate())),
    ("6 months ≤ since hired on", t.Compare("≤", t.Later(HIRED, months(6)), t.SettlementDate())),
    (
        "hired on within 1 year of graduated on",
        t.All((t.Compare("≤", GRADUATED, HIRED), t.Compare("≤", HIRED, t.Later(GRADUATED, months(12))))),
    ),
    (
        "within 1 year of graduated on",
        t.All(
            (
                t.Compare("≤", GRADUATED, t.SettlementDate()),
                t.Compare("≤", t.SettlementDate(), t.Later(GRADUATED, months(12))),
            )
        ),
    ),
    ("hired on in this year", t.InPeriod(HIRED, "this year")),
    ("hired on in 2021", t.InPeriod(HIRED, "year", 2021)),
    ("poor and in month 12", t.All((POOR, t.InPeriod(t.SettlementDate(), "month number", 12)))),
    ("origin in leshan", t.OneOf(fact("origin", COUNTY), ("mabian", "ebian"))),
    ("origin in (mabian, other)", t.OneOf(fact("origin", COUNTY), ("mabian", "other"))),
    ("origin is mabian", t.Compare("=", fact("origin", COUNTY), t.Constant("mabian", COUNTY))),
    ("mabian is origin", t.Compare("=", t.Constant("mabian", COUNTY), fact("origin", COUNTY))),
    ("来源地 is not 马边", t.Compare("≠", fact("origin", COUNTY), t.Constant("mabian", COUNTY))),
    ("skill is none", t.Compare("=", fact("skill", Type("kind", "level")), t.Constant("none", Type("kind", "level")))),
    ("poor is no", t.Not(POOR)),
    ("poor is yes", POOR),
    ("employer is known", t.IsKnown(fact("employer", Type("link", "firm")))),
    ("employer is not known", t.Not(t.IsKnown(fact("employer", Type("link", "firm"))))),
    ("number is known", t.IsKnown(fact("number", Type("identity")))),
    ("ever employed", t.Ever(EMPLOYED)),
    ("previous wage ≥ 1000", t.Compare("≥", t.Previous(fact("wage", MONEY), MONEY), fen(1000))),
    (
        "用人单位的职工总数 ≥ 3",
        t.Compare(
            "≥",
            t.Through(fact("employer", Type("link", "firm")), fact("headcount", COUNT, "firm"), COUNT),
            t.Constant(3, COUNT),
        ),
    ),
    (
        "mentor's employer's place is ebian",
        t.Compare(
            "=",
            t.Through(
                t.Through(
                    fact("mentor", Type("link", "person")), fact("employer", Type("link", "firm")), Type("link", "firm")
                ),
                fact("place", COUNTY, "firm"),
                COUNTY,
            ),
            t.Constant("ebian", COUNTY),
        ),
    ),
    (
        "mentor's covered",
        t.Through(fact("mentor", Type("link", "person")), t.DefineRead("person", "covered", YES_NO), YES_NO),
    ),
    (
        "count of employer's staff where poor ≥ 2",
        t.Compare(
            "≥",
            t.Through(
                fact("employer", Type("link", "firm")),
                t.Aggregate("count", "person", "employer", POOR, None, COUNT),
                COUNT,
            ),
            t.Constant(2, COUNT),
        ),
    ),
]


@pytest.mark.parametrize(("text", "expected"), CONDITIONS, ids=[text for text, _ in CONDITIONS])
def test_conditions(text: str, expected: t.Expr) -> None:
    assert rule(f"{text} → 1 yuan once").rules[0].condition == expected


AMOUNTS: list[tuple[str, t.Expr, str]] = [
    ("3000", fen(3000), "once"),
    ("children × 50", t.Arithmetic("×", fact("children", COUNT), fen(50), MONEY), "once"),
    (
        "20000 + 5000 × (children − 3) up to 50000",
        t.Arithmetic(
            "minimum",
            t.Arithmetic(
                "+",
                fen(20000),
                t.Arithmetic(
                    "×",
                    fen(5000),
                    t.Arithmetic("-", fact("children", COUNT), t.Constant(3, COUNT), COUNT),
                    MONEY,
                ),
                MONEY,
            ),
            fen(50000),
            MONEY,
        ),
        "once",
    ),
    ("post rate", t.ParameterRead("post_rate", RATE), "per month"),
    ("post rate × 6 months", t.Arithmetic("×", t.ParameterRead("post_rate", RATE), months(6), MONEY), "once"),
    (
        "course[skill]",
        t.TableRead("course", (fact("skill", Type("kind", "level")),), MONEY),
        "once",
    ),
    ("if poor then 1000 else 500", t.If(POOR, fen(1000), fen(500), MONEY), "once"),
    (
        "60% × minimum wage / 30 × (days up to 60)",
        t.Arithmetic(
            "×",
            t.Arithmetic(
                "/",
                t.Arithmetic("×", t.Constant(Fraction(3, 5), SHARE), t.ParameterRead("minimum_wage", MONEY), MONEY),
                t.Constant(30, COUNT),
                MONEY,
            ),
            t.Arithmetic("minimum", fact("days", COUNT), t.Constant(60, COUNT), COUNT),
            MONEY,
        ),
        "once",
    ),
]


@pytest.mark.parametrize(("text", "expected", "frequency"), AMOUNTS, ids=[text for text, _, _ in AMOUNTS])
def test_amounts(text: str, expected: t.Expr, frequency: str) -> None:
    assert rule(f"poor → {text} {frequency}").rules[0].amount == expected


def test_sum_and_share_over_staff() -> None:
    clause = good(
        "clause tested\n  for firm\n"
        "  sum of staff's wage where employed ≥ 100000 and share of staff where poor ≥ 20% → 1 yuan once\n"
    ).clauses["tested"]
    wages = t.Aggregate("sum", "person", "employer", EMPLOYED, fact("wage", MONEY), MONEY)
    share = t.Aggregate("share", "person", "employer", POOR, None, SHARE)
    assert clause.rules[0].condition == t.All(
        (t.Compare("≥", wages, fen(100000)), t.Compare("≥", share, t.Constant(Fraction(1, 5), SHARE)))
    )


BAD = [
    # text, code, place, word of the help or message
    ("wage ≥ 3 months", "HC302", "wage ≥ 3 months", "3 yuan"),
    ("minimum wage + 3 months ≥ 100", "HC302", "minimum wage + 3 months", "yuan"),
    ("children ≥ 3000 yuan", "HC302", "children ≥ 3000 yuan", "× 1 yuan"),
    ("children ≥ 20%", "HC302", "children ≥ 20%", "20%"),
    ("wage ≥ post rate", "HC302", "wage ≥ post rate", "× 1 month"),
    ("wage × minimum wage ≥ 3", "HC302", "wage × minimum wage", "no meaning"),
    ("employed ≥ 3", "HC301", "employed ≥ 3", "3 months"),
    ("employed ≥ 90 days", "HC304", "90 days", "3 months"),
    ("total employed ≥ 90 days", "HC304", "90 days", "3 months"),
    ("employed ≥ 3000 yuan", "HC301", "employed ≥ 3000 yuan", "type"),
    ("wage", "HC301", "wage", "≥"),
    ("hired on", "HC301", "hired on", "since"),
    ("employer", "HC301", "employer", "is known"),
    ("origin", "HC301", "origin", "is"),
    ("origin is yuexi", "HC206", "yuexi", "mabian"),
    ("origin is mabain", "HC206", "mabain", "mabian"),
    ("origin is junior", "HC206", "junior", "mabian"),
    ("origin is skill", "HC301", "origin is skill", "level"),
    ("origin ≥ mabian", "HC303", "origin ≥ mabian", "is"),
    ("origin in sichuan", "HC201", "sichuan", "leshan"),
    ("skill in leshan", "HC206", "leshan", "county"),
    ("number is known and number is 3", "HC307", "number", "is known"),
    ('origin is "mabian"', "HC307", '"mabian"', "quotes"),
    ("wage ≥ 0.001", "HC305", "0.001", "decimals"),
    ("wage / children ≥ 5", "HC306", "wage / children", "at least 1"),
    ("employd ≥ 3 months", "HC201", "employd", "employed"),
    ("headcount ≥ 3", "HC203", "headcount", "employer's headcount"),
    ("first ≥ 3 months", "HC203", "first", "clause"),
    ("aid is known", "HC203", "aid", "fund"),
    ("course ≥ 3", "HC203", "course", "course[…]"),
    ("origin's place is mabian", "HC309", "origin", "link"),
    ("course[skill, origin] ≥ 3", "HC310", "course[skill, origin]", "level"),
    ("course[origin] ≥ 3", "HC301", "origin", "level"),
    ("wage ≥ 3000 yuan with insured", "HC313", "insured", "and"),
    ("since hired on ≥ 6", "HC302", "6", "6 months"),
    ("since wage ≥ 6 months", "HC301", "wage", "date"),
    ("hired on ≥ 2021-01", "HC301", "hired on ≥ 2021-01", "2021-01-01"),
    ("employed in this year", "HC301", "employed in this year", "total"),
    ("total hired on ≥ 3", "HC303", "hired on", "date"),
    ("ever wage", "HC301", "wage", "≥"),
    ("poor and wher insured", "HC204", "wher", "where"),
    ("total paid by first ≤ 2", "HC315", "total paid by first", "property"),
    ("skill + 1 ≥ 3", "HC303", "skill", "count"),
    ("beta(1, 2) ≥ 3", "HC315", "beta(1, 2)", "scenario"),
    ("count of employer where poor ≥ 2", "HC308", "employer", "staff"),
    ("any mentor's wage where poor", "HC308", "wage", "link to many"),
]


@pytest.mark.parametrize(("text", "code", "place", "word"), BAD, ids=[text for text, *_ in BAD])
def test_each_mistake_is_one_finding(text: str, code: str, place: str, word: str) -> None:
    found = bad(f"clause tested\n  for person\n  {text} → 1 yuan once\n")
    assert (found.code, found.span.text) == (code, place)
    said = found.message.en + (found.help.en if found.help else "") + "".join(label.text.en for label in found.labels)
    assert word in said


BAD_AMOUNTS = [
    ("3 months once", "HC302", "3 months"),
    ("children once", "HC302", "children"),
    ("post rate once", "HC312", "post rate"),
    ("post rate once per year", "HC312", "post rate"),
    ("poor once", "HC301", "poor"),
    ("0.005 once", "HC305", "0.005"),
    ("(if poor then post rate else 500 yuan) once", "HC302", "(if poor then post rate else 500 yuan)"),
    ("500 yuan once for at most 3 months", "HC323", "for at most 3 months"),
    ("500 yuan per month for at most 3", "HC302", "3"),
    ("500 yuan per month at most 3 months", "HC302", "3 months"),
    ("500 yuan once to origin", "HC309", "origin"),
    ("500 yuan rounded down to 3 months once", "HC302", "3 months"),
]


@pytest.mark.parametrize(("text", "code", "place"), BAD_AMOUNTS, ids=[text for text, *_ in BAD_AMOUNTS])
def test_each_mistake_in_a_payment_is_one_finding(text: str, code: str, place: str) -> None:
    found = bad(f"clause tested\n  for person\n  poor → {text}\n")
    assert (found.code, found.span.text) == (code, place)


def test_both_sides_of_a_mismatch_are_labelled_and_the_mend_can_be_applied() -> None:
    found = bad("clause tested\n  for person\n  wage ≥ 3 months → 1 yuan once\n")
    assert [label.span.text for label in found.labels] == ["wage", "3 months"]
    assert "元" in found.message.zh and "个月" in found.message.zh
    assert found.edit is not None
    assert (found.edit.span.text, found.edit.text) == ("3 months", "3 yuan")


GUARDED = [
    "wage / days ≥ 5",
    "wage / (children at least 1) ≥ 5",
    "(if children > 0 then wage / children else 0) ≥ 5",
    "(if children = 0 then 0 else wage / children) ≥ 5",
    "children > 0 and wage / children ≥ 5",
    "wage / 12 ≥ 5",
]


@pytest.mark.parametrize("text", GUARDED)
def test_guarded_divisions_are_accepted(text: str) -> None:
    rule(f"{text} → 1 yuan once")


def test_the_where_of_a_clause_guards_its_rules() -> None:
    clause = rule("poor → wage / children once", " where children > 0")
    amount = t.Arithmetic("/", fact("wage", MONEY), fact("children", COUNT), MONEY)
    assert clause.rules[0].amount == amount


def test_a_guard_does_not_hold_for_another_branch() -> None:
    found = bad("clause c\n  for person\n  (if children > 0 then 0 else wage / children) ≥ 5 → 1 yuan once\n")
    assert (found.code, found.span.text) == ("HC306", "wage / children")


@pytest.mark.parametrize(
    "rules",
    [
        "children = 0 → 1 yuan once\n  otherwise → wage / children once",
        "children = 0 or wage / children ≥ 5 yuan → 1 yuan once",
        "children ≥ 2 → wage / (children - 1) once",
        "children > 1 → wage / (children - 1) once",
        "children > 0 and previous (wage / (children + 1)) ≥ 5 yuan → 1 yuan once",
        "children > 0 and ever (wage / children ≥ 5 yuan) → 1 yuan once",  # which never changes
        "ever (hours > 0 and wage / hours ≥ 5 yuan) → 1 yuan once",
    ],
)
def test_what_is_shown_before_a_division(rules: str) -> None:
    text = BASE.replace("  has children: count\n", "  has children: count\n  has hours: count monthly\n")
    program, found = check(f"{text}clause c\n  for person\n  {rules}\n")
    assert program is not None, found


@pytest.mark.parametrize(
    "rules",
    [
        "children ≥ 1 → wage / (children - 1) once",
        "children = 0 → 1 yuan once\n  poor → wage / (children - 1) once",
        "children ≥ 1 or wage / children ≥ 5 yuan → 1 yuan once",
        "hours > 0 and previous (wage / hours) ≥ 5 yuan → 1 yuan once",
        "hours > 0 and ever (wage / hours ≥ 5 yuan) → 1 yuan once",
        "hours > 0 and total (wage / hours) ≥ 5 yuan → 1 yuan once",
        "hours > 0 and total (wage / hours) in this year ≥ 5 yuan → 1 yuan once",
        "hours > 0 and (wage / hours ≥ 5 yuan) ≥ 3 months → 1 yuan once",
        "hours > 0 and employed ≥ 3 months with (wage / hours ≥ 5 yuan) → 1 yuan once",
    ],
)
def test_a_division_that_nothing_before_it_guards(rules: str) -> None:
    """What holds this month says nothing of the months that `previous`, `total` and runs look at."""
    text = BASE.replace("  has children: count\n", "  has children: count\n  has hours: count monthly\n")
    _, found = check(f"{text}clause c\n  for person\n  {rules}\n")
    assert [d.code for d in found] == ["HC306"]


def test_a_flat_and_of_ten_thousand_terms() -> None:
    clause = rule(" and ".join(["poor"] * 10_000) + " → 1 yuan once")
    condition = clause.rules[0].condition
    assert isinstance(condition, t.All) and len(condition.operands) == 10_000


def test_a_sum_too_deep_is_refused_also_where_no_parser_counted() -> None:
    scope = Scope(Environment(), "constant")
    node: syntax.Expr = syntax.Number(Decimal(1))
    for _ in range(3000):
        node = syntax.Binary("+", node, syntax.Number(Decimal(1)))
    assert any_value(node, scope) is None
    assert [d.code for d in scope.findings.all()] == ["HC314"]


def test_a_sum_too_long_to_be_read_is_refused() -> None:
    found = bad("clause c\n  for person\n  " + " + ".join(["children"] * 3000) + " ≥ 3 → 1 yuan once\n")
    assert found.code == "HC123"


def test_the_sentence_that_was_asked_for() -> None:
    program = good(
        "clause c\n  for student\n  enrolled ≥3 months with social insurance → 3000 once\n",
        "policy p\n  in force 2021-01-01\nentity student\n  has enrolled: yes/no monthly\n"
        "  has social insurance: yes/no monthly\n",
    )
    flags = (fact("enrolled", YES_NO, "student"), fact("social_insurance", YES_NO, "student"))
    assert program.clauses["c"].rules[0].condition == t.Compare("≥", t.Run(t.All(flags)), months(3))
    assert program.clauses["c"].rules[0].amount == fen(3000)
