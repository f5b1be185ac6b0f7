"""The checked program becomes the IR.

In: `model.Program`. Out: `ir.Program` and diagnostics; None when there is something that cannot be compiled yet.
Definitions are lowered first, each after those that it reads, so that a chain of definitions may have any length.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import fields

from compiler import ir
from compiler.lowering.clauses import (
    groups_not_supported,
    lower_clause,
    lower_group,
    lower_quota,
    processing_order,
)
from compiler.lowering.expressions import Expressions
from compiler.lowering.targets import lower_target
from compiler.messages import set_in_another_unit
from compiler.parameters import fits, unit_of
from lang import model, typed
from lang.dates import Duration, Month, month_of
from lang.diagnostics import CompilerBug, Diagnostic
from lang.types import Value

Key = tuple[str, str]


def lower(program: model.Program) -> tuple[ir.Program | None, tuple[Diagnostic, ...]]:
    """The IR of a program."""
    expressions = Expressions(program)
    for key in _readers_last(program):
        define = program.defines[key]
        stream = expressions.lower(define.body)
        expressions.builder.name(stream, define.name)
        expressions.definitions[key] = stream
    clauses = {
        name: lower_clause(expressions, clause, index) for index, (name, clause) in enumerate(program.clauses.items())
    }
    groups = {name: lower_group(expressions, group) for name, group in program.groups.items()}
    quotas = {name: lower_quota(expressions, limit) for name, limit in program.limits.items()}
    targets = {name: lower_target(expressions, target) for name, target in program.targets.items()}
    order, contradictions = processing_order(program)
    diagnostics = (
        *dict.fromkeys(expressions.diagnostics),
        *(groups_not_supported(program) or contradictions),
        *_wrong_units(program),
    )
    if diagnostics:
        return None, diagnostics
    lowered = ir.Program(
        name=program.name,
        first=program.first,
        last=program.last,
        due_from=program.due_from,
        streams=tuple(expressions.builder.streams),
        clauses=clauses,
        order=order,
        groups=groups,
        quotas=quotas,
        targets=targets,
        attributes={
            (entity.name, attribute.name): _attribute(attribute)
            for entity in program.entities.values()
            for attribute in entity.attributes.values()
            if attribute.type.base != "many"
        },
        parameters={name: _parameter(parameter) for name, parameter in program.parameters.items()},
        definitions={key: expressions.definitions[key] for key in program.defines},
        entities=tuple(program.entities),
    )
    return lowered, ()


def _attribute(attribute: model.Attribute) -> ir.Attribute:
    return ir.Attribute(
        entity=attribute.entity,
        name=attribute.name,
        label=attribute.label,
        type=attribute.type,
        monthly=attribute.monthly,
        counts=attribute.counts,
        default=attribute.default,
        low=attribute.low,
        high=attribute.high,
    )


def _parameter(parameter: model.Parameter) -> ir.ParameterValues:
    """Dates become the months from whose settlement date on a value holds; of two in one month the later holds."""
    by_month: dict[Month, Value] = {}
    for day, value in parameter.values:
        by_month[month_of(day)] = value.count if isinstance(value, Duration) else value
    return ir.ParameterValues(
        name=parameter.name,
        type=parameter.type,
        values=tuple(by_month.items()),
        external=parameter.external,
        unit=unit_of(value for _, value in parameter.values),
    )


def _wrong_units(program: model.Program) -> tuple[Diagnostic, ...]:
    """Cases and scenarios that set a length of time in another unit than the policy counts it in."""
    sets = [(case.span, case.sets) for case in program.cases]
    sets += [(scenario.span, scenario.sets) for scenario in program.scenarios.values()]
    return tuple(
        set_in_another_unit(span, name, unit)
        for span, values in sets
        for name, value in values.items()
        if not fits(value, unit := unit_of(v for _, v in program.parameters[name].values))
    )


# ---------------------------------------------------------------- the order of definitions
def _readers_last(program: model.Program) -> list[Key]:
    """Definitions in order of declaration, but each behind those that it reads."""
    done: dict[Key, None] = {}
    for start in program.defines:
        path: list[tuple[Key, Iterator[Key]]] = []
        if start not in done:
            path.append((start, iter(_definitions_read(program.defines[start].body))))
        open_keys = {start}
        while path:
            key, reads = path[-1]
            following = next((read for read in reads if read not in done), None)
            if following is None:
                done[key] = None
                open_keys.discard(key)
                path.pop()
            elif following in open_keys:
                raise CompilerBug(f"definition {following} reads itself")
            else:
                open_keys.add(following)
                path.append((following, iter(_definitions_read(program.defines[following].body))))
    return list(done)


def _definitions_read(body: typed.Expr) -> list[Key]:
    """The definitions that an expression reads, first read first."""
    found: dict[Key, None] = {}
    waiting: list[typed.Expr] = [body]
    while waiting:
        expr = waiting.pop()
        if isinstance(expr, typed.DefineRead):
            found[expr.entity, expr.define] = None
        waiting.extend(reversed(_parts(expr)))
    return list(found)


def _parts(expr: typed.Expr) -> list[typed.Expr]:
    """The expressions directly inside another, in the order in which they are written."""
    parts: list[typed.Expr] = []
    for place in fields(type(expr)):
        value = getattr(expr, place.name)
        parts.extend(p for p in (value if isinstance(value, tuple) else (value,)) if isinstance(p, typed.Expr))
    return parts
