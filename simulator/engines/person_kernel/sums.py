"""Where the payments of a draw go: fen, and numbers of payments, by clause and month."""

from __future__ import annotations

from typing import Any

from attrs import define

from compiler.backends.kernels.build import I64, Build
from compiler.backends.kernels.sinks import Totals
from compiler.backends.kernels.values import Data


@define(eq=False)
class Sums:
    """`counted`: clauses whose payments are counted as they fall; of the others one amount says the number."""

    build: Build
    fen: Totals
    counts: Totals
    counted: frozenset[int]

    def one(self, clause: int, month: Any, amount: Any, rule: Any, payee: Any) -> None:
        self.fen.one(clause, month, amount, rule, payee)
        if clause in self.counted:
            m = self.build.builder
            paid = m.zext(m.icmp_signed(">", amount, I64(0)), I64)
            self.counts.one(clause, month, paid, rule, payee)

    def many(self, clause: int, months: Any, amount: Data, rule: int, payee: Data | None) -> None:
        self.fen.many(clause, months, amount, rule, payee)
        if clause in self.counted:
            (paid,) = self.build.lanes([amount], [], self._above_zero) if not isinstance(amount, int) else (amount > 0,)
            self.counts.many(clause, self.build.mask(self.build.both(months, paid)), 1, rule, payee)

    def _above_zero(self, numbers: list[Any], _: list[Any]) -> list[Any]:
        zero = numbers[0].type(None)
        return [self.build.builder.icmp_signed(">", numbers[0], zero)]

    def flush(self) -> None:
        self.fen.flush()
        self.counts.flush()

    def finish(self, fen: Any, counts: Any) -> None:
        self.fen.finish(fen)
        self.counts.finish(counts)
