"""Checked expressions in the words of an office, Chinese or English: what a condition asks, what an amount is.

Comes in: a typed expression. Goes out: a phrase of one line with the labels of the policy. The phrase is made from the
program alone, so it says what the program does, not what the document says.
"""

from __future__ import annotations

from typing import assert_never

from attrs import field, frozen

from huice.reports.names import title_of
from huice.reports.weave.values import kind_word, length_text, month_words, value_words
from lang import typed
from lang.dates import Duration
from lang.diagnostics import Language
from lang.model import Program
from lang.types import DATE

_NUMBERS = {
    "en": {"≥": "at least", "≤": "at most", ">": "more than", "<": "less than", "=": "is", "≠": "is not"},
    "zh": {"≥": "不少于", "≤": "不超过", ">": "超过", "<": "少于", "=": "为", "≠": "不为"},
}
_DATES = {
    "en": {
        "≥": "is {} or later", "≤": "is {} or earlier", ">": "is after {}", "<": "is before {}", "=": "is {}",
        "≠": "is not {}",
    },
    "zh": {"≥": "不早于", "≤": "不晚于", ">": "晚于", "<": "早于", "=": "为", "≠": "不为"},
}  # fmt: skip
_TURNED = {"≥": "≤", "≤": "≥", ">": "<", "<": ">", "=": "=", "≠": "≠"}
_PERIODS = {
    "en": {"this month": "that month", "this year": "that year", "last year": "the year before"},
    "zh": {"this month": "在当月", "this year": "在当年", "last year": "在上一年"},
}
SHORT = 14  # characters; longer conditions are set apart by commas


