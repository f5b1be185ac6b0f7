"""A workbook to a scenario: read, written anew in canonical form, and checked with its policy."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from huice.facts.faults import FactsError, Fault
from huice.facts.workbook import read_workbook
from huice.policies import POLICIES, folder_of
from huice.scenario_book.read import Written, read_scenario, scenario_sheets
from lang.codes import CODES
from lang.diagnostics import Diagnostic, Language, Text
from lang.formatting.format import format_file
from lang.modules import FolderLoader
from lang.parsing.parse import parse
from lang.program import load
from lang.source import Source


@frozen
class Converted:
    """`text` None: there are errors among the faults."""

    text: str | None
    faults: list[Fault]
    language: Language | None


def converted(workbook: Path, out: Path) -> Converted:
    """`out`: where the scenario will stand; its policy is looked for beside it. Raises FactsError for what cannot be
    read as a workbook."""
    if not workbook.is_file():
        message = Text("there is no such file", "没有该文件")
        raise FactsError(Fault(message=message, file=str(workbook)))
    tables = read_workbook(workbook)
    sheets = scenario_sheets(tables)
    if len(sheets) != 1:
        message = (
            Text("no sheet of assumptions is in it", "其中没有“假设”工作表")
            if not sheets
            else Text("there is more than one sheet of assumptions in it", "其中有不止一张“假设”工作表")
        )
        return Converted(None, [Fault(message=message, file=str(workbook))], None)
    table, heading, language = sheets[0]
    written = read_scenario(tables, table, heading, language)
    if written.faults:
        return Converted(None, written.faults, language)
    source = Source(written.text, str(out))
    found = list(_found(source, out))
    errors = [one for one in found if CODES[one.code].severity == "error"]
    if errors:
        return Converted(None, _faults(written, source, errors), language)
    file, _ = parse(source)
    notices = [one for one in found if CODES[one.code].severity == "warning" and one.span.source.name == source.name]
    return Converted(format_file(file, language=language), _faults(written, source, notices), language)


def _found(source: Source, out: Path) -> tuple[Diagnostic, ...]:
    return load(source, FolderLoader((out.parent, POLICIES), standard=folder_of))[1]


def _faults(written: Written, source: Source, found: list[Diagnostic]) -> list[Fault]:
    """What is found in the scenario by its cells; what is wrong with the policy itself by its file."""
    faults = []
    for one in found:
        if one.span.source.name == source.name:
            faults.append(written.fault(one))
        else:
            faults.append(Fault(message=one.message, file=one.span.source.name))
    return faults
