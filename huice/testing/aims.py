"""What a clause wants of the facts: from its conditions, which values of each fact speak for a payment.

In: the part of a program that one clause depends on. Out: for each fact that it reads, tests of a value ("yes", "one of
these counties", "at least 20"), found by walking down from the conditions and keeping count of every `not`. It is a
hint for drawing people who are paid often, no proof: facts that depend on each other are looked at one by one.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

from attrs import define, field

from compiler import ir
from compiler.facts import History
from lang.types import NONE, UNKNOWN, Given

Key = tuple[str, str]  # entity, attribute
Test = Callable[[Given | History], bool]

_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "≠": operator.ne, "<": operator.lt, "≤": operator.le, ">": operator.gt, "≥": operator.ge,
}  # fmt: skip
_OPPOSITE = {"=": "≠", "≠": "=", "<": "≥", "≤": ">", ">": "≤", "≥": "<"}
_TURNED = {"=": "=", "≠": "≠", "<": ">", "≤": "≥", ">": "<", "≥": "≤"}


@define
class Aims:
    """`tests` of one fact are alternatives: each speaks for a payment in some place. `longest`: the longest run or
    window that is asked for, in months."""

    program: ir.Program
    tests: dict[Key, list[Test]] = field(factory=dict)
    longest: int = 1
    _seen: set[tuple[ir.Id, bool]] = field(factory=set)

    @classmethod
    def of(cls, program: ir.Program, clause: str) -> Aims:
        aims = cls(program)
        for stream in program.streams:
            match stream.op:
                case ir.Run(_, int(months)) | ir.Total(_, "last months", int(months)):
                    aims.longest = max(aims.longest, months)
        for alternative in program.clauses[clause].alternatives:
            if alternative.when is not None:
                aims._walk(alternative.when, True)
            aims._given(alternative.payee)
        return aims

    def _add(self, entity: str | None, attribute: str, test: Test) -> None:
        if entity is not None:
            self.tests.setdefault((entity, attribute), []).append(test)

    def _walk(self, at: ir.Id, wanted: bool) -> None:
        """What makes the yes/no stream `at` be `wanted`."""
        if (at, wanted) in self._seen:
            return
        self._seen.add((at, wanted))
        stream = self.program.streams[at]
        match stream.op:
            case ir.Fact(name):
                self._add(stream.entity, name, _yes(self) if wanted else _no)
            case ir.Not(operand):
                self._walk(operand, not wanted)
            case ir.And(operands) | ir.Or(operands):
                for operand in operands:
                    self._walk(operand, wanted)
            case ir.Select(condition, then, otherwise):
                self._walk(condition, True)
                self._walk(then, wanted)
                self._walk(otherwise, wanted)
            case ir.Run(operand) | ir.Total(operand) | ir.Ever(operand) | ir.Previous(operand):
                self._walk(operand, wanted)
            case ir.Through(link, target):
                self._given(link)
                self._walk(target, wanted)
            case ir.OneOf(operand, members):
                self._value(operand, lambda value: (value in members) is wanted)
            case ir.Known(operand):
                self._value(operand, lambda value: True)
            case ir.InPeriod(day):
                self._value(day, lambda value: True)
            case ir.Compare(sign, left, right):
                self._compare(sign if wanted else _OPPOSITE[sign], left, right)

    def _compare(self, sign: str, left: ir.Id, right: ir.Id) -> None:
        for here, there, said in ((left, right, sign), (right, left, _TURNED[sign])):
            self._value(here, _compared_with(list(self._constants(there)), _COMPARED[said]))
            self._measured(here, said in ("≥", ">", "="))

    def _measured(self, at: ir.Id, more: bool) -> None:
        """A run, a total, a count: more of what it measures, or less."""
        stream = self.program.streams[at]
        match stream.op:
            case ir.Run(operand) | ir.Total(operand) if self.program.streams[operand].type.base == "yes/no":
                self._walk(operand, more)
            case ir.Total(operand) | ir.Previous(operand):
                self._measured(operand, more)
            case ir.Through(link, target):
                self._given(link)
                self._measured(target, more)
            case ir.Arithmetic(_, left, right):
                self._measured(left, more)
                self._measured(right, more)
            case ir.Aggregate(_, entity, via, where, value):
                if via is not None:
                    self._add(entity, via, _is_given)
                if where is not None:
                    self._walk(where, more)
                if value is not None:
                    self._value(value, lambda number: True)

    def _value(self, at: ir.Id, test: Callable[[Given], bool]) -> None:
        """A fact whose value is tested as it is; what is worked out of facts is only wanted to be given."""
        stream = self.program.streams[at]
        match stream.op:
            case ir.Fact(name):
                self._add(stream.entity, name, _each(test))
            case ir.Through(link, target):
                self._given(link)
                self._value(target, test)
            case ir.Later(day):
                self._value(day, lambda value: True)
            case ir.Arithmetic(_, left, right):
                self._value(left, lambda value: True)
                self._value(right, lambda value: True)
            case ir.Total(operand) | ir.Previous(operand) if self.program.streams[operand].type.base != "yes/no":
                self._value(operand, lambda value: True)

    def _given(self, link: ir.Id | None) -> None:
        if link is not None:
            self._value(link, lambda value: True)

    def _constants(self, at: ir.Id) -> Iterator[Given]:
        match self.program.streams[at].op:
            case ir.Constant(value):
                yield value
            case ir.Parameter(name):
                yield from (value for _, value in self.program.parameters[name].values)
            case ir.Select(_, then, otherwise):
                yield from self._constants(then)
                yield from self._constants(otherwise)


def _compared_with(known: list[Any], compared: Callable[[Any, Any], bool]) -> Callable[[Given], bool]:
    return lambda value: not known or any(_holds(compared, value, one) for one in known)


def _holds(compared: Callable[[Any, Any], bool], value: Given, known: Any) -> bool:
    try:
        return compared(value, known)
    except TypeError:  # a length beside a number of months: not a value that can be held against it here
        return True


def _is_given(value: Given | History) -> bool:
    return value is not NONE and value is not UNKNOWN


def _each(test: Callable[[Given], bool]) -> Test:
    def tested(value: Given | History) -> bool:
        if isinstance(value, History):
            return any(_is_given(span.value) and test(span.value) for span in value.spans)
        return _is_given(value) and test(value)

    return tested


def _yes(aims: Aims) -> Test:
    def long_enough(value: Given | History) -> bool:
        if isinstance(value, History):
            return any(span.last is None or span.last - span.first + 1 >= aims.longest for span in value.spans)
        return value is True

    return long_enough


def _no(value: Given | History) -> bool:
    return not value.spans if isinstance(value, History) else value is False
