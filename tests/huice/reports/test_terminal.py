"""Tables in windows too narrow for them: nothing is cut, every figure stands behind its heading."""

from io import StringIO

from rich.console import Console

from huice.reports.terminal import add, show, table

ROWS = (("就业稳岗补贴", "三（一）", "1,234,567.00", "-89.50"), ("租房补贴", "", "7,654,321.00", "0.00"))


def printed(width: int, *, terminal: bool = True) -> list[str]:
    out = Console(file=StringIO(), width=width, force_terminal=terminal, color_system=None)
    made = table(["条款", "依据", "应付（元）", "差额（元）"], left=2)
    for row in ROWS:
        add(made, row)
    show(out, made)
    return [line.rstrip() for line in out.file.getvalue().splitlines()]  # type: ignore[attr-defined]


def test_a_table_that_fits_is_a_table() -> None:
    lines = printed(80)
    assert len(lines) == 3 and all(cell in lines[1] for cell in ROWS[0])


def test_in_a_narrow_window_each_row_is_a_few_lines() -> None:
    assert printed(40) == [
        "就业稳岗补贴",
        "  依据 三（一）  应付（元） 1,234,567.00",
        "  差额（元） -89.50",
        "租房补贴",
        "  应付（元） 7,654,321.00",
        "  差额（元） 0.00",
    ]


def test_a_pipe_gets_the_table_whatever_its_width() -> None:
    lines = printed(40, terminal=False)
    assert len(lines) == 3 and all(cell in lines[1] for cell in ROWS[0])
