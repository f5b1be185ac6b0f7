"""The stages of a clause one by one, with what is sure and what is not (docs/ir.md, Clauses)."""

from fractions import Fraction
from typing import Any

import pytest

from compiler import ir
from compiler.interpret import NoEnd
from lang.types import COUNT, MONEY, NONE, Type
from tests.compiler.by_hand import Hand, ledger, m, months, paid, refusals, rows, waits, yes

ALWAYS = yes(("2021-01", None))


def monthly(amount: int | Fraction = 100, last: str = "2021-06", **rule: Any) -> Hand:
    hand = Hand(last=last)
    hand.clause("aid", hand.fact("on"), hand.yuan(amount), "per month", **rule)
    return hand


# ---------------------------------------------------------------- amount, rounding, limits
def test_a_third_of_1000_is_rounded_where_it_is_paid() -> None:
    result = ledger(monthly(Fraction(1000, 3), last="2021-03"), rows(p={"on": ALWAYS}))
    assert [p.amount for p in result.payments] == [33333] * 3


@pytest.mark.parametrize(("mode", "fen"), [("nearest", 33300), ("down", 33300), ("up", 33400)])
def test_rounded_to_one_yuan(mode: str, fen: int) -> None:
    result = ledger(monthly(Fraction(1000, 3), last="2021-01", mode=mode, unit=100), rows(p={"on": ALWAYS}))
    assert [p.amount for p in result.payments] == [fen]


def test_the_years_limit_then_the_limit_in_all() -> None:
    hand = Hand(last="2023-12")
    per_year, in_all = hand.yuan(250), hand.yuan(600)
    hand.clause("aid", hand.fact("on"), hand.yuan(100), "per month", per_year=per_year, in_all=in_all)
    result = ledger(hand, rows(p={"on": ALWAYS}))
    year = ["100.00", "100.00", "50.00"]
    assert [amount for _, amount in paid(result)] == [*year, *year, "100.00"]
    assert paid(result)[-1] == ("2023-01", "100.00")


def test_a_cut_payment_keeps_to_whole_fen() -> None:
    hand = Hand(last="2021-02")
    hand.clause("aid", hand.fact("on"), hand.yuan(100), "per month", in_all=hand.yuan(Fraction(400, 3)))
    assert [p.amount for p in ledger(hand, rows(p={"on": ALWAYS})).payments] == [10000, 3333]


def test_for_at_most_two_months() -> None:
    hand = Hand()
    hand.clause("aid", hand.fact("on"), hand.yuan(100), "per month", months=hand.count(2))
    facts = rows(p={"on": yes(("2021-02", "2021-02"), ("2021-05", None))})
    assert paid(ledger(hand, facts)) == [("2021-02", "100.00"), ("2021-05", "100.00")]


def test_an_amount_not_above_nothing_pays_nothing_but_uses_a_once_up() -> None:
    hand = Hand(last="2021-03")
    hand.clause("aid", hand.fact("on"), hand.fact("amount", MONEY, low=-100), "once")
    facts = rows(p={"on": ALWAYS, "amount": months({"2021-01": -5, "2021-02": 700, "2021-03": 700})})
    result = ledger(hand, facts)
    assert not result.payments and result.complete


# ---------------------------------------------------------------- frequency and alternatives
def test_once_per_year() -> None:
    hand = Hand(last="2023-06")
    hand.clause("aid", hand.fact("on"), hand.yuan(1), "once per year")
    facts = rows(p={"on": yes(("2021-05", "2021-08"), ("2022-12", None))})
    assert [month for month, _ in paid(ledger(hand, facts))] == ["2021-05", "2022-12", "2023-01"]


def test_the_first_rule_that_holds_is_the_months() -> None:
    hand = Hand(last="2021-02")
    rich, poor = hand.fact("rich"), hand.fact("poor")
    lower = ir.Alternative(when=poor, amount=hand.yuan(50), frequency="per month")
    hand.clause("aid", rich, hand.yuan(100), "per month", more=[lower])
    result = ledger(hand, rows(p={"rich": yes(("2021-01", "2021-01")), "poor": True}))
    assert [(p.amount, p.rule) for p in result.payments] == [(10000, 0), (5000, 1)]


