"""What calibrate, reforecast and backtest share: reading roster and ledger, months, and how errors end a command."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from attrs import frozen

from compiler.facts import Facts
from huice.audit.read import read_payments
from huice.audit.records import Paid
from huice.audit.roster import Roster, roster_of
from huice.cli.common import DATA, emit, fail, stop, wants_json
from huice.cli.roster import read_roster
from huice.facts.faults import Fault
from huice.learning.payments import plain, usable
from huice.programs import Loaded
from huice.settings import WrongSetting, month_option, parse_settings
from lang.dates import Month
from lang.diagnostics import Language, Text
from lang.model import Program
from simulator.learning.calibrate import LearningError
from simulator.learning.so_far import Payment


@frozen(kw_only=True)
class Data:
    """What was read. `paid`: the rows of the ledger that can be used; None: there is no ledger."""

    facts: Facts
    paid: tuple[Paid, ...] | None
    faults: tuple[Fault, ...]

    @property
    def unread(self) -> bool:
        return any(fault.severity == "error" for fault in self.faults)

    @property
    def payments(self) -> tuple[Payment, ...]:
        return plain(self.paid or ())


def read_data(loaded: Loaded, facts_path: str | None, payments_path: str | None, language: Language) -> Data:
    """A roster (none: nobody) and a ledger; what contradicts policy or roster is left out and named."""
    model = loaded.model
    assert model is not None
    facts, faults = Facts({}), list[Fault]()
    if facts_path is not None:
        facts, faults = read_roster(loaded, facts_path, language)
    paid: tuple[Paid, ...] | None = None
    if payments_path is not None:
        roster = roster_of(model, facts) if facts_path is not None else Roster({}, {})
        rows, more = read_payments(model, roster, payments_path)
        found = usable(model, rows, payments_path, roster=facts_path is not None)
        faults += [*more, *found.faults]
        paid = found.payments
    return Data(facts=facts, paid=paid, faults=tuple(faults))


def month_of_option(text: str | None, option: str, language: Language) -> Month | None:
    try:
        return month_option(text)
    except WrongSetting as error:
        from huice.cli.common import USAGE

        stop(Text(f"{option}: {error.text.en}", f"{option}：{error.text.zh}"), language, USAGE)


def stop_learning(error: LearningError, faults: Sequence[Fault], language: Language) -> NoReturn:
    """Data from which nothing can be learnt: all that is wrong, status 3."""
    from huice.cli.common import show_faults

    if wants_json():
        emit(
            {
                "version": 1,
                "errors": [text[language] for text in error.texts],
                "faults": [fault.to_dict(language) for fault in faults],
            }
        )
    show_faults(faults, language)
    *others, last = error.texts
    for text in others:
        import click

        from huice.privacy.masking import masked

        click.echo(masked(f"huice: {text[language]}"), err=True)
    fail(last, language, DATA)


def set_lines(model: Program, settings: Sequence[str]) -> tuple[str, ...]:
    """`NAME=820` as a scenario has it: `set NAME = 820 yuan`."""
    from simulator.learning.scenario_text import value_text

    values = parse_settings(model, settings)
    return tuple(f"set {name} = {value_text(value, model.parameters[name].type)}" for name, value in values.items())
