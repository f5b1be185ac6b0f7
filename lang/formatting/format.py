"""A parsed file to its canonical text, in its own language or the other.

`format_file` writes the tree as it is: what it gives reads back as the same tree. With `names` (of the file and of the
modules that it uses) and a language the names change language too (`lang.formatting.translate`), and the text reads
back as the translated tree. With `names` alone, values given in cases that are members of kinds are spelt like others.
"""

from __future__ import annotations

from lang.diagnostics import Language
from lang.formatting.blocks import file_lines
from lang.formatting.layout import page
from lang.formatting.names import Names
from lang.formatting.translate import translated
from lang.formatting.writer import Writer
from lang.tree.declarations import File


def format_file(file: File, *, language: Language | None = None, names: Names | None = None) -> str:
    """The canonical text of a file without faults; `language` is that of the keywords (default: the file's own)."""
    if names is not None:
        file = translated(file, names, language)
    return page(file_lines(Writer(language or file.language), file))
