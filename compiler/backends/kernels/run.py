"""Kernels from end to end: a program and facts as columns in; sums by clause and month, or a whole ledger, out.

    window and facts → passes → code → walk over the rows → what is in doubt, from the evaluators → answer

Held to the interpreter in everything by generated programs (`tests/properties/test_kernels_agree.py`).
"""

from __future__ import annotations

import os
from collections import OrderedDict, deque
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any
from weakref import ref

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from compiler import ir
from compiler.backends.kernels import machine, places
from compiler.backends.kernels.doubts import FactsOf, settle
from compiler.backends.kernels.facts import Facts, Window, window
from compiler.backends.kernels.passes import Function, Module, module
from compiler.backends.kernels.sinks import room
from compiler.backends.kernels.values import NotNative
from compiler.fact_columns import FactColumns
from compiler.facts import Facts as PlainFacts
from compiler.interpreter.streams import Streams as Interpreted
from compiler.ledger import Ledger
from compiler.memory import last_month
from compiler.parameters import settled
from compiler.whole_sums import BEYOND, summed, within_64_bits
from lang.dates import Month
from lang.types import Value

Codes = Mapping[str, Mapping[str, int]]
KEPT = 8  # prepared evaluations
PARALLEL = 1 << 18  # rows that are worth a thread: starting one costs as much as some ten thousand of them
SHARE = 1 << 17  # rows that a thread takes at a time, so that none waits long for one that was held up
CHUNK = 1 << 15  # rows of a call that writes rows of a ledger


@frozen(eq=False)
class Sums:
    """`fen[clause, month]`: what accrues, of `clauses` in order, in the months from `first` on. `undetermined`: rows of
    which something is not known, by clause. `left`: clauses that the evaluators did, and why."""

    first: Month
    clauses: tuple[str, ...]
    fen: NDArray[np.int64]
    undetermined: Mapping[str, int]
    left: Mapping[str, str]


@frozen(eq=False)
class Payments:
    """Rows of a ledger as columns (`sinks.COLUMNS`; `clause` counts `clauses`), and what the evaluators say of the
    rest."""

    first: Month
    clauses: tuple[str, ...]
    columns: dict[str, NDArray[Any]]
    refused: Mapping[str, Mapping[str, NDArray[Any]]]  # of clauses with a quota: row, month
    rest: Ledger
    left: Mapping[str, str]


def totals(
    program: ir.Program,
    columns: FactColumns,
    codes: Codes,
    facts_of: FactsOf,
    *,
    until: Month | None = None,
    parameters: Mapping[str, Value] | None = None,
    clauses: Sequence[str] | None = None,
    threads: int | None = None,
) -> Sums:
    """Clauses × months, without a row a payment. `threads` (None: as many as there are processors) are used where the
    rows are many; the answer is the same with any number. Raises OverflowError where a sum leaves 64 bits."""
    names = tuple(clauses if clauses is not None else program.clauses)
    last = last_month(program, until)
    made = prepared(program, columns, codes, until, parameters or {}, names, rows=False)
    count = max(last - program.first + 1, 0)
    fen: NDArray[Any] = np.zeros((len(names), count), object)  # whole numbers of any size: few, and never cut
    skip = program.first - made.window.start
    if made.functions:
        for function, sums in _run_sums(made, threads or cores()):
            for name in function:
                fen[names.index(name)] += sums[made.clauses.index(name), skip : skip + count]
    for candidates in made.quotas:
        if not candidates.doubtful:
            paid, _ = places.paid(candidates, made.window)
            own, at = fen[names.index(candidates.clause.name)], paid["month"] - skip
            for month in np.unique(at).tolist():
                own[month] += summed(paid["amount"][at == month])
    rest = _rest(program, columns, facts_of, made, names, until, parameters or {})
    for payment in rest.payments:
        fen[names.index(payment.clause), payment.month - program.first] += payment.amount
    waiting: dict[str, int] = {}
    for entry in rest.undetermined:
        waiting[entry.clause] = waiting.get(entry.clause, 0) + entry.count
    return Sums(program.first, names, within_64_bits(fen, names, program.first), waiting, made.left)


