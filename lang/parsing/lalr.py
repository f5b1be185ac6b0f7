"""The parser's loop: tokens of one statement to its node, by ready-made LALR tables.

In: tables as plain data (made from grammar.lark in `parse.py`) and a builder with one method a rule. A rule without a
method hands on its only child; one whose name begins with `_` gives its children to the rule that it stands in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import define, field

from lang.parsing.recovery import Unexpected
from lang.text.tokens import Token

END = "$END"
Make = Callable[[list[Any]], Any]


@define(eq=False)
class Rule:
    """`size` children are matched. `take`: (which, whether its own children are taken, how many None before it);
    `take` None: all, as they are. `rest`: how many None at the end. `single`: an only child stands for itself."""

    origin: str
    size: int
    make: Make | None
    single: bool
    take: Sequence[tuple[int, bool, int]] | None
    rest: int
    passes: bool = field(init=False)  # an only child that stands for itself: most steps of an expression are such

    def __attrs_post_init__(self) -> None:
        self.passes = self.single and self.size == 1 and self.take is None

    def value(self, matched: list[Any]) -> Any:
        if self.take is not None:
            children: list[Any] = []
            for index, inside, before in self.take:
                if before:
                    children += [None] * before
                if inside:
                    children += matched[index]
                else:
                    children.append(matched[index])
            matched = children + [None] * self.rest if self.rest else children
        if self.single and len(matched) == 1:
            return matched[0]
        return matched if self.make is None else self.make(matched)


@define(eq=False)
class Parser:
    """`states[state][token or rule]`: the next state, or (below 0) the rule that is complete: its number is ~action."""

    states: Sequence[Mapping[str, int]]
    rules: Sequence[Rule]
    start: int
    end: int

    @classmethod
    def of(cls, tables: Mapping[str, Any], builder: object) -> Parser:
        rules = [
            Rule(origin, size, getattr(builder, method, None), single, take, rest)
            for origin, size, method, single, take, rest in tables["rules"]
        ]
        return cls(tables["states"], rules, tables["start"], tables["end"])

    def parse(self, tokens: Sequence[Token]) -> Any:
        """The node, or `Unexpected` with the number of the token that cannot stand there."""
        stack = [self.start]
        values: list[Any] = []
        for at, token in enumerate(tokens):
            kind = token.type
            action = self._reduce(stack, values, kind)
            if action is None:
                raise Unexpected(at, lambda: self._accepts(stack))
            stack.append(action)
            values.append(token)
        if self._reduce(stack, values, END) is None:
            raise Unexpected(len(tokens), lambda: self._accepts(stack))
        return values[-1]

    def _reduce(self, stack: list[int], values: list[Any], kind: str) -> int | None:
        """Completes rules until the token can be shifted; gives the state behind it, None if it cannot stand here."""
        states, rules = self.states, self.rules
        while True:
            action = states[stack[-1]].get(kind)
            if action is None or action >= 0:
                return action
            rule = rules[~action]
            if rule.passes:
                stack.pop()
            else:
                size = rule.size
                matched = []
                if size:
                    matched = values[-size:]
                    del stack[-size:], values[-size:]
                values.append(rule.value(matched))
            stack.append(states[stack[-1]][rule.origin])
            if kind is END and stack[-1] == self.end:
                return self.end

    def _accepts(self, stack: Sequence[int]) -> frozenset[str]:
        """The tokens that could have stood there, the end of the statement among them."""
        return frozenset(
            kind for kind in self.states[stack[-1]] if (kind.isupper() or kind == END) and self._can_stand(stack, kind)
        )

    def _can_stand(self, stack: Sequence[int], kind: str) -> bool:
        states = list(stack)
        while True:
            action = self.states[states[-1]].get(kind)
            if action is None or action >= 0:
                return action is not None
            rule = self.rules[~action]
            if rule.size:
                del states[-rule.size :]
            states.append(self.states[states[-1]][rule.origin])
            if kind == END and states[-1] == self.end:
                return True
