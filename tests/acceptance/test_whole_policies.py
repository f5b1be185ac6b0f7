"""Small whole policies: groups, places, links, people counted by firms, funds, time, unknowns."""

from __future__ import annotations

from typing import Any

import pytest

from tests.acceptance.running import answer, open_questions, paid, refused
from tests.acceptance.test_rules import every, monthly, spells

Facts = dict[str, Any]

HEAD = """policy trial "试行"
  issued 2021-01-01
  in force 2021-01-01 to 2023-12-31
  paid from treasury
fund treasury "本级资金"
kind grade "等级": low "初级", middle "中级", high "高级"
entity person "人员"
  has working "在岗": yes/no monthly
  has insured "参保": yes/no monthly
  has received "已领": money 0 to 100000 yuan monthly default 0 yuan
  has grade "等级": grade
  has ranked "名次": count 0 to 1000
  has asked "申请日": date
  has employer "用人单位": enterprise
entity enterprise "企业"
  has staff "员工": many person via employer
  has headcount "职工总数": count 1 to 100000 monthly
  has owner "业主": person
  has rated "评级": grade
entity certificate "证书"
  has holder "持证人": person
  has earned "取证日": date
"""


def short(lines: list[str]) -> list[str]:
    """Clause, id, month and amount of each payment."""
    return [
        f"{clause} {key.split('/')[1]} {month} {amount}" for clause, key, month, _, amount, _ in map(str.split, lines)
    ]


def person(key: str, /, **facts: Any) -> Facts:
    return {"id": key, **facts}


# ---------------------------------------------------------------------------------------------- groups
MONTHLY_AND_ONCE = (
    "clause a\n  for person\n  working → 500 yuan per month\n"
    "clause b\n  for person\n  working ≥ 3 months → 3000 yuan once\n"
    "exclusive either among a, b per person take highest\n"
)
TWO_TERMS = (
    "clause a\n  for person\n  working → 500 yuan per month for at most 6 months\n"
    "clause b\n  for person\n  working → 800 yuan per month for at most 3 months\n"
    "exclusive either among a, b per person take highest\n"
)
ELSEWHERE = (
    "clause own\n  for person\n  working ≥ 3 months → 3000 yuan once\n"
    "exclusive either among own, received per person take highest\n"
)
FIRST = (
    "clause a\n  for person\n  insured → 100 yuan per month\n"
    "clause b\n  for person\n  working → 50 yuan per month\n"
    "exclusive either among a, b per person take first\n"
)


@pytest.mark.parametrize(
    ("clauses", "facts", "payments"),
    [
        pytest.param(
            MONTHLY_AND_ONCE,
            {"working": spells("21-01 21-07")},
            ["a p 2021-01 500.00", "a p 2021-02 500.00", "b p 2021-03 2000.00", "a p 2021-07 500.00"],
            id="the page's example of the higher",
        ),
        pytest.param(
            TWO_TERMS,
            {"working": spells("21-01")},
            [*(f"b p 2021-0{n} 800.00" for n in (1, 2, 3)), "a p 2021-05 100.00", "a p 2021-06 500.00"],
            id="six of 500 against three of 800",
        ),
        pytest.param(
            ELSEWHERE,
            {"working": spells("21-10"), "received": monthly("21-10 21-10 2000")},
            ["own p 2021-12 1000.00"],
            id="2,000 elsewhere in October, 3,000 of our own in December",
        ),
        pytest.param(
            ELSEWHERE,
            {"working": spells("21-10"), "received": monthly("21-10 21-10 3000")},
            [],
            id="as much elsewhere as here",
        ),
        pytest.param(
            ELSEWHERE,
            {"working": spells("21-10"), "received": monthly("22-01 22-01 5000")},
            ["own p 2021-12 3000.00"],
            id="what others pay later is not clawed back",
        ),
        pytest.param(
            ELSEWHERE,
            {"working": spells("21-10")},
            ["own p 2021-12 3000.00"],
            id="nothing elsewhere",
        ),
        pytest.param(
            FIRST,
            {"working": spells("21-02 21-03"), "insured": spells("21-03")},
            ["b p 2021-02 50.00", "b p 2021-03 50.00"],
            id="the first to pay shuts the other out for good",
        ),
        pytest.param(
            FIRST,
            {"working": spells("21-02 21-02", "21-05 21-05"), "insured": spells("21-02 21-02")},
            ["a p 2021-02 100.00"],
            id="in one month the order of the list decides",
        ),
    ],
)  # fmt: skip
def test_of_several_aids_one(clauses: str, facts: Facts, payments: list[str]) -> None:
    ledger = answer(HEAD + clauses, {"person": [person("p", **facts)]})
    assert short(paid(ledger)) == payments
    assert open_questions(ledger) == []


