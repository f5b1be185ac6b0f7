"""`backtest`: forecasts as they would have been made at cuts in the past, held against what was paid afterwards.

At each cut everything is done anew with what was known then: the roster without later rows and spells, the payments
made by then, a calibration on these alone, and a simulation that goes on from them. Nothing later is looked at but the
payments that are forecast.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from attrs import evolve, frozen

from compiler import ir
from compiler.facts import Facts
from lang import model
from lang.dates import Month, month_text
from lang.diagnostics import Language, Text
from simulator.learning.calibrate import Calibration, LearningError, Request, calibrate
from simulator.learning.claims import Due
from simulator.learning.forecast import KNOWN, Settings, forecast
from simulator.learning.known_at import known_at
from simulator.learning.scores import Score, score, summary
from simulator.learning.so_far import Payment, SoFar

FEWEST_MONTHS = 6  # of payments before a cut
Progress = Callable[[int, int], None]


@frozen(kw_only=True, eq=False)
class Source:
    """What a back test is made from. `dues_at(facts, month)`: what was due by a month and whether it had been paid by
    then, from facts known to it; `checked(text)`: a scenario's text as the checker has it."""

    program: model.Program
    compiled: ir.Program
    read: Collection[tuple[str, str]]
    facts: Facts
    payments: tuple[Payment, ...]
    dues_at: Callable[[Facts, Month], tuple[Due, ...]]
    checked: Callable[[str], model.Scenario]
    sets: tuple[str, ...] = ()
    given: frozenset[str] = frozenset()
    since: Month | None = None


@frozen(kw_only=True, eq=False)
class Cut:
    """One forecast: made at the end of `cut`, of the months `cut` + 1 to `last`."""

    cut: Month
    last: Month
    total: Score
    clauses: Mapping[str, Score]
    months: Mapping[Month, Score]
    calibration: Calibration
    notes: tuple[Text, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "cut": month_text(self.cut),
            "first": month_text(self.cut + 1),
            "last": month_text(self.last),
            "total": self.total.to_dict(),
            "clauses": {name: of.to_dict() for name, of in self.clauses.items()},
            "months": {month_text(m): of.to_dict() for m, of in self.months.items()},
        }


@frozen(kw_only=True, eq=False)
class Backtest:
    """`cuts` in order of time."""

    policy: str
    cuts: tuple[Cut, ...]
    notes: tuple[Text, ...]

    def to_dict(self, language: Language) -> dict[str, Any]:
        return {
            "version": 1,
            "policy": self.policy,
            "cuts": [cut.to_dict() for cut in self.cuts],
            "summary": {
                "total": summary(cut.total for cut in self.cuts).to_dict(),
                "clauses": {
                    name: summary(cut.clauses[name] for cut in self.cuts).to_dict() for name in self._clauses()
                },
                "all_clauses": summary(s for cut in self.cuts for s in cut.clauses.values()).to_dict(),
                "months": summary(s for cut in self.cuts for s in cut.months.values()).to_dict(),
            },
            "notes": [note[language] for note in self.notes],
        }

    def _clauses(self) -> list[str]:
        return list(self.cuts[0].clauses)


def backtest(source: Source, cuts: Sequence[Month], horizon: int, known_to: Month, settings: Settings) -> Backtest:
    """`known_to`: the payments are complete to the end of this month. Raises LearningError with all that is wrong."""
    cuts = tuple(sorted(set(cuts)))
    _check(source, cuts, known_to)
    notes: list[Text] = []
    made = []
    for number, cut in enumerate(cuts):
        last = min(cut + horizon, known_to)
        if last < cut + horizon:
            notes.append(
                Text(
                    f"the forecast from {month_text(cut)} is held against {last - cut} of {horizon} months: "
                    f"payments are known to {month_text(known_to)}",
                    f"自 {month_text(cut)} 的预测只核对{horizon}个月中的{last - cut}个月："
                    f"支付已知至 {month_text(known_to)}",
                )
            )
        one = evolve(settings, on_progress=_part(settings.on_progress, number, len(cuts)))
        made.append(_cut(source, cut, last, one))
        notes += [Text(f"{month_text(cut)}: {n.en}", f"{month_text(cut)}：{n.zh}") for n in made[-1].notes]
    return Backtest(policy=source.program.name, cuts=tuple(made), notes=tuple(notes))


def _part(on_progress: Progress | None, number: int, of: int) -> Progress | None:
    if on_progress is None:
        return None
    return lambda done, total: on_progress(number * total + done, of * total)


def _cut(source: Source, cut: Month, last: Month, settings: Settings) -> Cut:
    known = known_at(source.program, source.facts, cut)
    payments = tuple(p for p in source.payments if p.paid <= cut)
    dues = source.dues_at(known, cut)
    first = cut + 1
    request = Request(
        as_of=cut, first=first, last=last, reference=source.program.name, since=source.since, roster=KNOWN, gaps=True,
        sets=source.sets, given=source.given,
    )  # fmt: skip
    calibration = calibrate(source.program, source.read, known, dues, request)
    blocked = [each.why for each in calibration.not_learnt if each.blocks]
    if blocked:
        when = month_text(cut)
        raise LearningError(*(Text(f"{when}: {why.en}", f"{when}：{why.zh}") for why in blocked))
    results, said = forecast(
        source.program, source.compiled, source.checked(calibration.text),
        SoFar(cut=cut, payments=payments, dues=dues), known, settings,
    )  # fmt: skip
    flows = results.books.flows.paid
    later = [p for p in source.payments if cut < p.paid <= last]
    clauses = results.plan.clauses
    return Cut(
        cut=cut,
        last=last,
        total=score(flows.sum(axis=(0, 1)), sum(p.amount for p in later)),
        clauses={
            name: score(flows[i].sum(axis=0), sum(p.amount for p in later if p.clause == name))
            for i, name in enumerate(clauses)
        },
        months={
            m: score(flows[:, m - first].sum(axis=0), sum(p.amount for p in later if p.paid == m))
            for m in range(first, last + 1)
        },
        calibration=calibration,
        notes=said,
    )


def _check(source: Source, cuts: Sequence[Month], known_to: Month) -> None:
    wrong: list[Text] = []
    if not source.payments:
        wrong.append(Text("the ledger has no payments that can be used", "台账中没有可用的支付"))
    begin = min((p.paid for p in source.payments), default=known_to)
    for cut in cuts:
        when = month_text(cut)
        if cut >= known_to:
            wrong.append(
                Text(
                    f"{when}: nothing was paid after it (payments are known to {month_text(known_to)}), "
                    "so there is nothing to hold a forecast against",
                    f"{when}：之后没有支付（支付已知至 {month_text(known_to)}），无从核对",
                )
            )
        elif cut - begin + 1 < FEWEST_MONTHS:
            wrong.append(
                Text(
                    f"{when}: payments begin in {month_text(begin)}; a forecast needs {FEWEST_MONTHS} months of them "
                    "before it",
                    f"{when}：支付始于 {month_text(begin)}；预测之前须有{FEWEST_MONTHS}个月的支付",
                )
            )
        elif cut + 1 <= source.program.due_from and source.program.first < cut + 1:
            wrong.append(
                Text(
                    f"{when}: the policy reaches back, and what accrued before is due only in "
                    f"{month_text(source.program.due_from)}: take a later cut",
                    f"{when}：政策有追溯，此前应计的款项于 {month_text(source.program.due_from)} 才到期："
                    "请取更晚的月份",
                )
            )
    if wrong:
        raise LearningError(*wrong)
