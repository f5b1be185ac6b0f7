"""The first sheet: the answer in a sentence, contents, how the figures were made, what the words mean, who signs."""

from __future__ import annotations

from collections.abc import Sequence

from huice.reports.budget.frame import NAMES, WHAT, Frame, scenario_line
from huice.reports.sheets import BLUE, GREY, Sheet
from huice.reports.tables.answer import Answer
from huice.reports.tables.records import Comparison, Projection, Variance
from huice.reports.words import engines_of
from lang.diagnostics import Text

LAST = 7  # columns of the cover, from 0
DEFINITIONS = (
    (
        Text("entitled", "应付"),
        Text("what accrues in the month in which the conditions are met", "条件成就当月应计的金额"),
    ),
    (
        Text("paid", "实付"),
        Text("what leaves the fund, in the month in which it does", "资金实际支出的金额，计入支出当月"),
    ),
    (
        Text("owed at the end", "期末应付未付"),
        Text("claimed and waiting for money when the period ends", "已申领、期末仍等待资金的金额"),
    ),
    (Text("lapsed", "逾期失效"), Text("claimed after the last day for claims", "超过兑现截止日申领而失效的金额")),
    (Text("not taken up", "未申领"), Text("due to people who do not claim it", "应享受而未申领的金额")),
    (
        Text("carried over", "上年结转"),
        Text("waiting when the year before ended; the mean of the draws", "上年末应付未付、结转本年的金额（均值）"),
    ),
    (
        Text("mean, P10, P50, P90", "均值、10%分位、中位数、90%分位"),
        Text(
            "the average of the draws; the figure that 10%, 50%, 90% of them do not exceed",
            "各次抽样的平均；10%、50%、90% 的抽样不高于的数",
        ),
    ),
    (
        Text("diversification", "分散效应"),
        Text(
            "percentiles do not add up: parts are seldom high together, so the total's P90 is below the sum of theirs",
            "分位数不可相加：各项很少同时偏高，故合计的90%分位低于各项90%分位之和",
        ),
    ),
    (
        Text("chance of overrun", "超支概率"),
        Text(
            "share of the draws in which a claim found no room in the appropriation",
            "有申领因预算不足未能支付的抽样所占比例",
        ),
    ),
)


def cover(frame: Frame, figures: Projection | Comparison, told: Answer, keys: Sequence[str]) -> None:
    """`keys`: of the other sheets, in order."""
    sheet = Sheet(frame.book, frame.name("cover"))
    page, book = sheet.sheet, frame.book
    page.set_column(0, 0, 24)
    page.set_column(1, LAST, 13)
    big = book.form(bold=True, font_size=20, font_color=BLUE, align="center", valign="vcenter", text_wrap=True)
    page.merge_range(0, 0, 0, LAST, "", big)
    page.write_string(0, 0, frame.title, big)
    page.set_row(0, 44)
    kind = (
        Text("Comparison of two versions", "两版方案支出比较")
        if isinstance(figures, Comparison)
        else Text("Spending projection and budget", "支出测算与预算建议")
    )
    lines = [frame.say(kind), frame.run.document or "", scenario_line(frame.run)[frame.language]]
    for row, line in enumerate(lines, 1):
        form = book.form(font_color=GREY, align="center", font_size=12 if row == 1 else 10)
        page.merge_range(row, 0, row, LAST, "", form)
        page.write_string(row, 0, line, form)
    row = _answer(frame, sheet, told, 5)
    row = _contents(frame, sheet, keys, row + 1)
    row = _method(frame, sheet, figures, row + 1)
    row = _definitions(frame, sheet, row + 1)
    _signatures(frame, sheet, row + 2)
    page.fit_to_pages(1, 1)
    page.set_portrait()
    page.print_area(0, 0, row + 6, LAST)


