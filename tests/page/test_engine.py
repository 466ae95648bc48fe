"""From pages and a model to findings and what stays undecided."""

from __future__ import annotations

from typing import Any

import pytest
from model_factories import default, inferred, make, project, span, written

from celerylint.engine import Outcome, run
from celerylint.finding import Confidence, Finding, Place, Severity
from celerylint.model import (
    App,
    Beat,
    Broker,
    Call,
    Memory,
    Problem,
    Project,
    Queue,
    Route,
    ScheduleEntry,
    Task,
    Worker,
    Workload,
)
from celerylint.origin import Layer, Origin, Span, Value, derive, unknown
from celerylint.page import PageError, ParameterError, trace
from page.page_texts import page

PROCESSES = written(12, "deploy.yaml", 24, Layer.COMMAND_LINE)


def outcome(model: Project, **changes: Any) -> Outcome:
    return run([page(**changes)], model)


def only(model: Project, **changes: Any) -> Finding:
    result = outcome(model, **changes)
    assert len(result.findings) == 1
    assert result.undecided == ()
    return result.findings[0]


def worker(**fields: Any) -> Project:
    return project(workers=(make(Worker, **{"name": "w", "span": span("deploy.yaml", 20), **fields}),))


def places(finding: Finding) -> list[tuple[str, str]]:
    return [(f"{place.span.path}:{place.span.line}", place.label) for place in finding.related]


def test_a_page_that_holds_is_a_finding() -> None:
    found = only(worker(processes=PROCESSES))
    assert (found.code, found.name, found.severity) == ("ACM101", "too-many-processes", Severity.WARNING)
    assert found.message == "w has 12 processes"
    assert found.place == Place(span("deploy.yaml", 24))
    assert found.confidence is Confidence.CERTAIN
    assert found.related == ()


def test_a_page_that_does_not_hold_says_nothing() -> None:
    assert outcome(worker(processes=8)) == Outcome((), ())


def test_a_default_has_no_place_so_the_finding_points_at_the_entity() -> None:
    assert only(worker(processes=12)).place == Place(span("deploy.yaml", 20))


def test_at_may_name_an_entity_or_several_places() -> None:
    assert only(worker(processes=PROCESSES), at="worker").place.span.line == 20
    workload = make(Workload, span=span("deploy.yaml", 3))
    model = worker(processes=12, workload=workload)
    assert only(model, at="[worker.processes, worker.workload]").place.span.line == 3
    assert only(worker(processes=12), at="[worker.processes, worker.workload]").place.span.line == 20


def test_a_value_that_follows_from_others_points_at_the_first_of_them() -> None:
    count = derive(lambda one, each: one * each, written(3, "deploy.yaml", 24), written(4, "shop.py", 7))
    found = only(worker(processes=count))
    assert found.place.span == span("deploy.yaml", 24)
    assert places(found) == [("shop.py:7", "processes follows from this too")]
    assert found.confidence is Confidence.CERTAIN


def test_a_value_that_is_only_inferred_makes_a_finding_likely() -> None:
    assert only(worker(processes=inferred(12))).confidence is Confidence.LIKELY
    guessed = derive(lambda one: one, inferred(12))
    assert only(worker(processes=guessed)).confidence is Confidence.LIKELY


def test_related_places_are_what_when_read_each_once() -> None:
    limit = written(2**30, "deploy.yaml", 30)
    model = worker(
        processes=PROCESSES,
        pool=written("prefork", "shop.py", 5),
        memory=make(Memory, demand=derive(lambda count: count * 2**28, PROCESSES), floor=limit),
    )
    found = only(
        model,
        when="worker.processes > 8 and worker.pool == 'prefork' and worker.memory.demand > worker.memory.floor",
    )
    assert places(found) == [("shop.py:5", "pool = prefork"), ("deploy.yaml:30", "floor = 1 GiB")]


