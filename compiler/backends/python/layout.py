"""Expressions of generated code, and how they are broken into lines."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

WIDTH = 100


@frozen
class Call:
    """`name(arguments)`; with other brackets a list or a tuple. Arguments are (keyword or None, expression)."""

    name: str
    arguments: tuple[tuple[str | None, Code], ...]
    brackets: str = "()"


@frozen
class Function:
    """`lambda parameter: body`."""

    parameter: str
    body: Code


Code = str | Call | Function


def call(name: str, /, *arguments: Code, **keywords: Code) -> Call:
    return Call(name, (*((None, a) for a in arguments), *keywords.items()))


def sequence(items: Sequence[Code], brackets: str = "[]") -> Call:
    return Call("", tuple((None, item) for item in items), brackets)


def one_line(code: Code) -> str:
    match code:
        case str():
            return code
        case Function(parameter, body):
            return f"lambda {parameter}: {one_line(body)}"
        case Call(name, arguments, brackets):
            inside = ", ".join(f"{key}={one_line(value)}" if key else one_line(value) for key, value in arguments)
            comma = "," if brackets == "()" and not name and len(arguments) == 1 else ""
            return f"{name}{brackets[0]}{inside}{comma}{brackets[1]}"


def layout(code: Code, indent: int = 0, before: int = 0) -> str:
    """The code in lines of at most WIDTH where that can be; `before` characters stand in front on its first line."""
    line = one_line(code)
    if indent + before + len(line) <= WIDTH or isinstance(code, str):
        return line
    if isinstance(code, Function):
        start = f"lambda {code.parameter}: "
        return start + layout(code.body, indent, before + len(start))
    inner = indent + 4
    lines = []
    for key, value in code.arguments:
        start = f"{key}=" if key else ""
        lines.append(" " * inner + start + layout(value, inner, len(start) + 1) + ",")
    return "\n".join([f"{code.name}{code.brackets[0]}", *lines, " " * indent + code.brackets[1]])
