"""Text to tree. The only module that knows the parser library, and it needs it only to make the parser's tables.

`parse(source)` gives the tree of a file and everything wrong with its writing. The tables of grammar.lark are kept
ready-made beside it (`python -m lang.parsing.parse` renews them); where they are missing or older than the grammar,
they are made anew.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lang.diagnostics import Diagnostic
from lang.parsing.build_cases import WholeBuilder
from lang.parsing.lalr import Parser
from lang.parsing.recovery import Reader
from lang.source import Source
from lang.tree.declarations import File

if TYPE_CHECKING:
    import lark

_TABLES = "grammar.json"


def _grammar() -> str:
    return files("lang.parsing").joinpath("grammar.lark").read_text(encoding="utf-8")


def _key(grammar: str) -> str:
    return hashlib.sha256(grammar.encode()).hexdigest()


@cache
def _parser() -> Parser:
    grammar = _grammar()
    kept = files("lang.parsing").joinpath(_TABLES)
    if kept.is_file():
        text = kept.read_text(encoding="utf-8")
        if text.startswith(f'{{"key": "{_key(grammar)}"'):
            return Parser.of(json.loads(text), WholeBuilder())
    return Parser.of(_made(grammar), WholeBuilder())


# ---------------------------------------------------------------- making the tables
def tables_text() -> str:
    """What grammar.json holds for the grammar as it is."""
    grammar = _grammar()
    return json.dumps({"key": _key(grammar), **_made(grammar)}, separators=(", ", ": ")) + "\n"


def _made(grammar: str) -> dict[str, Any]:
    """The tables, as `lalr.Parser` reads them."""
    import lark
    from lark.parsers.lalr_analysis import Shift

    made = lark.Lark(
        grammar, parser="lalr", strict=True, lexer=_no_lexer(), maybe_placeholders=True, keep_all_tokens=True
    )
    found: Any = made.parser.parser
    table = found._parse_table
    numbers = {rule: number for number, rule in enumerate(made.rules)}
    states = [
        {kind: arg if action is Shift else ~numbers[arg] for kind, (action, arg) in sorted(table.states[state].items())}
        for state in range(len(table.states))
    ]
    return {
        "start": table.start_states["start"],
        "end": table.end_states["start"],
        "rules": [_rule(rule) for rule in made.rules],
        "states": states,
    }


def _no_lexer() -> Any:
    """The tokens are made by `lang.text.lexer`."""
    from lark.lexer import Lexer

    class Ready(Lexer):
        def __init__(self, configuration: Any) -> None: ...

        def lex(self, lexer_state: Any, parser_state: Any = None) -> Any:
            raise NotImplementedError

    return Ready


def _rule(rule: lark.grammar.Rule) -> list[Any]:
    """origin, size, method, single, take, rest: see `lalr.Rule`. What is optional and absent is a None."""
    expansion: list[Any] = list(rule.expansion)
    absent: Any = rule.options.empty_indices or [False] * len(expansion)
    nones = [len(run) for run in "".join("1" if empty else "0" for empty in absent).split("0")]
    take = [
        [index, not symbol.is_term and symbol.name.startswith("_"), nones[index]]
        for index, symbol in enumerate(expansion)
    ]
    plain = not any(inside or before for _, inside, before in take) and not nones[-1]
    origin = str(rule.origin.name)
    return [
        origin,
        len(expansion),
        str(rule.alias or origin),
        bool(rule.options.expand1) and not rule.alias,
        None if plain else take,
        nones[-1],
    ]


# ---------------------------------------------------------------- reading
_kept: dict[tuple[str, str], tuple[File, tuple[Diagnostic, ...]]] = {}
_MOST_KEPT = 8


def parse(source: Source) -> tuple[File, tuple[Diagnostic, ...]]:
    """The tree of a source, and every fault of its writing. A statement with a fault is left out of the tree.

    The last few are kept, because nobody writes on a tree: whoever edits a policy does not edit its modules.
    """
    key = source.name, source.text
    found = _kept.pop(key, None)
    if found is None:
        found = Reader(source, _parser().parse).read()
    _kept[key] = found  # the last to go
    if len(_kept) > _MOST_KEPT:
        del _kept[next(iter(_kept))]
    return found


def parse_expression(source: Source) -> tuple[Any, tuple[Diagnostic, ...]]:
    """One expression (for questions about a program); None where it does not parse."""
    return Reader(source, _parser().parse).expression()


if __name__ == "__main__":
    (Path(__file__).parent / _TABLES).write_text(tables_text(), encoding="utf-8")
