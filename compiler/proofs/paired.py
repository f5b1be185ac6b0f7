"""Two rows that are alike but for one fact, as two rows of one roster, and each of them by itself again."""

from __future__ import annotations

from fractions import Fraction

from compiler import ir
from compiler.facts import Facts, History, Row
from compiler.proofs.finding import Policy
from lang.types import YES_NO, Given


def together(less: Facts, more: Facts, entity: str, key: str, policy: Policy) -> Facts:
    """The rows `key` of both rosters as rows `key` and `key_more` of one. Rows that they link to and that differ become
    two as well."""
    names = {
        (of, row.key): f"{row.key}_more"
        for of, rows in more.tables.items()
        for row in rows.values()
        if (of, row.key) == (entity, key) or row != less.rows(of).get(row.key)
    }

    def renamed(of: str, row: Row) -> Row:
        values: dict[str, Given | History] = {}
        for name, value in row.values.items():
            about = policy.ir.attributes[of, name]
            if about.type.base == "link" and isinstance(value, str):
                value = names.get((about.type.name or "", value), value)
            values[name] = value
        return Row(names[of, row.key], values)

    tables = {of: list(rows.values()) for of, rows in less.tables.items()}
    for of, rows in more.tables.items():
        tables.setdefault(of, []).extend(renamed(of, row) for row in rows.values() if (of, row.key) in names)
    return Facts(tables)


def alone(facts: Facts, entity: str, name: str, key: str, other: str) -> Facts:
    """The roster without the row `other`, the row `key` under the name that both stand for."""
    return Facts(
        {
            of: [
                Row(name, row.values) if (of, row.key) == (entity, key) else row
                for row in rows.values()
                if (of, row.key) != (entity, other)
            ]
            for of, rows in facts.tables.items()
        }
    )


def varies_only(facts: Facts, entity: str, key: str, other: str, about: ir.Attribute, unit: Fraction) -> bool:
    """Whether the rows differ in the fact alone, and the second has a little more of it (a yes/no: more months)."""
    first, second = facts.rows(entity)[key].values, facts.rows(entity)[other].values
    if any(first.get(name) != second.get(name) for name in (*first, *second) if name != about.name):
        return False
    a, b = first.get(about.name), second.get(about.name)
    if about.type == YES_NO:
        return isinstance(a, History) and isinstance(b, History) and _more_months(a, b)
    return isinstance(a, int | Fraction) and isinstance(b, int | Fraction) and b == a + unit


def _more_months(a: History, b: History) -> bool:
    """Every month of the first is one of the second."""
    return all(
        any(c.first <= s.first and (c.last is None or (s.last is not None and s.last <= c.last)) for c in b.spans)
        for s in a.spans
    )
