"""What is said of the arguments of a distribution: what they may be, how a signed one is written, and the months with
their chances that stand for a number that is counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import comb, exp

from lang.diagnostics import Text
from lang.text.keywords import ARGUMENTS
from lang.tree import syntax

POSITIVE = {"beta": ("a", "b"), "gamma": ("shape", "mean"), "lognormal": ("median",)}
NOT_NEGATIVE = {"normal": ("sd",), "lognormal": ("sigma",), "poisson": ("mean",), "binomial": ("n",)}
MOST = 24  # months of a list that a reader is offered
LAST = 0.001  # what is rarer than this is added to the last month of the list


def bounds_of(family: str, argument: str) -> Text | None:
    """What an argument must be; None: any number."""
    if argument in POSITIVE.get(family, ()):
        return Text(f"`{argument}` must be above 0", f"“{argument}”须大于0")
    if argument in NOT_NEGATIVE.get(family, ()):
        return Text(f"`{argument}` must not be negative", f"“{argument}”不能为负")
    return None


def signed_argument(value: syntax.Expr, names: Sequence[str]) -> tuple[str, str] | None:
    """`shape -1`, which reads as a subtraction: the argument and the number behind the sign."""
    match value:
        case syntax.Binary("-", syntax.Ref(name), right):
            known = ARGUMENTS.get(name.text, name.text)
            return (known, right.span.text) if known in names else None
        case _:
            return None


def spelled_out(family: str, given: Mapping[str, syntax.Expr]) -> Text:
    """What to write where months are counted: `0 months 14%, 1 month 27%, …`."""
    chances = _chances(family, given)
    if chances is None:
        return Text(
            "list the months with their chances: `0 months 50%, 1 month 30%, 2 months 20%`",
            "请列出各月数及其概率，如“0个月 50%，1个月 30%，2个月 20%”",
        )
    shares = [Decimal(f"{chance * 100:.1f}") for chance in chances[:-1]]
    shares.append(100 - sum(shares, Decimal(0)))
    pairs = list(enumerate(f"{share.normalize():f}%" for share in shares))
    en = ", ".join(f"{month} {'month' if month == 1 else 'months'} {share}" for month, share in pairs)
    zh = "，".join(f"{month}个月 {share}" for month, share in pairs)
    return Text(f"list the months with their chances: `{en}`", f"请列出各月数及其概率：“{zh}”")


def _chances(family: str, given: Mapping[str, syntax.Expr]) -> list[float] | None:
    """Of 0, 1, 2 … months where the arguments are plain numbers; the last takes the rest."""
    match family, given:
        case "poisson", {"mean": syntax.Number(mean)} if 0 < mean <= 12:
            chance = exp(-float(mean))
            chances = [chance]
            while len(chances) < MOST and (sum(chances) < 1 - LAST or len(chances) <= mean):
                chance *= float(mean) / len(chances)
                chances.append(chance)
            return chances
        case "binomial", {"n": syntax.Number(n), "p": syntax.Percent(p)} if n % 1 == 0 and 0 < n < MOST and 0 < p < 100:
            share, times = float(p) / 100, int(n)
            return [comb(times, k) * share**k * (1 - share) ** (times - k) for k in range(times + 1)]
        case _:
            return None
