"""Minimisation by hashes against minimisation by dictionaries, on random automata."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.random import Generator, default_rng

from simulator.automaton.minimise import Classes, Stages, classes, repeats, words_of

Edge = tuple[int, float, int, tuple[int, ...]]  # outcome, weight, mark, targets
Node = tuple[Edge, ...]
NOTHING = words_of([np.zeros(1, np.int64)])


def automaton(random: Generator, *, hidden: bool, targets: int) -> list[list[Node]]:
    """Months of nodes; the first node of each is dead. `hidden`: outcomes lead to several nodes, with weights."""
    sizes = [int(random.integers(1, 12)) for _ in range(6)]
    months = []
    for at, size in enumerate(sizes):
        after = sizes[at + 1] if at + 1 < len(sizes) else 1
        nodes: list[Node] = [((0, 1.0, 0, (0,) * targets),)]
        for _ in range(size - 1):
            edges: list[Edge] = []
            for outcome in (1, 2) if random.random() < 0.7 else (0,):
                weights = random.permutation([0.25, 0.25, 0.5]) if hidden else np.ones(1)
                for weight in weights.tolist():
                    to = tuple(int(n) for n in random.integers(0, min(after, 3), targets))
                    edges.append((outcome, weight, int(random.integers(0, 2)), to))
            nodes.append(tuple(edges))
        months.append(nodes)
    return months


def stages(months: list[list[Node]], targets: int, weighed: bool) -> Stages:
    edges = [edge for nodes in months for node in nodes for edge in node]
    group: list[int] = []
    node_at: list[int] = []
    edges_at, groups_at, nodes_at, number = [0], [0], [0], 0
    for nodes in months:
        for node in nodes:
            node_at.append(len(group))
            for position, edge in enumerate(node):
                if position == 0 or edge[0] != node[position - 1][0]:
                    group.append(number)
                number += 1
        edges_at.append(number)
        groups_at.append(len(group))
        nodes_at.append(len(node_at))
    return Stages(
        edges=np.array(edges_at),
        groups=np.array(groups_at),
        nodes=np.array(nodes_at),
        group=np.array(group),
        node=np.array(node_at),
        content=words_of([np.array([e[2] for e in edges])]),
        outcome=np.array([edges[g][0] for g in group]),
        weight=np.array([e[1] for e in edges]) if weighed else None,
        targets=tuple(np.array([e[3][t] for e in edges]) for t in range(targets)),
        repeats=repeats(months),
    )


def by_dictionary(months: list[list[Node]]) -> list[list[int]]:
    """The class of each node, numbered by first appearance; 0 is dead."""
    found: list[list[int]] = []
    after = [0]
    for nodes in reversed(months):
        contents = []
        for node in nodes:
            outcomes: dict[int, dict[tuple[int, tuple[int, ...]], float]] = {}
            for outcome, weight, mark, to in node:
                says = outcomes.setdefault(outcome, {})
                key = (mark, tuple(after[t] if found else 0 for t in to))
                says[key] = says.get(key, 0.0) + weight
            rounded = {o: frozenset((k, round(w, 9)) for k, w in says.items()) for o, says in outcomes.items()}
            same = len(set(rounded.values())) == 1
            contents.append(frozenset({(0, next(iter(rounded.values())))} if same else rounded.items()))
        numbers = {contents[0]: 0}
        after = [numbers.setdefault(content, len(numbers)) for content in contents]
        found.append(after)
    return found[::-1]


@pytest.mark.parametrize(("hidden", "targets"), [(False, 1), (True, 1), (False, 2)])
def test_as_by_dictionaries(hidden: bool, targets: int) -> None:
    random = default_rng(3)
    merged = 0
    for _ in range(60):
        months = automaton(random, hidden=hidden, targets=targets)
        found = classes(stages(months, targets, weighed=hidden), nothing=NOTHING)
        expected = by_dictionary(months)
        assert [of.number.tolist() for of in found] == expected
        for of, numbers in zip(found, expected, strict=True):
            assert of.number[of.chosen].tolist() == list(range(1, max(numbers) + 1))
            merged += len(numbers) - len(set(numbers))
    assert merged > 50


@pytest.mark.parametrize(("hidden", "targets"), [(False, 1), (True, 2)])
def test_months_that_repeat(hidden: bool, targets: int) -> None:
    """Runs of one and the same month, of which most are not looked at."""
    random = default_rng(5)
    spared = 0
    for _ in range(40):
        different = [months for months in automaton(random, hidden=hidden, targets=targets) if len(months) > 2]
        months = [month for month in different for _ in range(int(random.integers(1, 9)))]
        found = classes(stages(months, targets, weighed=hidden), nothing=NOTHING)
        assert [of.number.tolist() for of in found] == by_dictionary(months)
        spared += len(found) - len(set(map(id, found)))
    assert spared > 50


def test_outcomes_that_come_to_the_same_are_certain() -> None:
    months: list[list[Node]] = [
        [((0, 1.0, 0, (0,)),), ((1, 1.0, 1, (0,)), (2, 1.0, 1, (0,))), ((1, 1.0, 1, (0,)), (2, 1.0, 0, (0,)))]
    ]
    (found,) = classes(stages(months, 1, weighed=False), nothing=NOTHING)
    assert isinstance(found, Classes)
    assert found.certain.tolist() == [True, True, False]
    assert found.number.tolist() == [0, 1, 2]


def test_who_is_never_paid_is_dead_however_many_ways_lead_there() -> None:
    dead: Node = ((0, 1.0, 0, (0,)),)
    idle: Node = ((1, 0.3, 0, (0,)), (1, 0.7, 0, (1,)), (2, 1.0, 0, (1,)))
    found = classes(stages([[dead, idle], [dead, dead]], 1, weighed=True), nothing=NOTHING)
    assert [of.number.tolist() for of in found] == [[0, 0], [0, 0]]