def test_outcomes_that_pay_the_same_are_sure() -> None:
    hand = Hand(last="2021-01")
    first, second = hand.fact("first"), hand.fact("second")
    same = ir.Alternative(when=second, amount=hand.yuan(100), frequency="per month")
    hand.clause("same", first, hand.yuan(100), "per month", more=[same])
    other = ir.Alternative(when=second, amount=hand.yuan(99), frequency="per month")
    hand.clause("other", first, hand.yuan(100), "per month", more=[other])
    result = ledger(hand, rows(p={"second": True}))
    assert paid(result) == [("2021-01", "100.00")]
    assert waits(result) == [("other", "p", ("first",))]


def test_unknown_after_a_sure_once_changes_nothing() -> None:
    hand = Hand()
    hand.clause("aid", hand.fact("on"), hand.yuan(1), "once")
    assert ledger(hand, rows(p={"on": months({"2021-02": True}, outside=False)})).complete
    hand = Hand()
    hand.clause("aid", hand.fact("on"), hand.yuan(1), "once")
    result = ledger(hand, rows(p={"on": months({"2021-02": True})}))
    assert waits(result) == [("aid", "p", ("on",))] and not result.payments  # January is unknown


def test_once_per_year_after_an_unknown_month_is_lost_for_that_year_only() -> None:
    hand = Hand(last="2022-12")
    hand.clause("aid", hand.fact("on"), hand.yuan(1), "once per year")
    known = {f"2021-{i:02d}": True for i in range(3, 13)} | {f"2022-{i:02d}": True for i in range(1, 13)}
    result = ledger(hand, rows(p={"on": months({"2021-01": False} | known)}))
    assert paid(result) == [("2022-01", "1.00")]
    assert waits(result) == [("aid", "p", ("on",))]


def test_an_unknown_month_is_one_month_of_a_monthly_payment() -> None:
    facts = rows(p={"on": months({"2021-01": True, "2021-03": True}, outside=False)})
    assert len(ledger(monthly(), facts).payments) == 2
    facts = rows(p={"on": months({"2021-01": True, "2021-02": True})})
    result = ledger(monthly(last="2021-03"), facts)
    assert paid(result) == [("2021-01", "100.00"), ("2021-02", "100.00")]
    assert waits(result) == [("aid", "p", ("on",))]


def test_an_unknown_month_is_in_doubt_where_the_number_of_months_runs_out() -> None:
    hand = Hand()
    hand.clause("aid", hand.fact("on"), hand.yuan(100), "per month", months=hand.count(3))
    known = {f"2021-{i:02d}": True for i in range(1, 13) if i != 2}
    result = ledger(hand, rows(p={"on": months(known)}))
    # January and March are sure; April is the third or the fourth; from May on three have been paid in any case
    assert [month for month, _ in paid(result)] == ["2021-01", "2021-03"]
    assert waits(result) == [("aid", "p", ("on",))]


# ---------------------------------------------------------------- missing
def test_a_parameter_without_a_value_is_one_entry_a_clause() -> None:
    hand = Hand(last="2021-02")
    rate = hand.parameter("rate")
    hand.clause("aid", hand.fact("on"), rate, "per month")
    facts = rows(a={"on": True}, b={"on": True}, c={"on": False}, d={})
    result = ledger(hand, facts)
    assert [(u.key, u.count, u.missing) for u in result.undetermined] == [
        (None, 2, ("rate",)),
        ("d", 1, ("on", "rate")),
    ]
    again = ledger(hand, facts, rate=Fraction(500))
    assert [(p.key, p.amount) for p in again.payments] == [("a", 500), ("b", 500)] * 2
    assert waits(again) == [("aid", "d", ("on",))]


def test_a_parameter_has_the_value_of_its_latest_month() -> None:
    hand = Hand(last="2021-04")
    hand.clause("aid", None, hand.parameter("rate", ("2021-02", 100), ("2021-04", 200)), "per month")
    result = ledger(hand, rows(p={}))
    assert [p.amount for p in result.payments] == [100, 100, 200]
    assert [(u.key, u.missing) for u in result.undetermined] == [(None, ("rate",))]


