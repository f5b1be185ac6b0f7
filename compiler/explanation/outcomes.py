"""Whether a clause pays the row of a trial up to a month: the whole evaluation, each month of a trial followed once."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import define, field

from compiler import ir
from compiler.explanation.concerned import Concerned
from compiler.explanation.trial import Ground, Trial
from compiler.interpret import Interpretation, Wanted
from compiler.interpreter.values import Unsure
from lang.dates import Month

CLAIM = 8  # the work of following a row's claim, or a group row, for a month, in values looked up


@define(eq=False)
class _Followed:
    """`next`: the first month that was not followed yet; `paid`: in which month the clause paid first."""

    interpretation: Interpretation
    next: Month
    paid: Month | None = None


@define(eq=False)
class Outcomes:
    """Of one clause. What it takes is booked as work of the `ground`."""

    ground: Ground
    concerned: Concerned
    clause: str
    _followed: dict[int, tuple[Trial, _Followed]] = field(init=False, factory=dict)  # kept, so that no id is used twice

    def pays(self, trial: Trial, until: Month) -> bool:
        if id(trial) not in self._followed:
            interpretation = Interpretation(trial.streams, self._wanted(trial))
            self._followed[id(trial)] = trial, _Followed(interpretation, trial.streams.program.first)
        followed = self._followed[id(trial)][1]
        before = trial.streams.looked_up
        while followed.paid is None and followed.next <= until:
            followed.interpretation.month(followed.next)
            decision = followed.interpretation.decisions.get((self.clause, self.ground.key, followed.next))
            if decision is not None and decision.refused is None and not isinstance(decision.claim.amount, Unsure):
                followed.paid = followed.next
            followed.next += 1
        self.ground.work += trial.streams.looked_up - before
        return followed.paid is not None and followed.paid <= until

    def _wanted(self, trial: Trial) -> Wanted:
        chosen = self.concerned.wanted(trial.facts)

        def wanted(clause: ir.Clause) -> Iterable[str]:
            keys = chosen(clause)
            rows = tuple(trial.facts.rows(clause.entity) if keys is None else keys)
            group = trial.streams.program.groups[clause.group] if clause.group is not None else None
            settled = len(trial.facts.rows(group.entity)) if group is not None and group.take == "highest" else 0
            self.ground.work += CLAIM * (len(rows) + settled)
            return rows

        return wanted
