"""Which changes are one step of a bridge, and which declarations it takes from B.

In: two checked programs and what changed between them. Out: `Step`s, in the order of the changes.

A changed declaration is a step where it can stand without the others. Two are one step (glued) where that cannot be:
- a set, a kind's members and the policy's funds stand inside what uses them, once it is checked: what uses a changed
  set and has changed itself goes with it; what uses two changed sets glues them;
- a definition, a parameter, a table or an attribute whose *type* is another one goes with all that reaches its clauses.
What only one version declares does nothing by itself (a parameter that nobody reads), unless readers that are written
alike now mean something else by it (a definition in the place of an attribute).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import evolve, frozen

from compiler.difference.declarations import Change, Changes
from compiler.difference.reach import uses
from compiler.difference.written import Place
from lang import model

_ALONE = ("clause", "exclusive", "limit")  # sorts that do something by being there


@frozen(kw_only=True)
class Step:
    """`places`: the declarations that are B's once the step is made."""

    changes: tuple[Change, ...]
    places: frozenset[Place]
    reaches: frozenset[str]


def steps_of(a: model.Program, b: model.Program, found: Changes) -> list[Step]:
    """The changes that can change payments, glued where one cannot stand without the other."""
    listed = {change.place: change for change in found.changes if change.about == "payments"}
    used = _used(a, b)
    owners: dict[Place, list[Place]] = {}  # of declarations that mean something else, though written alike
    for place in _silent(a, b, listed):
        if owning := [other for other in _inside(place, used, b) if other in listed]:
            owners[place] = owning
    inlined = {other for place in listed for other in _inside(place, used, b) if other.sort == "set"}
    inlined.update(other for owning in owners.values() for other in owning)
    steps = [
        Step(changes=(change,), places=frozenset((place,)), reaches=frozenset(change.reaches))
        for place, change in listed.items()
        if _acts(change, a, b) or place in inlined
    ]
    for place, owning in owners.items():
        steps = glued(steps, owning)
        steps = [evolve(s, places=s.places | {place}) if owning[0] in s.places else s for s in steps]
    for place in listed:
        inside = [other for other in _inside(place, used, b) if other in listed and other.sort in ("set", "policy")]
        steps = glued(steps, [place, *(o for o in inside if o.sort == "set" or _funds_differ(place, a, b))])
    for place, change in listed.items():
        if _retyped(place, a, b):
            steps = glued(steps, [p for p, other in listed.items() if set(other.reaches) & set(change.reaches)])
    return steps


def glued(steps: Iterable[Step], places: Iterable[Place]) -> list[Step]:
    """The steps, those of the places as one, where the first of them was."""
    wanted = set(places)
    result: list[Step] = []
    first: int | None = None
    for step in steps:
        if not step.places & wanted:
            result.append(step)
        elif first is None:
            first = len(result)
            result.append(step)
        else:
            one = result[first]
            result[first] = Step(
                changes=one.changes + step.changes, places=one.places | step.places, reaches=one.reaches | step.reaches
            )
    return result


def _used(a: model.Program, b: model.Program) -> dict[Place, frozenset[Place]]:
    mine, others = uses(a), uses(b)
    return {p: mine.get(p, frozenset()) | others.get(p, frozenset()) for p in dict.fromkeys((*mine, *others))}


def _inside(place: Place, used: Mapping[Place, frozenset[Place]], b: model.Program) -> list[Place]:
    """What a declaration uses directly, in order; a clause also the frame of the policy."""
    frame = [Place("policy", b.name)] if place.sort == "clause" else []
    return [*sorted(used.get(place, ())), *frame]


def _spaces(program: model.Program) -> dict[Place, model.Declared]:
    spaces: dict[str, Mapping[str, model.Declared]] = {
        "kind": program.kinds, "set": program.sets, "entity": program.entities, "fund": program.funds,
        "parameter": program.parameters, "table": program.tables, "clause": program.clauses,
        "exclusive": program.groups, "limit": program.limits,
    }  # fmt: skip
    found = {Place(sort, name): declared for sort, space in spaces.items() for name, declared in space.items()}
    return found | {Place("define", name, entity): define for (entity, name), define in program.defines.items()}


def _bare(declared: Any) -> Any:
    return evolve(declared, label=None, cites=())


def _silent(a: model.Program, b: model.Program, listed: Mapping[Place, Change]) -> list[Place]:
    """Declarations of both that differ once checked, and are not among the changes."""
    mine, others = _spaces(a), _spaces(b)
    return [p for p in others if p in mine and p not in listed and _bare(mine[p]) != _bare(others[p])]


def _acts(change: Change, a: model.Program, b: model.Program) -> bool:
    """Whether it can change a payment by itself."""
    place = change.place
    if place.sort in ("kind", "set"):
        return False
    if place.sort == "entity":
        if change.what != "changed":
            return False
        mine, others = a.entities[place.name].attributes, b.entities[place.name].attributes
        return any(_bare(mine[name]) != _bare(others[name]) for name in mine if name in others)
    return change.what == "changed" or place.sort in _ALONE


def _funds_differ(place: Place, a: model.Program, b: model.Program) -> bool:
    mine, others = a.clauses.get(place.name), b.clauses.get(place.name)
    return mine is not None and others is not None and mine.paid_from != others.paid_from


def _retyped(place: Place, a: model.Program, b: model.Program) -> bool:
    """Whether what is read there is of another type, so that readers of the other version cannot take it."""
    mine, others = _spaces(a).get(place), _spaces(b).get(place)
    match mine, others:
        case model.Define(), model.Define():
            return mine.body.type != others.body.type
        case model.Parameter(), model.Parameter():
            return mine.type != others.type
        case model.Table(), model.Table():
            return (mine.keys, mine.type) != (others.keys, others.type)
        case model.Entity(), model.Entity():
            both = [(mine.attributes[n], others.attributes[n]) for n in mine.attributes if n in others.attributes]
            return any((x.type, x.monthly) != (y.type, y.monthly) for x, y in both)
        case model.Fund(), model.Fund():
            return (mine.per, mine.pots) != (others.per, others.pots)
        case _:
            return False
