"""Elements of HTML and SVG as text: what is not markup yet is escaped, so that no label of a policy can become one."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from huice.facts.faults import shown

VOID = ("meta", "br", "col", "rect", "line", "path", "circle", "polygon")


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


Content = str | Markup | None | Iterable["Content"]


def el(name: str, /, *content: Content, **attributes: str | float | bool | None) -> Markup:
    """An element. Attributes: `class_` for class, `_` for `-`; True stands alone, None and False are left out."""
    given = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in VOID and not content:
        closing = "/>" if name not in ("meta", "br", "col") else ">"
        return Markup(f"<{name}{given}{closing}")
    return Markup(f"<{name}{given}>{join(content)}</{name}>")


def join(content: Content) -> Markup:
    """Markup of the parts, one after the other."""
    if content is None:
        return Markup("")
    if isinstance(content, Markup):
        return content
    if isinstance(content, str):
        return Markup(escape(shown(content), quote=False))
    return Markup("".join(join(part) for part in content))


def _attribute(key: str, value: str | float | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    text = number(value) if isinstance(value, float) else escape(shown(str(value)))
    return f' {name}="{text}"'


def number(value: float) -> str:
    """A place in a drawing, to a tenth."""
    text = f"{value:.1f}"
    return "0" if text in ("-0.0", "0.0") else text.removesuffix(".0")
