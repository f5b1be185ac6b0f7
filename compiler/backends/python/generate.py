"""Readable Python evaluators: one function a definition, one a clause, each with the item of the document it follows.

In: an `ir.Program`. Out: the text of a module (`to_python`), which is what an auditor reads beside the document; and
the ledger that this text gives (`evaluate`). The text runs on `runtime.py`; it contains no words of the policy but as
strings (see `python_names.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from attrs import frozen

from compiler import ir
from compiler.backends.python import runtime
from compiler.backends.python.evaluation import Policy, evaluate_policy
from compiler.backends.python.expressions import Expressions, literal
from compiler.backends.python.layout import Code, call, layout, sequence
from compiler.backends.python.names import Names, docstring, is_plain, quoted
from compiler.backends.python.timelines import ALWAYS, Timeline, Unsure, constant, steps
from compiler.backends.python.world import Attribute, World
from compiler.facts import Facts
from compiler.ledger import Ledger
from compiler.memory import last_month, start_month
from compiler.parameters import settled
from lang.dates import Month, month_number, year_of
from lang.types import Value

HEADER: Final = '''"""Evaluators of a policy, written by Huice. Change the policy, not this file.

A row's value over time is a timeline: person["employed"] says for every month whether the person
was employed. Operations work on whole timelines, month for month, and know a third answer besides
yes and no: unsure, where a fact is missing. Conditions are read on the last day of each month.
"""
'''
DEEP_CALLS: Final = 100  # functions that may call one another; what lies deeper is evaluated beforehand


# ---------------------------------------------------------------- text
def to_python(program: ir.Program) -> str:
    """The module."""
    return _Module(program).text()


class _Module:
    def __init__(self, program: ir.Program) -> None:
        self.program = program
        self.names = Names()
        clause_names = [c.name for c in program.clauses.values()]
        self.expressions = Expressions(program, self.names)
        self.clauses = {
            name: self.names.name(name, instead=f"clause_{name.lower()}" if is_plain(name) else f"clause_{number}")
            for number, name in enumerate(clause_names, 1)
        }
        self.targets = {
            name: self.names.name(name, instead=f"target_{name.lower()}" if is_plain(name) else f"target_{number}")
            for number, name in enumerate(program.targets, 1)
        }

    def text(self) -> str:
        body = [
            self._facts(),
            self._parameters(),
            *self._definitions(),
            *(self._clause(clause) for clause in self.program.clauses.values()),
            *(self._target(target) for target in self.program.targets.values()),
            self._policy(),
            self._deep(),
        ]
        code = "\n\n\n".join(part for part in body if part)
        return f"{HEADER}\n{_imports(code)}\n\n{code}\n"

    # ------------------------------------------------------------ tables
    def _facts(self) -> str:
        """What is read of each entity, and the links to the rows of groups."""
        program = self.program
        read: set[tuple[str | None, str | None]] = set()
        entities = {clause.entity for clause in program.clauses.values()}
        grouped = {group.entity for group in program.groups.values()}
        for stream in program.streams:
            if isinstance(stream.op, ir.Fact):
                read.add((stream.entity, stream.op.attribute))
            elif isinstance(stream.op, ir.Aggregate):
                read.add((stream.op.entity, stream.op.via))
                entities.add(stream.op.entity)
        lines = ["FACTS = {"]
        for entity in program.entities:
            rows = [
                f"        {quoted(name)}: {layout(_attribute(attribute), 8, len(quoted(name)) + 3)},"
                for (of, name), attribute in program.attributes.items()
                if of == entity and ((of, name) in read or (_is_link(attribute) and attribute.type.name in grouped))
            ]
            if rows:
                lines += [f"    {quoted(entity)}: {{", *rows, "    },"]
            elif entity in entities | grouped:
                lines.append(f"    {quoted(entity)}: {{}},")
        return "\n".join([*lines, "}"])

    def _parameters(self) -> str:
        lines = ["PARAMETERS = {"]
        for name, parameter in self.program.parameters.items():
            values = [
                sequence([_month(first), literal(value, parameter.type)], "()") for first, value in parameter.values
            ]
            lines.append(f"    {quoted(name)}: {layout(sequence(values), 4, len(quoted(name)) + 3)},")
        return "\n".join([*lines, "}"])

    # ------------------------------------------------------------ functions
    def _definitions(self) -> list[str]:
        defined = {stream: key for key, stream in self.program.definitions.items()}
        texts = []
        for stream, name in self.expressions.functions.items():
            row = self.expressions.row(self.program.streams[stream].entity)
            code = self.expressions.body(stream, row)
            said = docstring(f"{defined[stream][1]} ({defined[stream][0]})") if stream in defined else ""
            texts.append(_function(name, row, said, code, remembered=True))
        return texts

    def _clause(self, clause: ir.Clause) -> str:
        row = self.expressions.row(clause.entity)
        rules = sequence([self._rule(alternative, row) for alternative in clause.alternatives])
        said = docstring(" · ".join(text for text in (clause.label or clause.name, "、".join(clause.cites)) if text))
        return _function(self.clauses[clause.name], row, said, rules)

    def _rule(self, rule: ir.Alternative, row: str) -> Code:
        read = self.expressions.read
        options: dict[str, Code] = {}
        if rule.when is not None:
            options["when"] = read(rule.when, row)
        if rule.payee is not None:
            entity = self.program.streams[rule.payee].type.name or ""
            options["to"] = sequence([quoted(entity), read(rule.payee, row)], "()")
        if (rule.mode, rule.unit) != ("nearest", 1):
            options["rounding"] = sequence([quoted(rule.mode), str(rule.unit)], "()")
        for name, stream in (("months", rule.months), ("per_year", rule.per_year), ("in_all", rule.in_all)):
            if stream is not None:
                options[name] = read(stream, row)
        return call("pay", read(rule.amount, row), quoted(rule.frequency), **options)

    def _target(self, target: ir.Target) -> str:
        code = self.expressions.read(target.condition, "world")
        return _function(self.targets[target.name], "world", docstring(target.name), code)

    # ------------------------------------------------------------ the policy
    def _policy(self) -> str:
        program = self.program
        clauses = [self._clause_entry(program.clauses[name]) for name in program.order]
        entries: dict[str, Code] = {
            "name": quoted(program.name),
            "first": _month(program.first),
            "due_from": _month(program.due_from),
            "clauses": sequence(clauses, "()"),
        }
        if program.groups:
            entries["groups"] = sequence([self._group(group) for group in program.groups.values()], "()")
        if program.quotas:
            entries["quotas"] = sequence([self._quota(quota) for quota in program.quotas.values()], "()")
        return f"POLICY = {layout(call('Policy', **entries), 0, 9)}"

    def _clause_entry(self, clause: ir.Clause) -> Code:
        options: dict[str, Code] = {
            "name": quoted(clause.name),
            "index": str(clause.index),
            "entity": quoted(clause.entity),
            "rules": self.clauses[clause.name],
        }
        if clause.cites:
            options["cites"] = sequence([quoted(item) for item in clause.cites], "()")
        if clause.funds is not None:
            options["funds"] = sequence([quoted(fund) for fund in clause.funds.funds], "()")
            if clause.funds.shares is not None:
                shares = [call("Fraction", str(s.numerator), str(s.denominator)) for s in clause.funds.shares]
                options["shares"] = sequence(shares, "()")
        return call("Clause", **options)

    def _group(self, group: ir.Group) -> Code:
        members: list[Code] = []
        for member in group.members:
            options: dict[str, Code] = {}
            if member.clause is not None:
                options["clause"] = quoted(member.clause)
            if member.link is not None and member.clause is not None:
                options["link"] = self.expressions.reader(member.link, self.program.clauses[member.clause].entity)
            if member.paid is not None:
                options["paid"] = self.expressions.reader(member.paid, group.entity)
            members.append(call("Member", **options))
        return call(
            "Group",
            name=quoted(group.name),
            entity=quoted(group.entity),
            take=quoted(group.take),
            members=sequence(members, "()"),
        )

    def _quota(self, quota: ir.Quota) -> Code:
        entity = self.program.clauses[quota.clause].entity
        options: dict[str, Code] = {
            "clause": quoted(quota.clause),
            "places": self.expressions.reader(quota.places, None),
        }
        if quota.per is not None:
            options["per"] = self.expressions.reader(quota.per, entity)
        if quota.period is not None:
            options["period"] = quoted(quota.period)
        if quota.order is not None:
            options["order"] = self.expressions.reader(quota.order, entity)
        return call("Quota", **options)

    def _entity(self, stream: ir.Id) -> str:
        entity = self.program.streams[stream].entity
        return "None" if entity is None else quoted(entity)

    def _deep(self) -> str:
        """Functions that must be evaluated before others, because too many call one another."""
        depths = self.expressions.depths()
        deep = [stream for stream, depth in depths.items() if depth % DEEP_CALLS == 0]
        if not deep:
            return ""
        entries = [sequence([self._entity(stream), self.expressions.functions[stream]], "()") for stream in deep]
        return f"DEEP = {layout(sequence(entries, '()'), 0, 7)}"


def _function(name: str, parameter: str, said: str, code: Code, remembered: bool = False) -> str:
    lines = ["@remembered"] if remembered else []
    lines.append(f"def {name}({parameter}):")
    if said:
        lines.append(f"    {said}")
    return "\n".join([*lines, f"    return {layout(code, 4, 7)}"])


def _attribute(attribute: ir.Attribute) -> Code:
    options = {
        name: literal(value, attribute.type)
        for name, value in (("low", attribute.low), ("high", attribute.high), ("default", attribute.default))
        if value is not None
    }
    if _is_link(attribute) and attribute.type.name is not None:
        options["to"] = quoted(attribute.type.name)
    return call("Attribute", quoted(attribute.type.base), **options)


def _is_link(attribute: ir.Attribute) -> bool:
    return attribute.type.base == "link"


def _month(month: Month) -> Code:
    return call("month", str(year_of(month)), str(month_number(month)))


def _imports(code: str) -> str:
    """Of what the runtime offers, what the code uses:"""
    words = set(re.findall(r"\w+", code))
    used = [name for name in runtime.__all__ if name in words]
    return "from compiler.backends.python.runtime import (\n" + "".join(f"    {name},\n" for name in used) + ")"


# ---------------------------------------------------------------- evaluation
@frozen(eq=False)
class Evaluators:
    """A generated module, loaded."""

    policy: Policy
    facts: Mapping[str, Mapping[str, Attribute]]
    parameters: Mapping[str, list[tuple[Month, Value]]]
    deep: tuple[tuple[str | None, Callable[[Any], Timeline]], ...]

    def evaluate(
        self, program: ir.Program, facts: Facts, *, until: Month | None, parameters: Mapping[str, Value]
    ) -> Ledger:
        """`program`: the one that this was generated from (not kept, so that a cache does not keep it alive)."""
        last = last_month(program, until)
        values = {name: _over_time(name, found) for name, found in self.parameters.items()}
        values |= {name: constant(value) for name, value in settled(program, parameters).items()}
        end = max(last, program.first) + 1
        world = World(facts, self.facts, values, start_month(program, facts, values=parameters.values()), end)
        for entity, function in self.deep:
            for row in (world,) if entity is None else world.rows(entity).values():
                function(row)
        return evaluate_policy(self.policy, world, last)


def _over_time(name: str, values: list[tuple[Month, Value]]) -> Timeline:
    unknown = Unsure(None, None, frozenset({("", "", name)}))
    return steps([(ALWAYS, unknown), *sorted(values, key=lambda pair: pair[0])])


def load(program: ir.Program) -> Evaluators:
    """The generated module, compiled."""
    module: dict[str, Any] = {"__name__": "huice_evaluators"}
    exec(compile(to_python(program), "<evaluators>", "exec"), module)
    return Evaluators(module["POLICY"], module["FACTS"], module["PARAMETERS"], module.get("DEEP", ()))


def evaluate(
    program: ir.Program,
    facts: Facts,
    *,
    until: Month | None = None,
    parameters: Mapping[str, Value] | None = None,
) -> Ledger:
    """What `interpret` gives, by the generated evaluators. Whoever evaluates often keeps the result of `load`."""
    return load(program).evaluate(program, facts, until=until, parameters=parameters or {})
