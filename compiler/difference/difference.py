"""Two versions on one page: what changed, and one person for each clause that may pay otherwise.

In: two versions, checked and compiled. Out: a `Difference` and its JSON. Where both compile to the same clauses it is
proved that nobody's answer changes; where they do not and the search finds nobody, nothing is proved.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any, Literal

from attrs import field, frozen

from compiler.difference.declarations import Change, Changes, Version, changes
from compiler.difference.witness import Witness, confirmed, witness
from compiler.difference.written import Line
from lang.diagnostics import Language

Verdict = Literal["nothing changed", "only wording", "same answers", "answers differ", "not proved"]


@frozen(kw_only=True)
class Difference:
    """`witnesses` by clause, in the order of `changes.clauses`; `proved`: clauses that by the solver's proof pay
    everybody the same whose facts are known; `not_proved`: clauses for which nobody was found. `dropped`: by clause of
    `not_proved`, the members of kinds that A pays by and B does not know: whoever is one of them cannot be told to B.
    """

    versions: tuple[Version, Version]
    changes: Changes
    witnesses: tuple[Witness, ...]
    not_proved: tuple[str, ...]
    proved: tuple[str, ...] = ()
    dropped: Mapping[str, tuple[str, ...]] = field(factory=dict)

    @property
    def verdict(self) -> Verdict:
        if self.changes.nothing:
            return "nothing changed"
        if not self.changes.changes:
            return "only wording"
        if self.changes.same_answers:
            return "same answers"
        if self.witnesses:
            return "answers differ"
        return "not proved" if self.not_proved or not self.proved else "same answers"

    def to_dict(self, language: Language) -> dict[str, Any]:
        """The JSON of `huice diff`."""
        return {
            "version": 1,
            "verdict": self.verdict,
            "same_answers": self.verdict in ("nothing changed", "only wording", "same answers"),
            **changes_json(self.changes, language),
            "clauses": [
                {"clause": w.clause, "verdict": "answers differ", "witness": w.to_dict(self.versions, language)}
                for w in self.witnesses
            ]
            + [{"clause": name, "verdict": "same answers", "of": "rows whose facts are known"} for name in self.proved]
            + [
                {"clause": name, "verdict": "not proved"}
                | ({"only_a_knows": list(self.dropped[name])} if name in self.dropped else {})
                for name in self.not_proved
            ],
        }


def difference(a: Version, b: Version) -> Difference:
    found = changes(a, b)
    tried = {clause: witness(a, b, clause) for clause in found.clauses}
    proved: list[str] = []
    dropped = _dropped(a, b, found)
    for clause in [clause for clause, shown in tried.items() if shown is None]:
        answer = _solved(a, b, clause, found.renamed.get(clause, clause))
        if answer == "same":
            if clause not in dropped:  # the proof is of those whom both know
                proved.append(clause)
        elif isinstance(answer, Witness):
            tried[clause] = answer
    return Difference(
        versions=(a, b),
        changes=found,
        witnesses=tuple(w for w in tried.values() if w is not None),
        not_proved=tuple(clause for clause, w in tried.items() if w is None and clause not in proved),
        proved=tuple(proved),
        dropped={clause: dropped[clause] for clause, w in tried.items() if w is None and clause in dropped},
    )


def _dropped(a: Version, b: Version, found: Changes) -> dict[str, tuple[str, ...]]:
    """By clause, `kind: member` of the kinds that have fewer members in B and reach it."""
    gone: dict[str, tuple[str, ...]] = {}
    for change in found.changes:
        kind = change.place.name
        if change.place.sort != "kind" or kind not in a[0].kinds or kind not in b[0].kinds:
            continue
        known = {member.name for member in b[0].kinds[kind].members}
        members = tuple(f"{kind}: {m.name}" for m in a[0].kinds[kind].members if m.name not in known)
        for clause in change.reaches if members else ():
            gone[clause] = (*gone.get(clause, ()), *members)
    return gone


def _solved(a: Version, b: Version, clause: str, old_clause: str) -> Witness | Literal["same"] | None:
    """Where the search found nobody: the solver, if it is installed."""
    if find_spec("z3") is None:
        return None
    from compiler.proofs.same import compared

    answer = compared(a, b, clause, old_clause)
    if answer == "same":
        return "same"
    return None if answer == "open" else confirmed(a, b, clause, answer, old_clause)


# ---------------------------------------------------------------- JSON
def changes_json(found: Changes, language: Language) -> dict[str, Any]:
    """`changes` and `wording`, of `huice diff` and `huice compare` alike."""
    return {
        "changes": [_change(change, language) for change in found.changes],
        "wording": {
            aspect: [_named(place.sort, place.name, place.entity) for place in places]
            for aspect, places in found.wording.items()
        },
    }


def _change(change: Change, language: Language) -> dict[str, Any]:
    place = change.place
    return {
        **_named(place.sort, place.name, place.entity),
        "label": change.label,
        "cites": "、".join(change.cites),
        "what": change.what,
        "about": change.about,
        "before": [_line(line, language) for line in change.before],
        "after": [_line(line, language) for line in change.after],
        "reaches": list(change.reaches),
    } | ({"old_name": change.old_name} if change.old_name else {})


def _named(sort: str, name: str, entity: str) -> dict[str, str]:
    return {"declaration": sort, "name": name} | ({"entity": entity} if entity else {})


def _line(line: Line, language: Language) -> str:
    inside = line.inside[language]
    return f"{inside} · {line.text[language]}" if inside else line.text[language]
