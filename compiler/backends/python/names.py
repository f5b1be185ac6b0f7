"""Names and strings in generated code. Nothing that a policy says becomes code.

A name of the policy is used as an identifier only when it is a plain Latin word that means nothing else to Python or to
the runtime; anything else gets a name that is invented here. All other text is the `repr` of a string.
"""

from __future__ import annotations

import builtins
import keyword
import re

from attrs import define, field

from compiler.backends.python import runtime

PLAIN = re.compile(r"[a-z][a-z0-9_]{0,59}")
TABLES = frozenset({"FACTS", "PARAMETERS", "POLICY", "TARGETS", "DEEP", "world"})
RESERVED = (
    TABLES
    | frozenset(keyword.kwlist)
    | frozenset(keyword.softkwlist)
    | frozenset(dir(builtins))
    | frozenset(runtime.__all__)
)


@define
class Names:
    """Hands out identifiers, each once."""

    taken: set[str] = field(factory=lambda: set(RESERVED))

    def name(self, wanted: str, *, instead: str) -> str:
        """`wanted` if it may stand in code, else `instead` (which is known to be plain), with a number if need be."""
        plain = wanted.lower()
        if PLAIN.fullmatch(plain) and not plain.endswith("__") and plain not in self.taken:
            self.taken.add(plain)
            return plain
        name, count = instead, 1
        while name in self.taken:
            count += 1
            name = f"{instead}_{count}"
        self.taken.add(name)
        return name


def is_plain(name: str) -> bool:
    return PLAIN.fullmatch(name.lower()) is not None


def quoted(text: str) -> str:
    """A string literal. In double quotes when nothing in the text needs escaping, else as Python escapes it."""
    return f'"{text}"' if _is_harmless(text) else repr(text)


def docstring(text: str) -> str:
    return f'"""{text}"""' if _is_harmless(text) else repr(text)


def _is_harmless(text: str) -> bool:
    """No quote, no backslash, and nothing that an editor does not show as it is."""
    return text.isprintable() and '"' not in text and "\\" not in text
