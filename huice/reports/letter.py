"""An explanation as a letter of an office to the person concerned: one HTML page for A4, in Chinese or English.

It says what was decided, by which item, on which facts, what is missing and what would qualify. It names nobody but the
row it is about: of what links lead to, and of facts of other rows, only what sort of thing they are is said. Number,
seal and date are left for the office. There is nothing in it that changes from one run to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from compiler.explanation.change import Change
from compiler.explanation.explain import Because, Explanation
from compiler.ledger import Payment, yuan
from huice.privacy.masking import masked
from huice.reports.chinese_amounts import capital
from huice.reports.explain_words import in_words, set_to, value_of
from huice.reports.letter_words import LETTER, STYLE, Words
from huice.reports.names import missing_name, title_of
from lang.dates import month_text
from lang.diagnostics import Language
from lang.model import Program

HIDDEN = frozenset({"link", "text", "identity"})  # types whose values name somebody, or say who knows what


def letter(explanations: Sequence[Explanation], program: Program, language: Language, digest: str) -> str:
    """HTML. `explanations` are all of one row. `digest`: of the policy, so that the letter can be traced to it."""
    words = LETTER[language]
    first = explanations[0]
    answers = {found.answer for found in explanations}
    title = words[f"title {first.answer}" if len(answers) == 1 else "title several"]
    sections = "\n".join(_section(found, program, language) for found in explanations)
    whom = masked(f"{title_of(program.entities, first.entity, language)} {first.key}")
    name = _policy_name(program, language)
    lang_tag = "zh-CN" if language == "zh" else "en"
    return f"""<!DOCTYPE html>
