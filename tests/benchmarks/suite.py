"""Where the suite's processor time goes, its own and that of the processes it starts, by file and by test.

A plugin, for one process (processor time says little of a test that shares its process):

    python -m pytest -p tests.benchmarks.suite tests/compiler

In: the tests that run. Out: after the summary, the files and the tests that took longest, and what collecting took.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Generator
from heapq import nlargest
from typing import Any

import pytest

SHOWN = 15
_spent: dict[str, float] = defaultdict(float)  # seconds, by test
_collecting = 0.0


def processor_time() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def pytest_collection_finish() -> None:
    global _collecting
    _collecting = processor_time()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, None, None]:
    began = processor_time()
    yield
    _spent[item.nodeid] += processor_time() - began


def pytest_terminal_summary(terminalreporter: Any) -> None:
    files: dict[str, float] = defaultdict(float)
    for test, seconds in _spent.items():
        files[test.partition("::")[0]] += seconds
    terminalreporter.section("seconds of processor time")
    terminalreporter.write_line(f"{_collecting:8.1f} until collected")
    terminalreporter.write_line(f"{sum(_spent.values()):8.1f} in {len(_spent)} tests")
    for table in (files, _spent):
        terminalreporter.write_line("")
        for name, seconds in nlargest(SHOWN, table.items(), key=lambda entry: entry[1]):
            terminalreporter.write_line(f"{seconds:8.1f} {name}")
