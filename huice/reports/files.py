"""What files are written with: whole or not at all, and cells that are no formulas."""

from __future__ import annotations

from simulator.whole_files import write_whole

__all__ = ["as_text", "write_whole"]


def as_text(cell: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
