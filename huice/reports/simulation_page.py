"""A projection as one HTML page: tables and a band of the years, no script, no network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from huice.reports.names import member_name, title_of
from huice.reports.simulation_text import QUANTILES, WORDS, wan
from lang.diagnostics import Language
from lang.model import Program

STYLE = """
body{font:16px/1.5 system-ui,"Noto Sans SC","Microsoft YaHei",sans-serif;
max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1f2933;background:#fff}
h1{font-size:1.6rem;margin-bottom:0}h2{font-size:1.15rem;margin:2rem 0 .5rem}
p.sub{color:#52606d;margin-top:.25rem}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.92rem}
th,td{padding:.3rem .6rem;text-align:right;border-bottom:1px solid #e4e7eb}
th:first-child,td:first-child{text-align:left}th{color:#52606d;font-weight:600}
figure{margin:1rem 0}svg text{font-size:12px;fill:#52606d}
"""


def page(data: Mapping[str, Any], program: Program, language: Language) -> str:
    words = WORDS[language]
    scenario = program.scenarios[data["scenario"]]
    title = f"{program.label if language == 'zh' and program.label else program.name}"
    subtitle = scenario.label if language == "zh" and scenario.label else data["scenario"]
    unit = words["yuan"]
    heads = ["", words["mean"], "P10", "P50", "P90"]
    parts = [[words[p], *_spread(data["total"][p])] for p in ("entitled", "paid", "owed_at_end", "lapsed")]
    years = list(data["years"])
    clauses = [
        [
            title_of(program.clauses, name, language),
            *(wan(data["years"][y]["clauses"][name]["paid"]["mean"]) for y in years),
            *_spread(clause["paid"]),
        ]
        for name, clause in data["clauses"].items()
    ]
    body = [
        f"<h1>{escape(title)}</h1><p class=sub>{escape(subtitle)} · {data['draws']:,} × {escape(data['engine'])} · "
        f"{escape(unit)}</p>",
        _table(words["total"], heads, parts),
        f"<h2>{escape(words['paid'])} · {escape(words['year'])}</h2>{_band(data, language)}",
        _table(words["clause"], ["", *years, *heads[1:]], clauses),
    ]
    if data.get("groups"):
        groups = [
            [
                member_name(program, name, language),
                *(wan(group["years"][y]["total"]["paid"]["mean"]) for y in years),
                *_spread(group["total"]["paid"]),
            ]
            for name, group in data["groups"].items()
        ]
        body.append(_table(words["group"], ["", *years, *heads[1:]], groups))
    funds = [
        [
            year,
            title_of(program.funds, name, language) + (f" · {member_name(program, pot, language)}" if pot else ""),
            wan(line["paid"]["mean"]),
            wan(line["appropriation"]),
            f"{line['p_exceeded']:.1%}",
            wan(line["owed"]["mean"]),
        ]
        for year, values in data["years"].items()
        for name, fund in values.get("funds", {}).items()
        for pot, line in [("", fund), *fund.get("pots", {}).items()]
        if line.get("appropriation") is not None
    ]
    if funds:
        names = [words[w] for w in ("year", "fund", "paid", "appropriation", "p_exceeded", "owed")]
        body.append(_table(words["fund"], names, funds))
    code = "zh-CN" if language == "zh" else "en"
    return (
        f'<!doctype html><html lang="{code}"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style><body>{''.join(body)}</body></html>\n"
    )


def _spread(distribution: Mapping[str, Any]) -> list[str]:
    return [wan(distribution["mean"]), *(wan(distribution["quantiles"][q]) for q in QUANTILES)]


def _table(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(heading)}</th>" for heading in headings)
    lines = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<h2>{escape(title)}</h2><table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"


def _band(data: Mapping[str, Any], language: Language) -> str:
    """For each year a bar from P10 to P90 with the median across it."""
    years = list(data["years"])
    paid = [data["years"][year]["total"]["paid"]["quantiles"] for year in years]
    top = max((q["0.9"] for q in paid), default=0.0) or 1.0
    width, height, left = 720, 220, 8
    step = (width - left) / max(1, len(years))
    shapes = []
    for number, (year, q) in enumerate(zip(years, paid, strict=True)):
        x = left + step * number + step * 0.2

        def y(value: float) -> float:
            return 20 + (height - 50) * (1 - value / top)

        low, middle, high = y(q["0.1"]), y(q["0.5"]), y(q["0.9"])
        shapes.append(
            f'<rect x="{x:.1f}" y="{high:.1f}" width="{step * 0.6:.1f}" height="{max(low - high, 1):.1f}" '
            'fill="#9fc5e8"/>'
            f'<rect x="{x:.1f}" y="{middle - 1:.1f}" width="{step * 0.6:.1f}" height="2" fill="#1f5f99"/>'
            f'<text x="{x + step * 0.3:.1f}" y="{height - 8}" text-anchor="middle">{escape(year)}</text>'
            f'<text x="{x + step * 0.3:.1f}" y="{high - 5:.1f}" text-anchor="middle">{wan(q["0.5"])}</text>'
        )
    caption = {"en": "P10 to P90, the line is the median", "zh": "P10 至 P90，横线为中位数"}[language]
    return (
        f'<figure><svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(caption)}">{"".join(shapes)}</svg>'
        f"<figcaption class=sub>{escape(caption)}</figcaption></figure>"
    )
