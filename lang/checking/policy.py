"""The policy block: when it is in force, which months lie inside it, which fund pays where a clause names none.

A month is inside when its last day lies between `applies from` (else the start of `in force`) and the end of
`in force`.
"""

from __future__ import annotations

from datetime import date

from attrs import frozen

from lang.checking import symbols
from lang.checking.environment import Environment
from lang.checking.findings import Findings
from lang.dates import Month, last_day, month_of
from lang.diagnostics import Label, Text
from lang.source import NOWHERE, Span
from lang.tree import declarations as tree
from lang.tree.declarations import File
from lang.tree.syntax import NO_TRIVIA, Trivia

_FAR = date(1900, 1, 1)


@frozen(kw_only=True)
class Frame:
    """What the policy block says; `name` None: there is none."""

    name: str | None = None
    label: str | None = None
    cites: tuple[str, ...] = ()
    span: Span = NOWHERE
    trivia: Trivia = NO_TRIVIA
    document: str | None = None
    issued: date | None = None
    in_force: tuple[date, date | None] = (_FAR, None)
    applies_from: date | None = None
    claims_until: date | None = None
    first: Month = month_of(_FAR)
    last: Month | None = None
    due_from: Month = month_of(_FAR)
    paid_from: tree.PaidFrom | None = None
    lines: tuple[tree.PolicyLine, ...] = ()
    dated: bool = False  # whether the months can be relied on

    def holds(self, month: Month) -> bool:
        return not self.dated or (self.first <= month and (self.last is None or month <= self.last))


def check_policy(file: File, environment: Environment) -> Frame:
    policies = [declared for declared in file.declarations if isinstance(declared, tree.Policy)]
    if not policies:
        _none(file, environment.findings)
        return Frame()
    for other in policies[1:]:
        labels = [Label(policies[0].name.span, Text("the first is here", "第一项在此"))]
        message = Text("a file holds one policy", "一个文件只写一项政策")
        environment.findings.add("HC216", other.name.span, message, labels=labels)
    return _frame(policies[0], environment.findings)


def _none(file: File, findings: Findings) -> None:
    first = file.declarations[0].span if file.declarations else Span(0, 0, file.span.source)
    span = Span(first.start, min(first.end, _end_of_line(first)), first.source)
    paying = any(isinstance(declared, tree.Clause | tree.Case | tree.Scenario) for declared in file.declarations)
    code = "HC214"
    if not file.declarations:
        message, help = (
            Text("the file is empty", "文件没有内容"),
            Text("begin with `policy NAME`", "请以“政策 名称”开头"),
        )
    elif paying:
        message = Text("the file has clauses but no `policy`", "文件有条款，但没有“政策”")
        help = Text(
            "begin with `policy NAME` and `in force DATE to DATE`, or name this file by `use` in a policy",
            "请以“政策 名称”和“施行 日期 至 日期”开头，或由政策“引用”本文件",
        )
    else:
        code = "HC217"
        message = Text("the file has no `policy`: checked as a module", "文件没有“政策”，按模块检查")
        help = Text("name it by `use` in a policy; it cannot be run alone", "请由政策“引用”；模块不能单独运行")
    findings.add(code, span, message, help=help)


def _end_of_line(span: Span) -> int:
    end = span.source.text.find("\n", span.start)
    return end if end >= 0 else len(span.source.text)


def _frame(policy: tree.Policy, findings: Findings) -> Frame:
    names = symbols.names_of(policy.name, policy.label)
    documents = [line.number for line in policy.lines if isinstance(line, tree.Document)]
    funds = [line for line in policy.lines if isinstance(line, tree.PaidFrom)]
    days = {line.word: line for line in policy.lines if isinstance(line, tree.DateLine)}
    forces = [line for line in policy.lines if isinstance(line, tree.InForce)]
    if not forces:
        message = Text(
            f"`{policy.name.text}` does not say when it is in force", f"“{policy.name.text}”没有写明施行时间"
        )
        help = Text("add `in force 2021-11-01 to 2025-12-31`", "请加“施行 2021年11月1日 至 2025年12月31日”")
        findings.add("HC328", policy.name.span, message, help=help)
    start, end = (forces[0].start, forces[0].end) if forces else (_FAR, None)
    reached = days.get("applies from")
    claimed = days.get("claims until")
    issued = days.get("issued")
    begins = start if reached is None else reached.day
    first = month_of(begins)
    last = None if end is None else month_of(end) - (0 if end == last_day(month_of(end)) else 1)
    sound = bool(forces) and _dates(forces[0], reached, claimed, first, last, findings)
    return Frame(
        name=names.name, label=names.label, cites=policy.cites, span=policy.span, trivia=policy.trivia,
        document=documents[0] if documents else None, issued=None if issued is None else issued.day,
        in_force=(start, end), applies_from=None if reached is None else reached.day,
        claims_until=None if claimed is None else claimed.day, first=first, last=last, due_from=month_of(start),
        paid_from=funds[0] if funds else None, lines=policy.lines, dated=sound,
    )  # fmt: skip


def _dates(
    force: tree.InForce,
    reached: tree.DateLine | None,
    claimed: tree.DateLine | None,
    first: Month,
    last: Month | None,
    findings: Findings,
) -> bool:
    """Whether the dates go together."""
    if force.end is not None and force.end < force.start:
        help = Text("the first date is the start, the second the end", "先写施行日，后写终止日")
        findings.add("HC329", force.span, Text("the policy ends before it begins", "终止日早于施行日"), help=help)
        return False
    if reached is not None and reached.day > force.start:
        message = Text("`applies from` reaches back, so it lies before the start of `in force`", "“追溯自”须早于施行日")
        findings.add("HC329", reached.span, message, labels=[_force(force)])
        return False
    if claimed is not None and claimed.day < force.start:
        message = Text("claims end before the policy begins", "兑现截止日早于施行日")
        findings.add("HC329", claimed.span, message, labels=[_force(force)])
        return False
    if last is not None and last < first:
        message = Text("no month ends while the policy is in force", "施行期间不含任何月末")
        help = Text("a month is inside when its last day is", "月末在施行期间内的月份才计入")
        findings.add("HC329", force.span, message, help=help)
        return False
    return True


def _force(force: tree.InForce) -> Label:
    return Label(force.span, Text("in force here", "施行时间在此"))
