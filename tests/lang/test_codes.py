"""The registry and the source agree: every code that is emitted has a row, and every row is emitted somewhere."""

from __future__ import annotations

import re
from pathlib import Path

from lang.codes import CODES

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("lang", "compiler", "simulator", "huice")
CATEGORIES = frozenset(
    {
        *("syntax", "encoding", "name", "type", "unit", "import", "date", "cycle", "incomplete", "overlap", "gap"),
        *("dead", "shadowed", "conflict", "stacking", "cliff", "monotonicity", "limit", "style", "coverage"),
    }
)


def emitted() -> dict[str, str]:
    """Code → a file that names it, outside the registry."""
    found: dict[str, str] = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if path.parent != ROOT / "lang" / "codes":
                for code in re.findall(r'"(HC\d{3})"', path.read_text(encoding="utf-8")):
                    found.setdefault(code, str(path.relative_to(ROOT)))
    return found


def test_every_code_that_is_emitted_is_registered() -> None:
    assert {code: path for code, path in emitted().items() if code not in CODES} == {}


def test_every_code_that_is_registered_is_emitted() -> None:
    assert set(CODES) - set(emitted()) == set()


def test_rows_are_whole() -> None:
    for code, rule in CODES.items():
        assert re.fullmatch(r"HC[1-6]\d\d", code)
        assert rule.category in CATEGORIES, code
        assert rule.title.en and rule.title.zh and rule.explanation.en and rule.explanation.zh
