"""`huice check --deep`: what each finder finds, and where it keeps quiet."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from attrs import evolve

from compiler import ir
from compiler.backends.smt.solver import Answer
from compiler.facts import Facts, Row
from compiler.interpreter.streams import Streams
from compiler.pipeline import compile_program
from compiler.proofs.deep import limits
from compiler.proofs.finding import Finding, Policy
from compiler.proofs.reasoning.conventions import counted_on
from compiler.proofs.reasoning.elsewhere import elsewhere
from compiler.proofs.run import findings
from huice.programs import open_program
from lang.program import load
from lang.source import Source
from lang.types import DATE, DURATION
from tests.compiler.proofs.agreement import disagreements
from tests.huice.helpers import run, write

pytest.importorskip("z3")

BEGINNING = """\
policy aid "帮扶"
  in force 2021-01-01 to 2022-12-31
kind county "县区": mabian "马边县", ebian "峨边县", other "其他"
entity person "人员"
  has origin "来源地": county
  has poor "脱贫": yes/no
  has employed "就业": yes/no monthly
  has wage "工资": money 0 to 50_000 yuan monthly
  has children "子女数": count 0 to 20
  has hired on "入职日期": date
"""


def policy(text: str, beginning: str = BEGINNING) -> Policy:
    model, found = load(Source(beginning + text, "aid.policy"))
    assert model is not None, found
    compiled, more = compile_program(model)
    assert compiled is not None, more
    return Policy(model, compiled)


def deep(text: str) -> dict[str, Finding]:
    return {one.code: one for one in findings([policy(text)], deep=True) if one.code != "HC410"}


class TestRules:
    def test_a_contradiction_that_only_arithmetic_shows(self) -> None:
        found = deep("clause a\n  for person\n  wage × 2 ≥ 8000 yuan and wage + 100 yuan < 3000 yuan → 100 yuan once\n")
        assert set(found) == {"HC406"}
        assert "cannot hold together" in found["HC406"].message.en

    def test_the_witness_of_a_contradiction_meets_all_but_one(self) -> None:
        found = deep("clause a\n  for person\n  wage × 2 ≥ 8000 yuan and wage + 100 yuan < 3000 yuan → 100 yuan once\n")
        shown = found["HC406"].witness
        assert shown is not None
        assert shown.answers()[0][1].payments == ()

    def test_of_a_condition_of_one_part_somebody_of_whom_all_is_known_is_not_paid(self) -> None:
        found = deep("clause a\n  for person\n  (poor = 2 months) → 100 yuan per month\n")
        shown = found["HC401"].witness
        assert shown is not None and shown.answers()[0][1].decided
        assert "poor" in shown.facts_json()["person"][0]

    def test_a_rule_behind_one_that_always_holds_with_it(self) -> None:
        found = deep(
            "clause a\n  for person\n  total employed in last 12 months ≥ 2 months → 100 yuan once\n"
            "  employed ≥ 3 months → 200 yuan once\n"
        )
        assert "HC402" in found
        assert found["HC402"].witness is not None

    def test_ordered_tiers_are_no_finding(self) -> None:
        found = deep(
            "clause a\n  for person\n  employed ≥ 6 months → 200 yuan per month\n"
            "  employed ≥ 3 months → 100 yuan per month\n"
        )
        assert set(found) == set()

    def test_rules_that_meet(self) -> None:
        found = deep(
            "clause a\n  for person\n  total employed in last 12 months ≥ 6 months → 200 yuan once\n"
            "  employed ≥ 2 months → 100 yuan once\n"
        )
        assert found["HC403"].witness is not None


class TestAmounts:
    def test_below_zero(self) -> None:
        found = deep("clause a\n  for person\n  employed → 3000 yuan - wage × 50% per month\n")
        shown = found["HC408"].witness
        assert shown is not None
        assert {"employed", "wage"} <= set(shown.facts_json()["person"][0])

    def test_a_condition_rules_it_out(self) -> None:
        assert "HC408" not in deep(
            "clause a\n  for person\n  employed and wage ≤ 6000 yuan → 3000 yuan - wage × 50% per month\n"
        )

    def test_a_limit_that_is_reached_but_takes_nothing_away(self) -> None:
        text = "clause a\n  for person\n  employed → 100 yuan per month at most {} yuan\n"
        found = deep(text.format(2400))["HC407"]
        assert found.witness is not None and found.witness.answers()[0][1].total == 2400_00
        assert found.message.en.endswith("the person shown reaches just 2400 yuan")
        assert "HC407" not in deep(text.format(2300))

    SEVEN_A_YEAR = (
        "clause a\n  for person\n  total employed in this year ≥ 6 months → 100 yuan per month at most 1500 yuan\n"
        "clause b\n  for person\n  poor → 50 yuan once\n"
    )

    @pytest.mark.parametrize("by_looking", [True, False])
    @pytest.mark.parametrize(
        "more",
        ["", "limit a to 3 per origin\n", 'exclusive g "一项" among b, a per person take first\n',
         'exclusive g "一项" among b, a per person take highest\n'],
    )  # fmt: skip
    def test_who_comes_nearest_to_a_limit(self, more: str, by_looking: bool, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whether looking finds somebody or the solver must."""
        if not by_looking:
            monkeypatch.setattr("compiler.proofs.deep.limits.looked_for", lambda _: None)
        found = deep(self.SEVEN_A_YEAR + more)["HC407"]
        assert found.witness is not None and found.witness.answers()[0][1].total == 1400_00
        assert found.message.en.endswith("the person shown reaches 1400 yuan, and nobody more")
        assert found.message.zh.endswith("示例对象达到1400元，无人更多")

    def test_what_was_not_proved_of_who_comes_nearest_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def gives_up(desk: limits._Desk, least: int) -> Answer:
            return Answer("unknown")

        monkeypatch.setattr(limits._Desk, "nearer", gives_up)
        monkeypatch.setattr(limits._Desk, "highest", lambda _: 1450_00)
        found = deep(self.SEVEN_A_YEAR)["HC407"]
        assert found.witness is not None
        assert found.message.en.endswith("(whether anybody comes nearer is not proved)")

    def test_a_limit_of_a_rule_that_never_pays_follows_from_that(self) -> None:
        dead = "wage × 2 ≥ 8000 yuan and wage + 100 yuan < 3000 yuan → 100 yuan once at most 300 yuan\n"
        assert set(deep(f"clause a\n  for person\n  {dead}  poor → 50 yuan once\n")) == {"HC406"}

    def test_where_a_rule_is_proved_to_pay_nothing_one_is_shown_for_whom_it_holds(self) -> None:
        rule = "poor → (if poor then 2 yuan else 900 yuan) rounded to 50 yuan once at most 300 yuan"
        found = deep(f"clause a\n  for person\n  {rule}\n")["HC407"]
        assert found.witness is not None and found.witness.answers()[0][1].payments == ()
        assert found.message.en.endswith("; its rule never pays")


