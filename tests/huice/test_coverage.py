"""`huice coverage`: items cited, omitted, forgotten, cited without being there, omitted though they name money."""

from pathlib import Path
from typing import Any

import pytest

from huice.policies import standard_names
from tests.huice.helpers import Run, run, write

SOURCES = Path(__file__).resolve().parents[3] / "shared" / "sources"
NOTICE = """青石县关于支持来县就业的通知
一、总体要求
稳定就业。
二、扶持措施
（一）就业补贴。满3个月的给予3000元。
（二）租房补贴。每月500元。
三、工作要求
（一）名册。每年报送。
（二）宣传。广泛宣传。
四、经费由县财政保障，有效期二年。
特此通知。
"""
POLICY = """policy stone "来县就业"
  in force 2025-01-01 to 2026-12-31 cites "四"
  paid from county_fund

entity person "人员"
  has employed "就业": yes/no monthly

fund county_fund "县财政资金" cites "四"

clause grant "就业补贴" cites "二（一）"
  for person
  employed ≥ 3 months → 3000 yuan once

clause rent "租房补贴" cites "二(二)"
  for person
  employed → 500 yuan per month

duty roster "名册报送" cites "三（一）" of "人社局" by 12-31 every year
omit "一" because "总体要求"
omit "三（二）" because "宣传"
"""


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    return write(tmp_path / "notice.txt", NOTICE)


def covered(tmp_path: Path, notice: Path, policy: str, *options: str) -> Run:
    return run("coverage", write(tmp_path / "a.policy", policy), "--document", notice, *options)


def statuses(result: Run) -> dict[str, str]:
    return {item["item"]: item["status"] for item in result.data["items"]}


def item(result: Run, name: str) -> Any:
    return next(row for row in result.data["items"] if row["item"] == name)


def test_everything_taken_care_of(tmp_path: Path, notice: Path) -> None:
    result = covered(tmp_path, notice, POLICY, "--json")
    assert result.status == 0
    assert result.data["version"] == 1
    assert statuses(result) == {
        "一": "omitted", "二": "cited", "二（一）": "cited", "二（二）": "cited", "三": "cited", "三（一）": "cited",
        "三（二）": "omitted", "四": "cited",
    }  # fmt: skip
    assert item(result, "二（一）") == {"item": "二（一）", "status": "cited", "by": ["grant"], "title": "就业补贴"}
    assert item(result, "二")["by"] == ["grant", "rent"]
    assert item(result, "四")["by"] == ["in force", "county_fund"]
    assert item(result, "一")["reason"] == "总体要求"


def test_forgotten(tmp_path: Path, notice: Path) -> None:
    result = covered(tmp_path, notice, POLICY.replace(' cites "二(二)"', ""), "--json")
    assert result.status == 1
    assert [name for name, status in statuses(result).items() if status == "forgotten"] == ["二（二）"]


def test_a_citation_of_a_heading_does_not_cover_its_items(tmp_path: Path, notice: Path) -> None:
    result = covered(tmp_path, notice, POLICY.replace('cites "二(二)"', 'cites "二"'), "--json")
    assert result.status == 1
    assert item(result, "二")["by"] == ["rent"]
    assert statuses(result)["二（二）"] == "forgotten"


def test_cited_without_being_there(tmp_path: Path, notice: Path) -> None:
    policy = POLICY.replace('cites "二（一）"', 'cites "二（一）", "二（七）"') + 'omit "六" because "附则"\n'
    result = covered(tmp_path, notice, policy, "--json")
    assert result.status == 1
    assert item(result, "二（七）") == {"item": "二（七）", "status": "unknown", "by": ["grant"]}
    assert item(result, "六")["status"] == "unknown"


def test_an_item_that_names_money_is_not_omitted(tmp_path: Path, notice: Path) -> None:
    policy = POLICY.replace(' cites "二(二)"', "") + 'omit "二（二）" because "另行办理"\n'
    result = covered(tmp_path, notice, policy, "--json")
    assert result.status == 1
    assert item(result, "二（二）")["status"] == "omitted"
    assert item(result, "二（二）")["names_money"] == ["补贴", "500元"]


def test_what_is_omitted_is_omitted_with_its_items(tmp_path: Path, notice: Path) -> None:
    policy = POLICY.replace('omit "三（二）"', 'omit "三"').replace(
        'duty roster "名册报送" cites "三（一）"', "duty roster"
    )
    result = covered(tmp_path, notice, policy, "--json")
    assert result.status == 0
    assert {statuses(result)[name] for name in ("三", "三（一）", "三（二）")} == {"omitted"}


def test_doubtful_marks_are_told(tmp_path: Path) -> None:
    notice = write(tmp_path / "notice.txt", NOTICE.replace("四、经费", "六、经费"))
    result = covered(tmp_path, notice, POLICY, "--json", "--lang", "zh")
    assert result.status == 1  # 四 is cited and not there, 六 is forgotten
    assert [doubt["line"] for doubt in result.data["doubts"]] == [10]
    assert "跳" in result.data["doubts"][0]["reason"]


@pytest.mark.parametrize(("language", "words"), [("zh", "遗漏 1"), ("en", "1 forgotten")])
def test_the_table_in_both_languages(tmp_path: Path, notice: Path, language: str, words: str) -> None:
    result = covered(tmp_path, notice, POLICY.replace(' cites "二(二)"', ""), "--lang", language)
    assert result.status == 1
    assert words in result.out
    assert "就业补贴" in result.out


def test_traditional_characters_pinyin_and_gb18030(tmp_path: Path) -> None:
    text = NOTICE.replace("总体要求", "總體要(yào)求").replace("（一）", "(一)").replace("三、", "叁、")
    notice = tmp_path / "notice.txt"
    notice.write_bytes(text.encode("gb18030"))
    result = covered(tmp_path, notice, POLICY, "--json")
    assert result.status == 0, result.out
    assert item(result, "一")["title"] == "總體要求"


def test_documents_that_cannot_be_read(tmp_path: Path, notice: Path) -> None:
    policy = write(tmp_path / "a.policy", POLICY)
    assert run("coverage", policy, "--document", tmp_path / "none.txt").status == 3
    (tmp_path / "bytes.doc").write_bytes(b"\xd0\xcf\x11\xe0\x00\x00")
    assert run("coverage", policy, "--document", tmp_path / "bytes.doc", "--json").data["error"]
    empty = write(tmp_path / "empty.txt", "没有条目的文件。")
    assert run("coverage", policy, "--document", empty).status == 3
    assert run("coverage", policy).status == 2
    assert run("coverage", write(tmp_path / "bad.policy", "clause x"), "--document", notice).status == 1


DOCUMENTS = {
    "jindong_2021_46": "000", "shaoxing_2021_51": "001", "jining_2020_47": "002", "national_2022_173": "003",
    "chaoyang_labour_cooperation": "004",
}  # fmt: skip


@pytest.mark.skipif(not SOURCES.is_dir(), reason="the documents are not at hand")
@pytest.mark.parametrize("policy", sorted(DOCUMENTS))
def test_the_standard_policies_forget_nothing(policy: str) -> None:
    if policy not in standard_names():
        pytest.skip("not written yet")
    (document,) = SOURCES.glob(f"{DOCUMENTS[policy]}_*.txt")
    result = run("coverage", f"std:{policy}", "--document", document, "--json")
    assert result.status == 0, [row for row in result.data["items"] if row["status"] not in ("cited", "omitted")]
    assert set(statuses(result).values()) <= {"cited", "omitted"}
