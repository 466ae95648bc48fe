"""Three-valued logic against Kleene's tables, and what is absent."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_factories import default, make, settings, written

from celerylint.model import Container, Task, Worker, Workload
from celerylint.origin import Unknown, unknown
from celerylint.page import SCOPES, compile_expression

TYPES = SCOPES["task on worker"].variables
ATOMS = ("task.acks_late", "task.reject_on_worker_lost", "task.ignore_result", "worker.embedded_beat")
MAYBE: Any = unknown("it comes from a Secret")


def evaluate(text: str, **entities: Any) -> Any:
    return compile_expression(text, TYPES).evaluate(entities).value


def world(values: tuple[Any, ...]) -> dict[str, Any]:
    first, second, third, fourth = (MAYBE if value is None else default(value) for value in values)
    return {
        "task": make(Task, acks_late=first, reject_on_worker_lost=second, ignore_result=third),
        "worker": make(Worker, embedded_beat=fourth),
    }


@st.composite
def formulas(draw: st.DrawFn, depth: int = 3) -> Any:
    """A formula as a tree: an index of an atom, or an operator with its operands."""
    kind = draw(st.sampled_from(["atom", "not", "and", "or", "if"])) if depth else "atom"
    if kind == "atom":
        return draw(st.integers(0, 3))
    count = {"not": 1, "if": 3}.get(kind) or draw(st.integers(2, 3))
    return (kind, *(draw(formulas(depth - 1)) for _ in range(count)))


def as_text(formula: Any) -> str:
    if isinstance(formula, int):
        return ATOMS[formula]
    kind, *parts = formula
    texts = [f"({as_text(part)})" for part in parts]
    if kind == "not":
        return f"not {texts[0]}"
    return f"{texts[0]} if {texts[1]} else {texts[2]}" if kind == "if" else f" {kind} ".join(texts)


def reference(formula: Any, values: tuple[Any, ...]) -> Any:
    """Kleene's logic, with None for unknown."""
    if isinstance(formula, int):
        return values[formula]
    kind, *parts = formula
    results = [reference(part, values) for part in parts]
    if kind == "not":
        return None if results[0] is None else not results[0]
    if kind == "if":
        then, test, otherwise = results
        if test is None:
            return then if then == otherwise else None
        return then if test else otherwise
    decisive = kind == "or"
    if decisive in results:
        return decisive
    return None if None in results else not decisive


@given(formulas(), st.tuples(*[st.sampled_from([True, False, None])] * 4))
def test_logic_is_kleenes(formula: Any, values: tuple[Any, ...]) -> None:
    result = evaluate(as_text(formula), **world(values))
    assert (None if isinstance(result, Unknown) else result) == reference(formula, values)


@given(formulas(), st.tuples(*[st.sampled_from([True, False, None])] * 4))
def test_an_undecided_formula_names_an_unknown_read_and_a_decided_one_needs_none(
    formula: Any, values: tuple[Any, ...]
) -> None:
    answer = compile_expression(as_text(formula), TYPES).evaluate(world(values))
    assert any(read.unknown for read in answer.reads) == (answer.unknown is not None)


@given(st.lists(st.sampled_from([True, False, None]), max_size=5), st.lists(st.sampled_from([True, False, None])))
def test_any_and_all_are_long_or_and_and(values: list[Any], filters: list[Any]) -> None:
    pairs = list(zip(values, filters + [True] * len(values), strict=False))
    tasks = tuple(
        make(Task, acks_late=MAYBE if value is None else value, ignore_result=MAYBE if kept is None else kept)
        for value, kept in pairs
    )
    worker = make(Worker, tasks=default(tasks))
    for name in ("any", "all"):
        result = evaluate(f"{name}(t.acks_late for t in worker.tasks if t.ignore_result)", worker=worker)
        assert (None if isinstance(result, Unknown) else result) == quantified(name, pairs)


def quantified(name: str, pairs: list[tuple[Any, Any]]) -> Any:
    decisive = name == "any"
    results: list[Any] = []
    for value, kept in pairs:
        if kept is False or value is (not decisive):
            results.append(not decisive)
        else:
            results.append(decisive if kept is True and value is decisive else None)
    if decisive in results:
        return decisive
    return None if None in results else not decisive


NOTHING = make(Worker, name="w", workload=None, container=None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("worker.workload", None),
        ("worker.workload.grace_period", None),
        ("worker.container.memory_limit * 2 + 1", None),
        ("worker.container.memory_limit > 1", False),
        ("worker.container.memory_limit <= 1", False),
        ("not (worker.container.memory_limit > 1)", True),
        ("worker.container.memory_limit == 1", False),
        ("worker.container.memory_limit != 1", True),
        ("worker.container.memory_limit is None", True),
        ("worker.workload.kind in {'Deployment', 'StatefulSet'}", False),
        ("worker.workload.kind not in {'Deployment'}", True),
        ("'x' in worker.workload.kind", False),
        ("worker.workload.lives_long or worker.workload.development", False),
        ("not worker.workload.development", True),
        ("len(worker.workload.containers)", 0),
        ("any(c.name == 'x' for c in worker.workload.containers)", False),
        ("all(c.name == 'x' for c in worker.workload.containers)", True),
        ("max(c.memory_limit for c in worker.workload.containers)", None),
        ("sum(c.memory_limit for c in worker.workload.containers)", 0),
        ("lower(worker.workload.kind)", None),
        ("startswith(worker.workload.kind, 'D')", None),
        ("max(worker.time_limit, 30)", 30),
        ("min(worker.time_limit, worker.soft_time_limit)", None),
    ],
)
def test_what_is_absent_is_none(text: str, expected: Any) -> None:
    assert evaluate(text, worker=NOTHING) == expected


