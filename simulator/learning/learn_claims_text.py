"""The `claims` block: take-up and lag as they were learnt."""

from __future__ import annotations

from lang.diagnostics import Text
from simulator.learning.claims import ClaimsLearnt
from simulator.learning.figures import Figure, percents
from simulator.learning.scenario_text import Draft

UNLIKELY = 0.01
FEW = 30


def _months(number: int) -> str:
    return f"{number} month" if number == 1 else f"{number} months"


def write_claims(
    draft: Draft, found: ClaimsLearnt | None, ledger: bool, figures: list[Figure], warnings: list[Text]
) -> None:
    if found is None:
        warnings.append(_nothing(ledger))
        return
    _take_up(draft, found, figures)
    _lag(draft, found, figures)
    _warn(found, warnings)


def _nothing(ledger: bool) -> Text:
    if not ledger:
        return Text(
            "without --payments nothing is known of take-up and lag: "
            "in the scenario everything is claimed, in the month in which it falls due",
            "没有 --payments 则无从得知申领率与时滞：情景中应付当月全部申领",
        )
    return Text(
        "no payment of the ledger meets anything that was due: take-up and lag could not be learnt; "
        "in the scenario everything is claimed, in the month in which it falls due",
        "台账中没有任何支付与应付相符：未能习得申领率与时滞；情景中应付当月全部申领",
    )


def _take_up(draft: Draft, found: ClaimsLearnt, figures: list[Figure]) -> None:
    seen, posterior = found.seen, found.take_up
    low, high = posterior.interval()
    open_ = sum(number for pattern, number in seen.silent.items() if pattern[-1] < seen.longest)
    note = Text(
        f"{seen.taken_up:,} of {seen.groups:,} (an entity and a clause with something due) were paid; of the others "
        f"{open_:,} may still be; censored (EM), grid posterior: {percents(posterior.mean)}, "
        f"95% {percents(low)}–{percents(high)}",
        f"应付对象（每对象每条款）{seen.groups:,}中{seen.taken_up:,}已发放，其余中{open_:,}仍可能申领；"
        f"删失已计入（EM），网格后验：{percents(posterior.mean)}，95%区间{percents(low)}–{percents(high)}",
    )
    name = draft.unknown("uptake", "申领比例", posterior, note)
    draft.claims.append((f"taken up with chance {name}", None))
    figures.append(
        Figure(
            what="take_up", about="claims", note=note, n=seen.groups, events=seen.taken_up, unknown=name,
            posterior=posterior, mean=posterior.mean, low=low, high=high,
            details={
                "may_still_come": open_,
                "by_clause": {
                    clause: {"paid": paid, "of": of, "share": paid / of}
                    for clause, (paid, of) in found.by_clause.items()
                },
            },
        )
    )  # fmt: skip


def _lag(draft: Draft, found: ClaimsLearnt, figures: list[Figure]) -> None:
    seen = found.seen
    payments = sum(seen.lags.values())
    if not found.hazards:
        note = Text(f"all {payments:,} payments in the month due", f"{payments:,}笔支付均在应付当月")
        draft.claims.append(("lag ~ 0 months", note))
        figures.append(Figure(what="lag", about="claims", note=note, n=payments, events=payments, mean=0.0))
        return
    weights: list[str] = []
    rest = ""
    for lag, share in enumerate(found.lag):
        number = seen.lags.get(lag, 0)
        unknown, posterior = None, None
        note = Text(
            f"{number:,} of {payments:,} payments came {_months(lag)} after their due month; "
            f"with those that may still come {percents(share)}",
            f"{payments:,}笔支付中{number:,}笔在应付后{lag}个月；计入仍可能到来的为{percents(share)}",
        )
        low = high = None
        if lag < len(found.hazards):
            posterior = found.hazards[lag]
            low, high = posterior.interval()
            full = Text(
                f"{note.en} (here: of those not claimed before; 95% {percents(low)}–{percents(high)})",
                f"{note.zh}（此处为占此前未申领者的比例；95%区间{percents(low)}–{percents(high)}）",
            )
            unknown = draft.unknown(f"claims_in_month_{lag}", f"应付后{lag}个月申领比例", posterior, full)
            note = full
        weights.append(" × ".join(part for part in (rest, unknown) if part))
        if unknown is not None:
            rest = " × ".join(part for part in (rest, f"(1 - {unknown})") if part)
        figures.append(
            Figure(
                what="lag", about="claims", note=note, n=payments, events=number, unknown=unknown,
                posterior=posterior, mean=share if posterior is None else posterior.mean, low=low, high=high,
                details={"months": lag, "share": share},
            )
        )  # fmt: skip
    choices = ", ".join(f"{_months(lag)} with chance {weight}" for lag, weight in enumerate(weights))
    draft.claims.append((f"lag ~ {choices}", None))


def _warn(found: ClaimsLearnt, warnings: list[Text]) -> None:
    seen = found.seen
    if seen.missed:
        warnings.append(
            Text(
                f"{seen.missed} entitlements of entities that were paid for others have waited longer than any lag "
                f"seen ({seen.longest} months): taken for payments that were missed (huice audit names them)",
                f"有{seen.missed}项应付款，其对象的其他款项已发放，而等待已超过所见最长时滞（{seen.longest}个月）："
                "视为漏发（huice audit 可列出）",
            )
        )
    if seen.early:
        warnings.append(
            Text(
                f"{seen.early} payments were made before their due month; their lag counts as 0",
                f"有{seen.early}笔支付早于应付月份，时滞按0计",
            )
        )
    if found.differ is not None and found.differ < UNLIKELY:
        en = ", ".join(f"{clause} {percents(paid / of)}" for clause, (paid, of) in found.by_clause.items() if of)
        zh = "，".join(f"{clause} {percents(paid / of)}" for clause, (paid, of) in found.by_clause.items() if of)
        warnings.append(
            Text(
                f"clauses are not taken up alike ({en}); a scenario has one take-up for all",
                f"各条款的申领率不同（{zh}）；情景只有一个申领率",
            )
        )
    if seen.groups < FEW:
        warnings.append(
            Text(
                f"take-up and lag rest on {seen.groups} cases only",
                f"申领率与时滞仅据{seen.groups}例",
            )
        )