def test_a_group_reaches_the_person_through_each_clause_s_link() -> None:
    clauses = (
        "clause course\n  for certificate\n  earned in this month → 300 yuan once to holder\n"
        "clause job\n  for person\n  working → 100 yuan once\n"
        "exclusive either among course, job per person take first\n"
    )
    facts = {
        "person": [person("p", working=spells("21-05")), person("q", working=spells("21-02"))],
        "certificate": [
            {"id": "c1", "holder": "p", "earned": "2021-03-03"},
            {"id": "c2", "holder": "p", "earned": "2021-06-03"},
            {"id": "c3", "holder": "q", "earned": "2021-06-03"},
        ],
    }
    assert paid(answer(HEAD + clauses, facts)) == [
        "job person/q 2021-02 2021-02 100.00 person/q",
        "course certificate/c1 2021-03 2021-03 300.00 person/p",
        "course certificate/c2 2021-06 2021-06 300.00 person/p",
    ]


# ---------------------------------------------------------------------------------------------- places
STIPEND = "clause stipend\n  for person\n  working → 10 yuan per month\n"
GRANT = "clause grant\n  for person\n  working → 10 yuan once\n"


@pytest.mark.parametrize(
    ("clauses", "people", "payments", "turned_away"),
    [
        pytest.param(
            STIPEND + "limit stipend to 2 per month\n",
            [
                person("p1", working=spells("21-02 21-02")),
                person("p2", working=spells("21-02 21-03")),
                person("p3", working=spells("21-01 21-02")),
            ],
            [
                "stipend p3 2021-01 10.00",
                "stipend p1 2021-02 10.00",
                "stipend p3 2021-02 10.00",
                "stipend p2 2021-03 10.00",
            ],
            ["stipend p2 2021-02"],
            id="who was paid the month before comes first, then the key",
        ),
        pytest.param(
            STIPEND + "limit stipend to 1 per month order by asked\n",
            [
                person("p1", working=spells("21-01 21-01"), asked="2020-12-02"),
                person("p2", working=spells("21-01 21-01"), asked="2020-12-01"),
            ],
            ["stipend p2 2021-01 10.00"],
            ["stipend p1 2021-01"],
            id="then who asked first",
        ),
        pytest.param(
            STIPEND + "limit stipend to 1\n",
            [
                person("p1", working=spells("21-02 21-03")),
                person("p2", working=spells("21-01 21-01", "21-03 21-03")),
            ],
            ["stipend p2 2021-01 10.00", "stipend p2 2021-03 10.00"],
            ["stipend p1 2021-02", "stipend p1 2021-03"],
            id="for life: a place is an entity's, not a payment's",
        ),
        pytest.param(
            GRANT + "limit grant to 1 per year\n",
            [
                person("p1", working=spells("21-12")),
                person("p2", working=spells("21-11")),
            ],
            ["grant p2 2021-11 10.00", "grant p1 2022-01 10.00"],
            ["grant p1 2021-12"],
            id="a year: tried again while the condition holds",
        ),
        pytest.param(
            GRANT + "limit grant to 1 per year\n",
            [
                person("p1", working=spells("21-12 21-12")),
                person("p2", working=spells("21-11")),
            ],
            ["grant p2 2021-11 10.00"],
            ["grant p1 2021-12"],
            id="a year: the condition holds no more",
        ),
        pytest.param(
            GRANT + "limit grant to 1 per grade\n",
            [
                person("p1", working=spells("21-01 21-01"), grade="low"),
                person("p2", working=spells("21-01 21-01"), grade="low"),
                person("p3", working=spells("21-01 21-01"), grade="high"),
            ],
            ["grant p1 2021-01 10.00", "grant p3 2021-01 10.00"],
            ["grant p2 2021-01"],
            id="one for each grade",
        ),
        pytest.param(
            GRANT + "limit grant to 2\n",
            [person(key, working=spells("21-01 21-01")) for key in ("p10", "p9", "P9")],
            ["grant P9 2021-01 10.00", "grant p10 2021-01 10.00"],
            ["grant p9 2021-01"],
            id="keys by code points",
        ),
        pytest.param(
            STIPEND + "limit stipend to 0\n",
            [person("p", working=spells("21-01 21-01"))],
            [],
            ["stipend p 2021-01"],
            id="no place at all",
        ),
    ],
)
def test_places(clauses: str, people: list[Facts], payments: list[str], turned_away: list[str]) -> None:
    for rows in (people, people[::-1]):
        ledger = answer(HEAD + clauses, {"person": rows})
        assert short(paid(ledger)) == payments
        assert refused(ledger) == [f"{one} limit" for one in turned_away]
        assert open_questions(ledger) == []


