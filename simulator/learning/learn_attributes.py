"""One attribute that a row has from the start: its line in a scenario, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lang import model
from lang.diagnostics import Text
from lang.types import NONE, UNKNOWN, Given
from simulator.learning.figures import Figure, NotLearnt
from simulator.learning.scenario_text import percent, value_text
from simulator.learning.values import Numbers, Shares, delay, numbers, shares

if TYPE_CHECKING:
    from simulator.learning.learn_population import PopulationLearner

UNLIKELY = 0.01
FEW = 30


def attribute_line(learner: PopulationLearner, name: str) -> None:
    """Writes the line into the learner's block, and its figures."""
    attribute = learner.entity.attributes[name]
    if attribute.type.base in ("text", "identity", "many"):
        return
    values = learner.seen.values.get(name)
    if values is None or all(value is UNKNOWN for value in values):
        _not_given(learner, attribute)
        return
    match attribute.type.base:
        case "yes/no":
            _yes_no(learner, attribute, values)
        case "kind":
            members = [member.name for member in learner.program.kinds[attribute.type.name or ""].members]
            _shares(learner, attribute, shares(values, members))
        case "count" | "money" | "share" | "number" | "rate":
            _numbers(learner, attribute, values)
        case "date":
            _date(learner, attribute, values)
        case "link":
            _link(learner, attribute, values)
        case _:
            _cannot(learner, name, Text(
                f"the language has no assumption for {learner.called(name).en}, a {attribute.type}",
                f"语言中没有适用于{learner.called(name).zh}的假设",
            ))  # fmt: skip


def _cannot(learner: PopulationLearner, name: str, why: Text, blocks: bool = True) -> None:
    learner.not_learnt.append(NotLearnt(entity=learner.entity.name, attribute=name, why=why, blocks=blocks))
    learner.block.comment(Text(f"not learnt: {name.replace('_', ' ')}: {why.en}", f"未能习得：{why.zh}"))


def _not_given(learner: PopulationLearner, attribute: model.Attribute) -> None:
    called = learner.called(attribute.name)
    if attribute.default is None:
        en, zh = f"the roster says nothing of {called.en}", f"名册没有{called.zh}"
        _cannot(learner, attribute.name, Text(en, zh))
        return
    default = value_text(attribute.default, attribute.type)
    why = Text(
        f"the roster says nothing of {called.en}; the policy's default counts ({default})",
        f"名册没有{called.zh}，按政策中的默认值（{default}）",
    )
    _cannot(learner, attribute.name, why, blocks=False)


def _unknown_text(unknown: int) -> Text:
    if not unknown:
        return Text("", "")
    return Text(f"; {unknown} not given, taken to be like the others", f"；{unknown}条未填，视为与其他相同")


def _yes_no(learner: PopulationLearner, attribute: model.Attribute, values: Sequence[Given]) -> None:
    yes = sum(value is True for value in values)
    unknown = sum(value is UNKNOWN for value in values)
    told = len(values) - unknown
    more = _unknown_text(unknown)
    note = Text(f"{yes:,} of {told:,} rows{more.en}", f"{told:,}条中{yes:,}条{more.zh}")
    chance = learner.chance("share", ("share", "占比"), attribute.name, yes, told, note, {"unknown": unknown})
    learner.block.say(f"{attribute.name} ~ {chance}")


