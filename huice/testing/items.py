"""Test items of pytest: each `case` and each `property` of a `.policy` file (see pytest_huice.py).

In: a file that pytest collects. Out: items with the names that the policy gives them (`-k` finds them, Chinese too), at
the line where they stand; a failed one shows facts, expected, got and why, in the file's language, and no traceback. A
file with errors cannot be collected, and says what `huice check` says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from compiler.cases.run import run_case
from compiler.evaluate import evaluate
from huice.programs import open_program
from lang.render import render_text

if TYPE_CHECKING:
    from compiler import ir
    from huice.testing.pools import ClausePools
    from lang import model
    from lang.diagnostics import Language


class PolicyErrors(pytest.Collector.CollectError):
    """A policy that cannot be used."""


class PolicyFile(pytest.File):
    """The cases and properties of one file, in the order in which they stand."""

    def collect(self) -> Iterable[pytest.Item]:
        loaded = open_program(_shown(self.path))
        if loaded.model is None or loaded.ir is None:
            language: Language = loaded.language or _language(loaded.source.text if loaded.source else "")
            shown = loaded.missing[language] if loaded.missing else render_text(loaded.diagnostics, language)
            raise PolicyErrors(shown)
        own = [case for case in loaded.model.cases if case.span.source.name == _shown(self.path)]
        items: list[PolicyItem] = [CaseItem.of(self, loaded.model, loaded.ir, case) for case in own]
        pools: list[tuple[ClausePools, ...]] = []
        for claimed in loaded.model.properties.values():
            if claimed.span.source.name == _shown(self.path):
                items.append(PropertyItem.of(self, loaded.model, loaded.ir, claimed, pools))
        items.sort(key=lambda item: item.line)
        yield from _with_own_names(items)


def _shown(path: Path) -> str:
    """As a reader would write it: from the current folder, where the file lies below it."""
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


def _language(text: str) -> Language:
    """Of a file that could not be read: Chinese where it opens in Chinese."""
    return "zh" if re.search(r"^\s*(政策|条款|情景|引用|台账)", text, re.M) else "en"


def _with_own_names(items: list[PolicyItem]) -> Iterator[PolicyItem]:
    """Two of one name are told apart by their lines."""
    names = [item.name for item in items]
    for item in items:
        if names.count(item.name) > 1:
            item.rename(f"{item.name} (line {item.line + 1})")
        yield item


class Failed(Exception):
    """What a reader is shown in place of a traceback."""


class PolicyItem(pytest.Item):
    """`line` counts from 0."""

    line: int
    program: model.Program
    compiled: ir.Program

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, self.line, self.name

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, Failed):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def rename(self, name: str) -> None:
        self.name = name
        self._nodeid = f"{self.parent.nodeid}::{name}" if self.parent is not None else name

    @property
    def language(self) -> Language:
        return self.program.language


class CaseItem(PolicyItem):
    case: model.Case

    @classmethod
    def of(cls, parent: PolicyFile, program: model.Program, compiled: ir.Program, case: model.Case) -> CaseItem:
        item: CaseItem = cls.from_parent(parent, name=case.name)
        item.program, item.compiled, item.case = program, compiled, case
        item.line = case.span.source.position(case.span.start)[0] - 1
        return item

    def runtest(self) -> None:
        result = run_case(self.program, self.compiled, self.case, evaluate)
        if result.status != "passed":
            raise Failed(result.text(self.language))


class PropertyItem(PolicyItem):
    claimed: model.Property
    pools: list[tuple[ClausePools, ...]]  # of the file, made when the first property needs them

    @classmethod
    def of(
        cls,
        parent: PolicyFile,
        program: model.Program,
        compiled: ir.Program,
        claimed: model.Property,
        pools: list[tuple[ClausePools, ...]],
    ) -> PropertyItem:
        name = claimed.label if program.language == "zh" and claimed.label else claimed.name
        item: PropertyItem = cls.from_parent(parent, name=name)
        item.program, item.compiled, item.claimed, item.pools = program, compiled, claimed, pools
        item.line = claimed.span.source.position(claimed.span.start)[0] - 1
        return item

    def runtest(self) -> None:
        from compiler.proofs.finding import Policy
        from huice.testing.pools import pools_of
        from huice.testing.properties import check_property

        if not self.pools:
            self.pools.append(pools_of(self.program, self.compiled))
        examples = int(self.config.getini("huice_examples"))
        found = check_property(Policy(self.program, self.compiled), self.claimed, self.pools[0], examples)
        if found.status == "refuted":
            raise Failed(found.text(self.language))
        if found.status == "not tested":
            pytest.skip(found.reason[self.language] if found.reason is not None else "not tested")
