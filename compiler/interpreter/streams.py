"""The value of every stream of a program, for a row in a month: what the operations of docs/ir.md mean.

Values are made when they are asked for and kept. A rule that needs another value asks for it by `yield`, and one loop
answers, so that no program is nested too deeply for it and no long history fills the stack.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from datetime import date, timedelta
from math import floor

from attrs import define, field, frozen

from compiler import ir
from compiler.facts import Facts, History
from compiler.interpreter import registers
from compiler.interpreter.aggregates import Member, aggregate
from compiler.interpreter.values import (
    Maybe,
    Missing,
    Unsure,
    all_of,
    any_of,
    arithmetic,
    compare,
    hull,
    missing,
    negate,
    number,
    yes_no,
)
from compiler.memory import FIRST_OF_ALL, repeats, sums_without_beginning
from compiler.recurring import YEAR
from lang.dates import Duration, Month, add, add_months, first_day, last_day, month_number, month_of, year_of
from lang.diagnostics import CompilerBug
from lang.types import NONE, UNKNOWN, YES_NO, Absent, Given, Value

Node = tuple[ir.Id, str | None, Month]
Rule = Generator[Node, Maybe, Maybe]
State = registers.RunState | registers.TotalState


@frozen
class Members:
    """The rows of an entity by the row that their link leads to, and those whose link is not known."""

    sure: Mapping[str, tuple[str, ...]]
    unsure: tuple[str, ...]


@define(eq=False)
class Streams:
    """`start` is the first month; before it everything has been as in it for ever, and what comes back every year as in
    the twelve months from it on. `parameters` replace values."""

    program: ir.Program
    facts: Facts
    parameters: Mapping[str, Value]
    start: Month
    _of_row: tuple[bool, ...] = field(init=False)  # of each stream: whether it has a value a row
    _repeats: tuple[bool, ...] = field(init=False)  # of each stream: whether it finds the first year before the start
    _values: dict[Node, Maybe] = field(init=False, factory=dict)
    _states: dict[Node, State] = field(init=False, factory=dict)
    _members: dict[tuple[str, str, Month], Members] = field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        self._of_row = tuple(stream.entity is not None for stream in self.program.streams)
        calendar_goes_back = self.start > FIRST_OF_ALL
        self._repeats = tuple(calendar_goes_back and again for again in repeats(self.program))

    def value(self, stream: ir.Id, key: str | None, month: Month) -> Maybe:
        """Of the row `key` of the stream's entity (None: a stream of no entity)."""
        wanted = self._node(stream, key, month)
        answer = self._known(wanted)  # of what the innermost open rule asked for; None starts a rule
        if answer is not None:
            return answer
        open_rules = [(wanted, self._rule(wanted))]
        while open_rules:
            node, rule = open_rules[-1]
            try:
                asked = self._node(*(next(rule) if answer is None else rule.send(answer)))
            except StopIteration as done:
                answer = self._values[node] = done.value
                open_rules.pop()
                continue
            answer = self._known(asked)
            if answer is None:
                open_rules.append((asked, self._rule(asked)))
        return self._values[wanted]

    def _node(self, stream: ir.Id, key: str | None, month: Month) -> Node:
        """Months before the first are as the first; a stream of no entity has one value a month."""
        return stream, key if self._of_row[stream] else None, month if month > self.start else self.start

    def _known(self, node: Node) -> Maybe | None:
        """What was made before, or needs no other value; None: a rule must make it."""
        found = self._values.get(node)
        if found is None:
            found = self._given(node)
            if found is not None:
                self._values[node] = found
        return found

    # ------------------------------------------------------------ the operations
    def _given(self, node: Node) -> Maybe | None:
        """The value of an operation that reads no other stream; None: it is no such operation."""
        this, key, month = node
        stream = self.program.streams[this]
        match stream.op:
            case ir.Fact(attribute):
                return self._fact(stream, key, attribute, month)
            case ir.Constant(constant):
                if constant is Absent.UNKNOWN:
                    raise CompilerBug("a constant that is not known")
                return constant
            case ir.Parameter(name):
                return self._parameter(name, month)
            case ir.Settlement():
                return last_day(month)
        return None

    def _rule(self, node: Node) -> Rule:
        this, key, month = node
        stream = self.program.streams[this]
        match stream.op:
            case ir.Compare(comparison, left, right):
                return compare(comparison, (yield left, key, month), (yield right, key, month))
            case ir.And(operands):
                return all_of((yield from _each(operands, key, month)))
            case ir.Total():
                return (yield from self._total(node, stream.op))
            case ir.Or(operands):
                return any_of((yield from _each(operands, key, month)))
            case ir.Run(operand, cap):
                return (yield from self._run(node, operand, registers.NO_CAP if cap is None else cap))
            case ir.Arithmetic(operator, left, right):
                return arithmetic(operator, (yield left, key, month), (yield right, key, month))
            case ir.Ever(operand):
                before: Maybe = False
                if month > self.start:
                    before = yield this, key, month - 1
                elif self._repeats[this]:
                    before = registers.begin_ever_of_years((yield from self._year(operand, key)))
                return registers.step_ever(before, (yield operand, key, month))
            case ir.Later(day, length, unit):
                return later((yield day, key, month), (yield length, key, month), unit)
            case ir.OneOf(operand, members):
                value = yield operand, key, month
                return Unsure(value.missing) if isinstance(value, Unsure) else value in members
            case ir.Through(link, target):
                row = yield link, key, month
                if isinstance(row, Unsure):
                    return Unsure(row.missing, perhaps_none=True)
                if row is NONE:
                    return False if stream.type == YES_NO else NONE
                return (yield target, str(row), month)
            case ir.Not(operand):
                return negate((yield operand, key, month))
            case ir.Select(condition, then, otherwise):
                holds = yes_no((yield condition, key, month))
                if isinstance(holds, Unsure):
                    return hull((yield then, key, month), (yield otherwise, key, month), holds.missing)
                return (yield then if holds else otherwise, key, month)
            case ir.InPeriod(day):
                return in_period(stream.op, (yield day, key, month), month)
            case ir.Known(operand):
                value = yield operand, key, month
                return not isinstance(value, Unsure) and value is not NONE
            case ir.Aggregate():
                return (yield from self._aggregate(stream.op, key, month))
            case ir.Previous(operand):
                again = month == self.start and self._repeats[this]
                return (yield operand, key, month - 1 + (YEAR if again else 0))
        raise CompilerBug(f"no rule for {stream.op!r}")

    def _year(self, operand: ir.Id, key: str | None) -> Generator[Node, Maybe, list[Maybe]]:
        """The operand's values in the first twelve months."""
        values = []
        for later in range(YEAR):
            values.append((yield operand, key, self.start + later))
        return values

    def _run(self, node: Node, operand: ir.Id, cap: int) -> Rule:
        this, key, month = node
        value = yield operand, key, month
        if month == self.start and self._repeats[this]:
            state = registers.begin_run_of_years(cap, (yield from self._year(operand, key)), month)
        elif month == self.start:
            state = registers.begin_run(cap, value, month)
        else:
            yield this, key, month - 1
            before = self._states[this, key, month - 1]
            assert isinstance(before, registers.RunState)
            state = registers.step_run(cap, before, value, month)
        self._states[node] = state
        return registers.read_run(cap, state, month)

    def _total(self, node: Node, op: ir.Total) -> Rule:
        this, key, month = node
        months = self.program.streams[op.operand].type == YES_NO
        value = yield op.operand, key, month
        state: registers.TotalState
        endless = sums_without_beginning(self.program)[this] if month == self.start > FIRST_OF_ALL else ()
        if endless and value != (yield op.operand, key, month + YEAR):  # it has grown since ever
            entity = self.program.streams[this].entity or ""
            names = frozenset(Missing(entity, key or "", name) for name in endless)
            state = registers.SumState(Unsure(names | missing(value)), True)
        elif month == self.start and self._repeats[this]:
            state = registers.begin_total_of_years(op, (yield from self._year(op.operand, key)), months, month)
        elif month == self.start:
            state = registers.begin_total(op, value, months, month)
        else:
            yield this, key, month - 1
            before = self._states[this, key, month - 1]
            assert isinstance(before, registers.WindowState | registers.SumState)
            state = registers.step_total(before, value, months)
        self._states[node] = state
        return registers.read_total(op, state, month)

    # ------------------------------------------------------------ facts and parameters
    def _fact(self, stream: ir.Stream, key: str | None, attribute: str, month: Month) -> Maybe:
        """The given value, else the attribute's default, else unsure within its range.

        A row that was not given is one of which nothing is known: its attributes take no default.
        """
        if stream.entity is None or key is None:
            raise CompilerBug(f"a fact of no row: {stream!r}")
        about = self.program.attributes[stream.entity, attribute]
        row = self.facts.rows(stream.entity).get(key)
        if row is not None:
            given = _at(row.values.get(attribute, UNKNOWN), month)
            if given is not Absent.UNKNOWN:
                return given
            if about.default is not None:
                return about.default
        return Unsure(frozenset({Missing(stream.entity, key, attribute)}), about.low, about.high)

    def _parameter(self, name: str, month: Month) -> Maybe:
        """The value of the latest month from which one counts."""
        if name in self.parameters:
            return self.parameters[name]
        values = [value for first, value in self.program.parameters[name].values if first <= month]
        return values[-1] if values else Unsure(frozenset({Missing("", "", name)}))

    # ------------------------------------------------------------ the members of a row
    def _aggregate(self, op: ir.Aggregate, key: str | None, month: Month) -> Rule:
        """Who is a member for sure, who may be (the link is not known), and of each the condition and the value."""
        if op.via is None:
            rows = [(member, True) for member in self.facts.rows(op.entity)]
        else:
            linked = self._linked(op.entity, op.via, month)
            rows = [(member, True) for member in linked.sure.get(key or "", ())]
            rows += [(member, False) for member in linked.unsure]
        members = []
        for member, sure in sorted(rows):
            belongs = True if sure else Unsure(frozenset({Missing(op.entity, member, op.via or "")}))
            where = True if op.where is None else yes_no((yield op.where, member, month))
            value = 1 if op.value is None or where is False else (yield op.value, member, month)
            members.append(Member(belongs, where, value))
        return aggregate(op.word, members)

    def _linked(self, entity: str, via: str, month: Month) -> Members:
        found = self._members.get((entity, via, month))
        if found is None:
            sure: dict[str, list[str]] = {}
            unsure = []
            for key, row in self.facts.rows(entity).items():
                link = _at(row.values.get(via, UNKNOWN), month)
                if link is UNKNOWN:
                    unsure.append(key)
                elif link is not NONE:
                    sure.setdefault(str(link), []).append(key)
            found = Members({to: tuple(keys) for to, keys in sure.items()}, tuple(unsure))
            self._members[entity, via, month] = found
        return found


