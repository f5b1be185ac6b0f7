"""Which scenario is meant by FILE and --scenario: one of FILE's by name, or one in a file of its own."""

from __future__ import annotations

from huice.programs import Loaded
from lang.parsing.parse import parse
from lang.tree.declarations import Scenario

SUFFIX = ".policy"


def file_of(file: str, scenario: str | None) -> str:
    """The file to open: that of the scenario, where `--scenario` names one."""
    return scenario if scenario is not None and scenario.endswith(SUFFIX) else file


def name_of(loaded: Loaded, scenario: str | None) -> str | None:
    """The scenario's name in what was opened: as given; else the only one that stands in the file itself."""
    if scenario is not None and not scenario.endswith(SUFFIX):
        return scenario
    if loaded.source is None:
        return None
    own = [d.name.text for d in parse(loaded.source)[0].declarations if isinstance(d, Scenario)]
    return own[0] if len(own) == 1 else None


def same_policy(file: str, loaded: Loaded) -> bool:
    """Whether the scenario that was opened is for the policy of FILE."""
    from huice.programs import open_program

    if loaded.file == file or loaded.model is None:
        return True
    other = open_program(file)
    return other.model is None or other.model.name == loaded.model.name
