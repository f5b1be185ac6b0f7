"""Every number of a program is proved to fit 64 bits, and no divisor is zero: policies near the edge, either side."""

import pytest

from compiler.bounds import LIMIT, bounds
from compiler.pipeline import compile_program
from lang.codes import CODES
from lang.diagnostics import Diagnostic
from lang.program import load
from lang.source import Source

HEAD = """policy p
  in force 2021-01-01 to 2021-12-31
entity person
  has wage: money monthly
  has small: money 0 to 100 yuan
  has days: count 0 to 366
  has some: count 1 to 366
  has part: share
  has employed: yes/no monthly
  has employer: firm
entity firm
  has staff: many person via employer
parameter rate: money external
"""


def said(rules: str, entity: str = "person", where: str = "") -> tuple[Diagnostic, ...]:
    """What stands in the way of a clause with these rules."""
    text = f"{HEAD}clause aid\n  for {entity}{where}\n  {rules}\n"
    program, found = load(Source(text, "p.policy"))
    errors = tuple(d for d in found if CODES[d.code].severity == "error")
    if program is None or errors:
        return errors
    compiled, found = compile_program(program)
    assert (compiled is None) == bool(found)
    if compiled is not None:
        for bound in bounds(compiled)[0]:
            assert bound is None or bound.fits
    return found


# ---------------------------------------------------------------- 2^63
EDGE = LIMIT // 10**11  # a wage is at most 10^9 yuan, in fen

FITS = [
    f"always → wage × {EDGE} once",
    "always → wage × days × 200 once",
    "always → (total wage in this year) per month",
    "always → small × 1000000 per month",
    "total wage ≥ 1 yuan → 1 yuan once",
    "always → wage × part × part per month",
    "always → small × 1000000000 × 900000 once at most 500 yuan",
]
TOO_LARGE = [
    (f"always → wage × {EDGE + 1} once", f"wage × {EDGE + 1}"),
    ("always → wage × days × 300000 once", "wage × days × 300000"),
    (f"wage × {EDGE + 1} ≥ 1 yuan → 1 yuan once", f"wage × {EDGE + 1}"),
    ("always → (if employed then wage × 100000000 else 0 yuan) once", "wage × 100000000"),
    ("always → rate × 1000000000 once", "rate × 1000000000"),
    ("always → wage × 9000000 per month", "all payments of aid to one person"),
    ("always → wage × 50000000 once per year", "all payments of aid to one person"),
]


@pytest.mark.parametrize("rule", FITS)
def test_what_fits_is_compiled(rule: str) -> None:
    assert said(rule) == ()


@pytest.mark.parametrize(("rule", "named"), TOO_LARGE)
def test_what_may_not_fit_is_refused_by_name_and_range(rule: str, named: str) -> None:
    found = said(rule)
    assert {d.code for d in found} == {"HC590"}
    first = found[0]
    assert f"`{named}` may be anything from " in first.message.en and "yuan: too large" in first.message.en
    assert "的取值可能从" in first.message.zh and "超出可精确计算的范围" in first.message.zh
    assert first.span.text and (named in first.span.text or named.startswith("all payments"))
    assert first.help is not None and "up to" in first.help.en and "实际范围" in first.help.zh


def test_a_narrower_range_is_the_mend() -> None:
    assert said("always → small × 100000000 once") == ()
    assert said("always → (wage × 1000) up to 5000 yuan once") == ()


def test_sums_over_many_rows() -> None:
    assert said("sum of staff's wage where employed ≥ 1 yuan → 1 yuan once", "firm") == ()
    (found,) = said("(sum of staff's wage where employed) × 10 ≥ 1 yuan → 1 yuan once", "firm")
    assert found.code == "HC590" and "(sum of staff's wage where employed) × 10" in found.message.en


# ---------------------------------------------------------------- division
GUARDED = [
    "always → wage / 3 once",
    "always → wage / some once",
    "always → wage / (days at least 1) once",
    "always → wage / (days + 1) once",
    "always → (if days > 0 then wage / days else 0 yuan) once",
    "always → (if days = 0 then 0 yuan else wage / days) once",
    "days ≥ 1 and wage / days ≥ 5 yuan → 1 yuan once",
    "days > 0 → wage / days once",
    "not (days = 0 or not employed) → wage / days once",
]
UNGUARDED = [
    "always → wage / days once",
    "employed → wage / days once",
    "always → (if days ≥ 0 then wage / days else 0 yuan) once",
    "always → (if days > 0 then 0 yuan else wage / days) once",
    "days > 0 or wage / days ≥ 5 yuan → 1 yuan once",
    "always → wage / (days - 1) once",
    "always → wage / (some up to days) once",
    "always → wage / 0 once",
]


@pytest.mark.parametrize("rule", GUARDED)
def test_a_divisor_that_is_never_zero_where_it_counts(rule: str) -> None:
    assert said(rule) == ()


@pytest.mark.parametrize("rule", UNGUARDED)
def test_a_divisor_that_may_be_zero_is_refused(rule: str) -> None:
    (found,) = said(rule)
    assert "zero" in found.message.en and ("零" in found.message.zh or "0" in found.message.zh)
    assert found.help is not None


def test_the_where_of_the_clause_guards_its_rules() -> None:
    assert said("always → wage / days once", where=" where days > 0") == ()
