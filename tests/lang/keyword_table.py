"""The table of keywords in docs/language/keywords.md: `python -m tests.lang.keyword_table` renews it."""

from __future__ import annotations

from pathlib import Path

from lang.text.keywords import ARGUMENTS, FUNCTIONS, LOCAL, OPENERS, RESERVED, TYPE_WORDS, UNITS, Word

PAGE = Path(__file__).resolve().parents[2] / "docs" / "language" / "keywords.md"


def table_text() -> str:
    """The whole page."""
    parts = [
        "# Keywords",
        "Both languages are one: a line may be written with the words of either. The first spelling of a row is "
        "the one that the formatter writes. This page is made from `lang/text/keywords.py` by `python -m "
        "tests.lang.keyword_table`.",
        "## Words that open a line",
        _table([(word, word.inside or "top of the file") for word in OPENERS], "stands in"),
        "## Words inside a line",
        _table([(word, "") for word in RESERVED]),
        "## Words of one kind of line",
        _table([(word, kind.lower().replace("_", " ")) for kind, words in LOCAL.items() if ":" not in kind
                for word in words], "in lines of kind"),
        "## Words of types",
        _table([(word, "") for word in TYPE_WORDS]),
        "## Units, behind a number",
        ", ".join(f"`{unit}`" for unit in UNITS),
        "## Functions and their arguments",
        ", ".join(f"`{en}` {zh}" for zh, en in (*FUNCTIONS.items(), *ARGUMENTS.items())),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _table(rows: list[tuple[Word, str]], where: str | None = None) -> str:
    head = ["English", "中文", *([where] if where else [])]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for word, place in rows:
        cells = [", ".join(f"`{s}`" for s in word.en) or "–", "、".join(f"`{s}`" for s in word.zh) or "–"]
        lines.append("| " + " | ".join([*cells, *([place] if where else [])]) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(table_text(), encoding="utf-8")