def test_a_row_that_was_not_given_is_one_of_which_nothing_is_known() -> None:
    hand = Hand(last="2021-01")
    employer = hand.fact("employer", Type("link", "enterprise"))
    level = hand.fact("level", Type("kind", "level"), "enterprise", default="national")
    through = hand.op(ir.Through(employer, level), Type("kind", "level"))
    hand.clause("aid", hand.op(ir.OneOf(through, ("national",))), hand.yuan(1), "once")
    people = rows(given={"employer": "e1"}, absent={"employer": "e9"}, unknown={}, none={"employer": NONE})
    result = ledger(hand, people | rows("enterprise", e1={}))
    assert [p.key for p in result.payments] == ["given"]
    assert waits(result) == [("aid", "absent", ("enterprise/e9.level",)), ("aid", "unknown", ("employer",))]


def test_payees() -> None:
    hand = Hand(last="2021-02")
    recruiter = hand.fact("recruiter", Type("link", "agency"))
    hand.clause("service", None, hand.yuan(2000), "once", payee=recruiter)
    result = ledger(hand, rows(a={"recruiter": "x"}, b={}, c={"recruiter": months({"2021-02": "y"}, outside=NONE)}))
    assert [(p.key, p.month - m("2021-01"), p.payee) for p in result.payments] == [
        ("a", 0, "agency/x"),
        ("b", 0, None),
        ("c", 1, "agency/y"),
    ]
    assert waits(result) == [("service", "b", ("recruiter",))]


def test_sums_and_shares_of_members() -> None:
    hand = Hand(last="2021-01")
    hand.fact("employer", Type("link", "enterprise"))
    wage = hand.fact("wage", MONEY, high=1000)
    local = hand.fact("local")
    total = hand.op(ir.Aggregate("sum", "person", "employer", None, wage), MONEY, "enterprise")
    share = hand.op(ir.Aggregate("share", "person", "employer", local, None), Type("share"), "enterprise")
    half = hand.op(ir.Constant(Fraction(1, 2)), Type("share"))
    hand.clause("wages", None, total, "once", entity="enterprise")
    hand.clause("locals", hand.op(ir.Compare("≥", share, half)), hand.yuan(1), "once", entity="enterprise")
    people = rows(
        a={"employer": "full", "wage": 300, "local": True},
        b={"employer": "full", "wage": NONE, "local": False},
        c={"employer": "part", "local": True, "wage": 5},
        d={"employer": "part", "wage": 7},
        e={"employer": "none", "wage": 7, "local": False},
    )
    enterprises = rows("enterprise", full={}, part={}, none={}, empty={})
    result = ledger(hand, people | enterprises)
    assert [(p.clause, p.key, p.amount) for p in result.payments] == [
        ("wages", "full", 300),
        ("wages", "none", 7),
        ("wages", "part", 12),
        ("locals", "full", 100),
        ("locals", "part", 100),
    ]
    assert result.complete


def test_funds_by_shares_and_in_turn() -> None:
    hand = Hand(last="2021-01")
    shares = ir.Funds(funds=("f", "g"), shares=(Fraction(1, 3), Fraction(2, 3)), pots=(None, None))
    in_turn = ir.Funds(funds=("f", "g"), shares=None, pots=(None, None))
    hand.clause("shared", None, hand.yuan(1), "once", funds=shares)
    hand.clause("turned", None, hand.yuan(1), "once", funds=in_turn)
    assert [dict(p.funds) for p in ledger(hand, rows(p={})).payments] == [{"f": 33, "g": 67}, {"f": 100}]


def test_an_open_end_needs_until() -> None:
    hand = Hand(last=None)
    hand.clause("aid", None, hand.yuan(1), "per month")
    with pytest.raises(NoEnd):
        ledger(hand, rows(p={}))
    assert len(ledger(hand, rows(p={}), until="2021-03").payments) == 3


def test_until_ends_early_and_never_late() -> None:
    assert len(ledger(monthly(), rows(p={"on": True}), until="2021-02").payments) == 2
    assert len(ledger(monthly(), rows(p={"on": True}), until="2030-02").payments) == 6


