"""Which payment was for what, step by step, and what is wrong with it."""

from datetime import date
from typing import Any

import pytest

from compiler.ledger import Ledger, Payment, Undetermined
from huice.audit.audit import audit
from huice.audit.records import Frequency, Paid, Settlement, Terms
from lang.dates import month, parse_month


def due(text: str, amount: int = 500, clause: str = "rent", payee: str | None = "person/p", later: str = "") -> Payment:
    m = parse_month(text)
    return Payment(
        clause=clause, entity="person", key="p", month=m, due=parse_month(later) if later else m,
        amount=amount * 100, payee=payee, funds={}, cites=(),
    )  # fmt: skip


def paid(amount: int, named: str | None = None, on: str | None = None, **more: Any) -> Paid:
    given = {"row": 2, "clause": "rent", "entity": "person", "key": "p"} | more
    return Paid(
        amount=amount * 100, month=None if named is None else parse_month(named),
        paid_on=None if on is None else date.fromisoformat(on), **given,
    )  # fmt: skip


def settle(
    dues: list[Payment], payments: list[Paid], frequency: Frequency = "per month", **more: Any
) -> list[tuple[str, str, int, int]]:
    """(standing, how, due, paid) of each settlement, in yuan."""
    return [(s.standing, s.how, s.due // 100, s.paid // 100) for s in settled(dues, payments, frequency, **more)]


def settled(
    dues: list[Payment], payments: list[Paid], frequency: Frequency = "per month", **more: Any
) -> tuple[Settlement, ...]:
    unknown = more.pop("undetermined", ())
    aliases = more.pop("aliases", None)
    ledger = Ledger(policy="p", payments=tuple(dues), undetermined=unknown, refused=())
    terms = Terms(frequency={"rent": frequency}, **more)
    return audit(ledger, payments, terms, ["rent"], aliases).settlements


MAY, JUNE, JULY = due("2025-05"), due("2025-06"), due("2025-07")


class TestSteps:
    def test_the_same_month(self) -> None:
        assert settle([MAY, JUNE], [paid(500, "2025-06"), paid(500, "2025-05")]) == [
            ("matched", "month", 500, 500), ("matched", "month", 500, 500),
        ]  # fmt: skip

    def test_parts_that_add_up(self) -> None:
        assert settle([MAY], [paid(200, "2025-05"), paid(300, "2025-05")]) == [("matched", "parts", 500, 500)]
        assert settle([MAY], [paid(200), paid(300)]) == [("matched", "parts without month", 500, 500)]

    @pytest.mark.parametrize("named", ["2025-05", "2025-06", "2025-07", None])
    def test_one_payment_for_several_months(self, named: str | None) -> None:
        assert settle([MAY, JUNE, JULY], [paid(1500, named)]) == [("matched", "several months", 1500, 1500)]

    def test_of_several_runs_the_one_that_ends_at_the_month_named(self) -> None:
        found = settled([MAY, JUNE, JULY], [paid(1000, "2025-06")])
        assert [(s.standing, [d.month for d in s.dues]) for s in found] == [
            ("matched", [MAY.month, JUNE.month]), ("never_paid", [JULY.month]),
        ]  # fmt: skip

    def test_months_that_somebody_paid_are_not_paid_for_again(self) -> None:
        found = settle([MAY, JUNE], [paid(1000, "2025-05"), paid(500, "2025-06")])
        assert found == [("too_much", "month", 500, 1000), ("matched", "month", 500, 500)]

    def test_the_month_in_which_it_fell_due(self) -> None:
        back = due("2025-01", later="2025-05")
        assert settle([back], [paid(500, "2025-05")]) == [("matched", "due month", 500, 500)]

    def test_the_amount_then_the_nearest_month(self) -> None:
        other = due("2025-07", 700)
        assert settle([MAY, other], [paid(700, "2025-04")]) == [
            ("never_paid", "no payment", 500, 0), ("matched", "amount", 700, 700),
        ]  # fmt: skip
        assert settle([MAY], [paid(450, "2025-08")]) == [("too_little", "nearest", 500, 450)]

    def test_payments_without_a_month_take_what_is_open_in_order(self) -> None:
        payments = [paid(500, on=f"2025-0{number}-10") for number in (6, 7, 8)]
        found = settled([MAY, JUNE, JULY], payments)
        assert [(s.dues[0].month, s.payments[0].paid_on) for s in found] == [
            (MAY.month, date(2025, 6, 10)), (JUNE.month, date(2025, 7, 10)), (JULY.month, date(2025, 8, 10)),
        ]  # fmt: skip
        assert {s.standing for s in found} == {"matched"}

    def test_what_pays_once_was_paid_already(self) -> None:
        assert settle([MAY], [paid(500, "2025-05"), paid(500, "2025-09")], "once") == [("twice", "once", 500, 1000)]
        yearly = settle([MAY], [paid(500, "2025-05"), paid(500, "2026-05")], "once per year")
        assert yearly == [("matched", "month", 500, 500), ("not_due", "nothing due", 0, 500)]
        monthly = settle([MAY], [paid(500, "2025-05"), paid(500, "2025-09")])
        assert monthly == [("matched", "month", 500, 500), ("not_due", "nothing due", 0, 500)]


class TestKinds:
    def test_twice(self) -> None:
        assert settle([MAY], [paid(500, "2025-05"), paid(500, "2025-05")]) == [("twice", "parts", 500, 1000)]
        (found,) = settled([MAY], [paid(600, "2025-05"), paid(600, "2025-05")])
        assert (found.standing, found.also) == ("twice", ("too_much",))

    def test_what_was_taken_back_was_not_paid_twice(self) -> None:
        payments = [
            paid(500, "2025-05", "2025-05-10"),
            paid(500, "2025-05", "2025-05-11"),
            paid(-500, "2025-05", "2025-06-01"),
        ]
        assert settle([MAY], payments) == [("matched", "parts", 500, 500)]

    def test_within_the_tolerance(self) -> None:
        assert settle([MAY], [paid(501, "2025-05")], tolerance=100) == [("matched", "month", 500, 501)]
        assert settle([MAY], [paid(502, "2025-05")], tolerance=100) == [("too_much", "month", 500, 502)]
        assert settle([MAY], [paid(499, "2025-05")]) == [("too_little", "month", 500, 499)]

    def test_late_from_the_first_day_after_the_days_allowed(self) -> None:
        for day, standing, days in (
            ("2025-06-30", "matched", 30),
            ("2025-07-01", "late", 31),
            ("2025-04-01", "matched", 0),
        ):
            (found,) = settled([MAY], [paid(500, "2025-05", day)])
            assert (found.standing, found.days) == (standing, days)
        (found,) = settled([MAY], [paid(200, "2025-05", "2025-05-01"), paid(300, "2025-05", "2025-09-01")], days=60)
        assert (found.standing, found.days) == ("late", 93)

    def test_two_things_wrong_are_one_finding(self) -> None:
        (found,) = settled([MAY], [paid(400, "2025-05", "2025-12-01", payee="person/q")])
        assert (found.standing, found.also) == ("wrong_payee", ("too_little", "late"))

    def test_the_payee(self) -> None:
        aliases = {"person/p": frozenset({"p", "张三"})}
        for payee, standing in (
            ("person/p", "matched"),
            ("p", "matched"),
            ("张三", "matched"),
            ("李四", "wrong_payee"),
        ):
            (found,) = settled([MAY], [paid(500, "2025-05", payee=payee)], aliases=aliases)
            assert found.standing == standing
        (found,) = settled([due("2025-05", payee=None)], [paid(500, "2025-05", payee="x")])
        assert found.standing == "matched"

    def test_never_paid_or_not_yet_due(self) -> None:
        assert settle([MAY, JUNE], [], until=month(2025, 5)) == [
            ("never_paid", "no payment", 500, 0), ("not_yet_due", "no payment", 500, 0),
        ]  # fmt: skip

    def test_what_nobody_can_say_yet_is_not_called_not_due(self) -> None:
        one = Undetermined(clause="rent", entity="person", key="p", missing=("renting",))
        many = Undetermined(clause="rent", entity="person", key=None, missing=("rate",), waiting=("p",))
        for unknown in (one, many):
            found = settle([], [paid(500, "2025-05")], undetermined=(unknown,))
            assert found == [("undetermined", "undetermined", 0, 500)]

    def test_what_the_policy_or_the_roster_does_not_know(self) -> None:
        assert settle([], [paid(500, unknown="row")]) == [("not_due", "no row", 0, 500)]
        assert settle([], [paid(500, clause="x", unknown="clause")]) == [("not_due", "no clause", 0, 500)]
