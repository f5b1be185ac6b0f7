"""`CLAUSE rises with FACT`, proved or refuted: two rows that are alike but for the fact. Meaning: `claims.py`.

In: a policy and a Monotone. Out: as for every property; an example has two rows, the second with more of the fact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import evolve, frozen

from compiler import ir
from compiler.backends.smt import amounts, days
from compiler.backends.smt.amounts import NotEncoded, Ratio, Steps
from compiler.backends.smt.days import Day
from compiler.backends.smt.logic import Bit, every, implies, no
from compiler.backends.smt.row import RowOf, kinds_of, new_world, part, row_of
from compiler.backends.smt.solver import Answer, Question, Verdict
from compiler.backends.smt.streams import Side
from compiler.backends.smt.world import Term, World
from compiler.difference.asking import restricted
from compiler.facts import Facts, History
from compiler.ledger import yuan
from compiler.proofs import claims
from compiler.proofs.finding import Policy
from compiler.proofs.minimal import minimal
from compiler.proofs.paired import alone, together
from compiler.proofs.results import FEW_STEPS, NOT_REPLAYED, NotProved, Proved, Refuted, Result, left_open, over
from compiler.proofs.witness import witness
from lang import model
from lang.diagnostics import Text
from lang.types import Given, Value


@frozen(eq=False)
class _Pair:
    """Two rows over the same facts, but for those that vary. `ordered`: the fact is never lower in the second."""

    rows: tuple[RowOf, RowOf]
    worlds: tuple[World, World]
    ordered: Bit


def prove_monotone(policy: Policy, claimed: model.Property, steps: int) -> Result:
    result = _ask(policy, claimed, "over", steps)
    if isinstance(result, NotProved):
        found = _ask(policy, claimed, "under", steps)
        result = found if isinstance(found, Refuted) else result
    return result


def _ask(policy: Policy, claimed: model.Property, side: Side, steps: int) -> Result:
    """Three ways, each enough: no month pays less; no sum so far is less; the sum at the end is not. What was proved
    of earlier months helps with the later ones. An example of any of them may show it of the end: replay tells."""
    claim = claimed.claim
    assert isinstance(claim, model.Monotone)
    pair = _pair(policy, claimed, side)
    question = Question(pair.worlds, steps)
    question.holds(pair.ordered)
    low, high = pair.rows if claim.direction == "rises" else (pair.rows[1], pair.rows[0])
    verdict: Verdict = "unknown"
    for way in (_each_month, _so_far, _at_the_end):
        verdict = "never"
        for less in way(claim.clause, low, high):
            answer = question.example(no(less)) if way is _at_the_end else question.ask(no(less))
            if answer.verdict == "yes":
                found = _refuted(policy, claimed, pair, answer)
                if found is not None:
                    return found
            if answer.verdict != "never":
                verdict = answer.verdict
                break
            question.holds(less)
        if verdict == "never" or question.used_up:
            break
    if verdict == "yes":
        return NotProved(NOT_REPLAYED)
    if verdict == "unknown":
        return NotProved(FEW_STEPS)
    if side == "under":
        return NotProved(left_open(low.streams.free))
    return Proved(over(low.program))


def _each_month(clause: str, low: RowOf, high: RowOf) -> Iterator[Bit]:
    """No month pays less: most clauses that pay by the month are so, and no sum is needed."""
    for month in low.months:
        yield amounts.compare("≤", low.clauses.claim(clause, month).amount, high.clauses.claim(clause, month).amount)


def _so_far(clause: str, low: RowOf, high: RowOf) -> Iterator[Bit]:
    for month in low.months:
        yield amounts.compare("≤", low.clauses.total(clause, month), high.clauses.total(clause, month))


def _at_the_end(clause: str, low: RowOf, high: RowOf) -> Iterator[Bit]:
    yield amounts.compare("≤", low.clauses.total(clause, low.last), high.clauses.total(clause, low.last))


def _pair(policy: Policy, claimed: model.Property, side: Side) -> _Pair:
    claim = claimed.claim
    assert isinstance(claim, model.Monotone)
    low = claims.lowered(policy, claimed.entity, claim.attribute)
    name = ("property", claimed.name)
    program = part(low.program, [claim.clause], {name: low.stream})
    stream = program.definitions[name]
    first = new_world(kinds_of(policy.model), steady=side == "under")
    second = World(first.kinds, first.ctx, base=first, varied=_read(program, stream), steady=first.steady)
    person = first.person(claimed.entity)
    rows = (row_of(program, first, person, side, name="a"), row_of(program, second, person, side, name="b"))
    ordered: list[Bit] = []
    for month in range(rows[0].streams.start, rows[0].last + 1):
        ordered.append(_not_above(*(row.streams.value(stream, person, month) for row in rows)))
    return _Pair(rows, (first, second), every(ordered))


def _read(program: ir.Program, stream: ir.Id) -> frozenset[tuple[str, str]]:
    """The facts that a stream depends on."""
    waiting, seen = [stream], set()
    found = set()
    while waiting:
        one = program.streams[waiting.pop()]
        if one.id in seen:
            continue
        seen.add(one.id)
        if isinstance(one.op, ir.Fact) and one.entity is not None and one.type.base != "link":
            found.add((one.entity, one.op.attribute))
        waiting += ir.operands(one.op)
    return frozenset(found)


def _not_above(a: Term, b: Term) -> Bit:
    """Both are there, and the first is not above the second."""
    given = [no(a.none), no(b.none)]
    match a.value, b.value:
        case (Steps() | Ratio()) as x, (Steps() | Ratio()) as y:
            return every((*given, amounts.compare("≤", x, y)))
        case Day() as x, Day() as y:
            return every((*given, days.compare("≤", x, y)))
    if a.value is not None and _is_bit(a) and _is_bit(b):
        return implies(a.value, b.value)
    raise NotEncoded(Text("an order of such facts", "此类栏目的大小"))


def _is_bit(term: Term) -> bool:
    import z3

    return isinstance(term.value, bool | z3.BoolRef)


# ---------------------------------------------------------------- the example
def _refuted(policy: Policy, claimed: model.Property, pair: _Pair, answer: Answer) -> Refuted | None:
    less, more = (restricted(world.facts(answer.model), policy.ir) for world in pair.worlds)
    return refuted_by_pair(policy, claimed, less, more, pair.rows[0].person.name, pair.worlds[0].sets(answer.model))


def refuted_by_pair(
    policy: Policy, claimed: model.Property, less: Facts, more: Facts, key: str, sets: Mapping[str, Value]
) -> Refuted | None:
    """Two rosters, whoever found them, that are alike but for the fact of the row `key`: made one roster with both
    rows, made small and replayed; None where it does not replay."""
    other = f"{key}_more"
    both = together(less, more, claimed.entity, key, policy)

    def shows(facts: Facts, values: Mapping[str, Value]) -> bool:
        if other not in facts.rows(claimed.entity) or key not in facts.rows(claimed.entity):
            return False
        first, second = alone(facts, claimed.entity, key, key, other), alone(facts, claimed.entity, key, other, key)
        if not _alike(policy, claimed, first, second, key):
            return False
        return claims.comparable(policy, claimed, first, second, key, values) and not claims.never_less(
            policy, claimed, first, second, key, values
        )

    if not shows(both, sets):
        return None
    facts, sets = minimal(policy, both, sets, (claimed.entity, key), shows)
    totals = [
        claims.totals(policy, _clause(claimed), alone(facts, claimed.entity, key, mine, theirs), key, sets) or 0
        for mine, theirs in ((key, other), (other, key))
    ]
    label = claimed.label or claimed.name
    made = witness(
        [policy], facts, (claimed.entity, key), [_clause(claimed)], lambda ledgers: shows(facts, sets), sets=sets,
        title=Text(f"{claimed.name.replace('_', ' ')} does not hold", f"{label}不成立"),
        remark=Text(f"{yuan(totals[0])} yuan in all; {other}, who has more: {yuan(totals[1])}",
                    f"共 {yuan(totals[0])} 元；{other} 更多，却共 {yuan(totals[1])} 元"),
    )  # fmt: skip
    return None if made is None else Refuted(evolve(made, others=(other,)))


def _clause(claimed: model.Property) -> str:
    assert isinstance(claimed.claim, model.Monotone)
    return claimed.claim.clause


def _alike(policy: Policy, claimed: model.Property, first: Facts, second: Facts, key: str) -> bool:
    """They differ in nothing but what the fact reads, and in which rows they link to."""
    claim = claimed.claim
    assert isinstance(claim, model.Monotone)
    low = claims.lowered(policy, claimed.entity, claim.attribute)
    varied = _read(low.program, low.stream)
    one: Mapping[str, Given | History] = first.rows(claimed.entity)[key].values
    two: Mapping[str, Given | History] = second.rows(claimed.entity)[key].values
    links = {name for (_, name), about in policy.ir.attributes.items() if about.type.base == "link"}
    names = {*one, *two} - links - {name for of, name in varied if of == claimed.entity}
    return all(one.get(name) == two.get(name) for name in names)
