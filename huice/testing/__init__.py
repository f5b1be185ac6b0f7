"""Tests of policies with people drawn at random (Hypothesis), for those who write policies and for Huice itself.

    from hypothesis import given
    from huice.testing import assert_consistent, facts_for, programs

`facts_for(program)` draws people and their histories for a loaded program, `programs()` draws programs, and
`assert_consistent(program)` holds everything that can be held against everything else. The pytest plugin
(`pytest_huice`) makes tests of the cases and properties of `.policy` files. See docs/testing.md.

Nothing here is loaded before it is used: Hypothesis costs a tenth of a second.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from huice.testing.consistency import assert_consistent
    from huice.testing.drawn_programs import programs
    from huice.testing.facts import facts_for

__all__ = ["assert_consistent", "facts_for", "programs"]


def __getattr__(name: str) -> Any:
    if name == "facts_for":
        from huice.testing.facts import facts_for

        return facts_for
    if name == "programs":
        from huice.testing.drawn_programs import programs

        return programs
    if name == "assert_consistent":
        from huice.testing.consistency import assert_consistent

        return assert_consistent
    raise AttributeError(f"module 'huice.testing' has no attribute {name!r}")
