"""Code in the docs runs."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
PYTHON = [(page.name, code) for page in sorted(DOCS.glob("*.md")) for code in
          re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)]  # fmt: skip


@pytest.mark.parametrize(("page", "code"), PYTHON, ids=[f"{page}-{i}" for i, (page, _) in enumerate(PYTHON)])
def test_python_blocks_run(page: str, code: str) -> None:
    exec(compile(code, page, "exec"), {})


def test_there_are_blocks_to_run() -> None:
    assert PYTHON