class TestSeveralClauses:
    TWICE = (
        "clause a\n  for person\n  employed ≥ 3 months → 100 yuan once\n"
        "clause b\n  for person\n  not (employed < 3 months) → 300 yuan once\n"
    )

    def test_paid_twice_for_the_same(self) -> None:
        found = deep(self.TWICE)
        shown = found["HC420"].witness
        assert shown is not None
        assert [answer.total for _, answer in shown.answers()] == [10_000, 30_000]

    def test_an_exclusive_is_a_relation(self) -> None:
        found = deep(self.TWICE + "exclusive g among a, b per person take highest\n")
        assert "HC420" not in found

    def test_what_one_can_draw_in_all(self) -> None:
        found = deep(
            "clause a\n  for person\n  employed → 100 yuan per month for at most 6 months\n"
            "clause b\n  for person\n  poor → 300 yuan once per year\n"
        )
        assert "1200.00 yuan in all (and no more of these)" in found["HC421"].message.en

    def test_over_two_policies(self) -> None:
        other = BEGINNING.replace("policy aid", "policy more")
        both = [
            policy("clause a\n  for person\n  employed ≥ 3 months → 100 yuan once\n"),
            policy("clause b\n  for person\n  employed ≥ 3 months → 300 yuan once\n", other),
        ]
        found = {one.code: one for one in findings(both, deep=True)}
        assert "`aid: a` and `more: b`" in found["HC420"].message.en
        assert "400.00 yuan in all" in found["HC421"].message.en


class TestCliffs:
    def test_tiers_upside_down(self) -> None:
        found = deep(
            "clause a\n  for person\n  employed ≥ 12 months → 200 yuan per month\n"
            "  employed ≥ 6 months → 300 yuan per month\n"
        )
        shown = found["HC422"].witness
        assert shown is not None
        assert [len(row) for row in shown.facts_json()["person"]] == [2, 2]

    def test_a_means_test_is_told(self) -> None:
        found = deep("clause a\n  for person\n  employed and wage < 3000 yuan → 400 yuan per month\n")
        assert found["HC423"].severity == "info"
        assert "HC422" not in found

    def test_more_is_more(self) -> None:
        assert not {"HC422", "HC423"} & set(deep("clause a\n  for person\n  children ≥ 1 → 100 yuan × children once\n"))


def test_dates_of_facts_on_which_conventions_differ() -> None:
    found = deep("clause a\n  for person\n  poor and since hired on ≥ 6 months → 300 yuan once\n")
    shown = found["HC409"].witness
    assert shown is not None
    assert int(shown.facts_json()["person"][0]["hired_on"][-2:]) >= 29


LINKED = (
    '  has employer "单位": company\nentity company "企业"\n  has founded on "成立": date\n'
    '  has staff "员工": many person via employer\n'
)


