"""When a file counts as saved: written in place, by renaming, in pieces, taken away and brought back."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from huice.watch.files import LONGEST, SETTLE, Followed, state


class Time:
    """A clock that moves only by sleeping; `then` are things that happen while it sleeps."""

    def __init__(self, *then: Callable[[], object]) -> None:
        self.now, self.then = 0.0, list(then)

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        if self.then:
            self.then.pop(0)()


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "p.policy"
    path.write_text("policy p", encoding="utf-8")
    return path


def followed(path: Path, *then: Callable[[], object]) -> tuple[Followed, Time]:
    time = Time(*then)
    found = Followed(sleep=time.sleep, clock=lambda: time.now)
    found.follow({path: state(path)})
    return found, time


def test_nothing_is_no_save(policy: Path) -> None:
    found, time = followed(policy)
    assert found.settled() == () and time.now == 0


def test_a_save_is_told_once(policy: Path) -> None:
    found, time = followed(policy)
    policy.write_text("policy pp", encoding="utf-8")
    assert found.settled() == (policy,) and time.now == SETTLE
    assert found.settled() == ()


def test_the_same_length_in_the_same_place(policy: Path) -> None:
    found, _ = followed(policy)
    policy.write_text("policy q", encoding="utf-8")
    os.utime(policy, ns=(1, policy.stat().st_mtime_ns + 1))
    assert found.settled() == (policy,)


def test_a_save_by_renaming(policy: Path) -> None:
    found, _ = followed(policy)
    times = policy.stat()
    beside = policy.with_suffix(".tmp")
    beside.write_text("policy q", encoding="utf-8")
    os.utime(beside, ns=(times.st_atime_ns, times.st_mtime_ns))  # even with the very time of the old one
    beside.replace(policy)
    assert found.settled() == (policy,)


def test_a_file_in_pieces_is_read_when_it_is_whole(policy: Path) -> None:
    pieces = iter(("poli", "policy lo", "policy longer"))
    found, time = followed(policy, *[lambda: policy.write_text(next(pieces), encoding="utf-8")] * 3)
    policy.write_text("", encoding="utf-8")
    assert found.settled() == (policy,)
    assert policy.read_text(encoding="utf-8") == "policy longer" and time.now == pytest.approx(4 * SETTLE)


def test_an_empty_file_is_given_a_while(policy: Path) -> None:
    found, time = followed(policy)
    policy.write_text("", encoding="utf-8")
    assert found.settled() == (policy,) and time.now >= LONGEST
    assert found.settled() == ()


def test_taken_away_and_brought_back(policy: Path) -> None:
    found, _ = followed(policy)
    policy.unlink()
    assert found.settled() == (policy,)
    policy.write_text("policy p", encoding="utf-8")
    assert found.settled() == (policy,)


def test_deleted_and_written_anew_at_once_is_one_save(policy: Path) -> None:
    found, _ = followed(policy, lambda: None, lambda: policy.write_text("policy new", encoding="utf-8"))
    policy.unlink()
    assert found.settled() == (policy,) and policy.exists()
    assert found.settled() == ()


def test_a_folder_of_tables(tmp_path: Path) -> None:
    folder = tmp_path / "roster"
    folder.mkdir()
    (folder / "person.csv").write_text("id\n1\n", encoding="utf-8")
    found, _ = followed(folder)
    (folder / "person.csv").write_text("id\n1\n2\n", encoding="utf-8")
    assert found.settled() == (folder,)


def test_what_is_followed_anew_keeps_the_state_it_was_read_in(policy: Path, tmp_path: Path) -> None:
    found, _ = followed(policy)
    policy.write_text("saved while it was read", encoding="utf-8")
    found.follow({policy: state(policy), tmp_path / "later.policy": None})
    assert found.settled() == (policy,)
    (tmp_path / "later.policy").write_text("policy later", encoding="utf-8")
    assert found.settled() == (tmp_path / "later.policy",)


def test_what_was_saved_between_reading_and_following_is_told(policy: Path, tmp_path: Path) -> None:
    found, _ = followed(policy)
    module = tmp_path / "base.policy"
    module.write_text("parameter rate: money = 300 yuan", encoding="utf-8")
    as_read = state(module)
    module.write_text("parameter rate: money = 4000 yuan", encoding="utf-8")
    found.follow({policy: state(policy), module: as_read})
    assert found.settled() == (module,)
