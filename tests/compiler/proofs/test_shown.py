"""Who shows what plain `huice check` finds: made without the solver, as near as may be, replayed, and never made up."""

from __future__ import annotations

import subprocess
import sys

import pytest

from compiler.pipeline import compile_program
from compiler.proofs.finding import Finding, Policy
from compiler.proofs.run import findings
from lang.program import load
from lang.source import Source

HEAD = """\
policy aid "帮扶"
  in force 2022-01-01 to 2024-12-31
kind town "乡镇": east "东乡", west "西乡"
entity person "人员"
  has home "户籍": town
  has poor "脱贫": yes/no
  has veteran "退役": yes/no
  has hired on "入职": date
  has employed "就业": yes/no monthly
  has wage "工资": money 0 to 20_000 yuan monthly
  has age "年龄": count 0 to 120
  has employer "单位": company
entity company "企业"
  has staff "员工": many person via employer
  has headcount "人数": count 1 to 5000 monthly
"""


def only(text: str, head: str = HEAD) -> Finding:
    program, said = load(Source(head + text, "own.policy"))
    assert program is not None, said
    compiled, refused = compile_program(program)
    assert compiled is not None, refused
    [found] = [one for one in findings([Policy(program, compiled)]) if one.code != "HC410"]
    return found


def clause(*rules: str, where: str = "", entity: str = "person") -> str:
    where = f" where {where}" if where else ""
    return f'clause help "补贴"\n  for {entity}{where}\n' + "".join(f"  {rule}\n" for rule in rules)


@pytest.mark.parametrize(
    ("rule", "code", "message", "person"),
    [
        ("age ≥ 20 and age ≤ 40 and age ≥ 60", "HC406", "`age ≥ 60` and `age ≤ 40` cannot", {"age": 40}),
        ("age ≥ 18 and age > 130", "HC401", "`age > 130` never holds", {"age": 120}),
        ("home is east and home is west", "HC406", "`home is west` and `home is east`", {"home": "east"}),
        ("hired on in 2030", "HC401", "never holds", {"hired_on": "2030-01-01"}),
        ("wage < 2000 yuan and wage > 3000 yuan", "HC406", "cannot hold together",
         {"wage": [["2021-12", None, "1999.00"]]}),
        ("employed ≥ 6 months and employed < 4 months", "HC406", "cannot hold together",
         {"employed": [["2022-01", "2022-06"]]}),
        ("employed ≥ 2 months and not previous employed", "HC406", "cannot hold together",
         {"employed": [["2022-01", "2022-02"]]}),
    ],
)  # fmt: skip
def test_who_comes_closest_meets_all_but_the_last(
    rule: str, code: str, message: str, person: dict[str, object]
) -> None:
    found = only(clause(f"{rule} → 100 yuan once"))
    assert found.code == code and message in found.message.en
    assert found.witness is not None
    assert found.witness.facts_json() == {"person": [{"id": "p1", **person}]}
    assert "expect help pays p1 nothing" in found.witness.case("en")


def test_of_a_rule_never_reached_somebody_is_paid_by_the_one_before() -> None:
    found = only(clause("employed ≥ 3 months → 1000 yuan once", "employed ≥ 6 months and poor → 2000 yuan once"))
    assert found.code == "HC402" and found.witness is not None
    [(_, answer)] = found.witness.answers()
    assert [(p.rule, p.amount) for p in answer.payments] == [(0, 100_000)]
    assert found.witness.facts_json()["person"][0]["poor"] is True


def test_a_dead_rule_is_shown_by_one_whom_no_other_rule_pays() -> None:
    found = only(clause("poor and not poor → 500 yuan once", "veteran → 700 yuan once"))
    assert found.code == "HC406" and found.witness is not None
    assert found.witness.facts_json() == {"person": [{"id": "p1", "poor": True, "veteran": False}]}


def test_where_all_the_others_cannot_be_met_the_contradiction_alone_is_shown() -> None:
    counted = "count of staff where poor ≥ 500"
    found = only(clause(f"{counted} and headcount ≥ 9 and headcount < 5 → 1 yuan once", entity="company"))
    assert found.witness is not None
    assert found.witness.facts_json() == {"company": [{"id": "c1", "headcount": [["2021-12", None, 9]]}]}
    assert "`headcount ≥ 9` holds, but not `headcount < 5`" in found.witness.case("en")


def test_where_nobody_was_found_that_is_said() -> None:
    counted = "count of staff where poor"
    found = only(clause(f"{counted} ≥ 500 and {counted} < 10 → 1 yuan once", entity="company"))
    assert found.code == "HC406" and found.witness is None
    said = found.diagnostic()
    assert said.witness is None and said.case is None
    assert said.help is not None and "nobody was found who shows it" in said.help.en and "未能找到" in said.help.zh


def test_no_places_and_shut_out() -> None:
    found = only(clause("poor → 100 yuan once") + "limit help to 0\n")
    assert found.code == "HC401" and found.witness is not None
    assert found.witness.answers()[0][1].refused[0][1] == "limit"
    longer = clause("poor and employed ≥ 6 months → 900 yuan once").replace("help", "longer").replace("补贴", "长期")
    group = 'exclusive one "一项" among {} per person take first\n'
    shorter = clause("poor and employed ≥ 3 months → 500 yuan once")
    found = only(shorter + longer + group.format("help, longer"))
    assert found.code == "HC402" and found.witness is not None and found.clauses == ("longer", "help")
    assert found.witness.answers()[0][1].refused[0][1] == "exclusive"
    with pytest.raises(ValueError, match="not enough values"):
        only(shorter + longer + group.format("longer, help"))


