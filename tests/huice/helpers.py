"""The command line called in-process, and two small policies that most tests of the faces share."""

import contextlib
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import frozen
from click.testing import CliRunner

from huice.cli import huice

GRANT = """policy grant "稳岗补贴"
  in force 2025-01-01 to 2025-12-31
  paid from town_fund

kind county "县": hill "山县", river "河县", other "其他"

entity person "人员"
  has identity "身份证号": identity
  has origin "来源地": county
  has hired_on "录用日期": date
  has courses "课程数": count 0 to 40
  has employed "就业": yes/no monthly
  has social insurance "社保": yes/no monthly
  has wage "工资": money monthly

fund town_fund "镇资金"

parameter bonus "奖励标准": money
  from 2025-01-01: 200 yuan

clause stable_job "稳定就业补贴" cites "二（一）"
  for person where origin in (hill, river)
  employed ≥ 3 months with social insurance → 3000 yuan once

clause course_grant "培训补贴" cites "二（二）"
  for person where courses ≥ 10
  since hired_on ≥ 0 days → bonus once

case "the third insured month earns the grant"
  person p1
    origin = hill
    employed = yes from 2025-02
    social insurance = yes from 2025-03 to 2025-12
  expect stable_job pays p1 3000 yuan in 2025-05
"""

PEOPLE = [
    {"id": "an", "origin": "hill", "courses": 12, "hired_on": "2025-02-03",
     "employed": [["2025-01", None]], "social_insurance": [["2025-01", None]], "wage": [["2025-01", None, "4200.00"]]},
    {"id": "bo", "origin": "other", "courses": 3, "hired_on": "2025-03-01",
     "employed": [["2025-03", "2025-09"]], "social_insurance": [["2025-06", "2025-07"]], "wage": []},
    {"id": "di", "courses": 3, "hired_on": "2025-03-01",
     "employed": [["2025-01", None]], "social_insurance": [["2025-01", None]], "wage": []},
]  # fmt: skip

TOWN = """policy town "镇政策"
  in force 2025-01-01 to 2026-12-31
  paid from town_budget

kind county: hill "山县", river "河县", other

entity person
  has origin: county
  has employed: yes/no monthly

fund town_budget "镇预算"

clause stable_job "稳定就业补贴" cites "2(1)"
  for person where origin in (hill, river)
  employed ≥ 3 months → 3000 yuan once

clause bonus "一次性奖励" cites "2(2)"
  for person where origin = hill
  employed ≥ 6 months → 500 yuan once

scenario baseline "基准" for town
  period 2025-01 to 2026-12
  unknown leave_rate ~ beta(8, 152)
    note "an assumption: about 5% leave in a month"
  population person
    arrive poisson(6) per month from 2025-01 to 2026-06
    origin ~ hill 60%, river 30%, other 10%
    employed starts on arrival, ends at leave_rate per month
  budget town_budget 2025 = 100_000 yuan
  budget town_budget 2026 = 220_000 yuan
"""

IDENTITY = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")


@frozen
class Run:
    """What one call of the command line gave."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """Standard output as its one JSON document (fails if anything else stands there)."""
        return json.loads(self.out)


def run(*arguments: object, stdin: str | bytes | None = None, env: Mapping[str, str] | None = None) -> Run:
    """`huice ARGUMENTS`, in this process. An exception fails the test: user input never raises."""
    result = CliRunner().invoke(
        huice, [str(a) for a in arguments], input=stdin, env={"LC_ALL": "C.UTF-8", **(env or {})}
    )
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert "Traceback" not in result.output
    return Run(result.exit_code, result.stdout, result.stderr)


def typed_in(line: str, folder: Path) -> Run:
    """A line of a page, as if it were typed in there. A call of `huice` without anything of the shell is made in this
    process, which does not load all that it needs anew for each line; other pages are typed into a shell of their own.
    """
    if line.startswith("huice ") and not SHELL.intersection(line):
        with contextlib.chdir(folder):
            return run(*shlex.split(line)[1:])
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=600,
    )  # fmt: skip
    return Run(done.returncode, done.stdout, done.stderr)


SHELL = set("|&;<>()$`*?[]#~{}")


def write(place: Path, text: str) -> Path:
    place.write_text(text, encoding="utf-8")
    return place
