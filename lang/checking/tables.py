"""Tables: the types of their keys and of their values, found from what is declared and written.

Comes in: `table NAME by KEY, …` with its rows. Goes out: a `model.Table`. A key names a kind, or an attribute or
definition whose type it takes; the value's type is that of the rows (names of members of one kind, amounts, shares …).
"""

from __future__ import annotations

from collections.abc import Iterable

from lang import model
from lang.checking import expressions, resolve, symbols, units
from lang.checking.declarations import constant_of
from lang.checking.environment import Environment, Scope
from lang.checking.findings import quoted
from lang.dates import Duration
from lang.diagnostics import Text
from lang.tree import declarations as tree
from lang.tree import syntax
from lang.tree.syntax import Name
from lang.types import RATE, Type, Value

_BANDED = (*units.QUANTITIES, "date", "month")


def check_tables(tables: Iterable[tree.Table], environment: Environment) -> None:
    for declared in tables:
        checked = _table(declared, environment)
        environment.tables.declare(environment.findings, declared.name, declared.label, checked)


def _table(declared: tree.Table, environment: Environment) -> model.Table | None:
    keys = [_key_type(name, environment) for name in declared.keys]
    type_ = _value_type(declared, environment)
    if type_ is None or None in keys:
        return None
    types = tuple(key for key in keys if key is not None)
    rows: list[model.Row] = []
    for at, row in enumerate(declared.rows):
        checked = _row(row, types, type_, environment)
        if not row.keys and at != len(declared.rows) - 1:
            message = Text("`otherwise` is the last row", "“其余情形”须为最后一行")
            help = Text("move it below the other rows", "请移到其他行之后")
            environment.findings.add("HC322", row.span, message, help=help)
        if checked is not None:
            rows.append(checked)
    names = symbols.names_of(declared.name, declared.label)
    return model.Table(
        name=names.name, label=names.label, cites=declared.cites, span=declared.span, trivia=declared.trivia,
        keys=types, type=type_, rows=tuple(rows),
    )  # fmt: skip


def _key_type(name: Name, environment: Environment) -> Type | None:
    kind = environment.kinds.canonical(name.text)
    if kind is not None:
        return Type("kind", kind)
    types: list[Type] = []
    for entity in environment.entities.entries:
        attribute = environment.attributes[entity].find(name.text)
        if attribute is not None:
            types.append(attribute.type)
    if not types:
        resolve.unknown(
            environment,
            name,
            [environment.kinds, *environment.attributes.values()],
            Text("kind or attribute", "类别或栏目"),
        )
        return None
    if types[0].base == "none":
        return None
    if types[0].base not in (*_BANDED, "kind", "yes/no") or any(type_ != types[0] for type_ in types):
        message = Text(f"`{name.text}` cannot be the key of a table", f"“{name.text}”不能作标准表的键")
        help = Text(
            "keys are kinds, yes/no, counts, amounts, durations or dates", "键可为类别、是否、数量、金额、时长或日期"
        )
        environment.findings.add("HC322", name.span, message, help=help)
        return None
    return types[0]


def _value_type(declared: tree.Table, environment: Environment) -> Type | None:
    """The type of the values: members of one kind, or what the first row with a unit has."""
    scope = Scope(environment, "constant")
    names = [row.value.name for row in declared.rows if isinstance(row.value, syntax.Ref)]
    if names:
        return _kind_of(names, environment)
    bare: Type | None = None
    for row in declared.rows:
        if isinstance(row.value, syntax.Rate):
            return RATE
        if expressions.adapts(row.value, scope):
            found = expressions.any_value(row.value, scope)
            bare = bare or (None if found is None else found.type)
            continue
        found = expressions.any_value(row.value, scope)
        return None if found is None else found.type
    if bare is None and not declared.rows:
        environment.findings.add("HC128", declared.name.span, Text("the table has no row", "标准表没有任何行"))
    return bare


def _kind_of(names: list[Name], environment: Environment) -> Type | None:
    fitting = [
        kind
        for kind, members in environment.members.items()
        if all(members.canonical(name.text) is not None for name in names)
    ]
    if len(fitting) == 1:
        return Type("kind", fitting[0])
    if fitting:
        message = Text(
            f"`{names[0].text}` is a member of several kinds: {quoted(fitting)}",
            f"“{names[0].text}”是多个类别的取值：{quoted(fitting)}",
        )
        environment.findings.add("HC322", names[0].span, message)
        return None
    best = max(
        environment.members,
        key=lambda kind: sum(environment.members[kind].canonical(name.text) is not None for name in names),
        default=None,
    )
    if best is None:
        resolve.unknown(environment, names[0], [environment.kinds], Text("member of a kind", "类别取值"))
        return None
    for name in names:
        if environment.members[best].canonical(name.text) is None:
            resolve.not_a_member(name, best, environment)
    return None


def _row(row: tree.Row, types: tuple[Type, ...], type_: Type, environment: Environment) -> model.Row | None:
    value = constant_of(row.value, type_, environment, Text("the value of a row", "表行的结果"))
    if row.keys and len(row.keys) != len(types):
        message = Text(
            f"the table has {len(types)} key(s), this row {len(row.keys)}",
            f"标准表有{len(types)}个键，此行有{len(row.keys)}个",
        )
        environment.findings.add("HC322", row.span, message)
        return None
    keys: list[Value | model.Band | None] = [
        _band(key, key_type, environment)
        if isinstance(key, tree.Band)
        else constant_of(key, key_type, environment, Text("a key of this row", "表行的键"))
        for key, key_type in zip(row.keys, types, strict=False)
    ]
    if value is None or None in keys:
        return None
    return model.Row(keys=tuple(k for k in keys if k is not None), value=value, span=row.span)


def _band(band: tree.Band, type_: Type, environment: Environment) -> model.Band | None:
    if type_.base not in _BANDED:
        found = units.called(type_)
        message = Text(f"a band needs numbers, but this key is {found.en}", f"区间只用于数值，而此键是{found.zh}")
        environment.findings.add("HC322", band.span, message)
        return None
    due = Text("a bound of this band", "区间的界限")
    low = None if band.low is None else constant_of(band.low, type_, environment, due)
    high = None if band.high is None else constant_of(band.high, type_, environment, due)
    if (band.low is not None and low is None) or (band.high is not None and high is None):
        return None
    if low is not None and high is not None and not _before(low, high):
        message = Text("the band ends before it begins", "区间的上限不大于下限")
        environment.findings.add("HC322", band.span, message)
        return None
    return model.Band(low=low, high=high)


def _before(low: Value, high: Value) -> bool:
    if isinstance(low, Duration) and isinstance(high, Duration):
        return low.unit != high.unit or low.count < high.count
    return low < high  # type: ignore[operator]
