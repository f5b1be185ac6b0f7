"""Tables with a gap (HC404), rows that are never reached (HC405), bands that overlap without one holding the other
(HC403).

The keys of a table are tried one value for each stretch between the bounds that its rows name. A gap counts only where
the keys, as the clause asks for them, can have such a value; its witness is a person for whom the clause holds and
nothing is paid. Bands that stand in order (the stricter first) are tiers, and no finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Literal

from compiler.proofs.fast.wording import called, shown
from compiler.proofs.finding import Finding, Policy
from compiler.proofs.reasoning.conjunction import Conjunction, Possible
from compiler.proofs.reasoning.ranges import Number, Range, Ranges, as_number
from compiler.proofs.reasoning.rules import read
from lang import model, typed
from lang.dates import Duration, Month
from lang.diagnostics import Label, Text
from lang.records import record
from lang.source import Span
from lang.tree.walk import every
from lang.types import Type, Value

if TYPE_CHECKING:
    from compiler.ledger import Ledger
    from compiler.proofs.witness import Witness

_MOST = 20_000  # combinations of keys
_TRIED = 6  # of them, for which somebody is looked for

What = Literal["gap", "two", "taken"]  # no row, two rows that fit, a row that is never reached

Cell = str | bool | int | Fraction  # a member, yes or no, or a number (a date as its day)


@record
class Use:
    """A look-up in a rule of a clause. `left`: what is possible where the rule holds."""

    clause: model.Clause
    rule: int
    keys: tuple[typed.Expr, ...]
    left: Conjunction
    pays: bool  # the look-up is the amount itself


def find(policies: tuple[Policy, ...]) -> Iterator[Finding]:
    for policy in policies:
        if policy.model.tables:
            ranges = Ranges.of(policy.model)
            uses = _uses(policy, ranges)
            for table in policy.model.tables.values():
                yield from _table(policy, table, uses.get(table.name, []), ranges)


def _table(policy: Policy, table: model.Table, uses: list[Use], ranges: Ranges) -> Iterator[Finding]:
    rows = [row for row in table.rows if row.keys]
    cells = [_cells(policy, type, [row.keys[at] for row in rows]) for at, type in enumerate(table.keys)]
    number = 1
    for of in cells:
        number *= max(len(of), 1)
    if number > _MOST:
        return
    first: dict[tuple[Cell, ...], int | None] = {
        cell: next((at for at, row in enumerate(rows) if _fits(row, cell)), None) for cell in product(*cells)
    }
    reached = set(first.values())
    for at, row in enumerate(rows):
        if at not in reached:
            covering = sorted({found for cell, found in first.items() if found is not None and _fits(row, cell)})
            yield _never_reached(policy, table, row, [rows[number] for number in covering], list(first), uses)
    yield from _overlaps(policy, table, rows, list(first), uses)
    if len(rows) == len(table.rows):  # no `otherwise`
        gaps = [cell for cell, found in first.items() if found is None]
        yield from _gap(policy, table, cells, gaps, uses)


# ---------------------------------------------------------------- keys
def _cells(policy: Policy, type: Type, written: Sequence[object]) -> list[Cell]:
    """One value for each stretch that rows can tell apart."""
    if type.base == "kind":
        return [member.name for member in policy.model.kinds[type.name or ""].members]
    if type.base == "yes/no":
        return [True, False]
    step: Number = Fraction(1, 1_000_000) if type.base == "share" else 1
    bounds: set[Number] = set()
    for key in written:
        ends = (key.low, key.high) if isinstance(key, model.Band) else (key,)
        bounds |= {number for end in ends if end is not None and (number := _number(end)) is not None}
    points = {point for bound in bounds for point in (bound - step, bound, bound + step)} or {Fraction(1)}
    least = _least(type)
    return sorted(point for point in points if least is None or point >= least)


def _number(value: object) -> Number | None:
    return None if value is None else as_number(value)  # type: ignore[arg-type]


def _least(type: Type) -> int | None:
    return 0 if type.base in ("count", "money", "rate", "share", "duration") else None


def _fits(row: model.Row, cell: tuple[Cell, ...]) -> bool:
    return all(_in(key, value) for key, value in zip(row.keys, cell, strict=True))


def _in(key: object, value: Cell) -> bool:
    if isinstance(key, model.Band):
        low = None if key.low is None else _number(key.low)
        high = None if key.high is None else _number(key.high)
        assert isinstance(value, int | Fraction)
        return (low is None or value >= low) and (high is None or value < high)
    return key == value if isinstance(key, str | bool) else _number(key) == value


# ---------------------------------------------------------------- rows
def _never_reached(
    policy: Policy, table: model.Table, row: model.Row, before: list[model.Row], cells: list[tuple[Cell, ...]],
    uses: list[Use],
) -> Finding:  # fmt: skip
    same = all(other.value == row.value for other in before)
    message = Text(
        f"this row of {called(table).en} is never reached: earlier rows have taken its keys"
        + ("" if same else ", with another value"),
        f"{called(table).zh}的这一行永远用不到：取值已被前面的行占用" + ("" if same else "，且结果不同"),
    )
    labels = tuple(Label(other.span, Text("the row that is taken", "实际取用的行")) for other in before[:3])
    return Finding(
        code="HC405",
        span=row.span,
        message=message,
        labels=labels,
        witness=next(_shown(policy, table, [cell for cell in cells if _fits(row, cell)], uses, "taken"), None),
        cause=("row", policy.name, table.name, row.span.start),
    )


def _overlaps(
    policy: Policy, table: model.Table, rows: list[model.Row], cells: list[tuple[Cell, ...]], uses: list[Use]
) -> Iterator[Finding]:
    """Rows that share keys, of which neither is the other's special case, with different values."""
    if not any(isinstance(key, model.Band) for row in rows for key in row.keys):
        return
    taken = [{number for number, cell in enumerate(cells) if _fits(row, cell)} for row in rows]
    for later, row in enumerate(rows):
        for earlier, before in enumerate(rows[:later]):
            shared = taken[earlier] & taken[later]
            if (
                shared
                and row.value != before.value
                and not taken[earlier] <= taken[later]
                and not taken[later] <= taken[earlier]
            ):
                cell = cells[min(shared)]
                at = _keys_text(policy, table, cell)
                if uses and all(_at(table, use, cell) is None for use in uses):
                    continue
                found = next(_shown(policy, table, [cell], uses, "two"), None)
                message = Text(
                    f"two rows of {called(table).en} fit {at.en}: the first is taken",
                    f"{called(table).zh}有两行都符合{at.zh}：取先列的一行",
                )
                yield Finding(
                    code="HC403",
                    span=row.span,
                    message=message,
                    help=Text("let the bands meet without overlapping", "请让各区间首尾相接、互不重叠"),
                    labels=(Label(before.span, Text("the row that is taken", "实际取用的行")),),
                    witness=found,
                    cause=("rows", policy.name, table.name, before.span.start, row.span.start),
                )


