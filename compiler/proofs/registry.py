"""The finders, one module each. They are imported when they are run."""

from __future__ import annotations

FAST: tuple[str, ...] = ()  # modules of compiler.proofs.fast, in the order in which they run
DEEP: tuple[str, ...] = ()  # modules of compiler.proofs.deep
