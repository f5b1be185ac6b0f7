"""Names to things: what a name in an expression or a declaration means, and what to say when it means nothing.

Comes in: a name and the scope it stands in. Goes out: a typed expression (or the declared thing), or None after one
diagnostic. Opposite a kind its members come first; then the entity's definitions and attributes, unknowns, parameters.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import cache
from typing import Any, TypeVar

from lang import typed
from lang.checking.environment import Definition, Environment, Scope
from lang.checking.findings import MOST_ERRORS, quoted
from lang.checking.symbols import Space
from lang.diagnostics import Edit, Label, Text
from lang.source import Span
from lang.text.chinese_numbers import in_digits
from lang.tree.syntax import Name
from lang.types import Type

T = TypeVar("T")

# Words inside a line that, misspelt, melt into the name beside them.
_KEYWORDS = (
    "where", "and", "with", "since", "total", "within", "then", "else", "once", "per", "from", "ever", "previous",
    "count", "not", "known", "monthly", "after", "follows", "default",
    "其中", "同时", "累计", "一次性", "每月", "属于", "如果", "否则",
)  # fmt: skip


def declared(space: Space[T], name: Name, environment: Environment) -> T | None:
    """The thing of a name space that `name` names; a finding when there is none."""
    found = space.find(name.text)
    if found is None and space.canonical(name.text) is None:
        unknown(environment, name, [space], space.what)
    return found


def unknown(
    environment: Environment, name: Name, spaces: Iterable[Space[Any]], what: Text, help: Text | None = None
) -> None:
    """Say that `name` names no thing of `spaces`, with the most helpful guess; `help` where it names something else."""
    spaces = list(spaces)
    if name.text in environment.lost:
        return
    many = len(environment.findings) > MOST_ERRORS  # no longer listed: not worth a search for likenesses
    if not many and (_in_characters(environment, name, spaces) or _melted(environment, name, spaces)):
        return
    nearest = None if many else next((near for near in (space.nearest(name.text) for space in spaces) if near), None)
    elsewhere = _elsewhere(environment, name.text, spaces)
    if elsewhere is not None:
        other, place = elsewhere
        environment.findings.add(
            "HC203",
            name.span,
            Text(
                f"`{as_written(name)}` is {_a(other.en)}; {_a(what.en)} is due here",
                f"“{as_written(name)}”是{other.zh}，此处应为{what.zh}",
            ),
            help=_suggestion(nearest) or help,
            labels=[Label(place, Text("declared here", "声明在此"))],
        )
        return
    if environment.findings.told_again(("unknown", name.text), name.span):
        return
    space = next((s for s in spaces if nearest in set(s.spellings())), None)
    labels = []
    if nearest is not None and space is not None:
        canonical = space.canonical(nearest)
        assert canonical is not None
        labels = [Label(space.places[canonical], Text("declared here", "声明在此"))]
    environment.findings.add(
        "HC201",
        name.span,
        Text(f"no {what.en} is called `{as_written(name)}`", _none_called(as_written(name), what.zh)),
        help=_suggestion(nearest) or _all_of(spaces),
        labels=labels,
        edit=None if nearest is None else Edit(name.span, nearest.replace("_", " ")),
    )


def as_written(name: Name) -> str:
    """A name as the drafter wrote it: several words, not joined by `_`."""
    return " ".join(name.span.text.split()) or name.text


def _none_called(name: str, what: str) -> str:
    owner, of, kind = what.partition("的")
    return f"{owner}没有名为“{name}”的{kind}" if of and "或" not in owner else f"没有名为“{name}”的{what}"


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _suggestion(nearest: str | None) -> Text | None:
    if nearest is None:
        return None
    words = nearest.replace("_", " ")
    return Text(f"did you mean `{words}`?", f"是否指“{words}”？")


def _all_of(spaces: list[Space[Any]]) -> Text:
    names = list(dict.fromkeys(name for space in spaces for name in space.entries))
    if not names:
        return Text("declare it first", "请先声明")
    return Text(
        f"declare it, or use one of {quoted(name.replace('_', ' ') for name in names)}",
        f"请先声明，或选用：{quoted(names)}",
    )


def _elsewhere(environment: Environment, text: str, spaces: list[Space[Any]]) -> tuple[Text, Span] | None:
    """The thing of another name space that has this name."""
    others: list[Space[Any]] = [
        environment.clauses, environment.tables, environment.sets, environment.funds, environment.parameters,
        environment.entities, environment.kinds, environment.groups, environment.targets, environment.duties,
    ]  # fmt: skip
    for owner in environment.entities.entries:
        others += [environment.definitions[owner], environment.attributes[owner]]
    for members in environment.members.values():
        others.append(members)
    for other in others:
        canonical = other.canonical(text)
        if canonical is not None and all(other is not space for space in spaces):
            return other.what, other.places[canonical]
    return None


def _in_characters(environment: Environment, name: Name, spaces: list[Space[Any]]) -> bool:
    """`就业 满三个月`: a number in Chinese characters was read as part of a name (`就业满三个月`: and glued to one)."""
    for word in name.text.split("_"):
        digits = in_digits(word) or next(
            (
                f"{word[:at]} {behind}"
                for at in range(1, len(word))
                if any(space.canonical(word[:at]) for space in spaces) and (behind := in_digits(word[at:]))
            ),
            None,
        )
        where = name.span.text.find(word)
        if digits is None or where < 0:
            continue
        span = _part(name.span, where, len(word))
        environment.findings.add(
            "HC124",
            span,
            Text(f"`{word}`: numbers are written in digits", f"“{word}”：数字须用阿拉伯数字"),
            help=Text(f"write `{digits}`", f"请写作“{digits}”"),
            edit=Edit(span, digits),
        )
        return True
    return False


def _melted(environment: Environment, name: Name, spaces: list[Space[Any]]) -> bool:
    """`person wher poor`: a misspelt keyword between known names has become part of a name."""
    words = name.text.split("_")
    if len(words) < 2:
        return False
    for at, word in enumerate(words):
        keyword = _near_keyword(word)
        before, behind = "_".join(words[:at]), "_".join(words[at + 1 :])
        if keyword is None or not any(space.canonical(part) for space in spaces for part in (before, behind) if part):
            continue
        where = name.span.text.find(word)
        span = name.span if where < 0 else _part(name.span, where, len(word))
        environment.findings.add(
            "HC204",
            span,
            Text(f"`{word}` is not understood here", f"此处的“{word}”无法理解"),
            help=Text(f"did you mean `{keyword}`?", f"是否指“{keyword}”？"),
            edit=Edit(span, keyword),
        )
        return True
    return False


@cache
def _near_keyword(word: str) -> str | None:
    if word in _KEYWORDS:
        return None
    if len(word) == 3:
        swapped = [k for k in _KEYWORDS if len(k) == 3 and sorted(k) == sorted(word)]
        return swapped[0] if swapped else None
    best = max(_KEYWORDS, key=lambda k: SequenceMatcher(None, word, k).ratio())
    return best if SequenceMatcher(None, word, best).ratio() >= 0.78 else None


def _part(span: Span, start: int, length: int) -> Span:
    return Span(span.start + start, span.start + start + length, span.source)


# ---------------------------------------------------------------- names in expressions
def member(name: Name, kind: str, scope: Scope) -> typed.Constant | None:
    """A member of a kind, silently None when it is none."""
    canonical = scope.environment.members[kind].canonical(name.text)
    return None if canonical is None else typed.Constant(canonical, Type("kind", kind), span=name.span)


def only_member(name: Name, scope: Scope) -> typed.Constant | None:
    """A member that only one kind has, where nothing else says which kind is meant."""
    kinds = [kind for kind, members in scope.environment.members.items() if members.canonical(name.text) is not None]
    return member(name, kinds[0], scope) if len(kinds) == 1 else None


def means_something(name: Name, scope: Scope) -> bool:
    """Whether the name can be read by itself (not only as a member of a kind)."""
    return _of_entity(name, scope, probe=True) is not None or _of_program(name, scope) is not None


def reference(name: Name, scope: Scope, want: Type | None) -> typed.Expr | None:
    """What a name in an expression reads; one finding and None when it reads nothing."""
    if want is not None and want.base == "kind" and want.name is not None:
        constant = member(name, want.name, scope)
        if constant is not None:
            return constant
    found = _of_entity(name, scope)
    if found is not None:
        return found if isinstance(found, typed.FactRead | typed.DefineRead) else None
    read = _of_program(name, scope)
    if read is None and want is None:
        read = only_member(name, scope)
    if read is None:
        _not_a_value(name, scope, want)
    return read


def _of_entity(name: Name, scope: Scope, probe: bool = False) -> typed.Expr | Definition | None:
    """A definition or attribute of the subject. A definition without a type (it has a fault) is given as itself."""
    if scope.entity is None:
        return None
    environment = scope.environment
    definition = environment.definitions[scope.entity].find(name.text)
    attribute = environment.attributes[scope.entity].find(name.text)
    if definition is not None and (definition.name != scope.own or attribute is None):
        if probe:
            return definition
        return definition_read(definition, name.span, environment) or definition
    if attribute is not None:
        return typed.FactRead(attribute.entity, attribute.name, attribute.type, span=name.span)
    return None


def definition_read(definition: Definition, span: Span, environment: Environment) -> typed.DefineRead | None:
    """None when the definition has a fault of its own (said there)."""
    if definition.state == "new" and environment.demand is not None:
        environment.demand(definition)
    if definition.state == "open":
        _circle(definition, span, environment)
        return None
    if definition.body is None:
        return None
    return typed.DefineRead(definition.entity, definition.name, definition.body.type, span=span)


def _circle(definition: Definition, span: Span, environment: Environment) -> None:
    environment.findings.add(
        "HC205",
        definition.declared.name.span,
        Text(
            f"`{definition.name}` is defined by itself: {definition.name} → {definition.name}",
            f"“{definition.name}”循环界定：{definition.name} → {definition.name}",
        ),
        labels=[Label(span, Text("it is read again here", "在此又被引用"))],
    )


def _of_program(name: Name, scope: Scope) -> typed.Expr | None:
    if scope.unknowns is not None:
        drawn = scope.unknowns.find(name.text)
        if drawn is not None:
            return typed.UnknownRead(drawn.name, drawn.type, span=name.span)
    if scope.role in ("constant", "scenario"):
        return None
    parameter = scope.environment.parameters.find(name.text)
    if parameter is not None:
        return typed.ParameterRead(parameter.name, parameter.type, span=name.span)
    return None


def _not_a_value(name: Name, scope: Scope, want: Type | None) -> None:
    environment = scope.environment
    if name.text in environment.lost:
        return
    if want is not None and want.base == "kind" and want.name is not None:
        not_a_member(name, want.name, environment)
        return
    if scope.entity is not None and _of_another_entity(name, scope):
        return
    kinds = [kind for kind, members in environment.members.items() if members.canonical(name.text) is not None]
    if len(kinds) > 1:
        environment.findings.add(
            "HC203",
            name.span,
            Text(
                f"`{name.text}` is a member of several kinds: {quoted(kinds)}",
                f"“{name.text}”是多个类别的取值：{quoted(kinds)}",
            ),
            help=Text("compare it with a fact, which says the kind", "请与某一栏目比较，以确定类别"),
        )
        return
    if name.text in environment.tables.entries or environment.tables.canonical(name.text):
        environment.findings.add(
            "HC203",
            name.span,
            Text(f"`{name.text}` is a table and needs its keys", f"“{name.text}”是标准表，须写出键值"),
            help=Text(f"write `{name.text}[…]`", f"写作“{name.text}[…]”"),
        )
        return
    spaces: list[Space[Any]] = []
    if scope.entity is not None:
        spaces += [environment.definitions[scope.entity], environment.attributes[scope.entity]]
    if scope.unknowns is not None:
        spaces.append(scope.unknowns)
    if scope.role not in ("constant", "scenario"):
        spaces.append(environment.parameters)
    help = None
    if scope.role == "target":
        help = Text("say of how many: `count of … where …`", "请写明统计：“统计 … 其中 …”")
    elif scope.entity is None and scope.role == "constant":
        help = Text("write the value itself", "请直接写出数值")
    unknown(environment, name, spaces, _values(scope), help)


def _values(scope: Scope) -> Text:
    if scope.role == "scenario":
        return Text("unknown of the scenario", "本情景的不确定量")
    if scope.entity is None:
        return Text("parameter", "标准")
    return Text(f"fact or definition of {scope.entity}, or parameter,", f"{scope.entity}的栏目、界定或标准")


def not_a_member(name: Name, kind: str, environment: Environment) -> None:
    if name.text in environment.lost or environment.findings.told_again(("member", kind, name.text), name.span):
        return
    space = environment.members[kind]
    members = list(space.entries)
    nearest = space.nearest(name.text)
    place = environment.kinds.places[kind]
    environment.findings.add(
        "HC206",
        name.span,
        Text(f"`{name.text}` is no member of {kind}", f"“{name.text}”不是{kind}的取值"),
        help=_suggestion(nearest) or Text(f"its members are {quoted(members, 30)}", f"可选取值：{quoted(members, 30)}"),
        labels=[Label(place, Text(f"members: {quoted(members)}", f"取值：{quoted(members)}"))],
        edit=None if nearest is None else Edit(name.span, nearest.replace("_", " ")),
    )


def _of_another_entity(name: Name, scope: Scope) -> bool:
    """`wage` in a clause for enterprises: say whose it is, and how to reach it."""
    environment = scope.environment
    assert scope.entity is not None
    for owner in environment.entities.entries:
        space = environment.attributes[owner]
        canonical = space.canonical(name.text)
        place = None if canonical is None else space.places[canonical]
        if place is None:
            definitions = environment.definitions[owner]
            canonical = definitions.canonical(name.text)
            place = None if canonical is None else definitions.places[canonical]
        if owner == scope.entity or place is None:
            continue
        links = [a for a in environment.attributes[scope.entity].entries.values() if a.type.name == owner]
        to_one = next((a.name for a in links if a.type.base == "link"), None)
        to_many = next((a.name for a in links if a.type.base == "many"), None)
        if to_one is not None:
            help = Text(f"write `{to_one}'s {name.text}`", f"写作“{to_one}的{name.text}”")
        elif to_many is not None:
            help = Text(
                f"say it of `{to_many}`: `count of {to_many} where …`", f"请对“{to_many}”统计：“统计 {to_many} 其中……”"
            )
        else:
            help = Text(f"{scope.entity} has no link to {owner}", f"{scope.entity}没有指向{owner}的关联")
        environment.findings.add(
            "HC203",
            name.span,
            Text(
                f"`{name.text}` belongs to {owner}, not to {scope.entity}",
                f"“{name.text}”属于{owner}，不属于{scope.entity}",
            ),
            help=help,
            labels=[Label(place, Text("declared here", "声明在此"))],
        )
        return True
    return False