def test_because_says_which_places_are_related() -> None:
    effect = make(Call, name="requests.post", span=span("shop.py", 9))
    model = project(
        tasks=(make(Task, name="t", acks_late=written(True, "shop.py", 3), lasting_effects=(effect,), span=span()),)
    )
    changes = {
        "scope": "task",
        "when": "task.acks_late",
        "message": '"{task.name}"',
        "at": "task",
        "because": "[task.lasting_effects, task.acks_late]",
    }
    assert places(only(model, **changes)) == [("shop.py:9", "requests.post"), ("shop.py:3", "acks_late = yes")]


def test_a_witness_is_named() -> None:
    tasks = tuple(make(Task, name=f"t{n}", longest_run=written(n * 600, "shop.py", 10 + n)) for n in range(1, 4))
    found = only(
        worker(processes=PROCESSES, tasks=default(tasks)), when="any(t.longest_run > 1000 for t in worker.tasks)"
    )
    assert places(found) == [("shop.py:12", "t2: longest_run = 20 min")]


def test_of_many_witnesses_a_few_are_enough() -> None:
    tasks = tuple(make(Task, name=f"t{n}", acks_late=written(False, "shop.py", n)) for n in range(1, 40))
    found = only(worker(processes=PROCESSES, tasks=default(tasks)), when="not any(t.acks_late for t in worker.tasks)")
    assert len(found.related) == 5


def test_the_way_of_a_value_is_told() -> None:
    way = (
        Origin(Layer.MANIFEST, span("config.yaml", 4), (), "CONCURRENCY"),
        Origin(Layer.MANIFEST, span("base.yaml", 2)),
    )
    value = Value("prefork", Origin(Layer.ENVIRONMENT, span("deploy.yaml", 40), way))
    found = only(worker(processes=PROCESSES, pool=value), when="worker.pool == 'prefork'")
    assert places(found) == [
        ("deploy.yaml:40", "pool = prefork"),
        ("config.yaml:4", "CONCURRENCY"),
        ("base.yaml:2", "pool comes through here"),
    ]


def test_a_line_is_shown_once_however_many_of_its_parts_a_value_comes_through() -> None:
    line = [Origin(Layer.CODE, span("limits.py", 7)) for _ in range(3)]
    value = Value("prefork", Origin(Layer.TASK, span("limits.py", 7), tuple(line)))
    found = only(worker(processes=PROCESSES, pool=value), when="worker.pool == 'prefork'")
    assert places(found) == [("limits.py:7", "pool = prefork")]


def test_what_the_value_hides_is_related() -> None:
    named = Value(4, Origin(Layer.CONFIG_OBJECT, span("settings.py", 8), (), "CELERYD_CONCURRENCY"))
    hiding = PROCESSES.hiding(named, written(5, "shop.py", 12), default(6))
    assert places(only(worker(processes=hiding))) == [
        ("settings.py:8", "hides CELERYD_CONCURRENCY = 4"),
        ("shop.py:12", "hides processes = 5"),
    ]


def test_a_worse_case_is_an_error() -> None:
    model = worker(processes=PROCESSES)
    assert only(model, error_when="worker.processes > 10").severity is Severity.ERROR
    assert only(model, error_when="worker.processes > 20").severity is Severity.WARNING
    assert only(model, error_when="worker.concurrency > 20").severity is Severity.WARNING


SECRET = unknown("it comes from a Secret", span("deploy.yaml", 24), (Origin(Layer.MANIFEST, span("secret.yaml", 3)),))


def test_what_is_unknown_is_undecided_never_a_finding() -> None:
    result = outcome(worker(processes=SECRET))
    assert result.findings == ()
    (open_,) = result.undecided
    assert (open_.code, open_.name, open_.subject) == ("ACM101", "too-many-processes", "worker w")
    assert (open_.unknown, open_.reason) == ("worker.processes", "it comes from a Secret")
    assert open_.place == span("deploy.yaml", 24)
    assert open_.at == span("secret.yaml", 3)


