"""A look-up in a table becomes nested selects, the first row outermost.

A row holds when every key of it does: a member of a kind, an equal value, or a band (low ≤ key < high). Where no row
holds and there is no row `otherwise`, the value is NONE: it was said that there is none. A NONE amount pays nothing,
and a comparison with it is no. (Not unsure: nothing that anyone could still tell us would change it. `check` reports
the gap.) A NONE key is in no row, so it reaches `otherwise`.
"""

from __future__ import annotations

from compiler import ir
from compiler.lowering.builder import Builder
from lang import model
from lang.source import Span
from lang.types import NONE, YES_NO, Type, Value


def lower_table(builder: Builder, table: model.Table, keys: tuple[ir.Id, ...], origin: Span) -> ir.Id:
    """The stream of `table[keys]`."""
    otherwise = next((index for index, row in enumerate(table.rows) if not row.keys), len(table.rows))
    if otherwise < len(table.rows):
        value = builder.constant(table.rows[otherwise].value, table.type)
    else:
        value = builder.constant(NONE, table.type, origin)
    for row in reversed(table.rows[:otherwise]):
        tests: list[ir.Id] = []
        for key, wanted, type in zip(keys, row.keys, table.keys, strict=True):
            tests.extend(_tests(builder, key, wanted, type))
        then = builder.constant(row.value, table.type)
        if len(tests) > 1:
            tests = [builder.add(ir.And(tuple(tests)), YES_NO, origin=row.span)]
        # A row of bands that are open on both sides holds always.
        value = builder.add(ir.Select(tests[0], then, value), table.type, origin=row.span) if tests else then
    return value


def _tests(builder: Builder, key: ir.Id, wanted: Value | model.Band, type: Type) -> list[ir.Id]:
    """What must hold of one key."""
    add = builder.add
    if isinstance(wanted, model.Band):
        tests = []
        if wanted.low is not None:
            tests.append(add(ir.Compare("≥", key, builder.constant(wanted.low, type)), YES_NO))
        if wanted.high is not None:
            tests.append(add(ir.Compare("<", key, builder.constant(wanted.high, type)), YES_NO))
        return tests
    if type.base == "kind" and isinstance(wanted, str):
        return [add(ir.OneOf(key, (wanted,)), YES_NO)]
    return [add(ir.Compare("=", key, builder.constant(wanted, type)), YES_NO)]