def _each(operands: Sequence[ir.Id], key: str | None, month: Month) -> Generator[Node, Maybe, list[Maybe]]:
    values = []
    for operand in operands:
        values.append((yield operand, key, month))
    return values


def _at(value: Given | History, month: Month) -> Given:
    return value.at(month) if isinstance(value, History) else value


# ---------------------------------------------------------------- dates
def later(day: Maybe, length: Maybe, unit: str) -> Maybe:
    """A date beyond the calendar's end counts as its last day."""
    if isinstance(day, Unsure) or isinstance(length, Unsure):
        return Unsure(missing(day, length), perhaps_none=True) if NONE not in (day, length) else NONE
    if day is NONE or length is NONE:
        return NONE
    if not isinstance(day, date):
        raise CompilerBug(f"{day!r} is no date")
    try:
        if isinstance(length, Duration):  # a fact given in days is added as days
            return add(day, length)
        return add(day, Duration(floor(number(length)), "months" if unit == "months" else "days"))
    except (OverflowError, ValueError):
        return date.max


def in_period(op: ir.InPeriod, day: Maybe, month: Month) -> Maybe:
    """In the period, and not after the settlement date."""
    if isinstance(day, Unsure):
        return Unsure(day.missing)
    if day is NONE:
        return False
    if not isinstance(day, date):
        raise CompilerBug(f"{day!r} is no date")
    settlement = last_day(month)
    if day > settlement:
        return False
    match op.period:
        case "this month":
            return month_of(day) == month
        case "this year":
            return day.year == year_of(month)
        case "last year":
            return day.year == year_of(month) - 1
        case "last":
            return _in_last(op.length, day, month, settlement)
        case "year":
            return day.year == op.value
        case "month":
            return month_of(day) == op.value
        case "month number":
            return month_number(month_of(day)) == op.value


def _in_last(length: Duration | None, day: date, month: Month, settlement: date) -> bool:
    """`in last 12 months`: this calendar month and the 11 before it; of days: so many, the settlement date included."""
    if length is None:
        raise CompilerBug("`in last` without a length")
    if length.unit == "months":
        return day >= add_months(first_day(month), 1 - length.count)
    return day > settlement - timedelta(days=length.count)