def test_an_unknown_that_changes_nothing_leaves_nothing_undecided() -> None:
    model = worker(processes=SECRET, pool="solo")
    assert outcome(model, when="worker.processes > 8 and worker.pool == 'prefork'") == Outcome((), ())


def test_an_answer_that_arithmetic_cannot_give_is_undecided_with_its_reason() -> None:
    (open_,) = outcome(worker(processes=0), when="8 / worker.processes > 2").undecided
    assert "divides by zero" in open_.reason


ON_WORKER = {
    "scope": "task on worker",
    "when": "worker.pool == 'prefork' and task.acks_late",
    "message": '"{task.name} on {worker.name}"',
    "at": "task.acks_late",
}


def test_a_task_is_asked_about_on_every_worker() -> None:
    tasks = default((make(Task, name="t", span=span("shop.py", 5), acks_late=True),))
    workers = tuple(make(Worker, name=name, pool="prefork", tasks=tasks) for name in ("fast", "slow"))
    result = outcome(project(workers=workers), **ON_WORKER)
    assert [found.message for found in result.findings] == ["t on fast", "t on slow"]
    assert {found.place.span for found in result.findings} == {span("shop.py", 5)}


def test_a_worker_with_unknown_tasks_is_undecided_once() -> None:
    result = outcome(worker(pool="prefork", tasks=SECRET), **ON_WORKER)
    assert [(open_.subject, open_.unknown, open_.reason) for open_ in result.undecided] == [
        ("the tasks of worker w", "worker.tasks", "it comes from a Secret")
    ]
    without_task = {**ON_WORKER, "when": "worker.pool == 'prefork'"}
    assert len(outcome(worker(pool="prefork", tasks=SECRET), **without_task).undecided) == 1


def test_a_worker_with_unknown_tasks_is_fine_where_the_worker_alone_decides() -> None:
    assert outcome(worker(pool="solo", tasks=SECRET), **ON_WORKER) == Outcome((), ())


def test_equal_findings_are_one_with_all_their_related_places() -> None:
    shared = written(3600, "shop.py", 7)
    runs = [written(7200, "shop.py", 21), written(7200, "shop.py", 22), inferred(9000, path="shop.py", line=30)]
    tasks = default(tuple(make(Task, name=f"t{n}", longest_run=length) for n, length in enumerate(runs)))
    model = worker(tasks=tasks, broker=make(Broker, visibility_timeout=shared))
    changes = {
        "scope": "task on worker",
        "when": "task.longest_run > worker.broker.visibility_timeout",
        "message": "too short",
        "at": "worker.broker.visibility_timeout",
        "error_when": "task.longest_run > 8000",
    }
    found = only(model, **changes)
    assert [place.span.line for place in found.related] == [21, 22, 30]
    assert found.severity is Severity.ERROR
    assert found.confidence is Confidence.CERTAIN


def test_findings_come_by_place_whatever_the_order_of_pages() -> None:
    workers = tuple(
        make(Worker, name=name, processes=written(12, f"{name}.yaml", 3), pool=written("prefork", f"{name}.yaml", 9))
        for name in ("b", "a")
    )
    pages = [
        page(name="pools", code="ACM300", when="worker.pool == 'prefork'", at="worker.pool", message="pool"),
        page(),
    ]
    first, second = run(pages, project(workers=workers)), run(pages[::-1], project(workers=workers[::-1]))
    assert first == second
    assert [(found.place.span.path, found.code) for found in first.findings] == [
        ("a.yaml", "ACM101"),
        ("a.yaml", "ACM300"),
        ("b.yaml", "ACM101"),
        ("b.yaml", "ACM300"),
    ]


