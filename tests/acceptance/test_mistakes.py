"""Mistakes of drafters: exactly one error, in the right place, that says something in both languages, with status 1."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.running import run

HEAD = """policy trial "试行"
  issued 2021-01-01
  in force 2021-01-01 to 2023-12-31
  paid from treasury
fund treasury "本级资金"
kind grade "等级": low "初级", middle "中级", high "高级"
set upper "较高" of grade = middle, high
entity person "人员"
  has working "在岗": yes/no monthly
  has insured "参保": yes/no monthly
  has wage "工资": money monthly
  has points "积分": count 0 to 1000 monthly default 0
  has hired "入职日期": date
  has left "离职日期": date
  has grade "等级": grade
  has bonus "奖金": money
  has benefit "待遇": money per month
  has name "姓名": text
  has number "身份证号": identity
  has employer "用人单位": enterprise
entity enterprise "企业"
  has staff "员工": many person via employer
"""

# (what is wrong, text put behind HEAD with « » round the place, category)
RULE = "clause c\n  for person\n  "
GRANT = RULE + "working → 10 yuan once\n"
MISTAKES = [
    # names
    ("an unknown name", RULE + "«workin» → 10 yuan once", "name"),
    ("an unknown attribute behind a link", RULE + "employer's «size» ≥ 3 → 10 yuan once", "name"),
    ("an unknown member of a kind", RULE + "grade is «highest_of_all» → 10 yuan once", "name"),
    ("an unknown entity", "clause c\n  for «persons»\n  always → 10 yuan once", "name"),
    ("an unknown fund", RULE + "working → 10 yuan once\n  paid from «treasure»", "name"),
    ("an unknown set", RULE + "grade in «uper» → 10 yuan once", "name"),
    ("an unknown payee", RULE + "working → 10 yuan once to «emploier»", "name"),
    ("an unknown clause in a group", GRANT + "exclusive x among c, «d» per person take first", "name"),
    ("an unknown clause in a limit", GRANT + "limit «d» to 3", "name"),
    ("an unknown kind", 'entity x "某"\n  has y "值": «colour»', "name"),
    ("a clause declared twice", GRANT + "clause «c»\n  for person\n  working → 10 yuan once", "name"),
    ("an attribute declared twice", 'entity x "某"\n  has y "甲": count\n  has «y» "乙": count', "name"),
    ("names that differ in width only", 'entity x "某"\n  has ａ "甲": count\n  has «a» "乙": count', "name"),
    # types and units
    ("money and a duration", RULE + "bonus ≥ «3 months» → 10 yuan once", None),
    ("a sum of money and a duration", RULE + "working → «3000 yuan + 3 months» once", None),
    ("a run of money", RULE + "«wage ≥ 3 months» → 10 yuan once", None),
    ("a rate where money is due", RULE + "working → «benefit» once", None),
    ("a count where money is due", RULE + "working → «points» once", None),
    ("a condition that is a date", RULE + "«hired» → 10 yuan once", None),
    ("a condition that is money", RULE + "«bonus» → 10 yuan once", None),
    ("a date compared with money", RULE + "«hired ≥ 3000 yuan» → 10 yuan once", None),
    ("a kind compared with a number", RULE + "«grade is 3» → 10 yuan once", None),
    ("a text is tested", RULE + "«name is known and name is \"x\"» → 10 yuan once", None),
    ("an identity is tested", RULE + "«number ≥ 3» → 10 yuan once", None),
    ("and of a number", RULE + "working and «points» → 10 yuan once", None),
    ("two dates added", RULE + "working → 10 yuan × «(hired + left)» once", None),
    ("a date since a number", RULE + "since «points» ≥ 3 months → 10 yuan once", None),
    ("a run without a unit", RULE + "«working ≥ 3» → 10 yuan once", None),
    # what cannot be
    ("no frequency", RULE + "working → 10 yuan«»", "syntax"),
    ("division by what may be zero", RULE + "working → «bonus / points» once", None),
    ("the end before the beginning", "clause c\n  for person\n  hired in «upper» → 10 yuan once", None),
    ("a chain of comparisons", RULE + "1 ≤ points «≤» 3 → 10 yuan once", "syntax"),
    ("a definition of itself", "define «a» for person = a and working", "cycle"),
    ("definitions in a circle", "define «a» for person = b\ndefine b for person = a", "cycle"),
    # words
    ("glued keywords", RULE + "«参保满3个月» → 10 yuan once", None),
    ("an open bracket", RULE + "«(»working and insured → 10 yuan once", "syntax"),
    ("a closing bracket", RULE + "working and insured«)» → 10 yuan once", "syntax"),
    ("a label without its end", 'clause c «"补贴»\n  for person\n  working → 10 yuan once', "syntax"),
    ("a misspelt opening word", "«clauze» c\n  for person\n  working → 10 yuan once", "syntax"),
    # numbers and dates
    ("a day that is none", RULE + "hired ≥ «2021-02-30» → 10 yuan once", None),
    ("a month that is none", RULE + "hired ≥ «2021-13-01» → 10 yuan once", None),
    ("a tenth of a fen", RULE + "working → «0.001 yuan» once", None),
    ("a number with an exponent", RULE + "working → «1e3» once", None),
    ("twenty nines", RULE + f"working → «{'9' * 20} yuan» once", None),
    ("digits of another script", RULE + "working → «٣» yuan once", None),
    ("a look-alike letter", RULE + "«wоrking» → 10 yuan once", None),
    ("a zero-width space", RULE + "work«\u200b»ing → 10 yuan once", None),
    ("a bidirectional control", RULE + "working«\u202e» → 10 yuan once", None),
    ("NUL", RULE + "working«\0» → 10 yuan once", None),
    ("commas that group digits", RULE + "working → 3«,»000 yuan once", "syntax"),
    # modules
    ("a module outside", "use «../elsewhere»", None),
    ("an absolute path", "use «/etc/passwd»", None),
    ("a module that is none", "use «nothing_of_that_name»", None),
]  # fmt: skip


def findings(text: str | bytes, language: str = "en") -> tuple[int, list[dict[str, Any]]]:
    outcome = run("check", "-", "--json", "--lang", language, given=text)
    assert "Traceback" not in outcome.output + outcome.errors
    return outcome.status, [one for one in outcome.json["diagnostics"] if one["severity"] == "error"]


@pytest.mark.parametrize(("text", "category"), [m[1:] for m in MISTAKES], ids=[m[0] for m in MISTAKES])
def test_one_mistake_one_error(text: str, category: str | None) -> None:
    before, place, behind = re.split("[«»]", HEAD + text)
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    status, english = findings(before + place + behind + "\n")
    assert status == 1
    assert len(english) == 1, [f"{one['range']} {one['message']}" for one in english]
    found = english[0]
    start, end = found["range"]["start"], found["range"]["end"]
    assert start["line"] == line, found
    assert start["column"] <= column + len(place) and end["column"] >= column, found
    if category is not None:
        assert found["category"] == category
    _, chinese = findings(before + place + behind + "\n", "zh")
    assert re.search("[a-z]{3}", found["message"]) and re.search("[一-龥]", chinese[0]["message"])
    assert (found["code"], found["range"]) == (chinese[0]["code"], chinese[0]["range"])
    explained = run("rule", found["code"], "--lang", "en")
    assert explained.status == 0 and explained.output.strip()


def test_every_mistake_of_a_file_is_reported_at_once() -> None:
    text = HEAD + "".join(f"clause c{n}\n  for person\n  workin{n} → 10 yuan once\n" for n in range(5))
    text += "clause d\n  for person\n  (working → 10 yuan once\nclause e\n  for person\n  working → benefit once\n"
    status, found = findings(text)
    assert status == 1
    lines = [one["range"]["start"]["line"] for one in found]
    first = HEAD.count("\n") + 1
    assert sorted(lines) == [*(first + 3 * n + 2 for n in range(5)), first + 17, first + 20]


WORKER = '{"person": [{"id": "p", "working": [["2021-05", null]]}]}'


# ---------------------------------------------------------------------------------------------- hostile files
@pytest.mark.parametrize(
    "rule",
    [
        "(" * 10_000 + "working" + ")" * 10_000 + " → 10 yuan once",
        "not " * 10_000 + "working → 10 yuan once",
        "working → " + "(" * 10_000 + "10 yuan" + ")" * 10_000 + " once",
        "working → " + "if working then 1 yuan else " * 10_000 + "10 yuan once",
    ],
)
def test_too_deep(rule: str) -> None:
    status, found = findings(HEAD + RULE + rule + "\n")
    assert (status, len(found)) == (1, 1)
    assert "nested too deeply" in found[0]["message"]
    assert found[0]["range"]["start"]["line"] == HEAD.count("\n") + 3


def test_ten_thousand_terms(tmp_path: Path) -> None:
    path = tmp_path / "long.policy"
    path.write_text(HEAD + RULE + " and ".join(["working"] * 10_000) + " → 10 yuan once\n", encoding="utf-8")
    assert findings(path.read_text(encoding="utf-8")) == (0, [])
    outcome = run(
        "eval", path, "--facts", "-", "--json", given='{"person": [{"id": "p", "working": [["2021-05", null]]}]}'
    )
    assert outcome.status == 0, outcome.errors
    assert [one["month"] for one in outcome.json["payments"]] == ["2021-05"]


def test_ten_thousand_terms_of_a_sum(tmp_path: Path) -> None:
    path = tmp_path / "long.policy"
    path.write_text(HEAD + RULE + "working → " + " + ".join(["1 yuan"] * 10_000) + " once\n", encoding="utf-8")
    status, found = findings(path.read_text(encoding="utf-8"))
    if status == 0:
        outcome = run(
            "eval", path, "--facts", "-", "--json", given='{"person": [{"id": "p", "working": [["2021-05", null]]}]}'
        )
        assert outcome.json["total"] == "10000.00"
    else:
        assert (status, len(found)) == (1, 1)


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ((HEAD + "# " + "长" * 3_500_000).encode(), ""),
        ((HEAD + RULE + "working → 10 yuan once\n").encode("gb18030"), "GBK"),
        (b"\xff\xfe\x00p", ""),
        (HEAD.encode() + b"\xc3\x28", ""),
        (b"", ""),
        (b"\n\n# nothing\n", ""),
    ],
    ids=["10 MB", "GBK", "UTF-16", "broken UTF-8", "nothing", "comments only"],
)
def test_files_that_are_no_policy(given: bytes, word: str) -> None:
    status, found = findings(given)
    assert (status, len(found)) == (1, 1)
    assert word in found[0]["message"]


@pytest.mark.parametrize(
    ("text", "most"),
    [
        (HEAD + RULE + "(" * 200_000, 1),
        (HEAD + RULE + "a" * 200_000 + " → 1 yuan once\n", 1),
        (HEAD + RULE + "a " * 100_000 + "→ 1 yuan once\n", 1),
        (HEAD + RULE + "参保满" * 50_000 + " → 1 yuan once\n", 1),
        (HEAD + RULE + "working → " + "9" * 200_000 + " yuan once\n", 1),
        (HEAD + RULE + " or ".join(f"nope{n}" for n in range(5_000)) + " → 1 yuan once\n", 101),
        (HEAD + "kind k: a\n" * 5_000, 101),
        ("foo bar baz\n" * 50_000, 101),
        ("\0" * 100_000, 101),
        ('"' * 100_000, 1),
    ],
)
def test_endless_lines_and_lists_get_short_answers(text: str, most: int) -> None:
    status, found = findings(text)
    assert status == 1 and 1 <= len(found) <= most
    shown = run("check", "-", "--lang", "zh", given=text)
    assert shown.status == 1 and len(shown.output + shown.errors) < 1_000 * most
    assert len(found[0]["message"]) < 500


def test_names_and_labels_that_hold_code_are_inert(tmp_path: Path) -> None:
    text = HEAD.replace('"参保"', "\"__import__('os').abort()\"").replace("has points", "has __class__")
    text += "clause lambda \"'); raise SystemExit(9); ('\"\n  for person\n  __class__ ≥ 1 → 10 yuan once\n"
    path = tmp_path / "inert.policy"
    path.write_text(text, encoding="utf-8")
    outcome = run(
        "eval",
        path,
        "--facts",
        "-",
        "--json",
        given='{"person": [{"id": "p", "__class__": [["2021-05", "2021-05", 1]]}]}',
    )
    assert outcome.status == 0, outcome.output + outcome.errors
    assert outcome.json["totals"] == {"lambda": "10.00"}


Y = HEAD + 'entity y "某"\n'


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + HEAD + RULE + "working ≥ 3 months → 10 yuan once\n",
        (HEAD + RULE + "working ≥ 3 months → 10 yuan once\n").replace("\n", "\r\n"),
        HEAD + RULE + "working\u00a0≥\u30003 months → 10 yuan once\n",
        HEAD + RULE + "working ＞＝ ３ months → １０ yuan once\n",
        HEAD + RULE + "（working and insured） → 10 yuan once\n",
        HEAD + RULE + "working\n    and insured → 10 yuan once\n",
        HEAD + RULE + "(working or\n    insured) → 10 yuan\n    once\n",
        HEAD + "> 官方原文\n" + RULE + "working → 10 yuan once # a comment\n    note \"x\"\n",
        Y + "  has days \"天数\": count 0 to 366\nclause c\n  for y\n  days ≥ 30 → 10 yuan once\n",
        Y + "  has period \"期间\": count\nclause c\n  for y\n  period ≥ 3 → 10 yuan once\n",
        Y + "  has social insurance \"社会保险\": yes/no monthly\n"
        "clause c\n  for y\n  social_insurance ≥ 3 months → 3000 once\n",
        Y + "  has social_insurance \"社会保险\": yes/no monthly\n"
        "  has enrolled \"参加\": yes/no monthly\n"
        "clause c\n  for y\n  enrolled ≥3 months with social insurance → 3000 once\n",
        HEAD + "条款 津贴 「benefit_two」\n  对象 人员 其中 在岗\n  参保 满3个月 → 一次性3000元\n",
        HEAD + "条款 津贴 「benefit_two」\n  对象 人员\n  入职日期 在 2021年1月1日 起 3个月 内 → 每年5000元\n",
    ],
)  # fmt: skip
def test_what_is_no_mistake(text: str) -> None:
    assert findings(text) == (0, [])
