"""What there is to tell while a policy is watched, and the three ways to tell it.

`Terminal`: findings as `check` shows them, the change as a table that is written over while it gets better. `Lines`:
one line an event, for a pipe or a log. `Json`: one JSON object a line, for a program. All say the same.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

import click
from attrs import define, field, frozen
from rich.console import Console, Group
from rich.live import Live
from rich.rule import Rule
from rich.table import Table
from rich.text import Text as RichText

from huice.cli.common import only_ascii
from huice.facts.faults import shown
from huice.privacy.masking import masked, masked_data
from huice.reports.amounts import LARGE, WAN, YUAN, Unit
from huice.reports.names import title_of
from huice.reports.terminal import table
from huice.watch.changes import Both, Change, Measure, changed
from lang.diagnostics import Diagnostic, Language, Text, counted
from lang.model import Program
from lang.render import code_of, in_order, render_text, summary, to_json

WORDS = {
    "was": Text("was", "原为"),
    "now": Text("now", "现为"),
    "change": Text("change", "变化"),
    "paid": Text("paid", "其中实付"),
    "total": Text("total", "合计"),
    "entitled": Text("entitled", "应付"),
}


@frozen(kw_only=True)
class Budget:
    """The budget of a version with which nothing is compared: (mean, error) in yuan."""

    total: dict[Measure, tuple[float, float]]
    draws: int
    final: bool
    program: Program


@frozen(kw_only=True)
class Changed:
    """`change` from the last good version; `seconds` since the save was seen; `since_start`: of the total entitled,
    since the first good version (None where that is the last one)."""

    change: Change
    final: bool
    seconds: float
    program: Program
    since_start: float | None


class Teller(Protocol):
    """Told of every event. `language` is the reader's; it is set when a file was read."""

    language: Language

    def watching(self, file: str, files: Sequence[str]) -> None: ...
    def saved(self, names: Sequence[str]) -> None: ...
    def checked(self, findings: Sequence[Diagnostic], errors: int, clauses: int) -> None: ...
    def refused(self, findings: Sequence[Diagnostic]) -> None: ...
    def message(self, event: str, text: Text) -> None: ...
    def budget(self, budget: Budget) -> None: ...
    def changed(self, changed: Changed) -> None: ...
    def stopped(self) -> None: ...


def unit_for(*amounts: float) -> Unit:
    return WAN if max((abs(amount) for amount in amounts), default=0.0) >= LARGE else YUAN


def signed(unit: Unit, yuan: float) -> str:
    text = unit.show(yuan)
    return f"+{text}" if yuan > 0 and text.strip("0.,") else text


def clock() -> str:
    return datetime.now().strftime("%H:%M:%S")


STOPPED = Text("stopped watching", "已停止监视")


