"""What is said of distributions' arguments, of a lag that counts, and of a fund with budgets for some of its pots."""

import re

import pytest

from lang.diagnostics import Diagnostic
from lang.program import load
from lang.source import Source

POLICY = """policy small
  in force 2021-01-01 to 2021-12-31
  paid from aid
kind district: north, south, west
fund aid per district
entity person
  has renting: yes/no monthly
  has district: district
clause help cites "一"
  for person where renting
  always → 500 yuan once
scenario base for small
  period 2021-01 to 2021-12
  unknown k ~ {unknown}
  population person
    arrive poisson(k) per month from 2021-01 to 2021-12
    renting ~ 50%
    district ~ north 50%, south 50%
  claims
    lag ~ {lag}
"""


def found(unknown: str = "gamma(2, 3)", lag: str = "0 months 50%, 1 month 50%", more: str = "") -> list[Diagnostic]:
    text = POLICY.format(unknown=unknown, lag=lag) + "".join(f"  {line}\n" for line in more.splitlines())
    return [d for d in load(Source(text))[1] if d.code in ("HC510", "HC511", "HC519", "HC201", "HC302")]


@pytest.mark.parametrize(
    ("unknown", "says"),
    [
        ("gamma(shape -1, mean 2)", "`gamma`: `shape` must be above 0"),
        ("gamma(shape = -1, mean = 2)", "`gamma`: `shape` must be above 0"),
        ("gamma(2, 0)", "`gamma`: `mean` must be above 0"),
        ("beta(0, 1)", "`beta`: `a` must be above 0"),
        ("normal(1, -1)", "`normal`: `sd` must not be negative"),
        ("lognormal(-1, 1)", "`lognormal`: `median` must be above 0"),
        ("poisson(-1)", "`poisson`: `mean` must not be negative"),
        ("normal(mean -1, sd 2)", "`mean -1` is read as `mean` less `1`"),
    ],
)
def test_the_argument_and_what_it_must_be(unknown: str, says: str) -> None:
    (one,) = found(unknown)
    assert (one.code, one.message.en) == ("HC510", says)


def test_a_signed_argument_that_is_possible_is_shown_as_it_is_written() -> None:
    (one,) = found("normal(mean -1, sd 2)")
    assert one.help is not None and one.help.en == "write `mean = -1`"
    assert found("normal(mean = -1, sd = 2)") == []


@pytest.mark.parametrize("lag", ["poisson(2)", "poisson(0.5)", "binomial(3, 40%)"])
def test_a_lag_that_counts_is_told_as_a_list_that_is_taken(lag: str) -> None:
    (one,) = found(lag=lag)
    assert one.code == "HC510" and one.help is not None
    for said, told in ((one.help.en, r"`(.*)`"), (one.help.zh, r"“(.*)”")):
        listed = re.search(told, said)
        assert listed is not None
        assert found(lag=listed[1]) == []


def test_a_lag_of_an_unknown_mean_is_told_the_form() -> None:
    (one,) = found(lag="poisson(k)")
    assert one.help is not None and "0 months 50%" in one.help.en


def test_a_fund_with_budgets_for_some_of_its_pots() -> None:
    (one,) = found(more="budget aid[north] 2021 = 1000 yuan")
    assert one.code == "HC519" and "for south:" in one.message.en and "south没有" in one.message.zh
    assert one.help is not None and "budget aid[south] 2021 = 0 yuan" in one.help.en
    every = "\n".join(f"budget aid[{pot}] 2021 = 1000 yuan" for pot in ("north", "south"))
    assert found(more=every) == [] and found() == [], "nobody is in the west"
