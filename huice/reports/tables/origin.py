"""Where figures come from, in the reader's words: what another run needs to give the same figures.

In: the manifest of a run and the checked program. Out: rows (what, value), both in both languages; the page and the
workbook show the same ones. What the manifest has and no word is known of keeps its own name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from huice.reports.names import title_of
from huice.reports.words import engines_of, group_name
from lang.diagnostics import Text
from lang.model import Program

Row = tuple[Text, Text]

WORDS = {
    "policy": Text("policy", "政策"),
    "name": Text("name", "名称"),
    "sources": Text("file", "文件"),
    "scenario": Text("scenario", "情景"),
    "files": Text("roster", "名册"),
    "seed": Text("seed", "随机种子"),
    "draws": Text("draws", "抽样次数"),
    "engine": Text("engine", "计算方式"),
    "clauses": Text("clauses", "条款"),
    "by": Text("by", "分组"),
    "thresholds": Text("thresholds (yuan)", "阈值（元）"),
    "mean_error": Text("error of the mean (yuan)", "均值误差（元）"),
    "entitled": Text("entitled", "应付"),
    "paid": Text("paid", "实付"),
    "as_of": Text("known to", "已知截至"),
    "ledger": Text("ledger SHA-256", "支付台账 SHA-256"),
    "versions": Text("version", "版本"),
    "huice": Text("Huice", "惠策"),
    "python": Text("Python", "Python"),
    "numpy": Text("NumPy", "NumPy"),
    "scipy": Text("SciPy", "SciPy"),
    "sha256": Text("SHA-256", "SHA-256"),
}


def origin_of(manifest: Mapping[str, Any], program: Program) -> tuple[Row, ...]:
    """In the order of the manifest, without what is nothing. A clause that `program` does not have keeps its name."""
    return tuple(_rows(manifest, program, ()))


def _rows(value: Mapping[str, Any], program: Program, above: tuple[Text, ...]) -> list[Row]:
    rows: list[Row] = []
    for key, item in value.items():
        path = (*above, WORDS.get(key) or _same(key.replace("_", " ")))
        match item:
            case None | []:
                continue
            case Mapping():
                rows += _rows(item, program, path)
            case [Mapping(), *_]:
                for part in item:
                    inside = dict(part)
                    named = inside.pop("name", None)
                    rows += _rows(inside, program, path if named is None else (*path, _same(named)))
            case _:
                rows.append((_joined(path, " · ", " · "), _told(key, item, program)))
    return rows


def _told(key: str, item: Any, program: Program) -> Text:
    match key, item:
        case "engine", str():
            return engines_of(item)
        case "by", str():
            return Text(group_name(item, program, "en"), group_name(item, program, "zh"))
        case "clauses", list():
            return _joined([Text(name, title_of(program.clauses, name, "zh")) for name in item], ", ", "、")
        case _, list():
            return _joined([_same(_shown(each)) for each in item], ", ", "、")
        case _:
            return _same(_shown(item))


def _shown(item: object) -> str:
    return f"{item:,.2f}" if isinstance(item, float) else str(item)


def _same(text: str) -> Text:
    return Text(text, text)


def _joined(parts: list[Text] | tuple[Text, ...], en: str, zh: str) -> Text:
    return Text(en.join(part.en for part in parts), zh.join(part.zh for part in parts))
