"""The streams of a row with other facts: what the change cannot reach is taken from the streams of the facts as given.

In: the streams of the facts as they are, and which attributes of which row are set otherwise, from which month on. Out:
streams of the changed facts, value for value those that would be made from nothing (a test holds them to it). A search
for the smallest change looks at thousands of changes of one row, of which each reaches few streams in few months.
"""

from __future__ import annotations

from attrs import define, field, frozen

from compiler import ir
from compiler.interpreter.streams import Members, Node, Streams
from compiler.interpreter.values import Maybe
from compiler.recurring import YEAR
from lang.dates import Month

NOBODY: frozenset[str] = frozenset()


@frozen
class Reach:
    """Of each stream, which attributes of an entity it reads: of its own row, and by way of other rows."""

    entity: str
    own: tuple[frozenset[str], ...]
    abroad: tuple[frozenset[str], ...]


def reach(program: ir.Program, entity: str) -> Reach:
    own: list[frozenset[str]] = []
    abroad: list[frozenset[str]] = []
    for stream in program.streams:
        here, elsewhere = NOBODY, NOBODY
        match stream.op:
            case ir.Fact(attribute):
                here = frozenset((attribute,)) if stream.entity == entity else NOBODY
            case ir.Through(link, target):
                here, elsewhere = own[link], abroad[link] | own[target] | abroad[target]
            case ir.Aggregate(_, members, via):
                elsewhere = frozenset((via,)) if members == entity and via is not None else NOBODY
                for read in ir.operands(stream.op):
                    elsewhere |= own[read] | abroad[read]
            case op:
                for read in ir.operands(op):
                    here, elsewhere = here | own[read], elsewhere | abroad[read]
        own.append(here)
        abroad.append(elsewhere)
    return Reach(entity, tuple(own), tuple(abroad))


@define(eq=False)
class Variant(Streams):
    """`base`: of the facts as given, from the same month on. `attributes` of the row `key` are set otherwise, and
    nothing before the month `since` (None: constants are set, which hold in every month)."""

    base: Streams
    reach: Reach
    key: str
    attributes: frozenset[str]
    since: Month | None
    _here: tuple[bool, ...] = field(init=False)
    _anywhere: tuple[bool, ...] = field(init=False)
    _first: Month = field(init=False)

    def __attrs_post_init__(self) -> None:
        Streams.__attrs_post_init__(self)
        self._here = tuple(not read.isdisjoint(self.attributes) for read in self.reach.own)
        self._anywhere = tuple(not read.isdisjoint(self.attributes) for read in self.reach.abroad)
        # what was before the first month is made from the first year, so a change in it reaches every month
        early = self.since is None or self.since < self.start + YEAR
        self._first = self.start if early or self.since is None else self.since

    def _known(self, node: Node) -> Maybe | None:
        found = self._values.get(node)
        if found is not None or self._reached(node):
            return Streams._known(self, node)
        found = self._values[node] = self.base.value(*node)
        state = self.base._states.get(node)
        if state is not None:  # the register goes on from here
            self._states[node] = state
        return found

    def _reached(self, node: Node) -> bool:
        stream, key, month = node
        return month >= self._first and (self._anywhere[stream] or (self._here[stream] and key == self.key))

    def _linked(self, entity: str, via: str, month: Month) -> Members:
        if entity == self.reach.entity and via in self.attributes:
            return Streams._linked(self, entity, via, month)
        return self.base._linked(entity, via, month)

    @property
    def looked_up(self) -> int:
        """How many values it was asked for, made or taken: a measure of the work."""
        return len(self._values)
