"""Expressions that have no meaning are refused, with a caret under the place."""

from __future__ import annotations

import pytest

from celerylint.page import SCOPES, ExpressionError, compile_condition, compile_expression
from celerylint.page.types import Type

WORKER = SCOPES["worker"].variables
TASK_ON_WORKER = {**SCOPES["task on worker"].variables, "margin": Type("float", literal=True)}


def refusal(text: str, condition: bool = False) -> str:
    with pytest.raises(ExpressionError) as caught:
        (compile_condition if condition else compile_expression)(text, TASK_ON_WORKER)
    return str(caught.value)


def type_of(text: str) -> str:
    return str(compile_expression(text, TASK_ON_WORKER).type)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "worker.concurency > 2",
            'Worker has no field `concurency`; did you mean "concurrency"?\nworker.concurency > 2\n       ^^^^^^^^^^',
        ),
        (
            "wroker.concurrency > 2",
            'no name `wroker` here (there are `margin`, `project`, `task`, `worker`); did you mean "worker"?\n'
            "wroker.concurrency > 2\n^^^^^^",
        ),
        (
            "worker.settings.task_ack_late",
            'Celery has no setting `task_ack_late`; did you mean "task_acks_late"?\n'
            "worker.settings.task_ack_late\n                ^^^^^^^^^^^^^",
        ),
        (
            "task.time_limit > worker.memory.demand",
            "`>` has no meaning between Seconds or None and Bytes\ntask.time_limit > worker.memory.demand\n" + "^" * 38,
        ),
        (
            'worker.name == "w" and worker.pool > 3',
            "`>` has no meaning between str and int\n"
            'worker.name == "w" and worker.pool > 3\n                       ^^^^^^^^^^^^^^^',
        ),
        (
            "worker.max_memory_per_child > worker.memory.demand",
            "`>` has no meaning between KiB or None and Bytes; `bytes(…)` turns KiB into Bytes\n"
            "worker.max_memory_per_child > worker.memory.demand\n" + "^" * 50,
        ),
        (
            'worker.kind == "ñandú" and task.nmae == ""',
            'Task has no field `nmae`; did you mean "name"?\n'
            'worker.kind == "ñandú" and task.nmae == ""\n                                ^^^^',
        ),
        (
            "any(t.limit for t in worker.tasks)",
            'Task has no field `limit`; did you mean "time_limit"?\nany(t.limit for t in worker.tasks)\n      ^^^^^',
        ),
        (
            "any(task.acks_late for task in worker.tasks)",
            "the name `task` is taken; choose another one\n"
            "any(task.acks_late for task in worker.tasks)\n                       ^^^^",
        ),
    ],
)
def test_mistakes_are_shown_with_a_caret(text: str, expected: str) -> None:
    assert refusal(text) == expected


