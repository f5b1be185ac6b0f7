"""The months of a generated module: from its tables and functions to a ledger.

Clauses that no group and no quota ties to others are gone through row by row, each row through all its months; the rest
month by month, as `docs/ir.md` says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Literal

from attrs import define, field, frozen

from compiler.backends.python.claims import Claim, Registers, Rule, Stretch, claim_in, stretches
from compiler.backends.python.exclusive import FirstOnly, Group, HighestOnly
from compiler.backends.python.places import Places, Quota
from compiler.backends.python.scalars import round_number
from compiler.backends.python.timelines import Missing, Unsure
from compiler.backends.python.world import Row, World
from compiler.ledger import Ledger, Payment, Refused, Undetermined
from lang.dates import Month

Reason = Literal["limit", "exclusive"]


@frozen(kw_only=True)
class Clause:
    """`index`: its place in the file. `shares`: of each fund, else the funds pay in turn."""

    name: str
    index: int
    entity: str
    rules: Callable[[Row], Sequence[Rule]]
    cites: tuple[str, ...] = ()
    funds: tuple[str, ...] = ()
    shares: tuple[Fraction, ...] | None = None


@frozen(kw_only=True)
class Policy:
    """The tables of a generated module. `clauses` are in order of processing."""

    name: str
    first: Month
    due_from: Month
    clauses: tuple[Clause, ...]
    groups: tuple[Group, ...] = ()
    quotas: tuple[Quota, ...] = ()


def evaluate_policy(policy: Policy, world: World, last: Month) -> Ledger:
    """What is paid in the months from the policy's first to `last`."""
    evaluation = _Evaluation(policy, world, last + 1)
    grouped = {member.clause for group in policy.groups for member in group.members}
    coupled = grouped | {quota.clause for quota in policy.quotas}
    for clause in policy.clauses:
        if clause.name not in coupled:
            evaluation.row_by_row(clause)
    evaluation.month_by_month([clause for clause in policy.clauses if clause.name in coupled])
    return evaluation.ledger()


@define(eq=False)
class _Evaluation:
    policy: Policy
    world: World
    end: Month
    payments: list[Payment] = field(factory=list)
    refused: list[Refused] = field(factory=list)
    doubts: dict[tuple[str, str], Missing] = field(factory=dict)

    # ------------------------------------------------------------ clauses on their own
    def row_by_row(self, clause: Clause) -> None:
        for key, row in self.world.rows(clause.entity).items():
            rules = clause.rules(row)
            registers, limited = Registers(), any(rule.limited for rule in rules)
            own = f"{clause.entity}/{key}"
            for stretch in stretches(rules, self.policy.first, self.end):
                once_only = all(number is None or rules[number].frequency == "once" for number in stretch.rules)
                for month in range(stretch.start, stretch.stop):
                    if once_only and registers.paid_once is True:
                        break
                    claim = claim_in(clause.name, own, key, rules, stretch, month, registers)
                    registers.write(claim, limited)
                    self.decide(clause, claim)

    # ------------------------------------------------------------ clauses that others stand in the way of
    def month_by_month(self, clauses: Sequence[Clause]) -> None:
        entities = {clause.name: clause.entity for clause in clauses}
        arguments = self.world, self.policy.first, entities
        first = {g.name: FirstOnly(g, *arguments) for g in self.policy.groups if g.take == "first"}
        highest = {g.name: HighestOnly(g, *arguments) for g in self.policy.groups if g.take == "highest"}
        places = {quota.clause: Places(quota, self.world, entities[quota.clause]) for quota in self.policy.quotas}
        group_of = {member.clause: group.name for group in self.policy.groups for member in group.members}
        size = {g.name: sum(member.clause is not None for member in g.members) for g in self.policy.groups}
        rows = {clause.name: _Rows.of(clause, self.world, self.policy.first, self.end) for clause in clauses}
        for month in range(self.policy.first, self.end):
            alone: dict[str, list[list[Claim]]] = defaultdict(list)
            for clause in clauses:
                claims = rows[clause.name].claims(month)
                group = group_of.get(clause.name, "")
                if group in highest:
                    rows[clause.name].write(claims)
                    alone[group].append(claims)
                    if len(alone[group]) == size[group]:
                        for claim in highest[group].settle(month, [c for of_one in alone[group] for c in of_one]):
                            self.decide(rows[claim.clause].clause, claim)
                    continue
                if group in first:
                    claims, shut_out = first[group].admit(clause.name, claims)
                    self.refuse(clause, shut_out, "exclusive")
                if clause.name in places:
                    claims, too_late = places[clause.name].give(month, claims)
                    self.refuse(clause, too_late, "limit")
                if group in first:
                    first[group].write(clause.name, claims)
                rows[clause.name].write(claims)
                for claim in claims:
                    self.decide(clause, claim)

    # ------------------------------------------------------------ what becomes of a claim
    def decide(self, clause: Clause, claim: Claim) -> None:
        """Stages 7 and 8, or what the claim waits for."""
        amount = claim.amount
        if amount.__class__ is Unsure:
            if claim.possible:
                self._doubt(claim, amount.missing)
            return
        if amount <= 0:
            return
        payee = claim.payee
        if payee.__class__ is Unsure:  # the payment stays, and the link is missing
            self._doubt(claim, payee.missing)
            payee = None
        fen = int(amount)
        self.payments.append(
            Payment(
                clause=clause.name,
                entity=clause.entity,
                key=claim.key,
                month=claim.month,
                due=max(claim.month, self.policy.due_from),
                amount=fen,
                payee=payee,
                funds=_split(clause, fen),
                cites=clause.cites,
                rule=claim.rule,
            )
        )

    def refuse(self, clause: Clause, claims: Iterable[Claim], reason: Reason) -> None:
        """A claim that was never sure is no refusal: it is not paid either way."""
        for claim in claims:
            if claim.sure:
                self.refused.append(
                    Refused(clause=clause.name, entity=clause.entity, key=claim.key, month=claim.month, reason=reason)
                )

    def _doubt(self, claim: Claim, missing: Missing) -> None:
        row = claim.clause, claim.key
        self.doubts[row] = self.doubts.get(row, frozenset()) | missing

    # ------------------------------------------------------------ the ledger
    def ledger(self) -> Ledger:
        index = {clause.name: clause.index for clause in self.policy.clauses}
        in_file = sorted(self.policy.clauses, key=lambda clause: clause.index)
        return Ledger(
            policy=self.policy.name,
            payments=tuple(
                sorted(self.payments, key=lambda p: (p.due, index[p.clause], p.entity, p.key, p.month)),
            ),
            undetermined=tuple(entry for clause in in_file for entry in self._undetermined(clause)),
            refused=tuple(sorted(self.refused, key=lambda r: (r.month, index[r.clause], r.entity, r.key))),
        )

    def _undetermined(self, clause: Clause) -> Iterable[Undetermined]:
        """The rows that wait for parameters only are one entry; each other row is one."""
        rows = sorted((key, missing) for (name, key), missing in self.doubts.items() if name == clause.name)
        waiting = {key: missing for key, missing in rows if not any(entity for entity, _, _ in missing)}
        if waiting:
            names = tuple(sorted({name for missing in waiting.values() for _, _, name in missing}))
            yield Undetermined(
                clause=clause.name, entity=clause.entity, key=None, missing=names, count=len(waiting),
                waiting=tuple(waiting),
            )  # fmt: skip
        for key, missing in rows:
            if any(entity for entity, _, _ in missing):
                names = tuple(sorted({_seen_from(clause.entity, key, *fact) for fact in missing}))
                yield Undetermined(clause=clause.name, entity=clause.entity, key=key, missing=names)


