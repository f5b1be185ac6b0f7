"""A ledger of columns under the names that it leaves the house with, and its payments part by part.

In: what `evaluate_columns` gives for many rows. Out: numbers of texts for every payment, some hundred thousand payments
at once, so that whoever writes a file of millions makes each distinct text once and no object a payment. What a cell
says is what `rows` says of plain records; `tests/huice/ledgers/test_columns.py` holds the two to each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import Factory, evolve, field, frozen
from numpy.typing import NDArray

from compiler.backends.kernels.ledger import NOT_KNOWN, ColumnLedger, to_ledger
from compiler.fact_columns import FactColumns, Table
from compiler.interpret import split
from compiler.ledger import Ledger, yuan
from huice.ledgers.reasons import Reasons
from huice.privacy.disguise import Disguise
from huice.privacy.key_columns import disguised_keys
from huice.privacy.pseudonyms import Pseudonyms
from lang.dates import month_text
from lang.model import Program

if TYPE_CHECKING:
    import pyarrow as pa

Array = NDArray[Any]
SLICE = 1 << 16  # payments of which there are texts in memory at once


@frozen(eq=False)
class Part:
    """Payments that follow one another; each array has a number a payment.

    `clause`: of `Book.names`; `month`, `due`: of `Book.months`; `id`, `payee`: of `Book.ids`, `Book.payees`; `amount`,
    `fund`, `reason`: of the lists here. `fen`: what is paid.
    """

    clause: Array
    month: Array
    due: Array
    id: Array
    payee: Array
    fen: Array
    amount: Array
    amounts: list[str]
    fund: Array
    funds: list[dict[str, str]]  # yuan by fund
    reason: Array
    reasons: list[str]

    def __len__(self) -> int:
        return len(self.clause)


@frozen(eq=False, slots=False)
class Book:
    """`rest`: the ledger without its payments. `ids`: the names of all rows that may be paid or be payees, an entity
    after the other (`start`); `payees`: the same as `entity/id`, then others, then one that is not known (empty)."""

    columns: ColumnLedger
    program: Program
    rest: Ledger
    disguise: Disguise
    start: Mapping[str, int]
    ids: pa.Array
    payees: pa.Array
    reasons: Reasons = field(default=Factory(lambda self: Reasons(self.program), takes_self=True))

    def __len__(self) -> int:
        return len(self.columns)

    @property
    def names(self) -> tuple[str, ...]:
        """Of the clauses."""
        return self.columns.names

    @cached_property
    def months(self) -> list[str]:
        last = max(int(self.columns.columns[name].max(initial=0)) for name in ("month", "due"))
        return [month_text(self.columns.first + i) for i in range(last + 1)]

    def records(self) -> Ledger:
        """An object a payment: for few of them."""
        return self.disguise.ledger(to_ledger(self.columns))

    def by_month(self) -> Array:
        """[clause, month of accrual]: number and sum of the payments, in the last axis."""
        clauses, months = len(self.names), len(self.months)
        found = np.zeros((clauses * months, 2), np.int64)
        for begin in range(0, len(self), SLICE):
            part = {name: array[begin : begin + SLICE] for name, array in self.columns.columns.items()}
            place = part["clause"].astype(np.int64) * months + part["month"]
            np.add.at(found[:, 0], place, 1)
            np.add.at(found[:, 1], place, part["amount"])
        return found.reshape(clauses, months, 2)

    def parts(self) -> Iterator[Part]:
        for begin in range(0, len(self), SLICE):
            yield self._part(slice(begin, begin + SLICE))

    def _part(self, place: slice) -> Part:
        given = {name: array[place] for name, array in self.columns.columns.items()}
        clause, fen = given["clause"].astype(np.int64), given["amount"]
        month, due = given["month"].astype(np.int64), given["due"].astype(np.int64)
        own = self._own[clause] + given["row"]
        distinct, amount = np.unique(fen, return_inverse=True)
        amounts = [yuan(each) for each in distinct.tolist()]
        fund, funds = self._funds(clause, amount, distinct)
        reason, reasons = self._said(clause, given["rule"].astype(np.int64), month, due)
        payee = (
            own if self.columns.payee is None else self._payee(own, self.columns.payee[place], clause, given["rule"])
        )
        return Part(
            clause=clause, month=month, due=due, id=own, payee=payee, fen=fen, amount=amount, amounts=amounts,
            fund=fund, funds=funds, reason=reason, reasons=reasons,
        )  # fmt: skip

    def _funds(self, clause: Array, amount: Array, distinct: Array) -> tuple[Array, list[dict[str, str]]]:
        places, codes = _distinct(clause, amount)
        clauses = self.columns.program.clauses
        made = [
            {fund: yuan(fen) for fund, fen in split(clauses[self.names[c]].funds, int(distinct[a])).items()}
            for c, a in zip(clause[places].tolist(), amount[places].tolist(), strict=True)
        ]
        return codes, made

    def _said(self, clause: Array, rule: Array, month: Array, due: Array) -> tuple[Array, list[str]]:
        later = due != month
        places, codes = _distinct(clause, rule, np.where(later, month + 1, 0), np.where(later, due + 1, 0))
        first = self.columns.first
        made = [
            self.reasons.said(self.names[c], r, first + m, first + d)
            for c, r, m, d in zip(*(array[places].tolist() for array in (clause, rule, month, due)), strict=True)
        ]
        return codes, made

    @cached_property
    def _own(self) -> Array:
        """Where the rows of each clause's entity begin in `ids`."""
        clauses = self.columns.program.clauses
        return np.array([self.start.get(clauses[name].entity, 0) for name in self.names] or [0], np.int64)

    @cached_property
    def _linked(self) -> Array:
        """[clause, rule]: where the rows begin that the rule's payees are of."""
        program = self.columns.program
        rules = [program.clauses[name].alternatives for name in self.names]
        made = np.zeros((len(rules), max((len(own) for own in rules), default=0) + 1), np.int64)
        for number, own in enumerate(rules):
            for rule, alternative in enumerate(own):
                if alternative.payee is not None:
                    made[number, rule] = self.start.get(program.streams[alternative.payee].type.name or "", 0)
        return made

    def _payee(self, own: Array, payee: Array, clause: Array, rule: Array) -> Array:
        others = len(self.ids) + (NOT_KNOWN - payee.astype(np.int64) - 1)
        found = np.where(payee >= 0, self._linked[clause, rule] + payee, np.where(payee < NOT_KNOWN, others, own))
        made: Array = np.where(payee == NOT_KNOWN, len(self.payees) - 1, found)
        return made


