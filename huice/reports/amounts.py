"""The unit of a report's amounts: one for the whole report, stated where the reader looks first."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from attrs import frozen

from lang.diagnostics import Language

LARGE = 1_000_000  # yuan; below it 10,000 yuan is too coarse a unit


@frozen
class Unit:
    """`scale`: yuan in one unit. `form`: how a spreadsheet shows it."""

    scale: int
    decimals: int
    en: str
    zh: str
    form: str

    def name(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en

    def stated(self, language: Language) -> str:
        return f"金额单位：{self.zh}" if language == "zh" else f"amounts in {self.en}"

    def show(self, yuan: float | None) -> str:
        """The amount with thousands marked, never `-0.0`; nothing for None."""
        if yuan is None:
            return ""
        shown = rounded(yuan, self.decimals, self.scale)
        return f"{abs(shown) if shown == 0 else shown:,f}"


YUAN = Unit(1, 0, "yuan", "元", "#,##0")
WAN = Unit(10_000, 2, "10,000 yuan", "万元", "#,##0.00")


def rounded(figure: float | Decimal, decimals: int, scale: int = 1) -> Decimal:
    """Half away from zero, as spreadsheets round what they show, so that a page and a workbook show the same; of the
    shortest decimal that is the float."""
    exact = figure if isinstance(figure, Decimal) else Decimal(repr(float(figure)))
    return (exact / scale).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def share(chance: float) -> str:
    """A chance in per cent, never 0% or 100% for what merely came close."""
    text = f"{rounded(100 * Decimal(repr(float(chance))), 1):f}%"
    if text == "0.0%" and chance > 0:
        return "<0.1%"
    return ">99.9%" if text == "100.0%" and chance < 1 else text


def unit_for(yuan: float) -> Unit:
    """The unit that suits a report whose total is about so much."""
    return WAN if abs(yuan) >= LARGE else YUAN


def unit_of(data: Mapping[str, Any]) -> Unit:
    """The unit that suits a projection (the JSON form): by what is spent at the middle of the distribution."""
    return unit_for(data["total"]["entitled"]["mean"])


def unit_of_comparison(data: Mapping[str, Any]) -> Unit:
    return unit_of(max(data["a"], data["b"], key=lambda version: version["total"]["entitled"]["mean"]))
