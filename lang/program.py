"""From text to checked program: parse, modules, name spaces, expressions. The front end on one page.

`load` takes a source and a loader, `check_program` a parsed file with its modules. Both give the program (None when
there is any error) and every finding, of which none is the mere consequence of another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from lang import model
from lang.checking import symbols
from lang.checking.assumptions import report_gaps
from lang.checking.case import check_cases
from lang.checking.clauses import check_clauses, check_pots, declare_clauses
from lang.checking.declarations import check_entities, check_funds, check_kinds, check_parameters, check_sets
from lang.checking.definitions import check_definitions
from lang.checking.environment import Environment
from lang.checking.findings import Findings, capped
from lang.checking.groups import check_groups, check_limits, check_properties, check_targets
from lang.checking.policy import check_policy
from lang.checking.readers_words import in_the_readers_words
from lang.checking.scenario import check_scenarios
from lang.checking.tables import check_tables
from lang.codes import CODES
from lang.diagnostics import Diagnostic, Text
from lang.modules import Loader, NoFiles, load_modules
from lang.parsing.parse import parse
from lang.source import Source, Span
from lang.tree import declarations as tree
from lang.tree.declarations import File

T = TypeVar("T")

# Findings that may only be the echo of a statement that could not be read.
_ECHOES = frozenset(
    {"HC128", "HC214", "HC217", "HC325", "HC328", "HC502", "HC512", "HC514", "HC515", "HC518"},
)
# A name that is not known may be that of a module which could not be read, or the one that a declaration lacks. Those
# that statements with a fault name themselves are in `File.lost`, and nothing is said of them.
_NAMES = frozenset({"HC201", "HC203", "HC206", "HC210"})


def load(source: Source, loader: Loader | None = None) -> tuple[model.Program | None, tuple[Diagnostic, ...]]:
    """Read a policy, or a scenario with the policy that it is for."""
    loader = loader or NoFiles()
    file, written = parse(source)
    findings = list(written)
    modules, of_modules = load_modules(file, source, loader)
    findings += of_modules
    file, beside, more = _with_policy(file, source, loader)
    findings += more
    broken = bool(more) or any(CODES[found.code].severity == "error" for found in findings)
    if more and not _of_type(file, tree.Policy):
        return None, tuple(findings)
    program, checked = check_program(file, (*beside, *modules))
    if broken:
        program = None
        unread = file.unnamed or any(CODES[found.code].severity == "error" for found in (*of_modules, *more))
        echoes = _ECHOES | _NAMES if unread else _ECHOES
        said = {(found.code, found.span.start) for found in written}
        alike = {found.span for found in written if found.code == "HC104"}  # told already: not the name it looks like
        checked = tuple(
            found
            for found in checked
            if ((found.code not in echoes and not found.echo) or found.edit is not None)
            and (found.code, found.span.start) not in said
            and found.span not in alike
        )
    return program, (*findings, *(checked if program is not None else capped(checked)))


def _with_policy(file: File, source: Source, loader: Loader) -> tuple[File, tuple[File, ...], list[Diagnostic]]:
    """A file of scenarios alone, joined with the policy that they name (its modules beside it)."""
    scenarios = _of_type(file, tree.Scenario)
    if not scenarios or len(scenarios) < len(file.declarations):
        return file, (), []
    reference = scenarios[0].policy
    found = loader.policy(reference, source)
    findings = list(found.diagnostics)
    if found.source is None:
        if not findings:
            findings = [_no_policy_found(scenarios[0], reference)]
        return file, (), findings
    policy, written = parse(found.source)
    modules, of_modules = load_modules(policy, found.source, loader)
    own = {scenario.name.text for scenario in scenarios}
    kept = [d for d in policy.declarations if not (isinstance(d, tree.Scenario) and d.name.text in own)]
    joined = File(
        (*kept, *file.declarations),
        policy.language,
        file.trailing,
        lost=policy.lost | file.lost,
        unnamed=policy.unnamed or file.unnamed,
        span=policy.span,
    )
    return joined, modules, [*findings, *written, *of_modules]


def _no_policy_found(scenario: tree.Scenario, reference: str) -> Diagnostic:
    at = scenario.span.text.find(reference)
    start = scenario.span.start + max(at, 0)
    span = Span(start, start + len(reference), scenario.span.source) if at >= 0 else scenario.name.span
    message = Text(f"there is no policy `{reference}`", f"没有政策“{reference}”")
    help = Text(
        "name a policy beside this file, or a standard one: `std:NAME`", "请写同处一个文件夹的政策，或“std:名称”"
    )
    return Diagnostic("HC215", span, message, help)


def check_program(file: File, modules: Sequence[File] = ()) -> tuple[model.Program | None, tuple[Diagnostic, ...]]:
    """Check a parsed file together with its parsed modules."""
    environment = Environment()
    files = (*modules, file)
    environment.lost |= {name for each in files for name in each.lost}
    frame = check_policy(file, environment)

    check_kinds(_all(files, tree.Kind), environment)
    check_sets(_all(files, tree.SetOf), environment)
    check_entities(_all(files, tree.Entity), environment)
    check_parameters(_all(files, tree.Parameter), environment)
    check_tables(_all(files, tree.Table), environment)
    declare_clauses(_all(files, tree.Clause), environment)
    check_definitions(_all(files, tree.Define), environment)
    check_funds(_all(files, tree.Fund), environment)
    clauses = check_clauses(environment, frame.paid_from)
    check_pots(clauses, environment)
    groups = check_groups(_all(files, tree.Exclusive), environment)
    limits = check_limits(_all(files, tree.Limit), environment)
    targets = check_targets(_all(files, tree.Target), environment)
    duties = _all(files, tree.Duty)
    for duty in duties:
        environment.duties.declare(environment.findings, duty.name, duty.label, duty)
    properties = check_properties(_all(files, tree.Property), environment)
    cases = check_cases(_all(files, tree.Case), environment, frame)
    scenarios = check_scenarios(_all(files, tree.Scenario), environment, frame)

    findings = in_the_readers_words(environment.findings.all(), environment)
    if frame.name is None or environment.lost or any(CODES[found.code].severity == "error" for found in findings):
        return None, findings
    program = model.Program(
        name=frame.name, label=frame.label, cites=frame.cites, span=frame.span, trivia=frame.trivia,
        document=frame.document, issued=frame.issued, in_force=frame.in_force, applies_from=frame.applies_from,
        claims_until=frame.claims_until, first=frame.first, last=frame.last, due_from=frame.due_from,
        kinds=environment.kinds.entries, sets=environment.sets.entries, entities=_entities(environment),
        funds=environment.funds.entries, parameters=environment.parameters.entries, defines=_defines(environment),
        tables={name: table for name, table in environment.tables.entries.items() if table is not None},
        clauses=clauses, groups=groups, limits=limits, targets=targets, duties=tuple(duties),
        omissions=tuple(_all(files, tree.Omit)), properties=properties, cases=cases, scenarios=scenarios,
        language=file.language, sources=tuple(f.span.source for f in files),
        lines=frame.lines,
    )  # fmt: skip
    gaps = Findings()
    for scenario in scenarios.values():
        report_gaps(program, scenario, gaps)
    return program, (*findings, *in_the_readers_words(gaps.all(), environment))


def _of_type(file: File, kind: type[T]) -> list[T]:
    return [declared for declared in file.declarations if isinstance(declared, kind)]


def _all(files: Sequence[File], kind: type[T]) -> list[T]:
    return [declared for file in files for declared in _of_type(file, kind)]


def _entities(environment: Environment) -> dict[str, model.Entity]:
    entities: dict[str, model.Entity] = {}
    for name, declared in environment.entities.entries.items():
        names = symbols.names_of(declared.name, declared.label)
        entities[name] = model.Entity(
            name=name, label=names.label, cites=declared.cites, span=declared.span, trivia=declared.trivia,
            attributes=environment.attributes[name].entries,
        )  # fmt: skip
    return entities


def _defines(environment: Environment) -> dict[tuple[str, str], model.Define]:
    """In the order of declaration."""
    defines: dict[tuple[str, str], model.Define] = {}
    for entity, space in environment.definitions.items():
        for name, definition in space.entries.items():
            declared = definition.declared
            assert definition.body is not None  # or there was an error
            defines[entity, name] = model.Define(
                name=name, label=symbols.names_of(declared.name, declared.label).label, cites=declared.cites,
                span=declared.span, trivia=declared.trivia, entity=entity, body=definition.body,
            )  # fmt: skip
    return defines
