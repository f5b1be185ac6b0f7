"""500 planted faults of every kind in a ledger of made-up people: all are found, and none is invented."""

import json
import random
from collections import Counter
from typing import Any

import pytest

from compiler.evaluate import evaluate
from compiler.ledger import Ledger
from huice.audit.audit import audit
from huice.audit.records import KINDS, Audit, Frequency, Terms
from huice.audit.sums import sums_of
from huice.cli.audit_command import _frequency
from huice.facts.read import read_facts
from huice.programs import open_program
from tests.huice.audit.planting import ROSTERS, Planted, found_in, plant

FAULTS = 500


@pytest.fixture(scope="module", params=sorted(ROSTERS))
def planted(request: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Ledger, Planted, Terms, list[str]]:
    loaded = open_program(request.param)
    assert loaded.model is not None and loaded.ir is not None
    rng = random.Random(request.param)
    data = ROSTERS[request.param](rng, 700)
    people = [row["id"] for row in data["person"]]
    place = tmp_path_factory.mktemp("planted") / "roster.json"
    place.write_text(json.dumps(data), encoding="utf-8")
    facts, faults = read_facts(loaded.model, str(place))
    assert not [fault for fault in faults if fault.severity == "error"]
    ledger = evaluate(loaded.ir, facts)
    frequency: dict[str, Frequency] = {name: _frequency(loaded.model, name) for name in loaded.model.clauses}
    return ledger, plant(ledger, frequency, rng, FAULTS, people), Terms(frequency=frequency), list(loaded.model.clauses)


def audited(planted: tuple[Ledger, Planted, Terms, list[str]]) -> Audit:
    ledger, given, terms, clauses = planted
    return audit(ledger, given.payments, terms, clauses)


def test_all_are_found_and_none_is_invented(planted: Any) -> None:
    _, given, _, _ = planted
    found = audited(planted)
    assert len(given.faults) == FAULTS and set(Counter(kind for kind, *_ in given.faults)) == set(KINDS)
    assert found_in(found) == given.faults
    assert len(found.findings) == FAULTS and not any(s.also for s in found.findings)


def test_every_payment_and_every_entitlement_stands_in_one_result(planted: Any) -> None:
    ledger, given, _, _ = planted
    found = audited(planted)
    assert sorted(p.row for s in found.settlements for p in s.payments) == sorted(p.row for p in given.payments)
    assert Counter(id(d) for s in found.settlements for d in s.dues) == Counter(id(d) for d in ledger.payments)
    sums = sums_of(found.settlements)
    assert sums.all.paid == sum(p.amount for p in given.payments) == sum(each.paid for each in sums.by.values())
    assert sums.all.due == sum(d.amount for d in ledger.payments) == sum(each.due for each in sums.by.values())


def test_the_order_of_the_rows_changes_nothing(planted: Any) -> None:
    ledger, given, terms, clauses = planted
    assert audit(ledger, reversed(given.payments), terms, clauses) == audited(planted)
