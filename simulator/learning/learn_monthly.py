"""One monthly fact: its line in a scenario, by the form that it has (following.py), and what to think of.

In: the learner of its population, the form with what was counted. Out: the line, its unknowns and figures, warnings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lang.dates import month_text
from lang.diagnostics import Text
from simulator.learning.figures import percents
from simulator.learning.following import Monthly
from simulator.learning.posteriors import never_seen
from simulator.learning.spells import Transitions, changes_with_tenure, survival

if TYPE_CHECKING:
    from simulator.learning.learn_population import PopulationLearner

TOO_WRONG = 0.02  # share of months that a form may tell wrong without a warning
UNLIKELY = 0.01


def monthly_line(learner: PopulationLearner, fact: Monthly) -> None:
    match fact.form:
        case "alone":
            _alone(learner, fact)
        case "follows":
            _follows(learner, fact)
        case "keeps":
            _keeps(learner, fact)
    if fact.wrong > TOO_WRONG:
        called = learner.called(fact.name)
        learner.warnings.append(
            Text(
                f"{called.en} is not as any form of the language has it: "
                f"what was chosen tells {percents(fact.wrong)} of the months wrong",
                f"{called.zh}不符合语言中的任何一种形式：所选形式有{percents(fact.wrong)}的月份不符",
            )
        )


def _alone(learner: PopulationLearner, fact: Monthly) -> None:
    found, called = fact.found, learner.called(fact.name)
    window = f"{month_text(learner.window())} – {month_text(learner.as_of)}"
    note = Text(
        f"{found.leave_events} left in {found.leave_trials:,} months ({window}), {found.censored:,} of "
        f"{found.rows:,} first stays still going on; constant chance a month, censored",
        f"{window}共{found.leave_trials:,}个月中退出{found.leave_events}次，{found.rows:,}段首次经历中"
        f"{found.censored:,}段仍在持续；每月概率不变，删失已计入",
    )
    leaves = learner.chance(
        "leave", ("leaves", "退出率"), fact.name, found.leave_events, found.leave_trials, note,
        {"survival": _survival_table(found)},
    )  # fmt: skip
    line = f"{fact.name} starts on arrival, ends at {leaves} per month"
    if found.leave_events == 0:
        bound = percents(never_seen(found.leave_trials))
        learner.warnings.append(
            Text(
                f"nobody was seen to leave {called.en} in {found.leave_trials:,} months: "
                f"all that is known is that the rate is likely below {bound}",
                f"{called.zh}在{found.leave_trials:,}个月中无人退出：只知退出率大概低于{bound}",
            )
        )
    _heterogeneous(learner, found, called)
    if found.return_events:
        back = Text(
            f"{found.return_events} came back in {found.return_trials:,} months out ({window})",
            f"{window}在外{found.return_trials:,}个月中返回{found.return_events}次",
        )
        returns = learner.chance(
            "return", ("returns", "返回率"), fact.name, found.return_events, found.return_trials, back
        )
        line += f", returns at {returns} per month"
        learner.block.say(line)
    elif found.return_trials:
        bound = percents(never_seen(found.return_trials))
        learner.block.say(
            line,
            Text(
                f"nobody came back in {found.return_trials:,} months out: taken as never (likely below {bound})",
                f"在外{found.return_trials:,}个月中无人返回：视为不返回（大概低于{bound}）",
            ),
        )
    else:
        learner.block.say(line, Text("nobody was seen out: returns are not known", "无人在外：返回情况不详"))


def _heterogeneous(learner: PopulationLearner, found: Transitions, called: Text) -> None:
    test = changes_with_tenure(found)
    if test is None or test[0] >= UNLIKELY:
        return
    en = ", ".join(f"{percents(rate)} from month {start} on" for start, rate in test[1])
    zh = "，".join(f"第{start}个月起{percents(rate)}" for start, rate in test[1])
    learner.warnings.append(
        Text(
            f"the chance to leave {called.en} changes with how long a stay has lasted ({en}); "
            "the scenario has one rate for all, which misplaces payments in time",
            f"{called.zh}的退出概率随持续时间变化（{zh}）；情景只有一个退出率，发放时间会有偏差",
        )
    )


def _follows(learner: PopulationLearner, fact: Monthly) -> None:
    assert fact.leader is not None
    leader = learner.called(fact.leader)
    months = f"{fact.after} month" if fact.after == 1 else f"{fact.after} months"
    note = Text(
        f"{fact.yes:,} of {fact.told:,} whose {fact.leader.replace('_', ' ')} lasted have it {months} "
        f"after; {percents(fact.wrong)} of the months are otherwise",
        f"{leader.zh}持续者{fact.told:,}中有{fact.yes:,}滞后{fact.after}个月跟随；不符的月份占{percents(fact.wrong)}",
    )
    chance = learner.chance(
        "follows", ("follows", "跟随率"), fact.name, fact.yes, fact.told, note,
        {"leader": fact.leader, "after": fact.after, "wrong": fact.wrong},
    )  # fmt: skip
    learner.block.say(f"{fact.name} follows {fact.leader} after {months} with chance {chance}")


def _keeps(learner: PopulationLearner, fact: Monthly) -> None:
    note = Text(
        f"{fact.yes:,} of {fact.told:,} have it in most months; {percents(fact.wrong)} of the months are otherwise",
        f"{fact.told:,}中有{fact.yes:,}在多数月份为是；不符的月份占{percents(fact.wrong)}",
    )
    chance = learner.chance("keeps", ("share", "占比"), fact.name, fact.yes, fact.told, note, {"wrong": fact.wrong})
    learner.block.say(f"{fact.name} ~ {chance}")


def _survival_table(found: Transitions) -> list[dict[str, float | int]]:
    """Kaplan–Meier, a row a month of stay: the chance that a stay lasts longer than `months`."""
    curve = survival(found)
    return [
        {
            "months": k,
            "at_risk": int(curve.at_risk[k]),
            "left": int(curve.left[k]),
            "survival": float(curve.survival[k]),
            "low": float(curve.low[k]),
            "high": float(curve.high[k]),
        }
        for k in range(len(curve.at_risk))
    ]