# ---------------------------------------------------------------- terminal
@define
class Terminal:
    """On a terminal."""

    out: Console
    language: Language = "en"
    _live: Live | None = field(default=None, init=False)

    def watching(self, file: str, files: Sequence[str]) -> None:
        more = f" (+{len(files) - 1})" if len(files) > 1 else ""
        said = Text(f"watching {file}{more} · Ctrl-C ends", f"正在监视 {file}{more} · 按 Ctrl-C 结束")
        self._print(said[self.language], "dim")

    def saved(self, names: Sequence[str]) -> None:
        self._rest()
        self.out.print()
        self.out.print(Rule(RichText(shown(f"{clock()} · {', '.join(names)}")), align="left", style="dim"))

    def checked(self, findings: Sequence[Diagnostic], errors: int, clauses: int) -> None:
        if findings:
            self.out.print(
                RichText.from_ansi(masked(render_text(findings, self.language, colour=True))), soft_wrap=True
            )
            self._print(summary(findings, self.language), "bold red" if errors else "yellow")
        else:
            said = Text(f"no findings: {counted(clauses, 'clause')}", f"未发现问题：共 {clauses} 个条款")
            self._print(said[self.language], "green")

    def refused(self, findings: Sequence[Diagnostic]) -> None:
        self._rest()
        self.out.print(RichText.from_ansi(masked(render_text(findings, self.language, colour=True))), soft_wrap=True)

    def message(self, event: str, text: Text) -> None:
        self._rest()
        self._print(masked(text[self.language]), "yellow")

    def budget(self, budget: Budget) -> None:
        unit = unit_for(budget.total["entitled"][0])
        made = table(["", *(WORDS[name][self.language] for name in ("entitled", "paid"))])
        cells = [f"{unit.show(mean)} ±{unit.show(error)}" for mean, error in budget.total.values()]
        made.add_row(WORDS["total"][self.language], *cells, style="bold")
        self._show(made, self._foot(budget.draws, budget.final, unit), budget.final)

    def changed(self, changed: Changed) -> None:
        found = changed.change
        entitled = found.total["entitled"]
        unit = unit_for(entitled.now, entitled.was)
        if found.nothing:
            said = Text(f"the budget is as it was: {unit.show(entitled.now)}", f"预算未变：{unit.show(entitled.now)}")
            self._show(
                RichText(shown(said[self.language])), self._foot(found.draws, changed.final, unit), changed.final
            )
            return
        foot = self._foot(found.draws, changed.final, unit)
        if changed.since_start is not None:
            since = signed(unit, changed.since_start)
            foot += Text(f" · {since} since the start", f" · 自开始以来 {since}")[self.language]
        self._show(self._table(changed, unit), foot, changed.final)

    def stopped(self) -> None:
        self._rest()
        self.out.print()
        self._print(STOPPED[self.language], "dim")

    def _table(self, told: Changed, unit: Unit) -> Table:
        found = told.change
        made = table(["", *(WORDS[name][self.language] for name in ("was", "now", "change")), "±",
                      WORDS["paid"][self.language]])  # fmt: skip

        def row(title: str, both: Both, style: str = "") -> None:
            figure, paid = both["entitled"], both["paid"]
            made.add_row(
                RichText(shown(title)),
                unit.show(figure.was),
                unit.show(figure.now),
                RichText(signed(unit, figure.change), style=_colour(figure.change)),
                unit.show(figure.error) if figure.any else "",
                RichText(signed(unit, paid.change) if paid.any else "", style=_colour(paid.change)),
                style=style,
            )

        for name, both in found.clauses.items():
            if changed(both):
                row(title_of(told.program.clauses, name, self.language), both)
        for name, both in found.years.items():
            if changed(both):
                row(name, both, "dim")
        row(WORDS["total"][self.language], found.total, "bold")
        return made

    def _foot(self, draws: int, final: bool, unit: Unit) -> str:
        said = Text(f"{draws} draws", f"{draws} 次抽样") if final else Text(f"{draws} draws …", f"{draws} 次抽样……")
        return f"{said[self.language]} · {unit.stated(self.language)}"

    def _show(self, made: Table | RichText, foot: str, final: bool) -> None:
        """Written over what stands there, until it is final."""
        shown_ = Group(made, RichText(shown(foot), style="dim"))
        if self._live is None:
            self._live = Live(shown_, console=self.out, auto_refresh=False, vertical_overflow="visible")
            self._live.start(refresh=True)
        self._live.update(shown_, refresh=True)
        if final:
            self._rest()

    def _rest(self) -> None:
        """What stands there stays."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _print(self, text: str, style: str = "") -> None:
        self.out.print(RichText(shown(text), style=style))


def _colour(amount: float) -> str:
    return "red" if amount > 0 else "green" if amount < 0 else ""


# ---------------------------------------------------------------- a pipe
@define
class Lines:
    """One line an event; of a change the first figures and the last."""

    language: Language = "en"
    _told: bool = field(default=False, init=False)

    def watching(self, file: str, files: Sequence[str]) -> None:
        self._line(Text(f"watching {', '.join(files)}", f"正在监视 {'、'.join(files)}"))

    def saved(self, names: Sequence[str]) -> None:
        self._told = False
        self._line(Text(f"saved {', '.join(names)}", f"已保存 {'、'.join(names)}"))

    def checked(self, findings: Sequence[Diagnostic], errors: int, clauses: int) -> None:
        self.refused(findings)
        if findings:
            self._line(Text(summary(findings, "en"), summary(findings, "zh")))
        else:
            self._line(Text(f"no findings: {counted(clauses, 'clause')}", f"未发现问题：共 {clauses} 个条款"))

    def refused(self, findings: Sequence[Diagnostic]) -> None:
        for each in in_order(findings):
            line, column = each.span.source.position(each.span.start)
            place = f"{each.span.source.name}:{line}:{column}"
            severity = code_of(each).severity
            self._line(Text(*(f"{place}: {severity} {each.code}: {each.message[lang]}" for lang in ("en", "zh"))))

    def message(self, event: str, text: Text) -> None:
        self._line(text)

    def budget(self, budget: Budget) -> None:
        if budget.final:
            mean, error = budget.total["entitled"]
            unit = unit_for(mean)
            figures = f"{unit.show(mean)} ±{unit.show(error)}"
            draws = Text(f"{budget.draws} draws", f"{budget.draws} 次抽样")
            self._line(Text(*(f"{WORDS['total'][lang]} {figures} · {draws[lang]} · {unit.stated(lang)}"
                              for lang in _LANGUAGES)))  # fmt: skip

    def changed(self, changed: Changed) -> None:
        found = changed.change
        if self._told and not changed.final:
            return
        self._told = True
        entitled = found.total["entitled"]
        unit = unit_for(entitled.now, entitled.was)
        draws = Text(f"{found.draws} draws", f"{found.draws} 次抽样")
        if found.nothing:
            said = Text(f"the budget is as it was: {unit.show(entitled.now)}", f"预算未变：{unit.show(entitled.now)}")
            self._line(Text(f"{said.en} · {draws.en}", f"{said.zh} · {draws.zh}"))
            return
        self._line(Text(*(self._change(changed, unit, draws[lang], lang) for lang in _LANGUAGES)))

    def _change(self, told: Changed, unit: Unit, draws: str, language: Language) -> str:
        figure = told.change.total["entitled"]
        more = f"{signed(unit, figure.change)} ±{unit.show(figure.error)}"
        parts = [f"{WORDS['total'][language]} {unit.show(figure.was)} → {unit.show(figure.now)} ({more})"]
        for name, both in told.change.clauses.items():
            title = title_of(told.program.clauses, name, language)
            if both["entitled"].any:
                parts.append(f"{title} {signed(unit, both['entitled'].change)}")
            elif both["paid"].any:  # others are paid more or less, and there is only so much money
                parts.append(f"{title} {WORDS['paid'][language]} {signed(unit, both['paid'].change)}")
        return " · ".join([*parts, draws, unit.stated(language)])

    def stopped(self) -> None:
        self._line(STOPPED)

    def _line(self, text: Text) -> None:
        click.echo(masked(shown(f"{clock()} {text[self.language]}")))


_LANGUAGES: tuple[Language, ...] = ("en", "zh")


# ---------------------------------------------------------------- a program
@define
class Json:
    """One JSON object a line."""

    language: Language = "en"

    def watching(self, file: str, files: Sequence[str]) -> None:
        self._emit("watching", version=1, file=file, files=list(files))

    def saved(self, names: Sequence[str]) -> None:
        self._emit("saved", files=list(names))

    def checked(self, findings: Sequence[Diagnostic], errors: int, clauses: int) -> None:
        self._emit("checked", errors=errors, diagnostics=to_json(findings, self.language))

    def refused(self, findings: Sequence[Diagnostic]) -> None:
        self._emit("not simulated", diagnostics=to_json(findings, self.language))

    def message(self, event: str, text: Text) -> None:
        self._emit(event, message=text[self.language])

    def budget(self, budget: Budget) -> None:
        total = {name: {"mean": mean, "mean_error": error} for name, (mean, error) in budget.total.items()}
        self._emit("budget", draws=budget.draws, final=budget.final, total=total)

    def changed(self, changed: Changed) -> None:
        more = {} if changed.since_start is None else {"since_start": changed.since_start}
        self._emit("change", final=changed.final, seconds=changed.seconds, **changed.change.to_dict(), **more)

    def stopped(self) -> None:
        self._emit("stopped")

    def _emit(self, event: str, **data: Any) -> None:
        click.echo(json.dumps(masked_data({"event": event, **data}), ensure_ascii=only_ascii()))