# ---------------------------------------------------------------- take first
def first_of_two(link: bool = False) -> Hand:
    hand = Hand(last="2021-04")
    hand.clause("a", hand.fact("in_a"), hand.yuan(1), "per month", group="one")
    hand.clause("b", hand.fact("in_b"), hand.yuan(2), "per month", group="one")
    hand.group("one", "first", "a", "b")
    return hand


def test_the_first_to_pay_shuts_the_others_out_for_good() -> None:
    facts = rows(p={"in_a": yes(("2021-02", "2021-02"), ("2021-04", None)), "in_b": yes(("2021-01", "2021-03"))})
    result = ledger(first_of_two(), facts)
    assert [(p.clause, p.month - m("2021-01")) for p in result.payments] == [("b", 0), ("b", 1), ("b", 2)]
    assert refusals(result) == [("2021-02", "a", "p", "exclusive"), ("2021-04", "a", "p", "exclusive")]


def test_in_one_month_the_order_of_among_decides() -> None:
    result = ledger(first_of_two(), rows(p={"in_a": True, "in_b": True}))
    assert {p.clause for p in result.payments} == {"a"} and len(result.refused) == 4


def test_who_may_have_won_leaves_the_others_in_doubt() -> None:
    facts = rows(
        p={"in_a": months({"2021-01": False}), "in_b": ALWAYS},
        q={"in_a": yes(("2021-01", "2021-01")), "in_b": months({"2021-01": False})},
    )
    result = ledger(first_of_two(), facts)
    assert [(p.clause, p.key) for p in result.payments] == [("a", "q"), ("b", "p"), ("b", "p"), ("b", "p"), ("b", "p")]
    # b won p in January, so a is shut out whatever it is; a won q, so b is shut out
    assert result.complete and not result.refused
    facts = rows(p={"in_a": months({"2021-02": False}), "in_b": ALWAYS})
    result = ledger(first_of_two(), facts)
    assert not result.payments
    assert waits(result) == [("a", "p", ("in_a",)), ("b", "p", ("in_a",))]


def test_a_group_is_reached_by_a_link() -> None:
    hand = Hand(last="2021-02")
    trainee = hand.fact("trainee", Type("link", "person"), "certificate")
    hand.clause(
        "skill", hand.fact("passed", entity="certificate"), hand.yuan(1), "once", entity="certificate", group="g"
    )
    hand.clause("work", hand.fact("trained"), hand.yuan(2), "once", group="g")
    via = ir.GroupMember(clause="skill", paid=None, link=trainee)
    hand.group("g", "first", via, "work")
    certificates = rows(
        "certificate",
        c1={"trainee": "p1", "passed": True},
        c2={"trainee": "p1", "passed": True},
        c3={"trainee": NONE, "passed": True},
    )
    result = ledger(hand, certificates | rows(p1={"trained": True}, p2={"trained": True}))
    assert [(p.clause, p.key) for p in result.payments] == [
        ("skill", "c1"),
        ("skill", "c2"),
        ("skill", "c3"),
        ("work", "p2"),
    ]
    result = ledger(hand, rows("certificate", c1={"passed": True}) | rows(p1={"trained": True}))
    assert [(p.clause, p.key) for p in result.payments] == [("skill", "c1")]
    assert waits(result) == [("work", "p1", ("certificate/c1.trainee",))]


# ---------------------------------------------------------------- take highest, unsure
def test_highest_with_an_unknown_month_at_the_start() -> None:
    hand = Hand(last="2021-03")
    hand.clause("a", hand.fact("in_a"), hand.yuan(500), "per month", group="g")
    hand.clause("b", hand.fact("in_b"), hand.yuan(800), "per month", group="g")
    hand.group("g", "highest", "a", "b")
    facts = rows(p={"in_a": months({"2021-02": True, "2021-03": True}), "in_b": False})
    result = ledger(hand, facts)
    # a leads whatever January was, so the growth of the other months is a's own
    assert paid(result) == [("2021-02", "500.00"), ("2021-03", "500.00")]
    assert waits(result) == [("a", "p", ("in_a",))]


