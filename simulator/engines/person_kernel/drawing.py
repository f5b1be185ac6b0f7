"""What the rows of a block are: eight at a time are drawn by their keyed words, and kept on the stack for the walk.

In: recipes, and pointers to the numbers of the draw. Out: code that fills a place a recipe, and that reads a row's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import llvmlite.ir as ll
from attrs import define, field

from compiler.backends.kernels.build import I8, I64, Build
from compiler.backends.kernels.facts import DAYS
from compiler.backends.kernels.values import Flag, NotNative
from simulator.engines.person_kernel.recipes import Chance, Choice, Follow, Guided, Recipe, SinceArrival, Spell, Stay
from simulator.engines.person_kernel.words import FLAGS, GAMMA, LANES, WORDS, mix, signed, splat, upper

ROWS = 64  # of a block
DOUBLES = ll.VectorType(ll.DoubleType(), LANES)
BYTES = ll.VectorType(I8, LANES)
IOTA = list(range(LANES))


@define(eq=False)
class Drawing:
    """`number(name, index)`: a number of the draw at hand. `key(purpose)`: k of the random words."""

    build: Build
    recipes: Mapping[str, Recipe]
    number: Callable[[str, int], Any]
    key: Callable[[str], Any]
    draw_step: Any  # γ(d + 1)
    _places: dict[tuple[str, str], Any] = field(factory=dict)

    # ------------------------------------------------------------ drawing
    def draw(self, first: Any, arrival: Any, count: Any) -> None:
        """The rows with the entity numbers `first` (i64) and following, which arrived in a month."""
        b = self.build
        m = b.builder
        drawn = [(name, made) for name, made in self.recipes.items() if _purpose(made) is not None]
        if not drawn:
            return
        lanes = ll.Constant(WORDS, [signed(GAMMA * (i + 1)) for i in IOTA])

        def eight(number: Any, _: list[Any]) -> list[Any]:
            at = m.mul(number, I64(LANES))
            steps = m.add(splat(m, m.mul(m.add(first, at), I64(GAMMA))), lanes)
            for name, made in drawn:
                key = self.key(_purpose(made) or "")
                stream = mix(m, m.add(mix(m, m.add(steps, splat(m, key))), splat(m, self.draw_step)))
                self._keep(name, made, stream, at, arrival)
            return []

        b.loop(m.udiv(m.add(count, I64(LANES - 1)), I64(LANES)), eight)

    def _keep(self, name: str, made: Recipe, stream: Any, at: Any, arrival: Any) -> None:
        m = self.build.builder
        if isinstance(made, Spell):
            self._store(name, "data", stream, at)
            return
        word = upper(m, mix(m, m.add(stream, splat(m, I64(GAMMA)))))
        match made:
            case Chance() | Follow():
                self._store(name, "flag", m.icmp_unsigned("<", word, splat(m, self.number(name, 0))), at)
            case Choice(_, _, values):
                limits = [splat(m, self.number(name, i)) for i in range(len(values) - 1)]
                self._chosen(name, word, limits, values, at)
            case Guided():
                self._store(name, "data", self._guided(made, word), at)
            case Stay():
                self._store(name, "data", word, at)
            case SinceArrival():
                self._store(name, "data", self._since(made, word, arrival), at)
            case _:
                raise NotNative("a recipe without words")

    def _chosen(self, name: str, word: Any, limits: list[Any], values: tuple[int | None, ...], at: Any) -> None:
        """The value behind the last limit that the word is not below."""
        m = self.build.builder
        data = ll.Constant(WORDS, [values[0] or 0] * LANES)
        none = ll.Constant(FLAGS, [int(values[0] is None)] * LANES)
        for limit, value in zip(limits, values[1:], strict=True):
            beyond = m.icmp_unsigned(">=", word, limit)
            data = m.select(beyond, ll.Constant(WORDS, [value or 0] * LANES), data)
            none = m.select(beyond, ll.Constant(FLAGS, [int(value is None)] * LANES), none)
        self._store(name, "data", data, at)
        if any(value is None for value in values):
            self._store(name, "none", none, at)

    def _guided(self, made: Guided, word: Any) -> Any:
        """Lane by lane: where the guide says, and some limits further."""
        b = self.build
        m = b.builder
        if any(value is None for value in made.values):
            raise NotNative("none among very many values")
        guide, limits, values = b.table(made.guide, 16), b.table(made.limits), b.table([v or 0 for v in made.values])
        cells = m.lshr(word, ll.Constant(WORDS, [53 - 8] * LANES))
        found = ll.Constant(WORDS, ll.Undefined)
        for lane in IOTA:
            x, cell = (m.extract_element(v, ll.IntType(32)(lane)) for v in (word, cells))
            index = b.loaded(guide, cell, 16)
            for _ in range(made.steps):
                index = m.add(index, m.zext(m.icmp_unsigned(">=", x, b.loaded(limits, index, 64)), I64))
            found = m.insert_element(found, b.loaded(values, index, 64), ll.IntType(32)(lane))
        return found

    def _since(self, made: SinceArrival, word: Any, arrival: Any) -> Any:
        """The first of a month, as month × 32 + 1. The arithmetic is that of `keyed_random.uniform`, step by step."""
        m = self.build.builder
        months = splat(m, m.add(arrival, I64(made.low)))
        if made.high > made.low:
            u = m.fmul(m.fadd(m.uitofp(word, DOUBLES), _doubles(0.5)), _doubles(2.0**-53))
            top = _doubles(1 - 2.0**-53)
            u = m.select(m.fcmp_ordered("<", u, top), u, top)
            months = m.add(months, m.fptosi(m.fmul(u, _doubles(float(made.high - made.low + 1))), WORDS))
        return m.add(m.mul(months, _words(DAYS)), _words(1))

    def _store(self, name: str, part: str, value: Any, at: Any) -> None:
        b = self.build
        flags = value.type == FLAGS
        place = self._places.get((name, part))
        if place is None:
            place = self._places[name, part] = b.space(ll.ArrayType(I8 if flags else I64, ROWS))
        if flags:
            b.builder.store(b.builder.zext(value, BYTES), b.at(place, at, I8), align=8)
        else:
            b.builder.store(value, b.at(place, at, I64), align=64)

    # ------------------------------------------------------------ reading
    def data(self, name: str, row: Any) -> Any:
        """The number of a row of the block (i64); of a stay its word, of a spell its s."""
        b = self.build
        return b.builder.load(b.at(self._places[name, "data"], row, I64), typ=I64, align=8)

    def flag(self, name: str, row: Any, part: str = "flag") -> Flag:
        """i1."""
        b = self.build
        place = self._places.get((name, part))
        if place is None:
            return False
        return b.builder.trunc(b.builder.load(b.at(place, row, I8), typ=I8, align=1), ll.IntType(1))


def _purpose(made: Recipe) -> str | None:
    """What the recipe's words are for; None where it needs none."""
    match made:
        case Chance() | Choice() | Guided() | Stay() | Spell():
            return made.purpose
        case SinceArrival():
            return made.purpose  # of one month only the month itself is stored, its word is not read
        case Follow():
            return None if made.below is None else made.purpose
        case _:
            return None


def _doubles(value: float) -> Any:
    return ll.Constant(DOUBLES, [value] * LANES)


def _words(value: int) -> Any:
    return ll.Constant(WORDS, [value] * LANES)
