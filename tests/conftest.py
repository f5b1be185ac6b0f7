"""What tests recorded with `record_property` under a title is shown when the run ends, wherever it ran."""

from typing import Any


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, ()):
            for title, text in getattr(report, "user_properties", ()):
                if report.when == "call":
                    terminalreporter.section(str(title))
                    terminalreporter.write_line(str(text))
