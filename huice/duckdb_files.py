"""The one place that knows DuckDB: it is an extra, so it may not be there.

`database` opens a file for as long as the block runs. What DuckDB has to complain of comes out as `DatabaseError`,
which carries the sentence for the user; that the package is missing too. Nothing is loaded from anywhere, and a file
that is read can neither be written nor read other files.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lang.diagnostics import Text

SUFFIXES = frozenset({".duckdb", ".db", ".ddb"})
MISSING = Text(
    'DuckDB files need the package duckdb: pip install "huice[duckdb]"',
    '读写 DuckDB 文件需要 duckdb 软件包：pip install "huice[duckdb]"',
)


class DatabaseError(Exception):
    """Carries `text`."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.en)


def is_there() -> bool:
    """Whether the package is installed (nothing is imported)."""
    from importlib.util import find_spec

    return find_spec("duckdb") is not None


@contextmanager
def database(path: Path, *, read_only: bool) -> Iterator[Any]:
    """A connection to the file at `path`; without `read_only` it is made where there is none. Raises DatabaseError."""
    try:
        import duckdb
    except ImportError:
        raise DatabaseError(MISSING) from None
    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "enable_external_access": False,
    }
    try:
        with duckdb.connect(str(path), read_only=read_only, config=settings) as connection:
            yield connection
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise DatabaseError(
            Text(f"this DuckDB file cannot be used: {reason}", f"无法使用该 DuckDB 文件：{reason}")
        ) from None
