"""Which unknown to study first, in a sentence.

The one with the largest total index on the total entitled: what it brings itself and together with others is what
could be gained. What is gained for certain when it is known is its first-order share of the whole variance.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from lang.diagnostics import Text
from simulator.sensitivity.results import About, Advice, Effect, Output


def advice(total: Output, unknowns: Mapping[str, About]) -> Advice | None:
    """None where no unknown moves the total, or where these draws cannot tell."""
    ordered = [(name, effect) for name, effect in total.by_total() if effect.total is not None and effect.total > 0]
    if not ordered:
        return None
    name, effect = ordered[0]
    tied = tuple(other for other, of_other in ordered[1:] if not _apart(effect, of_other))
    return Advice(unknown=name, effect=effect, tied=tied, sentence=_sentence(name, effect, tied, unknowns))


def _apart(larger: Effect, smaller: Effect) -> bool:
    assert larger.total is not None and smaller.total is not None
    assert larger.total_error is not None and smaller.total_error is not None
    return larger.total - smaller.total > math.hypot(larger.total_error, smaller.total_error)


def _sentence(name: str, effect: Effect, tied: tuple[str, ...], unknowns: Mapping[str, About]) -> Text:
    assert effect.total is not None
    title = _title(unknowns[name])
    brings = min(effect.total, 1.0)
    gone = min(max(effect.removed or 0.0, 0.0), 1.0)
    spread = 1 - math.sqrt(1 - gone)
    en = (
        f"Study {title.en} first: alone and together with others it brings {brings:.0%} of the variance that the "
        f"unknowns bring to the total. If it were known, the variance of the total would fall by {gone:.0%} "
        f"on average, its standard deviation by {spread:.0%}."
    )
    zh = (
        f"应先查清“{title.zh}”：连同与其他因素的共同作用，它占未知因素给总额带来的方差的 {brings:.0%}。"
        f"若已知其值，总额的方差平均减少 {gone:.0%}，标准差减少 {spread:.0%}。"
    )
    if tied:
        others = [_title(unknowns[other]) for other in tied]
        en += f" These draws do not tell it apart from {', '.join(o.en for o in others)}; more draws would."
        zh += f"当前抽样次数尚不足以将它与{'、'.join(f'“{o.zh}”' for o in others)}区分开，可增加抽样次数。"
    return Text(en, zh)


def _title(about: About) -> Text:
    plain = about.name.replace("_", " ")
    return Text(plain, about.label or plain)
