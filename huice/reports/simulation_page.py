"""A projection as one HTML page: tables and a band of the years, no script, no network, ready to print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from huice.reports.amounts import Unit, unit_of
from huice.reports.names import title_of
from huice.reports.words import (
    PARTS,
    QUANTILES,
    WORDS,
    budgets_of,
    group_word,
    groups_of,
    likeliest_month,
    policy_title,
    scenario_title,
    spread_headings,
)
from lang.diagnostics import Language
from lang.model import Program

STYLE = """
body{font:15px/1.5 "Noto Sans SC","Noto Sans CJK SC","Microsoft YaHei",system-ui,sans-serif;
max-width:68rem;margin:2rem auto;padding:0 1.5rem;color:#1f2933;background:#fff}
h1{font-size:1.6rem;margin:0}h2{font-size:1.1rem;margin:2.2rem 0 .4rem;color:#1f4e79}
h2 small{font-weight:400;color:#52606d;font-size:.85rem;margin-left:.6em}
p.sub{color:#52606d;margin:.2rem 0}
.facts{display:flex;flex-wrap:wrap;gap:1rem;margin:1.4rem 0}
.facts div{flex:1 1 11rem;border:1px solid #d3dce6;border-radius:4px;padding:.6rem .9rem}
.facts b{display:block;font-size:1.35rem;font-variant-numeric:tabular-nums;color:#1f4e79}
.facts span{color:#52606d;font-size:.85rem}
.wide{overflow-x:auto}table.narrow{width:auto;min-width:24rem}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.88rem}
th,td{padding:.28rem .55rem;text-align:right;border-bottom:1px solid #e4e7eb;white-space:nowrap}
th:first-child,td:first-child{text-align:left}
th{color:#1f4e79;font-weight:600;background:#eef3f8;border-bottom:1px solid #9fb3c8}
tr.sum td{font-weight:600;border-top:1px solid #1f2933}
td i{display:block;font-style:normal;color:#52606d;font-size:.92em}
td.high{background:#fbe3d6}
figure{margin:1rem 0}figcaption{color:#52606d;font-size:.85rem}
svg{width:100%;height:auto}svg text{font-size:12px;fill:#52606d}
footer{margin:2.5rem 0 1rem;color:#52606d;font-size:.85rem;border-top:1px solid #e4e7eb;padding-top:.6rem}
@media print{body{margin:0;max-width:none;font-size:11px}h2{break-after:avoid}table,figure{break-inside:avoid}
@page{size:A4 landscape;margin:12mm}}
"""
HIGH = 0.25  # a chance of overrun from here on is set off


def page(data: Mapping[str, Any], program: Program, language: Language) -> str:
    words, unit, years = WORDS[language], unit_of(data), list(data["years"])
    title = policy_title(program, language)
    heads = spread_headings(language)
    parts = [[words[p], *_spread(data["total"][p], unit)] for p in PARTS]
    means = [f"{year}年" if language == "zh" else year for year in years]
    note = f"{words['year_mean']} · {words['of_whole']}"
    whole = [words["total"], *_by_year(data, years, unit)]
    clauses = [
        [
            title_of(program.clauses, name, language),
            *(unit.show(data["years"][y]["clauses"][name]["paid"]["mean"]) for y in years),
            *_spread(clause["paid"], unit),
        ]
        for name, clause in data["clauses"].items()
    ]
    body = [
        f"<h1>{escape(title)}</h1>",
        f"<p class=sub>{escape(program.document)}</p>" if program.document and language == "zh" else "",
        f"<p class=sub>{escape(scenario_title(data, program, language))}</p>",
        f"<p class=sub><strong>{escape(unit.stated(language))}</strong></p>",
        _facts(data, program, language, unit),
        _table(words["whole"], ["", *heads], parts, unit, language),
        _heading(words["paid_by_year"], unit, language),
        _band(data, language, unit),
        _table(words["paid_by_clause"], [words["clause"], *means, *heads], clauses, unit, language, whole, note),
    ]
    if data.get("groups"):
        by = group_word(data, program, language)
        groups = [[name, *_by_year(group, years, unit)] for name, group in groups_of(data, program, language)]
        heading = words["paid_by_group"].format(by)
        body.append(_table(heading, [by, *means, *heads], groups, unit, language, whole, note))
    if budgets_of(data, program, language):
        body.append(_funds(data, program, language, unit))
    if data.get("targets"):
        targets = [
            [title_of(program.targets, name, language), f"{target['probability']:.1%}"]
            for name, target in data["targets"].items()
        ]
        body.append(_table(words["targets"], [words["target"], words["chance"]], targets, None, language))
    versions = data["manifest"]["versions"]
    source = f"{words['percentiles']} huice {versions['huice']} · seed {data['seed']} · {data['draws']:,}"
    if language == "zh":
        source = f"{words['percentiles']} 惠策 {versions['huice']} · 随机种子 {data['seed']} · {data['draws']:,} 次抽样"
    body.append(f"<footer>{escape(source)}</footer>")
    code = "zh-CN" if language == "zh" else "en"
    return (
        f'<!doctype html><html lang="{code}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style><body>{''.join(body)}</body></html>\n"
    )


def _facts(data: Mapping[str, Any], program: Program, language: Language, unit: Unit) -> str:
    """What a reader in a hurry looks for: the mean, the spread, the dearest year, the likeliest overrun."""
    words, zh = WORDS[language], language == "zh"
    paid = data["total"]["paid"]
    low, high = (unit.show(paid["quantiles"][q]) for q in ("0.1", "0.9"))
    year, dearest = max(data["years"].items(), key=lambda item: (item[1]["total"]["paid"]["mean"], item[0]))
    items = [
        (unit.show(paid["mean"]), f"{words['paid']} · {words['mean']} · {words['of_whole']}"),
        (f"{low} – {high}", f"{words['0.1']} – {words['0.9']}"),
        (f"{year} · {unit.show(dearest['total']['paid']['mean'])}", "支出最多的年度" if zh else "the costliest year"),
    ]
    chances = [
        (line["p_exceeded"], at, f"{fund} · {pot}" if pot else fund)
        for fund, pot, by_year in budgets_of(data, program, language)
        for at, line in by_year.items()
    ]
    if chances:
        chance, at, name = max(chances)
        where = f"：{name} {at}" if zh else f": {name}, {at}"
        items.append((f"{chance:.0%}", f"{words['p_exceeded']}{where}"))
    cells = "".join(f"<div><b>{escape(figure)}</b><span>{escape(text)}</span></div>" for figure, text in items)
    return f"<div class=facts>{cells}</div>"


def _spread(distribution: Mapping[str, Any], unit: Unit) -> list[str]:
    return [unit.show(distribution["mean"]), *(unit.show(distribution["quantiles"][q]) for q in QUANTILES)]


def _by_year(part: Mapping[str, Any], years: Sequence[str], unit: Unit) -> list[str]:
    means = [unit.show(part["years"][year]["total"]["paid"]["mean"]) for year in years]
    return [*means, *_spread(part["total"]["paid"], unit)]


def _heading(title: str, unit: Unit | None, language: Language, note: str = "") -> str:
    small = " · ".join(text for text in (unit.name(language) if unit else "", note) if text)
    return f"<h2>{escape(title)}{f'<small>{escape(small)}</small>' if small else ''}</h2>"


def _table(
    title: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    unit: Unit | None,
    language: Language,
    total: Sequence[str] | None = None,
    note: str = "",
) -> str:
    head = "".join(f"<th>{escape(heading)}</th>" for heading in headings)
    lines = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    if total is not None:
        lines += "<tr class=sum>" + "".join(f"<td>{escape(cell)}</td>" for cell in total) + "</tr>"
    narrow = " class=narrow" if len(headings) == 2 else ""
    table = f"<div class=wide><table{narrow}><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>"
    return _heading(title, unit, language, note) + table


def _funds(data: Mapping[str, Any], program: Program, language: Language, unit: Unit) -> str:
    """A row a fund or pot, a column a year; in a cell the appropriation, the chance of overrun, and until when."""
    words, zh = WORDS[language], language == "zh"
    years = list(data["years"])
    rows = []
    for fund, pot, by_year in budgets_of(data, program, language):
        cells = [f"<td>{escape(f'{fund} · {pot}' if pot else fund)}</td>"]
        for year in years:
            line = by_year.get(year)
            if line is None:
                cells.append("<td></td>")
                continue
            chance = line["p_exceeded"]
            look = " class=high" if chance >= HIGH else ""
            month = likeliest_month(line)
            given = unit.show(line["appropriation"])
            cells.append(f"<td{look}>{given}<i>{chance:.1%}</i><i>{escape(month) or '—'}</i></td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    head = "".join(f"<th>{escape(h)}</th>" for h in (words["fund"], *(f"{y}年" if zh else y for y in years)))
    note = f"{words['appropriation']} / {words['p_exceeded']} / {words['runs_out']}"
    table = f"<div class=wide><table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    return _heading(words["funds"], unit, language, note) + table


def _band(data: Mapping[str, Any], language: Language, unit: Unit) -> str:
    """For each year a bar from P10 to P90 with the median across it."""
    years = list(data["years"])
    paid = [data["years"][year]["total"]["paid"]["quantiles"] for year in years]
    top = max((q["0.9"] for q in paid), default=0.0) or 1.0
    width, height, left = 920, 240, 8
    step = (width - left) / max(1, len(years))

    def y(value: float) -> float:
        return 20 + (height - 50) * (1 - value / top)

    shapes = [f'<line x1="0" x2="{width}" y1="{y(0):.1f}" y2="{y(0):.1f}" stroke="#9fb3c8"/>']
    for number, (year, q) in enumerate(zip(years, paid, strict=True)):
        x = left + step * number + step * 0.2
        low, middle, high = y(q["0.1"]), y(q["0.5"]), y(q["0.9"])
        shapes.append(
            f'<rect x="{x:.1f}" y="{high:.1f}" width="{step * 0.6:.1f}" height="{max(low - high, 1):.1f}" '
            'fill="#9fc5e8"/>'
            f'<rect x="{x:.1f}" y="{middle - 1:.1f}" width="{step * 0.6:.1f}" height="2" fill="#1f4e79"/>'
            f'<text x="{x + step * 0.3:.1f}" y="{height - 8}" text-anchor="middle">{escape(year)}</text>'
            f'<text x="{x + step * 0.3:.1f}" y="{high - 5:.1f}" text-anchor="middle">{unit.show(q["0.5"])}</text>'
        )
    words = WORDS[language]
    caption = words["band"]
    return (
        f'<figure><svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(caption)}">{"".join(shapes)}</svg>'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )
