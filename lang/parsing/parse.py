"""Text to tree. The only module that knows the parser library.

`parse(source)` gives the tree of a file and everything wrong with its writing. The tables of grammar.lark are kept
ready-made beside it (`python -m lang.parsing.parse` renews them); where they are missing or older than the grammar or
the library, they are made anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import lark
from lark.exceptions import UnexpectedToken
from lark.lexer import Lexer as LarkLexer

from lang.diagnostics import Diagnostic
from lang.parsing.build_cases import WholeBuilder
from lang.parsing.recovery import Reader, Unexpected
from lang.parsing.reuse import Key, StatementReader
from lang.source import Source
from lang.text.tokens import Token
from lang.tree.declarations import File

_HERE = Path(__file__).parent
_TABLES = "grammar.json"
K = TypeVar("K")
V = TypeVar("V")


class _Ready(LarkLexer):
    """The tokens are made already (`lang.text.lexer`)."""

    def __init__(self, configuration: Any) -> None: ...

    def lex(self, lexer_state: Any, parser_state: Any = None) -> Iterator[Any]:
        return iter(lexer_state)


# ---------------------------------------------------------------- the parser
def _grammar() -> str:
    return (_HERE / "grammar.lark").read_text(encoding="utf-8")


def _key(grammar: str) -> str:
    return hashlib.sha256(f"{lark.__version__}\n{grammar}".encode()).hexdigest()


def _made(grammar: str) -> lark.Lark:
    return lark.Lark(
        grammar,
        parser="lalr",
        strict=True,
        lexer=_Ready,
        maybe_placeholders=True,
        keep_all_tokens=True,
        transformer=WholeBuilder(),
    )


def _numbered(record: dict[str, Any]) -> dict[int, Any]:
    """JSON has made text of the keys, which are numbers."""
    return {int(key): value for key, value in record.items()}


@cache
def _parser() -> lark.Lark:
    grammar = _grammar()
    kept = _HERE / _TABLES
    if kept.is_file():
        text = kept.read_text(encoding="utf-8")
        if text.startswith(f'{{"key": "{_key(grammar)}"'):
            saved = json.loads(text)["tables"]
            table = saved["data"]["parser"]["parser"]
            table["tokens"] = _numbered(table["tokens"])
            table["states"] = _numbered({state: _numbered(actions) for state, actions in table["states"].items()})
            saved["memo"] = _numbered(saved["memo"])
            saved["data"]["options"].update(lexer=_Ready, transformer=WholeBuilder())
            saved["data"]["parser"]["lexer_conf"]["lexer_type"] = _Ready
            return lark.Lark.load(saved)
    return _made(grammar)


def tables_text() -> str:
    """What grammar.json holds for the grammar as it is."""
    grammar = _grammar()
    data, memo = _made(grammar).memo_serialize([lark.lexer.TerminalDef, lark.grammar.Rule])
    data["options"] = {
        name: value
        for name, value in data["options"].items()
        if isinstance(value, str | bool | int | list | type(None)) and name != "lexer"
    }
    data["parser"]["lexer_conf"]["lexer_type"] = None
    return json.dumps({"key": _key(grammar), "tables": {"data": data, "memo": memo}}, separators=(", ", ": ")) + "\n"


# ---------------------------------------------------------------- reading
_kept: dict[tuple[str, str], tuple[File, tuple[Diagnostic, ...]]] = {}
_statements: dict[str, dict[Key, tuple[Any, int]]] = {}  # by name of the source, of its last text
_MOST_KEPT = 8


def _parse_tokens(tokens: list[Token]) -> Any:
    """The node of one statement, or `Unexpected` with the number of the token that cannot stand there."""
    try:
        return _parser().parse(tokens)
    except UnexpectedToken as error:
        stopped = error
    at = next((i for i, token in enumerate(tokens) if token is stopped.token), len(tokens))
    interactive = stopped.interactive_parser

    def accepted() -> frozenset[str]:
        return frozenset() if interactive is None else frozenset(interactive.accepts())  # type: ignore[no-untyped-call]

    raise Unexpected(at, accepted)


def parse(source: Source) -> tuple[File, tuple[Diagnostic, ...]]:
    """The tree of a source, and every fault of its writing. A statement with a fault is left out of the tree.

    The last few are kept, because nobody writes on a tree: whoever edits a policy does not edit its modules, nor most
    of its statements.
    """
    key = source.name, source.text
    found = _kept.pop(key, None)
    if found is None:
        statements = StatementReader(_parse_tokens, source, _statements.pop(source.name, {}))
        found = Reader(source, statements).read()
        _keep(_statements, source.name, statements.seen)
    _keep(_kept, key, found)
    return found


def _keep(kept: dict[K, V], key: K, value: V) -> None:
    kept[key] = value  # the last to go
    if len(kept) > _MOST_KEPT:
        del kept[next(iter(kept))]


def parse_expression(source: Source) -> tuple[Any, tuple[Diagnostic, ...]]:
    """One expression (for questions about a program); None where it does not parse."""
    return Reader(source, _parse_tokens).expression()


if __name__ == "__main__":
    (_HERE / _TABLES).write_text(tables_text(), encoding="utf-8")