@pytest.mark.parametrize(
    ("conditions", "linked"),
    [
        ("poor and since employer's founded on ≥ 6 months", {"employer"}),
        ("poor and hired on within 6 months of employer's founded on", {"employer", "hired_on"}),
        ("poor and since (if children ≥ 2 then employer's founded on else hired on) ≥ 6 months", set()),
    ],
)
def test_dates_of_linked_rows_and_of_two_are_shown_with_those_rows(conditions: str, linked: set[str]) -> None:
    shown = policy(LINKED + f"clause a\n  for person\n  {conditions} → 300 yuan once\n")
    [found] = [one for one in findings([shown], deep=True) if one.code == "HC409"]
    assert found.witness is not None and "where days are counted on" in found.message.en
    facts = found.witness.facts_json()
    assert linked <= set(facts["person"][0])
    assert not linked or "founded_on" in facts["company"][0]


def test_a_date_that_decides_how_much_parts_conventions_too() -> None:
    amount = "(if since hired on ≥ 6 months then 300 yuan else 100 yuan) per month"
    assert deep(f"clause a\n  for person\n  employed → {amount}\n")["HC409"].witness is not None


def test_conventions_that_no_one_replays_are_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compiler.proofs.deep.date_conventions.shown_apart", lambda *_: None)
    found = deep("clause a\n  for person\n  poor and since hired on ≥ 6 months → 300 yuan once\n")
    assert set(found) == {"HC490"} and "does not hold in the interpreter" in found["HC490"].message.en


@pytest.mark.parametrize(
    "day", [date(2021, 8, 31), date(2020, 2, 29), date(2021, 1, 30), date(2021, 1, 1), date(2021, 4, 30)]
)
@pytest.mark.parametrize("months", [1, 6, 12, 13, -1])
def test_the_other_convention_as_a_program_is_the_other_convention(day: date, months: int) -> None:
    streams = [
        ir.Stream(0, "person", DATE, ir.Fact("hired_on")),
        ir.Stream(1, None, DURATION, ir.Constant(months)),
        ir.Stream(2, "person", DATE, ir.Later(0, 1, "months")),
    ]
    own = policy("").ir
    changed = elsewhere(evolve(own, streams=tuple(streams), clauses={}, order=(), definitions={("person", "then"): 2}))
    facts = Facts({"person": [Row("p1", {"hired_on": day})]})
    known = Streams(changed, facts, {}, own.first).value(changed.definitions["person", "then"], "p1", own.first)
    assert known == counted_on(day, months)


class TestProperties:
    def test_proved_and_refuted(self) -> None:
        text = (
            "clause a\n  for person\n  employed ≥ 3 months → 100 yuan once\n"
            "property p for person: total paid by a ≤ {} yuan\n"
        )
        assert set(deep(text.format(100))) == {"HC425"}
        found = deep(text.format(99))
        assert found["HC424"].severity == "error"
        assert found["HC424"].witness is not None

    def test_what_depends_on_others_is_not_called_fine(self) -> None:
        found = deep(
            "clause a\n  for person\n  employed → 100 yuan per month\nlimit a to 3 per month\n"
            "property p for person: a rises with employed\n"
        )
        assert "HC490" in found
        assert "HC425" not in found


def test_the_command(tmp_path: Path) -> None:
    """Facts of a finding are for `huice eval`; a case to paste passes."""
    path = write(tmp_path / "aid.policy", BEGINNING + TestSeveralClauses.TWICE)
    done = run("check", path, "--deep", "--json")
    assert done.status == 0
    [found] = [one for one in done.data["diagnostics"] if one["code"] == "HC420"]
    facts = write(tmp_path / "facts.json", json.dumps(found["witness"]))
    paid = run("eval", path, "--facts", facts, "--json").data
    assert paid["total"] == "400.00"
    pasted = write(tmp_path / "with_case.policy", BEGINNING + TestSeveralClauses.TWICE + found["example"]["case"])
    assert run("test", pasted, "--json").data["cases"][0]["status"] == "passed"


@pytest.mark.parametrize("name", ["jindong_2021_46", "chaoyang_labour_cooperation", "jining_2020_47"])
def test_no_example_of_the_solver_fails_to_replay(name: str) -> None:
    """What the solver says is paid, month by month, is what the interpreter pays."""
    loaded = open_program(f"std:{name}")
    assert loaded.model is not None and loaded.ir is not None
    wrong, compared = disagreements(Policy(loaded.model, loaded.ir), seeds=(0,))
    assert wrong == []
    assert compared >= 10


SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    "name", ["dates", "limits", pytest.param("groups", marks=SLOW), pytest.param("runs", marks=SLOW)]
)
def test_nor_one_of_the_corpus(name: str) -> None:
    loaded = open_program(str(Path(__file__).parent / "properties" / f"{name}.policy"))
    assert loaded.model is not None and loaded.ir is not None
    wrong, compared = disagreements(Policy(loaded.model, loaded.ir))
    assert wrong == []
    assert compared >= 30
