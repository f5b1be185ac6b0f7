"""The six hard clauses of docs/ir.md, written by hand as there, and the worked examples of the design pages."""

from datetime import date

import pytest

from compiler import ir
from compiler.facts import History, Row
from lang.types import COUNT, DATE, DURATION, MONEY, YES_NO, Type
from tests.compiler.by_hand import Hand, ledger, m, months, paid, refusals, rows, waits, yes


def take_highest(big: int = 3000, small: int = 500, after: int = 3) -> Hand:
    hand = Hand()
    employed = hand.fact("employed")
    hand.clause("monthly_aid", employed, hand.yuan(small), "per month", group="support")
    hand.clause("big_aid", hand.run_of(employed, after), hand.yuan(big), "once", group="support")
    hand.group("support", "highest", "monthly_aid", "big_aid")
    return hand


def test_1_take_the_higher() -> None:
    result = ledger(take_highest(), rows(p1={"employed": yes(("2021-01", "2021-07"))}))
    assert paid(result, "monthly_aid") == [("2021-01", "500.00"), ("2021-02", "500.00"), ("2021-07", "500.00")]
    assert paid(result, "big_aid") == [("2021-03", "2000.00")]
    assert result.complete and not result.refused


def test_500_by_six_against_800_by_three() -> None:
    hand = Hand()
    hand.clause("a", hand.fact("in_a"), hand.yuan(500), "per month", group="support")
    hand.clause("b", hand.fact("in_b"), hand.yuan(800), "per month", group="support")
    hand.group("support", "highest", "a", "b")
    facts = rows(p1={"in_a": yes(("2021-01", "2021-06")), "in_b": yes(("2021-01", "2021-03"))})
    result = ledger(hand, facts)
    assert paid(result, "b") == [("2021-01", "800.00"), ("2021-02", "800.00"), ("2021-03", "800.00")]
    assert paid(result, "a") == [("2021-05", "100.00"), ("2021-06", "500.00")]


def test_what_others_paid_counts_and_is_never_paid_by_us() -> None:
    hand = Hand()
    elsewhere = hand.fact("received_elsewhere", MONEY, default=0, high=10**9)
    hand.clause("own", hand.fact("due"), hand.yuan(3000), "once", group="support")
    hand.group("support", "highest", "own", ir.GroupMember(clause=None, paid=elsewhere, link=None))
    facts = rows(
        p1={"received_elsewhere": months({"2021-10": 200_000}), "due": yes(("2021-12", None))},
        p2={"received_elsewhere": 400_000, "due": yes(("2021-12", None))},
    )
    assert [(p.key, p.amount) for p in ledger(hand, facts).payments] == [("p1", 100_000)]


def test_2_a_quota_with_incumbents() -> None:
    hand = Hand(last="2021-03")
    filled = hand.fact("filled", entity="post")
    county = hand.fact("county", Type("kind", "county"), "post")
    opened = hand.fact("opened_on", DATE, "post")
    hand.clause("public_post", filled, hand.yuan(300), "per month", entity="post")
    hand.quota("public_post", hand.count(1), per=county, period="month", order=opened)
    facts = rows(
        "post",
        late={"filled": yes(("2021-01", "2021-02")), "county": "a", "opened_on": date(2020, 9, 1)},
        early={"filled": yes(("2021-02", None)), "county": "a", "opened_on": date(2020, 1, 1)},
        other={"filled": yes(("2021-01", "2021-01")), "county": "b", "opened_on": date(2020, 1, 1)},
    )
    result = ledger(hand, facts)
    # `late` came when there was room and keeps its place although `early` stands before it; then `early` has it
    assert [(p.key, p.month - m("2021-01")) for p in result.payments] == [
        ("late", 0),
        ("other", 0),
        ("late", 1),
        ("early", 2),
    ]
    assert refusals(result) == [("2021-02", "public_post", "early", "limit")]


@pytest.mark.parametrize(
    ("employed", "expected"),
    [
        (yes(("2021-04", "2022-03")), [("2021-09", "2021-11")]),
        (yes(("2021-04", "2021-08")), []),
        (yes(("2020-06", "2021-06")), [("2021-05", "2021-11")]),
    ],
)
def test_3_a_payment_that_reaches_back(employed: History, expected: list[tuple[str, str]]) -> None:
    hand = Hand(first="2021-05", last="2024-10", due="2021-11")
    hand.clause("employment_grant", hand.run_of(hand.fact("employed"), 6), hand.yuan(3000), "once")
    result = ledger(hand, rows(p1={"employed": employed}))
    assert [(p.month, p.due, p.amount) for p in result.payments] == [(m(a), m(b), 300_000) for a, b in expected]
    assert result.complete


def staff_award(threshold: int) -> Hand:
    hand = Hand()
    poor = hand.fact("poverty_alleviated")
    origin = hand.op(ir.OneOf(hand.fact("origin", Type("kind", "county")), ("mabian", "ebian")))
    hired = hand.fact("hired_on", DATE)
    late = hand.op(ir.Compare("≥", hired, hand.day(date(2021, 1, 1))))
    covered = hand.op(ir.And((poor, origin, late)))
    member = hand.op(ir.And((covered, hand.op(ir.InPeriod(hired, "this year")))))
    hand.fact("employer", Type("link", "enterprise"))
    staff = hand.op(ir.Aggregate("count", "person", "employer", member, None), COUNT, "enterprise")
    enough = hand.op(ir.Compare("≥", staff, hand.count(threshold)))
    national = hand.op(ir.OneOf(hand.fact("base_level", Type("kind", "level"), "enterprise"), ("national",)))
    hand.clause("base_award", hand.op(ir.And((national, enough))), hand.yuan(100_000), "once", entity="enterprise")
    return hand