# ---------------------------------------------------------------- gaps
def _gap(
    policy: Policy, table: model.Table, cells: list[list[Cell]], gaps: list[tuple[Cell, ...]], uses: list[Use]
) -> Iterator[Finding]:
    """One finding a table: the gaps that some look-up can come to (all, where nothing looks up)."""
    possible: dict[tuple[Cell, ...], tuple[Use, Conjunction] | None] = {}
    for cell in gaps:
        for use in uses:
            left = _at(table, use, cell)
            if left is not None and possible.get(cell) is None:
                possible[cell] = (use, left)
        if not uses:
            possible[cell] = None
    if not possible:
        return
    shown_cells = _stretches(policy, table, cells[0], list(possible)) if len(cells) == 1 else []
    shown_cells = shown_cells or [_keys_text(policy, table, cell) for cell in possible]
    en = "; ".join(text.en for text in shown_cells[:3]) + ("; …" if len(shown_cells) > 3 else "")
    zh = "；".join(text.zh for text in shown_cells[:3]) + ("；…" if len(shown_cells) > 3 else "")
    found = next(_shown(policy, table, list(possible), uses, "gap"), None)
    message = Text(
        f"{called(table).en} has no row for {en}: nothing is paid there", f"{called(table).zh}没有{zh}的行：届时不发放"
    )
    clauses = tuple(dict.fromkeys(use.clause.name for use in uses))
    yield Finding(
        code="HC404",
        span=_head(table),
        message=message,
        clauses=clauses,
        help=Text("add the row, or `otherwise → …`", "请补上该行，或写“其余情形 → …”"),
        witness=found,
        cause=("gap", policy.name, table.name),
    )


def _head(table: model.Table) -> Span:
    """The first line of the declaration."""
    line = table.span.text.split("\n")[0]
    return Span(table.span.start, table.span.start + len(line.rstrip()), table.span.source)


def _stretches(policy: Policy, table: model.Table, of: list[Cell], gaps: list[tuple[Cell, ...]]) -> list[Text]:
    """Of a table with bands of one number: from where to where there is no row. Empty: its keys are no numbers."""
    if any(isinstance(value, str | bool) for value in of):
        return []
    missing = {cell[0] for cell in gaps}
    found: list[Text] = []
    at = 0
    while at < len(of):
        end = at
        while end < len(of) and of[end] in missing:
            end += 1
        if end > at:
            low, high = (_cell_text(policy, table.keys[0], of[place]) for place in (at, end - 1))
            if end == len(of):
                found.append(Text(f"{low.en} or more", f"{low.zh}及以上"))
            elif at == 0:
                above = _cell_text(policy, table.keys[0], of[end])
                found.append(Text(f"under {above.en}", f"不足{above.zh}"))
            else:
                found.append(low if end - at == 1 else Text(f"{low.en} to {high.en}", f"{low.zh}至{high.zh}"))
        at = max(end, at + 1)
    return found


def _keys_text(policy: Policy, table: model.Table, cell: tuple[Cell, ...]) -> Text:
    parts = [_cell_text(policy, type, value) for type, value in zip(table.keys, cell, strict=True)]
    return Text(", ".join(part.en for part in parts), "、".join(part.zh for part in parts))


