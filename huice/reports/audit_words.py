"""The words of an audit in both languages, and how a settlement was matched as a sentence."""

from __future__ import annotations

from collections.abc import Mapping

from huice.audit.records import How, Paid, Settlement, Standing
from lang.dates import Month, month_text
from lang.diagnostics import Language, Text

STANDING_NAMES: Mapping[Standing, Text] = {
    "twice": Text("paid twice", "重复发放"),
    "wrong_payee": Text("wrong payee", "收款方不符"),
    "too_much": Text("too much", "多发"),
    "too_little": Text("too little", "少发"),
    "late": Text("late", "逾期发放"),
    "not_due": Text("not due", "不应发放"),
    "never_paid": Text("never paid", "应发未发"),
    "matched": Text("as due", "相符"),
    "undetermined": Text("undetermined", "待定"),
    "not_yet_due": Text("not yet due", "尚未到期"),
}
HOW_WORDS: Mapping[How, Text] = {
    "month": Text("same clause, person and month", "条款、人员、月份均相同"),
    "parts": Text("same clause, person and month; several payments", "条款、人员、月份均相同；分次支付"),
    "several months": Text(
        "one payment whose amount is that of the months {months} together", "一笔支付，金额为 {months} 各月之和"
    ),
    "due month": Text(
        "same clause and person; the payment names the month in which it fell due",
        "条款、人员相同；支付所写月份为兑现月份",
    ),
    "parts without month": Text(
        "same clause and person; the payments add up to the amount", "条款、人员相同；几笔支付合计为应付金额"
    ),
    "amount": Text(
        "same clause, person and amount; the nearest month ({months})", "条款、人员、金额相同；月份最近（{months}）"
    ),
    "nearest": Text(
        "same clause and person; the nearest month still open ({months})", "条款、人员相同；最近的未付月份（{months}）"
    ),
    "once": Text(
        "same clause and person; nothing else was open, and this had been paid",
        "条款、人员相同；无其他应付未付，而该笔已付过",
    ),
    "no clause": Text("the policy has no such clause", "政策中没有该条款"),
    "no row": Text("the roster has no such person or entity", "台账中没有该对象"),
    "nothing due": Text("nothing (more) was due by this clause", "按该条款没有（其他）应付款项"),
    "undetermined": Text("whether this is due cannot be said yet: facts are missing", "缺少事实，尚不能确定是否应付"),
    "no payment": Text("no payment was found for it", "没有找到对应的支付"),
}


def months_of(settlement: Settlement) -> list[Month]:
    """The months in which it was earned; of a payment for nothing the month that it names."""
    if settlement.dues:
        return [due.month for due in settlement.dues]
    return [payment.month for payment in settlement.payments if payment.month is not None]


def months_in_words(months: list[Month]) -> str:
    texts = [month_text(month) for month in months] or [""]
    return f"{texts[0]} – {texts[-1]}" if len(texts) > 2 else ", ".join(texts)


def how_matched(settlement: Settlement, language: Language) -> str:
    return HOW_WORDS[settlement.how][language].format(months=months_in_words(months_of(settlement)))


def kinds_in_words(settlement: Settlement, language: Language) -> str:
    """The kind, and what else."""
    return ("、" if language == "zh" else ", ").join(
        STANDING_NAMES[kind][language] for kind in (settlement.standing, *settlement.also)
    )


def place_of(payment: Paid) -> str:
    return str(payment.row) if payment.sheet is None else f"{payment.sheet}!{payment.row}"