@pytest.mark.parametrize(
    ("clauses", "people", "payments", "undetermined"),
    [
        pytest.param(
            GRANT + "limit grant to 1\n",
            [person("a"), person("b", working=spells("21-01 21-02"))],
            [],
            ["grant a: working", "grant b: working"],
            id="who comes first may take the place",
        ),
        pytest.param(
            GRANT + "limit grant to 1 order by asked\n",
            [person("a", working=spells("21-01")), person("b", working=spells("21-01"), asked="2021-01-01")],
            [],
            ["grant a: asked", "grant b: asked"],
            id="the order is not known",
        ),
        pytest.param(
            GRANT + "limit grant to 2 order by asked\n",
            [person("a", working=spells("21-01")), person("b", working=spells("21-01"), asked="2021-01-01")],
            ["grant a 2021-01 10.00", "grant b 2021-01 10.00"],
            [],
            id="the order is not known, but there is room for both",
        ),
        pytest.param(
            FIRST,
            [person("a", working=spells("21-01"))],
            [],
            ["a a: insured", "b a: insured"],
            id="whether the other came first is not known",
        ),
    ],
)
def test_who_waits_for_an_unknown_is_undetermined_too(
    clauses: str, people: list[Facts], payments: list[str], undetermined: list[str]
) -> None:
    ledger = answer(HEAD + clauses, {"person": people})
    assert (short(paid(ledger)), open_questions(ledger)) == (payments, undetermined)


# ---------------------------------------------------------------------------------------------- firms and their people
def staffed(rule: str, people: list[Facts], **firm: Any) -> tuple[list[str], list[str]]:
    ledger = answer(
        f"{HEAD}define hired for person = working and insured\nclause award\n  for enterprise\n  {rule}\n",
        {"person": people, "enterprise": [{"id": "e", **firm}]},
    )
    return [f"{one['month']} {one['amount']}" for one in ledger["payments"]], open_questions(ledger)


ON, OFF = spells("21-03"), spells()


