"""The page of a diagnostic code: what it means, a program that has the fault with the message it gives, and the mend.

In: a code. Out: the page as text, or as data for `--json`. The message is not kept in any file: the example runs
through the compiler (for HC4xx the analyses, for HC6xx a small simulation), once a process, so that the page always
shows what a user would see.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from compiler.pipeline import compile_program
from lang.codes import CODES, MODULES, PRELUDE
from lang.diagnostics import Diagnostic, Language, Text
from lang.modules import Found
from lang.program import load
from lang.render import render_text, to_json
from lang.source import Source

_WIDEST = 100
_WRONG = Text("Wrong", "错误写法")
_SAYS = Text("What is said", "提示")
_MENDED = Text("Mended", "正确写法")
_BEHIND = Text("Both examples stand behind this beginning:", "两个示例均接在以下开头之后：")


class _Examples:
    """The modules that examples may name."""

    def module(self, name: str, beside: Source) -> Found:
        text = MODULES.get(name)
        return Found(None if text is None else Source(text, f"{name}.policy"))

    def policy(self, reference: str, beside: Source) -> Found:
        return Found()


@cache
def findings(code: str, example: str) -> tuple[Diagnostic, ...]:
    """What is said of an example of `code`."""
    source = Source(CODES[code].program(example), "example.policy")
    program, found = load(source, _Examples())
    if program is None or ("HC5" <= code < "HC59") or code < "HC4":
        return found
    compiled, more = compile_program(program)
    found = (*found, *more)
    if compiled is None:
        return found
    if code < "HC5":
        from compiler.proofs.finding import Policy
        from compiler.proofs.run import findings as analysed

        # What else is to be said of an example (much of its beginning is not read) would hide what it is about.
        said = analysed([Policy(program, compiled)], deep=CODES[code].deep)
        return (*found, *(one.diagnostic() for one in said if one.code == code))
    if code < "HC6":
        return found
    from huice.facts.faults import FactsError
    from huice.scenario_files import ScenarioFiles
    from simulator.plan import SimulationError  # loads NumPy, which no other page needs
    from simulator.run import simulate

    try:
        simulate(program, compiled, draws=1, files=ScenarioFiles(Path()))
    except SimulationError as refused:
        return (*found, *refused.diagnostics)
    except FactsError as unread:
        assert unread.diagnostic is not None  # examples name files in their scenarios alone
        return (*found, unread.diagnostic)
    return found


def page(code: str, language: Language) -> str:
    rule = CODES[code]
    parts = [f"{code}  {rule.title[language]}", rule.explanation[language]]
    if rule.wrong is not None and rule.mended is not None:
        said = render_text(_of_code(code, rule.wrong), language)
        parts += [
            f"{_WRONG[language]}\n\n{_shown(rule.wrong)}",
            f"{_SAYS[language]}\n\n{_shown(said)}",
            f"{_MENDED[language]}\n\n{_shown(rule.mended)}",
        ]
        if not rule.whole:
            parts.append(f"{_BEHIND[language]}\n\n{_shown(PRELUDE)}")
    return "\n\n".join(parts)


def record(code: str, language: Language) -> dict[str, Any]:
    """The page for `huice rule --json`."""
    rule = CODES[code]
    page: dict[str, Any] = {
        "version": 1,
        "code": code,
        "category": rule.category,
        "severity": rule.severity,
        "title": rule.title[language],
        "explanation": rule.explanation[language],
    }
    if rule.wrong is not None and rule.mended is not None:
        page["wrong"] = rule.program(rule.wrong)
        page["diagnostics"] = to_json(_of_code(code, rule.wrong), language)
        page["mended"] = rule.program(rule.mended)
    return page


def _of_code(code: str, example: str) -> list[Diagnostic]:
    return [found for found in findings(code, example) if found.code == code]


def _shown(text: str) -> str:
    """Indented; the very long lines of some examples are cut."""
    lines = (line if len(line) <= _WIDEST else f"{line[: _WIDEST - 1]}…" for line in text.rstrip("\n").split("\n"))
    return "\n".join(f"    {line}".rstrip() for line in lines)
