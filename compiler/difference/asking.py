"""Asking two versions of one clause about the same made-up rows.

In: the part of each version that the clause depends on, and a world (rows with their facts). Out: whether the answers
differ, for which row, and whether both are decided.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define, evolve, field, frozen

from compiler import ir
from compiler.backends.python.generate import Evaluators, load
from compiler.difference.answers import NOTHING, Answer, answers_of
from compiler.facts import Facts, History, Row
from compiler.passes.dead import dead
from lang.dates import Month
from lang.types import Given, Value

OPEN_END = 36  # months that are looked at, of a policy without an end

RowId = tuple[str, str]  # entity, key
Values = dict[str, Given | History]
World = dict[RowId, Values]


@frozen
class Verdict:
    """How two answers differ. `rank`: 0 not at all, 1 one of them is not decided, 2 both are."""

    rank: int = 0
    subject: RowId | None = None
    pays: bool = False


def only(program: ir.Program, clause: str) -> ir.Program | None:
    """The program with this clause and those that share a group with it; None: it has no such clause."""
    if clause not in program.clauses:
        return None
    group = program.clauses[clause].group
    names = {n for n, c in program.clauses.items() if n == clause or (group is not None and c.group == group)}
    return dead(
        evolve(
            program,
            clauses={name: of for name, of in program.clauses.items() if name in names},
            order=tuple(name for name in program.order if name in names),
            groups={name: of for name, of in program.groups.items() if name == group},
            quotas={name: of for name, of in program.quotas.items() if name in names},
            targets={},
            definitions={},
        )
    )


def restricted(facts: Facts, program: ir.Program) -> Facts:
    """The facts that a version knows of."""
    return Facts(
        {
            entity: [
                Row(row.key, {n: v for n, v in row.values.items() if (entity, n) in program.attributes})
                for row in rows.values()
            ]
            for entity, rows in facts.tables.items()
            if entity in program.entities
        }
    )


def facts_of(world: World) -> Facts:
    tables: dict[str, list[Row]] = {}
    for (entity, key), values in world.items():
        tables.setdefault(entity, []).append(Row(key, values))
    return Facts(tables)


@define(eq=False)
class Differing:
    """Asks both versions. `asked` counts the evaluations, large worlds for more."""

    clause: str
    parts: tuple[ir.Program | None, ir.Program | None]
    sets: Mapping[str, Value]
    asked: int = 0
    _evaluators: tuple[Evaluators | None, Evaluators | None] = field(init=False)
    until: Month = field(init=False)

    def __attrs_post_init__(self) -> None:
        a, b = self.parts
        self._evaluators = (None if a is None else load(a), None if b is None else load(b))
        given = [part for part in self.parts if part is not None]
        self.until = max(part.first + OPEN_END if part.last is None else part.last for part in given)

    def verdict(self, world: World) -> Verdict:
        self.asked += 1 + len(world) // 4
        facts = facts_of(world)
        first, second = (self._answers(at, facts) for at in (0, 1))
        best = Verdict()
        for row in dict.fromkeys((*first, *second)):
            mine, other = first.get(row, NOTHING), second.get(row, NOTHING)
            pays = bool(mine.payments or other.payments)
            rank = 0
            if mine.compared != other.compared:
                rank = 2 if mine.decided and other.decided else 1
            if (rank, pays) > (best.rank, best.pays):
                best = Verdict(rank, row, pays or best.pays)
        return best

    def _answers(self, at: int, facts: Facts) -> Mapping[RowId, Answer]:
        part, evaluators = self.parts[at], self._evaluators[at]
        if part is None or evaluators is None:
            return {}
        parameters = {name: value for name, value in self.sets.items() if name in part.parameters}
        ledger = evaluators.evaluate(part, restricted(facts, part), until=self.until, parameters=parameters)
        return answers_of(ledger, self.clause)
