"""`huice policies`: the standard policies that come with Huice."""

from __future__ import annotations

import click

from huice.cli.common import emit, guarded, language_of, shared_options
from huice.policies import standard_names
from huice.programs import open_program
from huice.reports.terminal import add, console, fits, show, table


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
    made = table(
        ("名称", "标题", "文号", "条款", "情景") if zh else ("name", "title", "document", "clauses", "scenarios"),
        left=3,
    )
    for name, model in programs:
        if model is not None:
            row = (model.label or "", model.document or "", str(len(model.clauses)), ", ".join(model.scenarios))
            add(made, (f"std:{name}", *row))
    out = console()
    if not fits(out, made):
        made = table(("名称", "标题") if zh else ("name", "title"), left=2)
        for name, model in programs:
            if model is not None:
                add(made, (f"std:{name}", model.label or ""))
    show(out, made)
