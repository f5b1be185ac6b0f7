"""Small charts of signs, for a terminal of any width: months as a fan, chances, bars, steps. No colour is needed.

In: distributions. Out: lines. Where the terminal has no block elements, plain signs stand for them.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from huice.reports.amounts import Unit, share
from huice.reports.tables.records import Curve, Period, Spread
from huice.reports.ticks import tick_texts, ticks
from lang.diagnostics import Language, Text

ROWS = 7
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_PARTS = (0.98, 0.9, 0.75, 0.5, 0.25, 0.1, 0.02)  # chances at which a curve is read
GIVEN = Text("◂ appropriation", "◂ 预算")


@frozen
class Signs:
    """What stands for: surely (up to P10), likely (to the median), possibly (to P90), a bar."""

    surely: str
    likely: str
    possibly: str
    bar: str
    smooth: bool

    def key(self, language: Language) -> str:
        said = Text("to P10 {}  to the median {}  to P90 {}", "至10%分位 {}  至中位数 {}  至90%分位 {}")
        return said[language].format(self.surely * 2, self.likely * 2, self.possibly * 2)


BLOCKS = Signs("█", "▓", "░", "█", True)
PLAIN = Signs("#", "+", ".", "#", False)


def signs_for(encoding: str) -> Signs:
    return BLOCKS if "utf" in encoding.lower() else PLAIN


def bar(amount: float, largest: float, width: int, signs: Signs) -> str:
    """A lying bar; what is not nothing is seen."""
    eighths = 0 if largest <= 0 else round(abs(amount) / largest * width * 8)
    if amount and not eighths:
        eighths = 1
    if not signs.smooth:
        return signs.bar * max(eighths // 8, 1 if amount else 0)
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")


def fan(periods: Sequence[Period], unit: Unit, width: int, signs: Signs, measure: str = "paid") -> list[str]:
    """A column a month: up to P10, the median, P90; under it the years. Nothing where the window is too narrow."""
    spreads = [period.total[measure] for period in periods]
    top = max((s.at("0.9") for s in spreads), default=0.0)
    if top <= 0 or len(periods) < 2:
        return []
    marks = ticks(0.0, top, 5)
    texts = tick_texts(marks, unit.scale)
    left = max(len(text) for text in texts)
    each = min((width - left - 2) // len(periods), 4)
    if each < 1:
        return []
    step = marks[-1] / ROWS
    lines = []
    for row in reversed(range(ROWS)):
        low, middle = row * step, (row + 0.5) * step
        named = [text for mark, text in zip(marks, texts, strict=True) if low - 1e-9 <= mark < low + step - 1e-9]
        if row == ROWS - 1:
            named = [texts[-1]]
        cells = "".join(_cell(spread, middle, signs) * each for spread in spreads)
        lines.append(f"{named[0] if named else '':>{left}} {'┤' if signs.smooth else '|'}{cells}".rstrip())
    return [*lines, " " * (left + 2) + _names(periods, each)]


def _cell(spread: Spread, middle: float, signs: Signs) -> str:
    for quantile, sign in (("0.1", signs.surely), ("0.5", signs.likely), ("0.9", signs.possibly)):
        if spread.at(quantile) >= middle:
            return sign
    return " "


def _names(periods: Sequence[Period], each: int) -> str:
    """The years (of a single year the months) under their first column."""
    line = ""
    years = {period.name[:4] for period in periods}
    for number, period in enumerate(periods):
        begins = number == 0 or period.name[:4] != periods[number - 1].name[:4]
        text = period.name[5:] if len(years) == 1 else period.name[:4] if begins else ""
        at = number * each
        if text and (not line or len(line.rstrip()) < at):
            line = line.ljust(at) + text
    return line


def chances(of: Curve, unit: Unit, width: int, language: Language, signs: Signs) -> list[str]:
    """How likely more than each of some amounts is; the appropriation is one of them."""
    amounts = sorted({_amount_at(of, chance) for chance in _PARTS} | ({of.mark} if of.mark is not None else set()))
    texts = [f"> {unit.show(amount)}" for amount in amounts]
    left = max(len(text) for text in texts)
    room = max(min(width - left - 26, 40), 8)
    lines = []
    for amount, text in zip(amounts, texts, strict=True):
        chance = _chance_of(of, amount)
        drawn = any(at == amount for at, _ in of.points)
        told = share(chance) if drawn else f"~{chance:.0%}"
        line = f"{text:>{left}}  {told:>6}  {bar(chance, 1.0, room, signs)}"
        lines.append(f"{line} {GIVEN[language]}" if amount == of.mark else line)
    return lines


def _amount_at(of: Curve, chance: float) -> float:
    """The smallest amount that is exceeded with at most this chance."""
    return next((amount for amount, more in of.points if more <= chance), of.points[-1][0])


def _chance_of(of: Curve, amount: float) -> float:
    """Between two points of the curve on the line between them, as it is drawn."""
    before: tuple[float, float] | None = None
    for at, chance in of.points:
        if at >= amount:
            if at == amount or before is None:
                return chance if at == amount else 1.0
            part = (amount - before[0]) / (at - before[0])
            return before[1] + (chance - before[1]) * part
        before = at, chance
    return of.points[-1][1]
