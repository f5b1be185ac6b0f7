"""Random words by key: (seed, entity type, purpose, entity number, draw, month) → 64 bits, in any order and any chunk.

A word is a SplitMix64 finaliser nested over the coordinates (never a XOR of coordinates mixed apart, which correlates):

    k = BLAKE2b-64("huice|seed|entity type|purpose"), read little-endian
    s = mix(mix(k + γ(e + 1)) + γ(d + 1))       one a row and purpose
    word(m) = mix(s + γ(m + 1))                 one a month

e is the entity's number (arrival month << 32 | index; 0 for what belongs to a draw alone), d the draw, m the month
(year·12 + month − 1; 0 for what is drawn once). All arithmetic is modulo 2⁶⁴ on NumPy arrays of uint64.
"""

from __future__ import annotations

import hashlib

import numpy as np

from simulator.plan import Flags, Floats, Ints, Words

GAMMA = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_30, _27, _31, _11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_ONE = np.uint64(1)

ONCE = 0  # the month of what is drawn once
WHOLE = 1 << 53  # an event with this threshold is certain


def mix(z: Words) -> Words:
    """The finaliser of SplitMix64. The argument is not changed."""
    z = z ^ (z >> _30)
    z *= _FIRST
    z ^= z >> _27
    z *= _SECOND
    z ^= z >> _31
    return z


def key(seed: int, entity: str, purpose: str) -> np.uint64:
    """k. `entity` is the entity type ("" for what belongs to none)."""
    text = f"huice|{seed}|{entity}|{purpose}"
    return np.uint64(int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little"))


def streams(k: np.uint64, entities: Words, draws: Ints) -> Words:
    """s for each row: `entities` their numbers, `draws` their draws."""
    inner = mix(_steps(entities) + k)
    inner += _steps(draws.astype(np.uint64))
    return mix(inner)


def words(s: Words, month: int) -> Words:
    """word(month) for each row."""
    with np.errstate(over="ignore"):
        return mix(s + GAMMA * np.uint64(month + 1))


def words_of_months(s: Words, months: Ints) -> Words:
    """word(m), each row in a month of its own."""
    return mix(s + _steps(months.astype(np.uint64)))


def _steps(numbers: Words) -> Words:
    """γ(n + 1)."""
    return (numbers + _ONE) * GAMMA


def uniform(w: Words) -> Floats:
    """In the open interval (0, 1): never 0, never 1."""
    return np.minimum(((w >> _11).astype(np.float64) + 0.5) * 2.0**-53, 1 - 2.0**-53)  # the last word would round to 1


def upper(w: Words) -> Words:
    """The 53 bits that events and uniform numbers are made of."""
    return w >> _11


def threshold(p: Floats) -> Words:
    """floor(p·2⁵³): an event of chance p happens when the upper 53 bits of its word are below."""
    return np.floor(np.asarray(p, np.float64) * 2.0**53).astype(np.uint64)


def event(w: Words, below: Words) -> Flags:
    """Whether the event of threshold `below` happens (u < p)."""
    return (w >> _11) < below


def event_from_above(w: Words, below: Words) -> Flags:
    """The same chance at the other end (u ≥ 1 − p), so that `leave` and `return` of one word never go the same way."""
    return (w >> _11) >= np.uint64(WHOLE) - below


def entity_numbers(months: Ints, index: Ints) -> Words:
    """e of simulated rows: arrival month << 32 | index."""
    return (months.astype(np.uint64) << np.uint64(32)) | index.astype(np.uint64)


def child_numbers(parents: Words, line: int, copies: Ints) -> Words:
    """e of rows that arrived for a row of another entity: the parent's number, the line of arrival and the copy, mixed.

    So what a child draws depends on its own parent alone, whatever other parents there are.
    """
    inner = mix(_steps(parents)) + _steps(np.full(len(parents), line, np.uint64))
    return mix(mix(inner) + _steps(copies.astype(np.uint64)))