@pytest.mark.parametrize(
    ("rule", "people", "firm", "expected"),
    [
        pytest.param(
            "count of staff where working ≥ 2 → 10 yuan once",
            [person("a", working=ON, employer="e"), person("b", working=spells("21-05"), employer="e")],
            {},
            (["2021-05 10.00"], []),
            id="two at work",
        ),
        pytest.param(
            "count of staff where (working and insured) ≥ 1 → 10 yuan × count of staff where hired once",
            [person(key, working=ON, insured=ON, employer="e") for key in "abc"],
            {},
            (["2021-03 30.00"], []),
            id="so much for each",
        ),
        pytest.param(
            "count of staff where hired ≥ 2 → 10 yuan once",
            [person(key, working=ON, insured=ON, employer=firm) for key, firm in (("a", "e"), ("b", None))],
            {},
            ([], []),
            id="who has no employer is no member",
        ),
        pytest.param(
            "count of staff where (working ≥ 3 months) ≥ 2 → 10 yuan once",
            [person(key, working=ON, employer="e") for key in "ab"],
            {},
            (["2021-05 10.00"], []),
            id="each with a run of his own",
        ),
        pytest.param(
            "share of staff where working ≥ 50% → 10 yuan once",
            [person("a", working=ON, employer="e"), person("b", working=OFF, employer="e")],
            {},
            (["2021-03 10.00"], []),
            id="half of them",
        ),
        pytest.param(
            "share of staff where working > 50% → 10 yuan once",
            [person("a", working=ON, employer="e"), person("b", working=OFF, employer="e")],
            {},
            ([], []),
            id="not more than half",
        ),
        pytest.param(
            "(sum of staff's received where working) ≥ 300 yuan → 10 yuan once",
            [
                person("a", working=ON, employer="e", received=monthly("21-01 21-06 100")),
                person("b", working=spells("21-04"), employer="e", received=monthly("21-01 21-06 200")),
            ],
            {},
            (["2021-04 10.00"], []),
            id="a sum of money",
        ),
        pytest.param(
            "any staff where working → 10 yuan once per year",
            [person("a", working=spells("21-03 22-03"), employer="e")],
            {},
            (["2021-03 10.00", "2022-01 10.00"], []),
            id="anybody",
        ),
        pytest.param(
            "count of staff where working ≥ 20% × headcount → 10 yuan once",
            [person("a", working=ON, employer="e")],
            {"headcount": monthly("21-01 21-04 6", "21-05 23-12 5")},
            (["2021-05 10.00"], []),
            id="a fifth of the workforce",
        ),
        pytest.param(
            "count of staff where working ≥ 2 → 10 yuan once",
            [person("a", working=ON, employer="e"), person("b", employer="e")],
            {},
            ([], ["award e: working"]),
            id="an unknown member may make the count",
        ),
        pytest.param(
            "count of staff where working ≥ 3 → 10 yuan once",
            [person("a", working=ON, employer="e"), person("b", employer="e")],
            {},
            ([], []),
            id="an unknown member cannot make three of two",
        ),
        pytest.param(
            "count of staff where working ≥ 1 → 10 yuan once",
            [person("a", working=spells("20-12"), employer="e"), person("b", employer="e")],
            {},
            (["2021-01 10.00"], []),
            id="one is sure from the first month on",
        ),
        pytest.param(
            "count of staff where working ≥ 1 → 10 yuan once",
            [person("a", working=ON, employer="e"), person("b", employer="e")],
            {},
            ([], ["award e: working"]),
            id="the unknown months before the first sure one leave `once` open",
        ),
        pytest.param(
            "owner's grade is high and owner's working → 10 yuan once",
            [person("a", working=ON, grade="high")],
            {"owner": "a"},
            (["2021-03 10.00"], []),
            id="two steps of a link",
        ),
        pytest.param(
            "owner's grade is high → 10 yuan once", [], {"owner": None}, ([], []), id="no owner has no grade"
        ),
        pytest.param(
            "owner's grade is high → 10 yuan once", [], {}, ([], ["award e: owner"]), id="an owner who is not given"
        ),
        pytest.param(
            "owner's hired → 10 yuan once",
            [person("a", working=ON, insured=spells("21-06"))],
            {"owner": "a"},
            (["2021-06 10.00"], []),
            id="a definition through a link",
        ),
    ],
)  # fmt: skip
def test_firms_count_their_people(
    rule: str, people: list[Facts], firm: Facts, expected: tuple[list[str], list[str]]
) -> None:
    assert staffed(rule, people, **firm) == expected


def test_the_payee_is_reached_through_links() -> None:
    clauses = "clause fee\n  for certificate\n  earned in this month → 10 yuan once to holder's employer\n"
    facts = {
        "enterprise": [{"id": "e"}],
        "person": [person("p", employer="e"), person("q"), person("r", employer=None)],
        "certificate": [{"id": f"c{key}", "holder": key, "earned": "2021-05-05"} for key in "pqr"],
    }
    ledger = answer(HEAD + clauses, facts)
    assert paid(ledger)[:2] == [
        "fee certificate/cp 2021-05 2021-05 10.00 enterprise/e",
        "fee certificate/cq 2021-05 2021-05 10.00 None",
    ]
    assert open_questions(ledger) == ["fee cq: employer"]


