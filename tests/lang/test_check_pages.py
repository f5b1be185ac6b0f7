"""The programs of the language page, completed with the declarations that they leave out, check without an error."""

from __future__ import annotations

from pathlib import Path

from lang.codes import CODES
from lang.diagnostics import Diagnostic
from lang.model import Program
from lang.program import load
from lang.source import Source

PAGES = Path(__file__).parent / "pages"
PEERS = Path(__file__).parents[3] / "shared" / "peers"

COMPLETION = """
kind course term: long, short
kind trainee type: poor, other
kind district: yuecheng, other
entity certificate
  has holder: person
  has obtained on: date
entity training
  has trainee: person
  has ended on: date
entity leader
  has county: county
  has recommended on: date
entity agency
  has name: text
clause skill_training
  for certificate
  obtained on in this month → 1000 yuan once
clause work_training
  for training
  ended on in this month → 1000 yuan once
clause leader_startup
  for leader
  recommended on in this month → 20000 yuan once
clause transport
  for person
  employed ≥ 12 months → 5000 yuan once
clause love_post_subsidy
  for person
  employed → public post subsidy per month
parameter fairs held: count external
define district for person = if origin in leshan then yuecheng else other
define district for enterprise = if base level is national then yuecheng else other
define district for certificate = holder's district
define district for leader = if county is other then other else yuecheng
define district for training = trainee's district
"""

BASE_LEVEL = "kind base level: none, provincial, national\n"


def page(name: str) -> str:
    return (PAGES / f"{name}.policy").read_text(encoding="utf-8")


def declarations() -> str:
    text = page("declarations")
    lines = [line for line in text.splitlines() if not line.startswith("use ")]
    text = "\n".join(lines)
    person = '  has employer "用人单位": enterprise'
    assert person in text and "entity enterprise" in text
    text = text.replace(person, "  has recruiter: agency\n" + person)
    headcount = "  has headcount"
    text = text.replace(headcount, "  has base level: base level\n" + headcount, 1)
    return text.rstrip() + "\n" + BASE_LEVEL + COMPLETION


def checked(text: str) -> tuple[Program, tuple[Diagnostic, ...]]:
    program, found = load(Source(text, "page.policy"))
    assert [(d.span.text, d.message.en) for d in found if CODES[d.code].severity == "error"] == []
    assert program is not None
    return program, found


def test_the_declarations_of_the_page() -> None:
    program, found = checked(declarations())
    assert found == ()
    assert program.funds["counterpart_aid"].pots == "district"
    assert len(program.clauses) == 9 and len(program.cases) == 1


def test_the_scenario_of_the_page() -> None:
    scenario = page("scenario")
    line = next(line for line in scenario.splitlines() if line.strip().startswith("budget"))
    years = "\n".join(f"  budget counterpart_aid {year} = 3_000_000 yuan" for year in range(2021, 2027))
    rest = "  population enterprise\n    arrive 30 in 2021-01\n"
    program, found = checked(declarations() + scenario.replace(line, years).rstrip() + "\n" + rest)
    assert set(program.scenarios["baseline"].populations) == {"person", "certificate", "enterprise"}
    said = {(d.code, CODES[d.code].severity) for d in found}
    assert said == {("HC514", "warning"), ("HC515", "info")}


def test_the_chinese_program_of_the_page() -> None:
    program, found = checked(
        page("chinese").rstrip()
        + "\n台账 人员 「person」\n  栏目 社会保险 「social_insurance」：是否 逐月\n  栏目 脱贫 「poor」：是否\n"
        "界定 属于范围 「covered」 适用 人员 = 脱贫\n资金来源 对口帮扶资金 「counterpart_aid」\n"
    )
    assert found == ()
    assert program.clauses["stable_job"].label == "就业稳岗补贴"
    assert program.language == "zh"


def test_the_small_program_that_others_are_measured_with() -> None:
    path = PEERS / "shaoxing_lite.policy"
    if path.exists():
        program, found = checked(path.read_text(encoding="utf-8"))
        assert found == () and len(program.clauses) == 5
