"""std:shaoxing_2021_51, clause by clause: who is paid what, when, from which pot; at the edges; what stays open."""

from __future__ import annotations

from typing import Any

import pytest

from tests.acceptance.running import answer, open_questions, paid

Facts = dict[str, Any]
POLICY = "std:shaoxing_2021_51"


def person(key: str = "p", /, **facts: Any) -> Facts:
    """Somebody covered: poverty-alleviated, from Mabian, hired on 2022-01-10. `...` leaves a fact out."""
    whole = {"id": key, "origin": "mabian", "poverty_alleviated": True, "hired_on": "2022-01-10"} | facts
    return {key: value for key, value in whole.items() if value is not ...}


def people(*rows: Facts, **others: list[Facts]) -> Facts:
    return {"person": list(rows)} | others


E1: dict[str, list[Facts]] = {"enterprise": [{"id": "e1"}]}
A1: dict[str, list[Facts]] = {"agency": [{"id": "a1"}]}
INSURED: Facts = {"social_insurance": [["2022-02", "2022-09"]]}
RATE = ("insurance_subsidy_rate=820",)
LOAN = ("loan_interest_subsidy=4500.50",)
POST = ("public_post_subsidy=1980",)

# (what it shows, clause, facts, options, payments, undetermined)
CASES: list[tuple[str, str, Facts, tuple[str, ...], list[str], list[str]]] = [
    # stable_job: social_insurance ≥ 3 months → 3000 once
    (
        "the page's example, reaching back",
        "stable_job",
        people(person("p1", hired_on="2021-03-01", social_insurance=[["2021-03", "2022-05"]])),
        (),
        ["stable_job person/p1 2021-05 2021-11 3000.00 person/p1"],
        [],
    ),
    (
        "two months and a gap do not make three",
        "stable_job",
        people(person(social_insurance=[["2022-02", "2022-03"], ["2022-05", "2022-06"]])),
        (),
        [],
        [],
    ),
    (
        "spells that touch are one run",
        "stable_job",
        people(person(social_insurance=[["2022-02", "2022-03"], ["2022-04", None]])),
        (),
        ["stable_job person/p 2022-04 2022-04 3000.00 person/p"],
        [],
    ),
    (
        "months before the policy count towards the run",
        "stable_job",
        people(person(hired_on="2021-01-01", social_insurance=[["2020-11", None]])),
        (),
        ["stable_job person/p 2021-01 2021-11 3000.00 person/p"],
        [],
    ),
    (
        "a run that was over before the policy began pays nothing",
        "stable_job",
        people(person(hired_on="2021-01-01", social_insurance=[["2020-01", "2020-12"]])),
        (),
        [],
        [],
    ),
    (
        "the last month of the policy",
        "stable_job",
        people(person(social_insurance=[["2025-10", None]])),
        (),
        ["stable_job person/p 2025-12 2025-12 3000.00 person/p"],
        [],
    ),
    ("a month too late", "stable_job", people(person(social_insurance=[["2025-11", None]])), (), [], []),
    (
        "due in October is due in November, the first month in force",
        "stable_job",
        people(person("a", social_insurance=[["2021-08", None]], hired_on="2021-08-02")),
        (),
        ["stable_job person/a 2021-10 2021-11 3000.00 person/a"],
        [],
    ),
    ("hired a day too early", "stable_job", people(person(hired_on="2020-12-31", **INSURED)), (), [], []),
    ("of another county", "stable_job", people(person(origin="danba", **INSURED)), (), [], []),
    ("not poverty-alleviated", "stable_job", people(person(poverty_alleviated=False, **INSURED)), (), [], []),
    ("no origin at all is no", "stable_job", people(person(origin=None, **INSURED)), (), [], []),
    ("no hiring date at all is no", "stable_job", people(person(hired_on=None, **INSURED)), (), [], []),
    (
        "an unknown origin",
        "stable_job",
        people(person(origin=..., **INSURED)),
        (),
        [],
        ["stable_job p: origin"],
    ),
    (
        "an unknown origin does not matter to who is not poverty-alleviated",
        "stable_job",
        people(person(origin=..., poverty_alleviated=False, **INSURED)),
        (),
        [],
        [],
    ),
    ("never insured", "stable_job", people(person(origin=..., social_insurance=[])), (), [], []),
    ("insurance not given", "stable_job", people(person()), (), [], ["stable_job p: social_insurance"]),
    (
        "evaluated until the month before, nothing yet",
        "stable_job",
        people(person(**INSURED)),
        ("until=2022-03",),
        [],
        [],
    ),
    (
        "evaluated until that month",
        "stable_job",
        people(person(**INSURED)),
        ("until=2022-04",),
        ["stable_job person/p 2022-04 2022-04 3000.00 person/p"],
        [],
    ),
    # transport: employed ≥ 12 months with social_insurance → 5000 once
    (
        "a year in work and insured",
        "transport",
        people(person(employed=[["2022-01", "2022-12"]], social_insurance=[["2022-01", "2022-12"]])),
        (),
        ["transport person/p 2022-12 2022-12 5000.00 person/p"],
        [],
    ),
    (
        "eleven months",
        "transport",
        people(person(employed=[["2022-01", "2022-11"]], social_insurance=[["2022-01", None]])),
        (),
        [],
        [],
    ),
    (
        "the run is of both: insured from the third month",
        "transport",
        people(person(employed=[["2022-01", None]], social_insurance=[["2022-03", None]])),
        (),
        ["transport person/p 2023-02 2023-02 5000.00 person/p"],
        [],
    ),
    (
        "a month without insurance starts it again",
        "transport",
        people(person(employed=[["2022-01", None]], social_insurance=[["2022-01", "2022-11"], ["2023-01", None]])),
        (),
        ["transport person/p 2023-12 2023-12 5000.00 person/p"],
        [],
    ),
    (
        "eight and eight months apart",
        "transport",
        people(
            person(
                employed=[["2022-01", "2022-08"], ["2022-10", "2023-05"]],
                social_insurance=[["2022-01", None]],
            )
        ),
        (),
        [],
        [],
    ),
    (
        "work unknown",
        "transport",
        people(person(social_insurance=[["2022-01", "2022-12"]])),
        (),
        [],
        ["transport p: employed"],
    ),
    (
        "work unknown, but insured for eleven months only",
        "transport",
        people(person(social_insurance=[["2022-01", "2022-11"]])),
        (),
        [],
        [],
    ),
    # skill_upgrade: assessed up to 1000 / 1500 / 2000 by level, once, to holder
    *(
        (
            f"{level} assessed {assessed}",
            "skill_upgrade",
            people(
                person(employed=[["2022-01", None]]),
                certificate=[
                    {"id": "c", "holder": "p", "level": level, "assessed": assessed, "obtained_on": "2022-05-31"}
                ],
            ),
            (),
            [f"skill_upgrade certificate/c 2022-05 2022-05 {amount} person/p"],
            [],
        )
        for level, assessed, amount in (
            ("junior", "999.99", "999.99"),
            ("junior", "1000.01", "1000.00"),
            ("intermediate", "1400", "1400.00"),
            ("intermediate", "1500.01", "1500.00"),
            ("senior", "2000", "2000.00"),
            ("senior", "99999", "2000.00"),
        )
    ),
    (
        "two certificates of one holder, both paid",
        "skill_upgrade",
        people(
            person(employed=[["2022-01", None]]),
            certificate=[
                {"id": "c1", "holder": "p", "level": "junior", "assessed": "800", "obtained_on": "2022-05-31"},
                {"id": "c2", "holder": "p", "level": "senior", "assessed": "1800", "obtained_on": "2022-05-01"},
            ],
        ),
        (),
        [
            "skill_upgrade certificate/c1 2022-05 2022-05 800.00 person/p",
            "skill_upgrade certificate/c2 2022-05 2022-05 1800.00 person/p",
        ],
        [],
    ),
    (
        "obtained while out of work: paid in the month of return",
        "skill_upgrade",
        people(
            person(employed=[["2022-01", "2022-03"], ["2022-09", None]]),
            certificate=[{"id": "c", "holder": "p", "level": "junior", "assessed": "800", "obtained_on": "2022-05-31"}],
        ),
        (),
        ["skill_upgrade certificate/c 2022-09 2022-09 800.00 person/p"],
        [],
    ),
    (
        "obtained before the policy began: from the first month on",
        "skill_upgrade",
        people(
            person(employed=[["2021-01", None]], hired_on="2021-01-04"),
            certificate=[{"id": "c", "holder": "p", "level": "junior", "assessed": "800", "obtained_on": "2019-05-31"}],
        ),
        (),
        ["skill_upgrade certificate/c 2021-01 2021-11 800.00 person/p"],
        [],
    ),
    (
        "the holder is not covered",
        "skill_upgrade",
        people(
            person(employed=[["2022-01", None]], poverty_alleviated=False),
            certificate=[{"id": "c", "holder": "p", "level": "junior", "assessed": "800", "obtained_on": "2022-05-31"}],
        ),
        (),
        [],
        [],
    ),
    (
        "no level",
        "skill_upgrade",
        people(
            person(employed=[["2022-01", None]]),
            certificate=[{"id": "c", "holder": "p", "level": None, "assessed": "800", "obtained_on": "2022-05-31"}],
        ),
        (),
        [],
        [],
    ),
    (
        "level unknown",
        "skill_upgrade",
        people(
            person(employed=[["2022-01", None]]),
            certificate=[{"id": "c", "holder": "p", "assessed": "1800", "obtained_on": "2022-05-31"}],
        ),
        (),
        [],
        ["skill_upgrade c: level"],
    ),
    (
        "assessment unknown",
        "skill_upgrade",
        people(
            person(employed=[["2022-01", None]]),
            certificate=[{"id": "c", "holder": "p", "level": "senior", "obtained_on": "2022-05-31"}],
        ),
        (),
        [],
        ["skill_upgrade c: assessed"],
    ),
    # rent: (employed or self_employed) and renting → 500 per month
    (
        "in work from January, renting from February to April",
        "rent",
        people(person(employed=[["2022-01", "2022-03"]], renting=[["2022-02", "2022-04"]])),
        (),
        [
            "rent person/p 2022-02 2022-02 500.00 person/p",
            "rent person/p 2022-03 2022-03 500.00 person/p",
        ],
        [],
    ),
    (
        "in business",
        "rent",
        people(person(employed=[], self_employed=[["2025-12", None]], renting=[["2022-02", None]])),
        (),
        ["rent person/p 2025-12 2025-12 500.00 person/p"],
        [],
    ),
    (
        "in business: whether employed does not matter",
        "rent",
        people(person(self_employed=[["2025-12", None]], renting=[["2025-12", None]])),
        (),
        ["rent person/p 2025-12 2025-12 500.00 person/p"],
        [],
    ),
    ("renting not given means not renting", "rent", people(person(employed=[["2022-01", None]])), (), [], []),
    (
        "renting, work unknown",
        "rent",
        people(person(renting=[["2022-02", "2022-04"]])),
        (),
        [],
        ["rent p: employed"],
    ),
    (
        "three months before the policy was issued fall due together",
        "rent",
        people(person(hired_on="2021-05-06", employed=[["2021-05", "2021-12"]], renting=[["2021-09", "2021-12"]])),
        (),
        [
            "rent person/p 2021-09 2021-11 500.00 person/p",
            "rent person/p 2021-10 2021-11 500.00 person/p",
            "rent person/p 2021-11 2021-11 500.00 person/p",
            "rent person/p 2021-12 2021-12 500.00 person/p",
        ],
        [],
    ),
    (
        "paid from the month of hiring, not before",
        "rent",
        people(person(hired_on="2022-02-28", employed=[["2022-02", "2022-02"]], renting=[["2022-02", "2022-02"]])),
        (),
        ["rent person/p 2022-02 2022-02 500.00 person/p"],
        [],
    ),
    # insurance_subsidy: external insurance_subsidy_rate per month, to employer
    (
        "paid to the employer a month",
        "insurance_subsidy",
        people(person(employer="e1", social_insurance=[["2022-02", "2022-03"]]), **E1),
        RATE,
        [
            "insurance_subsidy person/p 2022-02 2022-02 820.00 enterprise/e1",
            "insurance_subsidy person/p 2022-03 2022-03 820.00 enterprise/e1",
        ],
        [],
    ),
    (
        "payee not given",
        "insurance_subsidy",
        people(person(social_insurance=[["2022-02", "2022-02"]])),
        RATE,
        ["insurance_subsidy person/p 2022-02 2022-02 820.00 None"],
        ["insurance_subsidy p: employer"],
    ),
    (
        "no rate: one entry that counts the people concerned",
        "insurance_subsidy",
        people(
            person("a", employer="e1", **INSURED),
            person("b", employer="e1", **INSURED),
            person("c", employer="e1", social_insurance=[]),
            **E1,
        ),
        (),
        [],
        ["insurance_subsidy ×2: insurance_subsidy_rate"],
    ),
    (
        "no rate, and nobody concerned",
        "insurance_subsidy",
        people(person(employer="e1", social_insurance=[]), **E1),
        (),
        [],
        [],
    ),
    # loan_interest: enterprise that employs covered people: external loan_interest_subsidy once per year
    (
        "once each calendar year",
        "loan_interest",
        people(person(employer="e1", employed=[["2022-11", "2023-02"]]), **E1),
        LOAN,
        [
            "loan_interest enterprise/e1 2022-11 2022-11 4500.50 enterprise/e1",
            "loan_interest enterprise/e1 2023-01 2023-01 4500.50 enterprise/e1",
        ],
        [],
    ),
    (
        "two people, one subsidy",
        "loan_interest",
        people(
            person("a", employer="e1", employed=[["2022-04", "2022-05"]]),
            person("b", employer="e1", employed=[["2022-03", "2022-03"]]),
            **E1,
        ),
        LOAN,
        ["loan_interest enterprise/e1 2022-03 2022-03 4500.50 enterprise/e1"],
        [],
    ),
    (
        "staff who are not covered",
        "loan_interest",
        people(person(employer="e1", employed=[["2022-11", "2023-02"]], origin="other"), **E1),
        LOAN,
        [],
        [],
    ),
    (
        "one sure member is enough",
        "loan_interest",
        people(
            person("a", employer="e1", employed=[["2022-04", "2022-05"]]),
            person("b", employer="e1", employed=[["2022-04", "2022-05"]], origin=...),
            **E1,
        ),
        LOAN,
        ["loan_interest enterprise/e1 2022-04 2022-04 4500.50 enterprise/e1"],
        [],
    ),
    (
        "an unknown member in an earlier month of that year leaves the year open",
        "loan_interest",
        people(
            person("a", employer="e1", employed=[["2022-04", "2023-05"]]),
            person("b", employer="e1", employed=[["2022-02", "2022-03"]], origin=...),
            **E1,
        ),
        LOAN,
        ["loan_interest enterprise/e1 2023-01 2023-01 4500.50 enterprise/e1"],
        ["loan_interest e1: origin"],
    ),
    # agency_service: organised, recruiter known, social_insurance ≥ 3 months → 2000 once, to recruiter
    (
        "paid to the agency",
        "agency_service",
        people(person(organised=True, recruiter="a1", **INSURED), **A1),
        (),
        ["agency_service person/p 2022-04 2022-04 2000.00 agency/a1"],
        [],
    ),
    ("came alone", "agency_service", people(person(organised=False, recruiter="a1", **INSURED), **A1), (), [], []),
    ("no agency given", "agency_service", people(person(organised=True, **INSURED)), (), [], []),
    ("there is no agency", "agency_service", people(person(organised=True, recruiter=None, **INSURED)), (), [], []),
    (
        "whether organised is unknown",
        "agency_service",
        people(person(recruiter="a1", **INSURED), **A1),
        (),
        [],
        ["agency_service p: organised"],
    ),
    # fair_attendance: in this month, not government_paid → 4000 once, to attendee
    *(
        (
            f"attended on {day}, paid by the government: {free}",
            "fair_attendance",
            {"attendance": [{"id": "t", "attendee": "e1", "attended_on": day, "government_paid": free}]} | E1,
            (),
            [f"fair_attendance attendance/t {when} 4000.00 enterprise/e1"] if when else [],
            [],
        )
        for day, free, when in (
            ("2021-01-01", False, "2021-01 2021-11"),
            ("2021-10-31", False, "2021-10 2021-11"),
            ("2021-11-01", False, "2021-11 2021-11"),
            ("2025-12-31", False, "2025-12 2025-12"),
            ("2020-12-31", False, None),
            ("2026-01-01", False, None),
            ("2022-03-03", True, None),
        )
    ),
    (
        "attendee not given",
        "fair_attendance",
        {"attendance": [{"id": "t", "attended_on": "2022-03-03"}]},
        (),
        ["fair_attendance attendance/t 2022-03 2022-03 4000.00 None"],
        ["fair_attendance t: attendee"],
    ),
    (
        "day not given",
        "fair_attendance",
        {"attendance": [{"id": "t", "attendee": "e1"}]} | E1,
        (),
        [],
        ["fair_attendance t: attended_on"],
    ),
    # love_post_subsidy: external public_post_subsidy per month, to employer
    (
        "a month in the post",
        "love_post_subsidy",
        people(person(employer="e1", love_post=[["2022-02", "2022-03"]]), **E1),
        POST,
        [
            "love_post_subsidy person/p 2022-02 2022-02 1980.00 enterprise/e1",
            "love_post_subsidy person/p 2022-03 2022-03 1980.00 enterprise/e1",
        ],
        [],
    ),
    ("no post given means none", "love_post_subsidy", people(person(employer="e1"), **E1), POST, [], []),
    (
        "cover unknown",
        "love_post_subsidy",
        people(person(employer="e1", poverty_alleviated=..., love_post=[["2022-02", "2022-03"]]), **E1),
        POST,
        [],
        ["love_post_subsidy p: poverty_alleviated"],
    ),
    (
        "no rate",
        "love_post_subsidy",
        people(person(employer="e1", love_post=[["2022-02", "2022-03"]]), **E1),
        (),
        [],
        ["love_post_subsidy ×1: public_post_subsidy"],
    ),
]


