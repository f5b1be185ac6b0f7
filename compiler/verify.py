"""Is an IR well-formed? Legality as data: one row an operation.

In: an `ir.Program`. Out: nothing, or a `CompilerBug` that names the stream or the clause. It is run after every
compilation, and after each pass in tests, so that a back end may rely on everything that is said here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction

from attrs import frozen

from compiler import ir
from lang.diagnostics import CompilerBug
from lang.types import NONE, Base, Type

NUMBERS: frozenset[Base] = frozenset({"count", "number", "share", "money", "rate", "duration"})
TRUTH: frozenset[Base] = frozenset({"yes/no"})
LENGTHS: frozenset[Base] = frozenset({"duration", "count", "number"})
ORDERED: frozenset[Base] = NUMBERS | {"date", "month"}
FREQUENCIES = ("once", "once per year", "per month")


@frozen
class Shape:
    """What an operation takes and gives: types of its operands (None: any; the last is repeated) and of its result."""

    operands: tuple[frozenset[Base] | None, ...]
    result: frozenset[Base] | None


SHAPES: Mapping[type, Shape] = {
    ir.Constant: Shape((), None),
    ir.Fact: Shape((), None),
    ir.Parameter: Shape((), None),
    ir.Settlement: Shape((), frozenset({"date"})),
    ir.Through: Shape((frozenset({"link"}), None), None),
    ir.Not: Shape((TRUTH,), TRUTH),
    ir.And: Shape((TRUTH,), TRUTH),
    ir.Or: Shape((TRUTH,), TRUTH),
    ir.Select: Shape((TRUTH, None), None),
    ir.Arithmetic: Shape((ORDERED,), ORDERED),
    ir.Compare: Shape((None,), TRUTH),
    ir.OneOf: Shape((frozenset({"kind"}),), TRUTH),
    ir.Known: Shape((None,), TRUTH),
    ir.Later: Shape((frozenset({"date"}), LENGTHS), frozenset({"date"})),
    ir.InPeriod: Shape((frozenset({"date"}),), TRUTH),
    ir.Aggregate: Shape((NUMBERS | TRUTH,), NUMBERS),
    ir.Run: Shape((TRUTH,), frozenset({"duration"})),
    ir.Total: Shape((NUMBERS | TRUTH,), NUMBERS),
    ir.Ever: Shape((TRUTH,), TRUTH),
    ir.Previous: Shape((None,), None),
}
SAME_TYPE = (ir.Through, ir.Select, ir.Previous)  # the result has the type of the last operand


def verify(program: ir.Program) -> None:
    """Raise CompilerBug when the program is ill-formed."""
    for position, stream in enumerate(program.streams):
        if stream.id != position:
            raise CompilerBug(f"stream %{stream.id} stands in place {position}")
        _stream(program, stream)
    for key, number in program.definitions.items():
        found = _get(program, number, f"definition {key}")
        if found.entity not in (None, key[0]):
            raise CompilerBug(f"definition {key}: stream %{number} belongs to {found.entity}")
    for name, clause in program.clauses.items():
        _clause(program, name, clause)
    if sorted(program.order) != sorted(program.clauses):
        raise CompilerBug(f"order of processing {program.order} is not that of the clauses {tuple(program.clauses)}")
    for name, group in program.groups.items():
        _group(program, name, group)
    for name, quota in program.quotas.items():
        _quota(program, name, quota)
    for target in program.targets.values():
        _expect(program, target.condition, f"target {target.name}", None, TRUTH)


# ---------------------------------------------------------------- streams
def _stream(program: ir.Program, stream: ir.Stream) -> None:
    def bug(reason: str) -> CompilerBug:
        return CompilerBug(f"stream %{stream.id} ({type(op).__name__} {stream.name or ''}): {reason}")

    op = stream.op
    shape = SHAPES.get(type(op))
    if shape is None:
        raise bug("no such operation")
    if stream.entity is not None and stream.entity not in program.entities:
        raise bug(f"no entity {stream.entity}")
    numbers = ir.operands(op)
    if any(not 0 <= number < stream.id for number in numbers):
        raise bug(f"reads {numbers}, not all of which stand above it")
    operands = [program.streams[number] for number in numbers]
    if isinstance(op, ir.And | ir.Or) and len(operands) < 2:
        raise bug("needs two operands or more")
    for index, operand in enumerate(operands):
        allowed = shape.operands[min(index, len(shape.operands) - 1)]
        if allowed is not None and operand.type.base not in allowed:
            raise bug(f"operand %{operand.id} is {operand.type}, not {_list(allowed)}")
    if shape.result is not None and stream.type.base not in shape.result:
        raise bug(f"is {stream.type}, not {_list(shape.result)}")
    if isinstance(op, SAME_TYPE) and not _alike(operands[-1].type, stream.type):
        raise bug(f"is {stream.type}, but reads {operands[-1].type}")
    if isinstance(op, ir.Compare) and not _comparable(operands[0].type, operands[1].type, op.operator):
        raise bug(f"compares {operands[0].type} {op.operator} {operands[1].type}")
    _domain(program, stream, operands, bug)
    _details(program, stream, bug)


def _domain(
    program: ir.Program, stream: ir.Stream, operands: list[ir.Stream], bug: Callable[[str], CompilerBug]
) -> None:
    """A stream reads streams of its own entity or of none; only Through and Aggregate cross."""
    allowed: list[str | None] = [stream.entity] * len(operands)
    if isinstance(stream.op, ir.Through):
        allowed[1] = operands[0].type.name
    elif isinstance(stream.op, ir.Aggregate):
        allowed = [stream.op.entity] * len(operands)
    for operand, entity in zip(operands, allowed, strict=True):
        if operand.entity not in (None, entity):
            raise bug(f"belongs to {stream.entity}, but reads %{operand.id} of {operand.entity}")


def _details(program: ir.Program, stream: ir.Stream, bug: Callable[[str], CompilerBug]) -> None:
    """Names, constants and the numbers that an operation carries."""
    match stream.op:
        case ir.Constant(value):
            if value is not NONE and not _is(value, stream.type):
                raise bug(f"{value!r} is no {stream.type}")
        case ir.Fact(attribute):
            column = program.attributes.get((stream.entity or "", attribute))
            if column is None or column.type != stream.type:
                raise bug(f"{stream.entity} has no attribute {attribute} of type {stream.type}")
        case ir.Parameter(parameter):
            if parameter not in program.parameters:
                raise bug(f"no parameter {parameter}")
        case ir.Settlement() if stream.entity is not None:
            raise bug("the settlement date belongs to no entity")
        case ir.Aggregate(word, entity, via, where, value):
            if entity not in program.entities:
                raise bug(f"no entity {entity}")
            link = program.attributes.get((entity, via)) if via is not None else None
            if via is not None and (link is None or link.type != Type("link", stream.entity)):
                raise bug(f"{entity}.{via} is no link to {stream.entity}")
            if (word == "sum") != (value is not None):
                raise bug("a sum has a value to add, a count and a share have none")
            if where is not None and program.streams[where].type.base != "yes/no":
                raise bug(f"condition %{where} is {program.streams[where].type}")
        case ir.Run(_, cap) if cap is not None and cap < 1:
            raise bug(f"cap {cap}")
        case ir.Total(_, window, months) if (window == "last months") != (months is not None):
            raise bug("only the window `last months` has a number of months")
        case ir.InPeriod(_, period, value, length):
            if (period in ("year", "month", "month number")) != (value is not None) or (period == "last") != (
                length is not None
            ):
                raise bug(f"period {period} with {value}, {length}")
        case ir.Select(_, then, otherwise):
            if not _alike(program.streams[then].type, program.streams[otherwise].type):
                raise bug(f"chooses between {program.streams[then].type} and {program.streams[otherwise].type}")


def _is(value: object, type: Type) -> bool:
    """Whether a constant is of its type. Lengths of time are whole months."""
    match type.base:
        case "yes/no":
            return isinstance(value, bool)
        case "count" | "duration" | "month":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number" | "share" | "money" | "rate":
            return isinstance(value, Fraction | int) and not isinstance(value, bool)
        case "date":
            return isinstance(value, date)
        case _:
            return isinstance(value, str)


def _alike(a: Type, b: Type) -> bool:
    """One can stand for the other: equal, or both plain numbers."""
    plain = ("count", "number", "share")
    return a == b or (a.base in plain and b.base in plain)


def _comparable(a: Type, b: Type, operator: str) -> bool:
    if a.base in ORDERED and b.base in ORDERED:
        return _alike(a, b) or {a.base, b.base} <= {"date", "month"} or a.base == b.base
    return a == b and (operator in ("=", "≠"))


# ---------------------------------------------------------------- clauses
def _get(program: ir.Program, number: ir.Id, who: str) -> ir.Stream:
    if not 0 <= number < len(program.streams):
        raise CompilerBug(f"{who}: there is no stream %{number}")
    return program.streams[number]


def _expect(
    program: ir.Program, number: ir.Id | None, who: str, entity: str | None, bases: frozenset[Base] | None
) -> None:
    """The stream is there, belongs to `entity` or to none, and has one of the types."""
    if number is None:
        return
    stream = _get(program, number, who)
    if stream.entity not in (None, entity):
        raise CompilerBug(f"{who}: stream %{number} belongs to {stream.entity}, not to {entity}")
    if bases is not None and stream.type.base not in bases:
        raise CompilerBug(f"{who}: stream %{number} is {stream.type}, not {_list(bases)}")


def _clause(program: ir.Program, name: str, clause: ir.Clause) -> None:
    who = f"clause {name}"
    if clause.name != name or clause.entity not in program.entities:
        raise CompilerBug(f"{who}: name {clause.name}, entity {clause.entity}")
    if clause.group is not None and not any(
        member.clause == name
        for group in program.groups.values()
        for member in group.members
        if group.name == clause.group
    ):
        raise CompilerBug(f"{who}: group {clause.group} does not know it")
    if clause.quota is not None and clause.quota not in program.quotas:
        raise CompilerBug(f"{who}: no quota {clause.quota}")
    for number, alternative in enumerate(clause.alternatives):
        where = f"{who}, alternative {number}"
        if alternative.frequency not in FREQUENCIES or alternative.unit < 1:
            raise CompilerBug(f"{where}: frequency {alternative.frequency}, unit {alternative.unit}")
        money: frozenset[Base] = frozenset({"money", "rate"} if alternative.frequency == "per month" else {"money"})
        _expect(program, alternative.when, where, clause.entity, TRUTH)
        _expect(program, alternative.amount, where, clause.entity, money)
        _expect(program, alternative.months, where, None, LENGTHS)
        _expect(program, alternative.per_year, where, None, frozenset({"money"}))
        _expect(program, alternative.in_all, where, None, frozenset({"money"}))
        _expect(program, alternative.payee, where, clause.entity, frozenset({"link"}))
    if clause.funds is not None:
        funds = clause.funds
        if len(funds.pots) != len(funds.funds) or (funds.shares is not None and len(funds.shares) != len(funds.funds)):
            raise CompilerBug(f"{who}: {len(funds.funds)} funds, pots {funds.pots}, shares {funds.shares}")
        if funds.shares is not None and sum(funds.shares) != 1:
            raise CompilerBug(f"{who}: shares {funds.shares} do not sum to 1")
        for pot in funds.pots:
            _expect(program, pot, f"{who}, pot", clause.entity, frozenset({"kind"}))


def _group(program: ir.Program, name: str, group: ir.Group) -> None:
    who = f"group {name}"
    if group.name != name or group.entity not in program.entities:
        raise CompilerBug(f"{who}: name {group.name}, entity {group.entity}")
    for member in group.members:
        if (member.clause is None) == (member.paid is None):
            raise CompilerBug(f"{who}: a member is a clause or an attribute")
        if member.clause is None:
            _expect(program, member.paid, who, group.entity, frozenset({"money"}))
            continue
        clause = program.clauses.get(member.clause)
        if clause is None or clause.group != name:
            raise CompilerBug(f"{who}: clause {member.clause} is not there or not in the group")
        reached = clause.entity
        if member.link is not None:
            _expect(program, member.link, who, clause.entity, frozenset({"link"}))
            reached = program.streams[member.link].type.name or ""
        if reached != group.entity:
            raise CompilerBug(f"{who}: clause {member.clause} reaches {reached}, not {group.entity}")


def _quota(program: ir.Program, name: str, quota: ir.Quota) -> None:
    who = f"quota {name}"
    clause = program.clauses.get(quota.clause)
    if quota.clause != name or clause is None or clause.quota != name:
        raise CompilerBug(f"{who}: of clause {quota.clause}")
    _expect(program, quota.places, who, None, frozenset({"count", "number"}))
    _expect(program, quota.per, who, clause.entity, None)
    _expect(program, quota.order, who, clause.entity, None)


def _list(bases: frozenset[Base]) -> str:
    return " or ".join(sorted(bases))
