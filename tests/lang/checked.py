"""A small policy to put lines into, for tests of the checker."""

from __future__ import annotations

from lang.codes import CODES
from lang.diagnostics import Diagnostic
from lang.model import Clause, Program
from lang.program import load
from lang.source import Source

BASE = """policy p "政策"
  in force 2021-01-01 to 2025-12-31
kind county "县区": mabian "马边", ebian "峨边", other "其他"
kind level: none, junior, senior
set leshan of county = mabian, ebian
entity person "人员"
  has number "身份证号": identity
  has remark: text
  has origin "来源地": county
  has skill: level
  has poor "脱贫": yes/no
  has hired on: date
  has graduated on: date
  has employed "就业": yes/no monthly
  has insured "参保": yes/no monthly
  has renting: yes/no monthly default no
  has wage: money 0 to 100000 yuan monthly
  has days: count 1 to 366
  has children: count
  has employer "用人单位": firm
  has mentor: person
entity firm "企业"
  has staff: many person via employer
  has headcount "职工总数": count monthly
  has place: county
fund aid
fund treasury
parameter minimum wage "最低工资": money = 1900 yuan
parameter post rate: money per month external
parameter fairs held: count external
table course by level
  junior → 1000 yuan
  otherwise → 500 yuan
define covered "属于范围" for person = poor and origin in leshan
define pay for person = minimum wage
clause first
  for person where covered
  employed ≥ 3 months → 3000 yuan once
"""


def check(text: str) -> tuple[Program | None, tuple[Diagnostic, ...]]:
    return load(Source(text, "p.policy"))


def good(lines: str, base: str = BASE) -> Program:
    """The program of the base and `lines`; no finding at all."""
    program, found = check(base + lines)
    assert [(d.code, d.span.text, d.message.en) for d in found] == []
    assert program is not None
    return program


def bad(lines: str, base: str = BASE) -> Diagnostic:
    """The one finding of the base and `lines`, an error with both languages; there is no program."""
    program, found = check(base + lines)
    assert len(found) == 1, [(d.code, d.span.text, d.message.en) for d in found]
    assert program is None
    assert CODES[found[0].code].severity == "error"
    assert found[0].message.en and found[0].message.zh
    return found[0]


def rule(line: str, where: str = "") -> Clause:
    """The clause made of one rule for persons."""
    return good(f"clause tested\n  for person{where}\n  {line}\n").clauses["tested"]