@pytest.mark.parametrize(
    ("clause", "facts", "options", "payments", "undetermined"),
    [case[1:] for case in CASES],
    ids=[f"{case[1]}: {case[0]}" for case in CASES],
)
def test_who_is_paid_what(
    clause: str, facts: Facts, options: tuple[str, ...], payments: list[str], undetermined: list[str]
) -> None:
    ledger = answer(POLICY, facts, *options)
    assert (paid(ledger, clause), open_questions(ledger, clause)) == (payments, undetermined)


def staff(number: int, hired_on: str, prefix: str = "s", **facts: Any) -> list[Facts]:
    return [person(f"{prefix}{i:02}", employer="e1", hired_on=hired_on, **facts) for i in range(number)]


BASES: list[tuple[str, Any, list[Facts], list[str], list[str]]] = [
    ("national, twenty", "national", staff(20, "2022-05-31"), ["2022-05 2022-05 100000.00"], []),
    ("national, nineteen", "national", staff(19, "2022-05-31"), [], []),
    (
        "national, the twentieth in December",
        "national",
        staff(19, "2022-05-31") + staff(1, "2022-12-31", "t"),
        ["2022-12 2022-12 100000.00"],
        [],
    ),
    ("national, the twentieth next year", "national", staff(19, "2022-05-31") + staff(1, "2023-01-01", "t"), [], []),
    ("national, fifteen are not taken for provincial", "national", staff(15, "2022-05-31"), [], []),
    ("provincial, ten", "provincial", staff(10, "2021-10-31"), ["2021-10 2021-11 50000.00"], []),
    ("provincial, nine", "provincial", staff(9, "2021-10-31"), [], []),
    ("provincial, twenty-five", "provincial", staff(25, "2021-11-01"), ["2021-11 2021-11 50000.00"], []),
    (
        "provincial, nine covered and one not",
        "provincial",
        staff(9, "2022-05-31") + staff(1, "2022-05-31", "t", poverty_alleviated=False),
        [],
        [],
    ),
    (
        "provincial, ten in each of two years: once",
        "provincial",
        staff(10, "2022-05-31") + staff(10, "2023-05-31", "t"),
        ["2022-05 2022-05 50000.00"],
        [],
    ),
    (
        "provincial, nine and one unknown",
        "provincial",
        staff(9, "2022-05-31") + staff(1, "2022-05-31", "t", origin=...),
        [],
        ["base_award e1: origin"],
    ),
    (
        "provincial, ten and one unknown",
        "provincial",
        staff(10, "2022-05-31") + staff(1, "2022-05-31", "t", origin=...),
        ["2022-05 2022-05 50000.00"],
        [],
    ),
    ("no base", "none", staff(30, "2022-05-31"), [], []),
    ("level unknown, nine", ..., staff(9, "2022-05-31"), [], []),
    ("level unknown, ten", ..., staff(10, "2022-05-31"), [], ["base_award e1: base_level"]),
]