def test_the_caret_stands_in_the_line_of_a_longer_text() -> None:
    text = 'worker.pool == "prefork"\nand worker.processes > worker.name\n'
    assert refusal(text) == (
        "`>` has no meaning between int and str\nand worker.processes > worker.name\n    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"
    )


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("task.time_limit + worker.memory.demand", "`+` has no meaning"),
        ("task.time_limit * task.soft_time_limit", "`*` has no meaning"),
        ("task.time_limit + worker.processes", "`+` has no meaning"),
        ("1 / task.time_limit", "`/` has no meaning"),
        ('"a" * 3', "`*` has no meaning"),
        ("worker.pool == 3", "`==` has no meaning"),
        ("worker.processes in {'a', 'b'}", "int is never in a tuple of str"),
        ("worker.pool in {'a', 3}", "the items differ"),
        ("worker.processes in worker.processes", "`in` needs"),
        ("worker.processes is None", "this is never None"),
        ("worker.pool is 'prefork'", "`is` is for None alone"),
        ("worker.pool and task.acks_late", "`and` needs something true or false, and this is str"),
        ("not worker.heavy_imports", "compare its len() with a number"),
        ("worker.pool if task.acks_late else 3", "the branches differ: str and int"),
        ("worker.pool.lower()", "only the functions of the language"),
        ("lowre(worker.pool)", 'there is no function `lowre`; did you mean "lower"?'),
        ("lower(3)", "`lower` needs a text"),
        ("startswith(worker.pool)", "takes 2 arguments"),
        ("len(worker.processes)", "`len` needs a tuple or a text"),
        ("sum(worker.heavy_imports)", "`sum` needs numbers"),
        ("max(worker.processes, worker.pool)", "the arguments differ"),
        ("max(task.acks_late for t in worker.tasks)", "`max` needs numbers or texts"),
        ("all(t.name for t in worker.tasks)", "`all` needs something true or false"),
        ("any(x for x in worker.processes)", "this must be a tuple, and it is int"),
        ("any(t.acks_late for t in worker.tasks if t.name)", "`if` needs something true or false"),
        ("bytes(task.time_limit)", "`bytes` needs KiB or a plain number"),
        ("worker.concurrency.value", "int has no fields"),
        ("-worker.pool", "only a number has a sign"),
        ("sorted(worker.heavy_imports, reverse=True)", "takes plain arguments only"),
        ("max(*worker.heavy_imports)", "takes plain arguments only"),
    ],
)
def test_what_has_no_meaning_is_refused(text: str, part: str) -> None:
    assert part in refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        "worker.__class__.__bases__",
        "().__class__",
        "__import__('os').system('true')",
        "(lambda: 1)()",
        "worker.settings['x']",
        "f'{worker.name}'",
        "2 ** 1000000000",
        "1 << 99",
        "~1",
        "[*worker.heavy_imports]",
        "(x := 3)",
        "{'a': 1}",
        "b'bytes'",
        "...",
        "worker.concurrency = 3",
        "1 +",
        "",
        "a) or (b",
        "(" * 500 + "1" + ")" * 500,
        "not " * 3000 + "True",
        "worker.name # and worker.kind",
        "9" * 5000,
        "\x00",
    ],
)
def test_python_beyond_the_subset_is_no_expression(text: str) -> None:
    assert refusal(text)


def test_a_condition_must_be_true_or_false() -> None:
    assert refusal("worker.processes", condition=True).startswith("a condition needs something true or false")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("task.time_limit", "Seconds or None"),
        ("task.time_limit * 1.5", "Seconds or None"),
        ("2 * task.time_limit", "Seconds or None"),
        ("task.time_limit + 30", "Seconds or None"),
        ("task.time_limit * margin", "Seconds or None"),
        ("task.time_limit / task.soft_time_limit", "float or None"),
        ("worker.processes * worker.memory.per_process", "Bytes"),
        ("worker.processes + 1", "int"),
        ("worker.processes / 2", "float"),
        ("bytes(worker.max_memory_per_child)", "Bytes or None"),
        ("bytes(1024)", "Bytes"),
        ("seconds(worker.settings.task_time_limit)", "Seconds or None"),
        ("number(ceil(worker.container.cpu_limit))", "float or None"),
        ("ceil(worker.processes / 2)", "int"),
        ("worker.workload.grace_period", "Seconds or None"),
        ("worker.app.broker.transport", "str or None"),
        ("max(worker.processes, 4)", "int or None"),
        ("max(t.longest_run for t in worker.tasks)", "Seconds or None"),
        ("sum(w.processes for w in project.workers)", "int"),
        ("sorted(t.name for t in worker.tasks)", "tuple of str"),
        ("[t.queue for t in worker.tasks if t.acks_late]", "tuple of str"),
        ("worker.pool if task.acks_late else None", "str or None"),
        ("worker", "Worker"),
        ("worker.settings.worker_prefetch_multiplier", "int or None"),
    ],
)
def test_units_and_absence_are_carried_through(text: str, expected: str) -> None:
    assert type_of(text) == expected


def test_every_field_of_the_model_has_a_type() -> None:
    for scope in SCOPES.values():
        for name, type_ in scope.variables.items():
            assert compile_expression(name, scope.variables).type is type_
