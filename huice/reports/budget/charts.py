"""Native charts of the workbook: fan, exceedance curve, waterfall, tornado, actual against forecast.

In: where figures stand on shown sheets. Out: charts over cells of a sheet of chart data, whose cells are formulas over
the shown ones, so that a chart follows what is edited. Colours are few and print well in grey.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from huice.reports.budget.chart_data import Block, ChartData
from huice.reports.budget.placed import Placed
from huice.reports.sheets import BLUE, Cell, Formula, Look
from lang.diagnostics import Text

WIDE, HIGH = 900, 330  # pixels; two charts stand side by side at half the width
DARK, MIDDLE, LIGHT, RED, GREEN = BLUE, "#9DC3E6", "#DEEBF7", "#C55A11", "#548235"
RULES = "#D9D9D9"


# ---------------------------------------------------------------- parts
def _chart(data: ChartData, options: dict[str, Any], title: str, width: int = WIDE, height: int = HIGH) -> Any:
    chart = data.book.book.add_chart(options)
    font = {"name": data.book.font, "size": 12, "bold": True, "color": BLUE}
    chart.set_title({"name": title, "name_font": font, "overlay": False})
    chart.set_size({"width": width, "height": height})
    chart.set_legend({"position": "bottom", "font": _font(data)})
    chart.set_chartarea({"border": {"color": RULES}})
    return chart


def _font(data: ChartData, **more: Any) -> dict[str, Any]:
    return {"name": data.book.font, "size": 9, "bold": False, **more}


def _axis(data: ChartData, **more: Any) -> dict[str, Any]:
    return {
        "num_font": _font(data),
        "name_font": _font(data, color="#595959"),
        "major_gridlines": {"visible": True, "line": {"color": RULES, "width": 0.5}},
        "line": {"color": "#7F7F7F"},
        **more,
    }


def _series(data: ChartData, block: Block, number: int, names: int = 0, **look: Any) -> dict[str, Any]:
    return {
        "name": block.headings[number][data.language],
        "categories": data.column(block, names),
        "values": data.column(block, number),
        **look,
    }


def _money(columns: int) -> list[Look]:
    return ["money"] * columns


def _minus(placed: Placed, row: int, high: int, low: int, values: Sequence[Sequence[float]]) -> Formula:
    number = placed.first + row
    return Formula(f"={placed.at(number, high)}-{placed.at(number, low)}", values[row][high] - values[row][low])


# ---------------------------------------------------------------- fan
FAN = (
    Text("below P5", "5%分位以下"),
    Text("P5 to P25", "5%–25%分位"),
    Text("P25 to P75", "25%–75%分位"),
    Text("P75 to P95", "75%–95%分位"),
    Text("P50", "中位数"),
)


def fan(
    data: ChartData,
    placed: Placed,
    columns: Sequence[int],
    names: Sequence[str],
    values: Sequence[Sequence[float]],
    title: Text,
    unit: str,
    *,
    limit: Sequence[Cell] | None = None,
    limit_name: Text | None = None,
) -> Any:
    """Bands of percentiles along the rows of a table. `columns`: of P5, P25, P50, P75, P95; `names` of the rows, in
    column 0; `values`: the figures that the table shows, by row and column. `limit`: a line across, such as the year's
    appropriation (None: a gap)."""
    p5, p25, p50, p75, p95 = columns
    rows: list[list[Cell]] = []
    for row in range(len(values)):
        number = placed.first + row
        made: list[Cell] = [
            Formula(f"={placed.at(number, 0)}", names[row]),
            Formula(f"={placed.at(number, p5)}", values[row][p5]),
            _minus(placed, row, p25, p5, values),
            _minus(placed, row, p75, p25, values),
            _minus(placed, row, p95, p75, values),
            Formula(f"={placed.at(number, p50)}", values[row][p50]),
        ]
        if limit is not None:
            made.append(limit[row])
        rows.append(made)
    headings = [Text("month", "月份"), *FAN]
    looks: list[Look] = ["text", *_money(len(FAN))]
    if limit is not None and limit_name is not None:
        headings.append(limit_name)
        looks.append("money")
    block = data.add(title, headings, looks, rows)
    chart = _chart(data, {"type": "area", "subtype": "stacked"}, f"{title[data.language]} · {unit}")
    bands = ((1, {"none": True}), (2, {"color": LIGHT}), (3, {"color": MIDDLE}), (4, {"color": LIGHT}))
    for number, fill in bands:
        chart.add_series(_series(data, block, number, fill=fill, border={"none": True}))
    lines = data.book.book.add_chart({"type": "line"})
    lines.add_series(_series(data, block, 5, line={"color": DARK, "width": 1.75}))
    if limit is not None:
        lines.add_series(_series(data, block, 6, line={"color": RED, "width": 1.5, "dash_type": "dash"}))
    chart.combine(lines)
    chart.set_legend({"position": "bottom", "font": _font(data), "delete_series": [0]})
    chart.set_y_axis(_axis(data, num_format="#,##0", min=0))
    every = max(1, len(values) // 12)
    chart.set_x_axis(
        _axis(
            data, interval_unit=every, interval_tick=every, major_gridlines={"visible": False}, position_axis="on_tick"
        )
    )
    return chart


# ---------------------------------------------------------------- exceedance
def exceedance(
    data: ChartData,
    points: Sequence[tuple[float, float]],
    mark: float | None,
    title: Text,
    unit: str,
    mark_name: Text,
    *,
    width: int = WIDE // 2,
    height: int = 300,
) -> Any:
    """The chance of more than each amount (in the report's unit); the appropriation is an upright line."""
    headings = [Text(f"amount ({unit})", f"金额（{unit}）"), Text("chance of more", "超过的概率")]
    block = data.add(title, headings, ["money", "share"], [[amount, chance] for amount, chance in points])
    chart = _chart(data, {"type": "scatter", "subtype": "straight"}, title[data.language], width, height)
    chart.add_series(_series(data, block, 1, line={"color": DARK, "width": 2}, marker={"type": "none"}))
    if mark is not None:
        line = data.add(
            Text(f"{title.en}: {mark_name.en}", f"{title.zh}：{mark_name.zh}"),
            [headings[0], mark_name],
            ["money", "share"],
            [[mark, 0], [mark, 1]],
        )
        dash = {"color": RED, "width": 1.5, "dash_type": "dash"}
        chart.add_series(_series(data, line, 1, line=dash, marker={"type": "none"}))
    chart.set_y_axis(_axis(data, num_format="0%", min=0, max=1, major_unit=0.2))
    ends = [amount for amount, _ in points] + ([] if mark is None else [mark])
    low, high = min(ends), max(ends)
    margin = (high - low) * 0.05 or max(abs(high) * 0.05, 1.0)
    step = _round_step((high - low + 2 * margin) / 6)
    start = max((low - margin) // step * step, 0.0)
    chart.set_x_axis(_axis(data, num_format=_axis_form(step), name=unit, min=start, major_unit=step))
    return chart


def _round_step(step: float) -> float:
    """1, 2 or 5 times a power of ten, not less."""
    power = 1.0
    while power * 10 <= step:
        power *= 10
    while power > step:
        power /= 10
    return next(power * n for n in (1, 2, 5, 10) if power * n >= step)


def _axis_form(step: float) -> str:
    return "#,##0" if step >= 1 else "#,##0.00"


# ---------------------------------------------------------------- waterfall
def waterfall(
    data: ChartData, placed: Placed, names: Sequence[str], amounts: Sequence[float], title: Text, unit: str
) -> Any:
    """A table whose rows are a start, its steps, and (in its total line) the end; amounts in column 1.

    A bar hangs between the running sums before and after its step; what lies below zero is drawn below zero, so each
    bar is at most two pieces: `base` (unseen) and a piece on either side of zero.
    """
    headings = [
        Text("step", "步骤"),
        Text("base", "底"),
        Text("base below zero", "零下底"),
        Text("level", "水平"),
        Text("more", "增加"),
        Text("less", "减少"),
        Text("more, below zero", "增加（零下）"),
        Text("less, below zero", "减少（零下）"),
    ]
    rows: list[list[Cell]] = []
    total = placed.last + 1
    running = 0.0
    before = ""
    first = placed.first + 1
    for number, (name, amount) in enumerate(zip(names, amounts, strict=True)):
        ends = number in (0, len(names) - 1)
        at = placed.at(total if number == len(names) - 1 else placed.first + number, 1)
        label = f"={placed.at(total if number == len(names) - 1 else placed.first + number, 0)}"
        if ends:
            running = amount
            rows.append([Formula(label, name), 0, 0, Formula(f"={at}", amount), 0, 0, 0, 0])
            continue
        letter = xl_col_to_name(1)
        before = f"SUM('{placed.name}'!${letter}${first}:${letter}${placed.first + number})"
        after = f"SUM('{placed.name}'!${letter}${first}:${letter}${placed.first + number + 1})"
        start, end = running, running + amount
        running = end
        up = max(max(start, end), 0.0) - max(min(start, end), 0.0)
        down = min(min(start, end), 0.0) - min(max(start, end), 0.0)
        above = f"MAX(MAX({before},{after}),0)-MAX(MIN({before},{after}),0)"
        below = f"MIN(MIN({before},{after}),0)-MIN(MAX({before},{after}),0)"
        more = amount >= 0
        rows.append(
            [
                Formula(label, name),
                Formula(f"=MAX(MIN({before},{after}),0)", max(min(start, end), 0.0)),
                Formula(f"=MIN(MAX({before},{after}),0)", min(max(start, end), 0.0)),
                0,
                Formula(f"=IF({at}>=0,{above},0)", up if more else 0.0),
                Formula(f"=IF({at}<0,{above},0)", 0.0 if more else up),
                Formula(f"=IF({at}>=0,{below},0)", down if more else 0.0),
                Formula(f"=IF({at}<0,{below},0)", 0.0 if more else down),
            ]
        )
    block = data.add(title, headings, ["text", *_money(len(headings) - 1)], rows)
    chart = _chart(data, {"type": "column", "subtype": "stacked"}, f"{title[data.language]} · {unit}")
    unseen = {"fill": {"none": True}, "border": {"none": True}}
    colours = ((1, None), (2, None), (3, "#7F7F7F"), (4, RED), (5, GREEN), (6, RED), (7, GREEN))
    for number, colour in colours:
        look = unseen if colour is None else {"fill": {"color": colour}, "border": {"none": True}}
        chart.add_series(_series(data, block, number, gap=50, **look))
    chart.set_legend({"position": "bottom", "font": _font(data), "delete_series": [0, 1, 2, 5, 6]})
    levels = _levels(amounts)
    axis = _axis(data, num_format="#,##0")
    start = _axis_start(levels)
    if start:
        axis |= {"min": start, "name": Text("the axis does not begin at 0", "纵轴不从零起")[data.language]}
    chart.set_y_axis(axis)
    chart.set_x_axis(_axis(data, major_gridlines={"visible": False}, label_position="low"))
    return chart


def _levels(amounts: Sequence[float]) -> list[float]:
    """The heights that the bars reach: the start, after each step, the end."""
    found = [amounts[0]]
    for amount in amounts[1:-1]:
        found.append(found[-1] + amount)
    return [*found, amounts[-1]]


def _axis_start(levels: Sequence[float]) -> float:
    """0, unless the steps would be too small to be seen beside what they start from."""
    low, high = min(levels), max(levels)
    if low <= 0 or high - low > 0.3 * low or high == low:
        return 0.0
    step = _round_step((high - low) / 2)
    return max((low - (high - low)) // step * step, 0.0)


# ---------------------------------------------------------------- tornado
def tornado(
    data: ChartData,
    placed: Placed,
    bars: Sequence[tuple[str, int, float, float]],
    middle: float,
    title: Text,
    unit: str,
    *,
    columns: tuple[int, int],
) -> Any:
    """`bars`: (name, row on the shown sheet, total with it low, with it high) in the report's unit, widest first; they
    part at `middle`. `columns`: of the two totals in the table."""
    at_low, at_high = columns
    rows: list[list[Cell]] = [
        [
            Formula(f"={placed.at(row, 0)}", name),
            Formula(f"={placed.at(row, at_low)}-{middle!r}", low - middle),
            Formula(f"={placed.at(row, at_high)}-{middle!r}", high - middle),
        ]
        for name, row, low, high in reversed(bars)
    ]
    headings = [Text("assumption", "假设"), Text("at its P10", "取其10%分位"), Text("at its P90", "取其90%分位")]
    block = data.add(title, headings, ["text", "money", "money"], rows)
    chart = _chart(
        data,
        {"type": "bar", "subtype": "stacked"},
        f"{title[data.language]} · {unit}",
        height=max(240, 90 + 34 * len(bars)),
    )
    for number, colour in ((1, MIDDLE), (2, DARK)):
        chart.add_series(
            _series(data, block, number, fill={"color": colour}, border={"none": True}, gap=45, overlap=100)
        )
    chart.set_y_axis(_axis(data, label_position="low", major_gridlines={"visible": False}))
    chart.set_x_axis(_axis(data, num_format="+#,##0;-#,##0;0"))
    return chart


# ---------------------------------------------------------------- what was paid against what was forecast
def actual_against_forecast(
    data: ChartData,
    placed: Placed,
    columns: tuple[int, int, int, int],
    names: Sequence[str],
    values: Sequence[Sequence[float | None]],
    title: Text,
    unit: str,
) -> Any:
    """Rows are months; `columns`: of what was paid, and of the forecast's P5, P50, P95 (empty where there is none)."""
    paid, low, middle, high = columns
    rows: list[list[Cell]] = []
    for row, figures in enumerate(values):
        number = placed.first + row
        made: list[Cell] = [Formula(f"={placed.at(number, 0)}", names[row])]
        ends = figures[low], figures[high]
        if ends[0] is None or ends[1] is None:
            made += [None, None, None]
        else:
            made.append(Formula(f"={placed.at(number, low)}", ends[0]))
            made.append(Formula(f"={placed.at(number, high)}-{placed.at(number, low)}", ends[1] - ends[0]))
            made.append(Formula(f"={placed.at(number, middle)}", figures[middle] or 0.0))
        actual = figures[paid]
        made.append(None if actual is None else Formula(f"={placed.at(number, paid)}", actual))
        rows.append(made)
    headings = [
        Text("month", "月份"),
        Text("P5", "5%分位"),
        Text("forecast P5 to P95", "预测5%–95%分位"),
        Text("forecast P50", "预测中位数"),
        Text("paid", "实付"),
    ]
    block = data.add(title, headings, ["text", "money", "money", "money", "money"], rows)
    chart = _chart(data, {"type": "area", "subtype": "stacked"}, f"{title[data.language]} · {unit}")
    chart.add_series(_series(data, block, 1, fill={"none": True}, border={"none": True}))
    chart.add_series(_series(data, block, 2, fill={"color": LIGHT}, border={"none": True}))
    lines = data.book.book.add_chart({"type": "line"})
    lines.add_series(_series(data, block, 3, line={"color": DARK, "width": 1.5, "dash_type": "dash"}))
    dots = {"type": "circle", "size": 5, "fill": {"color": RED}, "border": {"color": RED}}
    lines.add_series(_series(data, block, 4, line={"color": RED, "width": 1.75}, marker=dots))
    chart.combine(lines)
    chart.show_blanks_as("gap")
    chart.set_legend({"position": "bottom", "font": _font(data), "delete_series": [0]})
    chart.set_y_axis(_axis(data, num_format="#,##0", min=0))
    every = max(1, len(values) // 12)
    chart.set_x_axis(_axis(data, interval_unit=every, major_gridlines={"visible": False}))
    return chart
