"""What long runs keep on the disk: where, what is said of it, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import click

from lang.diagnostics import Language, Text
from simulator.checkpoint import Checkpoint


def kept(place: str | None, out: str | None, resume: bool) -> Checkpoint | None:
    """Where it was asked for, else beside the results."""
    if place is not None:
        return Checkpoint(Path(place), resume)
    return None if out is None else Checkpoint(Path(out) / "checkpoint", resume)


def kept_of_both(place: str | None, out: str | None, resume: bool) -> tuple[Checkpoint | None, Checkpoint | None]:
    """Of the two runs of a comparison."""
    folder = Path(place) if place is not None else None if out is None else Path(out) / "checkpoint"
    if folder is None:
        return None, None
    return Checkpoint(folder / "a", resume), Checkpoint(folder / "b", resume)


NO_PLACE = Text("--resume needs --out or --checkpoint", "--resume 须与 --out 或 --checkpoint 同用")


def tell_of(checkpoint: Checkpoint | None, language: Language) -> None:
    if checkpoint is None:
        return
    if checkpoint.resume and checkpoint.found is None:
        text = Text("there was no checkpoint; the run began at the first draw", "没有断点，已从头开始模拟")
        click.echo(f"huice: {text[language]}", err=True)
    if checkpoint.replaced:
        text = Text(
            f"{checkpoint.folder}: the checkpoint of an unfinished run ({checkpoint.replaced} draws) was replaced",
            f"{checkpoint.folder}：已替换未完成的模拟（{checkpoint.replaced} 次抽样）的断点",
        )
        click.echo(f"huice: {text[language]}", err=True)
    if checkpoint.failed is not None:
        text = Text(
            f"{checkpoint.folder}: the checkpoint could not be written ({checkpoint.failed}); the run went on without",
            f"{checkpoint.folder}：无法写入断点（{checkpoint.failed}），模拟未受影响",
        )
        click.echo(f"huice: {text[language]}", err=True)


def unwritable(checkpoint: Checkpoint | None, error: OSError) -> Text:
    place = error.filename if checkpoint is None else checkpoint.folder
    return Text(f"{place}: cannot be written ({error.strerror})", f"{place}：无法写入（{error.strerror}）")
