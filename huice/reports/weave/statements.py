"""What else a program says, in plain words: funds, standards, tables, definitions, targets, duties, dates."""

from __future__ import annotations

from attrs import frozen

from huice.reports.names import title_of
from huice.reports.weave.clauses import Block, ClauseTeller, Row
from huice.reports.weave.values import day_text, month_words, value_words
from lang import model
from lang.checking.symbols import names_of
from lang.source import Span
from lang.tree.declarations import Duty, InForce
from lang.types import Given, Type

KINDS = {
    "en": {
        "clause": "clause", "target": "target", "duty": "duty", "fund": "fund", "parameter": "standard",
        "table": "table", "define": "definition", "exclusive": "not together", "limit": "places", "set": "set",
        "property": "property", "kind": "kind", "entity": "register",
    },
    "zh": {
        "clause": "条款", "target": "目标", "duty": "职责", "fund": "资金", "parameter": "标准", "table": "标准表",
        "define": "界定", "exclusive": "不重复享受", "limit": "名额", "set": "范围", "property": "性质",
        "kind": "类别", "entity": "台账",
    },
}  # fmt: skip


@frozen
class Teller(ClauseTeller):
    """Tells of every declaration."""

    def blocks(self) -> list[Block]:
        """Every declaration that can cite an item, in order of the program; vocabulary only where it cites."""
        p = self.program
        made = [self.clause(clause) for clause in p.clauses.values()]
        made += [self.fund(fund) for fund in p.funds.values()]
        made += [self.parameter(parameter) for parameter in p.parameters.values()]
        made += [self.table(table) for table in p.tables.values()]
        made += [self.define(define) for define in p.defines.values()]
        made += [self.group(group) for group in p.groups.values()]
        made += [self.limit(limit) for limit in p.limits.values()]
        made += [self.target(target) for target in p.targets.values()]
        made += [self.duty(duty) for duty in p.duties]
        made += [self.property(property) for property in p.properties.values()]
        made += [self.block("set", declared, []) for declared in p.sets.values() if declared.cites]
        made += [self.block("kind", declared, []) for declared in p.kinds.values() if declared.cites]
        made += [self.block("entity", declared, []) for declared in p.entities.values() if declared.cites]
        return sorted(made, key=lambda block: self._place(block.span))

    def _place(self, span: Span) -> tuple[int, int]:
        """Modules first, as they were read."""
        sources = [source.name for source in self.program.sources]
        return sources.index(span.source.name) if span.source.name in sources else 0, span.start

    def fund(self, fund: model.Fund) -> Block:
        parts = []
        if fund.code:
            parts.append(f"编码{fund.code}" if self.zh else f"code {fund.code}")
        if fund.pots is not None:
            kind = title_of(self.program.kinds, fund.pots, self.language)
            parts.append(f"按{kind}分账" if self.zh else f"a pot for each {kind}")
        paying = [
            c for c in self.program.clauses.values() if c.paid_from is not None and fund.name in c.paid_from.funds
        ]
        names = [title_of(self.program.clauses, clause.name, self.language) for clause in paying]
        rows: list[Row] = []
        if names:
            rows.append((self.pick("pays for", "支付"), (("、" if self.zh else ", ").join(names),)))
        if parts:
            rows.append((self.pick("kept", "管理"), (("，" if self.zh else ", ").join(parts),)))
        return self.block("fund", fund, rows)

    def parameter(self, parameter: model.Parameter) -> Block:
        return self.block("parameter", parameter, [(self.pick("value", "标准"), (self.standard(parameter),))])

    def table(self, table: model.Table) -> Block:
        said = []
        for row in table.rows:
            value = value_words(row.value, table.type, self.program, self.language)
            keys = [self._key(key, type) for key, type in zip(row.keys, table.keys, strict=False)]
            key = ("、" if self.zh else ", ").join(keys) if keys else self.pick("otherwise", "其余情形")
            said.append(f"{key}：{value}" if self.zh else f"{key}: {value}")
        return self.block("table", table, [(self.pick("rows", "对应"), tuple(said))])

    def _key(self, key: Given | model.Band, type: Type) -> str:
        if not isinstance(key, model.Band):
            return value_words(key, type, self.program, self.language)
        low = value_words(key.low, type, self.program, self.language) if key.low is not None else None
        high = value_words(key.high, type, self.program, self.language) if key.high is not None else None
        if low is None:
            return f"{high}以下（不含）" if self.zh else f"under {high}"
        if high is None:
            return f"{low}及以上" if self.zh else f"{low} or more"
        return f"{low}至{high}（不含）" if self.zh else f"{low} to under {high}"

    def define(self, define: model.Define) -> Block:
        speaker = self.speaker()
        said = speaker.say(define.body)
        entity = speaker.entity(define.entity)
        rows: list[Row] = [(self.pick(f"for {entity}", f"对{entity}"), (said,))]
        return self.block("define", define, rows, uses=tuple(speaker.used))

    def group(self, group: model.Exclusive) -> Block:
        return self.block("exclusive", group, [(self.pick("rule", "规则"), (self.together(group),))])

    def limit(self, limit: model.Limit) -> Block:
        name = title_of(self.program.clauses, limit.name, self.language)
        return self.block("limit", limit, [(self.pick("rule", "规则"), (self.places(limit),))], name=name)

    # ------------------------------------------------------------ what pays nothing
    def target(self, target: model.Target) -> Block:
        speaker = self.speaker()
        said = speaker.say(target.condition)
        if target.per is not None:
            per = title_of(self.program.kinds, target.per, self.language)
            said = f"每个{per}{said}" if self.zh else f"{said}, for each {per}"
        if target.every_year:
            said = f"每年{said}" if self.zh else f"{said}, every year"
        if target.by is not None:
            day = day_text(target.by, self.language)
            said = f"截至{day}，{said}" if self.zh else f"{said}, by {day}"
        rows: list[Row] = [(self.pick("asked", "要求"), (said,))]
        return self.block("target", target, rows, uses=tuple(speaker.used))

    def duty(self, duty: Duty) -> Block:
        names = names_of(duty.name, duty.label)
        declared = model.Declared(
            name=names.name, label=names.label, cites=duty.cites, span=duty.span, trivia=duty.trivia
        )
        rows: list[Row] = []
        if duty.of:
            rows.append((self.pick("of", "责任单位"), (duty.of,)))
        if isinstance(duty.by, tuple):
            month, day = duty.by
            rows.append(
                (
                    self.pick("by", "时限"),
                    (f"每年{month}月{day}日前" if self.zh else f"{month:02d}-{day:02d} every year",),
                )
            )
        elif duty.by is not None:
            rows.append((self.pick("by", "时限"), (day_text(duty.by, self.language) + ("前" if self.zh else ""),)))
        return self.block("duty", declared, rows)

    def property(self, property: model.Property) -> Block:
        speaker = self.speaker()
        claim = property.claim
        if isinstance(claim, model.Monotone):
            name = title_of(self.program.clauses, claim.clause, self.language)
            by = speaker.say(claim.attribute)
            rises = claim.direction == "rises"
            said = (
                f"“{name}”随{by}{'递增' if rises else '递减'}"
                if self.zh
                else f"{name} never {'falls' if rises else 'rises'} when {by} rises"
            )
        else:
            said = speaker.say(claim)
        entity = speaker.entity(property.entity)
        return self.block("property", property, [(self.pick(f"for {entity}", f"对{entity}"), (said,))])

    # ------------------------------------------------------------ the policy itself
    def header(self) -> list[Row]:
        """Dates and default funds."""
        p = self.program
        start, end = p.in_force
        rows: list[Row] = []
        if p.document:
            rows.append((self.pick("document", "文号"), (p.document,)))
        if p.issued is not None:
            rows.append((self.pick("issued", "印发"), (day_text(p.issued, self.language),)))
        last = day_text(end, self.language) if end is not None else self.pick("open", "无终止日")
        rows.append((self.pick("in force", "施行"), (day_text(start, self.language) + self.pick(" to ", "至") + last,)))
        if p.applies_from is not None:
            day = day_text(p.applies_from, self.language)
            due = month_words(p.due_from, self.language)
            rows.append(
                (
                    self.pick("applies from", "追溯自"),
                    (
                        f"{day}（此前各月应付的于{due}兑现）"
                        if self.zh
                        else f"{day} (what accrues before is due in {due})",
                    ),
                )
            )
        if p.claims_until is not None:
            rows.append((self.pick("claims until", "兑现截止"), (day_text(p.claims_until, self.language),)))
        return rows

    def header_notes(self) -> tuple[str, ...]:
        trivia = (self.program.trivia, *(line.trivia for line in self.program.lines))
        return tuple(note.text for t in trivia for note in t.notes)

    def in_force_cites(self) -> tuple[str, ...]:
        return tuple(cited for line in self.program.lines if isinstance(line, InForce) for cited in line.cites)
