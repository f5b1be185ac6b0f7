"""The targets table, in the usual form of Chinese budget performance tables: indicators of three levels, value, chance.

Targets that the policy sets come first. Beside them stand what follows from the figures and is marked so: that each
appropriation is kept to, and the numbers of payments that are reached with 90% certainty.
"""

from __future__ import annotations

from attrs import frozen

from huice.reports.amounts import Unit
from huice.reports.budget.frame import Frame
from huice.reports.budget.placed import put
from huice.reports.budget.spending import note
from huice.reports.sheets import Sheet
from huice.reports.tables.records import Cell, Column, Projection, Table, Target
from lang.diagnostics import Text

OUTPUT, COST = Text("output", "产出指标"), Text("cost", "成本指标")
NUMBER, QUALITY, TIME = Text("quantity", "数量指标"), Text("quality", "质量指标"), Text("timeliness", "时效指标")
ECONOMIC = Text("economic cost", "经济成本指标")
SET, DERIVED = Text("policy", "政策目标"), Text("suggested", "建议值")
SURE = "0.1"  # the value that 90% of the draws reach


@frozen(kw_only=True)
class Indicator:
    """`chance` None: not computed."""

    first: Text
    second: Text
    third: Text
    value: Text
    chance: float | None
    source: Text
    cites: str = ""


def indicators(figures: Projection, unit: Unit) -> list[Indicator]:
    found = [_of_target(target) for target in figures.targets]
    for clause in figures.clauses:
        payments = clause.measures["payments"]
        least = payments.at(SURE)
        if least > 0:
            found.append(
                Indicator(
                    first=OUTPUT, second=NUMBER,
                    third=Text(f"payments: {clause.name['en']}", f"{clause.name['zh']}发放笔数"),
                    value=Text(f"≥ {least:,.0f}", f"≥ {least:,.0f} 笔"), chance=1 - float(SURE), source=DERIVED,
                    cites="、".join(clause.cites),
                )
            )  # fmt: skip
    for line in figures.budgeted:
        if line.pot is None:
            amount = unit.show(line.appropriation)
            found.append(
                Indicator(
                    first=COST, second=ECONOMIC,
                    third=Text(f"{line.fund['en']} in {line.period} within its appropriation",
                               f"{line.period} 年{line.fund['zh']}不超预算"),
                    value=Text(f"≤ {amount} {unit.en}", f"≤ {amount} {unit.zh}"),
                    chance=1 - line.p_exceeded, source=DERIVED,
                )
            )  # fmt: skip
    return found


def _of_target(target: Target) -> Indicator:
    condition = target.condition.en
    second = TIME if " by 2" in condition else QUALITY if "share of" in condition else NUMBER
    return Indicator(
        first=OUTPUT, second=second, third=target.name.text, value=target.condition, chance=target.probability,
        source=SET, cites="、".join(target.cites),
    )  # fmt: skip


def table(found: list[Indicator]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (each.first, each.second, each.third, each.value, each.chance, each.source, each.cites) for each in found
    ]
    return Table(
        title=Text("Targets", "绩效指标"),
        columns=tuple(
            Column(title=title, look="share" if number == 4 else "text")
            for number, title in enumerate(
                (
                    Text("level 1", "一级指标"),
                    Text("level 2", "二级指标"),
                    Text("level 3", "三级指标"),
                    Text("value", "指标值"),
                    Text("chance", "达成概率"),
                    Text("from", "性质"),
                    Text("item", "依据"),
                )
            )
        ),
        rows=tuple(rows),
        left=4,
    )


def targets(frame: Frame, figures: Projection) -> None:
    found = indicators(figures, frame.unit)
    if not found:
        return
    sheet = frame.sheet("targets", Text("Targets and their chances", "项目支出绩效目标表"))
    _head(frame, figures, sheet)
    placed = put(sheet, table(found), frame.data)
    frame.list(sheet, placed, 0, filtered=False)
    note(sheet, frame, (
        Text("policy: set by the document. suggested: follows from the figures; payments: the number that 90% of the "
             "draws reach.", "政策目标：文件所定。建议值：由测算得出，发放笔数取 90% 的抽样均能达到的数。"),
    ))  # fmt: skip
    sheet.done()


def _head(frame: Frame, figures: Projection, sheet: Sheet) -> None:
    """What such tables begin with: the project, its time, its money."""
    run = figures.run
    paid = figures.total["paid"]
    rows: list[tuple[Cell, ...]] = [
        (Text("project", "项目名称"), run.policy.text, None),
        (Text("document", "政策依据"), run.document or "", None),
        (Text("period", "实施期"), "" if run.first is None else f"{run.first} – {run.last}", None),
        (Text("spending expected in the period", "期间资金总额（预计，均值）"), None, paid.mean),
    ]
    means: dict[str, tuple[Text, float]] = {}
    for line in figures.lines:
        name, mean = means.get(line.fund.key, (line.fund.text, 0.0))
        means[line.fund.key] = name, mean + line.paid.mean
    rows += [(Text(f"  of it {n.en}", f"  其中：{n.zh}"), None, mean) for n, mean in means.values()]
    head = Table(
        title=Text("The project", "项目情况"),
        columns=(
            Column(title=Text("project", "项目情况"), look="text"),
            Column(title=Text("", ""), look="text"),
            Column(title=Text("amount", "金额"), look="money"),
        ),
        rows=tuple(rows),
    )
    put(sheet, head, frame.data)
