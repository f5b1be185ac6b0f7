"""What a unit of a household can be, for a question about some of its clauses: its net, and its rows with weights.

In: a household and the clauses asked about. Out: a `Unit`: the product of their components' nets, one **row** for each
cell and each way that its coins can fall, and rows that are entered alike as one **class**. The weights of classes are
the only thing that depends on the world beside the rates of the chains; answers are linear in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product as every

import numpy as np
from attrs import evolve, frozen

from lang.dates import Month
from simulator.automaton.people import Chain
from simulator.engines.exact.components import Component, Household, Key, Population
from simulator.engines.exact.nets import Marks, Net, Payment, minimised, paying
from simulator.engines.exact.products import product
from simulator.engines.exact.questions import Value
from simulator.plan import Floats, Ints

Claiming = str  # "all": whoever is entitled; "claims", "not claims": by take-up


@frozen(kw_only=True, eq=False)
class Child:
    """Rows that arrive by themselves for the unit: `keys[class]` says which cell of the component theirs is."""

    component: Component
    keys: tuple[Key, ...]


@frozen(kw_only=True, eq=False)
class Unit:
    """`net` is None where nothing but arriving rows is asked about; its `marks` know what the question sees in a
    payment, and no more. `entry[month]`: the node of each class.

    cells     (rows, cell factors): the value of each, -1 where it does not matter
    counted   (rows, cell factors): whether its weight counts
    coins     (rows, coins): 1 claims; `coin_clauses` are their positions in the plan
    of_row    the class of each row
    """

    household: Household
    clauses: frozenset[int]
    chains: tuple[Chain, ...]
    marks: Marks
    net: Net | None
    entry: Mapping[Month, Ints]
    cells: Ints
    counted: Ints
    coins: Ints
    coin_clauses: tuple[int, ...]
    of_row: Ints
    children: tuple[Child, ...]

    @property
    def nodes(self) -> int:
        return 0 if self.net is None else sum(layer.nodes for layer in self.net.layers)

    @property
    def classes(self) -> int:
        return int(self.of_row.max()) + 1

    def weights(self, chances: Sequence[Floats], uptake: Floats, claiming: Claiming) -> Floats:
        """Of each class, by world: (classes, worlds). `chances`: of the household's cells, (values, worlds) each."""
        worlds = len(uptake)
        rows: Floats = np.ones((len(self.of_row), worlds))
        for at, of_factor in enumerate(chances):
            matters = self.counted[:, at] == 1
            rows[matters] *= of_factor[self.cells[matters, at]]
        for coin in range(self.coins.shape[1]):
            up = self.coins[:, coin] == 1
            if claiming == "all":
                rows[~up] = 0.0
                continue
            claims = uptake if claiming == "claims" else 1 - uptake
            rows[up] *= claims
            rows[~up] *= 1 - claims
        found: Floats = np.zeros((self.classes, worlds))
        np.add.at(found, self.of_row, rows)
        return found


