"""The command with real saves: a pipe, a terminal, and what it does when files come and go."""

from __future__ import annotations

import json
import os
import pty
import queue
import re
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

PATIENCE = 120.0  # seconds; only for machines that are very busy
POLICY = """policy p
  in force 2025-01-01 to 2026-12-31
entity person
  has employed: yes/no monthly
clause living "生活补贴"
  for person
  employed → 300 yuan per month
clause grant "一次性补助"
  for person
  employed ≥ 2 months → 1000 yuan once
"""
SCENARIO = """scenario baseline for p
  period 2025-01 to 2025-12
  unknown arrivals ~ uniform(3, 8)
  population person
    arrive poisson(arrivals) per month
    employed starts on arrival, ends at 8% per month
"""


class Watched:
    """`huice watch` in a pipe; what it says is read line by line."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "huice", "watch", *arguments],
            cwd=folder, env=os.environ | {"LC_ALL": "C.UTF-8"}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, encoding="utf-8",
        )  # fmt: skip
        self.lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))

    def line(self) -> str:
        return self.lines.get(timeout=PATIENCE)

    def until(self, holds: Callable[[str], bool]) -> list[str]:
        """Everything up to the first line that holds."""
        found: list[str] = []
        while not found or not holds(found[-1]):
            found.append(self.line())
        return found

    def event(self, name: str, **more: Any) -> dict[str, Any]:
        """The next event of that name with these values."""
        while True:
            found: dict[str, Any] = json.loads(self.line())
            if found["event"] == name and all(found.get(key) == value for key, value in more.items()):
                return found

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Callable[..., Watched]]:
    started: list[Watched] = []

    def start(*arguments: str) -> Watched:
        started.append(Watched(tmp_path, *arguments))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def save(path: Path, text: str) -> None:
    """As careful editors do: beside it, then in its place."""
    beside = path.with_suffix(".new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def test_a_session(tmp_path: Path, watch: Callable[..., Watched]) -> None:
    path = tmp_path / "p.policy"
    path.write_text(POLICY + SCENARIO, encoding="utf-8")
    watched = watch("p.policy", "--json", "--draws", "32")
    assert watched.event("watching")["files"] == ["p.policy"]
    assert watched.event("checked") == {"event": "checked", "errors": 0, "diagnostics": []}
    first = watched.event("budget", final=True)["total"]["entitled"]["mean"]

    path.write_text((POLICY + SCENARIO).replace("1000 yuan", "1500 yuan"), encoding="utf-8")  # in place
    change = watched.event("change", final=True)
    assert change["simulated"] == ["grant"] and list(change["clauses"]) == ["grant"] and change["draws"] == 32
    grant, total = change["clauses"]["grant"]["entitled"], change["total"]["entitled"]
    assert grant["now"] == pytest.approx(1.5 * grant["was"]) and total["was"] == pytest.approx(first)
    assert total["change"] == pytest.approx(grant["change"]) == pytest.approx(change["years"]["2025"]["paid"]["change"])
    assert 0 < total["error"] < total["change"] and "since_start" not in change

    save(path, (POLICY + SCENARIO).replace("1000 yuan", "1500 yuann"))  # a mistake
    assert watched.event("checked")["errors"] == 1
    save(path, (POLICY + SCENARIO).replace("300 yuan", "310 yuan"))  # against the last good one
    change = watched.event("change", final=True)
    assert set(change["clauses"]) == {"living", "grant"} and change["simulated"] == ["living"]
    assert change["clauses"]["grant"]["entitled"]["change"] == pytest.approx(-grant["change"])
    assert change["since_start"] == pytest.approx(change["total"]["entitled"]["now"] - first)

    path.unlink()
    assert "p.policy" in watched.event("missing")["message"]
    save(path, (POLICY + SCENARIO).replace("300 yuan", "310 yuan"))
    change = watched.event("change")
    assert change["final"] and change["clauses"] == {} and change["total"]["entitled"]["change"] == 0
    assert watched.stop() == 0 and watched.event("stopped")
    assert watched.process.stderr is not None and watched.process.stderr.read() == ""


def test_modules_and_the_policy_of_a_scenario(tmp_path: Path, watch: Callable[..., Watched]) -> None:
    (tmp_path / "base.policy").write_text("parameter rate: money = 300 yuan\n", encoding="utf-8")
    (tmp_path / "p.policy").write_text(
        POLICY.replace("entity person", "use base\nentity person").replace("300 yuan", "rate"), encoding="utf-8"
    )
    (tmp_path / "s.policy").write_text(SCENARIO, encoding="utf-8")
    watched = watch("s.policy", "--json", "--draws", "16")
    assert {Path(name).name for name in watched.event("watching")["files"]} == {"s.policy", "p.policy", "base.policy"}
    watched.event("budget", final=True)
    save(tmp_path / "base.policy", "parameter rate: money = 400 yuan\n")
    assert watched.event("saved")["files"] == ["base.policy"]
    assert watched.event("change", final=True)["simulated"] == ["living"]
    save(tmp_path / "p.policy", (tmp_path / "p.policy").read_text("utf-8").replace("1000 yuan", "900 yuan"))
    assert watched.event("change", final=True)["simulated"] == ["grant"]
    save(tmp_path / "s.policy", SCENARIO.replace("8%", "5%"))
    assert set(watched.event("change", final=True)["simulated"]) == {"living", "grant"}
    (tmp_path / "base.policy").unlink()
    assert watched.event("checked")["errors"] > 0
    save(tmp_path / "base.policy", "parameter rate: money = 410 yuan\n")
    assert watched.event("change", final=True)["total"]["entitled"]["change"] > 0
    assert watched.stop() == 0


def test_what_cannot_be_simulated(tmp_path: Path, watch: Callable[..., Watched]) -> None:
    path = tmp_path / "p.policy"
    path.write_text(POLICY, encoding="utf-8")
    watched = watch("p.policy", "--json", "--draws", "16", "--lang", "zh")
    assert "没有情景" in watched.event("no scenario")["message"]
    save(path, POLICY + SCENARIO.replace("    employed starts on arrival, ends at 8% per month\n", ""))
    assert watched.event("not simulated")["diagnostics"]
    wages = (POLICY + SCENARIO).replace("  has employed", "  has wage: money\n  has employed")
    wages = wages.replace("employed → 300 yuan", "employed and wage ≤ 3000 yuan → 300 yuan")
    save(path, wages.replace("    employed starts", '    wage ~ empirical("wages.csv")\n    employed starts'))
    (said,) = watched.event("not simulated")["diagnostics"]
    assert said["code"] == "HC615" and "wages.csv" in said["message"]
    save(tmp_path / "wages.csv", "wage\n2500\n3500\n")  # the files that it names are followed too
    assert watched.event("saved")["files"] == ["wages.csv"]
    watched.event("budget", final=True)
    save(tmp_path / "wages.csv", "wage\n3500\n3600\n")
    assert watched.event("change", final=True)["total"]["entitled"]["change"] < 0
    assert watched.stop() == 0


def test_one_line_an_event(tmp_path: Path, watch: Callable[..., Watched]) -> None:
    path = tmp_path / "p.policy"
    path.write_text(POLICY + SCENARIO, encoding="utf-8")
    watched = watch("p.policy", "--draws", "32", "--lang", "en")
    said = watched.until(lambda line: "total" in line)
    assert "watching p.policy" in said[0] and "no findings: 2 clauses" in said[1] and "32 draws" in said[2]
    save(path, (POLICY + SCENARIO).replace("1000 yuan", "1500 yuann").replace("300 yuan", "300 yuam"))
    said = watched.until(lambda line: line.endswith("2 errors"))
    assert [line.count("p.policy:") for line in said] == [0, 1, 1, 0] and "error HC118" in said[1]
    save(path, (POLICY + SCENARIO).replace("1000 yuan", "800 yuan"))
    (change,) = [line for line in watched.until(lambda line: "32 draws" in line) if "32 draws" in line]
    assert re.match(r"\d\d:\d\d:\d\d total [\d,]+ → [\d,]+ \(-[\d,]+ ±[\d,]+\) · grant -[\d,]+ · 32 draws", change)
    save(path, (POLICY + SCENARIO).replace("1000 yuan", "800 yuan") + "# a remark\n")
    assert "the budget is as it was" in watched.until(lambda line: "budget" in line)[-1]
    assert watched.stop() == 0
    after = watched.until(lambda line: line.endswith("stopped watching"))
    assert all("the budget is as it was" in line for line in after[:-1])  # said again, if there was time


def test_on_a_terminal(tmp_path: Path) -> None:
    path = tmp_path / "p.policy"
    path.write_text(POLICY + SCENARIO, encoding="utf-8")
    child, terminal = pty.fork()
    if child == 0:  # pragma: no cover
        os.chdir(tmp_path)
        os.environ |= {"LC_ALL": "C.UTF-8", "TERM": "xterm", "COLUMNS": "100"}
        os.execv(sys.executable, [sys.executable, "-m", "huice", "watch", "p.policy", "--draws", "32", "--lang", "zh"])
    seen = ""

    def until(text: str) -> str:
        """What was written since the last call, to the first place where this stands."""
        nonlocal seen
        limit = time.monotonic() + PATIENCE
        while text not in seen and time.monotonic() < limit:
            if select.select([terminal], [], [], 1.0)[0]:
                seen += os.read(terminal, 1 << 16).decode("utf-8", "replace")
        before, found, seen = seen.partition(text)
        assert found, before
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", before)

    until("正在监视 p.policy")
    until("32 次抽样 ·")
    save(path, (POLICY + SCENARIO).replace("1000 yuan", "1500 yuan"))
    until("· p.policy")
    shown = until("32 次抽样 ·")
    assert "未发现问题：共 2 个条款" in shown and "一次性补助" in shown and "生活补贴" not in shown
    save(path, (POLICY + SCENARIO).replace("1000 yuan", "1500 yuann"))
    assert "错误 HC118" in until("1 个错误")
    os.write(terminal, b"\x03")
    until("已停止监视")
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-"], "cannot be watched"),
        (["std:nothing"], "no standard policy"),
        (["nowhere/p.policy"], "no such file"),
        (["p.policy", "--draws", "1"], "16"),
    ],
)
def test_wrong_usage(tmp_path: Path, arguments: list[str], said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "huice", "watch", *arguments],
        cwd=tmp_path, env=os.environ | {"LC_ALL": "C.UTF-8"}, capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 2 and said in done.stderr
