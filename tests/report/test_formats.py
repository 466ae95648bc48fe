"""Whole reports, letter by letter, and the shape of their data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from textwrap import dedent

import pytest

from celerylint.finding import Confidence, Finding, Place, Severity, Undecided
from celerylint.origin import Span
from celerylint.report import FORMATS, Report, Summary
from celerylint.report.advice import advice

FILES = {
    "deploy/worker.yaml": "limits:\n  memory: 1Gi\ncommand: celery -A shop worker --concurrency=8",
    "shop/celery.py": 'app = Celery("shop", broker="redis://:hunter2@redis/0")',
}
FINDING = Finding(
    "CLY302",
    "pod-too-small",
    Severity.ERROR,
    Confidence.LIKELY,
    "8 processes need 2 GiB, the pod gets 1 GiB",
    Place(Span("deploy/worker.yaml", 2, 11, 2, 14), "limit = 1 GiB"),
    (
        Place(Span("deploy/worker.yaml", 3, 32, 3, 47), "concurrency = 8"),
        Place(Span("shop/celery.py", 1, 29, 1, 54), "broker"),
    ),
    "https://example.org/pod-too-small",
)
UNDECIDED = Undecided(
    "CLY104",
    "too-long",
    Span("shop/celery.py", 1, 1, 1, 4),
    "task shop.resize",
    "task.longest_run",
    "nothing bounds it",
    Span("shop/celery.py", 1, 7, 1, 13),
)


def lines(path: str) -> Sequence[str]:
    return FILES[path].split("\n")


REPORT = Report(
    (FINDING,),
    (UNDECIDED,),
    Summary(files=12, workers=1, tasks=3, errors=1, undecided=1, hidden=2),
    lines,
    lambda path: f"fixtures/shop/{path}",
)
CLEAN = replace(REPORT, findings=(), undecided=(), summary=Summary(files=1, workers=0, tasks=0))


def test_full() -> None:
    assert FORMATS["full"](REPORT) == dedent(
        """\
        error[CLY302] pod-too-small: 8 processes need 2 GiB, the pod gets 1 GiB
         --> fixtures/shop/deploy/worker.yaml:2:11
          |
        2 |   memory: 1Gi
          |           ^^^ limit = 1 GiB
        3 | command: celery -A shop worker --concurrency=8
          |                                --------------- concurrency = 8
          |
         ::: fixtures/shop/shop/celery.py:1:29
          |
        1 | app = Celery("shop", broker="redis://***@redis/0")
          |                             -------------------- broker
          |
          = note: likely, not certain: at least one of the values is inferred
          = help: celerylint rule pod-too-small
          = docs: https://example.org/pod-too-small

        Found 1 error.
        12 files read, 1 worker and 3 tasks understood; 1 undecided (--show-undecided); 2 less severe (--min-severity)
        """
    )


def test_full_lists_what_is_undecided_and_how_to_tell() -> None:
    text = FORMATS["full"](replace(CLEAN, undecided=(UNDECIDED,), show_undecided=True))
    assert text == dedent(
        """\
        undecided[CLY104] too-long: task shop.resize
         --> fixtures/shop/shop/celery.py:1:1
          = unknown: task.longest_run: nothing bounds it (fixtures/shop/shop/celery.py:1:7)
          = help: [tool.celerylint.tasks."<task>"] duration = "20m", or beside the task: # celerylint: 20m

        No findings.
        1 file read, 0 workers and 0 tasks understood; is this the root of a project with Celery?
        """
    )


def test_concise() -> None:
    text = FORMATS["concise"](replace(REPORT, show_undecided=True))
    assert text.splitlines() == [
        "fixtures/shop/deploy/worker.yaml:2:11: error CLY302 pod-too-small 8 processes need 2 GiB, the pod gets 1 GiB",
        "fixtures/shop/shop/celery.py:1:1: undecided CLY104 too-long "
        "task shop.resize: task.longest_run: nothing bounds it",
    ]
    assert FORMATS["concise"](CLEAN) == ""


def test_json_has_paths_of_the_root_and_every_undecided_entry() -> None:
    document = json.loads(FORMATS["json"](REPORT))
    assert list(document) == ["version", "findings", "undecided", "summary"]
    assert document["version"] == 1
    (found,) = document["findings"]
    assert found == {
        "code": "CLY302",
        "name": "pod-too-small",
        "severity": "error",
        "confidence": "likely",
        "message": "8 processes need 2 GiB, the pod gets 1 GiB",
        "label": "limit = 1 GiB",
        "path": "deploy/worker.yaml",
        "line": 2,
        "column": 11,
        "end_line": 2,
        "end_column": 14,
        "related": [
            {
                "path": "deploy/worker.yaml",
                "line": 3,
                "column": 32,
                "end_line": 3,
                "end_column": 47,
                "message": "concurrency = 8",
            },
            {
                "path": "shop/celery.py",
                "line": 1,
                "column": 29,
                "end_line": 1,
                "end_column": 54,
                "message": "broker",
            },
        ],
        "fix": None,
        "url": "https://example.org/pod-too-small",
    }
    (entry,) = document["undecided"]
    assert entry["unknown"] == "task.longest_run"
    assert entry["at"] == {"path": "shop/celery.py", "line": 1, "column": 7}
    assert document["summary"] == {
        "error": 1,
        "warning": 0,
        "info": 0,
        "hidden": 2,
        "suppressed": 0,
        "undecided": 1,
        "files": 12,
        "workers": 1,
        "tasks": 3,
    }


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_input_gives_the_same_bytes(name: str) -> None:
    assert FORMATS[name](REPORT) == FORMATS[name](replace(REPORT))


@pytest.mark.parametrize("name", FORMATS)
def test_no_report_prints_a_password_or_steers_the_terminal(name: str) -> None:
    nasty = replace(
        FINDING,
        message="broker is redis://:hunter2@redis/0\n\x1b[2J",
        place=Place(Span("shop/celery.py", 1, 29, 1, 54), "redis://:hunter2@redis \x1b"),
    )
    entry = replace(UNDECIDED, reason="redis://:hunter2@redis \x1b[1m", subject="task \x1b")
    text = FORMATS[name](replace(REPORT, findings=(nasty,), undecided=(entry,), show_undecided=True))
    assert "hunter2" not in text
    assert "***" in text.replace("\\*", "*")  # Markdown needs escapes
    assert "\x1b" not in text


@pytest.mark.parametrize("name", FORMATS)
def test_a_path_that_is_no_utf8_can_be_reported(name: str) -> None:
    odd = replace(FINDING, place=Place(Span("caf\udce9\n.py", 1, 1, 1, 1)), related=())
    text = FORMATS[name](replace(REPORT, findings=(odd,), lines=lambda path: []))
    text.encode("utf-8")
    assert "\\udce9" in text or "caf%E9%0A.py" in text  # a URI is made of bytes


def test_colours_are_for_full_and_concise() -> None:
    assert "\x1b[1;31merror[CLY302]\x1b[0m" in FORMATS["full"](replace(REPORT, colour=True))
    assert "\x1b[1;31merror\x1b[0m" in FORMATS["concise"](replace(REPORT, colour=True))
    assert FORMATS["json"](replace(REPORT, colour=True)) == FORMATS["json"](REPORT)


@pytest.mark.parametrize(
    ("unknown", "told"),
    [
        ("task.load", 'load = "cpu"'),
        ("worker.longest_run", "duration"),
        ("worker.concurrency", "--concurrency"),
        ("worker.memory.demand", "memory-per-process"),
        ("worker.container.memory_limit", "resources.limits.memory"),
        ("len(queue.consumers)", "external-queues"),
        ("worker.workload.grace_period", "terminationGracePeriodSeconds"),
        ("worker.settings.task_acks_late", "in the code"),
        ("something.else", "where celerylint reads it"),
    ],
)
def test_undecided_entries_say_what_to_write(unknown: str, told: str) -> None:
    assert told in advice(replace(UNDECIDED, unknown=unknown))
