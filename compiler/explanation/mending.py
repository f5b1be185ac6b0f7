"""What must change for a condition to become true (or false) in a month: branches, and a lower bound of their size.

`branches` answers for a condition that is not yet as wanted: a list of slots with values, of which every change that
makes it so contains at least one; an empty list: nothing that can be set makes it so. It may choose among several such
lists (one failing part of an `and` is as good as another) and takes the shortest. `least` is a lower bound of what is
still needed: facts not touched yet, and months.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from math import ceil, floor

from attrs import define, field

from compiler.explanation.boundaries import boundaries, members
from compiler.explanation.trial import Slot, Trial
from compiler.interpreter.values import Maybe, number
from lang import typed
from lang.dates import Duration, Month, year_of
from lang.model import Attribute, Entity, Program
from lang.types import NONE, UNKNOWN, YES_NO, Given

Branch = tuple[Slot, Given]
Least = tuple[int, int]  # facts, months
NEVER: Least = (10**6, 0)
OPPOSITE = {"<": "≥", "≤": ">"}


@define(eq=False)
class Mender:
    program: Program
    entity: Entity
    leaves: list[typed.Expr] = field(init=False, factory=list)  # comparisons of which boundaries are known
    _own: dict[int, frozenset[str]] = field(init=False, factory=dict)
    _memory: dict[int, bool] = field(init=False, factory=dict)
    _abroad: dict[int, bool] = field(init=False, factory=dict)
    _kept: list[typed.Expr] = field(init=False, factory=list)  # so that no id is used twice

    # ------------------------------------------------------------ what an expression reads
    def inside(self, expr: typed.Expr) -> Iterator[typed.Expr]:
        """The expression and every one in it that is read for the row itself, definitions opened, each once."""
        waiting, opened = [expr], set()
        while waiting:
            found = waiting.pop()
            yield found
            match found:
                case typed.DefineRead(entity, name) if (entity, name) not in opened:
                    opened.add((entity, name))
                    waiting.append(self.program.defines[entity, name].body)
                case typed.Through(link):
                    waiting.append(link)
                case typed.Later(day):
                    waiting.append(day)
                case typed.Not(operand) | typed.Run(operand) | typed.Total(operand) | typed.Ever(operand):
                    waiting.append(operand)
                case typed.Previous(operand) | typed.OneOf(operand) | typed.IsKnown(operand):
                    waiting.append(operand)
                case typed.InPeriod(operand):
                    waiting.append(operand)
                case typed.All(operands) | typed.Either(operands):
                    waiting += operands
                case typed.Compare(_, left, right) | typed.Arithmetic(_, left, right):
                    waiting += (left, right)
                case typed.If(condition, then, otherwise):
                    waiting += (condition, then, otherwise)
                case typed.TableRead(_, keys):
                    waiting += keys

    def own(self, expr: typed.Expr) -> frozenset[str]:
        """The row's own attributes that it reads."""
        if id(expr) not in self._own:
            self._kept.append(expr)
            self._own[id(expr)] = frozenset(
                e.attribute for e in self.inside(expr) if isinstance(e, typed.FactRead) and e.entity == self.entity.name
            )
        return self._own[id(expr)]

    def remembers(self, expr: typed.Expr) -> bool:
        """Whether it reads more than the month itself."""
        if id(expr) not in self._memory:
            self._kept.append(expr)
            kinds = (typed.Run, typed.Total, typed.Ever, typed.Previous)
            self._memory[id(expr)] = any(isinstance(e, kinds) for e in self.inside(expr))
        return self._memory[id(expr)]

    def looks_abroad(self, expr: typed.Expr) -> bool:
        """Whether it reads other rows, from which it may come back to this one."""
        if id(expr) not in self._abroad:
            self._kept.append(expr)
            kinds = (typed.Through, typed.Aggregate)
            self._abroad[id(expr)] = any(isinstance(e, kinds) for e in self.inside(expr))
        return self._abroad[id(expr)]

    # ------------------------------------------------------------ branches
    def branches(self, trial: Trial, expr: typed.Expr, wanted: bool, month: Month) -> list[Branch]:
        match expr:
            case typed.FactRead(type=type) if type == YES_NO:
                return self._set(trial, expr, [wanted], month)
            case typed.Not(operand):
                return self.branches(trial, operand, not wanted, month)
            case typed.DefineRead(entity, name) if entity == self.entity.name:
                return self.branches(trial, self.program.defines[entity, name].body, wanted, month)
            case typed.All(operands) | typed.Either(operands):
                lists = (self.branches(trial, e, wanted, month) for e in operands if not trial.is_(e, wanted, month))
                return shortest(lists) if isinstance(expr, typed.All) == wanted else united(lists)
            case typed.Compare(operator, typed.Run() | typed.Total() as counted, limit) if counts_months(counted):
                return self._counted(trial, operator, counted, limit, wanted, month)
            case typed.Ever(operand):
                months = self._failing(trial, operand, wanted, range(trial.ground.first, month + 1))
                lists = (self.branches(trial, operand, wanted, at) for at in months)
                return united(lists) if wanted else shortest(lists)
            case typed.Previous(operand):
                return self.branches(trial, operand, wanted, month - 1)
            case typed.IsKnown(typed.FactRead() as read):
                values = self._any_value(read) if wanted else [NONE]
                return self._set(trial, read, values, month)
            case _:
                return self._leaf(trial, expr, wanted, month)

    def _failing(self, trial: Trial, expr: typed.Expr, wanted: bool, months: Iterable[Month]) -> list[Month]:
        return [month for month in months if not trial.is_(expr, wanted, month)]

    def _counted(
        self, trial: Trial, operator: str, counted: typed.Run | typed.Total, limit: typed.Expr, wanted: bool, at: Month
    ) -> list[Branch]:
        """A run, or a total of months, held against a limit."""
        need = months_needed(trial, operator, limit, at)
        if need is None:
            return []
        if operator in OPPOSITE:
            wanted = not wanted
        months = self.window(trial, counted, need, at)
        lists = (
            self.branches(trial, counted.operand, wanted, month)
            for month in self._failing(trial, counted.operand, wanted, months)
        )
        return shortest(lists) if isinstance(counted, typed.Run) and wanted else united(lists)

    def window(self, trial: Trial, counted: typed.Run | typed.Total, need: int, at: Month) -> range:
        first = trial.ground.first
        match counted:
            case typed.Run():
                return range(at - need + 1, at + 1)
            case typed.Total(_, "this year"):
                return range(max(first, year_of(at) * 12), at + 1)
            case typed.Total(_, "last year"):
                return range(max(first, year_of(at) * 12 - 12), year_of(at) * 12)
            case typed.Total(_, "last months", months):
                return range(max(first, at - (months or 1) + 1), at + 1)
            case _:
                return range(first, at + 1)

    def _leaf(self, trial: Trial, expr: typed.Expr, wanted: bool, month: Month) -> list[Branch]:
        """A comparison of values: each of the row's own facts in it, set to every value at which something turns."""
        found: list[Branch] = []
        reads = [e for e in self.inside(expr) if isinstance(e, typed.FactRead) and e.entity == self.entity.name]
        for read in {e.attribute: e for e in reads}.values():
            attribute = self.entity.attributes[read.attribute]
            values = list(members(self.program, attribute))
            if not values:
                values = self._turning(trial, attribute, month)
            found += self._set(trial, read, values, month)
        if len(self.own(expr)) == 1 and not self.remembers(expr):
            found = [branch for branch in found if self._value(trial, branch, expr, month) is wanted]
        return found

    def _value(self, trial: Trial, branch: Branch, expr: typed.Expr, month: Month) -> Maybe:
        """Of an expression that reads one own attribute, in that month only, once `branch` has set it. Where it reads
        no other row either, nothing else that the trial has set can matter."""
        slot, value = branch
        if self.looks_abroad(expr):
            return trial.ground.trial(trial.setting.with_slot(slot, value, Fraction(0))).value(expr, month)
        return trial.ground.alone(slot, value).value(expr, month)

    def _turning(self, trial: Trial, attribute: Attribute, month: Month) -> list[Given]:
        """The values at which something turns that reads the attribute, each once. They hang on what the trial sets of
        the facts that stand beside it, so they are looked for once for each of those."""
        leaves = [leaf for leaf in self.leaves if attribute.name in self.own(leaf)]
        beside = frozenset(name for leaf in leaves for name in self.own(leaf))
        if any(self.looks_abroad(leaf) for leaf in leaves):
            beside |= trial.setting.facts
        known = attribute.name, month, tuple(slot for slot in trial.setting.slots if slot[0][0] in beside)
        found = trial.ground.turning.get(known)
        if found is None:
            values = (value for leaf in leaves for value in self._turning_of(trial, leaf, attribute, month))
            found = trial.ground.turning[known] = _once(values)
        return found

    def _turning_of(self, trial: Trial, leaf: typed.Expr, attribute: Attribute, month: Month) -> Iterator[Given]:
        """A constant fact may be held against another limit in each month."""
        months = [month] if attribute.monthly else range(month, max(trial.ground.first, month - 24) - 1, -1)
        for at in months:
            for value in boundaries(trial, leaf, attribute, at):
                if _possible(value, attribute):
                    yield value

    def _set(self, trial: Trial, read: typed.FactRead, values: Sequence[Given], month: Month) -> list[Branch]:
        if read.entity != self.entity.name:
            return []
        monthly = self.entity.attributes[read.attribute].monthly
        slot: Slot = (read.attribute, month if monthly else None)
        if slot in trial.setting.values or (monthly and not trial.ground.first <= month <= trial.ground.last):
            return []
        now = trial.given(slot)
        return [(slot, value) for value in values if value != now or now is UNKNOWN]

    def _any_value(self, read: typed.FactRead) -> list[Given]:
        """Some value of a fact of which only matters that there is one."""
        attribute = self.entity.attributes.get(read.attribute)
        return [] if attribute is None else list(members(self.program, attribute))[:1]

    # ------------------------------------------------------------ lower bounds
    def least(self, trial: Trial, expr: typed.Expr, wanted: bool, month: Month) -> Least:
        if trial.is_(expr, wanted, month):
            return 0, 0
        return _larger((self._least_inside(trial, expr, wanted, month), self._least_read(trial, expr)))

    def _least_read(self, trial: Trial, expr: typed.Expr) -> Least:
        """Of what is not as wanted, at least one fact that it reads must be set otherwise."""
        if self.looks_abroad(expr):
            return 0, 0
        touched = trial.setting.facts
        monthly = {name: self.entity.attributes[name].monthly for name in self.own(expr)}
        free = [name for name in monthly if monthly[name] or name not in touched]  # a constant is set only once
        if not free:
            return NEVER
        return int(touched.isdisjoint(free)), int(all(monthly[name] for name in free))

    def _least_inside(self, trial: Trial, expr: typed.Expr, wanted: bool, month: Month) -> Least:
        match expr:
            case typed.FactRead(entity, attribute):
                if entity != self.entity.name:
                    return NEVER
                monthly = self.entity.attributes[attribute].monthly
                return int(attribute not in trial.setting.facts), int(monthly)
            case typed.Not(operand):
                return self.least(trial, operand, not wanted, month)
            case typed.DefineRead(entity, name) if entity == self.entity.name:
                return self.least(trial, self.program.defines[entity, name].body, wanted, month)
            case typed.All(operands) | typed.Either(operands):
                parts = [self.least(trial, operand, wanted, month) for operand in operands]
                if isinstance(expr, typed.All) != wanted:
                    return _smaller(parts)
                return _sum(parts) if self._apart(operands) else _larger(parts)
            case typed.Compare(operator, typed.Run() | typed.Total() as counted, limit) if counts_months(counted):
                return self._least_counted(trial, operator, counted, limit, wanted, month)
            case _:
                return 0, 0

    def _least_counted(
        self, trial: Trial, operator: str, counted: typed.Run | typed.Total, limit: typed.Expr, wanted: bool, at: Month
    ) -> Least:
        need = months_needed(trial, operator, limit, at)
        if need is None:
            return 0, 0
        if operator in OPPOSITE:
            wanted = not wanted
        if not wanted:
            return 0, 0
        window = self.window(trial, counted, need, at)
        failing = self._failing(trial, counted.operand, True, window)
        missing = len(failing) - (0 if isinstance(counted, typed.Run) else len(window) - need)
        if missing <= 0:
            return 0, 0
        if missing > len(failing):
            return NEVER
        parts = sorted(self.least(trial, counted.operand, True, month) for month in failing)
        months = sorted(part[1] for part in parts)[:missing]
        facts = sorted(part[0] for part in parts)[missing - 1] if isinstance(counted, typed.Run) else parts[0][0]
        return facts, months[0] if self.remembers(counted.operand) else sum(months)

    def _apart(self, operands: Sequence[typed.Expr]) -> bool:
        """No two of them read one attribute."""
        names = [name for operand in operands for name in self.own(operand)]
        return len(names) == len(set(names))


