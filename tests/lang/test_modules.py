"""Modules and scenario files: found by name only, each once, circles shown."""

from __future__ import annotations

from pathlib import Path

from lang.diagnostics import Diagnostic
from lang.model import Program
from lang.modules import FolderLoader
from lang.program import load
from lang.source import Source

POLICY = "policy p\n  in force 2021-01-01\nuse {}\nclause c\n  for person\n  poor → 1 yuan once\n"
WORDS = "entity person\n  has poor: yes/no\n"


def read(folder: Path, name: str) -> tuple[Program | None, tuple[Diagnostic, ...]]:
    path = folder / f"{name}.policy"
    standard = folder / "std"
    loader = FolderLoader((folder,), standard=lambda n: standard / n if (standard / n).is_dir() else None)
    return load(Source(path.read_text(encoding="utf-8"), str(path)), loader)


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.policy").write_text(text, encoding="utf-8")


def one(folder: Path, name: str) -> Diagnostic:
    program, found = read(folder, name)
    assert program is None and len(found) == 1, [d.message.en for d in found]
    return found[0]


def test_a_module_of_a_module_is_read_once(tmp_path: Path) -> None:
    write(tmp_path, main=POLICY.format("a\nuse b"), a="use b\nkind k: x, y\n", b=WORDS)
    program, found = read(tmp_path, "main")
    assert found == () and program is not None
    assert (list(program.kinds), list(program.entities)) == (["k"], ["person"])
    assert [Path(source.name).stem for source in program.sources] == ["b", "a", "main"]


def test_a_module_that_is_not_there(tmp_path: Path) -> None:
    write(tmp_path, main=POLICY.format("vocab"))
    assert (one(tmp_path, "main").code, one(tmp_path, "main").span.text) == ("HC210", "vocab")


def test_paths_and_links_that_lead_out_are_refused(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    write(tmp_path, secret=WORDS)
    (inside / "link.policy").symlink_to(tmp_path / "secret.policy")
    for name, code in (("../secret", "HC211"), ("link", "HC211"), (str(tmp_path / "secret"), "HC211")):
        write(inside, main=POLICY.format(name))
        assert one(inside, "main").code == code, name


def test_modules_in_a_circle_show_the_path(tmp_path: Path) -> None:
    write(tmp_path, main=POLICY.format("a"), a="use b\n" + WORDS, b="use c\n", c="use a\n")
    _, found = read(tmp_path, "main")
    assert [d.code for d in found] == ["HC212"]
    assert "a → b → c → a" in found[0].message.en


def test_a_policy_is_no_module(tmp_path: Path) -> None:
    write(tmp_path, main=POLICY.format("other"), other="policy q\n  in force 2021-01-01\n")
    assert one(tmp_path, "main").code == "HC213"


def test_a_name_declared_in_the_module_too(tmp_path: Path) -> None:
    write(tmp_path, main=POLICY.format("a") + WORDS, a=WORDS)
    found = one(tmp_path, "main")
    assert found.code == "HC202"
    assert Path(found.labels[0].span.source.name).stem == "a"


SCENARIO = (
    "scenario low for {}\n  period 2021-01 to 2021-12\n  population person\n    arrive 3 in 2021-01\n    poor ~ 50%\n"
)


def test_a_file_with_only_a_scenario(tmp_path: Path) -> None:
    folder = tmp_path / "std" / "q"
    folder.mkdir(parents=True)
    write(folder, q=POLICY.format("words").replace("policy p", "policy q"), words=WORDS)
    write(tmp_path, p=POLICY.format("words"), words=WORDS, own=SCENARIO.format("p"), std=SCENARIO.format("std:q"))
    for name, policy in (("own", "p"), ("std", "q")):
        program, found = read(tmp_path, name)
        assert found == () and program is not None
        assert (program.name, list(program.scenarios)) == (policy, ["low"])


def test_the_policy_of_a_scenario_is_not_there(tmp_path: Path) -> None:
    write(tmp_path, own=SCENARIO.format("std:nowhere"), out=SCENARIO.format("std:../own"))
    found = one(tmp_path, "own")
    assert (found.code, found.span.text) == ("HC215", "std:nowhere")
    assert read(tmp_path, "out")[0] is None
