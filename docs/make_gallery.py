"""Pictures of every output for docs/gallery.md: `make gallery`.

Runs the commands that the page names, on the standard policy of Shaoxing, and photographs what they write: the pages in
Chromium (a screen, a telephone, sheets of paper), the workbook as LibreOffice prints it, the terminal at 80 columns.
Needs chromium, libreoffice and pdftoppm (poppler-utils) on the machine, and says which is missing.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

PICTURES = Path(__file__).parent / "gallery"
POLICY = "std:shaoxing_2021_51"
DRAWS = "256"
# What version B of the comparison says instead.
CHANGES = (
    ("social insurance ≥ 3 months → 3000 yuan once", "social insurance ≥ 2 months → 3500 yuan once"),
    ("renting → 500 yuan per month", "renting → 600 yuan per month"),
    (
        "social insurance ≥ 3 months → 2000 yuan once to recruiter",
        "social insurance ≥ 6 months → 2000 yuan once to recruiter",
    ),
    ("poverty alleviated and origin in leshan", "origin in leshan"),
)
TOOLS = {"chromium": "chromium", "libreoffice": "libreoffice", "pdftoppm": "poppler-utils"}
# Block elements are drawn as boxes of half an em: fonts for Chinese have them twice as wide as a terminal shows them.
TERMINAL = """body{margin:0;background:#fff}pre{font:13px/17px "Noto Sans Mono CJK SC",monospace;margin:0;
padding:14px 18px;background:#1e2226;color:#dfe3e6;display:inline-block;white-space:pre}b{color:#fff}
i{font-style:normal;color:#9aa4ad}u{display:inline-block;height:17px;vertical-align:bottom;background:#dfe3e6}"""
SHADES = {"█": 1.0, "▓": 0.62, "░": 0.3}
EIGHTHS = "▏▎▍▌▋▊▉"


def main() -> None:
    missing = [package for tool, package in TOOLS.items() if shutil.which(tool) is None]
    if missing:
        sys.exit(f"make gallery needs {', '.join(missing)}: apt-get install {' '.join(missing)}")
    from playwright.sync_api import sync_playwright

    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as started:
        folder = Path(temporary)
        browser = started.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        view = browser.new_page()
        version_b = folder / "version_b.policy"
        version_b.write_text(_version_b(), encoding="utf-8")
        simulate = ("simulate", POLICY, "--by", "district", "--draws", DRAWS, "--sensitivity")
        terminal = _run(*simulate, "--lang", "zh", "--out", str(folder / "zh"))
        _run(*simulate, "--lang", "en", "--out", str(folder / "en"))
        compared = _run("compare", POLICY, str(version_b), "--by", "district", "--draws", DRAWS, "--lang", "en",
                        "--out", str(folder / "compare"))  # fmt: skip
        _page(view, folder / "zh/report.html", 1100, "report-screen.png", 2300)
        _page(view, folder / "zh/report.html", 390, "report-telephone.png", 1900)
        _page(view, folder / "en/report.html", 1100, "report-english.png", 1500)
        _page(view, folder / "compare/report.html", 1100, "compare-screen.png", 2000)
        _page(view, folder / "compare/report.html", 390, "compare-telephone.png", 1900)
        view.set_viewport_size({"width": 1100, "height": 900})
        view.goto((folder / "zh/report.html").as_uri())
        view.pdf(path=folder / "report.pdf", prefer_css_page_size=True)
        _sheets(view, folder / "report.pdf", "report-paper.png", columns=3, most=6)
        for name in ("zh", "compare"):
            book = folder / name / "budget.xlsx"
            if book.exists():
                _quiet("libreoffice", "--headless", "--convert-to", "pdf", "--outdir", str(book.parent), str(book))
                _sheets(view, book.with_suffix(".pdf"), f"workbook-{name}.png", columns=3, most=9)
        _terminal(view, terminal, "terminal-simulate.png")
        _terminal(view, compared, "terminal-compare.png")
        browser.close()
    total = sum(picture.stat().st_size for picture in PICTURES.glob("*.png"))
    print(f"{len(list(PICTURES.glob('*.png')))} pictures, {total / 1e6:.1f} MB")


def _version_b() -> str:
    text = files("stdlib_policies").joinpath("shaoxing_2021_51/shaoxing_2021_51.policy").read_text("utf-8")
    for before, after in CHANGES:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return text


def _run(*arguments: str) -> str:
    """What the command prints in a window of 80 columns, with its escape codes."""
    window = {**os.environ, "COLUMNS": "80", "LINES": "60", "FORCE_COLOR": "1", "LANG": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-m", "huice", *arguments], env=window, stdout=subprocess.PIPE, check=True, encoding="utf-8"
    )
    return done.stdout


def _quiet(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _page(view: Any, page: Path, width: int, name: str, height: int) -> None:
    """The top of a page."""
    view.set_viewport_size({"width": width, "height": 900})
    view.goto(page.as_uri())
    whole = view.evaluate("document.documentElement.scrollHeight")
    clip = {"x": 0, "y": 0, "width": width, "height": min(height, whole)}
    view.screenshot(path=PICTURES / name, full_page=True, clip=clip)


def _sheets(view: Any, paper: Path, name: str, columns: int, most: int) -> None:
    """The first sheets beside each other."""
    _quiet("pdftoppm", "-r", "55", "-l", str(most), "-png", str(paper), str(paper.with_suffix("")))
    sheets = sorted(paper.parent.glob(f"{paper.stem}-*.png"))
    shown = "".join(f'<img src="{sheet.as_uri()}">' for sheet in sheets)
    style = (
        f"body{{margin:0;padding:8px 8px 0;background:#d5d8dc;columns:{columns};column-gap:8px}}"
        "img{display:block;width:100%;margin-bottom:8px;background:#fff;break-inside:avoid}"
    )
    _picture(view, paper.parent / f"{paper.stem}.html", f"<style>{style}</style>{shown}", name, 400 * columns)


def _terminal(view: Any, printed: str, name: str, most: int = 130) -> None:
    lines = printed.rstrip().split("\n")
    text = "\n".join(lines[:most])
    marked = escape(text, quote=False)
    marked = re.sub(r"\x1b\[[0-9;]*\b1m(.*?)\x1b\[0m", r"<b>\1</b>", marked, flags=re.DOTALL)
    marked = re.sub(r"\x1b\[2m(.*?)\x1b\[0m", r"<i>\1</i>", marked, flags=re.DOTALL)
    marked = re.sub(r"\x1b\[[0-9;]*m", "", marked)
    marked = re.sub(r"([█▓░])\1*|[▏▎▍▌▋▊▉]", _box, marked)
    with tempfile.TemporaryDirectory() as temporary:
        _picture(view, Path(temporary) / "terminal.html", f"<style>{TERMINAL}</style><pre>{marked}</pre>", name, 720)


def _box(found: re.Match[str]) -> str:
    """A run of one block element as a box."""
    sign, number = found[0][0], len(found[0])
    if sign in SHADES:
        return f'<u style="width:{number * 0.5}em;opacity:{SHADES[sign]}"></u>'
    part = (EIGHTHS.index(sign) + 1) / 8
    return f'<u style="width:{part * 0.5}em;margin-right:{(1 - part) * 0.5}em"></u>'


def _picture(view: Any, place: Path, body: str, name: str, width: int) -> None:
    place.write_text(f'<!doctype html><meta charset="utf-8"><title>x</title>{body}', encoding="utf-8")
    view.set_viewport_size({"width": width, "height": 400})
    view.goto(place.as_uri())
    view.screenshot(path=PICTURES / name, full_page=True)


def names() -> Sequence[str]:
    """The pictures that there are."""
    return sorted(picture.name for picture in PICTURES.glob("*.png"))


if __name__ == "__main__":
    main()
