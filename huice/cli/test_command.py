"""`huice test`: runs the cases of policies."""

from __future__ import annotations

import sys

import click

from compiler.cases.run import CaseResult, run_cases
from compiler.evaluate import evaluate
from huice.cli.common import FINDINGS, emit, guarded, one_standard_input, shared_options, usable
from lang.diagnostics import Language, Text

STATUSES = {
    "passed": Text("{} passed", "{} 个通过"),
    "failed": Text("{} failed", "{} 个失败"),
    "undetermined": Text("{} undetermined", "{} 个待定"),
}


@click.command("test")
@click.argument("files", metavar="FILE…", nargs=-1, required=True)
@shared_options
@guarded
def command(files: tuple[str, ...], as_json: bool, lang: str | None) -> None:
    """Run the cases of policies; one that does not pass shows its facts, what was expected, and what came.

    Status 1 when a case fails, or cannot be decided for want of a fact that it does not give. Properties are listed,
    and not tested yet.
    """
    one_standard_input(*files)
    results: list[CaseResult] = []
    properties: list[str] = []
    language: Language = "en"
    for number, file in enumerate(files):
        loaded, of_file = usable(file, lang)
        assert loaded.model is not None and loaded.ir is not None
        language = of_file if number == 0 else language
        results += run_cases(loaded.model, loaded.ir, evaluate)
        properties += loaded.model.properties
    counted = {status: sum(result.status == status for result in results) for status in STATUSES}
    if as_json:
        listed = [{"name": name, "status": "not tested"} for name in properties]
        emit({"version": 1, "cases": [result.to_dict(language) for result in results], "properties": listed})
    else:
        for result in results:
            if result.status != "passed":
                click.echo(result.text(language))
        shown = [(status, count) for status, count in counted.items() if count or status != "undetermined"]
        counts = [STATUSES[status][language].format(count) for status, count in shown]
        click.echo(("，" if language == "zh" else ", ").join(counts))
        if properties:
            names = ", ".join(properties)
            click.echo(Text(f"not tested yet: properties {names}", f"尚不检验的性质：{names}")[language])
    sys.exit(FINDINGS if counted["passed"] < len(results) else 0)