def _shares(learner: PopulationLearner, attribute: model.Attribute, found: Shares) -> None:
    texts = [value_text(value, attribute.type) for value in found.values]
    if len(texts) == 1:
        _only(learner, attribute, found, texts[0])
        return
    more = _unknown_text(found.unknown)
    weights: list[str] = []
    rest = ""
    for i, text in enumerate(texts):
        marginal = found.marginals[i]
        low, high = marginal.interval()
        said = Text(
            f"{text.replace('_', ' ')}: {found.counts[i]:,} of {found.total:,} rows{more.en}; Jeffreys' prior: "
            f"{marginal.mean * 100:.3g}%, 95% {low * 100:.3g}%–{high * 100:.3g}%",
            f"{text}：{found.total:,}条中{found.counts[i]:,}条{more.zh}；Jeffreys先验："
            f"{marginal.mean * 100:.3g}%，95%区间{low * 100:.3g}%–{high * 100:.3g}%",
        )
        unknown = None
        if i < len(texts) - 1:
            note = said
            if i:
                note = Text(
                    f"{said.en} (here: of those that are none of the values before it)",
                    f"{said.zh}（此处为占其余各值的比例）",
                )
            word = "".join(sign if sign.isalnum() else "_" for sign in text)
            title = _title(learner, attribute, found.values[i])
            unknown = learner.unknown((f"{word}", f"{title}占比"), found.steps[i], note, attribute.name)
        learner.figures.append(
            Figure(
                what="share", about=f"{learner.entity.name}.{attribute.name}", note=said, n=found.total,
                events=found.counts[i], unknown=unknown, posterior=marginal, mean=marginal.mean, low=low, high=high,
                details={"value": text, "unknown_rows": found.unknown},
            )
        )  # fmt: skip
        weights.append(" × ".join(part for part in (rest, unknown) if part))
        if unknown is not None:
            rest = " × ".join(part for part in (rest, f"(1 - {unknown})") if part)
    line = ", ".join(f"{text} with chance {weight}" for text, weight in zip(texts, weights, strict=True))
    learner.block.say(f"{attribute.name} ~ {line}")
    if found.total < FEW:
        called = learner.called(attribute.name)
        learner.warnings.append(
            Text(
                f"{called.en}: only {found.total} rows; the intervals are wide",
                f"{called.zh}：仅{found.total}条，区间很宽",
            )
        )


def _title(learner: PopulationLearner, attribute: model.Attribute, value: Given) -> str:
    kind = learner.program.kinds.get(attribute.type.name or "")
    member = next((m for m in kind.members if m.name == value), None) if kind is not None else None
    return (member.label or member.name) if member is not None else "无" if value is NONE else str(value)


def _only(learner: PopulationLearner, attribute: model.Attribute, found: Shares, text: str) -> None:
    more = _unknown_text(found.unknown)
    note = Text(
        f"all {found.total:,} rows{more.en}; another value was never seen",
        f"{found.total:,}条均如此{more.zh}；未见过其他值",
    )
    learner.block.say(f"{attribute.name} = {text}", note)
    learner.figures.append(
        Figure(
            what="share", about=f"{learner.entity.name}.{attribute.name}", note=note, n=found.total,
            events=found.total, details={"value": text, "unknown_rows": found.unknown},
        )
    )  # fmt: skip


def _numbers(learner: PopulationLearner, attribute: model.Attribute, values: Sequence[Given]) -> None:
    found = numbers(values, whole=attribute.type.base in ("count", "money", "rate"))
    called = learner.called(attribute.name)
    if found is None:
        _shares(learner, attribute, shares(values, []))
        return
    if isinstance(found, Shares):
        _shares(learner, attribute, found)
        return
    _stepped(learner, attribute, found, called)


def _stepped(learner: PopulationLearner, attribute: model.Attribute, found: Numbers, called: Text) -> None:
    more = _unknown_text(found.unknown)
    groups = sum(value is not NONE for value, _ in found.steps)
    note = Text(
        f"{found.different:,} different values in {found.total:,} rows{more.en}, "
        f"put together in {groups} steps that keep their mean",
        f"{found.total:,}条中有{found.different:,}个不同的值{more.zh}，归为{groups}档，均值不变",
    )
    choices = ", ".join(f"{value_text(value, attribute.type)} {percent(share)}" for value, share in found.steps)
    learner.block.say(f"{attribute.name} ~ {choices}", note)
    mean = found.mean / 100 if attribute.type.base in ("money", "rate") else found.mean
    learner.figures.append(
        Figure(
            what="number", about=f"{learner.entity.name}.{attribute.name}", note=note, n=found.total,
            events=found.different, mean=mean, details={"steps": groups, "unknown_rows": found.unknown},
        )
    )  # fmt: skip
    if attribute.monthly:
        learner.warnings.append(
            Text(
                f"{called.en} changes by month in the roster; in the scenario newcomers keep the value they come with",
                f"{called.zh}在名册中逐月变化；情景中新增人员保持进入时的值",
            )
        )


