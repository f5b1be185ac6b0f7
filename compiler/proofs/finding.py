"""What a finder gives: plain records, with what the diagnostic of `huice check` needs.

In: what was found, where, who shows it. Out: a `Diagnostic`. Severity and category are those of the code's row.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from compiler import ir
from lang import model
from lang.codes import CODES
from lang.diagnostics import Diagnostic, Label, Severity, Text
from lang.records import record  # quick to define: every check loads this
from lang.source import Span

if TYPE_CHECKING:  # a finding without a witness needs no interpreter
    from compiler.proofs.witness import Witness

NOT_PROVED = "HC490"
SHOWING_NOBODY = frozenset({"HC410", "HC412", "HC425", NOT_PROVED})  # about declarations, or good news


Cause = tuple[Hashable, ...]

_NOBODY = Text("nobody was found who shows it", "未能找到可供演示的对象")


@record
class Policy:
    """A policy, checked and compiled."""

    model: model.Program
    ir: ir.Program

    @property
    def name(self) -> str:
        return self.model.name


@record(kw_only=True)
class Finding:
    """`clauses` are those concerned, the first is where `span` is. `cause`: of two findings with one cause one is
    reported; ("dead", policy, clause, rule) or the like; () for none but itself. `follows`: causes from which this one
    follows; where one of them is reported, this one is not. `nobody`: why nobody is shown, where that is more than that
    nobody was found."""

    code: str
    span: Span
    message: Text
    clauses: tuple[str, ...] = ()
    help: Text | None = None
    labels: tuple[Label, ...] = ()
    witness: Witness | None = None
    cause: Cause = ()
    follows: tuple[Cause, ...] = ()
    nobody: Text | None = None

    @property
    def severity(self) -> Severity:
        return CODES[self.code].severity

    @property
    def category(self) -> str:
        return CODES[self.code].category

    def diagnostic(self) -> Diagnostic:
        """As `huice check` prints it: `witness` are facts for `huice eval`, `example` says what to look at there."""
        shown = self.witness
        help = self.help
        if shown is None and self.code not in SHOWING_NOBODY:
            why = _NOBODY if self.nobody is None else self.nobody
            help = why if help is None else Text(f"{help.en} ({why.en})", f"{help.zh}（{why.zh}）")
        return Diagnostic(
            self.code, self.span, self.message, help, self.labels,
            witness=None if shown is None else shown.facts_json(),
            example=None if shown is None else shown.to_dict(),
            case=None if shown is None else shown.case_text(),
        )  # fmt: skip


@record(kw_only=True)
class NotProved:
    """It could not be decided whether `question` (`the rule can hold`, …) is so. `reason`: why not."""

    span: Span
    question: Text
    reason: Text
    clauses: tuple[str, ...] = ()
    cause: Cause = ()

    def finding(self) -> Finding:
        message = Text(
            f"not proved: {self.question.en} ({self.reason.en})", f"未能证明：{self.question.zh}（{self.reason.zh}）"
        )
        return Finding(code=NOT_PROVED, span=self.span, message=message, clauses=self.clauses, cause=self.cause)


@record
class Disproved:
    """A proof that what a fast finder took for possible (without showing anybody) never is so: its cause."""

    cause: Cause


def of_rule_unpaid(policy: str, clause: str, rule: int) -> tuple[Cause, ...]:
    """The causes for which a rule never pays."""
    return (
        *((what, policy, clause, of) for what in ("dead", "shadowed") for of in (rule, None)),
        ("shut out", policy, clause, None),
    )  # fmt: skip


Found = Finding | NotProved | Disproved