def unit(population: Population, household: Household, clauses: frozenset[int], value: Value) -> Unit | None:
    """None where no component of the household has one of the clauses. NotFinite: too many states together."""
    marks = Marks()
    chosen = [c for c in household.components if clauses & set(c.clauses)]
    if not chosen:
        return None
    attached = sorted((c for c in chosen if c.line is None), key=lambda c: c.size)
    alone = [c for c in chosen if c.line is not None]
    reads = sorted({at for c in chosen for at in c.reads if at not in c.own})
    cells, counted = _cells(household, reads)
    coin_clauses = tuple(dict.fromkeys(coin for c in attached for coin in c.coins))
    ways = list(every((1, 0), repeat=len(coin_clauses)))
    bits = np.array(ways, np.int64).reshape(len(ways), len(coin_clauses))
    cells, counted = (np.repeat(table, len(bits), axis=0) for table in (cells, counted))
    coins = np.tile(bits, (len(cells) // len(bits), 1))
    months = sorted({m for c in attached for m in c.entry})
    net: Net | None = None
    entry: dict[Month, Ints] = {}
    chains = attached[0].chains if attached else ()
    for component in (as_seen(c, population.marks, marks, clauses, value) for c in attached):
        entrance = _entrance(component, cells, coins, coin_clauses)
        own = {month: _entered(component, month, entrance) for month in months}
        if net is None:
            net, entry = component.net, own
        else:
            pairs = {month: (entry[month], own[month]) for month in months}
            net, entry = product(net, component.net, pairs, marks, len(chains))
    columns = [entry[month] for month in months]
    keys = [[_key(c, cells[row]) for row in range(len(cells))] for c in alone]
    for of_child in keys:
        numbers = {key: number for number, key in enumerate(dict.fromkeys(of_child))}
        columns.append(np.array([numbers[key] for key in of_child], np.int64))
    table = np.stack(columns, axis=1) if columns else np.zeros((len(cells), 0), np.int64)
    _, where, of_row = np.unique(table, axis=0, return_index=True, return_inverse=True)
    return Unit(
        household=household,
        clauses=clauses,
        chains=chains,
        marks=marks,
        net=net,
        entry={month: nodes[where] for month, nodes in entry.items()},
        cells=cells,
        counted=counted,
        coins=coins,
        coin_clauses=coin_clauses,
        of_row=of_row.reshape(-1),
        children=tuple(
            Child(component=c, keys=tuple(of_child[row] for row in where.tolist()))
            for c, of_child in zip(alone, keys, strict=True)
        ),
    )


def as_seen(component: Component, known: Marks, marks: Marks, clauses: frozenset[int], value: Value) -> Component:
    """The component as the question sees it: what pays the same to it is the same."""
    numbers = np.array(
        [
            marks.number([Payment(p.clause, v, ()) for p in items if p.clause in clauses and (v := value(p))])
            for items in known.items
        ],
        np.int64,
    )
    net = paying(component.net, numbers)
    flat = {month: np.array(list(nodes.values()), np.int64) for month, nodes in component.entry.items()}
    net, entered = minimised(net, flat)
    entry = {month: dict(zip(nodes, entered[month].tolist(), strict=True)) for month, nodes in component.entry.items()}
    return evolve(component, net=net, entry=entry)


def _cells(household: Household, reads: Sequence[int]) -> tuple[Ints, Ints]:
    """All values of the cell factors that are read; of a row that does not arrive one value of each of its factors."""
    sizes = [len(household.cells[at].values) for at in reads]
    grid = np.indices(sizes).reshape(len(sizes), -1).T if sizes else np.zeros((1, 0), np.int64)
    cells = np.full((len(grid), len(household.cells)), -1, np.int64)
    counted = np.zeros(cells.shape, np.int64)
    cells[:, reads], counted[:, reads] = grid, 1
    keep = np.ones(len(grid), np.bool_)
    for entity, exists in household.existence.items():
        if exists not in reads:
            continue
        there = np.array(household.cells[exists].values)[cells[:, exists]] == 1
        for at in reads:
            if at != exists and household.cells[at].fact[0] == entity:
                keep &= there | (cells[:, at] == 0)
                counted[~there, at] = 0
    return cells[keep], counted[keep]


def _key(component: Component, cell: Ints) -> Key:
    return tuple(int(v) if at in component.reads and at not in component.own else -1 for at, v in enumerate(cell))


@frozen(eq=False)
class _Entrance:
    """The component's part of each row: few different ones."""

    keys: tuple[tuple[Key, Key], ...]
    of_row: Ints


def _entrance(component: Component, cells: Ints, coins: Ints, clauses: Sequence[int]) -> _Entrance:
    reads = [at for at in component.reads if at not in component.own]
    at = [clauses.index(coin) for coin in component.coins]
    table = np.concatenate([cells[:, reads], coins[:, at]], axis=1)
    _, where, of_row = np.unique(table, axis=0, return_index=True, return_inverse=True)
    keys = tuple((_key(component, cells[row]), tuple(coins[row, at].tolist())) for row in where.tolist())
    return _Entrance(keys, of_row.reshape(-1))


def _entered(component: Component, month: Month, entrance: _Entrance) -> Ints:
    """The component's node for each row."""
    nodes = component.entry.get(month)
    if nodes is None:
        return np.zeros(len(entrance.of_row), np.int64)
    return np.array([nodes[key] for key in entrance.keys], np.int64)[entrance.of_row]