def staff(sure: int, unsure: int, others: int = 0) -> dict[str, list[Row]]:
    def one(origin: dict[str, object]) -> dict[str, object]:
        return {"poverty_alleviated": True, "hired_on": date(2021, 3, 1), "employer": "e1"} | origin

    people = {f"s{i:02d}": one({"origin": "mabian"}) for i in range(sure)}
    people |= {f"u{i:02d}": one({}) for i in range(unsure)}
    people |= {f"o{i:02d}": one({"origin": "other"}) for i in range(others)}
    enterprises = rows("enterprise", e1={"base_level": "national"})
    return rows(**people) | enterprises


def test_4_a_count_of_staff() -> None:
    enough = ledger(staff_award(20), staff(20, 3))
    assert paid(enough) == [("2021-03", "100000.00")] and enough.complete
    too_few = ledger(staff_award(20), staff(16, 3, others=9))
    assert paid(too_few) == [] and too_few.complete
    doubtful = ledger(staff_award(20), staff(19, 3))
    assert paid(doubtful) == []
    assert waits(doubtful) == [("base_award", "e1", ("person/u00.origin", "person/u01.origin", "person/u02.origin"))]


def rent(frequency: str = "once") -> Hand:
    hand = Hand()
    both = hand.op(ir.And((hand.fact("employed"), hand.fact("renting"))))
    hand.clause("rent", both, hand.yuan(500), frequency)
    return hand


def test_5_a_once_after_an_unknown_month() -> None:
    facts = rows(
        after={"employed": yes(("2021-03", None)), "renting": months({"2021-04": True, "2021-05": True})},
        before={
            "employed": yes(("2021-03", None)),
            "renting": months({"2021-03": True, "2021-04": True}),
        },
    )
    result = ledger(rent(), facts)
    assert [(p.key, p.month) for p in result.payments] == [("before", m("2021-03"))]
    assert waits(result) == [("rent", "after", ("renting",))]


def test_6_the_station_bonus() -> None:
    hand = Hand(first="2021-01", last="2022-12")
    settlement = hand.op(ir.Settlement(), DATE)
    december = hand.op(ir.InPeriod(settlement, "month number", 12))
    placed = hand.fact("placed", COUNT, "station", high=100)
    this_year = hand.op(ir.Total(placed, "this year"), COUNT)
    last_year = hand.op(ir.Total(placed, "last year"), COUNT)
    more = hand.op(ir.Compare("≥", this_year, last_year))
    assessed = hand.fact("assessment_met", entity="station")
    hand.clause(
        "station_bonus",
        hand.op(ir.And((december, more, assessed)), YES_NO),
        hand.yuan(150_000),
        "once per year",
        entity="station",
    )
    in_2020 = {f"2020-{i:02d}": 5 for i in range(1, 13)}
    in_2021 = {f"2021-{i:02d}": 5 for i in range(1, 13)}
    in_2022 = {f"2022-{i:02d}": 4 for i in range(1, 13)}
    gap = {month: n for month, n in in_2021.items() if month != "2021-06"}
    met = {"assessment_met": True}
    facts = rows(
        "station",
        full=met | {"placed": months(in_2020 | in_2021 | in_2022)},
        gap=met | {"placed": months(in_2020 | gap | in_2022)},
        rich=met | {"placed": months(in_2020 | gap | {"2021-12": 90} | dict.fromkeys(in_2022, 40))},
    )
    result = ledger(hand, facts)
    assert [(p.key, p.month) for p in result.payments] == [
        ("full", m("2021-12")),  # 60 against 60; 2022 has 48 against 60
        ("rich", m("2021-12")),  # at least 140 against 60, whatever June 2021 was
        ("rich", m("2022-12")),  # 480 against at most 240
    ]
    # gap: 55 to 155 against 60 in 2021; 48 against 55 to 155 in 2022 is no for sure
    assert waits(result) == [("station_bonus", "gap", ("placed",))]


def test_durations_and_the_first_month() -> None:
    hand = Hand()
    employed = hand.fact("employed")
    hand.clause("run", hand.run_of(employed, 6), hand.yuan(1), "once")
    total = hand.op(ir.Total(employed, "so far"), DURATION)
    year = hand.op(ir.Constant(12), DURATION)
    hand.clause("total", hand.op(ir.Compare("≥", total, year)), hand.yuan(1), "once")
    hand.clause("ever", hand.op(ir.Ever(employed)), hand.yuan(1), "once")
    before = hand.op(ir.Previous(employed))
    hand.clause("previous", hand.op(ir.And((before, hand.op(ir.Not(employed))))), hand.yuan(1), "once")
    facts = rows(
        always={"employed": True},
        never={"employed": False},
        left={"employed": yes(("2019-01", "2020-12"))},
        unknown={},
    )
    result = ledger(hand, facts)
    got = {(p.clause, p.key, p.month) for p in result.payments}
    first = m("2021-01")
    assert got == {
        ("run", "always", first),
        ("total", "always", first),
        ("ever", "always", first),
        ("total", "left", first),
        ("ever", "left", first),
        ("previous", "left", first),
    }
    assert waits(result) == [(name, "unknown", ("employed",)) for name in ("run", "total", "ever", "previous")]
