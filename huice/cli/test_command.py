"""`huice test`: runs the cases of policies, and tests their properties on drawn people."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from compiler.cases.run import CaseResult, run_cases
from compiler.evaluate import evaluate
from huice.cli.common import FINDINGS, USAGE, emit, guarded, one_standard_input, shared_options, stop, usable
from huice.programs import Loaded
from lang.diagnostics import Language, Text, counted

if TYPE_CHECKING:
    from huice.testing.properties import PropertyResult

STATUSES = {
    "passed": Text("{} passed", "{} 个通过"),
    "failed": Text("{} failed", "{} 个失败"),
    "undetermined": Text("{} undetermined", "{} 个待定"),
}
PROPERTIES = {
    "proved": Text("{} proved", "{} 项已证明"),
    "held": Text("{} held by every drawn person", "{} 项经抽样均成立"),
    "refuted": Text("{} refuted", "{} 项不成立"),
    "not tested": Text("{} not tested", "{} 项未检验"),
}


@click.command("test")
@click.argument("files", metavar="FILE…", nargs=-1, required=True)
@click.option("--deep", is_flag=True, help="put properties that are not refuted to the solver as well")
@click.option("--save", is_flag=True, help="write each refuted property's example into FILE, as a case")
@click.option("--examples", type=click.IntRange(1, 100_000), default=100, show_default=True, help="people to draw")
@shared_options
@guarded
def command(files: tuple[str, ...], deep: bool, save: bool, examples: int, as_json: bool, lang: str | None) -> None:
    """Run the cases of policies, and test their properties on people drawn near what the policy asks for.

    A case that does not pass shows its facts, what was expected, and what came; a property that does not hold shows
    the smallest person for whom it does not, as a case to paste. The same file draws the same people. Status 1 when a
    case fails, or cannot be decided for want of a fact that it does not give, or when a property is refuted.
    """
    one_standard_input(*files)
    results: list[CaseResult] = []
    tested: list[PropertyResult] = []
    language: Language = "en"
    for number, file in enumerate(files):
        loaded, of_file = usable(file, lang)
        assert loaded.model is not None and loaded.ir is not None
        language = of_file if number == 0 else language
        results += run_cases(loaded.model, loaded.ir, evaluate)
        of_this = _properties(loaded, examples, deep, language)
        tested += of_this
        if save:
            _save(loaded, of_this, language)
    if as_json:
        emit(
            {
                "version": 1,
                "cases": [result.to_dict(language) for result in results],
                "properties": [one.to_dict(language) for one in tested],
            }
        )
    else:
        _print(results, tested, language)
    wrong = any(result.status != "passed" for result in results) or any(one.status == "refuted" for one in tested)
    sys.exit(FINDINGS if wrong else 0)


def _properties(loaded: Loaded, examples: int, deep: bool, language: Language) -> list[PropertyResult]:
    """A policy without properties needs nothing of what tests them."""
    assert loaded.model is not None and loaded.ir is not None
    if not loaded.model.properties:
        return []
    from compiler.backends.smt.solver import SolverMissing
    from compiler.proofs.finding import Policy
    from huice.testing.properties import check_properties, proved

    found = list(check_properties(loaded.model, loaded.ir, examples=examples))
    if not deep:
        return found
    try:
        return [proved(Policy(loaded.model, loaded.ir), one) for one in found]
    except SolverMissing as missing:
        stop(missing.text, language, USAGE)


def _print(results: list[CaseResult], tested: list[PropertyResult], language: Language) -> None:
    for result in results:
        if result.status != "passed":
            click.echo(result.text(language))
    for one in tested:
        if one.status == "refuted":
            click.echo(one.text(language))
    comma = "，" if language == "zh" else ", "
    numbers = {status: sum(result.status == status for result in results) for status in STATUSES}
    shown = [(status, count) for status, count in numbers.items() if count or status != "undetermined"]
    click.echo(comma.join(STATUSES[status][language].format(count) for status, count in shown))
    if tested:
        sums = {status: sum(one.status == status for one in tested) for status in PROPERTIES}
        said = [PROPERTIES[status][language].format(count) for status, count in sums.items() if count]
        people = sum(one.examples for one in tested)
        drawn = (
            Text(f" ({counted(people, 'person', 'people')} drawn)", f"（共抽取{people}例）")[language] if people else ""
        )
        click.echo(Text("properties: ", "性质：")[language] + comma.join(said) + drawn)
        for one in tested:
            if one.reason is not None and one.status != "proved":
                click.echo(f"  {one.name}: {one.reason[language]}")


def _save(loaded: Loaded, tested: list[PropertyResult], language: Language) -> None:
    """Appends the examples to the file; a case of that name is not written twice."""
    assert loaded.model is not None
    refuted = [one.found.witness for one in tested if one.found is not None]
    if not refuted:
        return
    path = Path(loaded.file)
    if loaded.file == "-" or loaded.file.startswith("std:"):
        stop(Text("--save needs a file of your own", "--save 只用于自己的文件"), language, USAGE)
    of_file = loaded.model.language
    known = {case.name for case in loaded.model.cases}
    new = [one.case(of_file) for one in refuted if one.title[of_file] not in known]
    if new:
        from huice.reports.files import text_file, write_whole

        assert loaded.source is not None
        cases = [case.rstrip("\n") for case in new]
        write_whole(path, text_file("\n\n".join([loaded.source.text.rstrip("\n"), *cases]) + "\n"))
