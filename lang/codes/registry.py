"""What is known of a diagnostic code, and the register of them all.

A row gives what `huice check --json` calls severity and category, a title, and what `huice rule CODE` shows: an
explanation, the smallest program that gives the code and the same program mended. Examples are lines put behind
`PRELUDE` unless they are `whole`; the modules that they may name are `MODULES`. A code is never reused.
"""

from __future__ import annotations

from attrs import frozen

from lang.diagnostics import Severity, Text

PRELUDE = """\
policy example "示例"
  in force 2021-01-01 to 2025-12-31
fund aid "帮扶资金"
fund treasury "本级资金"
kind county "县区": mabian "马边县", ebian "峨边县"
kind level "级别": junior "初级", senior "高级"
entity person "人员"
  has identity number "身份证号": identity
  has origin "来源地": county
  has skill "技能": level
  has poor "脱贫": yes/no
  has hired on "入职日期": date
  has employed "就业": yes/no monthly
  has insured "参保": yes/no monthly
  has wage "工资": money 0 to 100_000 yuan monthly
  has children "子女数": count 0 to 20
  has employer "用人单位": enterprise
entity enterprise "企业"
  has staff "员工": many person via employer
  has headcount "职工总数": count 0 to 100_000 monthly
parameter minimum wage "最低工资": money = 1900 yuan
clause start "上岗补贴"
  for person
  employed ≥ 3 months → 3000 yuan once
"""

MODULES = {
    "shared": "kind post: cook, driver\n",
    "first": "use second\n",
    "second": "use first\n",
    "another_policy": "policy another_policy\n  in force 2021-01-01\n",
}


@frozen
class Code:
    """`category` is one of those listed in docs for `huice check --json`. `wrong` and `mended` are None where a
    program cannot show the code (it concerns bytes, or how a command was called)."""

    title: Text
    category: str
    severity: Severity
    explanation: Text
    wrong: str | None = None
    mended: str | None = None
    whole: bool = False
    deep: bool = False

    def program(self, example: str) -> str:
        """The complete program of an example."""
        return example if self.whole else PRELUDE + example


CODES: dict[str, Code] = {}


def register(
    code: str,
    severity: Severity,
    category: str,
    title: tuple[str, str],
    explanation: tuple[str, str],
    wrong: str | None = None,
    mended: str | None = None,
    whole: bool = False,
    deep: bool = False,
) -> None:
    """Add a row. Titles and explanations are (English, Chinese)."""
    assert code not in CODES, code
    assert (wrong is None) == (mended is None), code
    CODES[code] = Code(
        Text(*title), category, severity, Text(*explanation),
        wrong=None if wrong is None else wrong.lstrip("\n"),
        mended=None if mended is None else mended.lstrip("\n"),
        whole=whole,
        deep=deep,
    )  # fmt: skip
