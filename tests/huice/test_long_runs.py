"""Runs that are stopped, killed, gone on with, or find the disk full: nothing is lost, and the figures are the same."""

from __future__ import annotations

import errno
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from huice.programs import open_program
from simulator import whole_files
from simulator.checkpoint import Checkpoint, CheckpointError
from simulator.run import Interrupted, simulate
from tests.huice.helpers import run, write

TOWN = """\
policy town
  in force 2024-01-01 to 2026-12-31
kind side: north, south
entity person
  has home: side
  has employed: yes/no monthly
fund aid
clause grant
  for person
  employed ≥ 3 months → 3000 yuan once
  paid from aid
clause rent
  for person
  employed → 100 yuan per month
  paid from aid
limit grant to 40
target kept: count of person where employed ≥ 40 by 2026-06-30
scenario baseline for town
  period 2025-01 to 2026-12
  unknown rate ~ beta(8, 152)
  population person
    arrive poisson(4) per month from 2025-01 to 2026-12
    home ~ north 50%, south 50%
    employed starts on arrival, ends at rate per month
  claims
    taken up with chance 90%
  budget aid 2025 = 80_000 yuan
  budget aid 2026 = 80_000 yuan
"""
FILES = ("budget.xlsx", "report.html", "draws.parquet", "results.json")


@pytest.fixture
def town(tmp_path: Path) -> Path:
    return write(tmp_path / "town.policy", TOWN)


def simulated(town: Path, **more: Any) -> Any:
    loaded = open_program(str(town))
    assert loaded.model is not None and loaded.ir is not None
    options: dict[str, Any] = {"draws": 512, "by": "home", "chunk": 32} | more
    return simulate(loaded.model, loaded.ir, **options)


def figures(results: Any) -> str:
    return json.dumps({name: value for name, value in results.to_dict().items() if name != "timing"})


def stop_after(draws: int) -> Callable[[int, int], None]:
    def progress(done: int, _total: int) -> None:
        if done >= draws:
            raise KeyboardInterrupt

    return progress


def test_progress_counts_draws(town: Path) -> None:
    seen: list[tuple[int, int]] = []
    simulated(town, draws=128, on_progress=lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, 128) and seen[-1] == (128, 128)
    assert seen == sorted(seen)


@pytest.mark.parametrize(("after", "left"), [(20, 32), (60, 64), (100, 128), (300, 256), (400, 256)])
def test_what_is_stopped_gives_the_results_of_so_many_draws(town: Path, after: int, left: int) -> None:
    with pytest.raises(Interrupted) as stopped:
        simulated(town, on_progress=stop_after(after))
    results = stopped.value.results
    assert results is not None and results.draws == left
    partial, whole = results.to_dict(), simulated(town, draws=left).to_dict()
    assert partial["partial"] == {"draws": left, "of": 512}
    assert "stopped" in partial["notes"][-1]
    for part in ("total", "clauses", "years", "months", "groups", "refused", "targets", "arrivals"):
        assert partial[part] == whole[part], part
    if after == 400:  # all twins are done
        assert partial["variance"] == whole["variance"]


def test_what_is_stopped_at_once_has_no_results(town: Path) -> None:
    with pytest.raises(Interrupted) as stopped:
        simulated(town, on_progress=stop_after(0))
    assert stopped.value.results is None


@pytest.mark.parametrize("after", [16, 100, 300, 500])
def test_gone_on_with_it_ends_as_if_undisturbed(town: Path, tmp_path: Path, after: int) -> None:
    place = tmp_path / "kept"
    with pytest.raises(Interrupted):
        simulated(town, on_progress=stop_after(after), checkpoint=Checkpoint(place))
    begun: list[int] = []
    again = Checkpoint(place, resume=True)
    results = simulated(town, checkpoint=again, on_progress=lambda done, _: begun.append(done))
    assert again.found is not None and 0 < begun[0] <= after + 32
    assert figures(results) == figures(simulated(town))


def test_a_checkpoint_of_another_run_is_refused(town: Path, tmp_path: Path) -> None:
    place = tmp_path / "kept"
    with pytest.raises(Interrupted):
        simulated(town, on_progress=stop_after(100), checkpoint=Checkpoint(place))
    before = sorted(path.name for path in place.iterdir())
    with pytest.raises(CheckpointError) as seed:
        simulated(town, seed=2, checkpoint=Checkpoint(place, resume=True))
    assert "the seed (1, now 2)" in seed.value.text.en and "随机种子" in seed.value.text.zh
    write(town, TOWN.replace("3000 yuan", "3001 yuan"))
    with pytest.raises(CheckpointError) as policy:
        simulated(town, checkpoint=Checkpoint(place, resume=True))
    assert "the policy" in policy.value.text.en
    assert sorted(path.name for path in place.iterdir()) == before


