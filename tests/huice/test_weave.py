"""`huice weave`: what each clause pays in plain words, decisions, an example, the official text beside it."""

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from huice.policies import standard_names
from tests.huice.helpers import run, write

NOTICE = """青石县关于支持来县就业的通知
一、总体要求
稳定就业。
二、扶持措施
（一）就业补贴。参保满3个月的给予<3000>元。
（二）租房补贴。每月500元。
三、经费由县财政保障。
特此通知。
"""
POLICY = """policy stone "来县就业"
  in force 2025-01-01 to 2026-12-31
  paid from county_fund
  note "文件未写有效期"

kind county "县区": hill "山县", river "河县", other "其他"

entity person "人员"
  has identity "身份证号": identity
  has origin "来源地": county
  has employed "就业": yes/no monthly
  has insured "参保": yes/no monthly
  has employer "用人单位": enterprise
entity enterprise "企业"
  has staff "员工": many person via employer

fund county_fund "县财政资金" cites "三"

parameter rent_rate "租房标准": money per month
  from 2025-01-01: 500 yuan per month

define covered "属于范围" for person = origin in (hill, river)

> 参保满三个月
clause grant "就业补贴" cites "二（一）"
  for person where covered
  insured ≥ 3 months with employed → 3000 yuan once to employer
    note "中断后<重新>起算"

clause rent "租房补贴" cites "二（二）"
  for person where covered and employer is known
  employed → rent_rate per month for at most 6 months

clause award "吸纳奖补" cites "二（一）", "二（二）"
  for enterprise
  count of staff where (covered and employed) ≥ 2 → 50000 yuan once per year
  always → 1000 yuan once per year

limit award to 10 per year
omit "一" because "总体要求，不产生支出"
duty report "年度报告" cites "三" of "县人社局" by 11-30 every year
target hundred "来县人数" cites "三": count of person where covered ≥ 100 by 2026-12-31

case "参保三个月"
  enterprise e1
  person p1
    identity = "330100199001011234", origin = hill, employer = e1
    employed = yes from 2025-02
    insured = yes from 2025-03 to 2025-12
  expect grant pays p1 3000 yuan in 2025-05 to e1
  expect rent pays p1 500 yuan per month from 2025-02 to 2025-07

case "与实际不符的案例"
  enterprise e2
  expect award pays e2 70000 yuan
"""


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    return write(tmp_path / "stone.policy", POLICY)


def woven(policy: Path, tmp_path: Path, *options: object) -> str:
    out = tmp_path / "page.html"
    result = run("weave", policy, "--out", out, *options)
    assert result.status == 0, result.err
    return out.read_text(encoding="utf-8")


