"""The sheets of a comparison: B − A by clause, year and group, the bridge from A to B, what was changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from huice.reports.budget import charts
from huice.reports.budget.frame import Frame
from huice.reports.budget.placed import put
from huice.reports.budget.spending import note
from huice.reports.names import title_of
from huice.reports.sheets import Cell, Look, Sheet
from huice.reports.tables import difference_views, views
from huice.reports.tables.records import Comparison
from lang.diagnostics import Language, Text
from lang.model import Program


def difference(frame: Frame, figures: Comparison, data: Mapping[str, Any], program: Program) -> None:
    """`data`: the JSON of the comparison, which tells for whom."""
    sheet = frame.sheet("difference", Text("B − A of what is entitled", "应付差额（乙 − 甲）"))
    changed = [step for step in figures.bridge if step.amount]
    if changed:
        _bridge(frame, sheet, figures)
    sheet.caption(frame.say(Text("By clause", "按条款")))
    by_clause = difference_views.difference(figures)
    put(sheet, by_clause, frame.data)
    if figures.years:
        sheet.caption(frame.say(Text("By year", "按年度")))
        put(sheet, difference_views.difference_by_year(figures), frame.data)
    groups = views.by_group(figures, "entitled")
    if groups is not None and groups.rows:
        sheet.caption(frame.say(Text(f"By {groups.columns[0].title.en}", f"按{groups.columns[0].title.zh}")))
        put(sheet, groups, frame.data)
    sheet.caption(frame.say(Text("Both versions", "两版各自金额")))
    put(sheet, difference_views.both(figures), frame.data)
    note(sheet, frame, by_clause.notes)
    if data.get("people"):
        sheet.row += 1
        _people(frame, sheet, data["people"], program)
    sheet.done()


def _bridge(frame: Frame, sheet: Sheet, figures: Comparison) -> None:
    """The steps add up to B: the last line is a live sum, held against B's own mean."""
    table = difference_views.bridge(figures)
    assert table.total is not None
    at = sheet.row
    sheet.row += 18
    sheet.caption(frame.say(Text("Bridge from A to B (means)", "由甲到乙的变动（均值）")))
    placed = put(sheet, table, frame.data)
    scale = frame.unit.scale
    rows = [*table.rows, table.total]
    names = [str(row[0][frame.language]) if isinstance(row[0], Text) else str(row[0]) for row in rows]
    amounts = [float(row[1]) / scale for row in rows]  # type: ignore[arg-type]
    title = Text("From A to B", "由甲到乙")
    chart = charts.waterfall(frame.charts, placed, names, amounts, title, frame.unit.name(frame.language))
    sheet.sheet.insert_chart(at, 0, chart, {"x_offset": 4, "object_position": 2})
    if figures.bridge_by == "clause":
        by = Text("The steps are the differences of the clauses.", "各步为各条款差额。")
    else:
        by = Text("The steps are the changed declarations; their means add up.", "各步为所修改的内容，其均值可加。")
    note(sheet, frame, [by])
    sheet.row += 1


def changes(frame: Frame, data: Mapping[str, Any], program: Program) -> None:
    """What was changed, as the JSON of `huice compare` tells it."""
    language = frame.language
    if not data.get("changes"):
        return
    sheet = frame.sheet("changes", Text("What was changed", "修改内容"), money=False, widest=60)
    headings = [
        frame.say(text)
        for text in (
            Text("declaration", "类别"), Text("name", "名称"), Text("change", "变化"),
            Text("before (A)", "修改前（甲）"), Text("after (B)", "修改后（乙）"), Text("reaches", "影响条款"),
        )
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            _word(each["declaration"], language),
            (each.get("label") if language == "zh" else None) or str(each["name"]).replace("_", " "),
            _word(each["what"], language),
            "\n".join(_lines(each.get("before"))),
            "\n".join(_lines(each.get("after"))),
            ("、" if language == "zh" else ", ").join(
                title_of(program.clauses, name, language) for name in each.get("reaches", ())
            ),
        ]
        for each in data["changes"]
    ]
    looks: list[Look] = ["text" for _ in headings]
    sheet.table(headings, rows, looks)
    sheet.done()


def _lines(statements: Any) -> Sequence[str]:
    return [str(one) for one in statements or ()]


_WORDS = {
    "clause": "条款", "define": "界定", "table": "标准表", "parameter": "标准", "set": "范围", "kind": "类别",
    "entity": "台账", "fund": "资金来源", "limit": "名额", "exclusive": "不重复享受", "target": "目标", "duty": "职责",
    "scenario": "情景", "policy": "政策", "case": "案例", "property": "性质", "omit": "不编入", "added": "新增",
    "removed": "删除", "changed": "修改", "renamed": "更名",
}  # fmt: skip


def _word(word: str, language: Language) -> str:
    return _WORDS.get(word, word) if language == "zh" else word


def _people(frame: Frame, sheet: Sheet, people: Mapping[str, Any], program: Program) -> None:
    """How many rows a draw get more, less, earlier, later; what they gain and lose in yuan."""
    counts = ("more", "less", "earlier", "later")
    titles = {
        "more": Text("get more", "增加"), "less": Text("get less", "减少"), "earlier": Text("earlier", "提前"),
        "later": Text("later", "推后"),
    }  # fmt: skip
    said = Text(
        f"For whom: rows a draw, mean of {people['draws']:,} draws",
        f"影响对象：每次抽样的人（户）数，{people['draws']:,} 次抽样均值",
    )
    sheet.caption(frame.say(said))
    headings = [frame.say(Text("for", "对象")), *(frame.say(titles[key]) for key in counts)]
    headings += [frame.say(Text("gained (yuan)", "增加金额（元）")), frame.say(Text("lost (yuan)", "减少金额（元）"))]
    rows: list[list[Cell]] = []
    for space, declared in (("entities", program.entities), ("clauses", program.clauses)):
        for name, tally in people.get(space, {}).items():
            figures = [tally[key]["mean"] for key in (*counts, "gained", "lost")]
            if any(figures):
                rows.append([title_of(declared, name, frame.language), *figures])
    sheet.table(headings, rows, ("text", "count", "count", "count", "count", "exact", "exact"))