def _cell_text(policy: Policy, type: Type, value: Cell) -> Text:
    if isinstance(value, bool):
        return Text("yes" if value else "no", "是" if value else "否")
    if isinstance(value, str):
        labels = {member.name: member.label for member in policy.model.kinds[type.name or ""].members}
        return Text(value.replace("_", " "), labels[value] or value)
    text = shown(value, type.base)
    unit = {"money": (" yuan", "元"), "duration": (" months", "个月")}.get(type.base, ("", ""))
    return Text(text + unit[0], text + unit[1])


def _at(table: model.Table, use: Use, cell: tuple[Cell, ...]) -> Conjunction | None:
    """The rule with these keys; None: it cannot hold there."""
    left = use.left.copy()
    for key, value in zip(use.keys, cell, strict=True):
        if isinstance(value, bool):
            said = Possible(truth=value, none=False)
        elif isinstance(value, str):
            said = Possible(members=(value,), none=False)
        else:
            said = Possible(Range(value, value), none=False)
        if not left.narrow(left.opened(key), said):
            return None
    return left


def _uses(policy: Policy, ranges: Ranges) -> dict[str, list[Use]]:
    """Look-ups in amounts and conditions, definitions opened; of conditions nothing is taken to hold."""
    found: dict[str, list[Use]] = {}
    for clause in policy.model.clauses.values():
        for number, rule in enumerate(clause.rules):
            reading = read(ranges, (clause.where, rule.condition))
            held = [left for _, left in reading.standing] if reading is not None else [Conjunction(ranges)]
            for expr in (rule.amount, rule.condition, clause.where):
                for node in _all(policy.model, expr):
                    if isinstance(node, typed.TableRead):
                        sides = held if expr is rule.amount else [Conjunction(ranges)]
                        of = found.setdefault(node.table, [])
                        of.extend(Use(clause, number, node.keys, left, node is rule.amount) for left in sides)
    return found


def _all(program: model.Program, expr: typed.Expr | None) -> Iterator[typed.Expr]:
    waiting = [] if expr is None else [expr]
    seen: set[tuple[str, str]] = set()
    while waiting:
        for node in every(waiting.pop()):
            yield node
            if isinstance(node, typed.DefineRead) and (node.entity, node.define) not in seen:
                seen.add((node.entity, node.define))
                waiting.append(program.defines[node.entity, node.define].body)


def _shown(
    policy: Policy, table: model.Table, cells: Sequence[tuple[Cell, ...]], uses: Sequence[Use], what: What
) -> Iterator[Witness]:
    """People with these keys, for the first look-up that pays them what the table says."""
    for cell in cells[:_TRIED]:
        for use in uses:
            left = _at(table, use, cell)
            if left is not None:
                found = _witness(policy, table, use, left, cell, what)
                if found is not None:
                    yield found


def _witness(
    policy: Policy, table: model.Table, use: Use, left: Conjunction, cell: tuple[Cell, ...], what: What
) -> Witness | None:
    """A person with these keys for whom the rule holds: at a gap paid nothing, else paid what a row before says."""
    if not use.pays:
        return None
    from compiler.proofs.reasoning.somebody import decided, somebody

    name, clause = use.clause.name, use.clause
    rule = clause.rules[use.rule]
    keys = [_is(key, value, type) for key, value, type in zip(use.keys, cell, table.keys, strict=True)]

    def seen(ledger: Ledger, months: Sequence[Month], key: str) -> Month | None:
        paid = [p for p in ledger.payments if (p.clause, p.key) == (name, key)]
        if not decided(ledger, name, key):
            return None
        if what == "gap":
            return None if paid else months[0]
        at = {p.month for p in paid if p.rule == use.rule}
        return next((month for month in months if month in at), None)

    title, remark = _SAID[what]
    return somebody(
        policy, clause, [part for part in (clause.where, rule.condition, *keys) if part is not None], seen, left=[left],
        title=Text(f"{name.replace('_', ' ')}: {title.en}", f"{clause.label or name}：{title.zh}"),
        remark=lambda at: Text(remark.en.format(at), remark.zh.format(at)),
    )  # fmt: skip


def _is(key: typed.Expr, value: Cell, type: Type) -> typed.Expr:
    """That a key has the value."""
    if isinstance(value, bool):
        return key if value else typed.Not(key)
    known: Value = value
    match type.base:
        case "date":
            known = date.fromordinal(int(value))
        case "duration":
            known = Duration(int(value))
    return typed.Compare("=", key, typed.Constant(known, type))


_SAID: Mapping[What, tuple[Text, Text]] = {
    "gap": (
        Text("no row of the table", "标准表无此行"),
        Text("the rule holds in {}, without an amount", "{}条件成立，但没有标准"),
    ),
    "two": (
        Text("two rows of the table", "标准表有两行相符"),
        Text("the first of two rows that fit", "两行相符，取先列的一行"),
    ),
    "taken": (
        Text("a row that is never reached", "标准表中用不到的一行"),
        Text("paid by a row before, not by the one that is never reached", "按前面的行发放，不按用不到的那一行"),
    ),
}