<html lang="{lang_tag}">
<head>
<meta charset="utf-8">
<title>{escape(title)}</title>
<style>{STYLE}</style>
</head>
<body lang="{lang_tag}">
<main>
<header>
<div class="policy">{escape(masked(name))}</div>
<h1>{escape(title)}</h1>
</header>
<p class="number">{escape(words["number"])}<span>&nbsp;</span></p>
<p class="dear">{escape(words["dear"].format(whom=whom))}</p>
<p class="body">{escape(masked(words["opening"].format(policy=_cited(program, language))))}</p>
{sections}
<p class="body">{escape(words["appeal"])}</p>
<div class="sign"><div>{escape(words["office"])}<br>{escape(words["date"])}</div></div>
<footer>{escape(words["made"].format(name=program.name, digest=digest[:12]))}</footer>
</main>
</body>
</html>
"""


def _policy_name(program: Program, language: Language) -> str:
    if program.label and (language == "zh" or not program.label.isascii()):
        return program.label
    return program.label or program.name.replace("_", " ")


def _cited(program: Program, language: Language) -> str:
    """The policy with its number, as documents cite one another."""
    name = _policy_name(program, language)
    number = program.document or ""
    if language == "zh":
        return f"《{name}》" + (f"（{number}）" if number else "")
    return f"“{name}”" + (f" ({number})" if number else "")


# ---------------------------------------------------------------- one clause
def _section(found: Explanation, program: Program, language: Language) -> str:
    words = LETTER[language]
    clause = title_of(program.clauses, found.clause, language)
    parts = [f"<h2>{_text(clause[:1].upper() + clause[1:])}</h2>", _result(found, program, language)]
    quotation = "\n".join(found.quotations)
    if quotation:
        parts.append(f"<h3>{_text(words['quotation'])}</h3><blockquote>{_text(quotation)}</blockquote>")
    if found.because:
        parts.append(_facts(found.because, program, language))
    missing = [_missing(name, found, program, language) for name in found.missing]
    parts += _list(words["missing"], dict.fromkeys(missing))
    lacking = [
        words["lacks"].format(condition=condition, lacks=in_words(lacks, program, language))
        for condition, lacks in found.distance
    ]
    parts += _list(words["distance"], lacking)
    changes = [
        _change(change, found.entity, program, language) for change in found.change if change.type.base not in HIDDEN
    ]
    parts += _list(words["change"], changes)
    return "<section>\n" + "\n".join(parts) + "\n</section>"


def _result(found: Explanation, program: Program, language: Language) -> str:
    words = LETTER[language]
    rows = [(words["item"], "、".join(found.cites) or "—"), (words["decision"], words[found.answer])]
    if found.answer == "paid":
        payments = found.payments
        rows.append((words["amount"], _amounts(payments, words)))
        dues = [payment.due for payment in payments]
        due = month_text(dues[0]) if len(set(dues)) == 1 else words["due from"].format(first=month_text(min(dues)))
        rows += [(words["due"], due), (words["payee"], _payee(payments[0], program, language))]
        funds = [title_of(program.funds, fund, language) for fund in payments[0].funds]
        if funds:
            rows.append((words["fund"], words["semicolon"].join(funds)))
    else:
        rows.append((words["month"], month_text(found.month)))
    cells = "\n".join(f"<tr><th>{_text(name)}</th><td>{_text(value)}</td></tr>" for name, value in rows)
    return f'<table class="result">\n{cells}\n</table>'


def _amounts(payments: Sequence[Payment], words: Words) -> str:
    """All that the clause pays: runs of months of one amount together."""
    total = sum(payment.amount for payment in payments)
    first, last = payments[0], payments[-1]
    names = {
        "first": month_text(first.month), "last": month_text(last.month), "month": month_text(first.month),
        "amount": yuan(first.amount), "count": str(len(payments)), "total": yuan(total), "capital": capital(total),
    }  # fmt: skip
    if len(payments) == 1:
        return words["once"].format(**names)
    alike = len({payment.amount for payment in payments}) == 1
    unbroken = last.month - first.month + 1 == len(payments)
    return words["spell" if alike and unbroken else "several amounts"].format(**names)


def _payee(payment: Payment, program: Program, language: Language) -> str:
    """Never by name: the row itself, or what sort of payee it is."""
    words = LETTER[language]
    if payment.payee is None:
        return words["payee unknown"]
    if payment.payee == f"{payment.entity}/{payment.key}":
        return words["payee self"]
    entity = payment.payee.partition("/")[0]
    return words["payee other"].format(entity=title_of(program.entities, entity, language))


def _facts(because: Sequence[Because], program: Program, language: Language) -> str:
    words = LETTER[language]
    heads = "".join(f"<th>{_text(words[name])}</th>" for name in ("condition", "holds", "found"))
    rows = []
    for item in because:
        holds = words["open" if item.holds is None else "yes" if item.holds else "no"]
        value = "" if item.base in HIDDEN else value_of(item, program, language)
        rows.append(f"<tr><td>{_text(item.condition)}</td><td>{_text(holds)}</td><td>{_text(value or '—')}</td></tr>")
    body = "\n".join(rows)
    return f'<h3>{_text(words["facts"])}</h3>\n<table class="facts">\n<tr>{heads}</tr>\n{body}\n</table>'


def _missing(name: str, found: Explanation, program: Program, language: Language) -> str:
    """A fact of another row without saying whose."""
    words = LETTER[language]
    if "/" in name:
        row, _, attribute = name.rpartition(".")
        other = row.partition("/")[0]
        named = title_of(program.entities[other].attributes, attribute, language) if other in program.entities else ""
        return words["of another"].format(name=named)
    named = missing_name(program, found.entity, name, language)
    own = name in program.entities[found.entity].attributes
    return named if own or name not in program.parameters else words["parameter"].format(name=named)


def _change(change: Change, entity: str, program: Program, language: Language) -> str:
    words = LETTER[language]
    fact = title_of(program.entities[entity].attributes, change.fact, language)
    value = set_to(change, program, language)
    if change.first is None or change.last is None:
        return words["set"].format(fact=fact, value=value)
    months = list(dict.fromkeys((month_text(change.first), month_text(change.last))))
    return words["set for"].format(fact=fact, value=value, months=" – ".join(months))


def _list(title: str, items: Iterable[str]) -> list[str]:
    made = "\n".join(f"<li>{_text(item)}</li>" for item in items)
    return [f"<h3>{_text(title)}</h3>\n<ul>\n{made}\n</ul>"] if made else []


def _text(text: str) -> str:
    return escape(masked(text))