def words(html: str) -> str:
    """The page as read, tags taken out."""
    text = re.sub(r"<style>.*?</style>|<pre>.*?</pre>|<code>.*?</code>", "", html, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", "|", text))


class Tags(HTMLParser):
    """Fails on a tag that is not closed, or closed in the wrong order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attributes: object) -> None:
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_what_a_clause_pays_in_chinese(policy: Path, tmp_path: Path) -> None:
    text = words(woven(policy, tmp_path, "--lang", "zh"))
    assert "人员，须属于范围" in text
    assert "参保且就业连续满3个月的，一次性给予3000元。" in text
    assert "有“就业”的月份，每月给予“租房标准”。" in text
    assert "最长6个月。" in text
    assert "租房标准：2025年1月1日起每月500元" in text
    assert "员工中属于范围且就业的人数不少于2的，每年一次，给予5万元。" in text
    assert "一律每年一次，给予1000元。" not in text and "其余情形每年一次，给予1000元。" in text
    assert "每年不超过10个名额。" in text
    assert "来源地为山县、河县之一" in text
    assert "每年11月30日前" in text and "县人社局" in text
    assert "截至2026年12月31日，人员中属于范围的人数不少于100" in text
    assert "中断后<重新>起算" in text and "文件未写有效期" in text and "参保满三个月" in text
    assert "不编入：总体要求，不产生支出" in text


def test_a_chinese_page_has_no_english(policy: Path, tmp_path: Path) -> None:
    for options in ((), ("--document", write(tmp_path / "notice.txt", NOTICE))):
        text = words(woven(policy, tmp_path, "--lang", "zh", *options))
        left = set(re.findall(r"[A-Za-z_]{2,}[0-9]*", text)) - {"e1", "p1"}
        assert left == set()


def test_what_a_clause_pays_in_english(policy: Path, tmp_path: Path) -> None:
    text = words(woven(policy, tmp_path, "--lang", "en"))
    assert "3,000 yuan once, if insured and employed for at least 3 months in a row." in text
    assert "rent rate per month, if employed." in text
    assert "For 6 months at most." in text
    assert "At most 10 places per year." in text
    assert "origin is one of hill, river" in text


def test_the_example_is_computed_and_masks_identities(policy: Path, tmp_path: Path) -> None:
    html = woven(policy, tmp_path, "--lang", "zh")
    assert "330100199001011234" not in html
    text = words(html)
    assert "来源地：山县；用人单位：e1；就业：2025年2月起；参保：2025年3月至2025年12月" in text
    assert "2025年5月应享受 3000元，付给企业 e1" in text
    assert "此后另有3笔，至2025年7月，共3000元" in text
    assert "7万元" not in text  # expected by a case that does not pass


def test_the_official_text_stands_beside(policy: Path, tmp_path: Path) -> None:
    notice = write(tmp_path / "notice.txt", NOTICE)
    html = woven(policy, tmp_path, "--lang", "zh", "--document", notice)
    sections = re.findall(r'<h[2-4] class="item [a-z]+"><b>(.*?)</b>', html)
    assert sections == ["一", "二", "二（一）", "二（二）", "三"]
    of_item = html[html.index("<b>二（一）</b>") : html.index("<b>二（二）</b>")]
    assert "参保满3个月的给予&lt;3000&gt;元。" in of_item
    assert 'id="clause-grant"' in of_item and 'id="clause-award"' in of_item
    after = html[html.index("<b>二（二）</b>") :]
    assert 'id="clause-award"' not in after and 'href="#clause-award"' in after
    assert "特此通知。" in after


def test_without_a_document_the_order_is_that_of_the_file(policy: Path, tmp_path: Path) -> None:
    html = woven(policy, tmp_path, "--lang", "zh")
    assert re.findall(r'<h2 class="item [a-z]+"><b>(.*?)</b>', html) == ["三", "二（一）", "二（二）", "一"]


def test_forgotten_items_and_wrong_citations_show(policy: Path, tmp_path: Path) -> None:
    notice = write(tmp_path / "notice.txt", NOTICE.replace("（二）租房补贴。每月500元。\n", "") + "四、附则\n照办。\n")
    html = woven(policy, tmp_path, "--lang", "zh", "--document", notice)
    assert "文件中没有此条目" in html and "遗漏" in html


def test_the_page_is_whole_and_needs_nothing_else(policy: Path, tmp_path: Path) -> None:
    html = woven(policy, tmp_path, "--document", write(tmp_path / "notice.txt", NOTICE))
    tags = Tags()
    tags.feed(html)
    assert tags.open == []
    assert "<script" not in html and "http" not in html and "src=" not in html and "@import" not in html
    anchors = set(re.findall(r'id="([^"]+)"', html))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= anchors


def test_program_text_is_marked_and_notes_stand_apart(policy: Path, tmp_path: Path) -> None:
    html = woven(policy, tmp_path, "--lang", "en")
    (code,) = (text for text in re.findall(r"<pre>(.*?)</pre>", html, re.DOTALL) if "clause</b> grant" in text)
    assert "<b>with</b> employed <b>→</b> <u>3000 yuan</u> <b>once</b>" in code
    assert "<i>&quot;就业补贴&quot;</i>" in code
    assert "重新" not in code


def test_program_text_is_in_the_language_of_the_page(policy: Path, tmp_path: Path) -> None:
    html = woven(policy, tmp_path, "--lang", "zh")
    assert "<b>对象</b> 人员 <b>其中</b> 属于范围" in html
    assert "<b>clause</b>" not in html


def test_refusals(policy: Path, tmp_path: Path) -> None:
    assert run("weave", policy, "--out", tmp_path / "page.pdf").status == 2
    assert run("weave", policy, "--out", tmp_path / "page.html", "--document", tmp_path / "none.txt").status == 3
    assert run("weave", write(tmp_path / "bad.policy", "clause x"), "--out", tmp_path / "page.html").status == 1
    assert not (tmp_path / "page.html").exists()


@pytest.mark.parametrize("name", standard_names())
def test_the_standard_policies(name: str, tmp_path: Path) -> None:
    html = woven(Path(f"std:{name}"), tmp_path, "--lang", "zh")
    text = words(html)
    paying = html.count('<article class="clause">')
    assert html.count("<div class=example>") == paying  # a case that pays for each
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(re.findall(r'id="([^"]+)"', html))
    assert not re.search(r"\b(None|True|False|Fraction|object at)\b", text)
