"""Known answers of the generator, and sanity of its words in every direction (fixed seeds, so never flaky)."""

import hashlib

import numpy as np

from simulator.chance import keyed_random as r

MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15


def plain_mix(z: int) -> int:
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def test_mix_is_the_finaliser_of_splitmix64() -> None:
    states = np.array([(1234567 + i * GAMMA) & MASK for i in (1, 2, 3)], np.uint64)
    assert r.mix(states).tolist() == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_a_word_is_the_nested_construction() -> None:
    k = int.from_bytes(hashlib.blake2b(b"huice|7|person|spell:employed", digest_size=8).digest(), "little")
    e, d, m = (24301 << 32) | 5, 99, 24310
    s = plain_mix((plain_mix((k + GAMMA * (e + 1)) & MASK) + GAMMA * (d + 1)) & MASK)
    expected = plain_mix((s + GAMMA * (m + 1)) & MASK)
    ours = r.streams(r.key(7, "person", "spell:employed"), np.array([e], np.uint64), np.array([d]))
    assert r.words(ours, m).tolist() == [expected]
    assert r.words_of_months(ours, np.array([m])).tolist() == [expected]


def test_arguments_are_not_written_on() -> None:
    z = np.array([1, 2, 3], np.uint64)
    r.mix(z)
    assert z.tolist() == [1, 2, 3]


def test_thresholds() -> None:
    w = np.array([0, MASK, 1 << 63], np.uint64)
    assert r.event(w, r.threshold(np.array(0.0))).tolist() == [False, False, False]
    assert r.event(w, r.threshold(np.array(1.0))).tolist() == [True, True, True]
    assert r.event(w, r.threshold(np.array(0.5))).tolist() == [True, False, False]
    assert r.event_from_above(w, r.threshold(np.array(0.5))).tolist() == [False, True, True]
    assert r.event_from_above(w, r.threshold(np.array(0.0))).tolist() == [False, False, False]
    u = r.uniform(w)
    assert u.min() > 0 and u.max() < 1


def table(entities: int, draws: int, months: int) -> np.ndarray:
    """Uniform numbers [entity, draw, month]."""
    e = np.repeat((np.uint64(24300) << np.uint64(32)) + np.arange(entities, dtype=np.uint64), draws)
    s = r.streams(r.key(1, "person", "test"), e, np.tile(np.arange(draws), entities))
    u = np.stack([r.uniform(r.words(s, 24300 + m)) for m in range(months)], axis=1)
    return u.reshape(entities, draws, months)


def test_words_are_even_and_unrelated_along_each_coordinate() -> None:
    u = table(64, 64, 32)
    n = u.size
    counts = np.bincount((u.ravel() * 64).astype(int), minlength=64)
    chi2 = ((counts - n / 64) ** 2 / (n / 64)).sum()
    assert 63 - 4 * np.sqrt(126) < chi2 < 63 + 4 * np.sqrt(126)
    centred = (u - 0.5) * np.sqrt(12)
    for axis in range(3):
        a, b = np.moveaxis(centred, axis, 0)[:-1], np.moveaxis(centred, axis, 0)[1:]
        assert abs((a * b).mean()) * np.sqrt(a.size) < 4
    for axis in range(3):  # means over one coordinate vary as independent numbers do
        means = centred.mean(axis=axis).ravel()
        assert abs((means**2).mean() * u.shape[axis] - 1) < 4 * np.sqrt(2 / means.size)


def test_purposes_and_entity_types_have_words_of_their_own() -> None:
    e, d = np.arange(4096, dtype=np.uint64), np.zeros(4096, np.int64)
    columns = [
        (r.uniform(r.words(r.streams(k, e, d), 0)) - 0.5) * np.sqrt(12)
        for k in (r.key(1, "person", "a"), r.key(1, "person", "b"), r.key(1, "firm", "a"), r.key(2, "person", "a"))
    ]
    correlation = np.corrcoef(columns) * np.sqrt(4096)
    assert np.abs(correlation[~np.eye(4, dtype=bool)]).max() < 4


def test_children_have_numbers_of_their_own() -> None:
    parents = r.entity_numbers(np.full(1000, 24300), np.arange(1000))
    numbers = np.concatenate(
        [r.child_numbers(parents, line, np.full(1000, copy)) for line in (0, 1) for copy in (0, 1, 2)]
    )
    assert len(np.unique(numbers)) == 6000