KNOWN = make(
    Worker,
    name="w",
    pool="prefork",
    concurrency=MAYBE,
    processes=4,
    queues=default(("mail", "reports")),
    heavy_imports=("numpy", "pandas"),
    tasks=MAYBE,
    workload=make(Workload, kind="Deployment", containers=(make(Container, name="a", cpu_limit=1.5),)),
    container=make(Container, cpu_limit=1.5),
    settings=settings(
        worker_prefetch_multiplier="4", accept_content=["json"], broker_transport_options={"visibility_timeout": 3600}
    ),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 < worker.processes <= 4", True),
        ("1 < worker.processes < 4 < 1", False),
        ("worker.processes // 3 + worker.processes % 3 - 1", 1),
        ("-worker.processes", -4),
        ("worker.processes / 8", 0.5),
        ("'mail' in worker.queues", True),
        ("'slow' not in worker.queues", True),
        ("worker.queues == ('mail', 'reports')", True),
        ("worker.queues != ['mail']", True),
        ("worker.settings.accept_content == ('json',)", True),
        ("'visibility_timeout' in worker.settings.broker_transport_options", True),
        ("'fork' in worker.pool", True),
        ("glob('pre*', worker.pool)", True),
        ("glob('PRE*', worker.pool)", False),
        ("lower('ABC')", "abc"),
        ("endswith(worker.pool, 'fork')", True),
        ("join(worker.heavy_imports)", "numpy, pandas"),
        ("ceil(worker.container.cpu_limit)", 2),
        ("floor(worker.container.cpu_limit)", 1),
        ("round(2.6)", 3),
        ("bytes(2 * 1024)", 2048),
        ("len(worker.heavy_imports)", 2),
        ("len(worker.pool)", 7),
        ("sorted({'b', 'a'})", ("a", "b")),
        ("max(worker.processes, 2, 9)", 9),
        ("[c.cpu_limit for c in worker.workload.containers]", (1.5,)),
        ("len(i for i in worker.heavy_imports if startswith(i, 'n'))", 1),
        ("any(c.name == 'a' for w in [worker] for c in w.workload.containers)", True),
        ("'yes' if worker.processes > 9 else 'no'", "no"),
        ("'x' if worker.concurrency > 2 else 'x'", "x"),
        ("worker.concurrency in ()", False),
        ("'prefork' in {worker.pool, worker.kind}", True),
        ("worker.processes in (worker.concurrency, 4)", True),
    ],
)
def test_known_values_are_worked_with_as_in_python(text: str, expected: Any) -> None:
    assert evaluate(text, worker=KNOWN) == expected


@pytest.mark.parametrize(
    "text",
    [
        "worker.concurrency > 2",
        "worker.concurrency + 1",
        "worker.concurrency == 2",
        "worker.concurrency != 2",
        "worker.concurrency in {2, 3}",
        "worker.concurrency not in {2, 3}",
        "worker.processes in (worker.concurrency, 5)",
        "(worker.concurrency, 1) == (2, 1)",
        "1 < worker.concurrency < 5",
        "max(worker.concurrency, 2)",
        "ceil(worker.concurrency)",
        "'a' if worker.concurrency > 2 else 'b'",
        "len(worker.tasks)",
        "any(t.acks_late for t in worker.tasks)",
        "all(t.acks_late for t in worker.tasks)",
        "max(t.longest_run for t in worker.tasks)",
        "sum(t.longest_run for t in worker.tasks)",
        "sorted(t.name for t in worker.tasks)",
        "[t.name for t in worker.tasks]",
        "'x' in [t.name for t in worker.tasks]",
        "worker.processes / 0",
        "worker.settings.worker_prefetch_multiplier > 2",
        "worker.settings.worker_prefetch_multiplier * 2",
        "worker.settings.task_acks_late",
    ],
)
def test_what_nobody_can_know_stays_unknown(text: str) -> None:
    assert isinstance(evaluate(text, worker=KNOWN), Unknown)


@pytest.mark.parametrize(
    "text",
    [
        "(worker.concurrency, 1) == (2, 3)",
        "1 < worker.concurrency < 5 < 2",
        "worker.max_tasks_per_child > worker.concurrency",
    ],
)
def test_some_answers_do_not_need_what_is_unknown(text: str) -> None:
    assert evaluate(text, worker=KNOWN) is False


def test_written_values_are_transparent() -> None:
    assert evaluate("worker.concurrency == 3", worker=make(Worker, concurrency=written(3))) is True
