"""From clauses and recipes to code: a function an entity that walks the rows of one draw, and one that goes over draws.

    arguments: the first and the end of the draws (counted within the chunk), and pointers to arrays (`Function.slots`)
    for each draw, month and line of arrival, and block of rows: draw what they are, then row by row the clauses

Names in the code are numbers; nothing from a policy or scenario is in it but numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import llvmlite.ir as ll
from attrs import define, field, frozen

from compiler import ir
from compiler.backends.kernels.build import I64, POINTER, Build
from compiler.backends.kernels.clauses import Claim, claim, pay
from compiler.backends.kernels.facts import Facts, Window
from compiler.backends.kernels.schedule import dear
from compiler.backends.kernels.sinks import Totals
from compiler.backends.kernels.values import Flag, NotNative, Number
from compiler.backends.kernels.walks import BLOCK
from compiler.interpreter.streams import Streams as Interpreted
from simulator.engines.person_kernel.drawing import ROWS, Drawing
from simulator.engines.person_kernel.recipes import Recipe, Stay
from simulator.engines.person_kernel.streams import Made
from simulator.engines.person_kernel.sums import Sums
from simulator.engines.person_kernel.words import GAMMA
from simulator.people.arrivals import LINE_BITS

BATCHES = "batches"  # (batches, 2): month of arrival, line
COUNTS = "counts"  # (draws, batches): rows
DRAW = "draw"  # the number of the chunk's first draw
FEN, PAYMENTS = "fen", "payments"  # (draws, clauses, months of the window)


@frozen(eq=False)
class Function:
    """`slots`: the arrays that it reads and writes, in order: one of the names above, "key:PURPOSE", "of:ATTRIBUTE"
    (shape (draws, n)) or "set:PARAMETER". `once`: clauses all of whose payments are of one amount."""

    name: str
    entity: str
    clauses: tuple[str, ...]
    slots: tuple[str, ...]
    widths: Mapping[str, int]
    once: Mapping[str, int]


@frozen(kw_only=True, eq=False)
class Policy:
    """What all functions share. `constants`: the streams that are the same for every row and draw."""

    program: ir.Program
    facts: Facts
    window: Window
    interpreted: Interpreted
    constants: Mapping[ir.Id, bool]
    drawn: Mapping[str, tuple[int, int]]  # parameter: (denominator, largest numerator)


class Left(Exception):
    """A clause without code."""

    def __init__(self, clause: str, reason: str) -> None:
        self.clause, self.reason = clause, reason
        super().__init__(reason)


def function(
    module: ll.Module, name: str, policy: Policy, entity: str, clauses: Sequence[str], recipes: Mapping[str, Recipe],
    widths: Mapping[str, int],
) -> Function:  # fmt: skip
    """Adds the code of one entity to a module."""
    writer = _Writer(module, name, policy, entity, tuple(clauses), recipes, widths)
    writer.draw()
    writer.over_draws()
    return Function(name, entity, writer.clauses, tuple(writer.slots), widths, writer.once)


@define(eq=False)
class _Writer:
    module: ll.Module
    name: str
    policy: Policy
    entity: str
    clauses: tuple[str, ...]
    recipes: Mapping[str, Recipe]
    widths: Mapping[str, int]
    slots: list[str] = field(factory=list)
    once: dict[str, int] = field(factory=dict)
    _pointers: dict[str, Any] = field(factory=dict)
    _loaded: dict[tuple[str, int], Any] = field(factory=dict)
    _function: Any = None
    _build: Any = None

    # ------------------------------------------------------------ what a draw begins with
    def pointer(self, slot: str) -> Any:
        found = self._pointers.get(slot)
        if found is None:
            m = self._build.builder
            with m.goto_block(self._build.entry):
                place = m.gep(self._function.args[1], [I64(len(self.slots))], source_etype=POINTER)
                found = self._pointers[slot] = m.load(place, typ=POINTER)
            self.slots.append(slot)
        return found

    def number(self, slot: str, index: int = 0, by_draw: bool = True) -> Any:
        """A number of the draw (i64), read before its rows."""
        found = self._loaded.get((slot, index))
        if found is None:
            b, pointer = self._build, self.pointer(slot)
            with b.builder.goto_block(b.entry):
                at = I64(index)
                if by_draw:
                    width = self.widths.get(slot, 1)
                    at = b.builder.add(b.builder.mul(self._function.args[0], I64(width)), at)
                found = self._loaded[slot, index] = b.loaded(pointer, at, 64)
        return found

    # ------------------------------------------------------------ one draw
    def draw(self) -> None:
        months = self.policy.window.months
        self._function = ll.Function(self.module, ll.FunctionType(ll.VoidType(), [I64, POINTER]), f"{self.name}_draw")
        self._function.linkage = "internal"
        self._function.attributes.add("noinline")
        entry, begin = (self._function.append_basic_block(name) for name in ("entry", "begin"))
        m = ll.IRBuilder(entry)
        m.branch(begin)
        m.position_at_end(begin)
        b = self._build = Build(self._function, m, months, entry, I64(0))
        number = m.add(self.number(DRAW, by_draw=False), m.add(self._function.args[0], I64(1)))
        draw_step = m.mul(number, I64(GAMMA))
        drawing = Drawing(
            b, self.recipes, lambda name, index: self.number(f"of:{name}", index),
            lambda purpose: self.number(f"key:{purpose}", by_draw=False), draw_step,
        )  # fmt: skip
        counted = frozenset(range(len(self.clauses)))
        sums = Sums(b, Totals(b, len(self.clauses)), Totals(b, len(self.clauses)), counted)
        since = b.space(I64)
        m.store(I64(0), since)
        batches, counts = self.pointer(BATCHES), self.pointer(COUNTS)

        def batch(number: Any, _: list[Any]) -> list[Any]:
            count = b.loaded(
                counts, m.add(m.mul(self._function.args[0], self.number(BATCHES + "n", by_draw=False)), number), 64
            )
            arrived = b.loaded(batches, m.mul(number, I64(2)), 64)
            line = b.loaded(batches, m.add(m.mul(number, I64(2)), I64(1)), 64)
            first = m.or_(m.shl(arrived, I64(32)), m.shl(line, I64(LINE_BITS)))
            arrival = m.sub(arrived, I64(self.policy.window.start))
            present = b.months_from(arrival)
            limits = {
                name: self._limits(name, arrival) for name, made in self.recipes.items() if isinstance(made, Stay)
            }

            def block(at: Any, _: list[Any]) -> list[Any]:
                done = m.mul(at, I64(ROWS))
                rows = b.clamped(m.sub(count, done), 0, ROWS)
                drawing.draw(m.add(first, done), arrived, rows)

                def row(index: Any, _: list[Any]) -> list[Any]:
                    b.row = index
                    self._row(drawing, sums, arrival, present, limits)
                    return []

                b.loop(rows, row)
                m.store(m.add(m.load(since, typ=I64), rows), since)

                def flush() -> None:
                    sums.flush()
                    m.store(I64(0), since)

                b.when(m.icmp_signed(">", m.load(since, typ=I64), I64(BLOCK - ROWS)), flush)
                return []

            b.loop(m.udiv(m.add(count, I64(ROWS - 1)), I64(ROWS)), block)
            return []

        b.loop(self.number(BATCHES + "n", by_draw=False), batch)
        sums.flush()
        here = m.mul(self._function.args[0], I64(len(self.clauses) * months))
        sums.finish(b.at(self.pointer(FEN), here, I64), b.at(self.pointer(PAYMENTS), here, I64))
        m.ret_void()

    def _limits(self, name: str, arrival: Any) -> Any:
        """Where the limits of a stay begin that starts in a month: as many as the window has months stand before the
        first, and no word reaches them."""
        b, slot, months = self._build, f"of:{name}", self.policy.window.months
        m = b.builder
        at = m.add(m.mul(self._function.args[0], I64(self.widths[slot])), m.sub(I64(months), arrival))
        return b.at(self.pointer(slot), at, I64)

    def _row(self, drawing: Drawing, sums: Sums, arrival: Any, present: Any, limits: Mapping[str, Any]) -> None:
        policy = self.policy
        streams = Made(
            program=policy.program, facts=policy.facts, window=policy.window, entity=self.entity, build=self._build,
            address=self._no_address, interpreted=policy.interpreted, steady_constants=policy.constants, kept={},
            codes=policy.facts.codes, dear=dear(policy.program), recipes=self.recipes, drawing=drawing,
            drawn=self._drawn, arrival=arrival, present=present, limits=lambda name: limits[name],
        )  # fmt: skip
        for number, name in enumerate(self.clauses):
            clause = policy.program.clauses[name]

            def use(made: Claim, number: int = number, clause: ir.Clause = clause) -> Flag:
                if made.doubt is not False:
                    raise NotNative("something that stays unknown")
                amounts = {rule.amount if isinstance(rule.amount, int) else 0 for rule in made.rules}
                limited = any(limit is not None for rule in made.rules for limit in rule.limits)
                if len(amounts) == 1 and not limited and max(amounts) > 0:
                    self.once[clause.name] = max(amounts)
                    sums.counted = sums.counted - {number}
                pay(streams, clause, number, made, sums)
                return False

            try:
                claim(streams, clause, use)
            except NotNative as error:
                raise Left(name, error.reason) from error

    def _no_address(self, array: Any) -> Any:
        raise NotNative("a fact of a roster")

    def _drawn(self, parameter: str) -> Number | None:
        found = self.policy.drawn.get(parameter)
        if found is None:
            return None
        den, top = found
        return Number(self.number(f"set:{parameter}"), top, den, den)

    # ------------------------------------------------------------ over the draws
    def over_draws(self) -> None:
        """`NAME(begin, end, arrays)`, as `machine.call` calls it."""
        one = self._function
        function = ll.Function(self.module, ll.FunctionType(ll.VoidType(), [I64, I64, POINTER]), self.name)
        begin, end, arrays = function.args
        entry, again, done = (function.append_basic_block(name) for name in ("entry", "again", "done"))
        m = ll.IRBuilder(entry)
        m.cbranch(m.icmp_signed("<", begin, end), again, done)
        m.position_at_end(again)
        at = m.phi(I64)
        at.add_incoming(begin, entry)
        m.call(one, [at, arrays])
        following = m.add(at, I64(1))
        at.add_incoming(following, again)
        m.cbranch(m.icmp_signed("<", following, end), again, done)
        m.position_at_end(done)
        m.ret_void()


__all__ = ["BATCHES", "COUNTS", "DRAW", "FEN", "PAYMENTS", "Function", "Left", "Policy", "function"]
