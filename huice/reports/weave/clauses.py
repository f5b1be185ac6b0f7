"""Clauses in plain words: for whom, on what condition, how much, how often, with what limits, to whom, from what.

Comes in: a checked program. Goes out: for each clause a `Block`: its title, rows of (heading, sentences), its notes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import frozen

from huice.reports.names import title_of
from huice.reports.weave.expressions import Speaker
from huice.reports.weave.values import day_text, value_words, yuan_text
from lang import model, typed
from lang.diagnostics import Language
from lang.source import Span
from lang.tree.syntax import Trivia
from lang.tree.walk import every

Row = tuple[str, tuple[str, ...]]


@frozen(kw_only=True)
class Block:
    """`kind` is a key of `statements.KINDS`. `cites`: the items, as written. `uses`: definitions that the rows name, as
    (entity, name); `entity` is set for a definition itself."""

    kind: str
    name: str
    title: str
    cites: tuple[str, ...]
    span: Span
    entity: str | None = None
    rows: tuple[Row, ...] = ()
    uses: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    quotations: tuple[str, ...] = ()


@frozen
class ClauseTeller:
    """Tells of clauses; what else there is, `Teller` tells."""

    program: model.Program
    language: Language

    @property
    def zh(self) -> bool:
        return self.language == "zh"

    def pick(self, en: str, zh: str) -> str:
        return zh if self.zh else en

    def speaker(self) -> Speaker:
        return Speaker(self.program, self.language)

    def block(
        self,
        kind: str,
        declared: model.Declared,
        rows: Iterable[Row],
        inner: Sequence[Trivia] = (),
        *,
        name: str = "",
        uses: tuple[tuple[str, str], ...] = (),
    ) -> Block:
        trivia = (declared.trivia, *inner)
        label = declared.label if self.zh and declared.label else declared.name.replace("_", " ")
        return Block(
            kind=kind, name=declared.name, title=name or label, cites=declared.cites, span=declared.span,
            rows=tuple(rows), uses=uses, entity=getattr(declared, "entity", None),
            notes=tuple(note.text for t in trivia for note in t.notes),
            quotations=tuple(quotation for t in trivia for quotation in t.quotations),
        )  # fmt: skip

    # ------------------------------------------------------------ clauses
    def clause(self, clause: model.Clause) -> Block:
        speaker = self.speaker()
        entity = speaker.entity(clause.entity)
        where = speaker.say(clause.where) if clause.where is not None else ""
        whom = (f"{entity}，须{where}" if self.zh else f"{entity} where {where}") if where else entity
        rules = [self.rule(rule, number, speaker) for number, rule in enumerate(clause.rules)]
        if len(rules) > 1 and not _tell_apart(clause.rules):
            rules.append(self.pick("The first line that holds decides.", "自上而下，以先符合的一项为准。"))
        rows: list[Row] = [(self.pick("for whom", "对象"), (whom,)), (self.pick("pays", "发放"), tuple(rules))]
        payees = dict.fromkeys(
            speaker.say(rule.payee) if rule.payee is not None else self._self(clause.entity) for rule in clause.rules
        )
        rows.append((self.pick("paid to", "付给"), tuple(payees)))
        limits = [line for rule in clause.rules for line in self.limits_of(rule, speaker)]
        if clause.name in self.program.limits:
            limits.append(self.places(self.program.limits[clause.name]))
        limits += [
            self.together(g) for g in self.program.groups.values() if clause.name in {m.clause for m in g.members}
        ]
        if limits:
            rows.append((self.pick("limits", "限制"), tuple(dict.fromkeys(limits))))
        if clause.paid_from is not None:
            rows.append((self.pick("paid from", "资金"), (self.paid_from(clause.paid_from),)))
        rows += self.standards(clause)
        return self.block("clause", clause, rows, [rule.trivia for rule in clause.rules], uses=tuple(speaker.used))

    def _self(self, entity: str) -> str:
        title = title_of(self.program.entities, entity, self.language)
        return (f"该{title}" if entity != "person" else "本人") if self.zh else f"the {title}"

    def rule(self, rule: model.Rule, number: int, speaker: Speaker) -> str:
        amount = speaker.say(rule.amount)
        rounding = self.rounding(rule.rounding)
        holds = speaker.say(rule.condition) if rule.condition is not None else ""
        if isinstance(rule.condition, typed.FactRead):  # a state by itself, as its column is called
            holds = self.pick(holds, f"有“{holds}”")
        if self.zh:
            often = {"once": "一次性", "once per year": "每年一次，", "per month": "每月"}[rule.frequency]
            if amount.startswith("每月") and often == "每月":
                often = ""
            months = "的月份，" if rule.frequency == "per month" else "的，"
            when = f"{holds}{months}" if rule.condition is not None else "一律" if number == 0 else "其余情形"
            return f"{when}{often}给予{amount}{rounding}。"
        often = {"once": "once", "once per year": "once per year", "per month": "per month"}[rule.frequency]
        when = f"if {holds}" if rule.condition is not None else "always" if number == 0 else "otherwise"
        if amount.endswith("per month") and often == "per month":
            often = ""
        return f"{amount}{rounding} {often}, {when}.".replace(" ,", ",")

    def rounding(self, rounding: model.Rounding) -> str:
        if rounding == model.Rounding():
            return ""
        unit = yuan_text(rounding.unit, self.language)
        if self.zh:
            return {"nearest": f"（四舍五入至{unit}）", "down": f"（舍至{unit}）", "up": f"（进至{unit}）"}[
                rounding.mode
            ]
        return {"nearest": f" rounded to {unit}", "down": f" rounded down to {unit}", "up": f" rounded up to {unit}"}[
            rounding.mode
        ]

    def limits_of(self, rule: model.Rule, speaker: Speaker) -> Iterable[str]:
        if rule.months is not None:
            count = speaker.say(rule.months)
            count = count if not count.isdigit() else (f"{count}个月" if self.zh else f"{count} months")
            yield f"最长{count}。" if self.zh else f"For {count} at most."
        if rule.per_year is not None:
            amount = speaker.say(rule.per_year)
            yield f"每年累计不超过{amount}。" if self.zh else f"At most {amount} per year."
        if rule.in_all is not None:
            amount = speaker.say(rule.in_all)
            yield f"累计不超过{amount}。" if self.zh else f"At most {amount} in all."

    def paid_from(self, paid: model.PaidFrom) -> str:
        names = [title_of(self.program.funds, fund, self.language) for fund in paid.funds]
        if paid.shares is not None:
            parts = [f"{name} {float(share * 100):g}%" for name, share in zip(names, paid.shares, strict=True)]
            return ("、" if self.zh else ", ").join(parts)
        return ("，不足由".join(names)) if self.zh else ", then ".join(names)

    def standards(self, clause: model.Clause) -> Iterable[Row]:
        """The parameters that amounts and conditions read."""
        parts = [
            clause.where,
            self.program.limits[clause.name].places if clause.name in self.program.limits else None,
            *(e for r in clause.rules for e in (r.condition, r.amount, r.months, r.per_year, r.in_all)),
        ]
        read = {
            node.parameter: None
            for part in parts
            if part is not None
            for node in every(part)
            if isinstance(node, typed.ParameterRead)
        }
        if read:
            yield (
                self.pick("standards", "标准"),
                tuple(
                    title_of(self.program.parameters, name, self.language)
                    + self.pick(": ", "：")
                    + self.standard(self.program.parameters[name])
                    for name in read
                ),
            )

    # ------------------------------------------------------------ what stands beside clauses
    def standard(self, parameter: model.Parameter) -> str:
        parts = []
        for day, value in parameter.values:
            said = value_words(value, parameter.type, self.program, self.language)
            start = "" if day.year == 1 else day_text(day, self.language)
            parts.append((f"{start}起{said}" if self.zh else f"{said} from {start}") if start else said)
        if parameter.external or not parts:
            by = parameter.set_by or ""
            if self.zh:
                parts = [f"另行规定（{by}）" if by else "另行规定", *parts]
            else:
                parts = [f"set elsewhere ({by})" if by else "set elsewhere", *parts]
        return "，".join(parts) if self.zh else ", ".join(parts)

    def together(self, group: model.Exclusive) -> str:
        speaker = self.speaker()
        names = [
            title_of(self.program.clauses, member.clause, self.language)
            if member.clause is not None
            else speaker.say(member.attribute)
            if member.attribute is not None
            else ""
            for member in group.members
        ]
        who = speaker.entity(group.per)
        if self.zh:
            how = "就高享受" if group.take == "highest" else "先享受为准"
            return f"同一{who}的{'、'.join(names)}不重复享受，{how}。"
        how = "the highest is paid" if group.take == "highest" else "the first to be paid shuts out the others"
        return f"Of {', '.join(names)}, one for each {who}: {how}."

    def places(self, limit: model.Limit) -> str:
        speaker = self.speaker()
        count = speaker.say(limit.places)
        per = speaker.say(limit.per) if limit.per is not None else ""
        order = speaker.say(limit.order_by) if limit.order_by is not None else ""
        if self.zh:
            when = {"month": "每月", "year": "每年", None: ""}[limit.period]
            most = f"不超过{count}个名额" if count.isdigit() else f"名额不超过{count}"
            text = f"{when}{f'每个{per}' if per else ''}{most}"
            return text + (f"，按{order}先后" if order else "") + "。"
        when = f" per {limit.period}" if limit.period else ""
        return f"At most {count} places{f' per {per}' if per else ''}{when}{f', in order of {order}' if order else ''}."


def _tell_apart(rules: Sequence[model.Rule]) -> bool:
    """Whether the rules ask for different values of one thing, so that their order decides nothing."""
    conditions = [rule.condition for rule in rules]
    asked = [c for c in conditions if isinstance(c, typed.Compare) and c.operator == "="]
    values = {str(c.right) for c in asked if isinstance(c.right, typed.Constant)}
    return len(values) == len(conditions) and len({str(c.left) for c in asked}) == 1
