"""Which features met in one clause that came to something: it paid, was refused, or could not be determined.

The features are those that bear on each other in the stages of a clause. What stands in the text is not enough: the
clause must have had an effect, `unknown` means that it was undetermined for a row, and `reaching back` that it paid
for a month before it was due.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from compiler import ir
from compiler.ledger import Ledger

FEATURES = (
    "once", "once per year", "per month", "limit", "exclusive", "quota", "unknown", "reaching back", "link count",
)  # fmt: skip
PAIRS = tuple(combinations(FEATURES, 2))


def pairs(program: ir.Program, ledger: Ledger) -> Counter[tuple[str, str]]:
    """Each pair counts once a clause."""
    found: Counter[tuple[str, str]] = Counter()
    payments = {p.clause for p in ledger.payments}
    back = {p.clause for p in ledger.payments if p.due > p.month}
    unknown = {u.clause for u in ledger.undetermined}
    for clause in program.clauses.values():
        if clause.name not in payments | unknown | {r.clause for r in ledger.refused}:
            continue
        has = {rule.frequency for rule in clause.alternatives} | set(_limits(clause))
        if clause.group is not None:
            has.add("exclusive")
        if clause.quota is not None:
            has.add("quota")
        if clause.name in unknown:
            has.add("unknown")
        if clause.name in back:
            has.add("reaching back")
        if _counts_members(program, clause):
            has.add("link count")
        found.update(pair for pair in PAIRS if has.issuperset(pair))
    return found


def _limits(clause: ir.Clause) -> Iterator[str]:
    for rule in clause.alternatives:
        if rule.months is not None or rule.per_year is not None or rule.in_all is not None:
            yield "limit"


def _counts_members(program: ir.Program, clause: ir.Clause) -> bool:
    """Whether the clause reads an aggregate over a link, however far down."""
    waiting = [i for rule in clause.alternatives for i in (rule.when, rule.amount) if i is not None]
    seen: set[ir.Id] = set()
    while waiting:
        stream = program.streams[waiting.pop()]
        if stream.id not in seen:
            seen.add(stream.id)
            if isinstance(stream.op, ir.Aggregate) and stream.op.via is not None:
                return True
            waiting += ir.operands(stream.op)
    return False
