"""Whose claims must be followed to know what a clause pays one row.

Of a clause alone: the row itself. Of a clause in an exclusive group: the rows of all its members that may lead to a row
of the group to which this one may lead; those of other group rows settle among themselves. Where places are given out,
every row competes.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define, field

from compiler import ir
from compiler.facts import Facts, History, Row
from compiler.interpret import Wanted
from lang.types import NONE, UNKNOWN

Leads = frozenset[str] | None  # to which group rows, in any month; None: it may be to any


@define(eq=False)
class Concerned:
    """`names`: the clauses that are asked about; `facts`: as given, of which a trial changes only the row `key`."""

    program: ir.Program
    facts: Facts
    names: frozenset[str]
    key: str
    _leads: dict[str, Mapping[str, Leads]] = field(init=False, factory=dict)
    _found: dict[tuple[str, frozenset[str]], tuple[str, ...]] = field(init=False, factory=dict)

    def wanted(self, facts: Facts | None = None) -> Wanted:
        """`facts`: with the row changed (None: as given)."""
        clauses = self.program.clauses
        rows: dict[str, tuple[str, ...] | None] = dict.fromkeys(self.names, (self.key,))
        for group in sorted({group for name in self.names if (group := clauses[name].group) is not None}):
            rows |= self._of_group(self.program.groups[group], facts or self.facts)
        rows |= {name: None for name in self.names if name in self.program.quotas}
        return lambda clause: rows.get(clause.name, ())

    def _of_group(self, group: ir.Group, facts: Facts) -> dict[str, tuple[str, ...] | None]:
        members = {m.clause: m for m in group.members if m.clause is not None}
        mine: set[str] = set()
        for name in self.names & members.keys():
            leads = self._lead(members[name], facts.rows(self.program.clauses[name].entity)[self.key])
            if leads is None:
                return dict.fromkeys(members)
            mine |= leads
        if not members.keys().isdisjoint(self.program.quotas):
            return dict.fromkeys(members)
        return {name: self._rows(member, frozenset(mine)) for name, member in members.items()}

    def _rows(self, member: ir.GroupMember, mine: frozenset[str]) -> tuple[str, ...]:
        """In order of their keys. The row itself always: its link may be changed to lead here."""
        name = member.clause
        assert name is not None
        found = self._found.get((name, mine))
        if found is None:
            entity = self.program.clauses[name].entity
            if name not in self._leads:
                self._leads[name] = {key: self._lead(member, row) for key, row in self.facts.rows(entity).items()}
            asked = {self.key} if any(self.program.clauses[n].entity == entity for n in self.names) else set()
            found = tuple(
                key for key, leads in self._leads[name].items() if key in asked or leads is None or leads & mine
            )
            self._found[name, mine] = found
        return found

    def _lead(self, member: ir.GroupMember, row: Row) -> Leads:
        if member.link is None:
            return frozenset((row.key,))
        match self.program.streams[member.link].op:
            case ir.Fact(attribute):
                given = row.values.get(attribute, UNKNOWN)
                values = [given.outside, *(s.value for s in given.spans)] if isinstance(given, History) else [given]
                return None if UNKNOWN in values else frozenset(str(v) for v in values if v is not NONE)
            case _:
                return None
