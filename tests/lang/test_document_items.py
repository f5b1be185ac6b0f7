"""The numbered items of official documents: invented ones in their manner, and the real ones where they are at hand."""

from pathlib import Path

import pytest

from lang.documents.cleaning import is_pinyin, without_pinyin
from lang.documents.decode import decode_document
from lang.documents.items import OfficialDocument, read_document
from lang.documents.marks import item_name, numeral, numeral_text
from lang.documents.money import names_money

SOURCES = Path(__file__).resolve().parents[3] / "shared" / "sources"


def names(text: str) -> list[str]:
    return [item.name for item in read_document(text).walk()]


NOTICE = """清溪县人力资源和社会保障局文件
清人社发〔2023〕8号
2023年度“十四五”就业工作安排如下：
一、总体要求
到2025年，帮助山区群众稳定就业。
二、扶持措施
（一）来县就业。连续就业满3个月的，给予1.5万元以内补贴。
2023年5月1日前已就业的，一并计算。
（二）技能培训。按下列标准执行：
1．初级工800元；
2．中级工1200元。
(1)夜班另加50元；
(2)周末不加。
三、工作要求
各乡镇每年11月30日前报送台账。
本通知自2023年6月1日起施行，有效期2年。
清溪县人力资源和社会保障局
2023年5月20日
"""


def test_four_levels_and_no_number_that_is_no_mark() -> None:
    document = read_document(NOTICE)
    assert [item.name for item in document.walk()] == [
        "一", "二", "二（一）", "二（二）", "二（二）1", "二（二）2", "二（二）2（1）", "二（二）2（2）", "三",
    ]  # fmt: skip
    assert document.doubts == ()
    assert document.preamble.endswith("工作安排如下：")
    assert document.closing.startswith("本通知自2023年6月1日") and document.closing.endswith("2023年5月20日")


def test_titles_and_text_of_their_own() -> None:
    items = {item.name: item for item in read_document(NOTICE).walk()}
    assert items["一"].title == "总体要求"
    assert items["二（一）"].title == "来县就业"
    assert "2023年5月1日前已就业的" in items["二（一）"].text
    assert items["二"].text == "扶持措施"
    assert "初级工" not in items["二（二）"].text


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("(一)甲。\n（二) 乙。\n（ 三 ）丙。", ["（一）", "（二）", "（三）"]),
        ("壹、甲\n貳、乙\n叁、丙", ["一", "二", "三"]),
        ("一(yī)、甲\n（yi）乙方。\n（èr）丙方。", ["一", "一（一）", "一（二）"]),
        ("1.甲\n2、乙\n３．丙\n⒋丁", ["1", "2", "3", "4"]),
        ("㈠甲。\n㈡乙。\n⑴丙。\n①丁。", ["（一）", "（二）", "（二）（1）", "（二）（1）①"]),
        ("## 一、甲\n\n### 二、乙\n**三、**丙", ["一", "二", "三"]),
        ("一、甲\n（一\n）乙方。\n（二\n）丙方。\n二\n、丁", ["一", "一（一）", "一（二）", "二"]),
    ],
)
def test_spellings_of_marks(written: str, expected: list[str]) -> None:
    assert names(written) == expected


def test_ten_and_more() -> None:
    assert names("\n".join(f"{numeral_text(n)}、第{n}项工作" for n in range(1, 23)))[-1] == "二十二"
    assert [numeral(text) for text in ("十", "十二", "二十", "九十九", "拾壹")] == [10, 12, 20, 99, 11]
    assert [numeral(text) for text in ("", "零", "二二", "十十", "百")] == [None] * 5


@pytest.mark.parametrize(
    "line",
    [
        "2023年6月1日起执行。", "3.5万元以内据实补贴。", "1、2级工按上款执行。", "一、二、三类乡镇分别办理。",
        "十四五期间继续执行。",
        "（一）和（二）不重复享受。", "（2023）8号文件同时废止。", "2—3年内完成。", "30天以上的按月计。", "12.5元/天。",
    ],
)  # fmt: skip
def test_numbers_at_the_beginning_of_a_broken_line_are_no_marks(line: str) -> None:
    document = read_document(f"一、甲项\n（一）措施。按照有关规定\n{line}\n（二）其他。照常。\n二、乙项\n照常办理。")
    assert [item.name for item in document.walk()] == ["一", "一（一）", "一（二）", "二"]
    assert line in {i.name: i for i in document.walk()}["一（一）"].text


def test_an_item_may_begin_with_a_year() -> None:
    assert names("一、任务\n1、2024年转移就业50人。\n2、2025年转移就业60人。") == ["一", "一1", "一2"]


def test_page_breaks_inside_an_item() -> None:
    document = read_document(
        "一、甲项\n（一）给予参加培训的人员生活\n\n— 2 —\n\f第 3 页 共 8 页\n补贴每天20元。\n（二）乙。丙。"
    )
    first = document.items[0].items[0]
    assert first.text == "给予参加培训的人员生活补贴每天20元。"
    assert [item.name for item in document.walk()] == ["一", "一（一）", "一（二）"]


def test_a_list_goes_on_inside_a_line_where_the_line_break_was_lost() -> None:
    assert names("一、甲\n（一）乙。丙。（二）丁。戊。\n（三）己。庚。") == ["一", "一（一）", "一（二）", "一（三）"]