# ---------------------------------------------------------------- small things
def counts_months(expr: typed.Run | typed.Total) -> bool:
    return isinstance(expr, typed.Run) or expr.operand.type == YES_NO


def months_needed(trial: Trial, operator: str, limit: typed.Expr, month: Month) -> int | None:
    """How many months make `counted ≥ limit` (or `>`) true; for `<` and `≤`, false."""
    value = trial.value(limit, month)
    if operator not in ("≥", ">", "<", "≤") or not isinstance(value, int | Fraction | Duration):
        return None
    months = number(value)
    return ceil(months) if operator in ("≥", "<") else floor(months) + 1


def _possible(value: Given, attribute: Attribute) -> bool:
    """Inside the attribute's range."""
    low, high = attribute.low, attribute.high
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        return True
    return (low is None or value >= low) and (high is None or value <= high)


def _once(values: Iterable[Given]) -> list[Given]:
    return list(dict.fromkeys(values))


def shortest(lists: Iterable[list[Branch]]) -> list[Branch]:
    """Of several lists of which each would do, the shortest; that of what cannot be mended is empty."""
    best: list[Branch] | None = None
    for found in lists:
        if best is None or len(found) < len(best):
            best = found
        if not best:
            break
    return best or []


def united(lists: Iterable[list[Branch]]) -> list[Branch]:
    return list(dict.fromkeys(branch for found in lists for branch in found))


def _smaller(parts: Sequence[Least]) -> Least:
    return min(p[0] for p in parts), min(p[1] for p in parts)


def _larger(parts: Sequence[Least]) -> Least:
    return max(p[0] for p in parts), max(p[1] for p in parts)


def _sum(parts: Sequence[Least]) -> Least:
    return sum(p[0] for p in parts), sum(p[1] for p in parts)
