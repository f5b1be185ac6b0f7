"""Rosters of made-up people, payments as they should be made, and faults planted in them, each written down."""

import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from attrs import evolve, frozen

from compiler.ledger import Ledger, Payment
from huice.audit.records import KINDS, Audit, Frequency, Kind, Paid
from lang.dates import Month, first_day, last_day, month, month_text

Fault = tuple[Kind, str, str, Month | None]  # kind, clause, key, month (None: for nothing that was due)


def spell(rng: random.Random, first: Month, last: Month) -> list[list[str | None]]:
    start = rng.randint(first, last)
    end = min(start + rng.randint(2, 30), last)
    return [[month_text(start), None if rng.random() < 0.1 else month_text(end)]]


def shaoxing(rng: random.Random, people: int) -> dict[str, Any]:
    """Persons with employers and recruiters; some are outside the scope, of some something is not known."""
    rows = []
    first, last = month(2021, 1), month(2024, 12)
    for number in range(people):
        row: dict[str, Any] = {
            "id": f"p{number:04d}",
            "origin": rng.choice(["mabian", "ebian", "jinkouhe", "muchuan", "muchuan", "other"]),
            "poverty_alleviated": rng.random() < 0.85,
            "hired_on": f"{rng.choice([2020, 2021, 2021, 2022])}-0{rng.randint(1, 9)}-15",
            "employed": spell(rng, first, last),
            "social_insurance": spell(rng, first, last),
            "renting": spell(rng, first, last) if rng.random() < 0.4 else [],
            "organised": rng.random() < 0.5,
            "recruiter": rng.choice(["a1", "a2", None]),
            "employer": "e1",
        }
        if rng.random() < 0.05:
            del row["origin"]
        rows.append(row)
    return {"person": rows, "enterprise": [{"id": "e1"}], "agency": [{"id": "a1"}, {"id": "a2"}]}


def jining(rng: random.Random, people: int) -> dict[str, Any]:
    rows = []
    first, last = month(2019, 10), month(2021, 12)
    for number in range(people):
        rows.append(
            {
                "id": f"w{number:04d}",
                "origin": rng.choice(["wanzhou", "wanzhou", "wanzhou", "other"]),
                "poverty_alleviated": rng.random() < 0.9,
                "workplace": rng.choice(["host", "host", "home"]),
                "employed": spell(rng, first, last),
                "social_insurance": spell(rng, first, last),
                "public_post": spell(rng, first, last) if rng.random() < 0.3 else [],
                "employer": "e1",
                "registered": rng.random() < 0.5,
                "contract_months": rng.randint(0, 24),
            }
        )
    return {"person": rows, "enterprise": [{"id": "e1"}]}


ROSTERS: Mapping[str, Callable[[random.Random, int], dict[str, Any]]] = {
    "std:shaoxing_2021_51": shaoxing,
    "std:jining_2020_47": jining,
}


@frozen
class Planted:
    payments: list[Paid]
    faults: set[Fault]


def plant(
    ledger: Ledger, frequency: Mapping[str, Frequency], rng: random.Random, faults: int, people: list[str]
) -> Planted:
    """Every entitlement paid as it should be (in one go, in parts, several months together, some without a month), but
    for `faults` of them, one in a clause and row at most, every kind as often as the others."""
    groups: dict[tuple[str, str, str], list[Payment]] = {}
    for due in ledger.payments:
        groups.setdefault((due.clause, due.entity, due.key), []).append(due)
    open_ = {(u.clause, u.key) for u in ledger.undetermined}
    wanted = [KINDS[number % len(KINDS)] for number in range(faults)]
    order = sorted(groups)
    rng.shuffle(order)
    payments: list[Paid] = []
    planted: set[Fault] = set()
    for row in order:
        dues = sorted(groups[row], key=lambda d: d.month)
        if wanted and (row[0], row[2]) not in open_:
            kind = wanted.pop()
            at = rng.randrange(len(dues))
            payments += [_proper(due, rng) for number, due in enumerate(dues) if number != at]
            used = {key for _, clause, key, _ in planted if clause == row[0]}
            free = [k for k in people if (*row[:2], k) not in groups and (row[0], k) not in open_ and k not in used]
            made, month_ = _faulty(kind, dues, at, frequency[row[0]], people, free, rng)
            payments += made
            clause, key = made[-1].clause if made else row[0], made[-1].key if made else row[2]
            planted.add((kind, clause, key, month_))
        else:
            payments += _as_due(dues, rng)
    assert not wanted, "too few people for so many faults"
    numbered = [evolve(payment, row=number) for number, payment in enumerate(payments, 2)]
    rng.shuffle(numbered)
    return Planted(numbered, planted)


def _on(due: Payment, rng: random.Random) -> date:
    """In time."""
    return first_day(due.due) + timedelta(days=rng.randint(0, 45))


def _proper(due: Payment, rng: random.Random) -> Paid:
    return Paid(
        row=0, clause=due.clause, entity=due.entity, key=due.key, amount=due.amount, month=due.month,
        paid_on=_on(due, rng), payee=due.payee,
    )  # fmt: skip


def _as_due(dues: list[Payment], rng: random.Random) -> list[Paid]:
    """As it should be, in the ways in which offices do it."""
    way = rng.random()
    if way < 0.1 and len(dues) > 1:  # two months in one payment
        return [evolve(_proper(dues[1], rng), amount=dues[0].amount + dues[1].amount, paid_on=_on(dues[0], rng)),
                *(_proper(due, rng) for due in dues[2:])]  # fmt: skip
    if way < 0.2:  # in two parts
        first, *others = (_proper(due, rng) for due in dues)
        part = first.amount // 3
        return [evolve(first, amount=part), evolve(first, amount=first.amount - part), *others]
    if way < 0.3:  # nobody wrote down for which month
        return [evolve(_proper(due, rng), month=None) for due in dues]
    if way < 0.35 and len(dues) == 1:  # the month in which it was due in place of the one in which it was earned
        return [evolve(_proper(dues[0], rng), month=dues[0].due)]
    return [_proper(due, rng) for due in dues]


def _faulty(
    kind: Kind,
    dues: list[Payment],
    at: int,
    frequency: Frequency,
    people: list[str],
    strangers: list[str],
    rng: random.Random,
) -> tuple[list[Paid], Month | None]:
    """The payments with the fault, and the month of the entitlement that it concerns."""
    due = dues[at]
    right = _proper(due, rng)
    match kind:
        case "twice":
            return [right, evolve(right, paid_on=_on(due, rng))], due.month
        case "too_much":
            return [evolve(right, amount=right.amount + rng.randint(1, 999))], due.month
        case "too_little":
            return [evolve(right, amount=right.amount - rng.randint(1, 999))], due.month
        case "late":
            return [evolve(right, paid_on=last_day(due.due) + timedelta(days=rng.randint(31, 400)))], due.month
        case "wrong_payee":
            other = rng.choice([key for key in people if f"person/{key}" != due.payee])
            return [evolve(right, payee=f"person/{other}")], due.month
        case "never_paid":
            return [], due.month
        case "not_due":
            if frequency == "per month":
                free = [m for m in range(dues[0].month - 6, dues[-1].month + 7) if m not in {d.month for d in dues}]
                free = [m for m in free if m not in {d.due for d in dues}]
                return [right, evolve(right, month=rng.choice(free))], None
            return [right, evolve(right, key=rng.choice(strangers), payee=None)], None


def found_in(audit: Audit) -> set[Fault]:
    return {
        (s.standing, s.clause, s.key, s.dues[0].month if s.dues else None)  # type: ignore[misc]
        for s in audit.findings
    }