# ---------------------------------------------------------------------------------------------- funds
@pytest.mark.parametrize(
    ("source", "amount", "split"),
    [
        ("f", "100.01", {"f": "100.01"}),
        ("f 60%, g 40%", "100.01", {"f": "60.01", "g": "40.00"}),
        ("f 60%, g 40%", "0.01", {"f": "0.01", "g": "0.00"}),
        ("f 50%, g 50%", "0.03", {"f": "0.02", "g": "0.01"}),
        ("f 30%, g 30%, treasury 40%", "1000.01", {"f": "300.00", "g": "300.00", "treasury": "400.01"}),
    ],
)
def test_a_payment_is_split_in_order_and_the_last_takes_the_rest(source: str, amount: str, split: Facts) -> None:
    policy = f"{HEAD}fund f\nfund g\nclause c\n  for person\n  working → {amount} yuan once\n  paid from {source}\n"
    (one,) = answer(policy, {"person": [person("p", working=ON)]})["payments"]
    assert one["amount"] == amount
    assert {fund: part for fund, part in one["fund"].items() if part != "0.00"} == {
        fund: part for fund, part in split.items() if part != "0.00"
    }


# ---------------------------------------------------------------------------------------------- time
def timed(times: str, **facts: Any) -> list[str]:
    policy = HEAD.replace("  in force 2021-01-01 to 2023-12-31\n", times) + STIPEND
    ledger = answer(policy, {"person": [person("p", **facts)]})
    return [f"{one['month']} {one['due']}" for one in ledger["payments"]]


@pytest.mark.parametrize(
    ("times", "months"),
    [
        ("  in force 2021-01-15 to 2021-03-31\n", ["2021-01 2021-01", "2021-02 2021-02", "2021-03 2021-03"]),
        ("  in force 2021-01-15 to 2021-03-30\n", ["2021-01 2021-01", "2021-02 2021-02"]),
        ("  in force 2021-01-31 to 2021-02-28\n", ["2021-01 2021-01", "2021-02 2021-02"]),
        ("  in force 2021-02-01 to 2021-02-28\n", ["2021-02 2021-02"]),
        (
            "  in force 2021-03-15 to 2021-04-30\n  applies from 2021-01-31\n",
            ["2021-01 2021-03", "2021-02 2021-03", "2021-03 2021-03", "2021-04 2021-04"],
        ),
        (
            "  in force 2021-03-31 to 2021-04-30\n  applies from 2021-02-01\n",
            ["2021-02 2021-03", "2021-03 2021-03", "2021-04 2021-04"],
        ),
    ],
)
def test_a_month_is_inside_when_its_last_day_is(times: str, months: list[str]) -> None:
    assert timed(times, working=spells("19-01")) == months


def test_the_worked_example_of_six_months() -> None:
    policy = HEAD.replace(
        "in force 2021-01-01 to 2023-12-31", "in force 2021-11-07 to 2024-11-06\n  applies from 2021-05-01"
    ) + ("clause grant\n  for person\n  working ≥ 6 months → 3000 yuan once\n")
    people = [
        person("a", working=spells("21-04 22-03")),
        person("b", working=spells("21-04 21-08")),
        person("c", working=spells("20-06 21-06")),
    ]
    assert paid(answer(policy, {"person": people})) == [
        "grant person/a 2021-09 2021-11 3000.00 person/a",
        "grant person/c 2021-05 2021-11 3000.00 person/c",
    ]


def test_a_policy_without_an_end_is_evaluated_until_a_month() -> None:
    policy = HEAD.replace(" to 2023-12-31", "") + STIPEND
    ledger = answer(policy, {"person": [person("p", working=spells("21-01"))]}, "until=2021-02")
    assert [one["month"] for one in ledger["payments"]] == ["2021-01", "2021-02"]


