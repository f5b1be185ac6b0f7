"""Wrong usage is told in the reader's language: by `--lang`, else by the machine's."""

import json

import click
import pytest
from click.testing import CliRunner

from huice.cli import huice as commands
from huice.cli.usage import sentence
from huice.settings import fen_option

WRONG = [
    (["simulate", "--nope", "x"], "No such option '--nope'.", "没有选项“--nope”"),
    (["simulate", "--drawz", "5", "x"], "Did you mean '--draws'?", "没有选项“--drawz”；是否为 --draws？"),
    (["nonsense"], "No such command 'nonsense'.", "没有命令“nonsense”"),
    (["simulate"], "Missing argument 'FILE'.", "缺少参数“FILE”"),
    (["explain", "x"], "Missing option '--facts'.", "缺少选项“--facts”"),
    (["compile", "x"], "Missing option '--to'.", "缺少选项“--to”，可选：python、ir"),
    (
        ["simulate", "--engine", "fast", "x"],
        "'fast' is not one of 'auto', 'exact', 'cohort', 'person'.",
        "“--engine”的取值无效：“fast”不在可选值之内：auto、exact、cohort、person",
    ),
    (
        ["simulate", "--draws", "x", "x"],
        "Invalid value for '--draws': draws = x: a whole number from 1 to 4194304",
        "“--draws”的取值无效：抽样次数 = x：须为 1 至 4194304 的整数",
    ),
    (["audit", "--days", "9999", "x"], "9999 is not in the range 0<=x<=3660.", "9999 不在范围 0 ≤ x ≤ 3660 之内"),
    (["audit", "--days", "soon", "x"], "'soon' is not a valid integer range.", "“soon”不是整数"),
    (["simulate", "a", "b"], "Got unexpected extra argument (b)", "多余的参数：b"),
    (["check", "x", "--json=3"], "Option '--json' does not take a value.", "选项“--json”不带取值"),
    (["facts", "check"], "Missing argument 'FILE'.", "缺少参数“FILE”"),
    (["eval", "-", "--facts", "-"], "can stand for one file only", "标准输入（-）只能代表一个文件"),
    (["watch", "-"], "cannot be watched", "无法监视标准输入（-）"),
]


@pytest.mark.parametrize(("arguments", "english", "chinese"), WRONG, ids=[" ".join(w[0]) for w in WRONG])
def test_both_languages(arguments: list[str], english: str, chinese: str) -> None:
    by_option = [([*arguments[:1], "--lang", "zh", *arguments[1:]], "en_US.UTF-8")] if arguments[0] not in (
        "nonsense", "facts",
    ) else []  # fmt: skip
    for typed, machine in [*by_option, (arguments, "zh_CN.UTF-8")]:
        result = CliRunner().invoke(commands, typed, env={"LC_ALL": machine})
        assert result.exit_code == 2
        assert chinese in result.stderr and "Error" not in result.stderr and "Usage" not in result.stderr
    result = CliRunner().invoke(commands, arguments, env={"LC_ALL": "en_US.UTF-8"})
    assert result.exit_code == 2 and english in result.stderr and result.stdout == ""
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in result.stderr)


def test_an_option_without_its_value() -> None:
    result = CliRunner().invoke(commands, ["eval", "x", "--facts"], env={"LC_ALL": "zh_CN.UTF-8"})
    assert "选项“--facts”缺少取值" in result.stderr


def test_what_has_no_chinese_is_told_as_it_is() -> None:
    assert sentence(click.UsageError("something new"), "zh") == "something new"


def test_as_json() -> None:
    result = CliRunner().invoke(commands, ["check", "--json", "--lang", "zh"])
    assert json.loads(result.stdout) == {"version": 1, "error": "缺少参数“FILE…”"}
    assert "缺少参数" in result.stderr


def test_what_was_typed_is_masked() -> None:
    for machine in ("en_US.UTF-8", "zh_CN.UTF-8"):
        result = CliRunner().invoke(commands, ["check", "x", "--11010519491231002X"], env={"LC_ALL": machine})
        assert result.exit_code == 2 and "19491231" not in result.output


def test_thresholds_are_money_as_in_the_language() -> None:
    for text in ("30万", "30万元", "300000", "300000元", "300,000 yuan", "0.003亿", "３０万"):
        assert fen_option(text) == 30_000_000


@pytest.mark.parametrize(
    ("text", "begins"), [("政策 p\n  施行 2025\n", "错误 HC"), ("policy p\n  in force 2025\n", "error HC")]
)
@pytest.mark.parametrize("machine", ["en_US.UTF-8", "zh_CN.UTF-8"])
def test_errors_are_told_in_the_language_of_the_file(text: str, begins: str, machine: str) -> None:
    result = CliRunner().invoke(commands, ["check", "-"], input=text, env={"LC_ALL": machine})
    assert result.exit_code == 1 and result.output.startswith(begins)
