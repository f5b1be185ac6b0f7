"""The lines of a scenario that was learnt, in the language's English spelling (a formatter brings them into form).

In: lines and figures as they are found. Out: the text. Every unknown stands with its note.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from attrs import define, field

from lang.diagnostics import Language, Text
from lang.types import NONE, Given, Type
from simulator.learning.posteriors import Posterior


def quoted(text: str) -> str:
    """A text between quotes: none of its own, on one line."""
    return '"' + " ".join(text.replace('"', "'").split()) + '"'


def is_name(text: str) -> bool:
    """Whether a label can be a second name."""
    return bool(text) and all(sign.isalnum() or sign in "_ " for sign in text) and not text[0].isdigit()


@define
class Population:
    """`heading`: `population person …`. A line with its note, or a comment."""

    heading: str
    lines: list[tuple[str, Text | None]] = field(factory=list)

    def say(self, line: str, note: Text | None = None) -> None:
        self.lines.append((line, note))

    def comment(self, text: Text) -> None:
        self.lines.append(("#", text))


@define
class Draft:
    """What the scenario says so far. `chinese`: whether second names in the policy are; unknowns have such, too."""

    language: Language
    name: str
    reference: str
    period: str
    chinese: bool = True
    notes: list[Text] = field(factory=list)
    sets: list[str] = field(factory=list)
    unknowns: list[tuple[str, str | None, str, Text]] = field(factory=list)
    populations: list[Population] = field(factory=list)
    claims: list[tuple[str, Text | None]] = field(factory=list)
    budgets: list[str] = field(factory=list)

    def unknown(self, name: str, label: str | None, distribution: Posterior, note: Text) -> str:
        """The name under which it can be read; each is declared once."""
        taken = {known for known, _, _, _ in self.unknowns} | {known for _, known, _, _ in self.unknowns if known}
        name = next(n for n in (name, *(f"{name}_{i}" for i in range(2, 1000))) if n not in taken)
        label = label if self.chinese else None
        second = label if label is not None and is_name(label) and label not in taken and label != name else None
        self.unknowns.append((name, second, distribution.text, note))
        return name

    def text(self) -> str:
        lines = [*(f"# {' '.join(note[self.language].split())}" for note in self.notes)]
        lines += [f"scenario {self.name} for {self.reference}", f"  period {self.period}"]
        lines += [f"  {line}" for line in self.sets]
        for name, label, distribution, note in self.unknowns:
            second = "" if label is None else f" {quoted(label)}"
            lines += [f"  unknown {name}{second} ~ {distribution}", f"    note {quoted(note[self.language])}"]
        for population in self.populations:
            lines.append(f"  {population.heading}")
            lines += self._noted(population.lines)
        if self.claims:
            lines.append("  claims")
            lines += self._noted(self.claims)
        lines += [f"  {line}" for line in self.budgets]
        return "\n".join(lines) + "\n"

    def _noted(self, given: list[tuple[str, Text | None]]) -> list[str]:
        lines = []
        for line, note in given:
            if line == "#":
                assert note is not None
                lines.append(f"    # {' '.join(note[self.language].split())}")
                continue
            lines.append(f"    {line}")
            if note is not None:
                lines.append(f"      note {quoted(note[self.language])}")
        return lines


def value_text(value: Given, type_: Type) -> str:
    """A value as it is written in a scenario."""
    match value:
        case bool():
            return "yes" if value else "no"
        case _ if value is NONE:
            return "none"
        case str():
            return value
        case date():
            return value.isoformat()
        case int() | Fraction() if type_.base in ("money", "rate"):
            yuan = f"{_decimal(Fraction(value) / 100)} yuan"
            return f"{yuan} per month" if type_.base == "rate" else yuan
        case int() | Fraction() if type_.base == "share":
            return f"{_decimal(Fraction(value) * 100)}%"
        case int() | Fraction():
            return _decimal(Fraction(value))
        case _:
            raise TypeError(value)


def percent(share: Fraction) -> str:
    return f"{_decimal(share * 100)}%"


def _decimal(value: Fraction) -> str:
    """With as many decimals as it has, up to ten."""
    text = f"{round(value, 10):.10f}" if value.denominator != 1 else str(int(value))
    return text.rstrip("0").rstrip(".") if "." in text else text
