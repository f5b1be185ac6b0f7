"""`huice compare`: what changed from A to B, for whom, and what it costs, with common random numbers."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from huice.cli.checkpoints import NO_PLACE, kept_of_both, tell_of, unwritable
from huice.cli.common import (
    DATA,
    USAGE,
    emit,
    fail,
    guarded,
    one_standard_input,
    shared_options,
    stop,
    stop_with,
    usable,
)
from huice.cli.progress import INTERRUPTED, NOTHING_DONE, progress
from huice.cli.run_options import DRAWS, SEED
from huice.reports.comparison_files import write_comparison
from huice.reports.effects_text import print_effects
from huice.reports.simulation_text import print_comparison
from huice.scenario_files import ScenarioFiles
from lang.diagnostics import Language, Text
from simulator.bridge.bridge import bridge
from simulator.checkpoint import CheckpointError
from simulator.compare import InterruptedComparison, compare
from simulator.effects import effects
from simulator.plan import SimulationError

GO_ON = Text(
    "stopped before the second version was run; --resume goes on from there",
    "第二个版本尚未运行即已停止；加 --resume 可继续",
)


@click.command("compare")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option("--scenario", metavar="NAME", help="which scenario (default: the only one, or baseline)")
@click.option("--draws", type=DRAWS, default=1024, show_default=True, help="draws of the world")
@click.option("--seed", type=SEED, default=1, show_default=True, help="the same seed, the same figures")
@click.option("--by", metavar="NAME", help="also by a kind-valued attribute or definition, such as district")
@click.option("--bridge-paid", is_flag=True, help="the bridge also of what is paid out of limited money (more runs)")
@click.option("--out", metavar="DIR", help="write budget.xlsx, report.html, results.json, manifest.json")
@click.option(
    "--checkpoint", "place", metavar="DIR", help="where a long run keeps what is done (default: in --out DIR)"
)
@click.option("--resume", is_flag=True, help="go on with the comparison that was stopped, from its checkpoint")
@shared_options
@guarded
def command(
    a: str, b: str, scenario: str | None, draws: int, seed: int, by: str | None, bridge_paid: bool,
    out: str | None, place: str | None, resume: bool, as_json: bool, lang: str | None,
) -> None:  # fmt: skip
    """What changed from A to B, for whom, and what it costs: B − A, draw by draw.

    The same people meet the same chances under both. Who gets more, less, earlier or later is counted in every draw.
    """
    one_standard_input(a, b)
    first, language = usable(a, lang)
    second, _ = usable(b, lang)
    assert first.model is not None and first.ir is not None and second.model is not None and second.ir is not None
    versions = (first.model, first.ir), (second.model, second.ir)
    files = ScenarioFiles(Path.cwd())
    folder = None if out is None else _folder(Path(out), language)
    checkpoints = kept_of_both(place, out, resume)
    if resume and checkpoints[0] is None:
        stop(NO_PLACE, language, USAGE)
    stopped = False
    try:
        with progress(Text("comparing", "比较中")[language]) as on_progress:
            result = compare(
                *versions,
                scenario,
                draws=draws,
                seed=seed,
                by=by,
                on_progress=on_progress,
                files=files,
                checkpoints=checkpoints,
            )
    except SimulationError as error:
        stop_with(error.diagnostics, language)
    except CheckpointError as error:
        stop(error.text, language, DATA)
    except OSError as error:
        stop(unwritable(checkpoints[0], error), language, USAGE)
    except InterruptedComparison as error:
        if error.comparison is None:
            fail(GO_ON if checkpoints[0] is not None else NOTHING_DONE, language, INTERRUPTED)
        result, stopped = error.comparison, True
    found, steps = None, None
    if not stopped:  # who stops a run wants what there is
        try:
            with progress(Text("for whom", "影响对象")[language]) as on_progress:
                found = effects(*versions, result, on_progress)
            with progress(Text("step by step", "逐步拆解")[language]) as on_progress:
                steps = bridge(
                    *versions,
                    result,
                    found=found.changes,
                    scenario=scenario,
                    files=files,
                    paid=bridge_paid,
                    on_progress=on_progress,
                )
        except SimulationError as error:
            stop_with(error.diagnostics, language)
        except KeyboardInterrupt:
            stopped = True
    data = result.to_dict() | ({} if found is None else found.to_dict(language))
    if steps is not None:
        data["bridge"] = steps.to_list()
    if as_json:
        emit(data)
    else:
        if found is not None:
            print_effects(found, language)
        print_comparison(data, second.model, language)
    if folder is not None:
        written = write_comparison(data, second.model, folder, language)
        if isinstance(written, Text):
            fail(written, language, USAGE)
        for path in written:
            click.echo(Text(f"wrote {path}", f"已写入 {path}")[language], err=True)
    for checkpoint in checkpoints:
        tell_of(checkpoint, language)
    if stopped:
        fail(result.a.stopped_text, language, INTERRUPTED)
    for checkpoint in checkpoints:
        if checkpoint is not None:
            checkpoint.remove()
    if checkpoints[0] is not None and checkpoints[0].folder.parent.is_dir():
        with suppress(OSError):  # files of others are in it
            checkpoints[0].folder.parent.rmdir()


def _folder(place: Path, language: Language) -> Path:
    """Made before hours of simulating, not found wanting after."""
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        stop(
            Text(f"{place}: cannot be written ({error.strerror})", f"{place}：无法写入（{error.strerror}）"),
            language,
            USAGE,
        )
    return place
