"""Shown amounts and chances are rounded as a spreadsheet rounds them, so that a page and a workbook show the same."""

import pytest

from huice.reports.amounts import WAN, YUAN, share


@pytest.mark.parametrize(
    ("yuan", "shown"), [(1250, "0.13"), (154_650, "15.47"), (-1250, "-0.13"), (-40, "0.00"), (12_345_650.0, "1,234.57")]
)
def test_half_a_unit_is_rounded_away_from_zero(yuan: float, shown: str) -> None:
    assert WAN.show(yuan) == shown


def test_half_a_yuan_too() -> None:
    assert [YUAN.show(yuan) for yuan in (0.5, 1.5, 2.5, -0.4, None)] == ["1", "2", "3", "0", ""]


@pytest.mark.parametrize(
    ("chance", "shown"),
    [(0.3125, "31.3%"), (0.0625, "6.3%"), (1e-6, "<0.1%"), (0.9999999, ">99.9%"), (0, "0.0%"), (1, "100.0%")],
)
def test_chances(chance: float, shown: str) -> None:
    assert share(chance) == shown
