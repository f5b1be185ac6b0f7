"""The pages of docs/policies are what `huice weave` makes of the policies as they are."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from huice.cli import huice
from huice.policies import standard_names

PAGES = Path(__file__).resolve().parents[2] / "docs" / "policies"


@pytest.mark.parametrize("name", standard_names())
def test_the_page_is_fresh(name: str, tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    done = CliRunner().invoke(huice, ["weave", f"std:{name}", "--out", str(out), "--lang", "zh"])
    assert done.exit_code == 0, done.output
    kept = PAGES / f"{name}.html"
    assert kept.read_text(encoding="utf-8") == out.read_text(encoding="utf-8"), f"huice weave std:{name} --out {kept}"
