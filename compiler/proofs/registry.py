"""The finders, one module each. They are imported when they are run."""

from __future__ import annotations

FAST: tuple[str, ...] = (  # modules of compiler.proofs.fast, in the order in which they run
    "never_holds", "order_of_rules", "shut_out", "tables", "amounts_and_limits", "written_dates", "never_read",
    "across_policies",
)  # fmt: skip
DEEP: tuple[str, ...] = (  # modules of compiler.proofs.deep
    "rules", "amounts", "limits", "overlaps", "cliffs", "date_conventions", "declared",
)  # fmt: skip
