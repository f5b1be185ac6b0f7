"""What the figures were made from: the manifest, in the reader's words, so that another run gives the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from huice.reports.budget.frame import Frame
from huice.reports.sheets import Cell
from huice.reports.words import ENGINES
from lang.diagnostics import Text

WORDS = {
    "policy": "政策", "scenario": "情景", "seed": "随机种子", "draws": "抽样次数", "engine": "计算方式",
    "files": "名册文件", "clauses": "条款", "by": "分组", "thresholds": "阈值（元）", "mean_error": "均值误差（元）",
    "versions": "版本",
    "name": "名称", "sources": "文件", "entitled": "应付", "paid": "实付", "sha256": "校验值 SHA-256", "huice": "惠策",
    "python": "Python", "numpy": "NumPy", "scipy": "SciPy",
}  # fmt: skip


def source(frame: Frame, manifests: Mapping[str, Mapping[str, Any]]) -> None:
    """`manifests` by what they are of ("" for one)."""
    sheet = frame.sheet("source", Text("Where the figures come from", "数据来历"), money=False, widest=72)
    headings = [frame.say(Text("item", "项目")), frame.say(Text("value", "内容"))]
    for title, manifest in manifests.items():
        if title:
            sheet.caption(title)
        sheet.table(headings, _flat(frame, manifest), ("text", "text"))
    sheet.done()


def _flat(frame: Frame, value: Mapping[str, Any], prefix: str = "") -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for key, item in value.items():
        word = WORDS.get(key, key) if frame.language == "zh" else key.replace("_", " ")
        name = f"{prefix}{word}"
        match item:
            case None:
                continue
            case Mapping():
                rows += _flat(frame, item, f"{name} · ")
            case list() if item and isinstance(item[0], Mapping):
                for number, part in enumerate(item, 1):
                    rows += _flat(frame, part, f"{name} {number} · ")
            case list():
                if item:
                    rows.append(
                        [name, ("、" if frame.language == "zh" else ", ").join(_told(frame, key, x) for x in item)]
                    )
            case _:
                rows.append([name, _told(frame, key, item)])
    return rows


def _told(frame: Frame, key: str, item: Any) -> str:
    if isinstance(item, float):
        return f"{item:,.2f}"
    if key == "engine" and frame.language == "zh":
        return "、".join(ENGINES.get(part, part) for part in str(item).split("+"))
    return str(item)
