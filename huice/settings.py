"""`--set NAME=VALUE` to a parameter's value, and months given on the command line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping

from compiler.parameters import fits, unit_of
from huice.facts.cells import Wrong, plain, read_money, read_value
from lang.dates import Month, parse_month
from lang.diagnostics import Text
from lang.model import Program
from lang.types import Value

_PER_MONTH = re.compile(r"\s*(per month|/\s*month|/\s*月|每月)$")


class WrongSetting(ValueError):
    """Carries `text`, the sentence for the user."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.en)


def parameter_value(program: Program, name: str, written: object) -> tuple[str, Value]:
    """The parameter's own name and the value that `written` stands for (`820`, `60%`, a literal)."""
    wanted = "_".join(name.replace("_", " ").split())
    names = {n: p.name for p in program.parameters.values() for n in (p.name, p.label) if n}
    if wanted not in names:
        close = difflib.get_close_matches(wanted, sorted(names), 1, 0.6)
        en = f"; did you mean {close[0]}?" if close else f"; the policy has {', '.join(program.parameters) or 'none'}"
        zh = f"；是否为 {close[0]}？" if close else f"；政策中有：{'、'.join(program.parameters) or '无'}"
        raise WrongSetting(Text(f"no parameter {name}{en}", f"没有标准 {name}{zh}"))
    parameter = program.parameters[names[wanted]]
    text = plain(written if isinstance(written, (str, int, float)) else str(written))
    if parameter.type.base == "rate":
        text = _PER_MONTH.sub("", text)
    value = read_value(text, parameter.type, dict(program.kinds))
    if isinstance(value, Wrong):
        prefix = parameter.name.replace("_", " ")
        raise WrongSetting(Text(f"{prefix}: {value.message.en}", f"{parameter.label or prefix}：{value.message.zh}"))
    unit = unit_of(value for _, value in parameter.values)
    if not fits(value, unit):
        prefix = parameter.name.replace("_", " ")
        counted = Text("days", "天") if unit == "days" else Text("months", "月")
        raise WrongSetting(
            Text(
                f"{prefix}: the policy counts it in {counted.en}, so write {counted.en}",
                f"{parameter.label or prefix}：政策中按{counted.zh}计，请以{counted.zh}填写",
            )
        )
    return parameter.name, value


def parse_settings(program: Program, settings: Iterable[str]) -> Mapping[str, Value]:
    """`NAME=VALUE` each. Raises WrongSetting."""
    found: dict[str, Value] = {}
    for setting in settings:
        name, sign, written = setting.partition("=")
        if not sign:
            raise WrongSetting(Text(f"“{setting}”: write NAME=VALUE", f"“{setting}”：请写作 名称=数值"))
        key, value = parameter_value(program, name.strip(), written.strip())
        found[key] = value
    return found


def month_option(text: str | None) -> Month | None:
    """`2021-05`. Raises WrongSetting."""
    if text is None:
        return None
    try:
        return parse_month(text)
    except ValueError:
        raise WrongSetting(
            Text(f"“{text}” is not a month such as 2021-05", f"“{text}”不是月份（如 2021-05）")
        ) from None


def fen_option(text: str) -> int:
    """An amount in yuan to fen. Raises WrongSetting."""
    value = read_money(plain(text))
    if isinstance(value, Wrong):
        raise WrongSetting(value.message)
    return int(value)