def test_an_enumeration_in_a_sentence_belongs_to_its_item() -> None:
    assert names("一、甲\n符合下列条件之一：（一）在岗；（二）参保。\n二、乙\n照办。") == ["一", "二"]


def test_a_document_without_line_breaks() -> None:
    text = "关于扶持的通知：一、总体要求 稳定就业。二、措施（一）甲。给予1.2万元。（二）乙。1.丙；2.丁。三、要求 照办。"
    assert names(text) == ["一", "二", "二（一）", "二（二）", "二（二）1", "二（二）2", "三"]


def test_what_is_out_of_order_is_told() -> None:
    document = read_document("一、甲\n照办。\n三、乙\n照办。\n二、丙\n照办。")
    assert [item.name for item in document.walk()] == ["一", "三"]
    assert [(doubt.line, doubt.text) for doubt in document.doubts] == [(3, "三、乙"), (5, "二、丙")]
    assert all(doubt.reason.en and doubt.reason.zh for doubt in document.doubts)


def test_attachments_are_no_items() -> None:
    document = read_document("一、甲\n照办。\n二、乙\n照办。\n附件：1.申请表\n2.台账\n附件1\n一、填表说明\n照填。")
    assert [item.name for item in document.walk()] == ["一", "二"]
    assert "填表说明" in document.closing


def test_text_without_items() -> None:
    assert read_document("").items == ()
    assert read_document("关于放假的通知\n2023年5月1日放假。").items == ()


def test_encodings() -> None:
    assert decode_document("一、甲".encode()) == "一、甲"
    assert decode_document("\ufeff一、甲\r\n".encode()) == "一、甲\n"
    assert decode_document("一、補貼".encode("gb18030")) == "一、補貼"
    assert decode_document(b"\xff\xfe\x00\x01") is None
    assert decode_document(b"PK\x03\x04\x00") is None


def test_pinyin_goes_and_other_brackets_stay() -> None:
    assert without_pinyin("國(guó)家鄉村振興,全面(miàn)推進(jìn)") == "國家鄉村振興,全面推進"
    assert without_pinyin("政务网（App）和（pos）机(区)") == "政务网（App）和（pos）机(区)"
    assert all(is_pinyin(word) for word in ("yi", "guó", "duì", "chéng", "zhǒng", "er", "lǜ", "xiàng", "kāi"))
    assert not any(is_pinyin(word) for word in ("App", "pos", "ATM", "a1", "x", ""))


def test_what_names_money() -> None:
    assert names_money("給予每人３０００元的補貼") == ("３０００元", "补贴")
    assert names_money("予以 5 万元奖补") == ("5万元", "奖补")
    assert names_money("纳入资助范围") == ("资助",)
    assert names_money("多元参与，严格奖惩，规范资金管理和使用") == ()


@pytest.mark.parametrize("cited", ["三（一）2", "三(一)2", "叁（壹）2.", " 三 （一） ２、"])
def test_spellings_of_a_citation(cited: str) -> None:
    assert item_name(cited) == "三（一）2"


def test_what_is_no_name_of_an_item_stays() -> None:
    assert item_name("第三条") == "第三条"
    assert item_name("2(1)") == "2（1）"


# ---------------------------------------------------------------- the five
EXPECTED = {
    "000": "一 二 二（一） 二（二） 二（三） 二（四） 二（五） 二（六） 二（七） 二（八） "
    "三 三（一） 三（二） 三（三） 三（四） 四 五",
    "001": "一 二 三 三（一） 三（二） 三（三） 三（四） 三（五） 三（六） "
    "四 四（一） 四（二） 四（三） 四（四） 四（五）",
    "002": "一 二 三 四 四（一） 四（一）1 四（一）2 四（一）3 四（一）4 四（一）5 "
    "四（二） 四（二）1 四（二）2 四（二）3 四（二）4 四（二）5 五",
    "003": "一 二 二（一） 二（二） 二（三） 二（四） 二（五） 二（六） 二（七） 二（八） "
    "三 三（一） 三（二） 三（三）",
    "004": "一 二 三 四 五 六 六（一） 六（二） 六（三） 六（四）",
}


def _source(number: str) -> OfficialDocument:
    (path,) = SOURCES.glob(f"{number}_*.txt")
    text = decode_document(path.read_bytes())
    assert text is not None
    return read_document(text)


@pytest.mark.skipif(not SOURCES.is_dir(), reason="the documents are not at hand")
@pytest.mark.parametrize("number", sorted(EXPECTED))
def test_the_items_of_the_five(number: str) -> None:
    document = _source(number)
    assert [item.name for item in document.walk()] == EXPECTED[number].split()
    assert document.doubts == ()
    assert all(item.title for item in document.walk())


@pytest.mark.skipif(not SOURCES.is_dir(), reason="the documents are not at hand")
def test_where_items_end_in_the_five() -> None:
    assert _source("000").closing == "" and _source("004").closing == ""
    assert _source("001").closing.startswith("本通知执行期限")
    assert _source("002").closing.startswith("以上政策执行期限")
    assert _source("003").closing.endswith("2022年11月23日")
    torn = {item.name: item.text for item in _source("002").walk()}
    assert torn["四（二）3"].endswith("最长不超过 60 天。")
    assert torn["一"].count("不少于") == 4