def _distinct(*codes: Array) -> tuple[Array, Array]:
    """Of rows of numbers (none below 0): where each distinct one first stands, and for each row which it is."""
    whole = codes[0]
    for code in codes[1:]:
        whole = whole * (int(code.max(initial=0)) + 1) + code
    _, places, numbers = np.unique(whole, return_index=True, return_inverse=True)
    return places, numbers.ravel()


def book_of(ledger: ColumnLedger, program: Program, pseudonyms: Pseudonyms | None = None) -> Book:
    """Of the facts only the keys are kept."""
    import pyarrow as pa
    import pyarrow.compute as pc

    tables = {entity: Table(table.keys, {}) for entity, table in ledger.facts.tables.items()}
    compiled = ledger.program
    used = {clause.entity for clause in compiled.clauses.values()}
    used |= {
        compiled.streams[rule.payee].type.name or ""
        for clause in compiled.clauses.values()
        for rule in clause.alternatives
        if rule.payee is not None
    }
    disguise, keys = disguised_keys(ledger.facts, pseudonyms)
    start: dict[str, int] = {}
    ids, payees, size = [pa.array([], pa.large_string())], [], 0
    for entity in sorted(used & set(keys)):
        start[entity] = size
        size += len(keys[entity])
        ids.append(keys[entity])
        head, nothing = (pa.scalar(text, pa.large_string()) for text in (f"{entity}/", ""))
        payees.append(pc.binary_join_element_wise(head, keys[entity], nothing))
    payees.append(pa.array([*map(disguise.row, ledger.others), ""], pa.large_string()))
    rest = Ledger(policy=compiled.name, payments=(), undetermined=ledger.undetermined, refused=ledger.refused)
    return Book(
        columns=evolve(ledger, facts=FactColumns(tables)),
        program=program,
        rest=disguise.ledger(rest),
        disguise=disguise,
        start=start,
        ids=pa.concat_arrays(ids),
        payees=pa.concat_arrays(payees),
    )
