"""What machine code must be right about beyond drawn programs: every day, threads, many rows, wide windows."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import llvmlite.ir as ll
import numpy as np
import pytest

import huice
from compiler.backends.kernels import machine
from compiler.backends.kernels.build import I64, POINTER, Build
from compiler.backends.kernels.dates import day_of, later, ordinal_of
from compiler.backends.kernels.facts import DAYS
from compiler.backends.kernels.ledger import to_ledger
from compiler.backends.kernels.run import PARALLEL, totals
from compiler.backends.kernels.values import Number
from compiler.evaluate_columns import codes_of, evaluate_columns
from compiler.fact_columns import ALWAYS, FOREVER, Always, FactColumns, Masks, Months, Spells, Table
from compiler.ledger import Ledger
from lang.dates import add_months, month, month_of
from tests.benchmarks.rosters import MONTHS, lite

START = month(2021, 1)
POLICY = Path(__file__).parents[1] / "benchmarks" / "lite.policy"


def per_row(name: str, body: "object") -> object:
    """A function over rows that reads one number of each and writes another."""
    module = ll.Module()
    function = ll.Function(module, ll.FunctionType(ll.VoidType(), [I64, I64, POINTER]), name)
    entry = function.append_basic_block("entry")
    b = ll.IRBuilder(entry)
    start = function.append_basic_block("start")
    b.branch(start)
    b.position_at_end(start)
    places = [b.load(b.gep(function.args[2], [I64(i)], source_etype=POINTER), typ=POINTER) for i in range(2)]
    build = Build(function, b, 64, entry)

    def row(number: object, _: object) -> list[object]:
        value = build.loaded(places[0], number, 64)
        b.store(body(build, value), build.at(places[1], number, I64), align=8)  # type: ignore[operator]
        return []

    build.loop(function.args[1], row)
    b.ret_void()
    return machine.compiled(str(module), 0)


def coded(days: list[date]) -> np.ndarray:
    return np.array([month_of(day) * DAYS + day.day for day in days], np.int64)


def test_every_day_and_the_day_so_many_months_later() -> None:
    days = [date.fromordinal(n) for n in range(date(2000, 1, 1).toordinal(), date(2040, 12, 31).toordinal() + 1)]
    given, made = coded(days), np.zeros(len(days), np.int64)
    engine = per_row("ordinals", lambda b, value: ordinal_of(b, value))
    machine.call(engine, "ordinals", 0, len(days), [given, made])
    assert made.tolist() == [day.toordinal() for day in days]
    back = np.zeros_like(made)
    engine = per_row("days", lambda b, value: day_of(b, value))
    machine.call(engine, "days", 0, len(days), [made, back])
    assert (back == given).all()
    for steps in (0, 1, 2, 6, 11, 12, 13, 24, 48, 60):
        engine = per_row(
            f"later{steps}", lambda b, v, s=steps: later(b, Number(v, 1), Number(s, 1), "months", False).data
        )
        machine.call(engine, f"later{steps}", 0, len(days), [given, made])
        assert (made == coded([add_months(day, steps) for day in days])).all()


def test_days_at_the_ends_of_the_calendar() -> None:
    days = [date.min, date(4, 2, 29), date(100, 3, 1), date(1900, 2, 28), date(2000, 2, 29), date.max]
    given, made = coded(days), np.zeros(len(days), np.int64)
    machine.call(per_row("o", lambda b, v: ordinal_of(b, v)), "o", 0, len(days), [given, made])
    assert made.tolist() == [day.toordinal() for day in days]


# ---------------------------------------------------------------- many rows
@pytest.fixture(scope="module")
def five() -> huice.Program:
    return huice.load(POLICY)


def roster(n: int, first_month: int = START) -> tuple[FactColumns, FactColumns, FactColumns]:
    """The same people with their months as bits, as bytes and as spells."""
    drawn = lite(n)
    first = np.array([date(2021 + m // 12, m % 12 + 1, 1).toordinal() for m in range(MONTHS)], np.int32)
    steady = {
        "covered": Always(drawn.covered),
        "renting": Always(drawn.renting),
        "organised": Always(drawn.organised),
        "level": Always(drawn.level.astype(np.int16)),
        "certified_on": Always(
            first[np.maximum(drawn.certified, 0)], np.where(drawn.certified < 0, 2, 0).astype(np.uint8)
        ),
    }
    edges = np.diff(np.pad(drawn.months.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    rows, begin = np.nonzero(edges == 1)
    _, end = np.nonzero(edges == -1)
    offsets = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=n))])
    held = (
        Masks(first_month, MONTHS, drawn.packed()),
        Months(first_month, drawn.months),
        Spells(offsets, (begin + first_month).astype(np.int32), (end - 1 + first_month).astype(np.int32)),
    )
    keys = [f"{row:06d}" for row in range(n)]
    made = [FactColumns({"person": Table(keys, {**steady, "employed": employed})}) for employed in held]
    return made[0], made[1], made[2]


def sums(program: huice.Program, facts: FactColumns, threads: int = 1) -> np.ndarray:
    found = totals(program.ir, facts, codes_of(program.model), None, threads=threads)  # type: ignore[arg-type]
    assert not found.left
    return found.fen


def test_however_the_months_are_held_the_sums_are_those_of_the_evaluators(five: huice.Program) -> None:
    ledger = None
    for facts in roster(900):
        few = evaluate_columns(five.model, five.ir, facts)
        assert isinstance(few, Ledger)
        assert ledger is None or few == ledger
        ledger = few
        made = sums(five, facts)
        wanted = np.zeros_like(made)
        names = list(five.ir.clauses)
        for payment in ledger.payments:
            wanted[names.index(payment.clause), payment.month - five.ir.first] += payment.amount
        assert (made == wanted).all() and made.sum() > 0


@pytest.mark.parametrize("start", [month(2016, 5), month(2020, 12), month(2021, 2), month(2025, 11), month(2027, 1)])
def test_histories_that_begin_before_within_and_after_the_policy(five: huice.Program, start: int) -> None:
    bits, whole, spells = roster(300, start)
    ledger = evaluate_columns(five.model, five.ir, bits)
    assert isinstance(ledger, Ledger)
    for facts in (bits, whole, spells):
        assert sums(five, facts).sum() == sum(payment.amount for payment in ledger.payments)


def test_threads_change_nothing(five: huice.Program) -> None:
    facts, _, _ = roster(2 * PARALLEL + 17)
    assert (sums(five, facts, 2) == sums(five, facts, 1)).all()


def test_few_rows_do_not_wait_for_machine_code(five: huice.Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("code was made for a few rows")

    monkeypatch.setattr(machine, "compiled", never)
    facts, _, _ = roster(50)
    assert len(evaluate_columns(five.model, five.ir, facts).payments) > 0  # type: ignore[union-attr]


def test_nothing_of_a_policy_is_in_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[str] = []
    real = machine.compiled
    monkeypatch.setattr(machine, "compiled", lambda text, rows: texts.append(text) or real(text, rows))
    program = huice.loads(
        """policy p
  in force 2021-01-01 to 2021-12-31
