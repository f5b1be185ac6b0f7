"""Chinese sentences in the reader's words: what has a label is called by it.

In: findings of the checker, which name things by their Latin names, and the name spaces. Out: the same findings, in
whose Chinese sentences `person` reads 人员 where the entity carries that label. What stands so in the place that the
finding points at, or in its mend, is left as the drafter writes it, and so is a name with different labels in two name
spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import attrs

from lang.checking.environment import Environment
from lang.checking.symbols import Space
from lang.diagnostics import Diagnostic, Label, Text

_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_TICKS = re.compile(r"`([^`]*)`")
_BETWEEN = re.compile("”, (?=“)")


def in_the_readers_words(found: Iterable[Diagnostic], environment: Environment) -> tuple[Diagnostic, ...]:
    labels = _labels(environment)
    return tuple(_told(diagnostic, labels) for diagnostic in found)


def _told(diagnostic: Diagnostic, labels: dict[str, str]) -> Diagnostic:
    written = diagnostic.span.text + (f" {diagnostic.edit.text}" if diagnostic.edit is not None else "")
    help = diagnostic.help
    return attrs.evolve(
        diagnostic,
        message=_sentence(diagnostic.message, labels, written),
        help=None if help is None else _sentence(help, labels, written),
        labels=tuple(Label(label.span, _sentence(label.text, labels, written)) for label in diagnostic.labels),
    )


def _sentence(text: Text, labels: dict[str, str], written: str) -> Text:
    """Words of the place itself, and of the mend, are quoted as written, whatever they name."""
    kept = {*_LATIN.findall(written), "_".join(written.split())}

    def label(match: re.Match[str]) -> str:
        word = match.group()
        return word if word in kept else labels.get(word, word)

    zh = _TICKS.sub(r"“\1”", _LATIN.sub(label, text.zh))
    return Text(text.en, _BETWEEN.sub("”、", zh))


def _labels(environment: Environment) -> dict[str, str]:
    """Latin name → its label, where all things of the name that have a label have the same."""
    spaces: list[Space[Any]] = [
        environment.kinds, environment.sets, environment.entities, environment.parameters, environment.tables,
        environment.funds, environment.clauses, environment.groups, environment.targets, environment.duties,
        environment.properties, environment.scenarios, *environment.members.values(),
        *environment.attributes.values(), *environment.definitions.values(),
    ]  # fmt: skip
    labels: dict[str, set[str]] = {}
    for space in spaces:
        for name, label in space.labels():
            labels.setdefault(name, set()).add(label)
    return {name: next(iter(found)) for name, found in labels.items() if len(found) == 1}