@pytest.mark.parametrize(
    ("scope", "variable", "entities"),
    [
        ("app", "app", {"apps": (make(App, name="x", span=span("x.py", 3)),)}),
        ("task", "task", {"tasks": (make(Task, name="x", span=span("x.py", 3)),)}),
        ("worker", "worker", {"workers": (make(Worker, name="x", span=span("x.py", 3)),)}),
        ("queue", "queue", {"queues": (make(Queue, name="x", span=span("x.py", 3)),)}),
        ("beat", "beat", {"beats": (make(Beat, name="x", span=span("x.py", 3)),)}),
        ("workload", "workload", {"workloads": (make(Workload, name="x", span=span("x.py", 3)),)}),
        ("route", "route", {"routes": (make(Route, name="x", span=span("x.py", 3)),)}),
        ("schedule entry", "entry", {"schedule": (make(ScheduleEntry, name="x", span=span("x.py", 3)),)}),
    ],
)
def test_every_scope_has_its_variable(scope: str, variable: str, entities: dict[str, Any]) -> None:
    changes = {"when": f"{variable}.name == 'x'", "message": f'"{{{variable}}}"', "at": variable}
    found = only(project(**entities), scope=scope, **changes)
    assert (found.message, found.place.span) == ("x", span("x.py", 3))


def test_problems_and_the_project_are_scopes_too() -> None:
    problem = make(Problem, kind="yaml-syntax", span=span("x.yaml", 3), message="a tab")
    changes = {"when": "problem.kind == 'yaml-syntax'", "message": '"{problem.message}"', "at": "problem"}
    assert only(project(problems=(problem,)), scope="problem", **changes).place.span == span("x.yaml", 3)
    changes = {"when": "len(project.workers) == 0", "message": "no worker", "at": "project.problems"}
    assert only(project(problems=(problem,)), scope="project", **changes).place.span == span("x.yaml", 3)
    assert only(project(), scope="project", **changes).place.span == Span.of_line(".")


def test_parameters_may_be_changed() -> None:
    pages = [page(parameters="{most: 20, pools: [prefork]}", when="worker.processes > most and worker.pool in pools")]
    model = worker(processes=PROCESSES, pool="solo")
    assert run(pages, model).findings == ()
    assert run(pages, model, {"too-many-processes": {"most": 4}}).findings == ()
    assert len(run(pages, model, {"too-many-processes": {"most": 4, "pools": ["solo"]}}).findings) == 1


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"mots": 3}, 'too-many-processes has no parameter `mots`; did you mean "most"?'),
        ({"most": "3"}, "the parameter `most` of too-many-processes is a whole number, as its default 8 is"),
        ({"most": True}, "the parameter `most` of too-many-processes is a whole number, as its default 8 is"),
        ({"factor": "x"}, "the parameter `factor` of too-many-processes is a number, as its default 1.5 is"),
        ({"strict": 1}, "the parameter `strict` of too-many-processes is true or false, as its default True is"),
        ({"pools": [1]}, "the parameter `pools` of too-many-processes is a list of texts, as its default ['a'] is"),
    ],
)
def test_wrong_parameters_are_told(given: dict[str, Any], message: str) -> None:
    pages = [page(parameters="{most: 8, factor: 1.5, strict: true, pools: [a]}")]
    with pytest.raises(ParameterError) as caught:
        run(pages, project(), {"too-many-processes": given})
    assert str(caught.value) == message
    assert (caught.value.page, caught.value.parameter) == ("too-many-processes", next(iter(given)))


def test_a_page_that_means_nothing_is_told_with_its_line() -> None:
    with pytest.raises(PageError, match="Worker has no field `proceses`"):
        run([page(when="worker.proceses > 8")], project())


def test_a_trace_shows_every_clause() -> None:
    steps = list(trace(page(when="worker.processes > 8 and worker.pool == 'solo'"), worker(processes=12, pool=SECRET)))
    assert [step.subject for step in steps] == ["worker w"]
    first, second = steps[0].clauses
    assert (first.text, first.answer.value) == ("worker.processes > 8", True)
    assert second.answer.unknown is not None
    assert [read.text for read in second.answer.reads] == ["worker.pool"]
