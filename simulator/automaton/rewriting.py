"""The streams of a program rewritten one by one, so that nothing remembers (step_program.py says into what).

In: a program, its links within the unit, what moves by chance. Out: the new streams as they grow, with the facts that
they read: what is given, the chains' flags, the memories; and when each rule can pay at all.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define, evolve, field, frozen

from compiler import ir
from compiler.backends.columns.bounds import MOST_MONTHS, Size
from lang.types import DURATION, YES_NO, Type
from simulator.automaton.people import Chain, Fact, Follow, NotFinite

UNIT = "(unit)"
JANUARY = "(january)"
IN_POLICY = "(in policy)"


@frozen(kw_only=True)
class Memory:
    """One number that is handed on: the fact that holds it, and the stream of its next value."""

    fact: str
    next: ir.Id


@frozen(kw_only=True)
class Door:
    """When a rule can pay at all: its row has arrived (`present`), and the given part of its condition holds."""

    given: str | None
    present: str


@define(eq=False)
class Rewriting:
    """The new streams as they grow. `new[old]` is the number of an old stream."""

    program: ir.Program
    links: Mapping[Fact, str]
    moving: Mapping[Fact, Chain | Follow]
    old_sizes: Mapping[ir.Id, Size]
    streams: list[ir.Stream] = field(factory=list)
    sizes: dict[ir.Id, Size] = field(factory=dict)
    new: dict[ir.Id, ir.Id] = field(factory=dict)
    changing: dict[ir.Id, bool] = field(factory=dict)
    given: dict[str, ir.Id] = field(factory=dict)
    flags: dict[str, Fact] = field(factory=dict)
    coins: dict[str, Fact] = field(factory=dict)
    present: dict[str, str] = field(factory=dict)
    memories: list[Memory] = field(factory=list)
    reads_january: bool = False
    added: list[ir.Stream] = field(factory=list)
    doors: list[Door] = field(factory=list)
    doors_of: dict[str, list[int]] = field(factory=dict)
    behind: dict[str, set[int]] = field(factory=dict)
    inner: set[str] = field(factory=set)
    _name_of: dict[ir.Id, str] = field(factory=dict)
    _joined: dict[tuple[ir.Id, ...], ir.Id] = field(factory=dict)
    _facts: dict[str, ir.Id] = field(factory=dict)
    _flag_of: dict[Fact, ir.Id] = field(factory=dict)

    def changes(self, stream: ir.Stream) -> bool:
        """Whether it depends on chance or on earlier months."""
        match stream.op:
            case ir.Fact(attribute):
                return (stream.entity or "", attribute) in self.moving
            case ir.Run() | ir.Total() | ir.Ever() | ir.Previous():
                return True
            case ir.Aggregate():
                raise NotFinite(
                    stream.origin,
                    f"it counts rows of `{stream.op.entity}`, which ties people to each other",
                    f"它要统计“{stream.op.entity}”，人与人之间相互关联",
                )
            case ir.Through(link, target):
                self._within(stream, link)
                return self.changing[target]
            case _:
                found = any(self.changing[i] for i in ir.operands(stream.op))
                if found and isinstance(stream.op, ir.InPeriod):
                    raise NotFinite(
                        stream.origin, "it tests a date that changes with the months", "它检验的日期逐月变化"
                    )
                return found

    def _within(self, stream: ir.Stream, link: ir.Id) -> None:
        at = self.program.streams[link]
        if isinstance(at.op, ir.Through):
            inner = self.program.streams[at.op.target]
            self._within(at, at.op.link)
            at = inner
        fact = (at.entity or "", at.op.attribute) if isinstance(at.op, ir.Fact) else ("", "")
        if fact in self.links or self.program.streams[link].type.base != "link":
            return
        raise NotFinite(
            stream.origin,
            f"it reads another row through `{fact[1] or 'a link'}`, and who is linked to whom is drawn one by one",
            f"它经由{fact[1] or '关联'}读取另一行，而关联是逐个抽取的",
        )

    # ------------------------------------------------------------ streams
    def of(self, old: ir.Id) -> ir.Id:
        """The new number of an old stream."""
        if old not in self.new:
            self.new[old] = self._rewrite(self._old(old))
        return self.new[old]

    def _rewrite(self, stream: ir.Stream) -> ir.Id:
        size = self.old_sizes.get(stream.id, Size(1))
        if isinstance(stream.op, ir.Constant):
            return self._add(stream.type, stream.op, size, stream)
        if not self.changing[stream.id]:
            return self._given(stream, size)
        match stream.op:
            case ir.Fact(attribute):
                return self._flag((stream.entity or "", attribute))
            case ir.Through(_, target):
                return self.of(target)
            case ir.Run() | ir.Total() | ir.Ever() | ir.Previous():
                return self._register(stream, size)
            case ir.And():
                return self._add(stream.type, self._conjunction(stream), size, stream)
            case _:
                return self._add(stream.type, self._moved(stream.op), size, stream)

    def _given(self, stream: ir.Stream, size: Size) -> ir.Id:
        name = f"given {stream.id}"
        self.given[name] = stream.id
        number = self._fact(name, stream.type, size)
        self._name_of[number] = name
        return number

    def inside(self, old: ir.Id) -> ir.Id:
        """The new number of a stream that another reads."""
        number = self.of(old)
        if number in self._name_of:
            self.inner.add(self._name_of[number])
        return number

    def _fixed_part(self, stream: ir.Stream) -> ir.Id | None:
        """Of a conjunction: one stream for all its operands that are fixed (an old number)."""
        assert isinstance(stream.op, ir.And)
        fixed = tuple(i for i in stream.op.operands if not self.changing[i])
        if len(fixed) < 2:
            return fixed[0] if fixed else None
        if fixed not in self._joined:
            number = len(self.program.streams) + len(self.added)
            self.added.append(ir.Stream(number, stream.entity, YES_NO, ir.And(fixed), origin=stream.origin))
            self.changing[number] = False
            self._joined[fixed] = number
            self.new[number] = self._given(self.added[-1], Size(1))
        return self._joined[fixed]

    def _conjunction(self, stream: ir.Stream) -> ir.Op:
        assert isinstance(stream.op, ir.And)
        fixed = self._fixed_part(stream)
        moving = [i for i in stream.op.operands if self.changing[i]]
        return ir.And(tuple(self.inside(i) for i in (*([] if fixed is None else [fixed]), *moving)))

    def _moved(self, op: ir.Op) -> ir.Op:
        """The same operation on the new streams."""
        match op:
            case ir.Not(a):
                return ir.Not(self.inside(a))
            case ir.Or(a):
                return ir.Or(tuple(self.inside(i) for i in a))
            case ir.Select(a, b, c):
                return ir.Select(self.inside(a), self.inside(b), self.inside(c))
            case ir.Arithmetic(operator, a, b):
                return ir.Arithmetic(operator, self.inside(a), self.inside(b))
            case ir.Compare(comparison, a, b):
                return ir.Compare(comparison, self.inside(a), self.inside(b))
            case ir.OneOf(a, members):
                return ir.OneOf(self.inside(a), members)
            case ir.Known(a):
                return ir.Known(self.inside(a))
            case ir.Later(a, b, unit):
                return ir.Later(self.inside(a), self.inside(b), unit)
            case _:
                raise TypeError(op)

    def _add(self, type: Type, op: ir.Op, size: Size, origin: ir.Stream | None = None) -> ir.Id:
        number = len(self.streams)
        entity = None if isinstance(op, ir.Constant) else UNIT
        if origin is None:
            self.streams.append(ir.Stream(number, entity, type, op))
        else:
            self.streams.append(ir.Stream(number, entity, type, op, origin.name, origin.origin))
        self.sizes[number] = size
        return number

    def _fact(self, name: str, type: Type, size: Size) -> ir.Id:
        if name not in self._facts:
            self._facts[name] = self._add(type, ir.Fact(name), size)
        return self._facts[name]

    def _constant(self, value: int, type: Type) -> ir.Id:
        return self._add(type, ir.Constant(value), Size(abs(value)))

    def here(self, entity: str) -> ir.Id:
        """Whether the row of an entity has arrived."""
        return self._fact(self.present[entity], YES_NO, Size(1))

    # ------------------------------------------------------------ flags
    def _flag(self, fact: Fact) -> ir.Id:
        """The flag of a chain, or of what follows one."""
        if fact not in self._flag_of:
            about = self.moving[fact]
            if isinstance(about, Chain):
                name = f"flag {fact[0]}.{fact[1]}"
                self.flags[name] = fact
                self._flag_of[fact] = self._fact(name, YES_NO, Size(1))
            else:
                self._flag_of[fact] = self._followed(fact, about)
        return self._flag_of[fact]

    def _followed(self, fact: Fact, about: Follow) -> ir.Id:
        if about.leader in self.moving:
            leader = self._flag(about.leader)
        else:
            name = f"coin {about.leader[0]}.{about.leader[1]}"
            self.coins[name] = about.leader
            leader = self._fact(name, YES_NO, Size(1))
        held = self._add(YES_NO, ir.And((leader, self.here(fact[0]))), Size(1))
        if about.after:
            months = self._run(held, about.after + 1, f"run behind {fact[0]}.{fact[1]}")
            enough = self._constant(about.after + 1, DURATION)
            held = self._add(YES_NO, ir.Compare("≥", months, enough), Size(1))
        if about.coin is None:
            return held
        name = f"coin {fact[0]}.{fact[1]}"
        self.coins[name] = fact
        return self._add(YES_NO, ir.And((self._fact(name, YES_NO, Size(1)), held)), Size(1))

    # ------------------------------------------------------------ registers
    def _register(self, stream: ir.Stream, size: Size) -> ir.Id:
        op = stream.op
        assert isinstance(op, ir.Run | ir.Total | ir.Ever | ir.Previous)
        if stream.entity is None:
            raise NotFinite(stream.origin, "it reads the past of what belongs to nobody", "它读取不属于任何人的历史")
        operand = self.inside(op.operand)
        yes_no = self.program.streams[op.operand].type.base == "yes/no"
        name = f"memory {stream.id}"
        here = self.here(stream.entity)
        if isinstance(op, ir.Previous):
            memory = self._fact(name, stream.type, size)
            seen = self._add(YES_NO, ir.And((here, operand)), size) if yes_no else self._or_none(here, operand, stream)
            self.memories.append(Memory(fact=name, next=seen))
            return memory
        if yes_no:
            operand = self._add(YES_NO, ir.And((here, operand)), Size(1))
        if isinstance(op, ir.Run):
            return self._run(operand, op.cap, name)
        if isinstance(op, ir.Ever):
            held = self._add(YES_NO, ir.Or((operand, self._fact(name, YES_NO, Size(1)))), Size(1))
            self.memories.append(Memory(fact=name, next=held))
            return held
        return self._total(stream, op, operand, yes_no, here, name, size)

    def _or_none(self, here: ir.Id, operand: ir.Id, stream: ir.Stream) -> ir.Id:
        from lang.types import NONE

        absent = self._add(stream.type, ir.Constant(NONE), Size(1))
        return self._add(stream.type, ir.Select(here, operand, absent), self.sizes[operand])

    def _run(self, operand: ir.Id, cap: int | None, name: str) -> ir.Id:
        size = Size(MOST_MONTHS)
        memory = self._fact(name, DURATION, size)
        months = self._add(DURATION, ir.Arithmetic("+", memory, self._constant(1, DURATION)), size)
        if cap is not None:
            months = self._add(DURATION, ir.Arithmetic("minimum", months, self._constant(cap, DURATION)), size)
        months = self._add(DURATION, ir.Select(operand, months, self._constant(0, DURATION)), size)
        self.memories.append(Memory(fact=name, next=months))
        return months

    def _total(
        self, stream: ir.Stream, op: ir.Total, operand: ir.Id, yes_no: bool, here: ir.Id, name: str, size: Size
    ) -> ir.Id:
        type_ = stream.type
        zero = self._constant(0, type_)
        if yes_no:
            addend = self._add(type_, ir.Select(operand, self._constant(1, type_), zero), size)
        else:
            there = self._add(YES_NO, ir.And((here, self._add(YES_NO, ir.Known(operand), Size(1)))), Size(1))
            addend = self._add(type_, ir.Select(there, operand, zero), size)
        match op.window:
            case "so far":
                total = self._add(type_, ir.Arithmetic("+", self._fact(name, type_, size), addend), size)
                self.memories.append(Memory(fact=name, next=total))
                return total
            case "this year" | "last year":
                self.reads_january = True
                january = self._fact(JANUARY, YES_NO, Size(1))
                memory = self._fact(name, type_, size)
                begun = self._add(type_, ir.Select(january, zero, memory), size)
                total = self._add(type_, ir.Arithmetic("+", begun, addend), size)
                self.memories.append(Memory(fact=name, next=total))
                if op.window == "this year":
                    return total
                before = self._fact(f"{name} before", type_, size)
                last = self._add(type_, ir.Select(january, memory, before), size)
                self.memories.append(Memory(fact=f"{name} before", next=last))
                return last
            case "last months":
                total, moved = addend, addend
                for back in range(1, op.months or 1):
                    slot = self._fact(f"{name} back {back}", type_, size)
                    total = self._add(type_, ir.Arithmetic("+", total, slot), size)
                    self.memories.append(Memory(fact=f"{name} back {back}", next=moved))
                    moved = slot
                return total

    # ------------------------------------------------------------ clauses
    def clause(self, clause: ir.Clause, payee: bool) -> ir.Clause:
        """The clause for the unit: it claims only where its row has arrived, and inside the policy (outside, a
        condition that holds uses nothing up)."""
        rules = []
        for rule in clause.alternatives:
            here = (self.here(clause.entity), self._fact(IN_POLICY, YES_NO, Size(1)))
            when = self._add(YES_NO, ir.And(here if rule.when is None else (*here, self.inside(rule.when))), Size(1))
            door = len(self.doors)
            self.doors.append(Door(given=self._door(rule), present=self.present[clause.entity]))
            self.doors_of.setdefault(clause.name, []).append(door)

            def of(stream: ir.Id | None, door: int = door) -> ir.Id | None:
                return None if stream is None else self._behind(stream, [door])

            rules.append(
                evolve(
                    rule,
                    when=when,
                    amount=self._behind(rule.amount, [door]),
                    months=of(rule.months),
                    per_year=of(rule.per_year),
                    in_all=of(rule.in_all),
                    payee=of(rule.payee) if payee else None,
                )
            )
        return evolve(clause, entity=UNIT, alternatives=tuple(rules))

    def label(self, clause: str, stream: ir.Id) -> ir.Id:
        """A stream that is read for the payments of a clause, whichever rule made them."""
        return self._behind(stream, self.doors_of[clause])

    def _behind(self, stream: ir.Id, doors: list[int]) -> ir.Id:
        number = self.of(stream)
        if number in self._name_of:
            self.behind.setdefault(self._name_of[number], set()).update(doors)
        return number

    def _door(self, rule: ir.Alternative) -> str | None:
        if rule.when is None:
            return None
        stream = self.program.streams[rule.when]
        fixed: ir.Id | None = None
        if not self.changing[rule.when]:
            fixed = None if isinstance(stream.op, ir.Constant) else rule.when
        elif isinstance(stream.op, ir.And):
            fixed = self._fixed_part(stream)
        if fixed is None or isinstance(self._old(fixed).op, ir.Constant):
            return None
        return self._name_of[self.of(fixed)]

    def _old(self, number: ir.Id) -> ir.Stream:
        own = len(self.program.streams)
        return self.program.streams[number] if number < own else self.added[number - own]
