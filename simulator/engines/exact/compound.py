"""Whole distributions of compound sums: characteristic functions, averaged over worlds, and one inverse FFT a scramble.

In: an `Answer` (given the world a sum of independent parts) and the scramble of each world. Out: a `Lattice`: the
probability of every multiple of the amounts' greatest common divisor, by scramble.

The lattice is long enough that less than 1e-16 of any world's mass lies outside (Chernoff's bound by the moment
generating function itself), so nothing wraps around; what comes out is held against mean and variance computed without
FFT. Frequencies at which no world's characteristic function can be above 1e-19 are left out; the bound is taken over
all frequencies, since near-lattice amounts have peaks beyond the first gap.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from attrs import evolve, frozen
from scipy import fft

from lang.diagnostics import CompilerBug
from simulator.engines.exact.algebra import ORDER
from simulator.engines.exact.blend import Blend
from simulator.engines.exact.counts import Transform
from simulator.engines.exact.laws import TooManySums
from simulator.engines.exact.sums import Answer, Kind, Part, Sizes
from simulator.figures.statistics import chances_near, half_width
from simulator.plan import Flags, Floats, Ints, Ints16

TIE = 1e-12  # by which a distribution function may miss a probability that it meets exactly
_OUTSIDE = 37.0  # −log of the mass that may lie outside the lattice
_NOTHING = 1e-19
_MOST_CELLS = 1 << 21
# Of a sample of worlds, which is never so exact: numbers of a characteristic function over all worlds and sums, and
# cells between which that decides.
_OF_A_SAMPLE, _CELLS_OF_A_SAMPLE = 1 << 26, (1 << 13, 1 << 17)
# The error of a distribution function that is taken from cumulants, at most: where laws are too long to be written out
# and the worlds are a sample anyway (with further cumulants, where there is no other way: LEAST); where nothing is
# unknown, or where a lattice would do it too.
GOOD, LEAST, BETTER = 2e-4, 5e-4, 1e-6
_FEW = 4096  # cells up to which all frequencies are computed
_AT_A_TIME = 1 << 21  # numbers of a block of worlds × frequencies
_POWERS = 1 << 23  # of a block of amounts × frequencies
_FEW_PEOPLE = 10_000  # up to which the rounding of a Fourier transform is below 1e-11 of their sum
_FINE = 4096  # cells a standard deviation where a lattice is rounded

Power = Callable[[Ints], Transform]  # amounts → e^(…·amount) − 1, (amounts, frequencies)
Away = Callable[[Sizes, slice], Transform]  # sizes, worlds → E[e^(…·X)] − 1, (worlds, frequencies)


@frozen(kw_only=True, eq=False)
class Lattice:
    """`mass[b, k]`: the probability of low + k·step in scramble b. `rounded`: the amounts were put on a coarser
    lattice than their own (their means kept)."""

    low: int
    step: int
    mass: Floats
    rounded: bool = False

    @property
    def values(self) -> Ints:
        return self.low + self.step * np.arange(self.mass.shape[1])

    @property
    def blocks(self) -> int:
        return len(self.mass)

    @property
    def cells_a_deviation(self) -> float:
        """How fine it is: a standard deviation of the sum in steps."""
        at, own = np.arange(self.mass.shape[1], dtype=np.float64), self.mass.mean(axis=0)
        return float(np.sqrt(max(own @ (at - own @ at) ** 2, 0.0)))

    def above(self, fen: int) -> Floats:
        """P(T > fen) in each scramble."""
        return np.asarray(np.maximum(self.mass[:, self.values > fen].sum(axis=1), 0.0))

    def quantiles(self, probabilities: Sequence[float]) -> tuple[Floats, Floats]:
        """min{x: F(x) ≥ p}, and half of the 95% interval of each (0 without unknowns). Fen."""
        given, values = np.array(probabilities), self.values.astype(np.float64)
        below, last = np.cumsum(self.mass.mean(axis=0)), len(values) - 1
        at = np.minimum(np.searchsorted(below, given - TIE), last)
        if self.blocks == 1:
            return values[at], np.zeros(len(at))
        own = np.cumsum(self.mass, axis=1)
        up, under = own[:, at], np.where(at > 0, own[:, at - 1], 0.0)
        away = np.maximum(half_width(up.T), half_width(under.T))
        low, high = (np.minimum(np.searchsorted(below, p - TIE), last) for p in chances_near(given, away))
        return values[at], np.maximum(values[at] - values[low], values[high] - values[at])


def distribution(answer: Answer, scrambles: Ints16) -> Lattice | Blend:
    """The distribution in each scramble. TooManySums where laws are neither written out nor near enough to normal."""
    if not answer.written:
        several = GOOD if answer.order <= ORDER else LEAST
        smooth = blended(answer, scrambles, several if answer.worlds > 1 else BETTER)
        if smooth is None:
            raise TooManySums
        return smooth
    return lattice(answer, scrambles)


def blended(answer: Answer, scrambles: Ints16, good: float) -> Blend | None:
    """By cumulants; None where that does not give the distribution function exactly enough."""
    smooth = answer.smooth()
    return Blend(smooth=smooth, scrambles=scrambles, step=smooth.step) if smooth.error() <= good else None


def lattice(answer: Answer, scrambles: Ints16) -> Lattice | Blend:
    blocks = int(scrambles.max()) + 1
    step = answer.step
    if not step:
        return Lattice(low=0, step=1, mass=np.ones((blocks, 1)))
    if not answer.variance().any():
        return _certain(np.rint(answer.mean()).astype(np.int64), scrambles, blocks)
    low, high = _range(answer)
    most = _most_cells(answer)
    if (high - low) / step > (_MOST_CELLS if answer.worlds == 1 else _FEW):
        smooth = blended(answer, scrambles, BETTER)
        if smooth is not None:
            return smooth
    rounded = (high - low) / step > most
    if rounded:
        sd = float(np.sqrt(np.median(answer.variance())))
        step = max(step, int(sd / _FINE), int((high - low) / most) + 1)
        answer = _on_lattice(answer, step)
        low, high = _range(answer)
    first, last = int(low // step), int(-(-high // step))
    for _ in range(4):
        cells = fft.next_fast_len(last - first + 1, real=True)
        mass = _inverted(answer, scrambles, blocks, step, first, cells)
        if _holds(answer, mass, step, first):
            return Lattice(low=first * step, step=step, mass=mass, rounded=rounded)
        width = last - first
        first, last = max(0, first - width // 2), last + width // 2 + 8
    raise CompilerBug("a distribution that does not have its own mean and variance")


def _most_cells(answer: Answer) -> int:
    """The length of a lattice that is not too much work: streams that add up are one sum, others one a month."""
    if answer.worlds == 1:
        return _MOST_CELLS
    sums = 1 + sum(not part.count.adds for part in answer.parts)
    return int(np.clip(_OF_A_SAMPLE // (answer.worlds * sums), *_CELLS_OF_A_SAMPLE))


def _certain(amounts: Ints, scrambles: Ints16, blocks: int) -> Lattice:
    """Of a sum that is sure in each world: nothing is left to invert, and of a million sure payments the transform
    would keep the phase to ten digits only."""
    low = int(amounts.min())
    width, step = int(amounts.max()) - low, max(int(np.gcd.reduce(amounts - low)), 1)
    coarse = max(step, width // _MOST_CELLS + 1)
    at = (amounts - low) // coarse
    mass = np.zeros((blocks, int(at.max()) + 1))
    np.add.at(mass, (scrambles, at), 1.0)
    return Lattice(low=low, step=coarse, mass=mass / mass.sum(axis=1, keepdims=True), rounded=coarse > step)


def most(answer: Answer) -> float:
    """An amount that is exceeded in no world with a chance above 1e-9."""
    if not answer.written:
        return float((answer.mean() + 7 * np.sqrt(answer.variance())).max())
    return _range(answer, 21.0)[1] if any(len(s.amount) for part in answer.parts for s in part.all_sizes()) else 0.0


# ---------------------------------------------------------------- the transform
def transform(part: Part, away: Away, worlds: slice) -> Transform:
    """E[e^(…·total)] of a part in some worlds: (worlds, frequencies)."""
    count = part.count.of(worlds)
    if part.kinds is None:
        return count.generate(away(part.sizes, worlds))
    total: Transform = np.zeros(())
    for kind in part.kinds:
        total = total + kind.weight[worlds][:, None] * _away_of_kind(kind, away, worlds)
    return count.generate(np.asarray(total))


def _summed(power: Power) -> Away:
    """Amount by amount: near frequency 0 to the last digit, however many people there are. Of a Poisson stream the
    measure is summed over its months."""

    def away(sizes: Sizes, worlds: slice) -> Transform:
        measure = sizes.measure[:, worlds].T
        powers = power(sizes.amount)
        if np.iscomplexobj(powers):
            return np.asarray(measure @ powers.real + 1j * (measure @ powers.imag))
        return np.asarray(measure @ powers)

    return away


def _transformed(step: int, cells: int, frequencies: Ints) -> Away:
    """All frequencies at once, to some 1e-15: for long lattices and few people."""

    def away(sizes: Sizes, worlds: slice) -> Transform:
        at, measure = sizes.amount // step % cells, sizes.measure[:, worlds].T
        found = np.stack([_cosines(at, of, cells)[frequencies].conj() for of in measure])
        return np.asarray(found - measure.sum(axis=1, keepdims=True))

    return away


def _away_of_kind(kind: Kind, away: Away, worlds: slice) -> Transform:
    found = away(kind.sizes, worlds) if len(kind.sizes.amount) else np.zeros((1, 1))
    for brood in kind.broods:
        inside = away(brood.sizes, worlds)
        other = brood.chance[worlds][:, None] * (brood.count.of(worlds).generate(inside) - 1)
        found = found + other + found * other  # (1 + a)(1 + b) − 1
    return np.asarray(found)


def _inverted(answer: Answer, scrambles: Ints16, blocks: int, step: int, first: int, cells: int) -> Floats:
    frequencies = np.arange(cells // 2 + 1)
    if cells > _FEW:
        frequencies = frequencies[_matters(answer, step, cells)]
    spectrum = np.zeros((blocks, cells // 2 + 1), np.complex128)
    amounts = {sizes.amount.tobytes(): len(sizes.amount) for part in answer.parts for sizes in part.all_sizes()}
    some = max(_POWERS // max(sum(amounts.values()), 1), 1)
    few_people = answer.worlds == 1 and len(frequencies) > _FEW and _people(answer) <= _FEW_PEOPLE
    for start in range(0, len(frequencies), len(frequencies) if few_people else some):
        block = frequencies if few_people else frequencies[start : start + some]
        away = _transformed(step, cells, block) if few_people else _summed(_sines(step, cells, block))
        _add(spectrum, answer, scrambles, block, away)
    shift = first * frequencies % cells
    spectrum[:, frequencies] *= np.exp(-2j * np.pi / cells * shift)
    # The transform above has the opposite sign of numpy's.
    weight = np.bincount(scrambles, minlength=blocks)
    mass: Floats = fft.irfft(np.conj(spectrum), n=cells, axis=1) / weight[:, None]
    return mass


def _sines(step: int, cells: int, frequencies: Ints) -> Power:
    held: dict[bytes, Transform] = {}

    def power(amounts: Ints) -> Transform:
        key = amounts.tobytes()
        if key not in held:
            turns = (amounts // step)[:, None] % cells * frequencies[None, :] % cells
            angle = 2 * np.pi / cells * turns
            held[key] = -2 * np.sin(angle / 2) ** 2 + 1j * np.sin(angle)
        return held[key]

    return power


def _add(spectrum: Transform, answer: Answer, scrambles: Ints16, frequencies: Ints, away: Away) -> None:
    """Adds up the worlds' characteristic functions by scramble at some frequencies."""
    size = max(_AT_A_TIME // max(len(frequencies), 1), 1)
    for start in range(0, answer.worlds, size):
        worlds = slice(start, min(start + size, answer.worlds))
        found: Transform = np.ones((1, 1), np.complex128)
        for part in answer.parts:
            found = found * transform(part, away, worlds)
        of = scrambles[worlds]
        for block in np.unique(of).tolist():
            spectrum[block, frequencies] += np.broadcast_to(found, (len(of), len(frequencies)))[of == block].sum(axis=0)


def _people(answer: Answer) -> float:
    """How many arrive in a world, about."""
    return float(sum(part.count.mean().max() for part in answer.parts))


def _matters(answer: Answer, step: int, cells: int) -> Flags:
    """The frequencies at which some world's characteristic function may be above nothing."""
    bound: Floats = np.zeros(cells // 2 + 1)  # a logarithm
    for part in answer.parts:
        if part.kinds is not None or part.count.family == "choice":
            continue
        n, p = part.count.n, part.count.p
        at = part.sizes.amount // step % cells
        if part.count.adds:
            weakest = (part.sizes.measure * n).min(axis=1)
            bound += _cosines(at, weakest, cells).real - weakest.sum()
        else:
            weakest = (part.sizes.measure * p).min(axis=1)
            nobody = max(float((1 - (part.sizes.measure * p).sum(axis=0)).min()), 0.0)
            size = np.abs(_cosines(at, weakest, cells) + nobody) + 1 - nobody - weakest.sum()
            bound += float(n.min()) * np.log(np.clip(size, 1e-300, 1.0))
    matters: Flags = bound > np.log(_NOTHING)
    return matters


def _cosines(at: Ints, weight: Floats, cells: int) -> Transform:
    placed: Floats = np.zeros(cells)
    np.add.at(placed, at, weight)
    return np.asarray(fft.rfft(placed))


# ---------------------------------------------------------------- how long
def _range(answer: Answer, outside: float = _OUTSIDE) -> tuple[float, float]:
    """Between which amounts all but e^(−outside) of every world's mass lies."""
    sd = np.sqrt(answer.variance())
    scale = float(np.median(sd[sd > 0])) if np.any(sd > 0) else 1.0
    most = max(float(s.amount.max()) for part in answer.parts for s in part.all_sizes() if len(s.amount))
    steps = np.geomspace(0.05, 60, 40) / scale
    steps = steps[steps * most < 500]
    if not len(steps):
        steps = np.array([100 / most])
    everything = slice(0, answer.worlds)
    ends = []
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        for sign in (-1.0, 1.0):

            def power(amounts: Ints, sign: float = sign) -> Transform:
                return np.asarray(np.expm1(sign * steps[None, :] * amounts[:, None]))

            logs: Floats = np.zeros((answer.worlds, len(steps)))
            for part in answer.parts:
                logs = logs + _log_transform(part, _summed(power), everything)
            logs = np.where(np.isfinite(logs), logs, np.inf if sign > 0 else -np.inf)
            bounds = (np.where(logs == -np.inf, np.inf, logs) + outside) / steps
            ends.append(bounds.min(axis=1))
    low = max(0.0, -float(ends[0].max()))
    high = float(ends[1].max())
    largest = _largest(answer)
    return low, max(min(high, largest), low)


def _log_transform(part: Part, away: Away, worlds: slice) -> Floats:
    if part.count.adds and part.kinds is None:  # its exponent, which may be far beyond a float's logarithm
        return np.asarray(part.count.n[:, None] * away(part.sizes, worlds))
    if part.kinds is None and part.count.family in ("fixed", "binomial"):
        thinned = part.count.p[:, None] * away(part.sizes, worlds)
        return np.asarray(part.count.n[:, None] * np.log1p(np.maximum(thinned, -1.0)))
    return np.asarray(np.log(transform(part, away, worlds)))


def _largest(answer: Answer) -> float:
    """The most that can be paid in any world; infinite where numbers have no bound."""
    total = 0.0
    for part in answer.parts:
        sizes = part.all_sizes()
        if part.kinds is not None or part.count.family == "poisson":
            return float("inf")
        most = float(max((s.amount.max() for s in sizes if len(s.amount)), default=0))
        number = max(part.count.values) if part.count.family == "choice" else float(part.count.n.max())
        total += number * most
    return total


# ---------------------------------------------------------------- checks
def _holds(answer: Answer, mass: Floats, step: int, first: int) -> bool:
    """Whether the distribution has the mass, the mean and the variance that it must have."""
    if abs(float(mass.sum(axis=1).mean()) - 1) > 1e-11 or float(mass.min()) < -1e-11:
        return False
    means = answer.mean()
    mean = float(means.mean())
    spread = float(answer.variance().mean() + ((means - mean) ** 2).mean())
    away = (first + np.arange(mass.shape[1])) * float(step) - mean
    own = mass.mean(axis=0)
    scale = np.sqrt(spread) + step
    found = float(own @ away)
    right = abs(found) <= 1e-9 * scale + 1e-12 * abs(mean)
    return bool(right and abs(float(own @ away**2) - spread) <= 1e-7 * scale**2)


def _on_lattice(answer: Answer, step: int) -> Answer:
    """Amounts moved to the two nearest multiples of a step, so that means stay."""

    def moved(sizes: Sizes) -> Sizes:
        below = sizes.amount // step * step
        above = (sizes.amount - below)[:, None] / step
        amounts, inverse = np.unique(np.concatenate([below, below + step]), return_inverse=True)
        measure: Floats = np.zeros((len(amounts), sizes.measure.shape[1]))
        np.add.at(measure, inverse, np.concatenate([sizes.measure * (1 - above), sizes.measure * above]))
        return Sizes(amount=amounts[amounts > 0], measure=measure[amounts > 0])

    parts = []
    for part in answer.parts:
        kinds = part.kinds
        if kinds is not None:
            kinds = tuple(
                evolve(
                    kind,
                    sizes=moved(kind.sizes),
                    broods=tuple(evolve(brood, sizes=moved(brood.sizes)) for brood in kind.broods),
                )
                for kind in kinds
            )
        parts.append(evolve(part, sizes=moved(part.sizes), kinds=kinds))
    return evolve(answer, parts=tuple(parts))
