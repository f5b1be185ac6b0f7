"""The bad inputs that concern the text of a policy: each is refused with its code, or accepted where it is fine."""

from __future__ import annotations

import pytest

from lang.codes import CODES
from lang.program import load
from lang.text.encoding import decode
from tests.benchmarks.bench_front_end import BAD


@pytest.mark.parametrize("what", sorted(BAD))
def test_a_bad_input_gets_its_code(what: str) -> None:
    code, data = BAD[what]
    source, found = decode(data, "p.policy")
    if source is not None:
        found = load(source)[1]
    errors = [d.code for d in found if CODES[d.code].severity == "error"]
    assert errors == ([] if code is None else [code])