def _answer(frame: Frame, sheet: Sheet, told: Answer, row: int) -> int:
    form = frame.book.form(
        font_size=13, text_wrap=True, valign="vcenter", border=1, border_color=BLUE, bg_color="#F3F6FA", indent=1
    )
    text = told.text[frame.language]
    sheet.sheet.merge_range(row, 0, row, LAST, "", form)
    sheet.sheet.write_string(row, 0, text, form)
    per_line = 100 if frame.language == "en" else 54
    sheet.sheet.set_row(row, 14 + 20 * -(-len(text) // per_line))
    return row + 1


def _heading(frame: Frame, sheet: Sheet, row: int, text: Text) -> None:
    form = frame.book.form(bold=True, font_size=11, font_color=BLUE, bottom=1, bottom_color=BLUE)
    for column in range(LAST + 1):
        sheet.sheet.write_blank(row, column, None, form)
    sheet.sheet.write_string(row, 0, frame.say(text), form)


def _line(frame: Frame, sheet: Sheet, row: int, name: str, text: str, height: int = 1) -> None:
    left = frame.book.form(valign="top", indent=0)
    right = frame.book.form(text_wrap=True, valign="top")
    sheet.sheet.write_string(row, 0, name, left)
    sheet.sheet.merge_range(row, 1, row, LAST, "", right)
    sheet.sheet.write_string(row, 1, text, right)
    if height > 1:
        sheet.sheet.set_row(row, 15 * height)


def _contents(frame: Frame, sheet: Sheet, keys: Sequence[str], row: int) -> int:
    _heading(frame, sheet, row, Text("Contents", "目录"))
    link = frame.book.form(font_color=BLUE, underline=1)
    for key in keys:
        row += 1
        name = NAMES[key][frame.language]
        _line(frame, sheet, row, name, WHAT[key][frame.language])
        sheet.sheet.write_url(row, 0, f"internal:'{name}'!A1", link, name)
    return row + 1


def _method(frame: Frame, sheet: Sheet, figures: Projection | Comparison, row: int) -> int:
    _heading(frame, sheet, row, Text("How the figures were made", "计算方法与误差"))
    run, unit = frame.run, frame.unit
    measured = figures.total if isinstance(figures, Projection) else figures.difference
    error = f"± {unit.show(measured['paid'].error)} {unit.name(frame.language)}"
    engine = engines_of(run.engine)
    said = [
        (
            Text("draws, seed, engine", "抽样、随机种子、方式"),
            Text(f"{run.draws:,} · {run.seed} · {engine.en}", f"{run.draws:,} 次 · {run.seed} · {engine.zh}"),
        ),
        (
            Text("Monte-Carlo error", "抽样误差"),
            Text(
                f"{error} of the mean paid (half of a 95% interval over 16 scrambles)",
                f"实付均值 {error}（按16组打乱序列的95%区间半宽）",
            ),
        ),
    ]
    if isinstance(figures, Projection) and figures.variance.unknowns is not None:
        said.append((Text("where the spread comes from", "不确定性来源"), _variance(figures.variance)))
    said += [(Text("note", "说明"), note) for note in run.notes]
    for name, text in said:
        row += 1
        _line(frame, sheet, row, frame.say(name), frame.say(text))
    return row + 1


def _variance(variance: Variance) -> Text:
    unknowns, people = variance.unknowns or 0.0, variance.people or 0.0
    return Text(
        f"{unknowns:.1%} what nobody knows of the world (the unknowns), {people:.1%} chance of single people",
        f"不确定量（外部情况）{unknowns:.1%}，个体随机 {people:.1%}",
    )


def _definitions(frame: Frame, sheet: Sheet, row: int) -> int:
    _heading(frame, sheet, row, Text("What the words mean", "名词解释"))
    for name, text in DEFINITIONS:
        row += 1
        said = frame.say(text)
        _line(frame, sheet, row, frame.say(name), said, 2 if len(said) > (88 if frame.language == "en" else 48) else 1)
    return row + 1


def _signatures(frame: Frame, sheet: Sheet, row: int) -> None:
    """Blanks to be filled in by hand."""
    form = frame.book.form(valign="bottom")
    blank = frame.book.form(bottom=1)
    for number, text in enumerate(
        (
            (Text("prepared by", "编制单位："), Text("responsible", "负责人：")),
            (Text("made by", "经办人："), Text("date", "日期：")),
        )
    ):
        at = row + 2 * number
        for start, said in zip((0, 4), text, strict=True):
            sheet.sheet.write_string(at, start, frame.say(said), form)
            for column in range(start + 1, start + 3):
                sheet.sheet.write_blank(at, column, None, blank)
