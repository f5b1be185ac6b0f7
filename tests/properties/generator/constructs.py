"""What a drawn program and its facts contain, so that a test can say that everything was tried."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from compiler import ir
from compiler.facts import Facts, History
from lang.types import NONE, UNKNOWN, Given


def constructs(drawn: ir.Program, given: Facts) -> Counter[str]:
    """The constructs of a program that its clauses can reach, and of its facts."""
    found: Counter[str] = Counter()
    for stream in reached(drawn):
        found.update(_names(stream))
    for clause in drawn.clauses.values():
        for rule in clause.alternatives:
            found[f"pays {rule.frequency}"] += 1
            found[f"rounds {rule.mode}"] += 1
            for name in ("months", "per_year", "in_all", "payee"):
                found[f"with {name}"] += getattr(rule, name) is not None
        found["several rules"] += len(clause.alternatives) > 1
        found["shares"] += clause.funds is not None and clause.funds.shares is not None
    for group in drawn.groups.values():
        found[f"group {group.take}"] += 1
        for member in group.members:
            found[f"group {group.take} of {'clause' if member.clause else 'attribute'}"] += 1
            found["group through a link"] += member.link is not None
    for quota in drawn.quotas.values():
        found[f"quota for {quota.period or 'life'}"] += 1
        found["quota per kind"] += quota.per is not None
        found["quota in order"] += quota.order is not None
    found["reaches back"] += drawn.due_from > drawn.first
    for table in given.tables.values():
        for row in table.values():
            for value in row.values.values():
                found.update(_gaps(value))
    return found


def reached(drawn: ir.Program) -> Iterator[ir.Stream]:
    waiting: list[ir.Id | None] = []
    for clause in drawn.clauses.values():
        for rule in clause.alternatives:
            waiting += [rule.when, rule.amount, rule.months, rule.per_year, rule.in_all, rule.payee]
    for group in drawn.groups.values():
        waiting += [number for member in group.members for number in (member.paid, member.link)]
    for quota in drawn.quotas.values():
        waiting += [quota.places, quota.per, quota.order]
    seen: set[ir.Id] = set()
    while waiting:
        number = waiting.pop()
        if number is not None and number not in seen:
            seen.add(number)
            yield drawn.streams[number]
            waiting += ir.operands(drawn.streams[number].op)


def _names(stream: ir.Stream) -> Iterator[str]:
    op = stream.op
    yield type(op).__name__
    match op:
        case ir.Total(_, window):
            yield f"total {window}"
        case ir.InPeriod(_, period):
            yield f"in {period}"
        case ir.Aggregate(word, _, via):
            yield f"{word} of {'all' if via is None else 'linked'}"
        case ir.Compare(operator) | ir.Arithmetic(operator):
            yield operator
        case ir.Later(_, _, unit):
            yield f"later {unit}"
        case ir.Run(_, cap):
            yield "run without cap" if cap is None else "run with cap"


def _gaps(value: Given | History) -> Iterator[str]:
    if isinstance(value, History):
        yield "history"
        if any(span.value is UNKNOWN for span in value.spans):
            yield "unknown months"
        if any(span.value is NONE for span in value.spans):
            yield "NONE months"
    elif value is NONE:
        yield "NONE"
