"""What every sheet of the workbook has in common: the book, the unit, the language, titles, and lists to be printed."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from huice.reports.amounts import Unit
from huice.reports.budget.chart_data import ChartData
from huice.reports.budget.placed import Data, Placed
from huice.reports.sheets import WIDEST, Sheet, Workbook
from huice.reports.tables.records import Run
from lang.diagnostics import Language, Text

FONTS: dict[Language, str] = {"zh": "Microsoft YaHei", "en": "Calibri"}
NAMES = {
    "cover": Text("cover", "封面"),
    "funds": Text("appropriations", "预算汇总"),
    "clauses": Text("clauses by year", "条款与年度"),
    "lines": Text("clauses by fund", "资金明细"),
    "times": Text("months and quarters", "月度与季度"),
    "to_date": Text("paid to date", "当年累计"),
    "groups": Text("groups", "分组"),
    "enough": Text("what suffices", "够用概率"),
    "difference": Text("comparison", "版本比较"),
    "changes": Text("changes", "修改内容"),
    "sensitivity": Text("sensitivity", "敏感性"),
    "targets": Text("targets", "绩效目标表"),
    "actual": Text("actual and forecast", "执行与预测"),
    "assumptions": Text("assumptions", "假设"),
    "budgets": Text("given appropriations", "预算安排"),
    "source": Text("source", "来历"),
    "data": Text("data (yuan)", "数据（元）"),
    "charts": Text("chart data", "图表数据"),
}
WHAT = {
    "funds": Text(
        "appropriations by year, fund and pot, and whether they last", "各年度、资金来源、分账的预算与是否够用"
    ),
    "clauses": Text("spending by clause and year", "各条款、各年度支出"),
    "lines": Text("spending by year, clause, fund and pot", "各年度、条款、资金来源、分账支出"),
    "times": Text("by month and quarter, with percentiles", "逐月、逐季支出及分位数"),
    "to_date": Text("paid since January against the appropriation", "当年累计实付与预算对照"),
    "groups": Text("spending by group and year", "分组、分年度支出"),
    "enough": Text("how likely an appropriation is exceeded, and what would suffice", "超支概率曲线与够用额度"),
    "difference": Text(
        "B − A by clause, year, group; bridge; for whom", "乙减甲：按条款、年度、分组，变动桥，影响对象"
    ),
    "changes": Text("what was changed, before and after", "修改了什么：修改前后"),
    "sensitivity": Text("which assumption matters most", "哪项假设影响最大"),
    "targets": Text("targets and their chances", "绩效指标与达成概率"),
    "actual": Text("what was paid against what was forecast", "实际执行与预测对照"),
    "assumptions": Text(
        "what was assumed, with sources; edited, it is a scenario again", "全部假设及来源；修改后可转回情景"
    ),
    "budgets": Text(
        "the appropriations that were assumed, by fund, pot and year", "情景中各年度、资金、分账的预算安排"
    ),
    "source": Text("what the figures were made from", "数据来历（可复算）"),
    "data": Text("every figure in exact yuan", "全部数字（精确到元、角、分）"),
    "charts": Text("what the charts are drawn from", "图表所用数据"),
}


class Frame:
    """The workbook while it is made. `title`: of every sheet."""

    def __init__(self, place: Path, run: Run, unit: Unit, language: Language, title: Text | None = None) -> None:
        self.run, self.unit, self.language = run, unit, language
        self.title = (run.policy.text if title is None else title)[language]
        self.book = Workbook(place, self.title, unit.form, FONTS[language])
        self.data = Data(self.book, NAMES["data"][language], language, unit)
        self.charts = ChartData(self.book, NAMES["charts"][language], language)
        self.made: list[str] = []

    def say(self, text: Text) -> str:
        return text[self.language]

    def name(self, key: str) -> str:
        return NAMES[key][self.language]

    def __enter__(self) -> Frame:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            stated = Text(
                "amounts in yuan, exact; the other sheets refer to these cells",
                "金额单位：元（精确值）；其他各表引用本表",
            )
            if self.data.blocks:
                self.data.write(self.title, self.say(stated))
            if self.charts.used:
                self.charts.write(self.say(Text("What the charts are drawn from", "图表所用数据")))
        self.book.__exit__(kind, error, at)

    def sheet(self, key: str, subject: Text, *, money: bool = True, widest: int = WIDEST) -> Sheet:
        """A sheet with its title, its subject and the unit, stated once."""
        self.made.append(key)
        sheet = Sheet(self.book, self.name(key), widest)
        below = self.say(subject)
        if money:
            below += f" · {self.unit.stated(self.language)}"
        sheet.title(self.title, below, scenario_line(self.run)[self.language])
        return sheet

    def list(self, sheet: Sheet, placed: Placed, left: int, *, filtered: bool = True) -> None:
        """A long table: headings stay in sight and stand on every page."""
        if filtered and placed.last >= placed.first:
            sheet.sheet.autofilter(placed.top, 0, placed.last, placed.columns - 1)
        sheet.sheet.freeze_panes(placed.top + 1, left)
        sheet.sheet.repeat_rows(placed.top)


def scenario_line(run: Run) -> Text:
    """The scenario, its period, how many draws; a stopped run says so wherever its figures stand."""
    en, zh = f"{run.draws:,} draws", f"{run.draws:,} 次抽样"
    if run.partial is not None:
        en, zh = f"{en} of {run.partial[1]:,} (stopped)", f"{zh}（共 {run.partial[1]:,} 次，已中止）"
    span = Text("", "") if run.first is None else Text(f" · {run.first} to {run.last}", f" · {run.first} 至 {run.last}")
    drawn = Text(f" · {en}", f" · {zh}") if run.draws else Text("", "")
    return Text(f"scenario {run.scenario['en']}{span.en}{drawn.en}", f"情景：{run.scenario['zh']}{span.zh}{drawn.zh}")
