"""Why a clause pays or does not: what decides, what is missing, how far it is, and what would change it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from compiler import ir
from compiler.explanation.explain import explain
from compiler.facts import Facts, Row
from compiler.pipeline import compile_program
from lang import model
from lang.program import load
from lang.source import Source
from tests.compiler.by_hand import m, months, yes

POLICY = """policy aid "帮扶"
  in force 2021-01-01 to 2022-12-31

kind county "县区": mabian "马边县", ebian "峨边县", other "其他"
set leshan of county = mabian, ebian

entity person "人员"
  has origin "来源地": county
  has poor "脱贫人口": yes/no
  has hired on "入职日期": date
  has social insurance "社会保险": yes/no monthly
  has wage "工资": money monthly
  has recruiter "介绍人": person

define covered "属于范围" for person =
  poor and origin in leshan

clause stable_job "就业稳岗补贴" cites "三（一）"
  for person where covered
  social insurance ≥
    3 months → 3000 yuan once

clause wages "工资补贴"
  for person
  wage ≥ 2000 yuan and since hired on ≥ 6 months → 100 yuan per month for at most 2 months

clause either_way "其一"
  for person
  poor or wage < 100 yuan → 10 yuan once
  origin is other → 5 yuan once

clause service "服务"
  for person
  poor → 20 yuan once to recruiter

clause scarce "名额补贴"
  for person
  poor → 30 yuan per month

clause other_way "另一"
  for person
  not poor → 1 yuan once

