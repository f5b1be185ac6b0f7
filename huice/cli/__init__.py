"""The command line. One file a command; a command is imported only when it is called, so that each starts fast."""

from __future__ import annotations

import errno
import gc
import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

from huice.cli.streams import let_go, steady_streams

COMMANDS = {
    "check": "find mistakes in policies · 检查政策",
    "fmt": "canonical form, in English or Chinese · 整理格式",
    "test": "run the cases of policies · 运行案例",
    "eval": "what a roster is entitled to · 按台账计算",
    "facts": "a roster's workbook, its faults · 名册模板与检查",
    "audit": "payments against what was due · 核对支付",
    "verify": "has a ledger been altered · 核验账册",
    "explain": "why granted or refused · 说明理由",
    "simulate": "project the spending · 预算模拟",
    "scenario": "assumptions as a workbook, and back · 情景与工作簿互转",
    "watch": "every save checked and costed · 边写边算",
    "sensitivity": "which unknown matters most · 敏感性分析",
    "calibrate": "learn a scenario from a roster and a ledger · 由名册与台账习得情景",
    "reforecast": "the year to date is known, the rest is forecast · 年中再预测",
    "backtest": "forecasts of the past against what was paid · 回溯检验预测",
    "compare": "what another version costs · 比较两个版本",
    "diff": "what changed, and for whom · 变化内容与影响对象",
    "compile": "what the compiler makes of it · 查看编译结果",
    "coverage": "items cited, omitted, forgotten · 对照文件条目",
    "weave": "the policy as a readable document · 生成对照文档",
    "policies": "the standard policies · 标准政策目录",
    "rule": "explain a diagnostic code · 解释诊断代码",
}

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


ARGUMENTS = "huice.arguments"  # what was typed, kept in the context


@contextmanager
def _complaints(arguments: Sequence[str]) -> Iterator[None]:
    """Wrong usage is told in the reader's language, and what it repeats of what was typed is masked."""
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        from huice.cli.common import language_of
        from huice.cli.usage import Complaint, asked_for

        raise Complaint(error, language_of(None, asked_for(arguments)), "--json" in arguments) from None
    except click.ClickException as error:
        from huice.privacy.masking import masked

        error.message = masked(error.message)  # type: ignore[misc]  # final by declaration, but ours to say
        raise


class Commands(click.Group):
    """The commands by name; help texts without importing any of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"huice.cli.{cmd_name}_command").command
        assert isinstance(command, click.Command)
        return command

    def make_context(self, info_name: str | None, args: list[str], *rest: Any, **more: Any) -> click.Context:
        typed = tuple(args)  # the parser takes from the list
        with _complaints(typed):
            context = super().make_context(info_name, args, *rest, **more)
        context.meta[ARGUMENTS] = typed
        return context

    def invoke(self, ctx: click.Context) -> Any:
        with _complaints(ctx.meta.get(ARGUMENTS, ())):
            return super().invoke(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="huice", prog_name="huice")
def huice() -> None:
    """Huice 惠策: public-benefit policies as programs, and what they will cost.

    FILE is a .policy file, `-` for standard input, or a standard policy such as std:shaoxing_2021_51. Every command
    takes --json (one JSON document on standard output) and --lang en|zh; `huice COMMAND --help` says the rest.

    \b
    Exit status:
      0   fine
      1   findings: errors in a policy, a failed case
      2   wrong usage
      3   bad or missing data (what could be read is still evaluated)
      70  a defect of Huice itself
      130 stopped (Ctrl-C); a simulation still gives what it has
    """


def main() -> None:
    """The entry point: never a traceback. A defect of Huice ends with status 70 and says where the details are."""
    gc.set_threshold(300_000, 20, 50)  # what starting makes stays: it need not be looked through
    steady_streams()
    try:
        try:
            sys.exit(huice.main(standalone_mode=False))
        finally:
            sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        sys.exit(130)
    except OSError as error:
        sys.exit(_full(error) if error.errno in FULL else _defect())
    except Exception:
        sys.exit(_defect())
    finally:
        if "duckdb" not in sys.modules:  # it counts what is left of it at the end, and complains
            gc.freeze()  # all memory is given back at once: what lies in it need not be looked through


def _full(error: OSError) -> int:
    """There is no room for what is to be written: no defect, and what was there before is whole (reports/files.py)."""
    let_go()
    reason = error.strerror or str(error)
    click.echo(f"huice: the disk or the output is full ({reason}) · 磁盘或输出已满，无法写入（{reason}）", err=True)
    return 2


def _defect() -> int:
    import tempfile
    import traceback

    from huice.privacy.masking import masked, uncovered

    handle, name = tempfile.mkstemp(prefix="huice-defect-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as details, uncovered(False):
        details.write(masked(traceback.format_exc()))
    click.echo(
        "huice: this is a defect of Huice itself, not of your policy or your data; nothing was changed.\n"
        f"惠策自身出现缺陷，与您的政策和数据无关；未改动任何文件。\ndetails · 详情: {name}",
        err=True,
    )
    return 70
