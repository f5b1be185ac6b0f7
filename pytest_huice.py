"""The pytest plugin of Huice: the cases and properties of `.policy` files are tests.

Collected are files that are named (`pytest my.policy`, `pytest "my.policy::three months"`) and, with the ini option
`huice_policies` (names with wildcards), those in the tree. A project that has not asked for it is never collected.

It stands outside the package `huice` because pytest imports it at every start, in any project of an environment where
Huice is installed: importing `huice` would bring the rooms of Huice (`lang`, `compiler`, …) into projects that have
packages of those names themselves. Nothing of Huice is imported before a policy is collected.
"""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini(
        "huice_policies",
        "names of .policy files whose cases and properties are tests (wildcards; none: only files that are named)",
        type="args",
        default=[],
    )
    parser.addini("huice_examples", "people drawn for each property of a .policy file", default="100")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix != ".policy":
        return None
    wanted = any(_matches(file_path, name, parent.config) for name in parent.config.getini("huice_policies"))
    if not wanted and not _named(file_path, parent.config):
        return None
    try:
        from huice.testing.items import PolicyFile
    except ImportError as error:
        raise pytest.UsageError(f"{file_path}: {error}") from error
    collected: PolicyFile = PolicyFile.from_parent(parent, path=file_path)
    return collected


def _named(path: Path, config: pytest.Config) -> bool:
    """Whether the file itself stands on the command line."""
    place = config.invocation_params.dir
    return any((place / str(argument).split("::", 1)[0]).resolve() == path.resolve() for argument in config.args)


def _matches(path: Path, name: str, config: pytest.Config) -> bool:
    try:
        relative = path.relative_to(config.rootpath).as_posix()
    except ValueError:
        relative = path.name
    return fnmatch(relative, name) or fnmatch(path.name, name)