def _seen_from(own_entity: str, own_key: str, entity: str, key: str, name: str) -> str:
    """A fact of the row itself, or a parameter, by its name; another row's as `person/p2.origin`."""
    return name if not entity or (entity, key) == (own_entity, own_key) else f"{entity}/{key}.{name}"


def _split(clause: Clause, fen: int) -> dict[str, int]:
    """In turn: all on the first (only a budget knows when it is used up). By shares: each is rounded, but gets no more
    than is left, and the last takes the rest."""
    if not clause.funds:
        return {}
    if clause.shares is None:
        return {clause.funds[0]: fen}
    parts: list[int] = []
    for share in clause.shares[:-1]:
        parts.append(min(round_number(fen * share, "nearest", 1), fen - sum(parts)))
    return dict(zip(clause.funds, [*parts, fen - sum(parts)], strict=True))


@define(eq=False)
class _Rows:
    """The rows of one clause that may claim something, by month."""

    clause: Clause
    rules: Mapping[str, Sequence[Rule]]
    by_month: Mapping[Month, Sequence[tuple[str, Stretch]]]
    registers: dict[str, Registers] = field(factory=lambda: defaultdict(Registers))

    @classmethod
    def of(cls, clause: Clause, world: World, first: Month, end: Month) -> _Rows:
        rules: dict[str, Sequence[Rule]] = {}
        by_month: dict[Month, list[tuple[str, Stretch]]] = defaultdict(list)
        for key, row in world.rows(clause.entity).items():
            rules[key] = clause.rules(row)
            for stretch in stretches(rules[key], first, end):
                for month in range(stretch.start, stretch.stop):
                    by_month[month].append((key, stretch))
        return cls(clause, rules, by_month)

    def claims(self, month: Month) -> list[Claim]:
        """Rows in order of their keys."""
        name, entity = self.clause.name, self.clause.entity
        return [
            claim_in(name, f"{entity}/{key}", key, self.rules[key], stretch, month, self.registers[key])
            for key, stretch in self.by_month.get(month, ())
        ]

    def write(self, claims: Iterable[Claim]) -> None:
        for claim in claims:
            self.registers[claim.key].write(claim)
