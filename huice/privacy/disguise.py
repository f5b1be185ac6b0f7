"""Under which name each row of a roster leaves the house, and ledgers written in those names.

A disguise gives every id of a roster another name (or the same). `masked_names` keeps ids that are no identity number,
and masks the others; where two ids look alike masked, the second and further ones, by code points, are numbered (`#2`),
so that a ledger still tells people apart. It depends on the roster alone, never on the order of its rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from attrs import evolve, frozen

from compiler.facts import Facts
from compiler.ledger import Ledger, Payment
from huice.privacy.masking import is_uncovered, masked
from huice.privacy.pseudonyms import Pseudonyms


@frozen
class Disguise:
    """`names[entity][id]`; an id that is not there (a link to no row) is named by `other`."""

    names: Mapping[str, Mapping[str, str]]
    other: Callable[[str], str]

    def name(self, entity: str, key: str) -> str:
        return self.names.get(entity, {}).get(key) or self.other(key)

    def row(self, row: str) -> str:
        """`entity/id`."""
        entity, slash, key = row.partition("/")
        return f"{entity}{slash}{self.name(entity, key)}" if slash else self.other(row)

    def missing(self, name: str) -> str:
        """A missing fact as a ledger lists it: `renting`, or `person/p2.renting` of another row."""
        if "/" not in name:
            return name
        row, dot, attribute = name.rpartition(".")
        return f"{self.row(row)}{dot}{attribute}" if dot else self.row(name)

    def _payment(self, payment: Payment) -> Payment:
        """Most payments of a masked ledger stay as they are, and are not copied."""
        key = self.name(payment.entity, payment.key)
        payee = None if payment.payee is None else self.row(payment.payee)
        same = key == payment.key and payee == payment.payee
        return payment if same else evolve(payment, key=key, payee=payee)

    def ledger(self, ledger: Ledger) -> Ledger:
        """The same ledger in these names, in the same order."""
        return evolve(
            ledger,
            payments=tuple(self._payment(p) for p in ledger.payments),
            undetermined=tuple(
                evolve(
                    u,
                    key=None if u.key is None else self.name(u.entity, u.key),
                    missing=tuple(self.missing(name) for name in u.missing),
                    waiting=tuple(self.name(u.entity, key) for key in u.waiting),
                )
                for u in ledger.undetermined
            ),
            refused=tuple(evolve(r, key=self.name(r.entity, r.key)) for r in ledger.refused),
        )


def disguise_of(ids: Mapping[str, Iterable[str]], pseudonyms: Pseudonyms | None = None) -> Disguise:
    """Pseudonyms where there is a key; else plain ids where nothing is masked; else masked names."""
    if pseudonyms is not None:
        return Disguise({}, pseudonyms.of)
    if is_uncovered():
        return Disguise({}, lambda key: key)
    return masked_names(ids)


def ids_of(facts: Facts) -> dict[str, Iterable[str]]:
    return {entity: rows.keys() for entity, rows in facts.tables.items()}


def masked_names(ids: Mapping[str, Iterable[str]]) -> Disguise:
    names: dict[str, dict[str, str]] = {}
    for entity, keys in ids.items():
        used: dict[str, int] = {}
        own = names.setdefault(entity, {})
        for key in sorted(key for key in keys if masked(key) != key):
            name = masked(key)
            used[name] = used.get(name, 0) + 1
            own[key] = name if used[name] == 1 else f"{name}#{used[name]}"
    return Disguise(names, masked)


__all__ = ["Disguise", "disguise_of", "ids_of", "masked_names"]
