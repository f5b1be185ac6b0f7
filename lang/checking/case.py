"""Cases: facts of made-up rows, and what clauses must pay them.

Comes in: `case` blocks. Goes out: `model.Case`s whose facts are values of the types that the entities declare.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from fractions import Fraction

from lang import model, typed
from lang.checking import resolve
from lang.checking.declarations import constant_of, parameter_value
from lang.checking.environment import Environment, Scope
from lang.checking.findings import quoted
from lang.checking.messages import words
from lang.checking.policy import Frame
from lang.dates import first_day, last_day
from lang.diagnostics import Label, Text
from lang.source import Span
from lang.tree import declarations as tree
from lang.tree import syntax
from lang.types import MONEY, NONE, RATE, Given, Type, Value

_NO_ONE = ("none", "null", "无")


def check_cases(cases: Iterable[tree.Case], environment: Environment, frame: Frame) -> tuple[model.Case, ...]:
    checked: list[model.Case] = []
    names: dict[str, Span] = {}
    for case in cases:
        if case.name in names:
            message = Text(f"there is a case “{case.name}” already", f"已有案例“{case.name}”")
            labels = [Label(names[case.name], Text("the first is here", "首次出现在此"))]
            environment.findings.add("HC202", _title(case), message, labels=labels)
        names.setdefault(case.name, _title(case))
        sets = check_sets_of(case.sets, environment)
        instances = tuple(_instances(case, environment))
        expects = [_expect(expect, case, environment, frame) for expect in case.expects]
        kept = tuple(e for e in expects if e is not None)
        checked.append(model.Case(name=case.name, sets=sets, instances=instances, expects=kept, span=case.span))
    return tuple(checked)


def _title(case: tree.Case) -> Span:
    end = case.span.source.text.find("\n", case.span.start)
    return Span(case.span.start, min(case.span.end, end) if end >= 0 else case.span.end, case.span.source)


def check_sets_of(sets: Iterable[tree.SetValue], environment: Environment) -> dict[str, Value]:
    """`set NAME = VALUE` lines of a case or a scenario."""
    given: dict[str, Value] = {}
    for line in sets:
        parameter = resolve.declared(environment.parameters, line.parameter, environment)
        if parameter is None:
            continue
        value = parameter_value(line.value, parameter.type, environment)
        if parameter.name in given:
            message = Text(f"`{parameter.name}` is set twice", f"“{parameter.name}”重复取值")
            environment.findings.add("HC202", line.parameter.span, message)
        elif value is not None:
            given[parameter.name] = value
    return given


# ---------------------------------------------------------------- facts
def _instances(case: tree.Case, environment: Environment) -> Iterable[model.Instance]:
    seen: dict[tuple[str, str], Span] = {}
    for instance in case.instances:
        entity = environment.entities.canonical(instance.entity.text)
        if entity is None:
            resolve.declared(environment.entities, instance.entity, environment)
            continue
        if (entity, instance.key) in seen:
            message = Text(f"{entity} `{instance.key}` is introduced twice", f"{entity}“{instance.key}”重复出现")
            labels = [Label(seen[entity, instance.key], Text("the first is here", "首次出现在此"))]
            environment.findings.add("HC202", instance.entity.span, message, labels=labels)
            continue
        seen[entity, instance.key] = instance.entity.span
        yield model.Instance(
            entity=entity, key=instance.key, facts=tuple(_facts(instance, entity, environment)), span=instance.span
        )


def _facts(instance: tree.Instance, entity: str, environment: Environment) -> Iterable[model.Fact]:
    seen: dict[str, list[tuple[tree.Spell, Given]] | None] = {}  # None: given for all months
    faulty = False
    for given in (given for line in instance.lines for given in line.givens):
        attribute = environment.attributes[entity].find(given.attribute.text)
        if attribute is None:
            if _of_next_instance(given, environment):
                return
            _no_attribute(given.attribute, entity, environment)
            faulty = True
            continue
        before = seen.get(attribute.name, [])
        if attribute.name in seen and (before is None or not (attribute.monthly and given.spells)):
            if not faulty:  # else these are most likely the facts of another row
                message = Text(f"`{attribute.name}` is given twice", f"“{attribute.name}”重复给出")
                help = Text("keep one of them", "请保留一处")
                if attribute.monthly and (given.spells or before):
                    help = Text(
                        "one holds in all months: keep it, or say `from` when each value holds",
                        "其中一处适用于所有月份：请只保留该处，或分别写明各值“自”何时起",
                    )
                environment.findings.add("HC501", given.span, message, help=help, echo=True)
            continue
        seen[attribute.name] = before if given.spells else None
        if _swallowed(given, environment):
            return
        value = given_value(given.value, attribute, environment)
        if value is None or not _spells_fit(given, attribute, environment):
            continue
        if before is not None:
            _apart(given, value, before, environment)
        spells = tuple(given.spells) or None
        yield model.Fact(attribute=attribute.name, value=value, spells=spells)


def _of_next_instance(given: tree.Given, environment: Environment) -> bool:
    """`person p2` and `= mabian, …` on the next line, whose name was left out: read as the fact `person p2`."""
    words = given.attribute.text.split("_")
    if not any(environment.entities.canonical("_".join(words[:n])) for n in range(1, len(words))):
        return False
    message = Text(f"which fact? `{resolve.as_written(given.attribute)} =` is none", "缺少“=”之前的栏目名称")
    help = Text("write `NAME = VALUE` below the line `ENTITY KEY`", "请在“台账 编号”之下写“栏目 = 取值”")
    environment.findings.add("HC501", given.value.span, message, help=help)
    return True


def _swallowed(given: tree.Given, environment: Environment) -> bool:
    """`employer =` and `person p2` on the next line, which was read as the value."""
    value = given.value
    if not isinstance(value, syntax.Ref) or not _is_cut(given):
        return False
    words = value.name.text.split("_")
    if not any(environment.entities.canonical("_".join(words[:n])) for n in range(1, len(words))):
        return False
    name = resolve.as_written(given.attribute)
    message = Text(f"`{name}` has no value", f"“{name}”没有取值")
    help = Text("write the value behind `=`; `none` says that there is none", "请在“=”之后写出取值；确实没有的写“无”")
    environment.findings.add("HC501", given.attribute.span, message, help=help)
    return True


def _no_attribute(name: syntax.Name, entity: str, environment: Environment) -> None:
    if environment.definitions[entity].canonical(name.text) is not None:
        message = Text(f"`{name.text}` is defined, not given", f"“{name.text}”由界定得出，不能给出")
        help = Text("give the facts that it is defined by", "请给出界定所依据的事实")
        environment.findings.add("HC501", name.span, message, help=help)
        return
    space = environment.attributes[entity]
    resolve.unknown(environment, name, [space], space.what)


def given_value(node: syntax.Expr, attribute: model.Attribute, environment: Environment) -> Given | None:
    """A value for an attribute, as a case or a fixed assumption writes it; None after a finding."""
    type_ = attribute.type
    if type_.base == "none":
        return None
    if type_.base == "many":
        message = Text(
            f"`{attribute.name}` follows from `{attribute.via}` of {type_.name}",
            f"“{attribute.name}”由{type_.name}的“{attribute.via}”得出",
        )
        help = Text(f"give `{attribute.via}` there", f"请在{type_.name}中给出“{attribute.via}”")
        environment.findings.add("HC501", node.span, message, help=help)
        return None
    if _nothing(node):
        member = _member_none(node, type_, environment)
        return NONE if member is None else member.value
    if type_.base in ("link", "text", "identity"):
        return _text(node, type_, environment)
    if type_ == RATE and isinstance(node, syntax.Money):
        node = syntax.Number(node.yuan, span=node.span)
    value = constant_of(node, type_, environment, Text(f"`{attribute.name}`", f"“{attribute.name}”"))
    if value is None:
        return None
    return value if in_range(value, node.span, attribute, environment) else None


def in_range(value: Given, span: Span, attribute: model.Attribute, environment: Environment) -> bool:
    """Whether an attribute may have this value, which is written at `span`; told where it may not."""
    too_low = attribute.low is not None and value < attribute.low  # type: ignore[operator]
    too_high = attribute.high is not None and value > attribute.high  # type: ignore[operator]
    if too_low or too_high:
        message = Text(
            f"`{words(span)}` is outside the range of `{attribute.name}`",
            f"“{words(span)}”超出“{attribute.name}”的取值范围",
        )
        labels = [Label(attribute.span, Text("declared here", "声明在此"))]
        environment.findings.add("HC501", span, message, labels=labels)
    return not (too_low or too_high)


def is_none(node: syntax.Expr, type_: Type, environment: Environment) -> bool:
    """`none`, where that is no member of the kind."""
    return _nothing(node) and _member_none(node, type_, environment) is None


def _nothing(node: syntax.Expr) -> bool:
    return isinstance(node, syntax.Nothing) or (isinstance(node, syntax.Ref) and node.name.text in _NO_ONE)


def _member_none(node: syntax.Expr, type_: Type, environment: Environment) -> typed.Constant | None:
    """A kind may have a member of that name."""
    if type_.base != "kind":
        return None
    scope = Scope(environment, "constant")
    return resolve.member(syntax.Name("none", span=node.span), type_.name or "", scope) or resolve.member(
        syntax.Name("无", span=node.span), type_.name or "", scope
    )


def _text(node: syntax.Expr, type_: Type, environment: Environment) -> str | None:
    """A key or a text: one word, a number, or in quotes."""
    match node:
        case syntax.Ref():
            return node.span.text if node.span.text else node.name.text
        case syntax.String():
            return node.value
        case syntax.Number():
            return node.span.text or str(node.value)
        case _:
            what = Text("a key", "编号") if type_.base == "link" else Text("a text", "文本")
            message = Text(f"{what.en} is due here", f"此处应为{what.zh}")
            help = Text("write one word, or quotes", "请写一个词，或加引号")
            environment.findings.add("HC501", node.span, message, help=help)
            return None


def _spells_fit(given: tree.Given, attribute: model.Attribute, environment: Environment) -> bool:
    if given.spells and not attribute.monthly:
        message = Text(
            f"`{attribute.name}` is constant and has no spells", f"“{attribute.name}”不是逐月栏目，没有起止时间"
        )
        help = Text("declare it `monthly`, or give one value", "请声明为“逐月”，或只给一个值")
        labels = [Label(attribute.span, Text("declared here", "声明在此"))]
        environment.findings.add("HC501", given.span, message, help=help, labels=labels)
        return False
    for spell in given.spells:
        if spell.end is not None and _end(spell.end) < _start(spell.start):
            message = Text("the spell ends before it begins", "终止时间早于起始时间")
            environment.findings.add("HC501", spell.span, message)
            return False
    return True


def _apart(given: tree.Given, value: Given, before: list[tuple[tree.Spell, Given]], environment: Environment) -> None:
    """Two values for one day are a mistake. `before` are the spells given so far; these are added to them."""
    for spell in given.spells:
        other = next((earlier for earlier, of in before if of != value and _meet(earlier, spell)), None)
        if other is not None:
            name = resolve.as_written(given.attribute)
            message = Text(f"`{name}` has two values at a time", f"“{name}”在同一时间有两个值")
            help = Text("end one spell before the other begins", "请使前一段时间在后一段开始之前结束")
            labels = [Label(other.span, Text("the other value", "另一个值"))]
            environment.findings.add("HC501", spell.span, message, help=help, labels=labels)
    before += [(spell, value) for spell in given.spells]


def _meet(a: tree.Spell, b: tree.Spell) -> bool:
    return all(one.end is None or _start(other.start) <= _end(one.end) for one, other in ((a, b), (b, a)))


def _start(when: date | int) -> date:
    return when if isinstance(when, date) else first_day(when)


def _end(when: date | int) -> date:
    return when if isinstance(when, date) else last_day(when)


# ---------------------------------------------------------------- expectations
def _expect(expect: tree.Expect, case: tree.Case, environment: Environment, frame: Frame) -> model.Expect | None:
    item = resolve.declared(environment.clauses, expect.clause, environment)
    name = environment.clauses.canonical(expect.clause.text)
    if item is None or name is None or item.entity is None:
        return None
    keys = [i.key for i in case.instances if environment.entities.canonical(i.entity.text) == item.entity]
    if expect.key not in keys:
        if expect.key not in environment.lost and not _faulty(case, environment):
            _unknown_key(expect, name, item.entity, case, environment)
        return None
    amount, per_month = _amount(expect, environment)
    if expect.amount is not None and amount is None:
        return None
    if not _months(expect, environment, frame):
        return None
    return model.Expect(
        clause=name, answer=expect.answer, key=expect.key, amount=amount, per_month=per_month,
        first=expect.first, last=expect.first if expect.last is None else expect.last, due=expect.due, to=expect.to,
        span=expect.span,
    )  # fmt: skip


def _faulty(case: tree.Case, environment: Environment) -> bool:
    """Whether an entity or a fact of the case is none, so that rows may be missing because of that."""
    for instance in case.instances:
        entity = environment.entities.canonical(instance.entity.text)
        givens = (given for line in instance.lines for given in line.givens)
        space = None if entity is None else environment.attributes[entity]
        if space is None or any(space.find(g.attribute.text) is None or _is_cut(g) for g in givens):
            return True
    return False


def _is_cut(given: tree.Given) -> bool:
    """Whether the value stands on a later line than its name."""
    source = given.span.source
    return source.position(given.value.span.start)[0] > source.position(given.attribute.span.start)[0]


def _unknown_key(expect: tree.Expect, clause: str, entity: str, case: tree.Case, environment: Environment) -> None:
    instances = [i for i in case.instances if environment.entities.canonical(i.entity.text) == entity]
    keys = [i.key for i in instances]
    at = expect.span.text.rfind(expect.key)
    start = expect.span.start + at
    span = expect.span if at < 0 else Span(start, start + len(expect.key), expect.span.source)
    message = Text(
        f"`{clause}` pays for each {entity}, but the case has no {entity} `{expect.key}`",
        f"“{clause}”按{entity}发放，但案例中没有{entity}“{expect.key}”",
    )
    help = Text(f"introduce it: `{entity} {expect.key}`", f"请先列出：“{entity} {expect.key}”")
    if keys:
        help = Text(f"the case has {quoted(keys)}", f"案例中有：{quoted(keys)}")
    near = get_close_matches(expect.key, keys, 1)
    labels = [Label(i.span, Text("this one is there", "已列出的是这一个")) for i in instances if i.key in near]
    if not environment.findings.told_again(("key", entity, expect.key, case.span.start), span):
        environment.findings.add("HC502", span, message, help=help, labels=labels)


def _amount(expect: tree.Expect, environment: Environment) -> tuple[Fraction | None, bool]:
    """The amount in fen, and whether it is paid every month."""
    if expect.amount is None:
        return None, expect.per_month
    per_month = expect.per_month or isinstance(expect.amount, syntax.Rate)
    want = RATE if isinstance(expect.amount, syntax.Rate) else MONEY
    value = constant_of(expect.amount, want, environment, Text("the amount", "金额"))
    return (value, per_month) if isinstance(value, Fraction) else (None, per_month)


def _months(expect: tree.Expect, environment: Environment, frame: Frame) -> bool:
    if expect.first is not None and expect.last is not None and expect.last < expect.first:
        environment.findings.add("HC503", expect.span, Text("the months end before they begin", "终止月份早于起始月份"))
        return False
    if expect.first is not None and expect.answer in ("pays", "refuses") and not frame.holds(expect.first):
        message = Text(
            "the month lies outside the policy, so nothing is paid or refused in it",
            "该月不在政策期间内，不会发放，也不会不予",
        )
        environment.findings.add("HC503", expect.span, message)
        return False
    return True
