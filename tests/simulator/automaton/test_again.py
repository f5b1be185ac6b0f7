"""The last answer once more: never an old one, and never made anew for the same."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from simulator.automaton.again import Again, alike


@frozen(eq=False)
class Held:
    numbers: np.ndarray
    name: str


GIVEN = st.tuples(st.lists(st.integers(0, 1), min_size=1, max_size=2), st.sampled_from(["a", "b"]), st.booleans())


def held(numbers: list[int], name: str) -> Held:
    return Held(np.array(numbers), name)


@given(st.lists(GIVEN, max_size=12))
def test_only_what_has_just_been_asked_is_not_asked_again(calls: list[tuple[list[int], str, bool]]) -> None:
    asked: list[tuple[list[int], str, bool]] = []

    def work(one: Held, pair: tuple[np.ndarray, bool]) -> tuple[list[int], str, bool]:
        asked.append((one.numbers.tolist(), one.name, pair[1]))
        return asked[-1]

    again = Again(work)
    answers = [again(held(numbers, name), (np.array(numbers), flag)) for numbers, name, flag in calls]
    assert answers == calls
    assert asked == [call for at, call in enumerate(calls) if at == 0 or call != calls[at - 1]]


def test_what_is_alike() -> None:
    same = np.array([1, 2])
    assert alike(same, same.copy()) and alike((same, 1), (same.copy(), 1)) and alike(held([1], "a"), held([1], "a"))
    assert not alike(np.array([1, 1]), np.array([1])) and not alike(np.array([1]), np.array([2]))
    assert not alike(None, np.array([1])) and not alike(held([1], "a"), held([1], "b"))
    assert not alike((1, 2), (1,)) and not alike(1, 2) and not alike(1, True)
