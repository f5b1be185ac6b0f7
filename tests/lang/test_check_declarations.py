"""Vocabulary, policy block, clauses and what stands between them: good ones checked, bad ones one finding each."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from lang import model
from lang import typed as t
from lang.codes import CODES
from lang.dates import month
from lang.types import COUNT, MONEY, RATE, YES_NO, Type
from tests.lang.checked import BASE, bad, check, good

HEAD = "policy p\n  in force 2021-01-01 to 2025-12-31\n"


# ---------------------------------------------------------------- good
def test_names_labels_and_types_of_the_vocabulary() -> None:
    program = good("")
    person = program.entities["person"]
    assert person.label == "人员"
    wage, days, children = (person.attributes[n] for n in ("wage", "days", "children"))
    assert (wage.type, wage.monthly, wage.low, wage.high) == (MONEY, True, Fraction(0), Fraction(100000 * 100))
    assert (days.low, days.high) == (Fraction(1), Fraction(366))
    assert (children.low, children.high) == (Fraction(0), Fraction(10**6))
    assert person.attributes["renting"].default is False
    assert program.entities["firm"].attributes["staff"].type == Type("many", "person")
    assert program.entities["firm"].attributes["staff"].via == "employer"
    assert program.sets["leshan"].members == ("mabian", "ebian")
    assert program.defines["person", "covered"].body.type == YES_NO
    assert program.defines["person", "pay"].body.type == MONEY


def test_the_chinese_form_gives_latin_names() -> None:
    program = good(
        "条款 稳岗 「stable」 依据 「三（一）」\n"
        "  对象 人员 其中 属于范围\n  就业 满 3个月 → 一次性 3000元\n  资金 aid\n"
    )
    clause = program.clauses["stable"]
    assert (clause.name, clause.label, clause.cites, clause.entity) == ("stable", "稳岗", ("三（一）",), "person")
    assert clause.paid_from == model.PaidFrom(funds=("aid",))


@pytest.mark.parametrize(
    ("lines", "first", "last", "due"),
    [
        ("in force 2021-11-07 to 2024-11-06\n  applies from 2021-05-01", (2021, 5), (2024, 10), (2021, 11)),
        ("in force 2021-11-01 to 2025-12-31", (2021, 11), (2025, 12), (2021, 11)),
        ("in force 2022-11-23", (2022, 11), None, (2022, 11)),
    ],
)
def test_the_months_inside_a_policy(
    lines: str, first: tuple[int, int], last: tuple[int, int] | None, due: tuple[int, int]
) -> None:
    program, found = check(f"policy p\n  {lines}\n")
    assert found == () and program is not None
    assert (program.first, program.due_from) == (month(*first), month(*due))
    assert program.last == (None if last is None else month(*last))


def test_parameters_by_date_and_external_ones() -> None:
    program = good("parameter floor: money\n  from 2018-06-01: 1730 yuan\n  from 2021-10-01: 1900\n")
    assert program.parameters["floor"].values == ((date(2018, 6, 1), 173000), (date(2021, 10, 1), 190000))
    assert program.parameters["post_rate"].external and program.parameters["post_rate"].type == RATE
    assert program.parameters["minimum_wage"].values == ((date.min, 190000),)


def test_a_table_with_bands_and_one_of_members() -> None:
    program = good(
        "table bands by children\n  under 3 → 100 yuan\n  3 to under 10 → 200 yuan\n  10 or more → 300 yuan\n"
        "table partner by county\n  mabian → junior\n  otherwise → senior\n"
    )
    bands = program.tables["bands"]
    assert bands.keys == (COUNT,) and bands.type == MONEY
    assert [row.keys for row in bands.rows] == [
        (model.Band(low=None, high=3),),
        (model.Band(low=3, high=10),),
        (model.Band(low=10, high=None),),
    ]
    assert program.tables["partner"].type == Type("kind", "level")
    assert [row.value for row in program.tables["partner"].rows] == ["junior", "senior"]


def test_a_definition_of_the_name_of_an_attribute_stands_before_it_except_in_itself() -> None:
    program = good(
        "define origin for person = if poor then mabian else origin\ndefine far for person = origin is other\n"
    )
    county = Type("kind", "county")
    body = program.defines["person", "origin"].body
    assert isinstance(body, t.If)
    assert body.otherwise == t.FactRead("person", "origin", county)
    assert program.defines["person", "far"].body == t.Compare(
        "=", t.DefineRead("person", "origin", county), t.Constant("other", county)
    )


def test_one_name_defined_for_two_entities_and_read_through_a_link() -> None:
    program = good("define area for person = origin\ndefine area for firm = place\nclause c\n  for person\n"
                   "  employer's area is mabian → 1 yuan once\n")  # fmt: skip
    condition = program.clauses["c"].rules[0].condition
    assert isinstance(condition, t.Compare) and isinstance(condition.left, t.Through)
    assert condition.left.body == t.DefineRead("firm", "area", Type("kind", "county"))


def test_a_chain_of_two_thousand_definitions_is_no_deeper_than_one() -> None:
    lines = [f"define d{i} for person = d{i + 1} and poor" for i in range(2000)]
    program = good("\n".join([*lines, "define d2000 for person = poor", ""]))
    assert len(program.defines) == 2003


def test_a_clause_in_full() -> None:
    program = good(
        "clause c\n  for person where poor\n"
        "  employed → 500 yuan rounded down to 1 yuan per month for at most 6 months at most 6000 yuan per year "
        "at most 9000 yuan to employer\n"
        "  otherwise → minimum wage once\n  paid from aid 60%, treasury 40%\n"
    )
    clause = program.clauses["c"]
    first, rest = clause.rules
    assert first.rounding == model.Rounding(mode="down", unit=100)
    assert first.months == t.Constant(6, COUNT)
    assert first.per_year == t.Constant(Fraction(600000), MONEY)
    assert first.in_all == t.Constant(Fraction(900000), MONEY)
    assert first.payee == t.FactRead("person", "employer", Type("link", "firm"))
    assert (rest.condition, rest.frequency) == (None, "once")
    assert clause.paid_from == model.PaidFrom(funds=("aid", "treasury"), shares=(Fraction(3, 5), Fraction(2, 5)))


def test_groups_limits_targets_and_properties() -> None:
    program = good(
        "entity course\n  has trainee: person\n  has held on: date\n  has county: county\n"
        "clause training\n  for course\n  held on in this month → 100 yuan once\n"
        "exclusive aid group among first, training, wage per person take highest\n"
        "limit training to 10 per county per year order by held on\n"
        "target helped: count of person where (covered and ever employed) ≥ 40 by 2022-12-31\n"
        "target fairs: fairs held ≥ 1 per county every year\n"
        "property bounded for course: total paid by training ≤ 2000\n"
        "property more for person: first rises with insured\n"
    )
    own, other, money = program.groups["aid_group"].members
    assert (own.clause, own.link) == ("first", None)
    assert other.link == t.FactRead("course", "trainee", Type("link", "person"))
    assert money.attribute == t.FactRead("person", "wage", MONEY)
    limit = program.limits["training"]
    assert limit.per == t.FactRead("course", "county", Type("kind", "county"))
    assert (limit.period, limit.places) == ("year", t.Constant(10, COUNT))
    helped = program.targets["helped"].condition
    assert isinstance(helped, t.Compare) and isinstance(helped.left, t.Aggregate)
    assert (helped.left.entity, helped.left.via) == ("person", None)
    assert program.targets["fairs"].per == "county"
    bounded = program.properties["bounded"].claim
    assert bounded == t.Compare("≤", t.PaidBy("training", MONEY), t.Constant(Fraction(200000), MONEY))
    assert program.properties["more"].claim == model.Monotone(
        clause="first", direction="rises", attribute=t.FactRead("person", "insured", YES_NO)
    )


def test_a_fund_per_attribute_knows_its_pots_and_warns_where_the_pot_is_unknown() -> None:
    lines = "fund pots per origin\nclause c\n  for {}\n  {} → 1 yuan once\n  paid from pots\n"
    assert good(lines.format("person", "poor")).funds["pots"].pots == "county"
    program, found = check(BASE + lines.format("firm", "headcount ≥ 3"))
    assert program is not None
    assert [(d.code, d.span.text) for d in found] == [("HC325", "c")]


# ---------------------------------------------------------------- bad
BAD = [
    ("kind county: a, b", "HC202", "county"),
    ("kind x: a, b, a", "HC202", "a"),
    ("kind x: ａ, a", "HC202", "a"),
    ("entity post\n  has origin: count\n  has origin: count", "HC202", "origin"),
    ('entity post\n  has a "甲": count\n  has b "甲": count', "HC202", "b"),
    ("clause first\n  for person\n  poor → 1 yuan once", "HC202", "first"),
    ("set near of county = mabian, moyu", "HC206", "moyu"),
    ("set near of region = mabian", "HC201", "region"),
    ("entity post\n  has kindness: kidn", "HC201", "kidn"),
    ("entity post\n  has n: count 5 to 3", "HC320", "5 to 3"),
    ("entity post\n  has n: count default 3 months", "HC302", "3 months"),
    ("entity post\n  has n: count 1 to 5 default 7", "HC320", "7"),
    ("entity post\n  has n: county default moyu", "HC206", "moyu"),
    ("entity post\n  has n: yes/no counts any day", "HC320", "n"),
    ("entity post\n  has people: many person via employer", "HC309", "employer"),
    ("parameter x: money", "HC128", "x"),
    ("parameter x: money external = 3 yuan", "HC321", "x"),
    ("parameter x: money = 3 months", "HC302", "3 months"),
    ("parameter x: money\n  from 2022-01-01: 1 yuan\n  from 2021-01-01: 2 yuan", "HC321", "from 2021-01-01: 2 yuan"),
    ("table x by colour\n  mabian → 1 yuan", "HC201", "colour"),
    ("table x by county\n  mabian, junior → 1 yuan", "HC322", "mabian, junior → 1 yuan"),
    ("table x by county\n  junior → 1 yuan", "HC206", "junior"),
    ("table x by county\n  mabian → 1 yuan\n  ebian → 3 months", "HC302", "3 months"),
    ("table x by county\n  otherwise → 1 yuan\n  ebian → 3 yuan", "HC322", "otherwise → 1 yuan"),
    ("define a for person = b\ndefine b for person = c\ndefine c for person = a", "HC205", "a"),
    ("define a for person = a and poor", "HC205", "a"),
    ("define a for person = mentor's a", "HC205", "a"),
    ("define covered for person = poor", "HC202", "covered"),
    ("define a for persn = poor", "HC201", "persn"),
    ("define a for person = number", "HC315", "number"),
    ("fund f per colour", "HC201", "colour"),
    ("clause c\n  for persn where poor\n  nothing known ≥ 3 → 1 yuan once", "HC201", "persn"),
    ("clause c\n  for person wher poor\n  poor → 1 yuan once", "HC204", "wher"),
    ("clause c\n  for person\n  otherwise → 1 yuan once\n  poor → 2 yuan once", "HC323", "otherwise → 1 yuan once"),
    ("clause c\n  for person\n  poor → 1 yuan once\n  paid from aid 60%, treasury 30%", "HC324",
     "aid 60%, treasury 30%"),
    ("clause c\n  for person\n  poor → 1 yuan once\n  paid from aid then aid", "HC324", "aid then aid"),
    ("clause c\n  for person\n  poor → 1 yuan once\n  paid from aids", "HC201", "aids"),
    ("clause c\n  for firm\n  headcount > 3 → 1 yuan once\nexclusive g among first, c per person take first",
     "HC326", "c"),
    ("exclusive g among first, origin per person take highest", "HC301", "origin"),
    ("exclusive g among first, firts per person take first", "HC201", "firts"),
    ("limit firstt to 10", "HC201", "firstt"),
    ("limit first to 10 yuan", "HC302", "10 yuan"),
    ("limit first to 10 per wage", "HC301", "wage"),
    ("limit first to 10 order by origin", "HC303", "origin"),
    ("target x: count of persons where poor ≥ 3", "HC201", "persons"),
    ("target x: employed ≥ 3 months", "HC203", "employed"),
    ("target x: fairs held", "HC301", "fairs held"),
    ("target x: fairs held ≥ 1 per region", "HC201", "region"),
    ("property x for firm: total paid by first ≤ 3 yuan", "HC301", "first"),
    ("property x for person: first rises with origin", "HC303", "origin"),
    ("policy q\n  in force 2021-01-01", "HC216", "q"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "code", "place"), BAD, ids=[lines for lines, *_ in BAD])
def test_each_mistake_is_one_finding(lines: str, code: str, place: str) -> None:
    found = bad(lines + "\n")
    assert found.code == code
    assert place in found.span.text and len(found.span.text) <= len(place) + len("  paid from ")


def test_circles_show_their_path_once_and_silence_their_readers() -> None:
    found = bad("define a for person = b\ndefine b for person = c\ndefine c for person = a\n"
                "clause c\n  for person where a\n  b → 1 yuan once\n")  # fmt: skip
    assert "a → b → c → a" in found.message.en
    assert found.span.source.position(found.span.start) == (BASE.count("\n") + 1, 8)


def test_groups_in_a_chain_are_refused_and_say_why() -> None:
    clauses = "".join(f"clause {n}\n  for person\n  poor → 1 yuan once\n" for n in "abc")
    found = bad(
        clauses + "exclusive g among a, b per person take first\nexclusive h among b, c per person take first\n"
    )
    assert (found.code, found.span.text) == ("HC327", "h")
    assert "`a` and `c` do not" in found.message.en
    good(clauses + "exclusive g among a, b, c per person take first\nexclusive h among b, c per person take first\n")


POLICIES = [
    ("policy p\n", "HC328", "p"),
    ("policy p\n  in force 2022-01-01 to 2021-01-01\n", "HC329", "in force 2022-01-01 to 2021-01-01"),
    ("policy p\n  in force 2022-01-01\n  applies from 2022-02-01\n", "HC329", "applies from 2022-02-01"),
    ("policy p\n  in force 2022-01-05 to 2022-01-20\n", "HC329", "in force 2022-01-05 to 2022-01-20"),
    ("clause c\n  for person\n  always → 3 yuan once\nentity person\n", "HC214", "clause c"),
    ("", "HC214", ""),
]


@pytest.mark.parametrize(("text", "code", "place"), POLICIES, ids=[code + text[-20:] for text, code, _ in POLICIES])
def test_policy_blocks_that_are_wrong(text: str, code: str, place: str) -> None:
    found = bad("", text)
    assert (found.code, found.span.text) == (code, place)


def test_a_module_is_checked_by_itself_and_is_no_program() -> None:
    program, found = check("kind a: b, c\n")
    assert program is None
    assert [(d.code, d.span.text) for d in found] == [("HC217", "kind a: b, c")]
    assert CODES["HC217"].severity == "info"


def test_a_fault_of_a_declaration_is_not_repeated_where_it_is_read() -> None:
    clause = "clause c\n  for person\n  skill is junior and course[skill] ≥ 3 and skill in (junior) → 1 yuan once\n"
    _, found = check(BASE.replace("has skill: level", "has skill: levle") + clause)
    assert [(d.code, d.span.text) for d in found] == [("HC201", "levle")]


def test_all_mistakes_of_a_file_come_at_once() -> None:
    _, found = check(BASE + "clause a\n  for person\n  wage ≥ 3 months → 3 months once\n"
                     "clause b\n  for persn\n  poor → 1 yuan once\n")  # fmt: skip
    assert [(d.code, d.span.text) for d in found] == [
        ("HC302", "wage ≥ 3 months"),
        ("HC302", "3 months"),
        ("HC201", "persn"),
    ]


def test_names_that_nothing_declares_are_told_beside_statements_that_cannot_be_read() -> None:
    """Only what a statement with a fault may itself have declared is passed over."""
    _, found = check(BASE + "clause a\n  for person\n  poor → 1 yuan once\n  wage and → 1 yuan once\n"
                     "clause b\n  for person\n  retired → 1 yuan once\n  paid from lottery\n"
                     'omit "三" because\n')  # fmt: skip
    assert [(d.code, d.span.text) for d in found if d.code == "HC201"] == [("HC201", "retired"), ("HC201", "lottery")]
    assert len(found) == 4


def test_a_declaration_without_its_name_may_be_any_that_is_missed() -> None:
    _, found = check(BASE.replace("  has hired on: date", '  has "入职": date') + "clause c\n  for person\n"
                     "  since hired on ≥ 3 months → 1 yuan once\n")  # fmt: skip
    assert [d.code[:3] for d in found] == ["HC1"]


def test_numbers_in_chinese_characters_are_told_in_digits() -> None:
    _, found = check(BASE + "clause a\n  for person\n  employed 满三个月 → 一次性 两千五百元\n")
    assert [(d.code, d.span.text, d.edit and d.edit.text) for d in found] == [
        ("HC124", "满三个月", "满 3个月"),
        ("HC124", "两千五百元", "2500元"),
    ]


def test_names_lost_with_a_faulty_statement_are_not_called_unknown() -> None:
    text = BASE.replace("  has hired on: date", "  has hired on date")
    _, found = check(text + "clause c\n  for person\n  since hired on ≥ 3 months → 1 yuan once\n")
    assert [d.code for d in found if not d.code.startswith("HC1")] == []
    assert len(found) == 1
