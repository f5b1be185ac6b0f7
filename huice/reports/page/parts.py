"""What both pages begin and end with: the title, the words used, how the figures were made, where they come from."""

from __future__ import annotations

from collections.abc import Sequence

from huice.reports.amounts import Unit, share
from huice.reports.page.document import section
from huice.reports.page.figures import folded
from huice.reports.page.markup import Content, Markup, el
from huice.reports.page.tables import table_only
from huice.reports.tables.records import Column, Run, Spread, Table, Variance
from huice.reports.words import ENGINES
from lang.diagnostics import Language, Text

HOW = {
    "exact": Text("the distribution of what people are paid is computed exactly, clause by clause, month by month",
                  "按条款逐月精确计算人员享受金额的概率分布"),
    "cohort": Text("people in the same state are counted together, month by month",
                   "把处于同一状态的人合并计数、逐月推演"),
    "person": Text("every person and enterprise is followed month by month under the policy's rules",
                   "按政策规则逐月推演每个人、每家单位"),
}  # fmt: skip
WORDS: tuple[tuple[Text, Text], ...] = (
    (
        Text("entitled", "应付"),
        Text("what accrues under the policy, after limits and exclusivity, in the month it accrues",
             "按政策应当享受的金额（已计名额与不重复享受），记在产生当月"),
    ),
    (
        Text("paid", "实付"),
        Text("what is claimed and paid, in the month it is paid; appropriations and cash are respected",
             "已申领并支付的金额，记在支付当月；受预算与资金上限约束"),
    ),
    (
        Text("owed at the end", "期末应付未付"),
        Text("claimed, and waiting for money at the end of the period", "已申领、期末仍待支付的金额"),
    ),
    (
        Text("lapsed", "逾期失效"),
        Text("claimed too late", "超过兑现截止日才申领的金额"),
    ),
    (
        Text("P10, P50, P90", "10%分位、中位数、90%分位"),
        Text("in 10%, 50%, 90% of the draws the figure is no higher; percentiles of parts do not add up",
             "分别有 10%、50%、90% 的抽样不高于该数；各部分的分位数不能相加"),
    ),
    (
        Text("chance of overrun", "超支概率"),
        Text("share of the draws in which some claim found no room in the year's appropriation",
             "当年有申领因预算不足而未能支付的抽样所占比例"),
    ),
)  # fmt: skip


def scenario_line(run: Run, language: Language) -> str:
    """Scenario, period, draws, engine."""
    engines = [ENGINES[name][language] if name in ENGINES else name for name in run.engine.split("+")]
    draws = f"{run.draws:,}"
    if run.partial is not None:
        draws = Text(f"{draws} of {run.partial[1]:,}", f"{draws}（共 {run.partial[1]:,}）")[language]
    period = "" if run.first is None else Text(f"{run.first} to {run.last}", f"{run.first} 至 {run.last}")[language]
    parts = (
        [f"scenario {run.scenario['en']}", period, f"{draws} draws", f"simulated {' and '.join(engines)}"]
        if language == "en"
        else [f"情景：{run.scenario['zh']}", period, f"{draws} 次抽样", "、".join(engines)]
    )
    return " · ".join(part for part in parts if part)


def stopped(run: Run, language: Language) -> Content:
    """Said first where a run did not come to its end."""
    if run.partial is None:
        return None
    done, of = run.partial
    text = Text(
        f"The run was stopped: these are the results of {done:,} of {of:,} draws.",
        f"模拟已中止：以下为 {of:,} 次抽样中 {done:,} 次的结果。",
    )
    return el("p", text[language], class_="warn", role="note")


def keys(items: Sequence[tuple[str, str, str]]) -> Markup:
    """(what, figure, remark) side by side."""
    return el("dl", *(
        el("div", el("dt", what), el("dd", figure, el("small", remark) if remark else None))
        for what, figure, remark in items
    ), class_="keys")  # fmt: skip


def words(language: Language) -> Markup:
    title = Text("What the words mean", "名词说明")[language]
    terms = [(el("dt", term[language]), el("dd", meaning[language])) for term, meaning in WORDS]
    return section(title, el("dl", terms, class_="words"))


def method(
    run: Run, variance: Variance | None, figures: Sequence[tuple[str, Spread]], language: Language, unit: Unit
) -> Markup:
    """How the figures were computed, and how far each may be off. `figures`: (name, distribution)."""
    ways = [HOW[name] for name in HOW if name in run.engine.split("+")]
    first = Text(
        f"Each of the {run.draws:,} draws takes one value for every unknown of the scenario (quasi-random points, 16 "
        f"independent scrambles); given these, {', or '.join(way.en for way in ways)}. "
        "The same seed gives the same figures.",
        f"共 {run.draws:,} 次抽样：每次先为情景中的各项不确定量取一组值（拟随机点，16 组独立扰动），在此之下"
        f"{'，或'.join(way.zh for way in ways)}。同一种子得到同一结果。",
    )
    second = Text(
        "± is half of a 95% interval over the scrambles: how far a figure may be off because there are only so many "
        "draws. It says nothing of whether the assumptions are right.",
        "“±”为 95% 区间的半宽（由 16 组扰动的 t 区间得出），反映抽样次数有限带来的误差，不反映假设本身是否准确。",
    )
    told: list[Content] = [el("p", first[language]), el("p", second[language])]
    if variance is not None and variance.unknowns is not None and variance.people is not None:
        split = Text(
            f"Of the variance of the total, {share(variance.unknowns)} comes from the unknowns of the scenario, and "
            f"{share(variance.people)} from chance among people.",
            f"总额的方差中，{share(variance.unknowns)} 来自情景中的不确定量，"
            f"{share(variance.people)} 来自个人层面的随机性。",
        )
        told.append(el("p", split[language]))
    columns = [Column(title=Text("figure", "指标"), look="text"), Column(title=Text("mean", "均值"), look="money"),
               Column(title=Text("mean ±", "均值误差±"), look="money"),
               Column(title=Text("P90", "90%分位"), look="money"),
               Column(title=Text("P90 ±", "90%分位误差±"), look="money")]  # fmt: skip
    rows = [(name, s.mean, s.error, s.quantiles.get("0.9"), s.errors.get("0.9")) for name, s in figures]
    errors = Table(title=Text("Errors", "误差"), columns=tuple(columns), rows=tuple(rows))
    told.append(table_only(errors, language, unit))
    if run.notes:
        listed = el("ul", *(el("li", note[language]) for note in run.notes))
        told.append(folded(Text("Notes of the run", "运行说明")[language], listed))
    return section(Text("Method and error", "方法与误差")[language], *told)


def origin(origins: Sequence[tuple[str, Sequence[tuple[Text, Text]]]], language: Language) -> Markup:
    """What another run needs to give the same figures; (whose, rows of `tables.origin`)."""
    parts: list[Content] = []
    for whose, of in origins:
        rows = [
            el("tr", el("th", what[language], scope="row"),
               el("td", value[language], class_="mono" if value.zh.isascii() else None))
            for what, value in of
        ]  # fmt: skip
        parts.append(el("h3", whose) if whose else None)
        parts.append(el("div", el("table", el("tbody", *rows)), class_="wide"))
    note = Text("the same inputs and seed give the same figures", "同样的文件与种子得到同样的结果")
    return section(Text("Where the figures come from", "数据来历")[language], *parts, note=note[language])


def footer(run: Run, language: Language) -> Markup:
    version = run.manifest.get("versions", {}).get("huice", "")
    text = Text(f"Made with Huice {version} · seed {run.seed}", f"惠策 {version} 生成 · 随机种子 {run.seed}")
    return el("footer", text[language])
