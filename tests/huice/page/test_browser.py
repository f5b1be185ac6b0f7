"""The pages in a real browser: no error, no request, nothing wider than a telephone, figures on demand, paper."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.huice.helpers import TOWN
from tests.huice.page.test_pages import HOSTILE, B, compared, simulated

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine (apt-get install chromium)"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    hostile = TOWN.replace('"镇预算"', f'"{HOSTILE[2]}"').replace('"镇政策"', f'"{HOSTILE[0]}"')
    for lang in ("en", "zh"):
        simulated(folder / f"simulation_{lang}", TOWN, "--by", "origin", "--sensitivity", "--lang", lang)
        compared(folder / f"comparison_{lang}", TOWN, B, "--by", "origin", "--lang", lang)
    simulated(folder / "hostile", hostile, "--lang", "zh")
    return {place.name: place / "out" / "report.html" for place in sorted(folder.iterdir())}


def opened(browser: Any, page: Path, width: int) -> tuple[Any, list[str], list[str]]:
    view = browser.new_page(viewport={"width": width, "height": 800})
    said: list[str] = []
    asked: list[str] = []
    view.on("console", lambda message: said.append(message.text))
    view.on("pageerror", lambda error: said.append(str(error)))
    view.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    view.on("request", lambda request: asked.append(request.url))
    view.goto(page.as_uri())
    return view, said, asked


NAMES = ["simulation_en", "simulation_zh", "comparison_en", "comparison_zh", "hostile"]


@pytest.mark.parametrize("width", [360, 390, 768, 1280])
@pytest.mark.parametrize("name", NAMES)
def test_fits_and_asks_for_nothing(browser: Any, pages: dict[str, Path], name: str, width: int) -> None:
    view, said, asked = opened(browser, pages[name], width)
    assert said == []
    assert asked == [pages[name].as_uri()]
    assert view.evaluate("document.documentElement.scrollWidth") <= width
    # No letter of a chart leaves its drawing by more than a hair, and none is too small to read.
    letters = view.evaluate("""() => [...document.querySelectorAll("svg.chart text")]
        .filter((text) => text.getClientRects().length).map((text) => {
            const box = text.getBoundingClientRect(), own = text.ownerSVGElement;
            return [box.left, box.right, 12 * own.getBoundingClientRect().width / own.viewBox.baseVal.width];
        })""")
    assert letters
    assert min(left for left, _, _ in letters) >= 0 and max(right for _, right, _ in letters) <= width
    assert min(size for _, _, size in letters) >= 9
    view.close()


def test_a_chart_tells_its_figures_by_pointer_and_by_keys(browser: Any, pages: dict[str, Path]) -> None:
    view, _, _ = opened(browser, pages["simulation_en"], 1280)
    figure = view.locator("figure", has=view.locator("figcaption", has_text="Paid by month")).first
    chart = figure.locator(".sheet svg")
    chart.focus()
    view.keyboard.press("ArrowRight")
    first = figure.locator(".readout").inner_text()
    assert "2025-01" in first and "median" in first
    view.keyboard.press("ArrowRight")
    assert "2025-02" in figure.locator(".readout").inner_text()
    view.keyboard.press("Escape")
    assert figure.locator(".readout").inner_text() == ""
    chart.locator(".pt").nth(4).hover()
    assert "2025-05" in figure.locator(".readout").inner_text()
    view.close()


def test_tables_sort_and_copy_yuan(browser: Any, pages: dict[str, Path]) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    view = context.new_page()
    view.goto(pages["simulation_en"].as_uri())
    table = view.locator('.wide[aria-label="Paid by clause and year"]')
    before = table.locator("tbody tr th").all_inner_texts()
    head = table.locator("thead th").first
    head.click()
    assert head.get_attribute("aria-sort") == "descending"
    assert table.locator("tbody tr th").all_inner_texts() == sorted(before, reverse=True)
    head.click()
    assert table.locator("tbody tr th").all_inner_texts() == sorted(before)
    head.click()
    assert table.locator("tbody tr th").all_inner_texts() == before
    view.locator('.wide[aria-label="Paid by clause and year"] + button').click()
    view.wait_for_function("document.querySelector('button.tools').isConnected")
    copied = view.evaluate("navigator.clipboard.readText()")
    rows = [line.split("\t") for line in copied.split("\n")]
    assert rows[0][0] == "clause" and len({len(row) for row in rows}) == 1
    shown = table.locator("tbody tr").first.locator("data").first.get_attribute("value")
    assert rows[1][1] == shown and "," not in rows[1][1]
    context.close()


def test_another_budget_line_is_shown(browser: Any, pages: dict[str, Path]) -> None:
    view, _, _ = opened(browser, pages["simulation_en"], 1280)
    choice = view.locator("select[data-of=curve]")
    values = choice.locator("option").evaluate_all("options => options.map((o) => o.value)")
    assert len(values) >= 2
    choice.select_option(values[-1])
    assert view.locator(f'[data-panel="curve:{values[-1]}"]').is_visible()
    assert view.locator("[data-panel]:visible").count() == 1
    view.close()


def test_on_paper(browser: Any, pages: dict[str, Path]) -> None:
    for name in ("simulation_zh", "comparison_zh"):
        view, _, _ = opened(browser, pages[name], 1280)
        paper = view.pdf(prefer_css_page_size=True)
        assert paper.startswith(b"%PDF")
        view.emulate_media(media="print")
        view.set_viewport_size({"width": 680, "height": 960})  # A4 less its margins
        assert view.evaluate("document.documentElement.scrollWidth") <= 680 or name.startswith("simulation")
        assert view.locator("button:visible").count() == 0
        view.close()


def test_without_script_all_is_there(browser: Any, pages: dict[str, Path]) -> None:
    context = browser.new_context(java_script_enabled=False)
    view = context.new_page()
    view.goto(pages["simulation_zh"].as_uri())
    assert view.locator("svg.chart:visible").count() >= 4
    assert view.locator("table:visible").count() >= 5
    assert view.locator("[data-panel]:visible").count() == 1
    context.close()
