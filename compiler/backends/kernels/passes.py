"""From the schedule to code: a function a pass, all of them in one module.

A clause (or a value that others read) for which there is no code is left out, and the module made anew without it: what
cannot be had natively is the evaluators' (`run`). Names in the code are numbers; nothing from the policy is in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import llvmlite.ir as ll
import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

from compiler import ir
from compiler.backends.kernels import guards
from compiler.backends.kernels.build import I8, I64, POINTER, Build
from compiler.backends.kernels.clauses import Claim, claim, pay
from compiler.backends.kernels.facts import Facts, Window
from compiler.backends.kernels.feeds import feed
from compiler.backends.kernels.groups import Groups, Race
from compiler.backends.kernels.kept import Kept, keep
from compiler.backends.kernels.quotas import Candidates
from compiler.backends.kernels.schedule import Pass, dear, schedule
from compiler.backends.kernels.sinks import COLUMNS, Rows, Totals
from compiler.backends.kernels.streams import Streams
from compiler.backends.kernels.values import Flag, NotNative
from compiler.backends.kernels.walks import every_row, rows_left
from compiler.interpreter.streams import Streams as Interpreted

Array = NDArray[Any]


@frozen(eq=False)
class Function:
    """`arrays`: what the code reads and writes, in the order of its arguments. `outputs`: those that each call gets
    anew, by name ("sums", or the columns of rows and their "count"), with their places among the arguments."""

    name: str
    entity: str
    rows: int
    arrays: list[Array]
    outputs: dict[str, int]
    clauses: tuple[str, ...]
    fed: tuple[int, ...]  # places of arrays into which all rows are added up: each thread has its own
    alone: bool  # whether rows write what other rows write too, so that one call must follow the other
    most: int  # no payment is larger, in fen


@frozen(eq=False)
class Module:
    """`clauses`: those that are native, in order of their numbers in the code. `left`: the others, and why.
    `doubts[clause]`: a byte a row, set where the evaluators must say; none for clauses that are never in doubt."""

    text: str
    functions: tuple[Function, ...]
    clauses: tuple[str, ...]
    left: Mapping[str, str]
    doubts: Mapping[str, NDArray[np.uint8]]
    window: Window
    sums: tuple[Array, ...] = ()  # what must be empty before a walk
    races: tuple[Race, ...] = ()
    quotas: tuple[Candidates, ...] = ()


class Left(Exception):
    """A clause or a kept value without code."""

    def __init__(self, what: str | ir.Id, reason: str) -> None:
        self.what, self.reason = what, reason
        super().__init__(reason)


def module(
    program: ir.Program,
    facts: Facts,
    window: Window,
    interpreted: Interpreted,
    clauses: Sequence[str],
    rows: bool,
) -> Module:
    """`rows`: rows of a ledger are wanted, not only sums."""
    left: dict[str, str] = {}
    without: set[ir.Id] = set()
    constants = constant_streams(program)
    while True:
        names = tuple(name for name in clauses if name not in left)
        try:
            return _module(program, facts, window, interpreted, constants, names, frozenset(without), left, rows)
        except Left as error:
            if isinstance(error.what, str):
                left[error.what] = error.reason
            else:
                without.add(error.what)


def constant_streams(program: ir.Program) -> dict[ir.Id, bool]:
    """The streams that are the same for every row: of no entity, and reading none."""
    found: dict[ir.Id, bool] = {}
    for stream in program.streams:
        if (
            stream.entity is None
            and not isinstance(stream.op, ir.Aggregate | ir.Fact | ir.Through)
            and all(i in found for i in ir.operands(stream.op))
        ):
            found[stream.id] = True
    return found


def _module(
    program: ir.Program,
    facts: Facts,
    window: Window,
    interpreted: Interpreted,
    constants: Mapping[ir.Id, bool],
    names: tuple[str, ...],
    without: frozenset[ir.Id],
    left: Mapping[str, str],
    rows: bool,
) -> Module:
    made = ll.Module()
    kept: dict[ir.Id, Kept] = {}
    numbers = {name: number for number, name in enumerate(names)}
    doubts: dict[str, Array] = {}
    functions = []
    sums: list[Array] = []
    groups = Groups(program)
    quotas: list[Candidates] = []
    for number, of in enumerate(schedule(program, names, without)):
        writer = _Writer(
            program, facts, window, interpreted, constants, kept, made, f"pass{number}", of, groups, quotas
        )
        functions.append(writer.function(numbers, doubts, rows))
        for stream in of.feed:
            sums += kept[stream].arrays.values()
            anyone = kept[stream].anyone
            sums += [] if anyone is None else [anyone]
    return Module(
        str(made), tuple(functions), names, dict(left), doubts, window, tuple(sums), tuple(groups.races.values()),
        tuple(quotas),
    )  # fmt: skip


@define(eq=False)
class _Writer:
    program: ir.Program
    facts: Facts
    window: Window
    interpreted: Interpreted
    constants: Mapping[ir.Id, bool]
    kept: dict[ir.Id, Kept]
    module: ll.Module
    name: str
    of: Pass
    groups: Groups
    quotas: list[Candidates]
    arrays: list[Array] = field(factory=list)
    _pointers: dict[int, Any] = field(factory=dict)
    _entry: Any = None
    _arguments: Any = None
    _builder: Any = None

    def function(self, numbers: Mapping[str, int], doubts: dict[str, Array], rows: bool) -> Function:
        type = ll.FunctionType(ll.VoidType(), [I64, I64, POINTER])
        function = ll.Function(self.module, type, self.name)
        begin, end, self._arguments = function.args
        self._entry = function.append_basic_block("entry")
        b = self._builder = ll.IRBuilder(self._entry)
        b.branch(function.append_basic_block("walk"))
        b.position_at_end(function.blocks[-1])
        asking = Build(function, b, self.window.months, self._entry)
        build = Build(function, b, self.window.months, self._entry, constants=asking.constants)
        outputs, sink = self._sink(build, rows)
        flush = (lambda: None) if sink is None else sink.flush
        asked = guards.common(self.program, self.of)
        if asked:
            of_all = self._streams(asking)

            def ask() -> Flag:
                self._keep(of_all)
                return guards.held(of_all, asked)

            def work() -> None:
                self._work(guards.passed(self._streams(build), of_all, asked), numbers, doubts, sink, rows)

            rows_left(asking, build, begin, end, ask, work, flush)
        else:

            def body() -> None:
                streams = self._streams(build)
                self._keep(streams)
                self._work(streams, numbers, doubts, sink, rows)

            every_row(build, begin, end, body, flush)
        if sink is not None:
            sink.finish(self._output(outputs, "sums") if not rows else None)
        b.ret_void()
        return Function(
            self.name, self.of.entity, self.facts.rows(self.of.entity), self.arrays, outputs, self.of.clauses,
            self._fed(), bool(self.of.races) or any(self.program.clauses[n].quota for n in self.of.clauses),
            build.most,
        )  # fmt: skip

    def _fed(self) -> tuple[int, ...]:
        kept = [self.kept[stream] for stream in self.of.feed]
        fed = {id(array) for of in kept for array in (*of.arrays.values(), of.anyone) if array is not None}
        return tuple(place for place, array in enumerate(self.arrays) if id(array) in fed)

    def address(self, array: Array) -> Any:
        """The pointer to an array, loaded at the start of the call."""
        found = self._pointers.get(id(array))
        if found is None:
            found = self._pointers[id(array)] = self._argument(len(self.arrays))
            self.arrays.append(array)
        return found

    def _argument(self, number: int) -> Any:
        with self._builder.goto_block(self._entry):
            place = self._builder.gep(self._arguments, [I64(number)], source_etype=POINTER)
            return self._builder.load(place, typ=POINTER)

    def _sink(self, build: Build, rows: bool) -> tuple[dict[str, int], Totals | Rows | None]:
        if not self.of.clauses:
            return {}, None
        names = [name for name, _ in COLUMNS] + ["count"] if rows else ["sums"]
        outputs = {}
        for name in names:
            outputs[name] = len(self.arrays)
            self.arrays.append(np.zeros(0))
        if not rows:
            return outputs, Totals(build, len(self.of.clauses))
        pointers = tuple(self._output(outputs, name) for name, _ in COLUMNS)
        return outputs, Rows(build, pointers, self._output(outputs, "count"))

    def _output(self, outputs: Mapping[str, int], name: str) -> Any:
        return self._argument(outputs[name]) if outputs else None

    def _streams(self, build: Build) -> Streams:
        return Streams(
            self.program, self.facts, self.window, self.of.entity, build, self.address, self.interpreted,
            self.constants, self.kept, self.facts.codes, dear(self.program),
        )  # fmt: skip

    def _keep(self, streams: Streams) -> None:
        for stream in self.of.keep:
            try:
                value, rows = streams.value(stream), self.facts.rows(self.of.entity)
                self.kept[stream] = keep(streams.build, self.address, value, rows)
            except NotNative as error:
                raise Left(stream, error.reason) from error

    def _work(
        self,
        streams: Streams,
        numbers: Mapping[str, int],
        doubts: dict[str, Array],
        sink: Totals | Rows | None,
        rows: bool,
    ) -> None:
        """What is done for a row of which something may come."""
        build = streams.build
        for stream in self.of.feed:
            try:
                self.kept[stream] = feed(streams, self.program.streams[stream])
            except NotNative as error:
                raise Left(stream, error.reason) from error
        for group, name in self.of.races:
            try:
                self.groups.run(streams, group, name)
            except NotNative as error:
                members = [m.clause for m in self.program.groups[group].members if m.clause is not None]
                raise Left(next(m for m in members if m in numbers), error.reason) from error
        settled: set[str] = set()  # groups that take the highest, of which all members are paid at once
        for name in self.of.clauses:
            clause = self.program.clauses[name]
            try:
                doubt = self._pay(streams, clause, numbers, sink, settled, rows)
            except NotNative as error:
                raise Left(name, error.reason) from error
            for of_clause, held in doubt.items():
                if held is not False:
                    if of_clause not in doubts:
                        doubts[of_clause] = np.zeros(self.facts.rows(self.of.entity), np.uint8)
                    place = build.at(self.address(doubts[of_clause]), build.row, I8)
                    build.builder.store(build.builder.zext(build.bit(held), I8), place, align=1)

    def _pay(
        self, streams: Streams, clause: ir.Clause, numbers: Mapping[str, int], sink: Any, settled: set[str], rows: bool
    ) -> dict[str, Flag]:
        """The code that pays a clause; which rows of which clauses are in doubt."""
        if clause.group is not None:
            group = self.program.groups[clause.group]
            members = [m.clause for m in group.members if m.clause is not None]
            if any(member not in numbers for member in members):
                raise NotNative("in a group with a clause that is not native")
            if any(self.program.clauses[member].quota for member in members):
                raise NotNative("in a group with a quota")
            if group.take == "first":
                return {clause.name: self.groups.pay_first(streams, clause, numbers[clause.name], sink, rows)}
            if group.name in settled:
                return {}
            settled.add(group.name)
            return dict.fromkeys(members, self.groups.pay_highest(streams, group, numbers, sink))
        if clause.quota is not None:
            quota = self.program.quotas[clause.quota]
            candidates = Candidates(clause, quota, self.facts.rows(clause.entity), self.window.months // 64)
            candidates.write(streams)
            self.quotas.append(candidates)
            return {}

        def use(made: Claim) -> Flag:
            pay(streams, clause, numbers[clause.name], made, sink)
            return made.doubt

        return {clause.name: claim(streams, clause, use)}
