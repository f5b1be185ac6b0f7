"""`huice policies`: the standard policies that come with Huice."""

from __future__ import annotations

import click
from rich.console import Console
from rich.table import Table

from huice.cli.common import emit, guarded, language_of, shared_options
from huice.policies import standard_names
from huice.programs import open_program


@click.command("policies")
@shared_options
@guarded
def command(as_json: bool, lang: str | None) -> None:
    """List the standard policies; each can stand for FILE as std:NAME."""
    language = language_of(None, lang)
    programs = [(name, open_program(f"std:{name}").model) for name in standard_names()]
    if as_json:
        emit(
            {
                "version": 1,
                "policies": [
                    {
                        "name": f"std:{name}",
                        "label": model.label,
                        "document": model.document,
                        "in_force": [str(day) if day else None for day in model.in_force],
                        "clauses": len(model.clauses),
                        "scenarios": list(model.scenarios),
                    }
                    for name, model in programs
                    if model is not None
                ],
            }
        )
        return
    zh = language == "zh"
    table = Table(box=None, pad_edge=False)
    for heading in (
        ("名称", "标题", "文号", "条款", "情景") if zh else ("name", "title", "document", "clauses", "scenarios")
    ):
        table.add_column(heading)
    for name, model in programs:
        if model is not None:
            row = (model.label or "", model.document or "", str(len(model.clauses)), ", ".join(model.scenarios))
            table.add_row(f"std:{name}", *row)
    Console().print(table)
