"""A payment ledger made ready for learning: each payment with its month, each entitlement with when it was paid.

In: payments as they were read (huice.audit.read), the entitlements of the roster. Out: `Paid` records of the simulator
and `Due`s, with everything that contradicts policy or roster named by its row. Whose payment is for which entitlement
is decided as an audit decides it (huice.audit.matching).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from attrs import frozen

from compiler import ir
from compiler.evaluate import evaluate
from compiler.facts import Facts
from compiler.ledger import Ledger
from compiler.ledger import Payment as Entitlement
from huice.audit.matching import match
from huice.audit.records import Frequency, Paid, Terms
from huice.facts.faults import Fault
from lang.dates import Month, month_of, month_text
from lang.diagnostics import Text, counted
from lang.model import Program
from lang.types import Value
from simulator.learning.claims import Due
from simulator.learning.so_far import Payment

FEWEST_MONTHS, MANY = 3, 6.9  # months with payments, and payments a month, from which an empty month is odd


@frozen(kw_only=True)
class Usable:
    """`payments`: with a month and a clause that the policy has, in order of the file. `faults`: what was wrong with
    rows; those of severity `error` are left out."""

    payments: tuple[Paid, ...]
    faults: tuple[Fault, ...]


def paid_in(payment: Paid) -> Month | None:
    """The month in which it was paid; where no date says so, the month that it names."""
    return payment.month if payment.paid_on is None else month_of(payment.paid_on)


def usable(program: Program, payments: Sequence[Paid], file: str, *, roster: bool) -> Usable:
    """`roster`: whether there is one, so that payments must be to somebody in it."""
    kept: list[Paid] = []
    faults: list[Fault] = []
    undated = sum(p.paid_on is None and p.month is not None for p in payments)
    seen: dict[object, int] = {}
    for payment in payments:
        wrong = _wrong(program, payment, roster)
        if wrong is not None:
            faults.append(_fault(payment, file, wrong, "error"))
            continue
        kept.append(payment)
        if payment.amount < 0:
            said = Text("money taken back: it is deducted in its month", "收回款项：在当月扣减")
            faults.append(_fault(payment, file, said, "info"))
        same = (payment.clause, payment.entity, payment.key, payment.month, payment.paid_on, payment.amount,
                payment.payee)  # fmt: skip
        if same in seen:
            said = Text(
                f"the same payment as in row {seen[same]}: paid twice, or entered twice; it counts as paid",
                f"与第 {seen[same]} 行相同：重复发放或重复录入；按已支付计",
            )
            faults.append(_fault(payment, file, said, "info"))
        else:
            seen[same] = payment.row
    if undated:
        said = Text(
            f"{counted(undated, 'payment')} without a date (paid_on): the month named counts as the month paid, "
            "so the lag cannot be learnt",
            f"有{undated}笔支付没有发放日期：以所属月份为支付月份，无法由此得知时滞",
        )
        faults.append(Fault(message=said, file=file, severity="info"))
    return Usable(payments=tuple(kept), faults=(*faults, *_missing(plain(kept), file)))


def _wrong(program: Program, payment: Paid, roster: bool) -> Text | None:
    if payment.unknown == "clause":
        return Text(
            f"the policy has no clause “{payment.clause}”; the row is left out",
            f"政策中没有条款“{payment.clause}”；该行未采用",
        )
    month = paid_in(payment)
    if month is None:
        return Text(
            "neither a date nor a month: when it was paid is not known; the row is left out",
            "既无发放日期又无所属月份，无从得知何时支付；该行未采用",
        )
    if month < program.due_from:
        begins = month_text(program.due_from)
        return Text(
            f"paid in {month_text(month)}, but nothing of this policy is due before {begins}; the row is left out",
            f"{month_text(month)}支付，而该政策自{begins}起才有应付；该行未采用",
        )
    if roster and payment.unknown == "row":
        return Text(
            f"the roster has no {payment.entity} of this id; the row is left out",
            f"名册中没有此编号的{_label(program, payment.entity)}；该行未采用",
        )
    return None


def _label(program: Program, entity: str) -> str:
    declared = program.entities.get(entity)
    return entity if declared is None else declared.label or entity


def _fault(payment: Paid, file: str, message: Text, severity: str) -> Fault:
    return Fault(
        message=message,
        file=file,
        sheet=payment.sheet,
        row=payment.row,
        value=payment.key,
        severity="error" if severity == "error" else "info",
    )


def plain(payments: Sequence[Paid]) -> tuple[Payment, ...]:
    """As the simulator has them."""
    found = []
    for payment in payments:
        month = paid_in(payment)
        assert month is not None
        found.append(
            Payment(
                clause=payment.clause, entity=payment.entity, key=payment.key, amount=payment.amount, paid=month,
                month=payment.month, row=payment.row,
            )
        )  # fmt: skip
    return tuple(found)


def dues_of(ledger: Ledger, payments: Sequence[Paid], frequency: Mapping[str, Frequency]) -> tuple[Due, ...]:
    """Every entitlement, with the month in which its first payment was made. What was taken back again in full counts
    as unpaid."""
    due: dict[tuple[str, str, str], list[Entitlement]] = defaultdict(list)
    for each in ledger.payments:
        due[each.clause, each.entity, each.key].append(each)
    paid: dict[tuple[str, str, str], list[Paid]] = defaultdict(list)
    for payment in payments:
        paid[payment.clause, payment.entity, payment.key].append(payment)
    terms = Terms(frequency=frequency)
    found: list[Due] = []
    for group, entitlements in due.items():
        months: dict[Month, Month] = {}
        if paid[group]:
            bundles, _ = match(entitlements, paid[group], terms)
            for bundle in bundles:
                when = [m for p in bundle.payments if p.amount > 0 and (m := paid_in(p)) is not None]
                if when and sum(p.amount for p in bundle.payments) > 0:
                    months |= {each.month: min(when) for each in bundle.dues}
        found += [
            Due(
                clause=e.clause, entity=e.entity, key=e.key, month=e.month, due=e.due, amount=e.amount,
                paid=months.get(e.month),
            )
            for e in entitlements
        ]  # fmt: skip
    return tuple(found)


def _missing(payments: Sequence[Payment], file: str) -> list[Fault]:
    """Months between the first and the last payment in which there is none, though the others have so many that chance
    would hardly leave one empty (Poisson, one in a thousand)."""
    counts = Counter(p.paid for p in payments)
    if len(counts) < FEWEST_MONTHS or sum(counts.values()) / len(counts) < MANY:
        return []
    empty = [month_text(m) for m in range(min(counts), max(counts) + 1) if not counts[m]]
    if not empty:
        return []
    listed = ", ".join(empty)
    said = Text(
        f"no payment at all in {listed}, though other months have many: is a part of the ledger missing?",
        f"{listed}没有任何支付，而其他月份很多：台账是否缺了一部分？",
    )
    return [Fault(message=said, file=file, severity="info")]


# ---------------------------------------------------------------- entitlements
def entitlements(
    model: Program,
    program: ir.Program,
    facts: Facts,
    paid: Sequence[Paid],
    until: Month,
    parameters: Mapping[str, Value],
) -> tuple[tuple[Due, ...], int]:
    """What the roster is entitled to up to a month, with when it was paid by its end; and how much of it is not
    determined. Payments made later are not looked at."""
    paid = [p for p in paid if (when := paid_in(p)) is not None and when <= until]
    last = until if program.last is None else min(until, program.last)
    ledger = evaluate(program, facts, until=last, parameters=parameters)
    return dues_of(ledger, paid, frequencies(model)), sum(u.count for u in ledger.undetermined)


def frequencies(model: Program) -> dict[str, Frequency]:
    """By clause: by the month if any of its rules pays so."""
    found: dict[str, Frequency] = {}
    for clause in model.clauses.values():
        often = {rule.frequency for rule in clause.rules}
        found[clause.name] = (
            "per month" if "per month" in often else "once per year" if "once per year" in often else "once"
        )
    return found


def facts_read(program: ir.Program) -> frozenset[tuple[str, str]]:
    """(entity, attribute) of every fact that the compiled policy reads."""
    return frozenset((s.entity, s.op.attribute) for s in program.streams if isinstance(s.op, ir.Fact) and s.entity)
