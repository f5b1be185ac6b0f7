"""What changed between two versions of a policy, declaration by declaration.

In: two versions, checked and compiled. Out: the declarations that are in one of them only, or say something else, with
the statements before and after and the clauses whose payments they change; and what changed in wording only. Programs
are compared, not texts: order, language, comments, labels and other ways to write the same thing are no change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, Literal

from attrs import evolve, frozen

from compiler import ir
from compiler.difference.meaning import Interned, Meanings, meanings
from compiler.difference.reach import clauses_reached
from compiler.difference.written import Line, Place, Written, written
from lang import model
from lang.tree import declarations as tree

Version = tuple[model.Program, ir.Program]
What = Literal["added", "removed", "changed", "renamed"]
Aspect = Literal["language", "order", "labels", "citations", "notes", "spelling", "policy name"]

# What tells a reader about the policy and pays nothing.
_TOLD = ("duty", "omit", "property", "case", "target")


@frozen(kw_only=True)
class Change:
    """`reaches`: the clauses whose payments may be others because of it (none: nobody's payments are touched).

    `old_name`: of something renamed. `before`, `after`: the statements that differ (all of what is in one only).
    """

    place: Place
    what: What
    before: tuple[Line, ...]
    after: tuple[Line, ...]
    label: str | None = None
    cites: tuple[str, ...] = ()
    old_name: str | None = None
    reaches: tuple[str, ...] = ()

    @property
    def about(self) -> Literal["payments", "assumptions", "other"]:
        if self.place.sort == "scenario":
            return "assumptions"
        return "payments" if self.reaches else "other"


@frozen(kw_only=True)
class Changes:
    """`clauses`: those whose payments may differ, in order of B, then of A. `same_answers`: proved to pay alike.

    `wording`: by aspect, the declarations of which only the wording changed.
    """

    changes: tuple[Change, ...]
    wording: Mapping[Aspect, tuple[Place, ...]]
    clauses: tuple[str, ...]
    renamed: Mapping[str, str]
    same_answers: bool

    @property
    def nothing(self) -> bool:
        return not self.changes and not self.wording


def changes(a: Version, b: Version) -> Changes:
    before, after = written(a[0]), written(b[0])
    interned = Interned()
    first, second = (meanings(v[1], _kinds(v[0]), interned) for v in (a, b))
    renamed = _renamed(first, second)
    differing = _differing(first, second, renamed)
    reach = _Reach(clauses_reached(a[0]), clauses_reached(b[0]), differing)
    policy = Place("policy", a[0].name), Place("policy", b[0].name)
    if policy[0] != policy[1]:  # one policy under two names
        before = {_moved(p, *policy): w for p, w in before.items()}
        reach = evolve(reach, a={_moved(p, *policy): c for p, c in reach.a.items()})
    meant_before = {_moved(p, *policy): m for p, m in _meant(a[0]).items()}
    meant_after = _meant(b[0])
    found = []
    wording: dict[Aspect, list[Place]] = {}
    for place in (*after, *(p for p in before if p not in after)):
        old, new = before.get(place), after.get(place)
        if old is None or new is None:
            found.append(_one_sided(place, old, new, reach))
        elif meant_before[place] != meant_after[place]:
            found.append(_changed(old, new, reach))
        else:
            for aspect in _aspects(old, new):
                wording.setdefault(aspect, []).append(place)
    found = _with_renames(found, renamed)
    # A set or a table behind an unchanged line: only what was written differently is listed.
    found = [c for c in found if c.before or c.after]
    if [p for p in before if p in after] != [p for p in after if p in before]:
        wording["order"] = []
    if a[0].language != b[0].language:
        wording["language"] = []
    if policy[0] != policy[1]:
        wording["policy name"] = [policy[1]]
    return Changes(
        changes=tuple(_labelled(change, a[0], b[0]) for change in _in_order(found)),
        wording={aspect: tuple(places) for aspect, places in wording.items()},
        clauses=tuple(differing),
        renamed=renamed,
        same_answers=first.same_answers(second),
    )


def _kinds(program: model.Program) -> dict[str, frozenset[str]]:
    return {name: frozenset(m.name for m in kind.members) for name, kind in program.kinds.items()}


def _moved(place: Place, old: Place, new: Place) -> Place:
    return new if place == old else place


# ---------------------------------------------------------------- clauses
def _renamed(a: Meanings, b: Meanings) -> dict[str, str]:
    """New name → old name of clauses that pay what another one paid; only where there is no doubt which."""
    gone = {name: meaning for name, meaning in a.clauses.items() if name not in b.clauses}
    come = {name: meaning for name, meaning in b.clauses.items() if name not in a.clauses}
    times = Counter([*gone.values()]), Counter([*come.values()])
    return {
        new: old
        for new, meaning in come.items()
        for old, of_old in gone.items()
        if meaning == of_old and times[0][meaning] == times[1][meaning] == 1
    }


def _differing(a: Meanings, b: Meanings, renamed: Mapping[str, str]) -> dict[str, None]:
    """Clauses whose payments are not proved to be the same."""
    names = dict.fromkeys((*b.clauses, *a.clauses))
    known = {*renamed, *renamed.values()}
    return {n: None for n in names if n not in known and a.clauses.get(n) != b.clauses.get(n)}


@frozen
class _Reach:
    a: Mapping[Place, frozenset[str]]
    b: Mapping[Place, frozenset[str]]
    differing: Mapping[str, None]

    def of(self, place: Place) -> tuple[str, ...]:
        users = self.a.get(place, frozenset()) | self.b.get(place, frozenset())
        return tuple(name for name in self.differing if name in users)


# ---------------------------------------------------------------- one declaration
def _one_sided(place: Place, old: Written | None, new: Written | None, reach: _Reach) -> Change:
    return Change(
        place=place,
        what="added" if old is None else "removed",
        before=() if old is None else old.lines,
        after=() if new is None else new.lines,
        reaches=reach.of(place),
    )


def _changed(old: Written, new: Written, reach: _Reach) -> Change:
    before, after = _differing_lines(old, new)
    return Change(place=new.place, what="changed", before=before, after=after, reaches=reach.of(new.place))


def _differing_lines(old: Written, new: Written) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Rules of a clause and rows stand in an order that counts; of other declarations lines may move."""
    keys = [line.key for line in old.lines], [line.key for line in new.lines]
    if old.place.sort in ("clause", "table"):
        steps = [s for s in SequenceMatcher(None, *keys, autojunk=False).get_opcodes() if s[0] != "equal"]
        before = [old.lines[i] for _, start, end, _, _ in steps for i in range(start, end)]
        after = [new.lines[i] for _, _, _, start, end in steps for i in range(start, end)]
        return tuple(before), tuple(after)
    return _only_in(old.lines, keys[1]), _only_in(new.lines, keys[0])


def _only_in(lines: Sequence[Line], others: Sequence[str]) -> tuple[Line, ...]:
    left = Counter(others)
    found = []
    for line in lines:
        if left[line.key]:
            left[line.key] -= 1
        else:
            found.append(line)
    return tuple(found)


def _aspects(old: Written, new: Written) -> list[Aspect]:
    """How the wording differs of two declarations that mean the same."""
    found: list[Aspect] = []
    if [line.key for line in old.lines] != [line.key for line in new.lines]:
        found.append("spelling")
    elif old.wording != new.wording:
        found.append("labels")
    if old.around != new.around:
        found.append("notes")
    return found


def _with_renames(found: list[Change], renamed: Mapping[str, str]) -> list[Change]:
    old_names = set(renamed.values())
    result = []
    for change in found:
        place = change.place
        if place.sort == "clause" and place.name in renamed:
            gone = next(c for c in found if c.place == Place("clause", renamed[place.name]))
            result.append(evolve(change, what="renamed", before=gone.before[:1], after=change.after[:1],
                                 old_name=renamed[place.name]))  # fmt: skip
        elif not (place.sort == "clause" and place.name in old_names):
            result.append(change)
    return result


_ORDER = (
    "policy", "clause", "exclusive", "limit", "define", "table", "parameter", "set", "kind", "entity", "fund", "target",
    "scenario", "duty", "omit", "property", "case",
)  # fmt: skip


def _in_order(found: list[Change]) -> list[Change]:
    """What touches payments first; clauses before what they use."""
    return sorted(found, key=lambda c: (not c.reaches, _ORDER.index(c.place.sort)))


def _labelled(change: Change, a: model.Program, b: model.Program) -> Change:
    program = a if change.what == "removed" else b
    declared = _declared(program).get(change.place)
    return change if declared is None else evolve(change, label=declared.label, cites=declared.cites)


# ---------------------------------------------------------------- what a declaration means
def _declared(program: model.Program) -> dict[Place, model.Declared]:
    spaces: dict[str, Mapping[str, model.Declared]] = {
        "kind": program.kinds, "set": program.sets, "entity": program.entities, "fund": program.funds,
        "parameter": program.parameters, "table": program.tables, "clause": program.clauses,
        "exclusive": program.groups, "limit": program.limits, "target": program.targets,
        "property": program.properties, "scenario": program.scenarios,
    }  # fmt: skip
    found = {Place(sort, name): declared for sort, space in spaces.items() for name, declared in space.items()}
    found |= {Place("define", name, entity): define for (entity, name), define in program.defines.items()}
    found[Place("policy", program.name)] = program
    return found


def _bare(declared: Any) -> Any:
    return evolve(declared, label=None, cites=())


def _meant(program: model.Program) -> dict[Place, Hashable | Any]:
    """Of each declaration what counts, as a value that can be compared."""
    meant: dict[Place, Any] = {place: _bare(declared) for place, declared in _declared(program).items()}
    for kind in program.kinds.values():
        meant[Place("kind", kind.name)] = frozenset(member.name for member in kind.members)
    for of_kind in program.sets.values():
        meant[Place("set", of_kind.name)] = of_kind.kind, frozenset(of_kind.members)
    for entity in program.entities.values():
        meant[Place("entity", entity.name)] = {name: _bare(a) for name, a in entity.attributes.items()}
    for parameter in program.parameters.values():
        meant[Place("parameter", parameter.name)] = evolve(_bare(parameter), set_by=None)
    for table in program.tables.values():
        rows = frozenset((row.keys, row.value) for row in table.rows)
        meant[Place("table", table.name)] = table.keys, table.type, rows
    for scenario in program.scenarios.values():
        unknowns = {name: _bare(unknown) for name, unknown in scenario.unknowns.items()}
        meant[Place("scenario", scenario.name)] = evolve(_bare(scenario), policy="", unknowns=unknowns)
    paid_from = tuple(
        (tuple(f.text for f in line.funds), line.shares) for line in program.lines if isinstance(line, tree.PaidFrom)
    )
    frame = program.in_force, program.first, program.last, program.due_from, program.claims_until
    meant[Place("policy", program.name)] = frame, _default_funds(program) if paid_from else None
    meant |= {Place("duty", duty.name.text): (duty.of, duty.by) for duty in program.duties}
    meant |= {Place("omit", omit.item): omit.because for omit in program.omissions}
    meant |= {Place("case", case.name): case for case in program.cases}
    return meant


def _default_funds(program: model.Program) -> Any:
    """The funds of the clauses together: `paid from` of the policy is theirs where they have none."""
    return {name: clause.paid_from for name, clause in program.clauses.items()}