def test_a_damaged_piece_is_made_anew(town: Path, tmp_path: Path) -> None:
    place = tmp_path / "kept"
    with pytest.raises(Interrupted):
        simulated(town, on_progress=stop_after(300), checkpoint=Checkpoint(place, every=0))
    pieces = sorted(place.glob("draws-*.npz"))
    assert len(pieces) > 3
    data = bytearray(pieces[2].read_bytes())
    data[len(data) // 2] ^= 0xFF
    pieces[2].write_bytes(bytes(data))
    results = simulated(town, checkpoint=Checkpoint(place, resume=True))
    assert figures(results) == figures(simulated(town))


# ---------------------------------------------------------------- through the command
def test_after_the_run_nothing_is_left_of_the_checkpoint(town: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("simulate", town, "--draws", 16, "--out", out).status == 0
    assert sorted(path.name for path in out.iterdir()) == sorted((*FILES, "manifest.json", "results"))
    assert run("simulate", town, "--draws", 16, "--resume").status == 2


def test_a_comparison_is_kept_until_it_is_done(town: Path, tmp_path: Path) -> None:
    other, place = tmp_path / "other.policy", tmp_path / "kept"
    write(other, TOWN.replace("3000 yuan", "4000 yuan"))
    assert run("compare", town, other, "--draws", 16, "--resume").status == 2
    whole = json.loads(run("compare", town, other, "--draws", 16, "--by", "home", "--json").out)["difference"]
    with pytest.raises(Interrupted):  # as if the first version had been stopped in such a comparison
        simulated(town, draws=16, on_progress=stop_after(0), checkpoint=Checkpoint(place / "a"))
    assert (place / "a" / "run.json").exists()
    done = run("compare", town, other, "--draws", 16, "--by", "home", "--json", "--checkpoint", place, "--resume")
    assert done.status == 0 and json.loads(done.out)["difference"] == whole
    assert not place.exists()


def started(town: Path, out: Path, *options: object) -> subprocess.Popen[str]:
    """The command with pieces after every chunk of 32 draws; a word on standard output for each piece."""
    program = f"""
import sys, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from functools import partial
from huice.cli import checkpoints, main, simulate_command
from simulator import checkpoint, run
checkpoints.Checkpoint = partial(checkpoint.Checkpoint, every=0)
simulate_command.simulate = partial(run.simulate, chunk=32)
sys.argv = {["huice", "simulate", *(str(o) for o in (town, "--draws", 512, "--by", "home", "--out", out, *options))]!r}
main()
"""
    return subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def bytes_of(out: Path) -> dict[str, bytes]:
    tables = sorted(path.relative_to(out).as_posix() for path in (out / "results").iterdir())
    assert "results/flows.parquet" in tables
    return {name: (out / name).read_bytes() for name in (*FILES, *tables)}


def test_ctrl_c_gives_the_partial_result_and_resume_the_whole(town: Path, tmp_path: Path) -> None:
    out, whole = tmp_path / "out", tmp_path / "whole"
    process = started(town, out)
    while len(list(out.glob("checkpoint/draws-*.npz"))) < 3 and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    printed, errors = process.communicate()
    assert process.returncode == 130, errors
    assert "of 512 (stopped)" in printed and "--resume goes on from there" in errors
    partial = json.loads((out / "results.json").read_text("utf-8"))
    assert partial["partial"]["of"] == 512 and partial["draws"] == partial["partial"]["draws"] < 512
    assert "The run was stopped" in (out / "report.html").read_text("utf-8")
    process = started(town, out, "--resume")
    assert process.communicate() and process.returncode == 0
    assert started(town, whole).wait() == 0
    assert bytes_of(out) == bytes_of(whole)
    assert not (out / "checkpoint").exists()


def killed_again_and_again(town: Path, tmp_path: Path, times: int, seed: int) -> None:
    """Kill at random moments, from before the first piece to the writing of the results; go on each time."""
    whole = tmp_path / "whole"
    begin = time.monotonic()
    assert started(town, whole).wait() == 0
    lasts = time.monotonic() - begin
    wanted = bytes_of(whole)
    moments = random.Random(seed)
    out = tmp_path / "out"
    kills = 0
    done = 0
    while kills < times:
        process = started(town, out, "--resume")
        time.sleep(moments.uniform(0.1, 1.0) * lasts)
        process.kill()
        process.communicate()
        kills += process.returncode == -signal.SIGKILL
        pieces = sorted(out.glob("checkpoint/draws-*.npz"))
        reached = max((int(path.stem.split("-")[2]) for path in pieces), default=0)
        if (out / "results.json").exists():  # whole files only
            assert bytes_of(out)["results.json"] == wanted["results.json"]
            if process.returncode == 0:
                assert bytes_of(out) == wanted
                reached = 0
                for path in (each for each in out.iterdir() if each.is_file()):
                    path.unlink()
        assert reached >= done or not (out / "checkpoint").exists(), "what a piece held is not lost"
        done = reached
    process = started(town, out, "--resume")
    _, errors = process.communicate()
    assert process.returncode == 0, errors
    assert bytes_of(out) == wanted


def test_killed_at_any_moment(town: Path, tmp_path: Path) -> None:
    killed_again_and_again(town, tmp_path, times=5, seed=1)


@pytest.mark.slow
def test_killed_at_fifty_moments(town: Path, tmp_path: Path) -> None:
    killed_again_and_again(town, tmp_path, times=50, seed=2)


# ---------------------------------------------------------------- a full disk
def full_disk(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """The disk is full once `after` files have been put on it: found when their bytes are flushed, as on a real one."""
    to_disk, written = whole_files._to_disk, []

    def flush(place: Path) -> None:
        if place.is_file():
            written.append(place)
            if len(written) > after:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        to_disk(place)

    monkeypatch.setattr(whole_files, "_to_disk", flush)


@pytest.mark.parametrize("after", [1, 2, 5])
def test_a_full_disk_leaves_the_old_files(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    out = tmp_path / "out"
    assert run("simulate", town, "--draws", 16, "--seed", 5, "--out", out).status == 0
    before = bytes_of(out)
    full_disk(monkeypatch, after)
    done = run("simulate", town, "--draws", 16, "--seed", 6, "--out", out)
    assert done.status == 2
    assert "No space left on device" in done.err
    assert "total" in done.out, "the figures are printed all the same"
    now = bytes_of(out)
    assert now == before, "not some of them"
    assert not list(out.glob(f"{whole_files.PARTIAL}*"))


def test_a_disk_that_is_really_full(town: Path, tmp_path: Path) -> None:
    """On a file system of its own of 2 MB, where one can be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    script = f"""
mount -t tmpfs -o size=2m tmpfs {disk} || exit 77
{sys.executable} -m huice simulate {town} --draws 16 --seed 5 --clauses grant --out {disk}/out > /dev/null || exit 1
md5sum {disk}/out/*.* > {tmp_path}/sums
dd if=/dev/zero of={disk}/rest bs=1k 2> /dev/null
{sys.executable} -m huice simulate {town} --draws 16 --seed 6 --clauses grant --out {disk}/out > {tmp_path}/printed
test $? = 2 || exit 2
md5sum --quiet -c {tmp_path}/sums || exit 3
"""
    done = subprocess.run(["unshare", "-rm", "sh", "-c", script], capture_output=True, text=True)
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("no file system can be mounted here")
    assert done.returncode == 0, done.stderr
    assert "No space left on device" in done.stderr


def test_a_full_disk_while_it_runs_costs_the_checkpoint_only(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Checkpoint(tmp_path / "kept", every=0)
    full_disk(monkeypatch, 4)
    results = simulated(town, checkpoint=kept)
    assert kept.failed == os.strerror(errno.ENOSPC)
    monkeypatch.undo()
    assert figures(results) == figures(simulated(town))
    assert figures(simulated(town, checkpoint=Checkpoint(tmp_path / "kept", resume=True))) == figures(results)


def test_what_a_run_may_not_write_is_said_before_it_begins(town: Path, tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("a file")
    done = run("simulate", town, "--draws", 16, "--checkpoint", place)
    assert done.status == 2 and "cannot be written" in done.err
    assert place.read_text() == "a file"


def test_files_of_others_in_the_folder_stay(town: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    mine = write(tmp_path / "kept" / "mine-1-2.npz", "mine")
    assert run("simulate", town, "--draws", 16, "--checkpoint", tmp_path / "kept").status == 0
    assert [path.name for path in (tmp_path / "kept").iterdir()] == [mine.name]
