"""A program as one HTML page: no script, no network, ready to print; with a document, its text beside the clauses."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from attrs import frozen

from compiler import ir
from huice.reports.names import declared_name
from huice.reports.weave.clauses import Block, Row
from huice.reports.weave.code import Highlighter
from huice.reports.weave.example import Example, examples
from huice.reports.weave.sections import Section, weave
from huice.reports.weave.statements import KINDS, Teller
from huice.reports.weave.style import STYLE
from lang import model
from lang.diagnostics import Language
from lang.documents.items import OfficialDocument
from lang.source import Span

WORDS = {
    "en": {
        "notes": "Decisions", "example": "Example", "uses": "see", "omitted": "left out", "forgotten": "forgotten",
        "unknown": "not in the document", "cited": "", "told": "see", "shared": "Definitions and standards",
        "overview": "What it pays", "clause": "clause", "item": "item", "whom": "for whom", "pays": "pays",
        "payee": "to", "limits": "limits",
        "cases": "Cases", "scenario": "Scenario", "items": "items", "clauses": "clauses", "targets": "targets",
        "duties": "duties", "decisions": "decisions", "official": "Official text", "program": "Program",
        "before": "before the first item", "after": "behind the last item", "more": "and {} more rows of the kind",
        "set": "set", "quoted": "Quoted", "money": "left out, but it names money: {}",
        "made": "Made by Huice from the program; the program decides.",
        "code": "Program text", "policy": "Dates and funds",
    },
    "zh": {
        "notes": "编写时的决定", "example": "举例", "uses": "见", "omitted": "不编入", "forgotten": "遗漏",
        "unknown": "文件中没有此条目", "cited": "", "told": "见", "shared": "共用的界定与标准",
        "overview": "发放一览", "clause": "条款", "item": "依据", "whom": "对象", "pays": "发放", "payee": "付给",
        "limits": "限制",
        "cases": "案例", "scenario": "情景", "items": "个条目", "clauses": "个条款", "targets": "个目标",
        "duties": "项职责", "decisions": "处决定", "official": "文件原文", "program": "程序",
        "before": "首个条目之前", "after": "末个条目之后", "more": "另有{}条同类记录",
        "set": "标准取", "quoted": "原文摘引", "money": "不编入的条目不得涉及资金：{}",
        "made": "由惠策根据程序生成，以程序为准。",
        "code": "程序文本", "policy": "日期与资金",
    },
}  # fmt: skip


def page(
    program: model.Program, compiled: ir.Program, language: Language, document: OfficialDocument | None = None
) -> str:
    return _Page(
        program=program,
        language=language,
        document=document,
        teller=Teller(program, language),
        examples=examples(program, compiled, language),
        code=Highlighter.of(program.span.source),
    ).html()


@frozen(kw_only=True, eq=False)
class _Page:
    program: model.Program
    language: Language
    document: OfficialDocument | None
    teller: Teller
    examples: dict[str, Example]
    code: Highlighter

    def word(self, key: str) -> str:
        return WORDS[self.language][key]

    def html(self) -> str:
        woven = weave(self.teller, self.document)
        own = [block for block in woven.shared if block.span.source is self.program.span.source]
        title = self.program.label if self.language == "zh" and self.program.label else self.program.name
        title = title if self.language == "zh" else title.replace("_", " ")
        before = after = ""
        if self.document is not None:
            before = self.pair("", self.prose(self.document.preamble, self.word("before")), self.policy())
            if self.document.closing:
                after = self.pair("", self.prose(self.document.closing, self.word("after")), "")
        body = [
            f"<header><h1>{escape(title)}</h1>{self.rows(self.teller.header())}{self.numbers(woven.sections)}</header>",
            self.notes(self.teller.header_notes()),
            self.overview(woven.sections),
            self.columns_head(),
            before,
            *(self.section(section) for section in woven.sections),
            after,
            self.shared(own),
            self.cases(),
            *(self.scenario(scenario) for scenario in self.program.scenarios.values()),
            f"<footer>{escape(self.word('made'))}</footer>",
        ]
        code = "zh-CN" if self.language == "zh" else "en"
        look = "beside" if self.document is not None else "alone"
        return (
            f'<!doctype html><html lang="{code}"><head><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
            f'<style>{STYLE}</style></head><body class="{look}">{"".join(body)}</body></html>\n'
        )

    # ------------------------------------------------------------ the head of the page
    def numbers(self, sections: Iterable[Section]) -> str:
        p, blocks = self.program, self.teller.blocks()
        decisions = len(self.teller.header_notes()) + sum(len(block.notes) for block in blocks)
        counts = [
            (len([s for s in sections if s.covered.status != "unknown"]), "items"), (len(p.clauses), "clauses"),
            (len(p.targets), "targets"), (len(p.duties), "duties"), (decisions, "decisions"),
        ]  # fmt: skip
        cells = "".join(f"<span><b>{count}</b> {escape(self.word(key))}</span>" for count, key in counts if count)
        return f"<p class=numbers>{cells}</p>"

    def overview(self, sections: Iterable[Section]) -> str:
        """A row a clause."""
        lines = []
        for section in sections:
            for block in section.blocks:
                if block.kind == "clause":
                    rows = dict(block.rows)
                    rules, payees = rows[self.word("pays")], rows[self.teller.pick("paid to", "付给")]
                    (whom,) = rows[self.word("whom")]
                    rules = rules[: len(self.program.clauses[block.name].rules)]
                    said = "<br>".join(escape(line) for line in (*rules, *rows.get(self.word("limits"), ())))
                    lines.append(
                        f'<tr><td><a href="#{_anchor(block)}">{escape(block.title)}</a></td>'
                        f"<td>{escape('、'.join(block.cites))}</td><td>{escape(whom)}</td><td>{said}</td>"
                        f"<td>{escape('、'.join(payees) if self.language == 'zh' else ', '.join(payees))}</td></tr>"
                    )
        if not lines:
            return ""
        heads = "".join(f"<th>{escape(self.word(key))}</th>" for key in ("clause", "item", "whom", "pays", "payee"))
        table = f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
        return f"<section class=overview><h2>{escape(self.word('overview'))}</h2>{table}</section>"

    def policy(self) -> str:
        """The policy block as written."""
        heading = f"<h4><span>{escape(self.word('policy'))}</span><code>{escape(self.program.name)}</code></h4>"
        return f"<article>{heading}{self.text_of(self._policy_span())}</article>"

    def _policy_span(self) -> Span:
        ends = [line.span.end for line in self.program.lines]
        return Span(self.program.span.start, max([self.program.span.end, *ends]), self.program.span.source)

    # ------------------------------------------------------------ items
    def columns_head(self) -> str:
        if self.document is None:
            return ""
        official, program = escape(self.word("official")), escape(self.word("program"))
        return f"<div class=pair id=columns><div>{official}</div><div>{program}</div></div>"

    def section(self, section: Section) -> str:
        row = section.covered
        chip = self.word(row.status)
        look = "bad" if row.is_finding else row.status
        mark = f"<span class=chip>{escape(chip)}</span>" if chip else ""
        title = escape(row.title or "")
        level = min(2 + section.depth, 4)
        head = f'<h{level} class="item {look}"><b>{escape(row.item)}</b> {title} {mark}</h{level}>'
        parts = [self.block(block) for block in section.blocks]
        if section.in_force:
            parts.insert(0, f"<article>{self.rows(self.teller.header())}</article>")
        if row.reason:
            parts.append(f"<p class=reason>{escape(self.word('omitted'))}：{escape(row.reason)}</p>")
        if row.money:
            parts.append(f"<p class=wrong>{escape(self.word('money').format('、'.join(row.money)))}</p>")
        if section.named:
            links = "、".join(f'<a href="#{_anchor(b)}">{escape(b.title)}</a>' for b in section.named)
            parts.append(f"<p class=named>{escape(self.word('told'))} {links}</p>")
        if row.status == "unknown" and not section.blocks and not section.named:
            by = "、".join(declared_name(self.program, name, self.language) for name in row.by)
            parts.append(f"<p class=wrong>{escape(by)}</p>")
        parts.append(self.notes(section.notes))
        if self.document is None:
            return f"<section>{head}{''.join(parts)}</section>"
        lines = (section.text or "").split("\n")
        left = self.prose("\n".join(lines[1:] if lines[0] == row.title else lines))
        return self.pair(head, left, "".join(parts))

    def pair(self, head: str, left: str, right: str) -> str:
        if not left and not right:
            return f"<section>{head}</section>"
        return f"<section>{head}<div class=pair><div class=official>{left}</div><div>{right}</div></div></section>"

    def prose(self, text: str, caption: str = "") -> str:
        lines = "".join(f"<p>{escape(line)}</p>" for line in text.split("\n") if line)
        return (f"<p class=caption>{escape(caption)}</p>" if caption else "") + lines

    # ------------------------------------------------------------ a declaration
    def block(self, block: Block) -> str:
        kind = KINDS[self.language][block.kind]
        heading = (
            f'<h4 id="{_anchor(block)}"><small>{escape(kind)}</small><span>{escape(block.title)}</span>'
            f"<code>{escape(block.name)}</code></h4>"
        )
        example = self.examples.get(block.name) if block.kind == "clause" else None
        uses = self.uses(block)
        parts = [
            heading,
            self.quotations(block.quotations),
            self.rows(block.rows, uses),
            self.notes(block.notes),
            self.example(example) if example is not None else "",
            self.text_of(block.span) if block.span.source is self.program.span.source else "",
        ]
        return f'<article class="{block.kind}">{"".join(parts)}</article>'

    def rows(self, rows: Iterable[Row], more: str = "") -> str:
        html = "".join(
            f"<dt>{escape(heading)}</dt><dd>{''.join(f'<p>{escape(line)}</p>' for line in lines)}</dd>"
            for heading, lines in rows
        )
        return f"<dl>{html}{more}</dl>" if html or more else ""

    def uses(self, block: Block) -> str:
        """Links to the definitions that the block names."""
        links = []
        for entity, name in block.uses:
            define = self.program.defines[entity, name]
            title = define.label if self.language == "zh" and define.label else name.replace("_", " ")
            links.append(f'<a href="#define-{escape(entity)}-{escape(name)}">{escape(title)}</a>')
        if not links:
            return ""
        return f"<dt>{escape(self.word('uses'))}</dt><dd><p>{'、'.join(links)}</p></dd>"

    def notes(self, notes: Iterable[str]) -> str:
        items = "".join(f"<li>{escape(note)}</li>" for note in notes)
        return f"<aside><b>{escape(self.word('notes'))}</b><ul>{items}</ul></aside>" if items else ""

    def quotations(self, quotations: Iterable[str]) -> str:
        lines = "".join(f"<p>{escape(line)}</p>" for line in quotations)
        return f"<blockquote><b>{escape(self.word('quoted'))}</b>{lines}</blockquote>" if lines else ""

    def example(self, example: Example) -> str:
        separator = "；" if self.language == "zh" else "; "
        people = "".join(f"<p><b>{escape(row)}</b> {escape(separator.join(facts))}</p>" for row, facts in example.rows)
        more = f"<p>{escape(self.word('more').format(example.more))}</p>" if example.more else ""
        sets = f"<p>{escape(self.word('set'))} {escape(separator.join(example.sets))}</p>" if example.sets else ""
        paid = "".join(f"<p class=paid>→ {escape(payment)}</p>" for payment in example.payments)
        return (
            f"<div class=example><b>{escape(self.word('example'))}</b> <i>{escape(example.case)}</i>"
            f"{people}{more}{sets}{paid}</div>"
        )

    def text_of(self, span: Span, with_notes: bool = False) -> str:
        return f"<pre>{self.code.html(span, with_notes)}</pre>"

    # ------------------------------------------------------------ the rest
    def shared(self, blocks: list[Block]) -> str:
        if not blocks:
            return ""
        html = "".join(self.block(block) for block in blocks)
        return f"<section class=shared><h2>{escape(self.word('shared'))}</h2>{html}</section>"

    def cases(self) -> str:
        names = "".join(f"<li>{escape(case.name)}</li>" for case in self.program.cases)
        return f"<section class=cases><h2>{escape(self.word('cases'))}</h2><ol>{names}</ol></section>" if names else ""

    def scenario(self, scenario: model.Scenario) -> str:
        if scenario.span.source is not self.program.span.source:
            return ""
        title = scenario.label if self.language == "zh" and scenario.label else scenario.name.replace("_", " ")
        heading = f"{self.word('scenario')}：{title}" if self.language == "zh" else f"{self.word('scenario')}: {title}"
        return f"<section><h2>{escape(heading)}</h2>{self.text_of(scenario.span, True)}</section>"


def _anchor(block: Block) -> str:
    if block.kind == "define":
        return f"define-{block.entity}-{block.name}"
    return f"{block.kind}-{block.name}"
