"""`huice watch`: a policy while it is being written."""

from __future__ import annotations

import sys

import click

from huice.cli.common import USAGE, guarded, language_of, shared_options, stop
from huice.cli.run_options import SEED, Whole
from huice.cli.streams import nobody_listens
from huice.watch.reading import path_of
from lang.diagnostics import Text

_DRAWS = Whole(16, 1 << 16, Text("draws", "抽样次数"))


@click.command("watch")
@click.argument("file", metavar="FILE")
@click.option("--scenario", metavar="NAME", help="which scenario (default: the only one, or baseline)")
@click.option("--draws", type=_DRAWS, default=256, show_default=True, help="draws of the world, when nothing is saved")
@click.option("--seed", type=SEED, default=1, show_default=True, help="the same seed, the same figures")
@shared_options
@guarded
def command(file: str, scenario: str | None, draws: int, seed: int, as_json: bool, lang: str | None) -> None:
    """On every save its mistakes, or what it does to the budget; until Ctrl-C.

    The change is against the last version without errors: by clause, by year, in all, with the same people in both.
    """
    path = path_of(file)
    if file == "-":
        stop(Text("standard input (-) cannot be watched", "无法监视标准输入（-）"), language_of(None, lang), USAGE)
    if path is None:
        stop(Text(f"no standard policy {file}", f"没有标准政策 {file}"), language_of(None, lang), USAGE)
    if not path.exists() and not path.parent.is_dir():
        stop(Text(f"{file}: there is no such file", f"{file}：没有该文件"), language_of(None, lang), USAGE)
    from huice.watch.events import Json, Lines, Teller, Terminal
    from huice.watch.loop import Watch
    from simulator.incremental import Incremental

    teller: Teller
    if as_json:
        teller = Json()
    elif sys.stdout.isatty():
        from rich.console import Console

        teller = Terminal(Console())
    else:
        teller = Lines()
    teller.language = language_of(None, lang)
    try:
        Watch(file, path, scenario, Incremental(draws, seed), teller, lang, nobody_listens).run()
    except KeyboardInterrupt:  # the way to end it
        teller.stopped()