def payments(
    program: ir.Program,
    columns: FactColumns,
    codes: Codes,
    facts_of: FactsOf,
    *,
    until: Month | None = None,
    parameters: Mapping[str, Value] | None = None,
) -> Payments:
    """A row a payment, in order of clauses' passes and rows; `ledger` sorts and names them."""
    names = tuple(program.clauses)
    made = prepared(program, columns, codes, until, parameters or {}, names, rows=True)
    parts = _run_rows(made)
    refused = {}
    for candidates in made.quotas:
        if not candidates.doubtful:
            paid, refused[candidates.clause.name] = places.paid(candidates, made.window)
            paid["clause"] = np.full(len(paid["row"]), made.clauses.index(candidates.clause.name))
            parts.append(paid)
    # a column at a time, and what it was made of is let go
    found = {
        name: np.concatenate([empty, *(part.pop(name).astype(empty.dtype, copy=False) for part in parts)])
        for name, empty in room(0).items()
    }
    rest = _rest(program, columns, facts_of, made, names, until, parameters or {})
    return Payments(made.window.start, made.clauses, found, refused, rest, made.left)


def prepared(
    program: ir.Program,
    columns: FactColumns,
    codes: Codes,
    until: Month | None,
    parameters: Mapping[str, Value],
    names: tuple[str, ...],
    rows: bool,
) -> Module:
    """The code, and the arrays that it reads and writes; kept for the next call with the same program and facts."""
    key = (id(program), id(columns), until, tuple(sorted(parameters.items(), key=lambda p: p[0])), names, rows)
    found = _prepared.get(key)
    if found is not None and found[0]() is program and found[1]() is columns:
        _prepared.move_to_end(key)
        return found[2]
    made = _prepare(program, columns, codes, until, parameters, names, rows)
    _prepared[key] = ref(program), ref(columns), made
    if len(_prepared) > KEPT:
        _prepared.popitem(last=False)
    return made


_prepared: OrderedDict[Any, tuple[ref[ir.Program], ref[FactColumns], Module]] = OrderedDict()


def _prepare(
    program: ir.Program,
    columns: FactColumns,
    codes: Codes,
    until: Month | None,
    parameters: Mapping[str, Value],
    names: tuple[str, ...],
    rows: bool,
) -> Module:
    last = last_month(program, until)
    try:
        wide = window(program, columns, last, parameters.values())
    except NotNative as error:
        return Module("", (), (), dict.fromkeys(names, error.reason), {}, Window(program.first, 64, 0))
    interpreted = Interpreted(program, PlainFacts({}), settled(program, parameters), wide.start)
    return module(program, Facts(program, columns, codes, wide), wide, interpreted, names, rows)


# ---------------------------------------------------------------- the walk
def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _empty(made: Module) -> None:
    """What is added up over the rows begins with nothing."""
    for array in (*made.sums, *made.doubts.values()):
        array.fill(0)
    for race in made.races:
        race.clear()
    for candidates in made.quotas:
        candidates.count.fill(0)


