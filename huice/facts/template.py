"""The workbook that a policy needs, as plain data: its sheets, their columns, what each means and who reads it.

In: the checked and compiled policy, and the language of the headings. Out: `TemplateSheet`s, which
`template_workbook` writes. An entity has a sheet; each of its monthly attributes has one of its own for the spells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from attrs import field, frozen

from compiler import ir
from huice.facts.columns import EXAMPLES
from huice.facts.identities import check_digit
from huice.facts.names import SHEET_NAME, sheet_names
from huice.facts.needs import Fact, needs
from lang.dates import first_day, month_text
from lang.diagnostics import Language, Text
from lang.model import Attribute, Entity, Kind, Program

Look = Literal["key", "text", "list", "date", "money", "count", "share", "month"]
CARRIED = frozenset(
    {"identity", "text"}
)  # attributes that tell people apart: in the workbook though no clause reads them


@frozen
class TemplateColumn:
    """`choices`: what a drop-down offers. `rows_of`: the sheet whose keys stand here. `clauses`: who reads it."""

    title: str
    look: Look
    meaning: str
    example: str | int | float | date
    choices: tuple[str, ...] = ()
    rows_of: str | None = None
    low: float | None = None
    high: float | None = None
    clauses: tuple[str, ...] = ()


@frozen
class TemplateSheet:
    """`spells`: a sheet of spells, of the entity's sheet `of`."""

    name: str
    columns: tuple[TemplateColumn, ...]
    spells: bool = False
    of: str = ""
    clauses: tuple[str, ...] = field(default=())


def template_sheets(model: Program, program: ir.Program, language: Language) -> tuple[TemplateSheet, ...]:
    return _Template(model, program, language).sheets()


