"""Sums by their cumulants against the lattice: compound Poisson sums of few to many payments."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.engines.exact.algebra import FURTHER, ORDER
from simulator.engines.exact.edgeworth import Smooth
from simulator.plan import Floats

AMOUNTS, CHANCES = np.array([1, 3, 10]), np.array([0.5, 0.3, 0.2])
ONE = np.arange(1)


def smooth(payments: float, order: int, step: int = 1) -> Smooth:
    amounts = AMOUNTS * float(step)
    cumulants = [0.0, *(payments * float(CHANCES @ amounts**k) for k in range(1, order + 1))]
    return Smooth(cumulants=np.array(cumulants)[:, None], scale=1.0, step=step)


def by_lattice(payments: float, cells: int = 1 << 13) -> Floats:
    one = np.zeros(cells)
    one[AMOUNTS] = CHANCES
    law = np.fft.ifft(np.exp(payments * (np.fft.fft(one) - 1))).real
    return np.asarray(np.cumsum(law))


@pytest.mark.parametrize("order", [ORDER, FURTHER])
@pytest.mark.parametrize("payments", [14, 16, 20, 40, 80, 300])
def test_the_error_is_below_what_is_stated(payments: float, order: int) -> None:
    found, law = smooth(payments, order), by_lattice(payments)
    x = np.arange(8.0 * payments)
    true = np.abs(found.below(x + 0.5, ONE)[:, 0] - law[: len(x)]).max()
    assert true <= max(found.error(), 1e-9)
    assert found.error() < 5 * smooth(payments, ORDER).error()


def test_more_cumulants_are_nearer_and_say_so() -> None:
    assert smooth(80, FURTHER).error() < smooth(80, ORDER).error() / 5


def test_whatever_the_step_is_measured_in() -> None:
    x = np.arange(100.0, 400.0, 7.0) + 0.5
    one, hundred = smooth(80, ORDER), smooth(80, ORDER, step=100)
    assert np.allclose(one.below(x, ONE), hundred.below(100 * x, ONE), atol=1e-12)
