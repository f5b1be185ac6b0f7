"""The sentence that a reader in a hurry wants: what it will cost, how sure that is, and whether the money suffices."""

from __future__ import annotations

from attrs import frozen

from huice.reports.amounts import LARGE, YUAN, Unit, share, unit_for
from huice.reports.tables.records import Comparison, FundLine, Projection
from lang.diagnostics import Text


@frozen(kw_only=True)
class Answer:
    """`sentences`: spending, then appropriations. `worst`: the year's line of a fund or pot most likely to run short
    (None: there is no appropriation, or every one lasts in every draw)."""

    sentences: tuple[Text, ...]
    worst: FundLine | None = None

    @property
    def text(self) -> Text:
        return Text(" ".join(s.en for s in self.sentences), "".join(s.zh for s in self.sentences))


def answer(figures: Projection) -> Answer:
    """What is expected to be paid, its P5 to P95, and the chance that an appropriation does not last."""
    paid, unit = figures.total["paid"], unit_for(figures.total["entitled"].mean)
    span = (
        Text("", "")
        if figures.run.first is None
        else Text(f" from {figures.run.first} to {figures.run.last}", f"{figures.run.first} 至 {figures.run.last} ")
    )
    sentences = [_spending(span, paid.mean, (paid.at("0.05"), paid.at("0.95")), unit)]
    lines = figures.budgeted
    if not lines:
        return Answer(sentences=(*sentences, Text("No appropriation is given.", "情景中未设预算。")))
    worst = max(lines, key=lambda line: (line.p_exceeded, line.pot is None))
    if worst.p_exceeded == 0:
        said = Text("Every appropriation lasts in every draw.", "在全部抽样中各项预算均够用。")
        return Answer(sentences=(*sentences, said))
    if figures.p_exceeded is not None:
        sentences.append(
            Text(
                f"With a chance of {share(figures.p_exceeded)} some appropriation does not last.",
                f"至少有一项年度预算不足的概率为 {share(figures.p_exceeded)}。",
            )
        )
    return Answer(sentences=(*sentences, _worst(worst)), worst=worst)


def _spending(span: Text, mean: float, ends: tuple[float, float], unit: Unit) -> Text:
    low, high = (unit.show(end) for end in ends)
    least, most = (in_words(end, unit) for end in ends)
    return Text(
        f"Expected spending{span.en}: {in_words(mean, unit)}, with 90% probability between {least} and {most}.",
        f"{span.zh}预计支出 {unit.show(mean)} {unit.zh}，90% 的可能在 {low} 至 {high} {unit.zh}之间。",
    )


def _worst(line: FundLine) -> Text:
    where = Text(line.fund["en"], line.fund["zh"])
    if line.pot is not None:
        where = Text(f"{where.en} · {line.pot['en']}", f"{where.zh}（{line.pot['zh']}）")
    month = line.likeliest_month
    ends = (
        Text("", "")
        if not month
        else Text(f", and then most often runs out in {month}", f"，如不足，最可能在 {month} 用尽")
    )
    gap = " " if where.zh[:1].isascii() else ""  # between Chinese and a Latin name
    return Text(
        f"Most at risk: {where.en} in {line.period}, exceeded with a chance of {share(line.p_exceeded)}{ends.en}.",
        f"风险最大的是 {line.period} 年{gap}{where.zh}：超支概率 {share(line.p_exceeded)}{ends.zh}。",
    )


def answer_of_comparison(figures: Comparison) -> Answer:
    """What B costs more or less than A (entitled), and how sure the sign of it is."""
    spread = figures.difference["entitled"]
    if not spread.minimum and not spread.maximum:
        return Answer(
            sentences=(
                Text("B costs exactly what A costs, in every draw.", "乙方案与甲方案在每次抽样中支出完全相同。"),
            )
        )
    unit = unit_for(max(side.total["entitled"].mean for side in (figures.a, figures.b)))
    more = spread.mean >= 0
    low, high = (unit.show(spread.at(q)) for q in ("0.05", "0.95"))
    least, most = (in_words(spread.at(q), unit) for q in ("0.05", "0.95"))
    chance = spread.p_more if more else spread.p_less
    sign = Text("more", "增加") if more else Text("less", "减少")
    sentence = Text(
        f"B costs {in_words(abs(spread.mean), unit)} {sign.en} than A on average "
        f"(the difference lies between {least} and {most} with 90% probability).",
        f"乙方案比甲方案平均{sign.zh} {unit.show(abs(spread.mean))} {unit.zh}"
        f"（差额有 90% 的可能在 {low} 至 {high} {unit.zh}之间）。",
    )
    if chance is None:
        return Answer(sentences=(sentence,))
    told = Text(f"It costs {sign.en} in {share(chance)} of the draws.", f"{share(chance)} 的抽样中支出{sign.zh}。")
    return Answer(sentences=(sentence, told))


def in_words(yuan: float, unit: Unit) -> str:
    """English has no word for 10,000 yuan: millions, or where that is too coarse yuan."""
    if unit.scale == 1 or abs(yuan) < LARGE:
        return f"{YUAN.show(yuan)} yuan"
    return f"{yuan / LARGE:,.2f} million yuan"