@frozen
class _Template:
    model: Program
    program: ir.Program
    language: Language

    def sheets(self) -> tuple[TemplateSheet, ...]:
        read = needs(self.program)
        used = {entity for entity, _ in read} | {clause.entity for clause in self.program.clauses.values()}
        for of, name in read:
            target = self.model.entities[of].attributes[name].type
            if target.base == "link":
                used.add(target.name or "")
        found: list[TemplateSheet] = []
        for entity in self.model.entities.values():
            if entity.name in used:
                found += self._of(entity, read)
        return tuple(found)

    def _of(self, entity: Entity, read: Mapping[Fact, tuple[str, ...]]) -> list[TemplateSheet]:
        constants = [self._key(entity)]
        spells = []
        reading: dict[str, None] = {}
        for attribute in entity.attributes.values():
            clauses = read.get((entity.name, attribute.name), ())
            reading |= dict.fromkeys(clauses)
            if attribute.type.base == "many" or not (clauses or attribute.type.base in CARRIED):
                continue
            if attribute.monthly:
                spells.append(self._spells(entity, attribute, clauses))
            else:
                constants.append(self._column(attribute, clauses))
        name = self._title(entity.name, entity.label)
        return [TemplateSheet(name[:SHEET_NAME], tuple(constants), clauses=self._names(reading)), *spells]

    # ------------------------------------------------------------ columns
    def _key(self, entity: Entity) -> TemplateColumn:
        name = self._title(entity.name, entity.label)
        meaning = Text(
            f"What you tell one {name} from another by: a number or a short name, each once. Other sheets name it.",
            f"区分各{name}的编号，不得重复；其他工作表以此编号引用。",
        )
        return TemplateColumn(Text("id", "编号")[self.language], "key", meaning[self.language], self._example_key())

    def _example_key(self) -> str:
        return EXAMPLES[0] if self.language == "zh" else EXAMPLES[1]

    def _column(self, attribute: Attribute, clauses: Sequence[str]) -> TemplateColumn:
        look, meaning, example = self._how(attribute)
        target = attribute.type.name or ""
        choices: tuple[str, ...] = ()
        rows_of = None
        if attribute.type.base == "kind":
            choices = self._members(self.model.kinds[target])
        elif attribute.type.base == "yes/no":
            choices = ("是", "否") if self.language == "zh" else ("yes", "no")
        elif attribute.type.base == "link":
            entity = self.model.entities[target]
            rows_of = self._title(entity.name, entity.label)[:SHEET_NAME]
        scale = 100 if attribute.type.base in ("money", "rate") else 1
        numeric = look in ("money", "count", "share")
        return TemplateColumn(
            title=self._title(attribute.name, attribute.label),
            look=look,
            meaning=meaning,
            example=example,
            choices=choices,
            rows_of=rows_of,
            low=float(attribute.low / scale) if numeric and attribute.low is not None else None,
            high=float(attribute.high / scale) if numeric and attribute.high is not None else None,
            clauses=self._names(clauses),
        )

    def _spells(self, entity: Entity, attribute: Attribute, clauses: Sequence[str]) -> TemplateSheet:
        of = self._title(entity.name, entity.label)
        labels, names = sheet_names(entity, attribute)
        name = labels if self.language == "zh" else names
        title = self._title(attribute.name, attribute.label)
        first = first_day(self.program.first)
        start, end = month_text(self.program.first), f"{first.year}-12"
        key = Text(f"The id of the {of}, as on its sheet.", f"{of}的编号，与“{of}”表一致。")[self.language]
        begin = Text(
            f"From when: a month ({start}) or a day. Several spells: several rows.",
            f"开始：填月份（{start}）或日期。有多段时间的，分多行填写。",
        )[self.language]
        finish = Text(
            "To when, this month or day included; leave it blank while it goes on.",
            "截止：含该月（日）；仍在继续的留空。",
        )[self.language]
        columns = [
            TemplateColumn(Text("id", "编号")[self.language], "key", key, self._example_key(), rows_of=of[:SHEET_NAME]),
            TemplateColumn(Text("from", "自")[self.language], "month", begin, start),
            TemplateColumn(Text("to", "至")[self.language], "month", finish, end),
        ]
        if attribute.type.base != "yes/no":
            value = self._column(attribute, ())
            columns.append(
                TemplateColumn(
                    Text("value", "数值")[self.language], value.look, f"{title}{self._colon()}{value.meaning}",
                    value.example, value.choices, value.rows_of, value.low, value.high,
                )
            )  # fmt: skip
        return TemplateSheet(name[:SHEET_NAME], tuple(columns), True, of[:SHEET_NAME], self._names(clauses))

    def _colon(self) -> str:
        return "：" if self.language == "zh" else ": "

    def _how(self, attribute: Attribute) -> tuple[Look, str, str | int | float | date]:
        """How its cells look, what is to be written, and an example."""
        day = first_day(self.program.first).replace(day=15)
        zh = self.language == "zh"
        match attribute.type.base:
            case "yes/no":
                return "list", Text("yes or no", "填“是”或“否”")[self.language], Text("yes", "是")[self.language]
            case "kind":
                kind = self.model.kinds[attribute.type.name or ""]
                shown = self._members(kind)
                meaning = Text("one of the list", "从下拉列表中选择")[self.language]
                offered = (", " if not zh else "、").join(shown)
                few = len(offered) <= 60
                return "list", f"{meaning}{self._colon()}{offered}" if few else meaning, shown[0]
            case "link":
                target = self.model.entities[attribute.type.name or ""]
                name = self._title(target.name, target.label)
                whose = Text(
                    f"the id of a row of the sheet “{name}”; “none” if there is none",
                    f"填“{name}”表中的编号；没有的填“无”",
                )
                return "text", whose[self.language], self._example_key()
            case "date":
                return "date", Text("a date, such as 2021-05-01", "日期，如 2021-05-01")[self.language], day
            case "month":
                return (
                    "month",
                    Text("a month, such as 2021-05", "月份，如 2021-05")[self.language],
                    month_text(self.program.first),
                )
            case "money" | "rate":
                unit = "元" if zh else "yuan"
                per = (" a month" if not zh else "/月") if attribute.type.base == "rate" else ""
                return "money", f"{unit}{per}{self._range(attribute, 100)}", 3000
            case "count":
                whole = Text("a whole number", "整数")[self.language]
                return "count", f"{whole}{self._range(attribute, 1)}", 12
            case "share":
                return "share", Text("a share, such as 60%", "比例，如 60%")[self.language], 0.6
            case "duration":
                return (
                    "text",
                    Text("a length of time, such as 3 months", "时长，如 3个月")[self.language],
                    Text("3 months", "3个月")[self.language],
                )
            case "identity":
                first17 = f"999999{day:%Y%m%d}001"
                digits = Text(
                    "15 or 18 digits, as text (never as a number)", "15位或18位，须为文本格式（不得存为数字）"
                )
                return "text", digits[self.language], first17 + check_digit(first17)
            case _:
                return (
                    "text",
                    Text("text; read by no clause", "文字；各条款均不读取")[self.language],
                    Text("an example", "示例")[self.language],
                )

    def _range(self, attribute: Attribute, scale: int) -> str:
        if attribute.low is None or attribute.high is None:
            return ""
        low, high = f"{float(attribute.low / scale):,.10g}", f"{float(attribute.high / scale):,.10g}"
        return f"（{low} 至 {high}）" if self.language == "zh" else f" ({low} to {high})"

    # ------------------------------------------------------------ names
    def _members(self, kind: Kind) -> tuple[str, ...]:
        return tuple(self._title(member.name, member.label) for member in kind.members)

    def _title(self, name: str, label: str | None) -> str:
        return label if self.language == "zh" and label else name.replace("_", " ")

    def _names(self, clauses: Sequence[str] | dict[str, None]) -> tuple[str, ...]:
        """Clauses as the document calls them: title and item."""
        found = []
        for name in clauses:
            clause = self.model.clauses[name]
            cites = "、".join(clause.cites)
            title = self._title(clause.name, clause.label)
            open_, close = ("（", "）") if self.language == "zh" else (" (", ")")
            found.append(f"{title}{open_}{cites}{close}" if cites else title)
        return tuple(found)