def test_highest_with_unknown_payments_of_others() -> None:
    hand = Hand(last="2021-01")
    elsewhere = hand.fact("elsewhere", MONEY, high=10**9)
    hand.clause("own", hand.fact("due"), hand.yuan(3000), "once", group="g")
    hand.group("g", "highest", "own", ir.GroupMember(clause=None, paid=elsewhere, link=None))
    result = ledger(hand, rows(p={"due": True}, q={"due": False}))
    assert waits(result) == [("own", "p", ("elsewhere",))] and not result.payments


# ---------------------------------------------------------------- quotas
def quota(places: int = 1, **more: Any) -> Hand:
    hand = Hand(last="2021-02")
    hand.clause("aid", hand.fact("on"), hand.yuan(1), "per month")
    hand.quota("aid", hand.count(places), **more)
    return hand


def test_a_place_for_life_goes_to_the_first_and_is_kept() -> None:
    hand = Hand(last="2021-03")
    hand.clause("aid", hand.fact("on"), hand.yuan(1), "per month")
    order = hand.fact("number", COUNT)
    hand.quota("aid", hand.count(1), order=order)
    facts = rows(
        a={"on": True, "number": 2},
        b={"on": yes(("2021-01", "2021-01"), ("2021-03", None)), "number": 1},
        c={"on": True, "number": NONE},
    )
    result = ledger(hand, facts)
    assert [(p.key, p.month - m("2021-01")) for p in result.payments] == [("b", 0), ("b", 2)]
    assert {r.key for r in result.refused} == {"a", "c"} and len(result.refused) == 6


def test_doubtful_claims_ahead_are_counted_both_ways() -> None:
    on = {"on": True}
    result = ledger(quota(1), rows(a={}, b=on, c=on))
    # a may take the only place: b is in doubt; c is refused in January, for a or b has the place before it
    assert not result.payments
    assert waits(result) == [("aid", "a", ("on",)), ("aid", "b", ("person/a.on",))]
    assert refusals(result) == [("2021-01", "aid", "c", "limit"), ("2021-02", "aid", "c", "limit")]
    result = ledger(quota(2), rows(a={}, b=on, c=on))
    assert {p.key for p in result.payments} == {"b"} and len(result.payments) == 2
    assert waits(result) == [("aid", "a", ("on",)), ("aid", "c", ("person/a.on",))]


def test_an_unknown_order_is_in_doubt_only_where_it_matters() -> None:
    hand = Hand(last="2021-01")
    hand.clause("aid", hand.fact("on"), hand.yuan(1), "once")
    number = hand.fact("number", COUNT)
    hand.quota("aid", hand.parameter("places", ("2021-01", 2), type=COUNT), order=number, period="year")
    facts = rows(a={"on": True, "number": 1}, b={"on": True}, c={"on": True, "number": 3})
    result = ledger(hand, facts)
    # one place is left for b or c, and it is not known who of them comes first
    assert [p.key for p in result.payments] == ["a"]
    facts = rows(a={"on": True, "number": 0}, b={"on": True}, c={"on": True, "number": 3})
    assert [p.key for p in ledger(hand, facts, places=3).payments] == ["a", "b", "c"]
    assert waits(ledger(hand, facts))[0][2] == ("number",)


# ---------------------------------------------------------------- depth and guards
def test_a_chain_of_any_length() -> None:
    hand = Hand(last="2021-02")
    chain = hand.fact("on")
    for _ in range(4000):
        chain = hand.op(ir.Ever(hand.op(ir.Not(hand.op(ir.Not(chain))))))
    hand.clause("aid", chain, hand.yuan(1), "once")
    assert len(ledger(hand, rows(p={"on": True})).payments) == 1


def test_a_division_behind_its_guard() -> None:
    hand = Hand(last="2021-01")
    heads = hand.fact("heads", COUNT, high=9)
    some = hand.op(ir.Compare("≥", heads, hand.count(1)))
    each = hand.op(ir.Arithmetic("/", hand.yuan(100), heads), MONEY)
    hand.clause("aid", None, hand.op(ir.Select(some, each, hand.yuan(7)), MONEY), "once")
    result = ledger(hand, rows(none={"heads": 0}, three={"heads": 3}, unknown={}))
    assert [(p.key, p.amount) for p in result.payments] == [("none", 700), ("three", 3333)]
    assert waits(result) == [("aid", "unknown", ("heads",))]