# ---------------------------------------------------------------------------------------------- unknown, none, no
@pytest.mark.parametrize(
    ("rule", "facts", "expected"),
    [
        ("working → 10 yuan once", {}, ([], ["c p: working"])),
        ("working and insured → 10 yuan once", {"working": []}, ([], [])),
        ("working and insured → 10 yuan once", {"working": ON}, ([], ["c p: insured"])),
        ("working or insured → 10 yuan once", {"working": spells("20-12")}, (["2021-01 10.00"], [])),
        ("working or insured → 10 yuan once", {"working": ON}, ([], ["c p: insured"])),
        ("not working → 10 yuan once", {}, ([], ["c p: working"])),
        ("grade is high → 10 yuan once", {"grade": None}, ([], [])),
        ("grade is high → 10 yuan once", {}, ([], ["c p: grade"])),
        ("grade is known → 10 yuan once", {}, ([], [])),
        ("ranked ≥ 1 → 10 yuan once", {"ranked": None}, ([], [])),
        ("not (ranked ≥ 1) → 10 yuan once", {"ranked": None}, (["2021-01 10.00"], [])),
        ("asked ≥ 2021-01-01 → 10 yuan once", {"asked": None}, ([], [])),
        ("since asked ≥ 1 month → 10 yuan once", {"asked": None}, ([], [])),
        ("since asked ≥ 1 month → 10 yuan once", {}, ([], ["c p: asked"])),
        (
            "working → 10 yuan × ranked per month",
            {"working": spells("21-03 21-04")},
            ([], ["c p: ranked"]),
        ),
        ("working → 10 yuan × ranked per month", {"working": []}, ([], [])),
    ],
)
def test_missing_is_never_no(rule: str, facts: Facts, expected: tuple[list[str], list[str]]) -> None:
    ledger = answer(f"{HEAD}clause c\n  for person\n  {rule}\n", {"person": [person("p", **facts)]})
    assert ([f"{one['month']} {one['amount']}" for one in ledger["payments"]], open_questions(ledger)) == expected


def test_a_wage_known_for_some_months_leaves_only_the_year_open_in_which_it_lacks() -> None:
    policy = HEAD.replace("money 0 to 100000 yuan monthly default 0 yuan", "money 0 to 100000 yuan monthly")
    rule = "clause c\n  for person\n  received ≥ 100 yuan → 10 yuan once per year\n"
    facts = {"received": monthly("21-01 21-01 200", "22-02 22-02 200", "23-01 23-12 50")}
    ledger = answer(policy + rule, {"person": [person("p", **facts)]})
    assert short(paid(ledger)) == ["c p 2021-01 10.00"]
    assert open_questions(ledger) == ["c p: received"]


def test_parameters_set_from_outside() -> None:
    policy = (
        f'{HEAD}parameter rate "标准": money per month external "另定"\nparameter part "比例": share external "另定"\n'
        "clause c\n  for person\n  working → rate × 1 month × part per month for at most 1 month\n"
    )
    facts = {"person": [person("p", working=ON), person("q", working=OFF), person("r", working=ON)]}
    assert short(paid(answer(policy, facts, "rate=820", "part=60%"))) == ["c p 2021-03 492.00", "c r 2021-03 492.00"]
    half = answer(policy, facts, "rate=820")
    assert (paid(half), open_questions(half)) == ([], ["c ×2: part"])


def test_every_rate_of_a_parameter_counts_from_its_day() -> None:
    policy = (
        f'{HEAD}parameter rate "标准": money\n  from 2020-01-01: 100 yuan\n  from 2021-02-28: 200 yuan\n'
        "  from 2021-04-01: 300 yuan\nclause c\n  for person\n  working → rate per month\n"
    )
    ledger = answer(policy, {"person": [person("p", working=spells("21-01 21-04"))]})
    months = "2021-01 100.00", "2021-02 200.00", "2021-03 200.00", "2021-04 300.00"
    assert short(paid(ledger)) == [f"c p {one}" for one in months]


@pytest.mark.parametrize(
    ("counted", "last_day", "months"),
    [
        ("", "2021-04-30", ("2021-02", "2021-04")),
        (" counts full months", "2021-04-29", ("2021-02", "2021-03")),
        (" counts any day", "2021-04-01", ("2021-01", "2021-04")),
        (" counts month end", "2021-04-29", ("2021-01", "2021-03")),
        (" counts month end", "2021-04-30", ("2021-01", "2021-04")),
    ],
)
def test_spells_given_in_days(counted: str, last_day: str, months: tuple[str, str]) -> None:
    policy = HEAD.replace("yes/no monthly\n  has insured", f"yes/no monthly{counted}\n  has insured") + STIPEND
    ledger = answer(policy, {"person": [person("p", working=[["2021-01-02", last_day]])]})
    assert short(paid(ledger)) == [f"stipend p {one}" for one in every(*months, "10.00")]