limit scarce to 1
exclusive choice among other_way, either_way per person take first
"""


def load_policy(text: str) -> tuple[model.Program, ir.Program]:
    program, findings = load(Source(text))
    assert program is not None, findings
    compiled, more = compile_program(program)
    assert compiled is not None, more
    return program, compiled


@pytest.fixture(scope="module")
def policy() -> tuple[model.Program, ir.Program]:
    return load_policy(POLICY)


def facts(**rows: Mapping[str, Any]) -> Facts:
    return Facts({"person": [Row(key, values) for key, values in rows.items()]})


INSIDE = {"origin": "mabian", "poor": True}


def ask(policy: tuple[model.Program, ir.Program], clause: str, given: Facts, **more: Any) -> dict[str, Any]:
    key = more.pop("key", "p")
    (explanation,) = explain(*policy, given, "person", key, clause=clause, **more)
    return explanation.to_dict()


def test_paid(policy: Any) -> None:
    given = facts(p=INSIDE | {"social_insurance": yes(("2021-03", "2022-01"))})
    assert ask(policy, "stable_job", given) == {
        "version": 1,
        "entity": "person/p",
        "clause": "stable_job",
        "month": "2021-05",
        "answer": "paid",
        "amount": "3000.00",
        "cites": "三（一）",
        "because": [
            {"condition": "poor", "holds": True, "value": "yes"},
            {"condition": "origin in leshan", "holds": True, "value": "mabian"},
            {"condition": "social insurance ≥ 3 months", "holds": True, "value": "3 months"},
        ],
        "missing": [],
        "distance": [],
        "change": [],
    }
    later = ask(policy, "stable_job", given, month=m("2021-09"))
    assert later["answer"] == "not paid" and later["amount"] == "0.00"
    assert later["because"] == [{"condition": "once", "holds": False, "value": "paid in 2021-05"}]


def test_a_run_short_of_its_threshold(policy: Any) -> None:
    answer = ask(policy, "stable_job", facts(p=INSIDE | {"social_insurance": yes(("2021-03", "2021-04"))}))
    assert (answer["month"], answer["answer"]) == ("2021-04", "not paid")
    assert answer["because"] == [{"condition": "social insurance ≥ 3 months", "holds": False, "value": "2 months"}]
    assert answer["distance"] == [{"condition": "social insurance ≥ 3 months", "lacks": "1 month"}]
    assert answer["change"] == [{"fact": "social_insurance", "set": True, "from": "2021-05", "to": "2021-05"}]


def test_a_run_that_cannot_go_on_is_begun_earlier(policy: Any) -> None:
    given = facts(p=INSIDE | {"social_insurance": yes(("2022-11", "2022-12"))})
    assert ask(policy, "stable_job", given)["change"] == [
        {"fact": "social_insurance", "set": True, "from": "2022-10", "to": "2022-10"}
    ]


def test_conditions_are_mended_together(policy: Any) -> None:
    insured = {"social_insurance": yes(("2021-03", "2021-06"))}
    one = ask(policy, "stable_job", facts(p=insured | {"origin": "ebian", "poor": False}))
    assert one["change"] == [{"fact": "poor", "set": True}]
    two = ask(policy, "stable_job", facts(p=insured | {"origin": "other", "poor": False}))
    assert two["change"] == [{"fact": "origin", "set": "mabian"}, {"fact": "poor", "set": True}]
    assert [b["condition"] for b in two["because"]] == ["poor", "origin in leshan"]
    three = ask(policy, "stable_job", facts(p={"origin": "other", "poor": False, "social_insurance": False}))
    assert len(three["because"]) == 3 and three["change"] == [
        {"fact": "origin", "set": "mabian"},
        {"fact": "poor", "set": True},
        {"fact": "social_insurance", "set": True, "from": "2022-10", "to": "2022-12"},
    ]


def test_undetermined_names_what_is_missing(policy: Any) -> None:
    answer = ask(policy, "stable_job", facts(p={"poor": True, "social_insurance": yes(("2021-03", "2021-06"))}))
    assert (answer["month"], answer["answer"], answer["amount"]) == ("2021-05", "undetermined", None)
    assert answer["because"] == [{"condition": "origin in leshan", "holds": None, "value": "unknown"}]
    assert answer["missing"] == ["origin"] and answer["change"] == [{"fact": "origin", "set": "mabian"}]


def test_money_and_dates_that_lack(policy: Any) -> None:
    answer = ask(policy, "wages", facts(p={"wage": 150_000, "hired_on": date(2022, 10, 15)}))
    assert answer["distance"] == [
        {"condition": "wage ≥ 2000 yuan", "lacks": "500.00 yuan"},
        {"condition": "since hired on ≥ 6 months", "lacks": "4 months"},
    ]
    assert answer["change"] == [
        {"fact": "hired_on", "set": "2022-06-30"},
        {"fact": "wage", "set": "2000.00", "from": "2022-12", "to": "2022-12"},
    ]
    wage = ask(policy, "wages", facts(p={"wage": 150_000, "hired_on": date(2020, 1, 1)}))
    assert wage["change"] == [{"fact": "wage", "set": "2000.00", "from": "2022-12", "to": "2022-12"}]


def test_a_limit_that_is_reached(policy: Any) -> None:
    given = facts(p={"wage": 300_000, "hired_on": date(2020, 1, 1)})
    answer = ask(policy, "wages", given, month=m("2021-05"))
    assert answer["answer"] == "not paid"
    assert answer["because"][-1] == {"condition": "for at most 2 months", "holds": False, "value": "2"}


def test_of_an_or_only_what_decides(policy: Any) -> None:
    paid = ask(policy, "either_way", facts(p={"poor": True, "wage": 500_000, "origin": "mabian"}))
    assert [b["condition"] for b in paid["because"]] == ["poor"]
    none = ask(policy, "either_way", facts(p={"poor": False, "wage": months({}, 500_000), "origin": "mabian"}))
    # the second rule lacks one condition, the first two
    assert [b["condition"] for b in none["because"]] == ["origin is other"]


def test_refused_names_the_statement_that_stood_in_the_way(policy: Any) -> None:
    given = facts(a={"poor": True}, b={"poor": True})
    answer = ask(policy, "scarce", given, key="b", month=m("2021-03"))
    assert (answer["answer"], answer["amount"]) == ("refused", "0.00")
    assert answer["because"] == [
        {"condition": "poor", "holds": True, "value": "yes"},
        {"condition": "limit scarce to 1", "holds": False},
    ]
    shut_out = facts(p={"poor": months({"2021-01": False}, True), "wage": 500_000, "origin": "mabian"})
    answer = ask(policy, "either_way", shut_out)
    assert answer["answer"] == "refused"
    assert answer["because"][-1]["condition"] == "exclusive choice among other_way, either_way per person take first"


def test_an_unknown_payee_is_paid_and_missing(policy: Any) -> None:
    answer = ask(policy, "service", facts(p={"poor": True}))
    assert (answer["answer"], answer["missing"]) == ("paid", ["recruiter"])


def test_every_clause_of_the_entity_in_order_of_the_file(policy: tuple[model.Program, ir.Program]) -> None:
    answers = explain(*policy, facts(p={}), "person", "p")
    assert [a.clause for a in answers] == list(policy[0].clauses)
    assert explain(*policy, facts(p={}), "person", "nobody") == ()


def test_a_month_outside_the_policy(policy: Any) -> None:
    answer = ask(policy, "service", facts(p={"poor": True}), month=m("2024-01"))
    assert answer["answer"] == "not paid"
    assert answer["because"] == [{"condition": "2021-01 – 2022-12", "holds": False, "value": "2024-01"}]


def test_a_time_before_the_policy(policy: tuple[model.Program, ir.Program]) -> None:
    for until in (m("1999-01"), policy[0].first - 1):
        found = explain(*policy, facts(p={"poor": True}), "person", "p", until=until)
        assert found and {one.answer for one in found} == {"not paid"}
        assert {one.month for one in found} == {until}
        assert {one.because[0].condition for one in found} == {"2021-01 – 2022-12"}


def test_in_chinese() -> None:
    policy = load_policy(
        """政策 aid 「帮扶」
  施行 2021年1月1日 至 2021年12月31日
台账 人员 「person」
  栏目 社会保险 「social_insurance」: 是否 逐月
条款 就业稳岗补贴 「stable_job」 依据 「三（一）」
  对象 人员
  社会保险 满 3个月 → 一次性 3000元
"""
    )
    answer = ask(policy, "stable_job", facts(p={"social_insurance": yes(("2021-03", None))}))
    assert answer["because"] == [{"condition": "社会保险 满 3个月", "holds": True, "value": "3 months"}]
    later = ask(policy, "stable_job", facts(p={"social_insurance": yes(("2021-03", None))}), month=m("2021-07"))
    assert later["because"][0]["condition"] == "一次性"