def _run_sums(made: Module, threads: int) -> list[tuple[tuple[str, ...], NDArray[Any]]]:
    engine = machine.compiled(made.text, sum(function.rows for function in made.functions))
    found = []
    _empty(made)
    for function in made.functions:
        parts = 1 if function.alone else max(1, min(threads, function.rows // PARALLEL))
        small = function.rows * function.most < BEYOND or not function.outputs
        sums = _in_parts(made, engine, function, parts) if small else _in_steps(made, engine, function)
        if function.outputs:
            found.append((function.clauses, sums))
    return found


def _in_parts(made: Module, engine: Any, function: Function, parts: int) -> NDArray[np.int64]:
    """A walk by several threads, each with its own sums, over shares of the rows as they come; whole numbers add up in
    any order."""
    sums = [np.zeros((len(made.clauses), made.window.months), np.int64) for _ in range(parts)]
    arrays = [list(function.arrays) for _ in range(parts)]
    for part in range(parts):
        if function.outputs:
            arrays[part][function.outputs["sums"]] = sums[part]
        if part:
            for place in function.fed:
                arrays[part][place] = np.zeros_like(function.arrays[place])
    edges = [0, function.rows] if parts == 1 else [*range(0, function.rows, SHARE), function.rows]
    waiting = deque(pairwise(edges))  # taken from by all threads: popleft is atomic

    def walk(part: int) -> None:
        while waiting:
            try:
                begin, end = waiting.popleft()
            except IndexError:  # another thread was first
                return
            machine.call(engine, function.name, begin, end, arrays[part])

    if parts == 1:
        walk(0)
    else:
        with ThreadPoolExecutor(parts - 1) as pool:
            others = [pool.submit(walk, part) for part in range(1, parts)]
            walk(0)
            for other in others:
                other.result()
    for part in range(1, parts):
        sums[0] += sums[part]
        for place in function.fed:
            into = function.arrays[place]
            join = np.bitwise_or if into.dtype == np.uint64 else np.add
            join(into, arrays[part][place], out=into)
    return sums[0]


def _in_steps(made: Module, engine: Any, function: Function) -> NDArray[Any]:
    """A walk of which the sums may leave 64 bits: so few rows at a time that theirs cannot, added up whole."""
    whole: NDArray[Any] = np.zeros((len(made.clauses), made.window.months), object)
    sums = np.zeros(whole.shape, np.int64)
    arrays = list(function.arrays)
    arrays[function.outputs["sums"]] = sums
    step = max((BEYOND - 1) // function.most, 1)
    for begin in range(0, function.rows, step):
        sums.fill(0)
        machine.call(engine, function.name, begin, min(begin + step, function.rows), arrays)
        whole += sums
    return whole


def _run_rows(made: Module) -> list[dict[str, NDArray[Any]]]:
    parts: list[dict[str, NDArray[Any]]] = []
    if made.functions:
        engine = machine.compiled(made.text, sum(function.rows for function in made.functions))
        _empty(made)
        for function in made.functions:
            parts += _rows_of(made, engine, function)
    return parts


def _rows_of(made: Module, engine: Any, function: Function) -> list[dict[str, NDArray[Any]]]:
    if not function.outputs:
        machine.call(engine, function.name, 0, function.rows, function.arrays)
        return []
    found = []
    chunk = max(CHUNK // max(len(function.clauses), 1), 256)
    space = room(min(chunk, max(function.rows, 1)) * len(function.clauses) * made.window.months)
    count = np.zeros(1, np.int64)
    arrays = list(function.arrays)
    for name, array in (*space.items(), ("count", count)):
        arrays[function.outputs[name]] = array
    for begin in range(0, function.rows, chunk):
        count[0] = 0
        machine.call(engine, function.name, begin, min(begin + chunk, function.rows), arrays)
        n = int(count[0])
        found.append({name: array[:n].copy() for name, array in space.items()})
    return found


def _rest(
    program: ir.Program,
    columns: FactColumns,
    facts_of: FactsOf,
    made: Module,
    names: tuple[str, ...],
    until: Month | None,
    parameters: Mapping[str, Value],
) -> Ledger:
    """What the evaluators say: rows in doubt, and the clauses without code."""
    doubtful = {name: np.flatnonzero(doubts) for name, doubts in made.doubts.items()}
    for name in made.left:
        if name in names:
            doubtful[name] = np.arange(columns.size(program.clauses[name].entity))
    for candidates in made.quotas:
        if candidates.doubtful:
            doubtful[candidates.clause.name] = candidates.rows()
    doubtful = {name: rows for name, rows in doubtful.items() if len(rows)}
    return settle(program, columns, facts_of, doubtful, until, parameters)
