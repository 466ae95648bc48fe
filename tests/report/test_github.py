"""Workflow commands, read back as the runner of GitHub Actions reads them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from sample_reports import FINDING, NASTY, at, finding, many, nasty, report

from celerylint.finding import Place, Severity
from celerylint.origin import Span
from celerylint.report import FORMATS, Report
from celerylint.report.github import MOST

# Every command that the runner knows, and some words that are none.
COMMANDS = {
    *("add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "notice"),
    *("remove-matcher", "save-state", "set-env", "set-output", "stop-commands", "warning", "internal-set-repo-path"),
}
# actions/runner, ActionCommand.cs: what is put back, in this order.
DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))


@dataclass(frozen=True)
class Command:
    name: str
    properties: Mapping[str, str]
    data: str


def unescaped(text: str, table: tuple[tuple[str, str], ...]) -> str:
    for escape, character in table:
        text = text.replace(escape, character)
    return text


def parsed(output: str) -> list[Command | str]:
    """What the runner makes of each line: a command in one of its two notations, or a text for the log."""
    return [_line(line) for line in re.split(r"\r\n|\r|\n", output) if line]


def _line(line: str) -> Command | str:
    text = line.lstrip()
    if text.startswith("::") and "::" in text[2:]:
        info, _, data = text[2:].partition("::")
        name, _, written = info.partition(" ")
        if name in COMMANDS:
            pairs = (pair.split("=", 1) for pair in written.strip().split(",") if pair)
            properties = {pair[0]: unescaped(pair[1], PROPERTY) for pair in pairs if len(pair) == 2}
            return Command(name, properties, unescaped(data, DATA))
    old = re.search(r"##\[([^\] ]+)([^\]]*)\](.*)", line)
    return Command(old[1], {}, old[3]) if old and old[1] in COMMANDS else line


def commands(made: Report) -> list[Command]:
    found = parsed(FORMATS["github"](made))
    assert all(isinstance(each, Command) for each in found), found
    return [each for each in found if isinstance(each, Command)]


def test_the_parser_sees_an_injected_command() -> None:
    assert parsed("harmless\n  ::add-mask::x\ntext ##[set-env name=A]b\n::unknown::x\n") == [
        "harmless",
        Command("add-mask", {}, "x"),
        Command("set-env", {}, "b"),
        "::unknown::x",
    ]


def test_an_annotation() -> None:
    (command,) = commands(report(FINDING, base="services/shop"))
    assert command == Command(
        "error",
        {
            "title": "CLY301 pod-memory-overcommit",
            "file": "services/shop/deploy/worker.yaml",
            "line": "2",
            "endLine": "2",
            "col": "11",
            "endColumn": "14",
        },
        "8 processes need 2 GiB, the pod gets 1 GiB (limit = 1 GiB)\n"
        "services/shop/deploy/worker.yaml:3: concurrency = 8\n"
        "services/shop/shop/celery.py:1",
    )


def test_nothing_found_says_nothing() -> None:
    assert FORMATS["github"](report()) == ""


def test_what_was_read_can_inject_no_command() -> None:
    found = commands(nasty())
    assert len(found) == len(NASTY)
    assert {command.name for command in found} <= {"error", "warning", "notice"}
    for command in found:
        assert set(command.properties) == {"title", "file", "line", "endLine", "col", "endColumn"}
        assert command.properties["title"] == "CLY301 pod-memory-overcommit"
        assert command.properties["line"] == "3"


@pytest.mark.parametrize("text", ["a%0Ab", "100%", "%25", "a,b=c:d", "::error::x", "##[error]x", "%3A%2C"])
def test_texts_come_back_as_they_were(text: str) -> None:
    (command,) = commands(report(finding(at(f"{text}.py", 1, 1, 1), message=text)))
    assert command.data == text
    assert command.properties["file"] == f"{text}.py"


def test_a_finding_over_several_lines_is_cut_to_its_first() -> None:
    (command,) = commands(report(finding(Place(Span("shop/celery.py", 2, 1, 4, 2)))))
    assert {key: command.properties[key] for key in ("line", "endLine", "col", "endColumn")} == {
        "line": "2",
        "endLine": "2",
        "col": "1",
        "endColumn": "17",
    }


def test_ten_of_a_level_are_all_shown() -> None:
    found = commands(report(*many(10, Severity.ERROR), *many(10, Severity.WARNING), *many(10, Severity.INFO)))
    assert [command.name for command in found] == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10


def test_the_worst_come_first_and_the_rest_is_counted_in_one_notice_within_the_limit() -> None:
    made = report(*many(12, Severity.WARNING), *many(13, Severity.ERROR), *many(30, Severity.INFO))
    found = commands(made)
    assert [command.name for command in found] == ["error"] * MOST + ["warning"] * MOST + ["notice"] * MOST
    assert [command.properties["file"] for command in found[:10]] == [f"shop/f{number:05}.py" for number in range(10)]
    assert found[-1].data == (
        "26 more findings are not annotated, since GitHub keeps 10 of a level: 3 errors, 2 warnings, 21 info"
    )
    assert sum("more finding" in command.data for command in found) == 1


def test_one_more() -> None:
    found = commands(report(*many(11)))
    assert len(found) == 11
    assert found[-1].data.startswith("1 more finding is not annotated")


def test_an_annotation_stays_readable_with_very_many_places() -> None:
    proofs = [at("deploy/worker.yaml", 3, 1, 3, f"value {number}") for number in range(300)]
    (command,) = commands(report(finding(at("a.py", 1, 1, 1), *proofs)))
    assert command.data.endswith("\nand 280 more places")