@pytest.mark.parametrize(
    ("level", "rows", "payments", "undetermined"), [b[1:] for b in BASES], ids=[b[0] for b in BASES]
)
def test_bases_are_rewarded(level: Any, rows: list[Facts], payments: list[str], undetermined: list[str]) -> None:
    firm = {"id": "e1"} if level is ... else {"id": "e1", "base_level": level}
    ledger = answer(POLICY, {"person": rows, "enterprise": [firm]})
    assert paid(ledger, "base_award") == [f"base_award enterprise/e1 {one} enterprise/e1" for one in payments]
    assert open_questions(ledger, "base_award") == undetermined


def test_the_whole_answer_of_one_person_in_order_of_due_month_clause_and_key() -> None:
    """Everything that one person and her firm, agency, certificate and fair bring, with totals, funds and items."""
    ledger = answer(
        POLICY,
        people(
            person(
                "p1",
                hired_on="2021-09-01",
                employed=[["2021-09", "2022-08"]],
                social_insurance=[["2021-09", "2022-08"]],
                renting=[["2021-10", "2021-11"]],
                employer="e1",
                organised=True,
                recruiter="a1",
                origin="ebian",
            ),
            enterprise=[{"id": "e1", "base_level": "none"}],
            agency=[{"id": "a1"}],
            certificate=[
                {"id": "c1", "holder": "p1", "level": "junior", "assessed": "1200", "obtained_on": "2021-10-15"}
            ],
            attendance=[{"id": "t1", "attendee": "e1", "attended_on": "2021-11-11"}],
        ),
        "insurance_subsidy_rate=0",
        "loan_interest_subsidy=0",
        *POST,
    )
    assert [line for line in paid(ledger) if not line.endswith(" 0.00 enterprise/e1")] == [
        "stable_job person/p1 2021-11 2021-11 3000.00 person/p1",
        "skill_upgrade certificate/c1 2021-10 2021-11 1000.00 person/p1",
        "rent person/p1 2021-10 2021-11 500.00 person/p1",
        "rent person/p1 2021-11 2021-11 500.00 person/p1",
        "agency_service person/p1 2021-11 2021-11 2000.00 agency/a1",
        "fair_attendance attendance/t1 2021-11 2021-11 4000.00 enterprise/e1",
        "transport person/p1 2022-08 2022-08 5000.00 person/p1",
    ]
    assert ledger["complete"] is True
    assert ledger["undetermined"] == ledger["refused"] == []
    assert ledger["total"] == "16000.00"
    assert ledger["totals"]["rent"] == "1000.00" and ledger["totals"]["transport"] == "5000.00"
    first = ledger["payments"][0]
    assert first["cites"] == "三（一）"
    assert list(first["fund"]) == ["counterpart_aid"] and sum(map(float, first["fund"].values())) == 3000


def test_the_example_of_the_facts_page() -> None:
    """Two months of employment are unknown there, and renting is `no` by default."""
    ledger = answer(
        POLICY,
        {
            "person": [
                {
                    "id": "p1", "origin": "mabian", "poverty_alleviated": True, "hired_on": "2021-03-01",
                    "social_insurance": [["2021-03", "2022-05"]],
                    "wage": [["2021-03", "2021-12", "4200.00"], ["2022-01", "2022-05", "4500.00"]], "employer": "e1",
                }
            ],
            "enterprise": [{"id": "e1", "base_level": "national"}],
        },
        "public_post_subsidy=820", *RATE, *LOAN,
    )  # fmt: skip
    assert paid(ledger, "stable_job") == ["stable_job person/p1 2021-05 2021-11 3000.00 person/p1"]
    assert open_questions(ledger) == ["transport p1: employed", "loan_interest e1: employed"]
    assert ledger["totals"]["insurance_subsidy"] == "12300.00"
    assert ledger["complete"] is False