@frozen
class Speaker:
    """`used`: the definitions named so far, in order, to be said once each."""

    program: Program
    language: Language
    used: dict[tuple[str, str], None] = field(factory=dict)

    @property
    def zh(self) -> bool:
        return self.language == "zh"

    def pick(self, en: str, zh: str) -> str:
        return zh if self.zh else en

    def entity(self, name: str) -> str:
        return title_of(self.program.entities, name, self.language)

    def attribute(self, entity: str, name: str) -> str:
        return title_of(self.program.entities[entity].attributes, name, self.language)

    def quoted(self, text: str) -> str:
        return f"“{text}”" if self.zh else text

    def say(self, expr: typed.Expr) -> str:
        match expr:
            case typed.Constant(value, type):
                return value_words(value, type, self.program, self.language)
            case typed.FactRead(entity, attribute):
                return self.attribute(entity, attribute)
            case typed.ParameterRead(parameter):
                return self.quoted(title_of(self.program.parameters, parameter, self.language))
            case typed.UnknownRead(unknown):
                return unknown.replace("_", " ")
            case typed.DefineRead(entity, name):
                self.used[entity, name] = None
                label = self.program.defines[entity, name].label
                return label if self.zh and label else name.replace("_", " ")
            case typed.Through(link, body):
                state = isinstance(body, typed.FactRead | typed.DefineRead) and body.type.base == "yes/no"
                if self.zh:
                    return self.say(link) + ("" if body.type.base == "yes/no" else "的") + self.say(body)
                return f"{self.say(link)}{' is' if state else chr(39) + 's'} {self.say(body)}"
            case typed.TableRead(table, keys):
                name = title_of(self.program.tables, table, self.language)
                by = self.listed([self.say(key) for key in keys])
                return f"“{name}”表中按{by}所定" if self.zh else f"the {name} for {by}"
            case typed.Not(operand):
                return self.negated(operand)
            case typed.All(operands):
                parts = [self.within(part, typed.Either) for part in operands]
                if self.zh:
                    return ("且" if sum(map(len, parts)) <= SHORT else "，且").join(parts)
                return " and ".join(parts)
            case typed.Either(operands):
                parts = [self.within(part, typed.All) for part in operands]
                return "或".join(parts) if self.zh else " or ".join(parts)
            case typed.Arithmetic():
                return self.arithmetic(expr)
            case typed.Compare():
                return self.comparison(expr)
            case typed.Run(operand):
                inner = self.within(operand, typed.All, typed.Either)
                return f"{inner}连续的时间" if self.zh else f"the unbroken run of {inner}"
            case typed.Total():
                return self.total(expr)
            case typed.Ever(operand):
                return f"曾经{self.within(operand)}" if self.zh else f"{self.within(operand)} at some time"
            case typed.Previous(operand):
                return f"上月的{self.within(operand)}" if self.zh else f"last month's {self.within(operand)}"
            case typed.SettlementDate():
                return self.pick("the end of the month", "当月月末")
            case typed.Later(day, length):
                return (
                    f"{self.say(day)}之后{self.say(length)}" if self.zh else f"{self.say(length)} after {self.say(day)}"
                )
            case typed.InPeriod():
                return self.period(expr)
            case typed.OneOf(operand, members):
                names = [kind_word(self.program, operand.type, member, self.language) for member in members]
                return (
                    f"{self.say(operand)}为{'、'.join(names)}之一"
                    if self.zh
                    else f"{self.say(operand)} is one of {', '.join(names)}"
                )
            case typed.IsKnown(operand):
                return f"已填明{self.say(operand)}" if self.zh else f"{self.say(operand)} is known"
            case typed.Aggregate():
                return self.aggregate(expr)
            case typed.If(condition, then, otherwise):
                a, b, c = self.say(condition), self.say(then), self.say(otherwise)
                return f"{a}的为{b}，否则为{c}" if self.zh else f"{b} if {a}, otherwise {c}"
            case typed.PaidBy(clause):
                name = title_of(self.program.clauses, clause, self.language)
                return f"“{name}”累计发放额" if self.zh else f"all that {name} has paid"
            case typed.Function(name, arguments):
                return f"{name}({', '.join(self.say(argument) for argument in arguments)})"
            case _:
                assert_never(expr)

    def within(self, expr: typed.Expr, *weaker: type) -> str:
        """In brackets where the phrase would fall apart."""
        text = self.say(expr)
        if not isinstance(expr, weaker):
            return text
        return f"（{text}）" if self.zh else f"({text})"

    def listed(self, parts: list[str]) -> str:
        return ("、" if self.zh else ", ").join(parts)

    def negated(self, operand: typed.Expr) -> str:
        text = self.within(operand, typed.All, typed.Either, typed.Compare, typed.OneOf, typed.Aggregate)
        if isinstance(operand, typed.FactRead | typed.DefineRead):
            return f"“{text}”为否" if self.zh else f"not {text}"
        return f"不符合{text}" if self.zh else f"not {text}"

    # ------------------------------------------------------------ comparisons
    def comparison(self, expr: typed.Compare) -> str:
        operator, left, right = expr.operator, expr.left, expr.right
        if isinstance(left, typed.Constant | typed.SettlementDate) and not isinstance(right, typed.Constant):
            operator, left, right = _TURNED[operator], right, left  # type: ignore[assignment]
        if operator == "≥" and isinstance(left, typed.Run | typed.Total):
            return self.run(left, self.say(right))
        if isinstance(right, typed.SettlementDate) and isinstance(left, typed.Later) and operator == "≤":
            return self.since(left)
        if isinstance(right, typed.Later) and left.type == DATE and operator in ("≤", "<"):
            length, day = self.say(right.length), self.say(right.day)
            return f"{self.say(left)}在{day}起{length}之内" if self.zh else f"{self.say(left)} within {length} of {day}"
        words = (_DATES if left.type == DATE else _NUMBERS)[self.language]
        a, b = self.say(left), self.say(right)
        if self.zh:
            return f"{a}{words[operator]}{b}"
        if left.type == DATE:
            return f"{a} {words[operator].format(b)}"
        return f"{a} {words[operator] if operator in ('=', '≠') else 'is ' + words[operator]} {b}"

    def run(self, left: typed.Run | typed.Total, length: str) -> str:
        if isinstance(left, typed.Run):
            inner = self.within(left.operand, typed.Either)
            if self.zh:
                return f"{inner.replace('，且', '且')}连续满{length}"
            return f"{inner} for at least {length} in a row"
        return f"{self.total(left)}不少于{length}" if self.zh else f"{self.total(left)} is at least {length}"

    def since(self, later: typed.Later) -> str:
        day = self.say(later.day)
        if isinstance(later.length, typed.Constant) and later.length.value in (Duration(0, "days"), Duration(0)):
            return f"{day}已到" if self.zh else f"{day} has come"
        length = self.say(later.length)
        return f"自{day}起满{length}" if self.zh else f"{length} have passed since {day}"

    def total(self, expr: typed.Total) -> str:
        months = expr.months or 0
        zh = {
            "so far": "累计",
            "this year": "当年累计",
            "last year": "上一年累计",
            "last months": f"近{months}个月累计",
        }
        en = {
            "so far": "so far", "this year": "in that year", "last year": "in the year before",
            "last months": f"in the last {months} months",
        }  # fmt: skip
        inner = self.within(expr.operand, typed.All, typed.Either)
        return zh[expr.window] + inner if self.zh else f"total {inner} {en[expr.window]}"

    def period(self, expr: typed.InPeriod) -> str:
        day = self.say(expr.day)
        settled = isinstance(expr.day, typed.SettlementDate)
        if expr.period in _PERIODS[self.language]:
            return day + _PERIODS["zh"][expr.period] if self.zh else f"{day} falls in {_PERIODS['en'][expr.period]}"
        if expr.period == "last":
            length = length_text(expr.length or Duration(0), self.language)
            return f"{day}在近{length}内" if self.zh else f"{day} falls in the last {length}"
        value = expr.value or 0
        if expr.period == "year":
            return f"{day}在{value}年" if self.zh else f"{day} falls in {value}"
        if expr.period == "month":
            return f"{day}在{month_words(value, 'zh')}" if self.zh else f"{day} falls in {month_words(value, 'en')}"
        if settled:
            return f"当月为{value}月" if self.zh else f"it is month {value}"
        return f"{day}在{value}月" if self.zh else f"{day} falls in month {value}"

    # ------------------------------------------------------------ numbers
    def arithmetic(self, expr: typed.Arithmetic) -> str:
        left, right = self.say(expr.left), self.say(expr.right)
        if expr.operator == "minimum":
            return f"{left}（最高{right}）" if self.zh else f"{left}, at most {right}"
        if expr.operator == "maximum":
            return f"{left}（最低{right}）" if self.zh else f"{left}, at least {right}"
        sign = {"+": "+", "-": "−", "×": "×", "/": "÷"}[expr.operator]
        left = self.grouped(expr.left, expr.operator, left)
        right = self.grouped(expr.right, expr.operator, right, last=True)
        return f"{left} {sign} {right}"

    def grouped(self, part: typed.Expr, outer: str, text: str, last: bool = False) -> str:
        """Brackets where reading from left to right would give another number."""
        if not isinstance(part, typed.Arithmetic) or (part.operator in ("minimum", "maximum") and self.zh):
            return text
        if (
            part.operator in ("minimum", "maximum")
            or (part.operator in "+-" and outer in "×/")
            or (last and outer in "-/")
        ):
            return f"（{text}）" if self.zh else f"({text})"
        return text

    def aggregate(self, expr: typed.Aggregate) -> str:
        who = self.members(expr)
        where = self.say(expr.where).replace("，且", "且") if expr.where is not None else ""
        of = self.say(expr.value) if expr.value is not None else ""
        if self.zh:
            among = f"{who}中{where}的" if where else who
            match expr.word:
                case "count":
                    return among + ("人数" if expr.entity == "person" else "数量")
                case "sum":
                    return f"{among}{of}合计"
                case "share":
                    return f"{who}中{where}的占比"
                case "any":
                    someone = "有人" if expr.entity == "person" else "有一项"
                    return f"{who}中{someone}{where}" if where else f"有{who}"
        among = f"{who} where {where}" if where else who
        match expr.word:
            case "count":
                return f"the number of {among}"
            case "sum":
                return f"the sum of {of} of {among}"
            case "share":
                return f"the share of {among}"
            case "any":
                return f"any of {among}"

    def members(self, expr: typed.Aggregate) -> str:
        """What the members are called seen from the other end of their link."""
        for entity in self.program.entities.values():
            for attribute in entity.attributes.values():
                many = attribute.type.base == "many" and attribute.type.name == expr.entity
                if many and expr.via is not None and attribute.via == expr.via:
                    return self.attribute(entity.name, attribute.name)
        return self.entity(expr.entity)
