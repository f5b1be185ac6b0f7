"""The finders, one module each. They are imported when they are run."""

from __future__ import annotations

FAST: tuple[str, ...] = ("never_holds", "order_of_rules")  # modules of compiler.proofs.fast
DEEP: tuple[str, ...] = ()  # modules of compiler.proofs.deep
