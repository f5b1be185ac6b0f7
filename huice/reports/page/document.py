"""The frame of a page: a head that forbids every request, the style and the script, both inside."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

from huice.reports.page.markup import Content, Markup, el, join
from lang.diagnostics import Language


def document(title: str, language: Language, *body: Content) -> str:
    """The whole file."""
    style, script = _inside("style.css"), _inside("script.js")
    allowed = f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'"
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=f"{allowed}; base-uri 'none'; form-action 'none'"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", title),
        el("style", Markup(style)),
    )
    page = el("body", *body, el("script", Markup(script)))
    return f"<!doctype html>\n{el('html', head, page, lang='zh-CN' if language == 'zh' else 'en')}\n"


def section(title: str, *body: Content, note: str = "", class_: str | None = None) -> Markup:
    """A heading and what stands under it; the note stands beside the heading."""
    inside = join(body)
    if not inside:
        return Markup("")
    return el("section", el("h2", title, " " if note else None, el("small", note) if note else None), inside,
              class_=class_)  # fmt: skip


@cache
def _inside(name: str) -> str:
    text = files("huice.reports.page").joinpath(name).read_text(encoding="utf-8")
    return text.replace("\r\n", "\n").strip()


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode('utf-8')).digest()).decode()}"
