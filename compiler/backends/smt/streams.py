"""The streams of a program for one row, month by month, as terms: the operations of docs/ir.md where all is known.

`over`: what cannot be said of one row alone (how many others link to it, what was before the first month) may be
anything, so that what holds of these terms holds of every row. `under`: it is what one row and rows alike make of it,
so that what the solver finds can be replayed. Where a program reads nothing of that kind the two are the same
(`free` stays empty).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Literal

import z3
from attrs import define, field

from compiler import ir
from compiler.backends.smt import amounts, days, registers
from compiler.backends.smt.amounts import NotEncoded, Number, Ratio, Steps
from compiler.backends.smt.days import Convention, Day
from compiler.backends.smt.logic import Bit, both, choose, either, every, no, same, some
from compiler.backends.smt.world import MOST_ALIKE, Choice, Person, Term, World
from compiler.memory import needs
from lang.dates import Duration, Month, last_day
from lang.diagnostics import CompilerBug, Text
from lang.types import NONE, YES_NO, Value

Side = Literal["over", "under"]
Paid = dict[str, Callable[[Month], Number]]  # the made-up facts of a property: what a clause has paid so far


@define(eq=False)
class Streams:
    """`start`: the first month of which anything is asked. `free`: what was left open, in words. `name` keeps apart
    what is left open in several streams over one world."""

    program: ir.Program
    world: World
    side: Side = "over"
    convention: Convention = "last day"
    name: str = ""
    paid: Paid = field(factory=dict)
    free: dict[str, Text] = field(factory=dict)
    start: Month = field(init=False)
    _rows: dict[Person, dict[Month, list[Term | NotEncoded | None]]] = field(init=False, factory=dict)
    _made: int = field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        self.start = self.program.first - max((need.months for need in needs(self.program)), default=0) - 1

    def value(self, stream: ir.Id, person: Person, month: Month) -> Term:
        """Of the row in the month. Raises NotEncoded where the solver is not asked."""
        month = max(month, self.start)
        of_row = self._rows.setdefault(person, {})
        for at in range(self.start + len(of_row), month + 1):
            of_row[at] = [None] * len(self.program.streams)
            self._month(person, at, of_row[at])
        found = of_row[month][stream]
        if isinstance(found, NotEncoded):
            raise found
        if found is None:
            raise CompilerBug(f"stream {stream} of {person.entity} is not of this entity")
        return found

    def bit(self, stream: ir.Id, person: Person, month: Month) -> Bit:
        return _bit(self.value(stream, person, month))

    def _month(self, person: Person, month: Month, values: list[Term | NotEncoded | None]) -> None:
        """All streams of the row in a month: each reads only those above it, and months before."""
        for stream in self.program.streams:
            if stream.entity in (person.entity, None):
                try:
                    values[stream.id] = self._term(stream, person, month)
                except NotEncoded as unsaid:
                    values[stream.id] = unsaid

    # ------------------------------------------------------------ the operations
    def _term(self, stream: ir.Stream, person: Person, month: Month) -> Term:
        def of(id_: ir.Id) -> Term:
            return self.value(id_, person, month)

        def bits(ids: tuple[ir.Id, ...]) -> list[Bit]:
            """What decides alone needs no other operand, even one that is not encoded."""
            return [_bit(of(id_)) for id_ in ids]

        match stream.op:
            case ir.Constant(value):
                return Term(amounts.constant(0), True) if value is NONE else Term(plain(value))  # type: ignore[arg-type]
            case ir.Fact(attribute):
                return self._fact(person, stream.entity, attribute, month)
            case ir.Parameter(name):
                return self._parameter(name, month)
            case ir.Settlement():
                return Term(days.of_date(last_day(month)))
            case ir.Through(link, target):
                return self._through(stream, of(link), target, month)
            case ir.Not(operand):
                return Term(no(_bit(of(operand))))
            case ir.And(operands):
                return Term(every(bits(operands)))
            case ir.Or(operands):
                return Term(some(bits(operands)))
            case ir.Select(condition, then, otherwise):
                holds = _bit(of(condition))
                if isinstance(holds, bool):
                    return of(then if holds else otherwise)
                return select(holds, of(then), of(otherwise))
            case ir.Arithmetic(operator, left, right):
                return _arithmetic(operator, of(left), of(right))
            case ir.Compare(operator, left, right):
                return Term(_compare(operator, of(left), of(right)))
            case ir.OneOf(operand, members):
                term = of(operand)
                if isinstance(term.value, Choice):
                    return Term(both(no(term.none), some(term.value.members.get(m, False) for m in members)))
                return Term(False)
            case ir.Known(operand):
                return Term(no(of(operand).none))
            case ir.Later(day, length, unit):
                return self._later(of(day), of(length), unit)
            case ir.InPeriod(day):
                term = of(day)
                if term.none is True:
                    return Term(False)
                return Term(both(no(term.none), days.in_period(stream.op, _day(term), month)))
            case ir.Aggregate():
                return self._aggregate(stream.op, person, month)
            case ir.Previous(operand):
                return self.value(operand, person, month - 1) if month > self.start else of(operand)
            case ir.Ever(operand):
                before = self.bit(stream.id, person, month - 1) if month > self.start else self._before(stream, person)
                return Term(either(before, _bit(of(operand))))
            case ir.Run() | ir.Total():
                return Term(self._register(stream, person, month))
        raise CompilerBug(f"no rule for {stream.op!r}")

    # ------------------------------------------------------------ facts
    def _fact(self, person: Person, entity: str | None, attribute: str, month: Month) -> Term:
        if attribute in self.paid:
            return Term(self.paid[attribute](month))
        about = self.program.attributes[entity or "", attribute]
        if about.monthly and about.type.base == "link":
            self.free["monthly link"] = Text("links that change from month to month", "逐月变化的关联")
        return self.world.fact(person, about, month)

    def _parameter(self, name: str, month: Month) -> Term:
        about = self.program.parameters[name]
        values = [value for first, value in about.values if first <= month]
        if values:
            return Term(plain(values[-1]))
        if about.values:
            raise NotEncoded(Text(f"`{name}` has no value then", f"“{name}”当时没有数值"))
        return self.world.parameter(about)

    def _through(self, stream: ir.Stream, link: Term, target: ir.Id, month: Month) -> Term:
        if not isinstance(link.value, Person):
            raise NotEncoded(Text("a link that depends on something", "取决于条件的关联"))
        if link.none is True:
            return Term(False) if stream.type == YES_NO else Term(amounts.constant(0), True)
        found = self.value(target, link.value, month)
        if stream.type == YES_NO:
            return Term(both(no(link.none), _bit(found)))
        if isinstance(found.value, Choice):
            members = {member: both(no(link.none), bit) for member, bit in found.value.members.items()}
            return Term(Choice(members), either(link.none, found.none))
        return Term(found.value, either(link.none, found.none))

    def _later(self, day: Term, length: Term, unit: str) -> Term:
        none = either(day.none, length.none)
        if none is True:
            return Term(amounts.constant(0), True)
        number = number_of(length)
        known = amounts.known(number)
        if unit == "days":
            if known is None:
                raise NotEncoded(Text("days that are not known beforehand", "事先未定的天数"))
            return Term(_day(day).moved(int(known)), none)
        months = int(known) if known is not None else amounts.ratio(number).whole
        return Term(days.later(_day(day), months, self.convention), none)

    # ------------------------------------------------------------ what others have to do with it
    def _aggregate(self, op: ir.Aggregate, person: Person, month: Month) -> Term:
        if op.via is None:
            raise NotEncoded(Text("a count of all rows", "对全部行的统计"))
        if self.side == "over":
            self.free["counted"] = Text("how many rows are counted", "被统计的行数")
            return self._anything(op)
        member = self.world.alike(person, op.entity, op.via)
        assert member.number is not None
        where: Bit = True if op.where is None else self.bit(op.where, member, month)
        nobody = member.number == 0
        if op.word == "count":
            number = Ratio(member.number, 1, Fraction(0), Fraction(MOST_ALIKE))
            return Term(amounts.select(where, number, amounts.constant(0)))
        if op.word == "share":
            return Term(amounts.bit_number(where), nobody)
        value = Term(amounts.constant(1)) if op.value is None else self.value(op.value, member, month)
        self.world.rules.append(member.number <= 1)
        counted = every((where, no(value.none), no(nobody)))
        return Term(amounts.select(counted, number_of(value), amounts.constant(0)))

    def _anything(self, op: ir.Aggregate) -> Term:
        whole = self._fresh()
        if op.word == "count":
            self.world.rules += [whole >= 0, whole <= 10_000_000]
            return Term(Ratio(whole, 1, Fraction(0), Fraction(10_000_000)))
        if op.word == "share":
            self.world.rules += [whole >= 0, whole <= 10**6]
            return Term(
                Ratio(whole, 10**6, Fraction(0), Fraction(1)),
                z3.Bool(f"open {self.name} {self._made} none", self.world.ctx),
            )
        return Term(Ratio(whole))

    def _fresh(self) -> z3.ArithRef:
        self._made += 1
        return z3.Int(f"open {self.name} {self._made}", self.world.ctx)

    # ------------------------------------------------------------ registers
    def _before(self, stream: ir.Stream, person: Person) -> Bit:
        """What a register that remembers for ever holds of the time before the first month."""
        if self.side == "under":
            return False
        self.free["earlier"] = Text("what was before the first month", "首月以前的情况")
        self._made += 1
        return z3.Bool(f"open {self.name} {self._made}", self.world.ctx)

    def _register(self, stream: ir.Stream, person: Person, month: Month) -> Number:
        """Runs and totals are reckoned anew for each month where they look back only so far."""
        op = stream.op
        assert isinstance(op, ir.Run | ir.Total)
        months = self.program.streams[op.operand].type == YES_NO
        match op:
            case ir.Run(operand, int(cap)):
                flags = (self.bit(operand, person, month - back) for back in range(min(cap, month - self.start + 1)))
                return registers.run(flags, cap)
            case ir.Run(operand, None):
                holds = self.bit(operand, person, month)
                before = self._earlier() if month == self.start else number_of(self.value(stream.id, person, month - 1))
                return amounts.select(holds, amounts.add(before, amounts.constant(1)), amounts.constant(0))
            case ir.Total(operand, "so far"):
                now = self._addend(operand, person, month, months)
                if month > self.start:
                    return self.world.named(amounts.add(number_of(self.value(stream.id, person, month - 1)), now))
                return amounts.add(self._earlier(operand), now)
        assert isinstance(op, ir.Total)
        first, last = registers.window(op.window, op.months, month)
        at = (max(m, self.start) for m in range(first, last + 1))
        return amounts.total(self._addend(op.operand, person, m, months) for m in at)

    def _addend(self, operand: ir.Id, person: Person, month: Month, months: bool) -> Number:
        term = self.value(operand, person, month)
        if months:
            return amounts.bit_number(_bit(term))
        return amounts.select(term.none, amounts.constant(0), number_of(term))

    def _earlier(self, operand: ir.Id | None = None) -> Number:
        """What had been added up before the first month."""
        if self.side == "under":
            return amounts.constant(0)
        self.free["earlier"] = Text("what was before the first month", "首月以前的情况")
        whole = self._fresh()
        if operand is None or self._never_below_0(operand):
            self.world.rules.append(whole >= 0)
        return Ratio(whole)

    def _never_below_0(self, operand: ir.Id) -> bool:
        stream = self.program.streams[operand]
        if stream.type == YES_NO:
            return True
        if isinstance(stream.op, ir.Fact) and stream.entity is not None:
            low = self.program.attributes[stream.entity, stream.op.attribute].low
            return low is not None and low >= 0
        return False


# ---------------------------------------------------------------- values
def plain(value: Value) -> Bit | Number | Day | Choice:
    """A value that is known."""
    match value:
        case bool():
            return value
        case date():
            return days.of_date(value)
        case Duration(count, unit):
            return amounts.constant(count if unit == "months" else Fraction(count, 30))
        case int() | Fraction():
            return amounts.constant(value)
        case str():
            return Choice({value: True})


def _bit(term: Term) -> Bit:
    if isinstance(term.value, bool | z3.BoolRef):
        return term.value
    if term.none is True:
        return False
    raise CompilerBug(f"{term!r} is no yes/no")


def number_of(term: Term) -> Number:
    """Where there is none the number says nothing."""
    if isinstance(term.value, Steps | Ratio):
        return term.value
    raise CompilerBug(f"{term!r} is no number")


def _day(term: Term) -> Day:
    if isinstance(term.value, Day):
        return term.value
    raise CompilerBug(f"{term!r} is no date")


def select(condition: Bit, then: Term, otherwise: Term) -> Term:
    """One or the other. Of what is none the value says nothing."""
    none = choose(condition, then.none, otherwise.none)
    if then.none is True:
        return Term(otherwise.value, none) if not isinstance(otherwise.value, bool | z3.BoolRef) else Term(
            choose(condition, False, _bit(otherwise)))  # fmt: skip
    if otherwise.none is True:
        return Term(then.value, none)
    match then.value, otherwise.value:
        case (Steps() | Ratio()) as a, (Steps() | Ratio()) as b:
            return Term(amounts.select(condition, a, b), none)
        case Day() as a, Day() as b:
            return Term(days.select(condition, a, b), none)
        case Choice(a), Choice(b):
            names = dict.fromkeys((*a, *b))
            return Term(Choice({m: choose(condition, a.get(m, False), b.get(m, False)) for m in names}), none)
        case (bool() | z3.BoolRef()) as a, (bool() | z3.BoolRef()) as b:
            return Term(choose(condition, a, b), none)
    raise NotEncoded(Text("a choice between links", "在不同关联之间选择"))


def _arithmetic(operator: str, a: Term, b: Term) -> Term:
    none = either(a.none, b.none)
    if none is True:
        return Term(amounts.constant(0), True)
    left, right = number_of(a), number_of(b)
    match operator:
        case "+":
            return Term(amounts.add(left, right), none)
        case "-":
            return Term(amounts.minus(left, right), none)
        case "×":
            return Term(amounts.times(left, right), none)
        case "/":
            quotient, zero = amounts.divided(left, right)
            return Term(quotient, either(none, zero))
        case "minimum":
            return Term(amounts.lesser(left, right), none)
        case _:
            return Term(amounts.greater(left, right), none)


def _compare(operator: amounts.Operator, a: Term, b: Term) -> Bit:
    some_none = either(a.none, b.none)
    if some_none is True:
        return False
    given = no(some_none)
    match a.value, b.value:
        case (Steps() | Ratio()) as x, (Steps() | Ratio()) as y:
            return both(given, amounts.compare(operator, x, y))
        case Day() as x, Day() as y:
            return both(given, days.compare(operator, x, y))
        case Choice(x), Choice(y):
            alike = some(both(bit, y.get(member, False)) for member, bit in x.items())
            return both(given, alike if operator == "=" else no(alike))
        case (bool() | z3.BoolRef()) as x, (bool() | z3.BoolRef()) as y:
            alike = same(x, y)
            return alike if operator == "=" else no(alike)
    raise NotEncoded(Text("a comparison of links", "关联之间的比较"))
