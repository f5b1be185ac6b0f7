"""What a program pays: exact, slow, the definition of the language (docs/ir.md). Other evaluators are held to it.

In comes a program and what is known of the people; out comes the ledger. Month by month, clause by clause in `order`,
row by row in order of the keys, each claim goes through the stages of the page:

    1 alternatives, 2 gate, 3 amount, 4 limits   interpreter/clauses.py
    5 group                                      interpreter/groups.py
    6 quota                                      interpreter/quotas.py
    7 funds, 8 due                               here

The values that the stages read, and what is unknown in them: interpreter/streams.py and values.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Literal

from attrs import define, field, frozen

from compiler import ir
from compiler.facts import Facts
from compiler.interpreter.clauses import Candidate, Registers, candidate, written
from compiler.interpreter.groups import FirstGroup, HighestGroup
from compiler.interpreter.quotas import Places
from compiler.interpreter.streams import Streams
from compiler.interpreter.values import Missing, Names, Unsure, round_to
from compiler.ledger import Ledger, Payment, Refused, Undetermined
from compiler.memory import NoEnd, last_month, start_month
from compiler.parameters import settled
from lang.dates import Month
from lang.diagnostics import CompilerBug
from lang.types import Value

Reason = Literal["limit", "exclusive"]
Wanted = Callable[[ir.Clause], Iterable[str] | None]  # the keys, in order, whose claims are evaluated; None: all


def interpret(
    program: ir.Program,
    facts: Facts,
    *,
    until: Month | None = None,
    parameters: Mapping[str, Value] | None = None,
) -> Ledger:
    """The ledger to the month `until` (None: to the policy's last month; NoEnd where that is open).

    `parameters` replace a parameter's values in all months.
    """
    return run(program, facts, until=until, parameters=parameters).ledger()


def run(
    program: ir.Program,
    facts: Facts,
    *,
    until: Month | None = None,
    parameters: Mapping[str, Value] | None = None,
    wanted: Wanted | None = None,
) -> Interpretation:
    """The same, with everything that was decided on the way. `wanted` leaves rows out (the caller knows that the rows
    he looks at do not depend on them)."""
    values = settled(program, parameters or {})
    streams = Streams(program, facts, values, start_month(program, facts, values=values.values()))
    return run_over(streams, last_month(program, until), wanted)


def run_over(streams: Streams, last: Month, wanted: Wanted | None = None) -> Interpretation:
    """The same over streams that are there already, to the month `last`."""
    interpretation = Interpretation(streams, wanted or (lambda clause: None))
    for month in range(streams.program.first, last + 1):
        interpretation.month(month)
    return interpretation


@frozen(kw_only=True)
class Decision:
    """What became of a row's claim in a month."""

    claim: Candidate
    refused: Reason | None = None


@define(eq=False)
class Interpretation:
    streams: Streams
    wanted: Wanted
    decisions: dict[tuple[str, str, Month], Decision] = field(init=False, factory=dict)
    _registers: dict[tuple[str, str], Registers] = field(init=False, factory=dict)
    _first: dict[str, FirstGroup] = field(init=False, factory=dict)
    _highest: dict[str, HighestGroup] = field(init=False, factory=dict)
    _places: dict[str, Places] = field(init=False, factory=dict)
    _payments: list[Payment] = field(init=False, factory=list)
    _refused: list[Refused] = field(init=False, factory=list)
    _doubts: dict[tuple[str, str], Names] = field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        program = self.streams.program
        for name, group in program.groups.items():
            if group.take == "first":
                self._first[name] = FirstGroup(self.streams, group)
            else:
                self._highest[name] = HighestGroup(self.streams, group)
        for name, quota in program.quotas.items():
            if program.clauses[name].group in self._highest:
                raise CompilerBug(f"{name} has a quota and is in a group that takes the highest")
            self._places[name] = Places(self.streams, quota)

    # ------------------------------------------------------------ a month
    def month(self, month: Month) -> None:
        program = self.streams.program
        alone: dict[str, dict[str, list[Candidate]]] = {}
        for name in program.order:
            clause = program.clauses[name]
            claims = self._claims(clause, month)
            if clause.group in self._highest:
                # each member is followed as if it were alone; when the last has been, the group pays
                self._write(claims)
                members = alone.setdefault(clause.group, {})
                members[name] = claims
                if len(members) == sum(m.clause is not None for m in program.groups[clause.group].members):
                    for claim in self._highest[clause.group].settle(month, members):
                        self._decide(program.clauses[claim.clause], claim)
                continue
            claims = self._admitted(clause, claims)
            claims = self._placed(clause, claims, month)
            if clause.group in self._first:
                self._first[clause.group].paid(name, claims)
            self._write(claims)
            for claim in claims:
                self._decide(clause, claim)

    def _claims(self, clause: ir.Clause, month: Month) -> list[Candidate]:
        """Stages 1 to 4, rows in order of their keys."""
        wanted = self.wanted(clause)
        return [
            candidate(self.streams, clause, key, month, self._registers.get((clause.name, key), Registers()))
            for key in (self.streams.facts.rows(clause.entity) if wanted is None else wanted)
        ]

    def _admitted(self, clause: ir.Clause, claims: list[Candidate]) -> list[Candidate]:
        """Stage 5, take first."""
        if clause.group not in self._first:
            return claims
        admitted, refused = self._first[clause.group].admit(clause.name, claims)
        self._refuse(clause, refused, "exclusive")
        return admitted

    def _placed(self, clause: ir.Clause, claims: list[Candidate], month: Month) -> list[Candidate]:
        """Stage 6."""
        if clause.name not in self._places:
            return claims
        placed, refused = self._places[clause.name].give(month, claims)
        self._refuse(clause, refused, "limit")
        return placed

    def _write(self, claims: Iterable[Candidate]) -> None:
        for claim in claims:
            row = claim.clause, claim.key
            self._registers[row] = written(self._registers.get(row, Registers()), claim)

    # ------------------------------------------------------------ what becomes of a claim
    def _refuse(self, clause: ir.Clause, claims: Iterable[Candidate], reason: Reason) -> None:
        """What was refused uses nothing up. A claim that was never sure is no refusal: it is not paid either way."""
        for claim in claims:
            self.decisions[clause.name, claim.key, claim.month] = Decision(claim=claim, refused=reason)
            if claim.sure:
                self._refused.append(
                    Refused(clause=clause.name, entity=clause.entity, key=claim.key, month=claim.month, reason=reason)
                )

    def _decide(self, clause: ir.Clause, claim: Candidate) -> None:
        """Stages 7 and 8, or what the claim waits for."""
        if not claim.possible:
            return
        self.decisions[clause.name, claim.key, claim.month] = Decision(claim=claim)
        if isinstance(claim.amount, Unsure):
            self._doubt(claim, claim.amount.missing)
            return
        if isinstance(claim.payee, Unsure):  # the payment stays, and the link is missing
            self._doubt(claim, claim.payee.missing)
        fen = round_to(number_of(claim), "nearest")
        self._payments.append(
            Payment(
                clause=clause.name,
                entity=clause.entity,
                key=claim.key,
                month=claim.month,
                due=max(claim.month, self.streams.program.due_from),
                amount=fen,
                payee=None if isinstance(claim.payee, Unsure) else claim.payee,
                funds=split(clause.funds, fen),
                cites=clause.cites,
                rule=claim.rule,
            )
        )

    def _doubt(self, claim: Candidate, names: Names) -> None:
        row = claim.clause, claim.key
        self._doubts[row] = self._doubts.get(row, frozenset()) | names

    # ------------------------------------------------------------ the ledger
    def ledger(self) -> Ledger:
        clauses = self.streams.program.clauses
        return Ledger(
            policy=self.streams.program.name,
            payments=tuple(
                sorted(self._payments, key=lambda p: (p.due, clauses[p.clause].index, p.entity, p.key, p.month))
            ),
            undetermined=tuple(
                entry
                for clause in sorted(clauses.values(), key=lambda c: c.index)
                for entry in self._undetermined(clause)
            ),
            refused=tuple(sorted(self._refused, key=lambda r: (r.month, clauses[r.clause].index, r.entity, r.key))),
        )

    def _undetermined(self, clause: ir.Clause) -> Iterable[Undetermined]:
        """Rows that wait for parameters only are one entry; each other row is one, over all its months."""
        rows = {key: names for (name, key), names in sorted(self._doubts.items()) if name == clause.name}
        parameters = {key: names for key, names in rows.items() if all(not name.entity for name in names)}
        if parameters:
            names = frozenset().union(*parameters.values())
            yield Undetermined(
                clause=clause.name,
                entity=clause.entity,
                key=None,
                missing=seen_from(names, "", ""),
                count=len(parameters),
                waiting=tuple(parameters),
            )
        for key, names in rows.items():
            if key not in parameters:
                yield Undetermined(
                    clause=clause.name, entity=clause.entity, key=key, missing=seen_from(names, clause.entity, key)
                )


def seen_from(names: Iterable[Missing], entity: str, key: str) -> tuple[str, ...]:
    return tuple(sorted({name.seen_from(entity, key) for name in names}))


def number_of(claim: Candidate) -> int | Fraction:
    if not isinstance(claim.amount, int | Fraction):
        raise CompilerBug(f"{claim!r} is no sure claim")
    return claim.amount


def split(funds: ir.Funds | None, fen: int) -> dict[str, int]:
    """Stage 7. In turn: all from the first (only a budget can tell when it is used up). By shares: each is rounded, but
    never more than is left, and the last takes the rest."""
    if funds is None:
        return {}
    if funds.shares is None:
        return {funds.funds[0]: fen}
    parts: list[int] = []
    for share in funds.shares[:-1]:
        parts.append(min(round_to(fen * share, "nearest"), fen - sum(parts)))
    return dict(zip(funds.funds, [*parts, fen - sum(parts)], strict=True))


__all__ = ["Decision", "Interpretation", "NoEnd", "interpret", "last_month", "run", "seen_from"]