def _date(learner: PopulationLearner, attribute: model.Attribute, values: Sequence[Given]) -> None:
    called = learner.called(attribute.name)
    found = delay(values, learner.seen.arrival)
    if found is None:
        _cannot(learner, attribute.name, Text(
            f"no row has both {called.en} and a month of arrival", f"没有同时有{called.zh}和进入月份的记录",
        ))  # fmt: skip
        return
    if found.earlier > UNLIKELY * found.total and found.earlier:
        _cannot(learner, attribute.name, Text(
            f"{called.en} lies before the arrival in {found.earlier} of {found.total} rows, "
            "for which the language has no assumption",
            f"{found.total}条中有{found.earlier}条的{called.zh}早于进入，语言中没有这种假设",
        ))  # fmt: skip
        return
    if found.unknown and learner.roster is not None and not learner.gaps:
        _cannot(learner, attribute.name, Text(
            f"{found.unknown} rows of the roster have no {called.en}, and when they came is not known: fill it in",
            f"名册中有{found.unknown}条没有{called.zh}，也无从推知，请补填",
        ))  # fmt: skip
        return
    more = _unknown_text(found.unknown)
    if found.low == found.high == 0:
        learner.block.say(f"{attribute.name} = arrival")
        note = Text(
            f"the month of arrival in all {found.total:,} rows{more.en}", f"{found.total:,}条均为进入当月{more.zh}"
        )
    else:
        unit = "month" if found.high == 1 else "months"
        span = f"{found.low} to {found.high} {unit}" if found.low < found.high else f"{found.high} {unit}"
        note = Text(
            f"{found.total:,} rows: {found.low} to {found.high} months after the arrival, each alike; "
            f"{found.outside + found.earlier} outside{more.en}",
            f"{found.total:,}条：进入后{found.low}至{found.high}个月，各月机会相同；"
            f"{found.outside + found.earlier}条在外{more.zh}",
        )
        learner.block.say(f"{attribute.name} = arrival + {span}", note)
    if found.even is not None and found.even < UNLIKELY:
        learner.warnings.append(
            Text(
                f"the months from arrival to {called.en} are not all alike, as the scenario has them",
                f"从进入到{called.zh}的月数并非机会均等，与情景不同",
            )
        )
    learner.figures.append(
        Figure(
            what="delay", about=f"{learner.entity.name}.{attribute.name}", note=note, n=found.total,
            events=found.total - found.outside - found.earlier, low=found.low, high=found.high,
            details={"unknown_rows": found.unknown},
        )
    )  # fmt: skip


def _link(learner: PopulationLearner, attribute: model.Attribute, values: Sequence[Given]) -> None:
    called = learner.called(attribute.name)
    target = attribute.type.name or ""
    there = learner.others.get(target)
    none = sum(value is NONE for value in values)
    unknown = sum(value is UNKNOWN for value in values)
    linked = [value for value in values if value is not NONE and value is not UNKNOWN]
    note = Text(
        f"{len(linked):,} of {len(values):,} rows name one of {len(set(linked)):,}; each is taken to be as likely",
        f"{len(values):,}条中{len(linked):,}条填有，共{len(set(linked)):,}个；视为机会均等",
    )
    if there is None or not linked:
        if there is None and linked:
            _cannot(learner, attribute.name, Text(
                f"{called.en} leads to {target}, of which the roster has no rows",
                f"{called.zh}指向{target}，而名册中没有其记录",
            ))  # fmt: skip
            return
        learner.block.say(f"{attribute.name} = none", Text("no row names one", "各条均为无"))
        return
    learner.block.say(f"{attribute.name} ~ any {target}", note)
    learner.figures.append(
        Figure(
            what="link", about=f"{learner.entity.name}.{attribute.name}", note=note, n=len(values), events=len(linked),
            details={"different": len(set(linked)), "none": none, "unknown_rows": unknown},
        )
    )  # fmt: skip
    if none > UNLIKELY * (none + len(linked)):
        learner.warnings.append(
            Text(
                f"{none} of {len(values)} rows have no {called.en}; in the scenario every newcomer has one, "
                "which overstates what depends on it",
                f"{len(values)}条中有{none}条没有{called.zh}；情景中新增的都有，与之有关的金额会偏高",
            )
        )
