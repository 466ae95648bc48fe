"""What an expression read on the way that decided it."""

from __future__ import annotations

from typing import Any

import pytest
from model_factories import default, make, project, settings, span, written

from celerylint.model import Call, Project, Task, Worker
from celerylint.origin import unknown
from celerylint.page import SCOPES, Answer, compile_expression

SECRET: Any = unknown("it comes from a Secret", span("deploy.yaml", 9))
SHORT = make(Task, name="send", span=span("a.py", 1), longest_run=written(5, "a.py", 1), acks_late=False)
LONG = make(
    Task,
    name="build",
    span=span("a.py", 2),
    longest_run=written(600, "a.py", 2),
    acks_late=True,
    lasting_effects=(make(Call, name="requests.post", span=span("a.py", 3)), make(Call, name="print")),
)
WORKER = make(
    Worker,
    name="w",
    pool="prefork",
    concurrency=SECRET,
    processes=4,
    prefetch_multiplier=written(4),
    tasks=default((SHORT, LONG)),
    settings=settings(task_acks_late=True),
)


def answer(text: str) -> Answer:
    return compile_expression(text, SCOPES["worker"].variables).evaluate(
        {"worker": WORKER, "project": project(workers=(WORKER,))}
    )


def reads(text: str) -> list[str]:
    return [f"{read.witness}: {read.name}" if read.witness else read.text for read in answer(text).reads]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("worker.processes > 2 and worker.pool == 'prefork'", ["worker.processes", "worker.pool"]),
        ("worker.processes > 2 and worker.pool == 'solo'", ["worker.pool"]),
        ("worker.processes > 2 and worker.concurrency > 2 and worker.pool == 'prefork'", ["worker.concurrency"]),
        ("worker.concurrency > 2 and worker.processes > 9", ["worker.processes"]),
        ("worker.processes > 9 or worker.pool == 'prefork'", ["worker.pool"]),
        ("worker.concurrency > 9 or worker.pool == 'prefork'", ["worker.pool"]),
        ("worker.processes > 9 or worker.pool == 'solo'", ["worker.processes", "worker.pool"]),
        ("worker.processes > 9 or worker.concurrency > 2", ["worker.concurrency"]),
        ("not (worker.processes > 9)", ["worker.processes"]),
        ("worker.processes if worker.pool == 'prefork' else worker.concurrency", ["worker.pool", "worker.processes"]),
        ("worker.processes > 2 if worker.concurrency > 2 else worker.processes > 3", ["worker.processes"] * 2),
        ("worker.processes * worker.prefetch_multiplier > 9", ["worker.processes", "worker.prefetch_multiplier"]),
        ("worker.name == 'w'", []),
        ("worker.settings.task_acks_late", ["worker.settings.task_acks_late"]),
        ("any(t.longest_run > 60 for t in worker.tasks)", ["worker.tasks", "build: longest_run"]),
        (
            "any(t.longest_run > 60 for t in worker.tasks if t.acks_late)",
            ["worker.tasks", "build: acks_late", "build: longest_run"],
        ),
        ("all(t.longest_run > 60 for t in worker.tasks)", ["worker.tasks", "send: longest_run"]),
        (
            "not any(t.longest_run > 700 for t in worker.tasks)",
            ["worker.tasks", "send: longest_run", "build: longest_run"],
        ),
        ("max(t.longest_run for t in worker.tasks) > 60", ["worker.tasks", "build: longest_run"]),
        ("min(t.longest_run for t in worker.tasks) < 60", ["worker.tasks", "send: longest_run"]),
        ("max(worker.processes, worker.prefetch_multiplier + 3)", ["worker.prefetch_multiplier"]),
        (
            "sum(t.longest_run for t in worker.tasks) > 60",
            ["worker.tasks", "send: longest_run", "build: longest_run"],
        ),
        ("any(c.name == 'requests.post' for t in worker.tasks for c in t.lasting_effects)", [
            "worker.tasks", "build: lasting_effects"]),
        ("any(w.processes > 2 for w in project.workers)", ["w: processes"]),
        ("any(t.longest_run > seconds(worker.concurrency) for t in worker.tasks)", [
            "worker.tasks", "send: longest_run", "worker.concurrency", "build: longest_run", "worker.concurrency"]),
    ],
)  # fmt: skip
def test_the_reads_are_those_that_decided(text: str, expected: list[str]) -> None:
    assert reads(text) == expected


def test_a_read_carries_its_value_and_its_unit() -> None:
    read = answer("any(t.longest_run > 60 for t in worker.tasks)").reads[-1]
    assert read.value is LONG.longest_run
    assert str(read.type) == "Seconds or None"


def test_an_unknown_answer_comes_with_its_reason() -> None:
    result = answer("worker.processes > 2 and worker.concurrency > 2")
    assert result.unknown is not None
    assert result.unknown.reason == "it comes from a Secret"
    assert [(read.text, read.unknown) for read in result.reads] == [("worker.concurrency", True)]


def test_calls_speak_for_themselves_by_their_place() -> None:
    names = {"task": LONG, "project": make(Project)}
    expression = compile_expression(
        "any(c.name == 'requests.post' for c in task.lasting_effects)", SCOPES["task"].variables
    )
    (read,) = expression.evaluate(names).reads
    assert read.entities == (LONG.lasting_effects[0],)
