"""What checked programs become."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from attrs import evolve

from compiler import ir
from compiler.lowering.clauses import processing_order
from compiler.lowering.lower import lower
from compiler.show import show
from compiler.verify import verify
from lang import model, typed
from lang.dates import month
from lang.types import COUNT, DATE, MONEY, NONE, RATE, YES_NO, Type
from tests.compiler.checked import (
    COUNTY,
    COVERED,
    COVERED_READ,
    ENTERPRISE,
    PERSON,
    clause,
    count,
    days,
    fact,
    months,
    program,
    rule,
    run_at_least,
    yuan,
)


def lowered(checked: model.Program) -> ir.Program:
    result, diagnostics = lower(checked)
    assert result is not None, diagnostics
    verify(result)
    return result


def one(condition: typed.Expr | None, amount: typed.Expr | None = None, **more: object) -> ir.Program:
    """The program of one rule."""
    the_clause = clause("c", rule(condition, amount or yuan(1)))
    return lowered(program([PERSON, ENTERPRISE], [the_clause], **more))


def ops(lowered_program: ir.Program, kind: type) -> list[ir.Op]:
    return [stream.op for stream in lowered_program.streams if isinstance(stream.op, kind)]


def test_a_clause_like_those_of_shaoxing() -> None:
    insured = run_at_least(fact("social_insurance"), 3)
    stable = clause("stable_job", rule(insured, yuan(3000)), where=COVERED_READ)
    rent_when = typed.All((fact("employed"), fact("renting")))
    rent = clause("rent", rule(rent_when, yuan(500), "per month"), where=COVERED_READ)
    assert show(lowered(program([PERSON, ENTERPRISE], [stable, rent], [COVERED]))) == (
        "policy aid: months 2021-01 to 2022-12, due from 2021-01\n"
        "%0  person yes/no   fact poverty_alleviated\n"
        "%1  person county   fact origin\n"
        "%2  person yes/no   one of %1: mabian, ebian, jinkouhe, muchuan\n"
        "%3  person date     fact hired_on\n"
        "%4         date     constant 2021-01-01\n"
        "%5  person yes/no   compare %3 ≥ %4\n"
        '%6  person yes/no   and %0 %2 %5  "covered"\n'
        "%7  person yes/no   fact social_insurance\n"
        "%8  person duration run %7 cap 3\n"
        "%9         duration constant 3 months\n"
        "%10 person yes/no   compare %8 ≥ %9\n"
        "%11 person yes/no   and %6 %10\n"
        "%12        money    constant 3000.00 yuan\n"
        "%13 person yes/no   fact employed\n"
        "%14 person yes/no   fact renting\n"
        "%15 person yes/no   and %6 %13 %14\n"
        "%16        money    constant 500.00 yuan\n"
        "clause stable_job person\n"
        "  when %11 pay %12 once\n"
        "clause rent person\n"
        "  when %15 pay %16 per month\n"
    )


def test_caps_are_the_smallest_that_suffice() -> None:
    caps = {}
    for operator in ("≥", ">", "=", "≠", "<", "≤"):
        (run,) = ops(one(typed.Compare(operator, typed.Run(fact("employed")), months(6))), ir.Run)
        caps[operator] = run.cap
    assert caps == {"≥": 6, ">": 7, "=": 7, "≠": 7, "<": 6, "≤": 7}


def test_a_constant_on_the_left_caps_the_run_too() -> None:
    (run,) = ops(one(typed.Compare("≤", months(6), typed.Run(fact("employed")))), ir.Run)
    assert run.cap == 6


def test_a_run_that_is_not_compared_with_a_constant_has_no_cap() -> None:
    compared = typed.Compare("≥", typed.Run(fact("employed")), typed.Run(fact("renting")))
    assert [run.cap for run in ops(one(compared), ir.Run)] == [None, None]


def test_equal_streams_are_evaluated_once() -> None:
    twice = typed.Either((run_at_least(fact("employed"), 3), typed.Not(run_at_least(fact("employed"), 3))))
    assert len(ops(one(twice), ir.Run)) == 1


def test_equal_constants_of_different_types_stay_apart() -> None:
    both = typed.All(
        (typed.Compare("≥", fact("wage"), yuan(1)), typed.Compare("≥", fact("headcount", ENTERPRISE), count(100)))
    )
    through = typed.Through(fact("employer"), both.operands[1], YES_NO)
    result = one(typed.All((both.operands[0], through)))
    assert {s.type for s in result.streams if isinstance(s.op, ir.Constant)} == {MONEY, COUNT}


def test_a_definition_read_through_a_link_is_the_stream_of_the_other_entity() -> None:
    large = model.Define(
        name="large", entity="enterprise", body=typed.Compare("≥", fact("headcount", ENTERPRISE), count(50))
    )
    read = typed.Through(fact("employer"), typed.DefineRead("enterprise", "large", YES_NO), YES_NO)
    result = one(read, defines=[large])
    (through,) = ops(result, ir.Through)
    assert through.target == result.definitions["enterprise", "large"]
    assert result.streams[through.target].entity == "enterprise"
    assert result.streams[through.target].name == "large"


def test_definitions_stand_behind_those_that_they_read() -> None:
    first = model.Define(name="first", entity="person", body=typed.Not(typed.DefineRead("person", "second", YES_NO)))
    second = model.Define(name="second", entity="person", body=typed.Ever(fact("employed")))
    result = one(None, defines=[first, second])
    assert list(result.definitions) == [("person", "first"), ("person", "second")]
    assert result.definitions["person", "second"] < result.definitions["person", "first"]


def test_a_long_chain_of_definitions() -> None:
    names = [f"d{i}" for i in range(5000)]
    bodies = [typed.Not(typed.DefineRead("person", after, YES_NO)) for after in names[1:]] + [fact("employed")]
    defines = [model.Define(name=n, entity="person", body=b) for n, b in zip(names, bodies, strict=True)]
    assert len(one(None, defines=defines).definitions) == 5000


def test_a_flat_and_of_ten_thousand_terms() -> None:
    terms = tuple(typed.Compare("≥", fact("wage"), yuan(i)) for i in range(10_000))
    (junction,) = ops(one(typed.All(terms)), ir.And)
    assert len(junction.operands) == 10_000


def test_a_long_sum() -> None:
    total: typed.Expr = yuan(1)
    for i in range(10_000):
        total = typed.Arithmetic("+", total, yuan(i + 2), MONEY)
    assert len(ops(one(None, total), ir.Arithmetic)) == 10_000


def test_deep_nesting() -> None:
    expr: typed.Expr = fact("employed")
    for i in range(64):
        expr = typed.Not(typed.If(fact("renting"), expr, run_at_least(fact("employed"), i + 1), YES_NO))
    assert len(ops(one(expr), ir.Select)) == 64


def test_an_and_inside_an_and_is_one() -> None:
    inner = typed.All((fact("employed"), fact("renting")))
    result = one(typed.All((typed.All((inner, fact("social_insurance"))), fact("employed"))))
    (junction,) = ops(result, ir.And)
    assert len(junction.operands) == 3


def test_a_kind_that_equals_a_member_is_one_of() -> None:
    mabian = typed.Constant("mabian", COUNTY)
    assert ops(one(typed.Compare("=", mabian, fact("origin"))), ir.OneOf)[0].members == ("mabian",)
    # NONE ≠ mabian is no, which `not one of` would turn into yes.
    assert ops(one(typed.Compare("≠", fact("origin"), mabian)), ir.Compare)[0].operator == "≠"


# ---------------------------------------------------------------- tables
TERM = Type("kind", "term")
LONG = model.Row(keys=("long", model.Band(low=3, high=10)), value=Fraction(300000))


def table(*rows: model.Row) -> ir.Program:
    course = model.Table(name="rate", keys=(TERM, COUNT), type=MONEY, rows=rows)
    training = model.Entity(
        name="person",
        attributes={n: model.Attribute(entity="person", name=n, type=t) for n, t in (("term", TERM), ("size", COUNT))},
    )
    keys = (typed.FactRead("person", "term", TERM), typed.FactRead("person", "size", COUNT))
    the_clause = clause("c", rule(None, typed.TableRead("rate", keys, MONEY)))
    return lowered(program([training], [the_clause], tables={"rate": course}))


def test_a_table_is_nested_selects_with_bands() -> None:
    result = table(LONG, model.Row(keys=(), value=Fraction(120000)))
    (select,) = ops(result, ir.Select)
    condition, then, otherwise = (result.streams[i].op for i in ir.operands(select))
    assert [result.streams[i].op.operator for i in condition.operands[1:]] == ["≥", "<"]
    assert (then, otherwise) == (ir.Constant(Fraction(300000)), ir.Constant(Fraction(120000)))


def test_a_table_without_otherwise_ends_in_none() -> None:
    result = table(LONG)
    (select,) = ops(result, ir.Select)
    assert result.streams[select.otherwise].op == ir.Constant(NONE)


# ---------------------------------------------------------------- lengths of time
def test_a_rate_times_a_length_is_money() -> None:
    rate = typed.Constant(Fraction(50000), RATE)
    for length, factor in ((months(6), 6), (days(45), Fraction(3, 2))):
        result = one(None, typed.Arithmetic("×", rate, length, MONEY))
        (product,) = ops(result, ir.Arithmetic)
        assert result.streams[product.right].op == ir.Constant(factor)


def test_days_can_be_added_to_a_date() -> None:
    since = typed.Compare("≤", typed.Later(fact("hired_on"), days(30)), typed.SettlementDate())
    result = one(since)
    (later,) = ops(result, ir.Later)
    assert later.unit == "days"
    assert result.streams[later.length].op == ir.Constant(30)


def test_a_run_compared_with_days_is_refused() -> None:
    condition = typed.Compare("≥", typed.Run(fact("employed")), days(30))
    result, diagnostics = lower(program([PERSON, ENTERPRISE], [clause("c", rule(condition, yuan(1)))]))
    assert result is None
    assert [d.code for d in diagnostics] == ["HC591"]


def test_values_of_parameters_hold_from_the_month_whose_settlement_date_they_reach() -> None:
    values = (
        (date(2018, 6, 1), Fraction(173000)),
        (date(2021, 10, 15), Fraction(190000)),
        (date(2021, 10, 31), Fraction(5)),
    )
    wage = model.Parameter(name="minimum_wage", type=MONEY, values=values)
    result = one(None, typed.ParameterRead("minimum_wage", MONEY), parameters={"minimum_wage": wage})
    assert result.parameters["minimum_wage"].values == ((month(2018, 6), 173000), (month(2021, 10), 5))


# ---------------------------------------------------------------- aggregates
def test_any_is_a_count_of_at_least_one() -> None:
    some = typed.Aggregate("any", "person", "employer", fact("employed"), None, YES_NO)
    result = lowered(program([PERSON, ENTERPRISE], [clause("c", rule(some, yuan(1)), entity="enterprise")]))
    (aggregate,) = ops(result, ir.Aggregate)
    (compare,) = ops(result, ir.Compare)
    assert aggregate.word == "count"
    assert (compare.operator, result.streams[compare.right].op) == ("≥", ir.Constant(1))
    assert result.streams[compare.left].entity == "enterprise"


def test_an_aggregate_over_all_rows_belongs_to_no_entity() -> None:
    everyone = typed.Aggregate("count", "person", None, fact("employed"), None, COUNT)
    condition = typed.Compare("≥", everyone, count(40))
    target = model.Target(name="t", condition=condition, per=None, by=date(2021, 12, 31), every_year=False)
    result = one(None, targets={"t": target})
    assert result.streams[result.targets["t"].condition].entity is None
    assert result.targets["t"].by == month(2021, 12)


# ---------------------------------------------------------------- clauses
def member(name: str) -> model.GroupMember:
    return model.GroupMember(clause=name, attribute=None, link=None)


def test_clauses_of_a_group_are_processed_in_the_order_of_among() -> None:
    clauses = [clause(name, rule(None, yuan(1))) for name in "abcd"]
    group = model.Exclusive(name="g", members=(member("d"), member("b")), per="person", take="first")
    result = lowered(program([PERSON, ENTERPRISE], clauses, groups={"g": group}))
    assert result.order == ("a", "c", "d", "b")
    assert [c.group for c in result.clauses.values()] == [None, "g", None, "g"]


def test_contradicting_orders_are_reported() -> None:
    clauses = [clause(name, rule(None, yuan(1))) for name in "ab"]
    groups = {
        name: model.Exclusive(name=name, members=tuple(map(member, order)), per="person", take="first")
        for name, order in (("g", "ab"), ("h", "ba"))
    }
    _, diagnostics = processing_order(program([PERSON, ENTERPRISE], clauses, groups=groups))
    assert [d.code for d in diagnostics] == ["HC592"]


def test_the_pot_of_a_fund_is_a_definition_before_an_attribute() -> None:
    fund = model.Fund(name="aid", per="origin", pots="county")
    paid = model.PaidFrom(funds=("aid",))
    home = model.Define(name="origin", entity="enterprise", body=typed.Constant("mabian", COUNTY))
    clauses = [
        clause("by_attribute", rule(None, yuan(1)), paid_from=paid),
        clause("by_definition", rule(None, yuan(1)), paid_from=paid, entity="enterprise"),
    ]
    result = lowered(program([PERSON, ENTERPRISE], clauses, [home], funds={"aid": fund}))
    pots = [c.funds.pots[0] for c in result.clauses.values() if c.funds]
    assert [result.streams[pot].op for pot in pots] == [ir.Fact("origin"), ir.Constant("mabian")]
    other = evolve(fund, per="nowhere")
    unknown = lowered(program([PERSON, ENTERPRISE], clauses, [home], funds={"aid": other}))
    assert [c.funds.pots for c in unknown.clauses.values() if c.funds] == [(None,), (None,)]


def test_limits_quota_and_payee() -> None:
    the_rule = rule(
        None, yuan(500), "per month", months=count(6), per_year=yuan(6000), in_all=yuan(50000), payee=fact("employer"),
        rounding=model.Rounding(mode="down", unit=100),
    )  # fmt: skip
    limit = model.Limit(name="c", places=count(10), per=fact("origin"), period="year", order_by=fact("hired_on"))
    result = lowered(program([PERSON, ENTERPRISE], [clause("c", the_rule)], limits={"c": limit}))
    assert show(result).splitlines()[-3:] == [
        "clause c person  quota c",
        "  always pay %0 rounded down to 1.00 yuan per month for at most %1 at most %2 per year at most %3 to %4",
        "quota c places %5 per %6 each year order %7",
    ]
    assert result.streams[7].type == DATE


def test_what_groups_cannot_do_yet_is_reported() -> None:
    clauses = [clause(name, rule(None, yuan(1))) for name in "ab"]
    groups = {
        "g": model.Exclusive(name="g", members=(member("a"), member("b")), per="person", take="highest"),
        "h": model.Exclusive(name="h", members=(member("b"),), per="person", take="first"),
    }
    limits = {"a": model.Limit(name="a", places=count(1), per=None, period=None, order_by=None)}
    _, diagnostics = lower(program([PERSON, ENTERPRISE], clauses, groups=groups, limits=limits))
    assert [d.message.en for d in diagnostics] == [
        "not supported yet: a limit on `a`, which is in `g` (take highest)",
        "not supported yet: `b` in two groups, `g` and `h`",
    ]
