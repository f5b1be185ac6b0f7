"""The values that each fact of a program may be drawn from: near the program's own constants, simplest first.

In: a checked and compiled program. Out: for each clause the facts that it depends on, each with a pool of values around
the constants that this clause compares it with, and those of the pool that speak for a payment (aims.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from attrs import frozen

from compiler import ir
from compiler.difference.asking import only
from compiler.difference.candidates import MOST_MEMBERS, Constants, candidates, member_counts
from compiler.facts import History, Span
from huice.testing.aims import Aims, Key
from lang import model
from lang.types import NONE, UNKNOWN, YES_NO, Given

Value = Given | History

_ODD = (Fraction(12_345), Fraction(33_333), Fraction(1_000_001))  # fen: amounts that show how a payment is rounded
_KNOWN_BEFORE = 24  # months before the policy's first in which a monthly number is given too


@frozen(eq=False)
class Pool:
    """`wanted`: values under which the clause is likelier to pay. `leads_to`: of a link, the entity (no values)."""

    attribute: ir.Attribute
    values: Sequence[Value]
    wanted: Sequence[Value]
    leads_to: str | None = None


@frozen(eq=False)
class ClausePools:
    """What to draw for one clause. `copies`: how often a row of an entity may stand beside itself, where the clause
    counts rows or rows compete for places."""

    clause: str
    entity: str
    pools: Mapping[Key, Pool]
    copies: Mapping[str, Sequence[int]]

    @property
    def entities(self) -> tuple[str, ...]:
        """The clause's own first."""
        named = [self.entity, *(entity for entity, _ in self.pools)]
        named += [pool.leads_to for pool in self.pools.values() if pool.leads_to is not None]
        return tuple(dict.fromkeys([*named, *self.copies]))


def pools_of(program: model.Program, compiled: ir.Program) -> tuple[ClausePools, ...]:
    """One a clause, in the order of the file."""
    members = {name: tuple(member.name for member in kind.members) for name, kind in program.kinds.items()}
    return tuple(
        _clause(part, name, members) for name in compiled.clauses if (part := only(compiled, name)) is not None
    )


def pool_of(program: model.Program, compiled: ir.Program, key: Key) -> Pool:
    """Of a fact that no clause reads: near all constants of the program."""
    members = {name: tuple(member.name for member in kind.members) for name, kind in program.kinds.items()}
    pool = _pool(compiled.attributes[key], Constants.of((compiled,)), members)
    return Pool(pool.attribute, pool.values, pool.values, pool.leads_to)


def _clause(part: ir.Program, clause: str, members: Mapping[str, tuple[str, ...]]) -> ClausePools:
    constants = Constants.of((part,))
    tests = Aims.of(part, clause).tests
    pools: dict[Key, Pool] = {}
    several = member_counts(constants)
    copies: dict[str, Sequence[int]] = {}
    for stream in part.streams:
        match stream.op:
            case ir.Fact(name) if stream.entity is not None:
                pools.setdefault((stream.entity, name), _pool(part.attributes[stream.entity, name], constants, members))
            case ir.Aggregate(_, entity, via):
                copies[entity] = [count - 1 for count in several]
                if via is not None:
                    pools.setdefault((entity, via), _pool(part.attributes[entity, via], constants, members))
    for quota in part.quotas.values():
        places = part.streams[quota.places].op
        most = places.value if isinstance(places, ir.Constant) and isinstance(places.value, int) else 1
        copies[part.clauses[quota.clause].entity] = [0, *({most - 1, most} if 0 < most <= MOST_MEMBERS else {1})]
    aimed = {}
    for key, pool in pools.items():
        wanted = [value for value in pool.values if any(test(value) for test in tests.get(key, ()))]
        aimed[key] = Pool(pool.attribute, pool.values, wanted or pool.values, pool.leads_to)
    return ClausePools(clause, part.clauses[clause].entity, aimed, copies)


def _pool(attribute: ir.Attribute, constants: Constants, members: Mapping[str, tuple[str, ...]]) -> Pool:
    if attribute.type.base == "link":
        return Pool(attribute, (), (), attribute.type.name)
    known: list[Value] = list(candidates(attribute, constants, members.get(attribute.type.name or "", ())))
    more: list[Given] = []
    if attribute.type.base in ("money", "rate"):
        more += [amount for amount in _ODD if _inside(attribute, amount)]
    if attribute.high is not None and attribute.type.base in ("count", "money", "rate", "share"):
        more.append(int(attribute.high) if attribute.type.base == "count" else attribute.high)
    before = constants.months[0] - 1
    known += [History((Span(before, None, n),), UNKNOWN) if attribute.monthly else n for n in more]
    if attribute.monthly and attribute.type != YES_NO:
        early = [_earlier(value, constants.months[0] - _KNOWN_BEFORE) for value in known if isinstance(value, History)]
        known = [*early, *_changing(early), *known]
    return Pool(attribute, [value for value in known if writable(value)], ())


def _inside(attribute: ir.Attribute, number: Fraction) -> bool:
    return (attribute.low is None or number >= attribute.low) and (attribute.high is None or number <= attribute.high)


def _earlier(history: History, first: int) -> History:
    """The same value from `first` on, so that totals over past years are known."""
    return History((Span(first, None, history.spans[0].value),), history.outside)


def _changing(histories: Sequence[History]) -> list[History]:
    """Of histories of one value each: some that turn to another value in the policy's first months."""
    found: list[History] = []
    for one, other in pairwise(histories):
        first, later = one.spans[0], other.spans[0]
        turn = first.first + _KNOWN_BEFORE + 3
        spans = (Span(first.first, turn - 1, first.value), Span(turn, None, later.value))
        found.append(History(spans, one.outside))
    return found[:8]


def writable(value: Value) -> bool:
    """Whether the JSON form can say it: amounts in whole fen."""
    values = [span.value for span in value.spans] if isinstance(value, History) else [value]
    return all(getattr(one, "denominator", 1) == 1 or one is NONE for one in values)