entity person
  has secret_word: yes/no monthly
fund f "__import__('os')"
clause hidden_name "define void @evil()"
  for person
  secret_word ≥ 2 months → 100 yuan once
"""
    )
    held = np.ones((1200, 12), np.bool_)
    keys = [f"{row:06d}" for row in range(1200)]
    facts = FactColumns({"person": Table(keys, {"secret_word": Months(START, held)})})
    assert sums(program, facts).sum() == 1200 * 10_000
    assert texts and not any(word in text for text in texts for word in ("secret", "hidden", "evil", "import"))


# ---------------------------------------------------------------- the face
def test_totals_by_clause_and_month(five: huice.Program) -> None:
    drawn = lite(3000)
    months = np.arange("2021-01", "2026-01", dtype="datetime64[M]").astype("datetime64[D]")
    people = {
        "covered": drawn.covered,
        "renting": drawn.renting,
        "organised": drawn.organised,
        "level": drawn.level.astype(np.int16),
        "certified_on": months[np.maximum(drawn.certified, 0)],
        "employed": drawn.packed(),
    }
    found = five.totals(huice.Facts.from_columns(start="2021-01", person=people))
    assert found.clauses == ("stable", "transport", "rent", "grant", "agency")
    assert (found.months[0], found.months[-1], found.fen.shape, found.fen.dtype) == (
        "2021-01",
        "2025-12",
        (5, 60),
        "int64",
    )
    assert found.complete and (np.asarray(found) == found.fen).all()
    ledger = five.evaluate(huice.Facts.from_columns(start="2021-01", person=people))
    table: Mapping[str, object] = ledger.payments.to_pydict()
    assert sum(table["amount_fen"]) == found.fen.sum()  # type: ignore[arg-type]
    few = huice.Facts.from_columns(start="2021-01", person={name: values[:200] for name, values in people.items()})
    small = five.totals(few)
    assert small.fen.sum() == sum(payment.amount for payment in five.evaluate(few).plain.payments)


def test_a_share_where_nobody_is_known_to_belong_but_somebody_may() -> None:
    """Of no members there is no share; of those that nobody is known of it is not known."""
    from compiler.evaluate import evaluate
    from compiler.fact_columns import to_facts

    text = (
        "policy p\n  in force 2021-01-01 to 2021-06-30\nentity person\n  has employed: yes/no monthly\n"
        "  has employer: enterprise\nentity enterprise\n  has staff: many person via employer\n"
        "clause award\n  for enterprise\n  share of staff where (employed) ≥ 50% → 500 yuan once\n"
    )
    program = huice.loads(text)
    firms = 1_000
    employer = np.where(np.arange(50) % 10 == 0, 0, np.arange(50)).astype(np.int32)
    for unknown in (False, True):
        state = np.where((np.arange(50) % 10 == 0) & unknown, 1, 0).astype(np.uint8)
        facts = FactColumns(
            {
                "person": Table(
                    [f"p{n:04d}" for n in range(50)],
                    {"employed": Always(np.ones(50, np.bool_)), "employer": Always(employer, state)},
                ),
                "enterprise": Table([f"e{n:04d}" for n in range(firms)], {}),
            }
        )
        found = evaluate_columns(program.model, program.ir, facts)
        expected = evaluate(program.ir, to_facts(facts, program.model))
        assert not isinstance(found, Ledger) and to_ledger(found) == expected
        assert len(expected.undetermined) == (firms - 45 if unknown else 0)


# ---------------------------------------------------------------- what drawn programs seldom reach
def test_a_constant_amount_is_rounded_half_away_from_zero() -> None:
    program = huice.loads(
        """policy p
  in force 2021-01-01 to 2021-01-31
entity person
  has employed: yes/no monthly
clause half
  for person
  employed → 333.33 yuan × 50% once
"""
    )
    held = Months(START, np.ones((1000, 1), np.bool_))
    facts = FactColumns({"person": Table([f"{row:04d}" for row in range(1000)], {"employed": held})})
    assert sums(program, facts).sum() == 1000 * 16_667


def test_what_has_always_been_so_was_so_before_the_window(five: huice.Program) -> None:
    """Twelve months of work are there in the policy's first month, for those who always worked."""
    always, since = 700, 500
    first = np.array([ALWAYS] * always + [START] * since, np.int32)
    held = Spells(np.arange(always + since + 1), first, np.full(always + since, FOREVER, np.int32))
    facts, _, _ = roster(always + since)
    columns = {**facts.tables["person"].columns, "employed": held}
    found = sums(five, FactColumns({"person": Table(facts.tables["person"].keys, columns)}))
    transport = found[list(five.ir.clauses).index("transport")]
    assert (transport[0], transport[11]) == (always * 500_000, since * 500_000)
    assert transport.sum() == (always + since) * 500_000
