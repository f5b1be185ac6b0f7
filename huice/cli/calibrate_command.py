"""`huice calibrate`: a scenario learnt from a roster and a payment ledger."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from huice.cli.common import (
    DATA,
    USAGE,
    emit,
    fail,
    guarded,
    one_standard_input,
    shared_options,
    show_faults,
    stop,
    usable,
)
from huice.cli.learning_options import Data, month_of_option, read_data, set_lines, stop_learning
from huice.cli.progress import progress
from huice.cli.roster import FORMS
from huice.learning.payments import entitlements
from huice.learning.scenario_file import canonical, reference_of, roster_path
from huice.programs import Loaded
from huice.reports.files import write_whole
from huice.settings import WrongSetting, parse_settings
from lang.dates import Month, month, month_number, month_text, year_of
from lang.diagnostics import Language, Text
from lang.model import Program
from simulator.learning.calibrate import Calibration, LearningError, Request, calibrate
from simulator.learning.known_at import known_at, last_told

NO_MONTH = Text(
    "nothing in the roster tells of a month: say to which month it is known (--as-of 2025-06)",
    "名册未提及任何月份：请指明截至何月（--as-of 2025-06）",
)


@click.command("calibrate")
@click.argument("file", metavar="FILE")
@click.option("--facts", "facts_path", required=True, metavar="PATH", help=f"the roster: {FORMS}")
@click.option("--payments", "payments_path", metavar="PATH", help="the payment ledger: take-up and lag are learnt too")
@click.option("--as-of", metavar="MONTH", help="both are known to the end of this month (default: the last one told)")
@click.option("--since", metavar="MONTH", help="the roster is complete from this month on (default: its first arrival)")
@click.option(
    "--period", nargs=2, metavar="FIRST LAST", help="of the scenario (default: from the next month to a year's end)"
)
@click.option(
    "--start",
    type=click.Choice(["roster", "nobody"]),
    default="roster",
    show_default=True,
    help="whether the scenario starts from the people of the roster, or from nobody",
)
@click.option("--name", default="calibrated", show_default=True, help="the scenario's name")
@click.option("--set", "settings", metavar="NAME=VALUE", multiple=True, help="a parameter's value; repeatable")
@click.option("--out", metavar="S.policy", help="write the scenario (default: to standard output)")
@shared_options
@guarded
def command(
    file: str,
    facts_path: str,
    payments_path: str | None,
    as_of: str | None,
    since: str | None,
    period: tuple[str, str] | None,
    start: str,
    name: str,
    settings: tuple[str, ...],
    out: str | None,
    as_json: bool,
    lang: str | None,
) -> None:
    """Learn a scenario: who comes and goes, what they are like, what is claimed and when, each with its interval.

    Every figure has a note that says where it comes from. What cannot be learnt is said, never assumed. Status 3: rows
    could not be used (the rest was), or there is nothing to learn from.
    """
    one_standard_input(file, facts_path)
    loaded, language = usable(file, lang)
    model, program = loaded.model, loaded.ir
    assert model is not None and program is not None
    folder = Path.cwd() if out is None else Path(out).parent
    reference = _reference(file, model, folder, out, language)
    path = _start(start, facts_path, folder, language)
    try:
        parameters = parse_settings(model, settings)
    except WrongSetting as error:
        stop(error.text, language, USAGE)
    known_to = month_of_option(as_of, "--as-of", language)
    complete_from = month_of_option(since, "--since", language)
    data = read_data(loaded, facts_path, payments_path, language)
    last = known_to if known_to is not None else _last_told(data)
    if last is None:
        stop_learning(LearningError(NO_MONTH), data.faults, language)
    first, end = _period(model, last, period, language)
    request = Request(
        as_of=last,
        first=first,
        last=end,
        reference=reference,
        since=complete_from,
        roster=path,
        name=name,
        language=language,
        sets=set_lines(model, settings),
        given=frozenset(parameters),
    )
    _usage(request, model, language)
    found: Calibration
    try:
        with progress(Text("learning", "习得中")[language]) as on_progress:
            dues, open_ = None, 0
            if data.paid is not None:
                dues, open_ = entitlements(
                    model, program, known_at(model, data.facts, last), data.paid, last, parameters
                )
            found = calibrate(model, loaded.facts_read, data.facts, dues, request, on_progress)
    except LearningError as error:
        stop_learning(error, data.faults, language)
    _finish(found, loaded, data, folder, out, language, as_json, as_of is None, open_)


def _finish(
    found: Calibration,
    loaded: Loaded,
    data: Data,
    folder: Path,
    out: str | None,
    language: Language,
    as_json: bool,
    guessed: bool,
    undetermined: int,
) -> None:
    model = loaded.model
    assert model is not None
    text = canonical(found.text, folder, language)
    result = found.to_dict(language) | {"policy": model.name, "text": text}
    if as_json:
        emit(result | {"faults": [fault.to_dict(language) for fault in data.faults]}, verbatim=False)
    elif out is not None:
        from huice.reports.learning_text import print_calibration

        print_calibration(result, model, language)
    else:
        click.echo(text, nl=False)
    if out is not None:
        try:
            write_whole(Path(out), lambda place: _write(place, text))
        except OSError as error:
            reason = error.strerror or str(error)
            fail(Text(f"{out}: cannot be written ({reason})", f"{out}：无法写入（{reason}）"), language, USAGE)
        click.echo(Text(f"wrote {out}", f"已写入 {out}")[language], err=True)
    show_faults(data.faults, language)
    _tell(found, language, quiet=as_json or out is not None, guessed=guessed, undetermined=undetermined)
    sys.exit(DATA if data.unread else 0)


def _write(place: Path, text: str) -> None:
    place.write_text(text, encoding="utf-8")


def _tell(found: Calibration, language: Language, *, quiet: bool, guessed: bool, undetermined: int) -> None:
    from huice.reports.learning_text import tell

    lines: list[Text] = []
    if guessed:
        month_ = month_text(found.request.as_of)
        lines.append(
            Text(
                f"taken as known to the end of {month_}, the last month that the roster tells of; "
                "--as-of says otherwise",
                f"视为截至 {month_} 月末已知（名册提及的最后月份），可用 --as-of 指定",
            )
        )
    if undetermined:
        lines.append(
            Text(
                f"{undetermined} entitlements cannot be decided for want of facts; they tell nothing of claims",
                f"有{undetermined}项因缺少资料无法判定，不用于申领的估计",
            )
        )
    if not quiet:
        lines += [each.why for each in found.not_learnt]
        lines += found.warnings
    if not found.complete:
        lines.append(
            Text(
                "the scenario cannot be simulated before what was not learnt is written into it",
                "补写未能习得的假设之前，该情景无法模拟",
            )
        )
    tell(lines, language)


def _last_told(data: Data) -> Month | None:
    return last_told(data.facts)


def _reference(file: str, model: Program, folder: Path, out: str | None, language: Language) -> str:
    reference = reference_of(file, model.name, folder)
    if reference is None and out is not None:
        stop(
            Text(
                f"a scenario names its policy by a file beside it: write it into the folder of {model.name}.policy",
                f"情景以同一文件夹中的文件指称政策：请写入 {model.name}.policy 所在的文件夹",
            ),
            language,
            USAGE,
        )
    return reference or model.name  # from standard output it may be put beside the policy


def _start(start: str, facts: str, folder: Path, language: Language) -> str | None:
    if start == "nobody":
        return None
    path = roster_path(facts, folder)
    if path is None:
        stop(
            Text(
                f"{facts}: a scenario can start only from a roster in its own folder ({folder or '.'}); "
                "write it there with --out, or let it start from nobody (--start nobody)",
                f"{facts}：情景只能从其所在文件夹（{folder or '.'}）内的名册开始；"
                "请用 --out 写到名册旁，或不从名册开始（--start nobody）",
            ),
            language,
            USAGE,
        )
    return path


def _period(model: Program, last: Month, period: tuple[str, str] | None, language: Language) -> tuple[Month, Month]:
    """From the month after the data (or the policy's first, where it reaches back) to the end of the next full year."""
    if period:
        first, end = (month_of_option(text, "--period", language) for text in period)
        assert first is not None and end is not None
        return first, end
    first = last + 1
    if model.first < first <= model.due_from:
        first = model.first
    end = month(year_of(last + 1) + (0 if month_number(last + 1) == 1 else 1), 12)
    return first, end


def _usage(request: Request, model: Program, language: Language) -> None:
    """Ends the command with status 2 where the months make no sense."""
    if model.last is not None and request.first > model.last:
        end = month_text(model.last)
        stop(
            Text(
                f"the period would begin in {month_text(request.first)}, and the policy ends in {end}: "
                "take an earlier --as-of, or give --period (with --start nobody it may lie in the past)",
                f"期间将始于 {month_text(request.first)}，而政策止于 {end}："
                "请取更早的 --as-of，或用 --period 指定（--start nobody 时可为过去）",
            ),
            language,
            USAGE,
        )
    if request.last < request.first:
        stop(Text("--period ends before it begins", "--period 的终止早于起始"), language, USAGE)
    if request.roster is not None and request.last <= request.as_of:
        stop(
            Text(
                f"the period ends in {month_text(request.last)}, and the roster is known to "
                f"{month_text(request.as_of)}: there is nothing to come",
                f"期间止于 {month_text(request.last)}，而名册已知至 {month_text(request.as_of)}：没有未来可测",
            ),
            language,
            USAGE,
        )
    if request.since is not None and request.since > request.as_of:
        stop(Text("--since is after --as-of", "--since 晚于 --as-of"), language, USAGE)
    if not request.name.replace("_", "").isalnum() or request.name[0].isdigit():
        stop(Text(f"--name {request.name}: not a name", f"--name {request.name}：不能作名称"), language, USAGE)
