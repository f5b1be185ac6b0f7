"""Untidy programs and their canonical texts in both languages.

`python -m tests.lang.test_format_golden` writes the texts anew; look at them before you keep them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from lang.formatting.format import format_file
from lang.formatting.names import names_of
from lang.modules import FolderLoader, load_modules
from lang.parsing.parse import parse
from lang.source import Source

FOLDER = Path(__file__).parent / "formatted"
STANDARD = Path(__file__).parents[2] / "stdlib_policies"
UNTIDY = sorted(path for path in FOLDER.glob("*.policy") if "." not in path.stem)


def canonical(path: Path, language: str) -> str:
    source = Source(path.read_text("utf-8"), str(path))
    file, diagnostics = parse(source)
    assert not diagnostics, diagnostics[0].message.en
    modules, _ = load_modules(file, source, FolderLoader((FOLDER, STANDARD)))
    return format_file(file, language=language, names=names_of((*modules, file)))  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("path", UNTIDY, ids=lambda path: path.stem)
def test_golden(path: Path, language: str) -> None:
    golden = path.with_suffix(f".{language}.policy")
    assert canonical(path, language) == golden.read_text("utf-8")


if __name__ == "__main__":
    for untidy in UNTIDY:
        for of in ("en", "zh"):
            untidy.with_suffix(f".{of}.policy").write_text(canonical(untidy, of), "utf-8")