def test_a_group_over_a_link_or_an_amount_that_may_be_nothing_shuts_out_nobody_for_sure() -> None:
    shorter = clause("poor and employed ≥ 3 months → {} once")
    longer = clause("poor and employed ≥ 6 months → 900 yuan once").replace("help", "longer").replace("补贴", "长期")
    for amount, per in (("500 yuan", "company"), ("wage", "person")):  # who has no employer is in no group
        group = f'exclusive one "一项" among help, longer per {per} take first\n'
        with pytest.raises(ValueError, match="not enough values"):
            only(shorter.format(amount) + longer + group)


def test_a_date_of_two_conventions_has_a_person_and_two_days() -> None:
    found = only(clause("employed and since 2021-08-31 ≥ 6 months → 300 yuan once"))
    assert found.code == "HC409" and found.witness is not None
    assert "2022-02-28 here" in found.message.en and "2022-03-03 where" in found.message.en
    [(_, answer)] = found.witness.answers()
    assert answer.payments[0].month == 2022 * 12 + 1
    assert "by the other convention" in found.witness.case("en")


def test_an_amount_below_zero_in_a_branch() -> None:
    found = only(clause("employed → if poor then wage - 1000 yuan else 200 yuan per month"))
    assert found.code == "HC408" and found.witness is not None
    assert found.witness.answers()[0][1].payments == ()
    guarded = clause("employed → if wage > 1000 yuan then wage - 1000 yuan else 200 yuan per month")
    with pytest.raises(ValueError, match="not enough values"):
        only(guarded)


def test_a_limit_that_never_binds_takes_nothing_from_who_draws_most() -> None:
    found = only(clause("employed → 200 yuan per month at most 5000 yuan per year"))
    assert found.code == "HC407" and found.witness is not None
    assert found.witness.answers()[0][1].total == 36 * 200_00
    assert found.message.en.endswith("at most 2400 yuan are paid; the person shown reaches 2400 yuan")
    assert found.message.zh.endswith("至多发放2400元；示例对象达到2400元")


LIMITED = clause("employed → wage per month at most 300_000 yuan per year to employer")
OTHER = clause("poor → 900 yuan once").replace("help", "other").replace("补贴", "其他")


@pytest.mark.parametrize("take", ["first", "highest"])
@pytest.mark.parametrize("members", ["other via employer, help via employer, fee", "other, help"])
def test_a_limit_in_a_group_is_shown_by_one_with_nothing_else_in_it(take: str, members: str) -> None:
    head = HEAD + "  has fee: money 0 to 9 yuan\n"
    per = "company" if "via" in members else "person"
    found = only(OTHER + LIMITED + f'exclusive one "一项" among {members} per {per} take {take}\n', head)
    assert found.code == "HC407" and found.witness is not None
    assert found.witness.answers()[0][1].total == 36 * 20_000_00
    assert "the person shown reaches 240000 yuan" in found.message.en


def test_a_limit_of_a_clause_with_places_is_shown_by_one_who_has_a_place() -> None:
    found = only(LIMITED + "limit help to 2 per home per year order by hired on\n")
    assert found.code == "HC407" and found.witness is not None
    assert "the person shown reaches 240000 yuan" in found.message.en
    assert {"home", "employer"} <= set(found.witness.facts_json()["person"][0])


def test_how_near_is_counted_when_the_rule_pays_and_before_the_amount_is_cut() -> None:
    found = only(clause("wage < 3000 yuan and employed → wage up to 25_000 yuan per month"))
    assert "never above 20000 yuan; the person shown reaches 2999 yuan" in found.message.en
    found = only(clause("employed → (2000 yuan at least 1000 yuan) per month at most 500 yuan"))
    assert "the person shown reaches 2000 yuan" in found.message.en


def test_of_a_rule_that_pays_nothing_one_is_shown_for_whom_it_holds() -> None:
    found = only(clause("poor → (20 yuan × 10%) rounded to 50 yuan once at most 4000 yuan"))
    assert found.code == "HC407" and found.witness is not None
    assert found.message.en.endswith("the person shown is paid nothing by the rule")
    assert found.witness.answers()[0][1].payments == ()


def test_a_limit_of_a_rule_that_never_pays_is_no_finding_of_its_own() -> None:
    found = only(clause("age > 130 → 100 yuan once at most 300 yuan", "poor → 50 yuan once"))
    assert found.code == "HC401"


COLD = """
import sys
from huice.cli.check_command import command
try:
    command(["std:shaoxing_2021_51"], standalone_mode=False)
except SystemExit:
    pass
print([name for name in sys.modules if name in ("compiler.interpret", "compiler.difference.search", "z3")])
"""


def test_no_interpreter_is_loaded_for_a_policy_in_which_nothing_is_found() -> None:
    done = subprocess.run([sys.executable, "-c", COLD], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
