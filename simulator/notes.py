"""What a run says beside its figures, in both languages: how many draws were made, which engine was taken and why.

In: what a run knows when it chooses. Out: `Text`s, carried in both languages to the end, where a report shows its own;
in JSON they stand as two lists of the same order (`notes` in English, `notes_zh` in Chinese), so that results opened
again tell the same in either language.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lang.diagnostics import Diagnostic, Text
from simulator.engines.out_of_range import OutOfRange, out_of_range
from simulator.money.books import Books
from simulator.money.limits import pots_of
from simulator.plan import Plan, Worlds

ENGINES = {
    "person": Text("person", "逐人模拟"),
    "cohort": Text("cohort", "分组计数"),
    "exact": Text("exact", "精确计算"),
}
LEFT_OUT = Text(
    "targets that count people are left out: they need people simulated one by one",
    "按人数统计的目标未列出：需逐人模拟方可统计",
)
NO_TARGETS = Text(
    "targets that count people are left out: the engine exact has no people to count",
    "按人数统计的目标未列出：精确计算不逐人模拟，无从统计",
)
AUTO_EXACT = Text(
    "engine auto chose exact for all clauses: each can be computed, and no money can run short",
    "全部条款自动选用精确计算：各条款均可直接计算，且资金不会不足",
)


def rounded_up(asked: int, made: int) -> Text:
    return Text(
        f"{asked} draws were rounded up to {made} (16 × a power of two)",
        f"抽样次数由 {asked} 增至 {made}（16 × 2 的幂）",
    )


def of_rosters(plan: Plan) -> tuple[Text, ...]:
    """What was seen when its rosters were read; nothing of it keeps them from being used."""
    return tuple(dict.fromkeys(note for roster in plan.rosters.values() for note in roster.notes))


def of_ranges(plan: Plan, worlds: Worlds) -> tuple[Text, ...]:
    """Of attributes whose drawn values lie outside their range now and then."""
    return tuple(_of_range(plan, found) for found in out_of_range(plan, worlds))


def _of_range(plan: Plan, found: OutOfRange) -> Text:
    entity, name = found.attribute.entity, found.attribute.name
    label = found.attribute.label or name
    chance = _percent(found.below + found.above)
    if found.below and found.above:
        below, above = _percent(found.below), _percent(found.above)
        where = Text(
            f"outside its range (below it {below}, above it {above})",
            f"超出取值范围（低于下限{below}，高于上限{above}）",
        )
    else:
        where = Text("below its range", "低于取值下限") if found.below else Text("above its range", "高于取值上限")
    return Text(
        f"{name} of {entity}: {chance} of the drawn values lie {where.en} and take the nearest value within it",
        f"{entity_title(plan, entity)}的“{label}”：抽样值中有{chance}{where.zh}，按最近的界限取值",
    )


def _percent(chance: float) -> str:
    return "<0.1%" if chance < 0.0005 else f"{100 * chance:.1f}%"


def without_budget(plan: Plan, books: Books) -> tuple[Text, ...]:
    """Of funds `per` something that have an appropriation for some: whom else they paid, without limit."""
    given = {(budget.fund, budget.pot) for budget in plan.scenario.budgets}
    found = []
    for name, fund in plan.policy.funds.items():
        if fund.pots is None or name not in {of for of, _ in given}:
            continue
        members = {member.name: member for member in plan.policy.kinds[fund.pots].members}
        rest = [
            members[pot.member]
            for pot, paid in zip(pots_of(plan.policy), books.pot_paid, strict=True)
            if pot.fund == list(plan.policy.funds).index(name) and pot.member is not None
            if (name, pot.member) not in given and paid.any()
        ]
        if rest:
            en, zh = ", ".join(m.name for m in rest), "、".join(m.label or m.name for m in rest)
            found.append(
                Text(
                    f"{name} has an appropriation for some, and is without limit for {en}",
                    f"“{fund.label or name}”仅部分列有预算，{zh}未列预算，按不限额计算",
                )
            )
    return tuple(found)


def under_limits(engine: str) -> Text:
    """Of a computed run where money can run short. `engine`: that which drew who is paid; several joined by +."""
    said = engines(engine)
    return Text(
        "what is entitled is computed; what is paid and owed waits for money in a queue and is drawn by the engine "
        f"{said.en}",
        f"应付由精确计算得出；实付与未付须排队等候资金，由{said.zh}抽样得出",
    )


def chosen(plan: Plan, engine: str, clauses: Sequence[str], why: Text) -> Text:
    """What `auto` chose for some clauses; all of the plan's are not named."""
    of = ENGINES[engine]
    if tuple(clauses) == plan.clauses:
        return Text(f"engine auto chose {of.en}: {why.en}", f"自动选用{of.zh}：{why.zh}")
    labels = "、".join(f"“{clause_title(plan, name)}”" for name in clauses)
    return Text(f"engine auto chose {of.en} for {', '.join(clauses)}: {why.en}", f"{labels}自动选用{of.zh}：{why.zh}")


def refusal(diagnostic: Diagnostic) -> Text:
    """The reason alone, of a message that says first which engine cannot run which clause."""
    en, zh = diagnostic.message.en.partition(": ")[2], diagnostic.message.zh.partition("：")[2]
    return Text(en or diagnostic.message.en, zh or diagnostic.message.zh)


def engines(name: str) -> Text:
    """Of an engine, or of several joined by +."""
    return Text(name, "、".join(ENGINES[part].zh if part in ENGINES else part for part in name.split("+")))


def clause_title(plan: Plan, name: str) -> str:
    """As a Chinese reader knows it."""
    return plan.policy.clauses[name].label or name


def entity_title(plan: Plan, name: str) -> str:
    """As a Chinese reader knows it."""
    entity = plan.policy.entities.get(name)
    return name if entity is None else entity.label or name


def joined(reasons: Iterable[Text]) -> Text:
    """Each reason once."""
    each = tuple(dict.fromkeys(reasons))
    return Text("; ".join(reason.en for reason in each), "；".join(reason.zh for reason in each))


def as_json(notes: Iterable[Text]) -> dict[str, list[str]]:
    told = tuple(notes)
    return {"notes": [note.en for note in told], "notes_zh": [note.zh for note in told]}
