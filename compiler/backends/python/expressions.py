"""From streams to expressions of generated code.

In: the streams of a program. Out: which of them become functions of their own, and the expression of each. A stream
becomes a function when it is a definition of the policy, when several readers share it, or when it would stand too deep
inside another; everything else stands where it is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import assert_never

from attrs import define, field

from compiler import ir
from compiler.backends.python.layout import Call, Code, Function, call, sequence
from compiler.backends.python.names import Names, is_plain, quoted
from compiler.memory import repeats, sums_without_beginning
from lang.dates import Duration
from lang.types import NONE, YES_NO, Given, Type

DEEPEST = 5  # brackets inside brackets in one expression
COMPARISONS = {"=": "equal", "≠": "unequal", "<": "less", "≤": "at_most", ">": "more", "≥": "at_least"}
ARITHMETIC = {
    "+": "plus", "-": "minus", "×": "times", "/": "divided", "minimum": "lower_of", "maximum": "higher_of",
}  # fmt: skip


@define
class Expressions:
    """`functions`: the names of the streams that are functions. `rows`: how a row of each entity is called."""

    program: ir.Program
    names: Names
    rows: Mapping[str, str] = field(init=False)
    functions: dict[ir.Id, str] = field(init=False, factory=dict)
    _depth: dict[ir.Id, int] = field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        self.rows = {
            entity: self.names.name(entity, instead=f"row_{number}")
            for number, entity in enumerate(self.program.entities, 1)
        }
        self._choose_functions()

    # ------------------------------------------------------------ which streams are functions
    def _choose_functions(self) -> None:
        streams = self.program.streams
        defined: dict[ir.Id, tuple[str, str]] = {}
        for key, number in self.program.definitions.items():
            defined.setdefault(number, key)
        readers = Counter(i for stream in streams for i in set(ir.operands(stream.op)))
        readers.update(i for clause in self.program.clauses.values() for i in _read_by(clause))
        behind_links = {i for stream in streams for i in _read_for_other_rows(stream.op)}
        for stream in streams:
            number, depth = stream.id, self._depth_of(stream)
            if isinstance(stream.op, ir.Constant | ir.Fact | ir.Parameter | ir.Settlement):
                depth = 0
                wanted = not isinstance(stream.op, ir.Constant) and number in defined
            else:
                shared = readers[number] > 1 or (number in behind_links and depth > 2)
                wanted = number in defined or shared or depth > DEEPEST
            if wanted:
                self.functions[number] = self._function_name(number, defined.get(number))
            self._depth[number] = 0 if wanted else depth

    def _function_name(self, stream: ir.Id, definition: tuple[str, str] | None) -> str:
        if definition is None:
            return self.names.name(self._suggestion(stream), instead=f"step_{stream}")
        entity, name = definition
        other = f"{name.lower()}_of_{self.row(entity)}" if is_plain(name) else f"definition_{stream}"
        return self.names.name(name, instead=other)

    def _suggestion(self, stream: ir.Id) -> str:
        """What a reader would call the stream, if that can be told from the names in it: `holder_covered`."""
        op = self.program.streams[stream].op
        match op:
            case ir.Fact(attribute):
                return attribute
            case ir.Through(link, target):
                words = [self._word(link), self._word(target)]
            case ir.Run(operand):
                words = ["run_of", self._word(operand)]
            case ir.Ever(operand) | ir.Previous(operand) | ir.Not(operand) | ir.Known(operand):
                words = [type(op).__name__.lower(), self._word(operand)]
            case ir.Total(operand, window):
                words = ["total", self._word(operand), window.replace(" ", "_")]
            case ir.InPeriod(day, period):
                words = [self._word(day), "in", period.replace(" ", "_")]
            case ir.Compare("≥" | "=", left, right) if isinstance(self.program.streams[left].op, ir.Run):
                run = self.program.streams[left].op
                assert isinstance(run, ir.Run)
                length = self.program.streams[right].op
                months = str(length.value) if isinstance(length, ir.Constant) else ""
                words = [self._word(run.operand), "for", months, "months"] if months else [""]
            case ir.Aggregate(word, entity, _, where, value):
                of = [self._word(i) for i in (where, value) if i is not None]
                words = [word, "of", entity, *of]
            case ir.And((first, second)):
                words = [self._word(first), "and", self._word(second)]
            case _:
                words = [""]
        return "_".join(words) if all(words) and len("_".join(words)) <= 40 else ""

    def _word(self, stream: ir.Id) -> str:
        """The name of a fact or a function; empty where there is none that says anything."""
        name = self.functions.get(stream) or self._suggestion(stream)
        return "" if name.startswith(("step_", "definition_")) else name

    def _depth_of(self, stream: ir.Stream) -> int:
        """How many brackets deep its expression would be; a chain of one kind (a + b + c, a table's rows) is one."""
        deepest = 0
        for operand in ir.operands(stream.op):
            below = self._depth.get(operand, 0)
            chained = self._continues(stream.op, operand) and operand not in self.functions
            deepest = max(deepest, below if chained else below + 1)
        return deepest

    def _continues(self, op: ir.Op, operand: ir.Id) -> bool:
        """Whether `operand` is the rest of a chain that is written as one."""
        rest = self.program.streams[operand].op
        match op, rest:
            case ir.Arithmetic(operator, left, _), ir.Arithmetic(inner, _, _):
                return operand == left and operator == inner and operator not in ("-", "/")
            case ir.Select(_, _, otherwise), ir.Select():
                return operand == otherwise
            case _:
                return False

    def depths(self) -> dict[ir.Id, int]:
        """How many functions call one another below each function."""
        calls: dict[ir.Id, int] = {}
        for stream in self.program.streams:
            below = max((calls[i] for i in ir.operands(stream.op)), default=0)
            calls[stream.id] = below + (stream.id in self.functions)
        return {i: calls[i] for i in self.functions}

    # ------------------------------------------------------------ what a reader writes
    def row(self, entity: str | None) -> str:
        """The name of the parameter of a function of that entity."""
        return "world" if entity is None else self.rows[entity]

    def read(self, stream: ir.Id, row: str) -> Code:
        """The expression that reads a stream for the row called `row`."""
        name = self.functions.get(stream)
        if name is None:
            return self.body(stream, row)
        if self.program.streams[stream].entity is None and row != "world":
            return call(name, f"{row}.world")
        return call(name, row)

    def reader(self, stream: ir.Id, entity: str | None) -> Code:
        """A function of a row of `entity` that reads the stream."""
        name = self.functions.get(stream)
        if name is not None and self.program.streams[stream].entity == entity:
            return name
        parameter = self.row(entity)
        code = self.read(stream, parameter)
        if isinstance(self.program.streams[stream].op, ir.Constant):
            code = call("timeline", code)
        return Function(parameter, code)

    def body(self, stream: ir.Id, row: str) -> Code:
        """The expression of a stream itself."""
        found = self.program.streams[stream]

        def read(operand: ir.Id) -> Code:
            return self.read(operand, row)

        match found.op:
            case ir.Constant(value):
                return literal(value, found.type)
            case ir.Fact(attribute):
                return f"{row}[{quoted(attribute)}]"
            case ir.Parameter(name):
                return call("parameter", row, quoted(name))
            case ir.Settlement():
                return call("settlement_date", row)
            case ir.Through(link, target):
                return self._through(found, link, target, row)
            case ir.Not(operand):
                return call("not_so", read(operand))
            case ir.And(operands):
                return call("both", *map(read, operands))
            case ir.Or(operands):
                return call("either", *map(read, operands))
            case ir.Select():
                return self._cases(found.op, row)
            case ir.Arithmetic(operator):
                return call(ARITHMETIC[operator], *map(read, self._chain(found.op)))
            case ir.Compare(operator, left, right):
                return call(COMPARISONS[operator], read(left), read(right))
            case ir.OneOf(operand, members):
                return call("one_of", read(operand), *map(quoted, members))
            case ir.Known(operand):
                return call("known", read(operand))
            case ir.Later(day, length, unit):
                return call("later", read(day), read(length), quoted(unit))
            case ir.InPeriod(day, period, value, length):
                more = [literal(v, Type("count")) for v in (value, length) if v is not None]
                return call("in_period", read(day), quoted(period), *more)
            case ir.Aggregate():
                return self._aggregate(found.op, row)
            case ir.Run(operand, cap):
                limit: dict[str, Code] = {} if cap is None else {"cap": str(cap)}
                return call("run", row, read(operand), **limit, **self._again(stream))
            case ir.Total(operand, window, months):
                extra: dict[str, Code] = {}
                if self.program.streams[operand].type == YES_NO:
                    extra["yes_no"] = "True"
                endless = sums_without_beginning(self.program)[stream]
                if endless:
                    extra["endless"] = sequence([*map(quoted, sorted(endless))], "()")
                length_ = () if months is None else (str(months),)
                return call("total", row, read(operand), quoted(window), *length_, **extra, **self._again(stream))
            case ir.Ever(operand):
                return call("ever", row, read(operand), **self._again(stream))
            case ir.Previous(operand):
                return call("previous", row, read(operand), **self._again(stream))
            case _:
                assert_never(found.op)

    # ------------------------------------------------------------ operations that need more than a line
    def _again(self, stream: ir.Id) -> dict[str, Code]:
        """What a register is told whose operand comes back every year."""
        return {"every_year": "True"} if repeats(self.program)[stream] else {}

    def _through(self, stream: ir.Stream, link: ir.Id, target: ir.Id, row: str) -> Code:
        entity = self.program.streams[target].entity or self.program.streams[link].type.name or ""
        extra: dict[str, Code] = {"nobody": "False"} if stream.type == YES_NO else {}
        return call("through", row, self.read(link, row), quoted(entity), self.reader(target, entity), **extra)

    def _aggregate(self, op: ir.Aggregate, row: str) -> Code:
        arguments: dict[str, Code] = {}
        if op.value is not None:
            arguments["value"] = self.reader(op.value, op.entity)
        if op.via is not None:
            arguments["via"] = quoted(op.via)
        if op.where is not None:
            arguments["where"] = self.reader(op.where, op.entity)
        return call(f"{op.word}_of", row, quoted(op.entity), **arguments)

    def _cases(self, op: ir.Select, row: str) -> Code:
        """One `choose`, or the rows of a table."""
        rows: list[Code] = []
        while True:
            rows.append(sequence([self.read(op.condition, row), self.read(op.then, row)], "()"))
            rest = self.program.streams[op.otherwise].op
            if not isinstance(rest, ir.Select) or op.otherwise in self.functions:
                break
            op = rest
        if len(rows) == 1:
            return call("choose", self.read(op.condition, row), self.read(op.then, row), self.read(op.otherwise, row))
        return call("cases", *rows, otherwise=self.read(op.otherwise, row))

    def _chain(self, op: ir.Arithmetic) -> list[ir.Id]:
        """The operands of a + b + c."""
        operands = [op.right]
        while self._continues(op, op.left) and op.left not in self.functions:
            inner = self.program.streams[op.left].op
            assert isinstance(inner, ir.Arithmetic)
            op = inner
            operands.append(op.right)
        return [op.left, *reversed(operands)]


def _read_by(clause: ir.Clause) -> list[ir.Id]:
    fields = ("when", "amount", "months", "per_year", "in_all", "payee")
    return [
        stream
        for alternative in clause.alternatives
        for stream in (getattr(alternative, name) for name in fields)
        if stream is not None
    ]


def _read_for_other_rows(op: ir.Op) -> tuple[ir.Id, ...]:
    match op:
        case ir.Through(_, target):
            return (target,)
        case ir.Aggregate(_, _, _, where, value):
            return tuple(i for i in (where, value) if i is not None)
        case _:
            return ()


def literal(value: Given, type: Type) -> Code:
    """A value as code."""
    match value:
        case bool() | int():
            return str(value)
        case Fraction():
            if type.base in ("money", "rate") and value.denominator == 1:
                return call("yuan", _decimal(value.numerator))
            return str(value.numerator) if value.denominator == 1 else _fraction(value)
        case Duration(count, unit):
            return call("Duration", str(count), quoted(unit))
        case date():
            return call("date", str(value.year), str(value.month), str(value.day))
        case str():
            return quoted(value)
        case _:
            assert value is NONE
            return "NONE"


def _fraction(value: Fraction) -> Call:
    return call("Fraction", str(value.numerator), str(value.denominator))


def _decimal(fen: int) -> str:
    """Yuan: `3000`, or `'0.55'`."""
    if fen % 100 == 0:
        return str(fen // 100)
    sign = "-" if fen < 0 else ""
    return quoted(f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}")
