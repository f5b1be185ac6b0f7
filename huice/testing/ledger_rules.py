"""What every ledger must keep to, read from the checked policy alone: a second look, by no code of the evaluators.

In: a program, facts, the values that were set, and a ledger. Out: what is not kept, a sentence each. Looked at are the
months of the policy, the frequency of each rule, numbers of monthly payments, limits a year and in all, places, and
groups in which the first shuts the others out. Limits that are no plain number are left aside.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from compiler.facts import Facts, History
from compiler.ledger import Ledger, Payment, yuan
from lang import model, typed
from lang.dates import Month, month_text, year_of
from lang.types import Value

Rows = Mapping[tuple[str, str], Sequence[Payment]]  # by clause and key


def broken_rules(program: model.Program, facts: Facts, sets: Mapping[str, Value], ledger: Ledger) -> list[str]:
    rows: dict[tuple[str, str], list[Payment]] = defaultdict(list)
    for payment in ledger.payments:
        rows[payment.clause, payment.key].append(payment)
    found = [*_months(program, ledger)]
    for (name, key), payments in rows.items():
        found += _row(program.clauses[name], key, payments, sets)
    found += _places(program, facts, sets, rows)
    found += _first_only(program, rows)
    return found


def _months(program: model.Program, ledger: Ledger) -> Iterator[str]:
    for p in ledger.payments:
        who = f"{p.clause} {p.entity}/{p.key}"
        if p.month < program.first or (program.last is not None and p.month > program.last):
            yield f"{who}: paid for {month_text(p.month)}, outside the policy"
        if p.due != max(p.month, program.due_from):
            yield f"{who}: what accrued in {month_text(p.month)} is due in {month_text(p.due)}"
        if p.amount <= 0:
            yield f"{who}: paid {yuan(p.amount)} yuan"
        if p.funds and sum(p.funds.values()) != p.amount:
            yield f"{who}: the funds do not add up to {yuan(p.amount)} yuan"


def _row(clause: model.Clause, key: str, payments: Sequence[Payment], sets: Mapping[str, Value]) -> Iterator[str]:
    who = f"{clause.name} {clause.entity}/{key}"
    frequencies = {rule.frequency for rule in clause.rules}
    months = [payment.month for payment in payments]
    if len(clause.rules) == 1 and frequencies == {"once"} and len(payments) > 1:
        yield f"{who}: paid {len(payments)} times, but it pays once"
    years = [year_of(month) for month in months]
    if len(clause.rules) == 1 and frequencies == {"once per year"} and len(set(years)) < len(years):
        yield f"{who}: paid twice in a year, but it pays once per year"
    if len(set(months)) < len(months):
        yield f"{who}: paid twice in a month"
    for number, rule in enumerate(clause.rules):
        most = _number(rule.months, sets)
        if most is not None and len(clause.rules) == 1 and len(payments) > most:
            yield f"{who}: {len(payments)} monthly payments, but at most {most} are allowed"
        yield from _sums(who, number, rule, payments, sets)


def _sums(
    who: str, number: int, rule: model.Rule, payments: Sequence[Payment], sets: Mapping[str, Value]
) -> Iterator[str]:
    """A limit binds the payments of its own rule: each leaves what all rules have paid no higher than it."""
    in_all, per_year = _number(rule.in_all, sets), _number(rule.per_year, sets)
    so_far, of_year = 0, defaultdict[int, int](int)
    for payment in sorted(payments, key=lambda p: p.month):
        so_far += payment.amount
        of_year[year_of(payment.month)] += payment.amount
        if payment.rule != number:
            continue
        if in_all is not None and so_far > in_all:
            yield f"{who}: {yuan(so_far)} yuan by {month_text(payment.month)}, above the limit of {yuan(int(in_all))}"
        paid = of_year[year_of(payment.month)]
        if per_year is not None and paid > per_year:
            limit = yuan(int(per_year))
            yield f"{who}: {yuan(paid)} yuan in {year_of(payment.month)}, above the limit of {limit} a year"


def _places(program: model.Program, facts: Facts, sets: Mapping[str, Value], rows: Rows) -> Iterator[str]:
    for name, limit in program.limits.items():
        places = _number(limit.places, sets)
        if places is None:
            continue
        holders: dict[tuple[int | None, object], set[str]] = defaultdict(set)
        for (clause, key), payments in rows.items():
            for payment in payments if clause == name else ():
                of = payment.month
                period = of if limit.period == "month" else year_of(of) if limit.period == "year" else None
                pot = _pot(program.clauses[name].entity, limit.per, facts, key, of)
                if pot is not _NOT_LOOKED_AT:
                    holders[period, pot].add(key)
        for (of_period, of_pot), keys in holders.items():
            if len(keys) > places:
                yield f"{name}: {len(keys)} hold a place ({of_period}, {of_pot}), but there are {places}"


_NOT_LOOKED_AT = object()


def _pot(entity: str, per: typed.Expr | None, facts: Facts, key: str, month: Month) -> object:
    """The value that the places are counted by; only of a fact of the row itself."""
    if per is None:
        return None
    if not isinstance(per, typed.FactRead):
        return _NOT_LOOKED_AT
    value = facts.rows(entity)[key].values.get(per.attribute, _NOT_LOOKED_AT)
    return value.at(month) if isinstance(value, History) else value


def _first_only(program: model.Program, rows: Rows) -> Iterator[str]:
    """Of `take first` per the clauses' own entity: one member pays a row."""
    for group in program.groups.values():
        own = [m.clause for m in group.members if m.clause is not None and m.link is None]
        if group.take != "first" or len(own) < 2:
            continue
        paying: dict[str, set[str]] = defaultdict(set)
        for (clause, key), payments in rows.items():
            if clause in own and payments and program.clauses[clause].entity == group.per:
                paying[key].add(clause)
        for key, clauses in paying.items():
            if len(clauses) > 1:
                yield f"{group.name}: {' and '.join(sorted(clauses))} both pay {group.per}/{key}"


def _number(expr: typed.Expr | None, sets: Mapping[str, Value]) -> Fraction | None:
    """A plain number, or the value that was set."""
    match expr:
        case typed.Constant(int() | Fraction() as value) if not isinstance(value, bool):
            return Fraction(value)
        case typed.ParameterRead(name) if name in sets and isinstance(sets[name], int | Fraction):
            return Fraction(sets[name])  # type: ignore[arg-type]
    return None
