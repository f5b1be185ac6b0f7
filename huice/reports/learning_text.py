"""What was learnt, on the terminal: figures with their intervals, what could not be learnt, what to think of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

import click
from rich.text import Text as RichText

from huice.privacy.masking import shown
from huice.reports.amounts import share
from huice.reports.names import member_name, title_of
from huice.reports.terminal import add, console, show, table
from lang.diagnostics import Language, Text, counted
from lang.model import Program

WHAT: Final[Mapping[str, Text]] = {
    "arrivals": Text("arrivals a month", "每月新增"),
    "leave": Text("leaves, a month", "每月退出率"),
    "return": Text("returns, a month", "每月返回率"),
    "follows": Text("follows", "跟随率"),
    "keeps": Text("has it throughout", "始终为是"),
    "share": Text("share", "占比"),
    "number": Text("mean", "均值"),
    "delay": Text("months after arrival", "进入后月数"),
    "link": Text("link", "关联"),
    "take_up": Text("taken up", "申领率"),
    "lag": Text("claimed after the due month", "应付后申领"),
}
_RATES = ("arrivals", "number", "delay")


def print_calibration(data: Mapping[str, Any], program: Program, language: Language) -> None:
    """`data`: the JSON form."""
    out = console()
    zh = language == "zh"
    title = f"截至 {data['as_of']} 习得" if zh else f"learnt to {data['as_of']}"
    out.print(f"{program.name} · {title}", style="bold", highlight=False, markup=False)
    made = table(
        ["栏目", "", "估计", "95%区间", "依据"] if zh else ["fact", "", "estimate", "95% interval", "seen"], left=2
    )
    for figure in data["figures"]:
        rate = figure["what"] in _RATES
        add(
            made,
            [
                about(figure, program, language),
                _what(figure, program, language),
                "" if _estimate(figure) is None else _number(_estimate(figure), rate),
                "" if _interval(figure) is None else "–".join(_number(x, rate) for x in _interval(figure)),
                f"{figure['events']:,} / {figure['n']:,}",
            ],
        )
    out.print()
    show(out, made)
    listed(out, "未能习得" if zh else "Not learnt", (each["why"] for each in data["not_learnt"]))
    listed(out, "请留意" if zh else "Think of", data["warnings"])


def print_forecast(data: Mapping[str, Any], program: Program, language: Language) -> None:
    """What was known, what became of the unknowns, then the projection as `huice simulate` prints it."""
    from huice.reports.simulation_text import print_simulation

    zh = language == "zh"
    print_simulation(data, program, language)
    out = console()
    known = data["known"]
    out.print()
    said = (
        f"截至 {known['as_of']} 已支付 {Decimal(known['paid']):,.2f} 元，共 {known['payments']:,} 笔"
        if zh
        else f"paid to {known['as_of']}: {Decimal(known['paid']):,.2f} yuan in {counted(known['payments'], 'payment')}"
    )
    out.print(said, highlight=False, markup=False)
    _appropriations(out, data, program, language)
    if all(unknown["how"] == "prior" for unknown in data["posterior"].values()):
        return
    made = table(
        ["不确定量", "方法", "先验均值", "95%区间", "后验均值", "95%区间"]
        if zh
        else ["unknown", "how", "before", "95%", "now", "95%"],
        left=2,
    )
    for name, unknown in data["posterior"].items():
        label = _label(program, data, name, zh)
        cells = [label, HOW[unknown["how"]][language]]
        for part in ("prior", "posterior"):
            low, high = unknown[part]["interval"]
            cells += [f"{unknown[part]['mean']:,.4g}", f"{low:,.4g}–{high:,.4g}"]
        add(made, cells)
    out.print()
    show(out, made)
    ess = f"{data['effective_sample_size']:,.0f} / {data['candidates']:,}"
    out.print(f"{'有效样本量：' if zh else 'effective sample size: '}{ess}", highlight=False, markup=False)


HOW: Final[Mapping[str, Text]] = {
    "conjugate": Text("exact", "精确"),
    "grid": Text("grid", "网格"),
    "importance": Text("weighted", "重要性加权"),
    "prior": Text("as before", "未更新"),
}


def _label(program: Program, data: Mapping[str, Any], name: str, zh: bool) -> str:
    scenario = program.scenarios.get(data["scenario"])
    unknown = None if scenario is None else scenario.unknowns.get(name)
    if zh and unknown is not None and unknown.label:
        return unknown.label
    return name.replace("_", " ")


def _appropriations(out: Any, data: Mapping[str, Any], program: Program, language: Language) -> None:
    """What is left of each appropriation of the year, the chance that it does not last, and when it runs out."""
    left = data["known"]["appropriation_left"]
    if not left:
        return
    zh, year = language == "zh", data["known"]["as_of"][:4]
    made = table(
        ["资金来源", "预算（元）", "已支付（元）", "结余（元）", "超支概率", "最可能用尽月份"]
        if zh
        else ["fund", "appropriation (yuan)", "paid (yuan)", "left (yuan)", "chance of overrun", "most likely runs out"]
    )
    funds = data["years"][year]["funds"]
    for name, line in left.items():
        fund, _, pot = name.removesuffix("]").partition("[")
        at = funds.get(fund, {})
        at = at.get("pots", {}).get(pot, {}) if pot else at
        if not at:
            continue
        month = max(at["runs_out"], key=lambda m: at["runs_out"][m]) if at["runs_out"] else "–"
        title = title_of(program.funds, fund, language)
        add(
            made,
            [
                f"{title} · {member_name(program, pot, language)}" if pot else title,
                *(f"{Decimal(str(line[part])):,.2f}" for part in ("appropriation", "paid", "left")),
                share(at["p_exceeded"]),
                month,
            ],
        )
    out.print()
    show(out, made)


def listed(out: Any, title: str, lines: Iterable[str]) -> None:
    said = list(lines)
    if not said:
        return
    out.print()
    out.print(title, style="bold", highlight=False, markup=False)
    for line in said:
        out.print(RichText(f"· {shown(line)}"))


def about(figure: Mapping[str, Any], program: Program, language: Language) -> str:
    """`person.employed` as its reader calls it."""
    entity, _, attribute = str(figure["about"]).partition(".")
    declared = program.entities.get(entity)
    if declared is None:
        return "申领" if language == "zh" else "claims"
    names = [declared, declared.attributes[attribute]] if attribute else [declared]
    if language == "zh":
        return "·".join(each.label or each.name for each in names)
    return " · ".join(each.name.replace("_", " ") for each in names)


def _what(figure: Mapping[str, Any], program: Program, language: Language) -> str:
    zh, word = language == "zh", WHAT[figure["what"]][language]
    if "value" in figure:
        word = f"{word} {member_name(program, str(figure['value']), language)}"
    if "per" in figure:
        per = title_of(program.entities, figure["per"], language)
        word += f"（每{per}）" if zh else f" and {per}"
    if figure["what"] == "lag" and "months" in figure:
        word += f" {figure['months']} 个月" if zh else f": {counted(figure['months'], 'month')}"
    if figure["what"] == "follows":
        attributes = program.entities[str(figure["about"]).partition(".")[0]].attributes
        leader, after = title_of(attributes, figure["leader"], language), figure["after"]
        word += f"（随{leader}，滞后 {after} 个月）" if zh else f" {leader} after {counted(after, 'month')}"
    return word


def _estimate(figure: Mapping[str, Any]) -> Any:
    """Of a lag its share of all claims, not of those that are left."""
    return figure["share"] if figure["what"] == "lag" and "share" in figure else figure["mean"]


def _interval(figure: Mapping[str, Any]) -> Any:
    return None if figure["what"] == "lag" else figure["interval"]


def _number(value: float, rate: bool) -> str:
    return f"{value:,.4g}" if rate else f"{value * 100:.3g}%"


def tell(lines: Iterable[Text], language: Language) -> None:
    """Warnings on standard error."""
    for line in lines:
        word = "提示：" if language == "zh" else "note: "
        click.echo(shown(word + line[language]), err=True)
