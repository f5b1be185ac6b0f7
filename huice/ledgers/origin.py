"""What a ledger is made from, as its manifest records it: policy and modules, facts, parameters, names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from huice.ledgers.manifest import Origin, hashes_of_facts
from huice.privacy.masking import is_uncovered, masked
from huice.privacy.pseudonyms import Pseudonyms
from huice.settings import parameter_value
from lang.model import Program


def origin_of(
    program: Program,
    facts: str,
    settings: Iterable[str],
    until: str | None,
    pseudonyms: Pseudonyms | None = None,
    faults: int = 0,
) -> Origin:
    """`facts`, `settings`, `until` as on the command line; the settings have been read before without complaint."""
    written = {}
    for setting in settings:
        name, _, value = setting.partition("=")
        written[parameter_value(program, name.strip(), value.strip())[0]] = value.strip()
    identities = "pseudonyms" if pseudonyms is not None else "plain" if is_uncovered() else "masked"
    return Origin(
        policy=hashes_of_policy(program),
        facts={masked(name): digest for name, digest in hashes_of_facts(facts).items()},
        parameters=written,
        until=until,
        identities=identities,
        key=None if pseudonyms is None else pseudonyms.fingerprint,
        faults=faults,
    )


def hashes_of_policy(program: Program) -> dict[str, str]:
    """SHA-256 of the policy's file and of every module that it uses (without a byte-order mark), by name of file."""
    found = {}
    for source in program.sources:
        name = source.name if source.name.startswith("std:") else Path(source.name).name
        found[masked(name)] = hashlib.sha256(source.text.encode("utf-8", "surrogatepass")).hexdigest()
    return dict(sorted(found.items()))
