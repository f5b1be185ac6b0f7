"""What a run is asked for, made sure of: the scenario, the clauses, `--by`, the numbers.

In: names as a user writes them (Latin or label, words or underscores). Out: a Plan; or SimulationError with everything
that is wrong, each with the nearest name that there is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from compiler import ir
from lang import model
from lang.diagnostics import Diagnostic, Text
from lang.source import Span
from simulator.money.limits import budget_faults
from simulator.plan import Plan, SimulationError

MOST_DRAWS = 1 << 22
_ENGINES = ("auto", "exact", "cohort", "person")


def make_plan(
    program: model.Program,
    compiled: ir.Program,
    scenario: model.Scenario,
    *,
    draws: int,
    seed: int,
    engine: str,
    by: str | None,
    clauses: Sequence[str] | None,
) -> Plan:
    """What is to be simulated, or SimulationError with everything that stands in the way."""
    faults = [*_setting_faults(program, draws, seed, engine), *budget_faults(program, scenario)]
    chosen = tuple(program.clauses)
    if clauses is not None:
        wanted = {_named(name, program.clauses, Text("clause", "条款"), program.span, faults) for name in clauses}
        chosen = tuple(name for name in program.clauses if name in wanted)
        faults += _coupling_faults(program, chosen)
    group = None if by is None else _group_name(by, program, chosen, faults)
    if faults:
        raise SimulationError(*faults)
    return Plan(policy=program, program=compiled, scenario=scenario, clauses=chosen, seed=seed, by=group)


def choose_scenario(program: model.Program, name: str | None) -> model.Scenario:
    """By name or label; None: the only one, or `baseline`."""
    scenarios = program.scenarios
    if name is not None:
        faults: list[Diagnostic] = []
        found = _named(name, scenarios, Text("scenario", "情景"), program.span, faults)
        if found is None:
            raise SimulationError(*faults)
        return scenarios[found]
    if len(scenarios) == 1:
        return next(iter(scenarios.values()))
    if "baseline" in scenarios:
        return scenarios["baseline"]
    if not scenarios:
        message = Text("there is no scenario to simulate", "没有可供模拟的情景")
        help = Text(
            "write one (`scenario baseline for …`), in this file or in one of its own",
            "请写一个情景（“情景 … 适用 …”），可在本文件或单独文件中",
        )
    else:
        listed = ", ".join(scenarios)
        message = Text(f"there are several scenarios ({listed}); say which", f"有多个情景（{listed}），请指明用哪一个")
        help = Text("name one with `--scenario`", "请用 --scenario 指明")
    raise SimulationError(Diagnostic("HC611", program.span, message, help=help))


def _setting_faults(program: model.Program, draws: int, seed: int, engine: str) -> list[Diagnostic]:
    faults = []
    if not 1 <= draws <= MOST_DRAWS:
        text = Text(f"{draws} draws cannot be made (1 to {MOST_DRAWS})", f"抽样次数不能是 {draws}（1 至 {MOST_DRAWS}）")
        faults.append(Diagnostic("HC612", program.span, text))
    if not 0 <= seed < 2**63:
        text = Text(f"{seed} is no seed (0 to 2⁶³ − 1)", f"{seed} 不能作随机种子（0 至 2⁶³ − 1）")
        faults.append(Diagnostic("HC612", program.span, text))
    if engine not in _ENGINES:
        text = Text(f"there is no engine `{engine}`", f"没有名为 {engine} 的模拟引擎")
        faults.append(
            Diagnostic(
                "HC611", program.span, text, help=Text("auto, exact, cohort, person", "auto、exact、cohort、person")
            )
        )
    return faults


def _named(
    given: str, declared: Mapping[str, model.Declared], what: Text, span: Span, faults: list[Diagnostic]
) -> str | None:
    """The Latin name of what is meant by `given`: a name, a label, or a name written as several words."""
    plain = given.strip().replace(" ", "_")
    for name, item in declared.items():
        if given == item.label or plain == name:
            return name
    known = [*declared, *(d.label for d in declared.values() if d.label)]
    faults.append(_no_such(given, what, known, span))
    return None


def _no_such(given: str, what: Text, known: Sequence[str], span: Span) -> Diagnostic:
    near = get_close_matches(given, known, n=1)
    help = None
    if near:
        help = Text(f"did you mean `{near[0]}`?", f"是否指“{near[0]}”？")
    elif known:
        listed = ", ".join(dict.fromkeys(known))
        help = Text(f"there are: {listed}", f"现有：{listed}")
    return Diagnostic(
        "HC611", span, Text(f"there is no {what.en} `{given}`", f"没有名为“{given}”的{what.zh}"), help=help
    )


def _group_name(by: str, program: model.Program, clauses: Sequence[str], faults: list[Diagnostic]) -> str | None:
    """`by` as an attribute or definition of the entity of some clause, with the values of a kind."""
    plain = by.strip().replace(" ", "_")
    entities = dict.fromkeys(program.clauses[name].entity for name in clauses)
    offered: list[str] = []
    other_type: str | None = None
    for entity in entities:
        found = [(a.name, a.label, a.type.base) for a in program.entities[entity].attributes.values()]
        found += [(d.name, d.label, d.body.type.base) for (e, _), d in program.defines.items() if e == entity]
        for name, label, base in found:
            if base == "kind":
                offered.append(name)
            if name == plain or by == label:
                if base == "kind":
                    return name
                other_type = base
    if other_type is not None:
        text = Text(
            f"`{by}` is {other_type}; results can be told apart by a kind only", f"“{by}”不是类别，结果只能按类别分列"
        )
        help = Text(f"there are: {', '.join(dict.fromkeys(offered))}", f"可用：{'、'.join(dict.fromkeys(offered))}")
        faults.append(Diagnostic("HC611", program.span, text, help=help if offered else None))
    elif plain.lower() in _TOLD_ANYWAY:
        text = Text(
            f"every result tells {_EACH.en} anyway; `--by` takes an attribute or definition",
            f"结果本已包含{_EACH.zh}；--by 须为栏目或界定",
        )
        help = Text(f"there are: {', '.join(dict.fromkeys(offered))}", f"可用：{'、'.join(dict.fromkeys(offered))}")
        faults.append(Diagnostic("HC611", program.span, text, help=help if offered else None))
    else:
        what = Text("attribute or definition", "栏目或界定")
        faults.append(_no_such(by, what, list(dict.fromkeys(offered)), program.span))
    return None


_EACH = Text("each month, quarter, year, clause and fund", "各月、各季度、各年度、各条款、各项资金")
_TOLD_ANYWAY = frozenset({
    *("month", "months", "quarter", "quarters", "year", "years", "clause", "clauses", "fund", "funds"),
    *("月", "月份", "季度", "年", "年度", "条款", "资金", "资金来源"),
})  # fmt: skip


def _coupling_faults(program: model.Program, chosen: Sequence[str]) -> list[Diagnostic]:
    """Members of a group stand in each other's way, so that some of them alone would not be paid the same."""
    faults = []
    for group in program.groups.values():
        members = [member.clause for member in group.members if member.clause is not None]
        left_out = [name for name in members if name not in chosen]
        if left_out and len(left_out) < len(members):
            names = ", ".join(left_out)
            text = Text(
                f"`{group.name}` couples the clauses asked for with {names}",
                f"“{group.name}”使所选条款与 {names} 相互影响",
            )
            help = Text(f"ask for {names} too", f"请同时选择 {names}")
            faults.append(Diagnostic("HC612", group.span, text, help=help))
    return faults
