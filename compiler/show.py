"""The IR as text: what `huice compile FILE --to ir` prints, and what `docs/ir.md` explains.

In: an `ir.Program`. Out: a text with one line a stream (number, entity, type, operation, name), then the clauses in
their order of processing, groups, quotas and targets. The text is for readers and for tests; nothing parses it.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import assert_never

from compiler import ir
from lang.dates import month_text
from lang.types import NONE, Given, Type


def show(program: ir.Program) -> str:
    """The whole program, ending in a line end."""
    last = "open" if program.last is None else month_text(program.last)
    lines = [
        f"policy {program.name}: months {month_text(program.first)} to {last}, due from {month_text(program.due_from)}"
    ]
    read = {stream.op.parameter for stream in program.streams if isinstance(stream.op, ir.Parameter)}
    lines += [_parameter(program.parameters[name]) for name in program.parameters if name in read]
    lines += _streams(program)
    for name in program.order:
        lines += _clause(program.clauses[name])
    for group in program.groups.values():
        lines += [f"group {group.name} {group.entity} take {group.take}", "  " + ", ".join(map(_member, group.members))]
    lines += [_quota(quota) for quota in program.quotas.values()]
    lines += [_target(target) for target in program.targets.values()]
    return "\n".join(lines) + "\n"


def show_value(value: Given, type: Type) -> str:
    """A constant of a stream, with its unit."""
    if value is NONE:
        return "none"
    match value:
        case bool():
            return "yes" if value else "no"
        case date():
            return value.isoformat()
        case str():
            return value
        case int() | Fraction():
            return _number(Fraction(value), type)
        case _:
            return str(value)


def _number(value: Fraction, type: Type) -> str:
    match type.base:
        case "money" | "rate":
            per = " per month" if type.base == "rate" else ""
            yuan = _decimal(value / 100, 2)
            return (f"{yuan} yuan" if yuan else f"{value} fen") + per
        case "duration":
            return f"{value} month" + ("" if value == 1 else "s")
        case "month":
            return month_text(int(value))
        case "share":
            percent = _decimal(value * 100)
            return f"{percent}%" if percent else str(value)
        case _:
            return _decimal(value) or str(value)


def _decimal(value: Fraction, places: int | None = None) -> str | None:
    """As a decimal, with `places` places or as many as needed (12 at most); None when that is not exact."""
    for count in [places] if places is not None else range(13):
        scaled = abs(value) * 10**count
        if scaled.denominator == 1:
            digits = str(scaled.numerator).rjust(count + 1, "0")
            sign = "-" if value < 0 else ""
            return sign + (f"{digits[:-count]}.{digits[-count:]}" if count else digits)
    return None


# ---------------------------------------------------------------- streams
def _streams(program: ir.Program) -> list[str]:
    columns = [[f"%{s.id}", s.entity or "", str(s.type)] for s in program.streams]
    widths = [max(map(len, column)) for column in zip(*columns, strict=True)]
    return [
        " ".join([*(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)), _operation(stream)])
        + (f'  "{stream.name}"' if stream.name else "")
        for cells, stream in zip(columns, program.streams, strict=True)
    ]


def _operation(stream: ir.Stream) -> str:
    match stream.op:
        case ir.Constant(value):
            return f"constant {show_value(value, stream.type)}"
        case ir.Fact(attribute):
            return f"fact {attribute}"
        case ir.Parameter(parameter):
            return f"parameter {parameter}"
        case ir.Settlement():
            return "settlement"
        case ir.Through(link, target):
            return f"through %{link} read %{target}"
        case ir.Not(operand):
            return f"not %{operand}"
        case ir.And(operands):
            return "and" + "".join(f" %{i}" for i in operands)
        case ir.Or(operands):
            return "or" + "".join(f" %{i}" for i in operands)
        case ir.Select(condition, then, otherwise):
            return f"if %{condition} then %{then} else %{otherwise}"
        case ir.Arithmetic(operator, left, right):
            sign = {"minimum": "up to", "maximum": "at least"}.get(operator, operator)
            return f"compute %{left} {sign} %{right}"
        case ir.Compare(operator, left, right):
            return f"compare %{left} {operator} %{right}"
        case ir.OneOf(operand, members):
            return f"one of %{operand}: {', '.join(members)}"
        case ir.Known(operand):
            return f"known %{operand}"
        case ir.Later(day, length, unit):
            return f"later %{day} by %{length} {unit}"
        case ir.InPeriod():
            return _in_period(stream.op)
        case ir.Aggregate(word, entity, via, where, value):
            return (
                word
                + (f" of %{value}" if value is not None else "")
                + f" {entity}"
                + (f" via {via}" if via is not None else "")
                + (f" where %{where}" if where is not None else "")
            )
        case ir.Run(operand, cap):
            return f"run %{operand}" + (f" cap {cap}" if cap is not None else "")
        case ir.Total(operand, window, months):
            return f"total %{operand} " + (f"last {months} months" if months is not None else window)
        case ir.Ever(operand):
            return f"ever %{operand}"
        case ir.Previous(operand):
            return f"previous %{operand}"
        case _:
            assert_never(stream.op)


def _in_period(op: ir.InPeriod) -> str:
    match op.period:
        case "month" if op.value is not None:
            period = f"month {month_text(op.value)}"
        case "year" | "month number":
            period = f"{op.period} {op.value}"
        case "last":
            period = f"last {op.length}"
        case _:
            period = op.period
    return f"in period %{op.day} {period}"


# ---------------------------------------------------------------- declarations
def _parameter(parameter: ir.ParameterValues) -> str:
    values = [f"{show_value(value, parameter.type)} from {month_text(month)}" for month, value in parameter.values]
    return f"parameter {parameter.name} {parameter.type}: " + (", ".join(values) or "external")


def _clause(clause: ir.Clause) -> list[str]:
    lines = [
        f"clause {clause.name} {clause.entity}"
        + (f"  group {clause.group}" if clause.group else "")
        + (f"  quota {clause.quota}" if clause.quota else "")
    ]
    lines += [_alternative(alternative) for alternative in clause.alternatives]
    if clause.funds is not None:
        funds = clause.funds
        names = [
            name + (f" pot %{pot}" if pot is not None else "")
            for name, pot in zip(funds.funds, funds.pots, strict=True)
        ]
        if funds.shares is None:
            lines.append("  paid from " + " then ".join(names))
        else:
            shares = [_number(share, Type("share")) for share in funds.shares]
            lines.append("  paid from " + ", ".join(f"{n} {s}" for n, s in zip(names, shares, strict=True)))
    return lines


def _alternative(a: ir.Alternative) -> str:
    words = ["  always" if a.when is None else f"  when %{a.when}", f"pay %{a.amount}"]
    if (a.mode, a.unit) != ("nearest", 1):
        words.append(f"rounded {a.mode} to {_number(Fraction(a.unit), Type('money'))}")
    words.append(a.frequency)
    if a.months is not None:
        words.append(f"for at most %{a.months}")
    if a.per_year is not None:
        words.append(f"at most %{a.per_year} per year")
    if a.in_all is not None:
        words.append(f"at most %{a.in_all}")
    if a.payee is not None:
        words.append(f"to %{a.payee}")
    return " ".join(words)


def _member(member: ir.GroupMember) -> str:
    name = member.clause if member.clause is not None else f"%{member.paid}"
    return name + (f" via %{member.link}" if member.link is not None else "")


def _quota(quota: ir.Quota) -> str:
    return (
        f"quota {quota.clause} places %{quota.places}"
        + (f" per %{quota.per}" if quota.per is not None else "")
        + (f" each {quota.period}" if quota.period else "")
        + (f" order %{quota.order}" if quota.order is not None else "")
    )


def _target(target: ir.Target) -> str:
    return (
        f"target {target.name} %{target.condition}"
        + (f" per {target.per}" if target.per else "")
        + (f" by {month_text(target.by)}" if target.by is not None else "")
        + (" every year" if target.every_year else "")
    )
