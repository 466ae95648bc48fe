"""What `show` prints of a model: as data, and for people."""

from __future__ import annotations

import json
import re
from typing import Any

from model_factories import make, version

from celerylint.model import (
    App,
    Broker,
    Container,
    Given,
    Memory,
    Project,
    Queue,
    ScheduleEntry,
    Settings,
    Signals,
    Task,
    Versions,
    Worker,
    Workload,
)
from celerylint.model.queue import Producer
from celerylint.model.units import Seconds
from celerylint.origin import Layer, Span, Value, derive, known, unknown
from celerylint.report.show import KINDS, as_json, as_text
from celerylint.report.show.words import amount

MANIFEST = "deploy/worker.yaml"


def default(value: Any) -> Value[Any]:
    return known(value, Layer.DEFAULT)


def flag(value: Any, line: int = 24) -> Value[Any]:
    return known(value, Layer.COMMAND_LINE, Span(MANIFEST, line, 1, line, 9))


SETTINGS = Settings(
    {
        "worker_prefetch_multiplier": default(4),
        "broker_url": known(
            ["redis://:hunter2@one/0", "redis://:hunter2@two/0"], Layer.APP_CONF, Span("shop/celery.py", 3, 1, 3, 9)
        ),
        "redis_password": known("hunter2", Layer.APP_CONF, Span("shop/celery.py", 4, 1, 4, 9)),
        "security_key": default(None),
        "result_backend": unknown("$BACKEND comes from the Secret shop", Span(MANIFEST, 9, 1, 9, 2)),
        "broker_transport_options": known({"sentinel_kwargs": {"password": "hunter2"}}, Layer.APP_CONF),
        "task_routes": known((re.compile("a.*"), {"b", "a"}, b"c", float("inf"), object()), Layer.APP_CONF),
        "task_acks_late": default(False),
        "task_default_routing_key": default("celery"),
    }
)
VERSIONS = make(Versions, celery=version("==5.4.0", line=3))
BROKER = Broker(known("redis", Layer.APP_CONF, Span("shop/celery.py", 3, 1, 3, 9)), default(Seconds(3600.0)))
APP = App("shop", "shop.celery", "app", Span("shop/celery.py", 2, 1, 2, 4), SETTINGS, BROKER, VERSIONS)
TASK = Task(
    name="shop.tasks.resize",
    span=Span("shop/tasks.py", 5, 5, 5, 11),
    app="shop",
    queue=default("celery"),
    acks_late=default(False),
    reject_on_worker_lost=default(False),
    time_limit=default(None),
    soft_time_limit=default(None),
    ignore_result=default(False),
    serializer=default("json"),
    longest_run=known(Seconds(1200.0), Layer.TAG, Span("shop/tasks.py", 4, 1, 4, 9)),
    declared_run=default(None),
    load=unknown("the body gives no evidence"),
    is_async=False,
    lasting_effects=(),
    held=(),
    sends=(),
)
CONTAINER = Container(
    name="worker",
    span=Span(MANIFEST, 20, 1, 20, 2),
    image=default(None),
    memory_limit=known(1536 * 1024**2, Layer.MANIFEST, Span(MANIFEST, 30, 1, 30, 2)),
    memory_request=default(None),
    cpu_limit=known(0.5, Layer.MANIFEST, Span(MANIFEST, 31, 1, 31, 2)),
    cpu_request=default(None),
)
WORKLOAD = Workload(
    name="shop-worker",
    kind="Deployment",
    platform="kubernetes",
    span=Span(MANIFEST, 2, 1, 2, 2),
    namespace="",
    replicas=default(1),
    most_replicas=default(1),
    grace_period=default(Seconds(30.0)),
    strategy=default("RollingUpdate"),
    surges=default(True),
    spot=default(None),
    lives_long=True,
    containers=(CONTAINER,),
    development=False,
)


def worker(**changed: Any) -> Worker:
    concurrency, multiplier = flag(8), default(4)
    fields: dict[str, Any] = {
        "name": "shop-worker",
        "span": Span(MANIFEST, 23, 5, 23, 11),
        "kind": "Deployment",
        "command": "celery -A shop -b redis://:hunter2@redis worker --concurrency=8",
        "via": (),
        "app": APP,
        "settings": SETTINGS,
        "broker": BROKER,
        "versions": VERSIONS,
        "workload": WORKLOAD,
        "container": CONTAINER,
        "given": make(Given),
        "pool": default("prefork"),
        "monkey_patched": default(False),
        "concurrency": concurrency,
        "concurrency_from_cpus": default(False),
        "autoscale_max": default(None),
        "autoscale_min": default(None),
        "processes": concurrency,
        "prefetch_multiplier": multiplier,
        "prefetch_count": derive(lambda count, times: count * times, concurrency, multiplier),
        "disable_prefetch": default(False),
        "queues": default(("celery",)),
        "busy_queues": default(("celery",)),
        "tasks": default((TASK,)),
        "time_limit": default(None),
        "soft_time_limit": default(None),
        "max_tasks_per_child": default(None),
        "max_memory_per_child": known(204800, Layer.ENVIRONMENT, Span(MANIFEST, 26, 1, 26, 2)),
        "memory": Memory(default(1), default(2), default(3), default(4)),
        "heavy_imports": (),
        "made_before_fork": default(()),
        "longest_run": default(Seconds(1200.0)),
        "longest_task": TASK.name,
        "longest_declared_run": default(Seconds(1200.0)),
        "tasks_without_limit": default(()),
        "load": unknown("the body of shop.tasks.resize gives no evidence"),
        "embedded_beat": default(False),
        "locking_scheduler": default(False),
        "shell_in_front": default(False),
        "soft_shutdown": default(None),
        "signals": make(Signals),
    }
    return Worker(**{**fields, **changed})


def project(*workers: Worker) -> Project:
    queue = Queue(
        name="celery",
        span=Span("shop/tasks.py", 4, 1, 4, 2),
        app="shop",
        producers=(Producer("call", TASK.name, Span("shop/views.py", 9, 1, 9, 2)),),
        tasks=(TASK,),
        consumers=default(workers),
        nearest="",
        longest_declared_run=default(None),
        shortest_declared_run=default(None),
        longest_task="",
        shortest_task="",
    )
    entry = ScheduleEntry(
        name="nightly",
        span=Span("shop/celery.py", 9, 1, 9, 2),
        app="shop",
        task=default(TASK.name),
        runs=default(TASK),
        schedule=default("every 30 s"),
        interval=default(30.0),
        crontab=default(None),
        refused="",
        queue=default("nights"),
        expires=default(60.0),
        shortest_gap=default(30.0),
    )
    return Project((APP,), (TASK,), (queue,), workers, (), (entry,), (WORKLOAD,), (), ())


def shown(kind: str, *workers: Worker) -> Any:
    document = json.loads(as_json(project(*(workers or (worker(),))), kind))
    assert document.pop("version") == 1
    (entries,) = document.values()
    return entries


def test_a_worker_as_data() -> None:
    (found,) = shown("workers")
    assert [found[key] for key in ("name", "path", "line", "kind", "app")] == [
        "shop-worker",
        MANIFEST,
        23,
        "Deployment",
        "shop",
    ]
    assert found["concurrency"] == {"value": 8, "origin": "command line", "path": MANIFEST, "line": 24}
    assert found["pool"] == {"value": "prefork", "origin": "default", "path": None, "line": None}
    assert found["prefetch_count"] == {"value": 32, "origin": "inferred", "path": MANIFEST, "line": 24}
    assert found["load"]["origin"] == "unknown"
    assert found["load"]["value"] is None
    assert found["load"]["reason"] == "the body of shop.tasks.resize gives no evidence"
    assert found["tasks"]["value"] == ["shop.tasks.resize"]
    assert found["queues"]["value"] == ["celery"]
    assert found["max_memory_per_child_kib"]["value"] == 204800
    assert found["memory_limit_bytes"] == {
        "value": 1536 * 1024**2,
        "origin": "manifest",
        "path": MANIFEST,
        "line": 30,
    }
    assert found["cpu_limit"]["value"] == 0.5
    assert found["grace_seconds"] == {"value": 30, "origin": "default", "path": None, "line": None}
    assert found["autoscale"]["value"] is None


def test_a_default_stands_nowhere_even_where_it_follows_from_something() -> None:
    (found,) = shown("workers", worker(pool=known("prefork", Layer.DEFAULT, Span(MANIFEST, 1, 1, 1, 2))))
    assert found["pool"] == {"value": "prefork", "origin": "default", "path": None, "line": None}


def test_autoscale_is_most_then_least() -> None:
    (found,) = shown("workers", worker(autoscale_max=flag(10), autoscale_min=flag(3)))
    assert found["autoscale"] == {"value": [10, 3], "origin": "command line", "path": MANIFEST, "line": 24}
    (found,) = shown("workers", worker(autoscale_max=unknown("$MAX is not set"), autoscale_min=flag(3)))
    assert found["autoscale"]["reason"] == "$MAX is not set"


def test_a_worker_that_nothing_starts_has_no_known_limits() -> None:
    (found,) = shown("workers", worker(kind="app", workload=None, container=None, app=None))
    for name in ("memory_limit_bytes", "cpu_limit", "replicas", "grace_seconds"):
        assert found[name] == {
            "value": None,
            "origin": "unknown",
            "path": None,
            "line": None,
            "reason": "nothing in the repository starts this worker",
        }
    assert found["app"] is None
    (started,) = shown("workers", worker(kind="Procfile", workload=None, container=None))
    assert started["replicas"]["reason"].startswith("no manifest")


def test_settings_are_complete_and_hide_passwords() -> None:
    (found,) = shown("settings")
    settings = found["settings"]
    assert set(settings) == {*SETTINGS, "broker_transport", "broker_transport_options.visibility_timeout"}
    assert list(settings) == sorted(settings)
    assert settings["broker_url"]["value"] == ["redis://***@one/0", "redis://***@two/0"]
    assert settings["redis_password"]["value"] == "***"
    assert settings["security_key"]["value"] is None
    assert settings["task_default_routing_key"]["value"] == "celery"
    assert settings["broker_transport_options"]["value"] == {"sentinel_kwargs": {"password": "***"}}
    assert settings["task_routes"]["value"] == ["a.*", ["a", "b"], "c", "inf", "<object object>"]
    assert settings["broker_transport"]["value"] == "redis"
    assert settings["broker_transport_options.visibility_timeout"]["value"] == 3600
    assert settings["result_backend"] == {
        "value": None,
        "origin": "unknown",
        "path": MANIFEST,
        "line": 9,
        "reason": "$BACKEND comes from the Secret shop",
    }


def test_tasks_queues_schedules_and_apps_as_data() -> None:
    (task,) = shown("tasks")
    assert (task["name"], task["path"], task["line"]) == ("shop.tasks.resize", "shop/tasks.py", 5)
    assert task["longest_run"]["value"] == 1200
    assert task["queue"] == {"value": "celery", "origin": "default", "path": None, "line": None}
    (queue,) = shown("queues")
    assert queue["producers"] == [{"kind": "call", "task": "shop.tasks.resize", "path": "shop/views.py", "line": 9}]
    assert queue["consumers"]["value"] == ["shop-worker"]
    assert queue["tasks"] == ["shop.tasks.resize"]
    (entry,) = shown("schedules")
    assert (entry["name"], entry["task"]["value"], entry["interval_seconds"]["value"]) == ("nightly", TASK.name, 30)
    (app,) = shown("apps")
    assert app["broker_transport"]["value"] == "redis"
    assert "task_acks_late" not in app["settings"]
    assert app["versions"] == {
        "celery": {"value": "5.4.0", "origin": "dependency", "path": "requirements.txt", "line": 3}
    }


def test_apps_for_people_say_which_celery_they_run_on() -> None:
    text = as_text(project(worker()), "apps", str)
    rows = [re.split(r"  +", line.strip()) for line in text.splitlines()]
    assert rows[0][:4] == ["app", "module", "celery", "broker"]
    assert rows[1][:4] == ["shop", "shop.celery:app", "5.4.0 requirements.txt:3", "redis"]


def test_everything_at_once_leaves_out_the_settings() -> None:
    document = json.loads(as_json(project(worker()), None))
    kinds = ["workers", "tasks", "queues", "schedules", "workloads", "beats", "flowers", "apps"]
    assert list(document) == ["version", *kinds]
    assert "pool" in document["workers"][0]


def test_nothing_prints_a_password() -> None:
    found = project(worker())
    for kind in (None, *KINDS):
        assert "hunter2" not in as_json(found, kind)
        assert "hunter2" not in as_text(found, kind, str)


def test_a_worker_for_people_says_where_values_come_from() -> None:
    text = as_text(project(worker()), "workers", lambda path: f"shop/{path}")
    rows = [re.split(r"  +", line.strip()) for line in text.splitlines()]
    assert rows[0] == ["shop-worker", "Deployment, app shop, shop/deploy/worker.yaml:23"]
    assert rows[1] == ["celery -A shop -b redis://***@redis worker --concurrency=8"]
    assert ["concurrency", "8", "command line shop/deploy/worker.yaml:24"] in rows
    assert ["max_memory_per_child_kib", "200 MiB", "environment shop/deploy/worker.yaml:26"] in rows
    assert ["memory_limit_bytes", "1.5 GiB", "manifest shop/deploy/worker.yaml:30"] in rows
    assert ["longest_run", "20 min", "default"] in rows
    assert ["load", "?", "the body of shop.tasks.resize gives no evidence"] in rows


def test_settings_for_people_leave_out_the_defaults() -> None:
    text = as_text(project(worker()), "settings", str)
    assert "task_acks_late" not in text
    assert "5 more at Celery's defaults" in text


def test_tables_are_aligned_and_the_overview_counts() -> None:
    head, row = as_text(project(worker()), "tasks", str).splitlines()
    assert head.index("queue") == row.index("celery")
    assert head.index("place") == row.index("shop/tasks.py:5")
    overview = as_text(project(worker()), None, str)
    assert "workers (1)\n  shop-worker  Deployment, prefork × 8  deploy/worker.yaml:23\n" in overview
    assert "schedules (1)" in overview


def test_the_overview_stays_short() -> None:
    overview = as_text(project(*(worker(name=f"w{index}") for index in range(40))), None, str)
    assert "workers (40)" in overview
    assert "… and 28 more: celerylint show workers" in overview


def test_an_empty_project() -> None:
    nothing = Project((), (), (), (), (), (), (), (), ())
    assert as_text(nothing, "workers", str) == "No workers.\n"
    assert "workers (0)" in as_text(nothing, None, str)
    assert json.loads(as_json(nothing, "settings")) == {"version": 1, "workers": []}


def test_names_cannot_steer_the_terminal() -> None:
    nasty = worker(name="w\x1b[2J", command="celery \x1b[1m worker")
    for kind in (None, *KINDS):
        assert "\x1b" not in as_text(project(nasty), kind, str)


def test_amounts_in_words() -> None:
    assert amount(None) == "-"
    assert amount(True) == "yes"
    assert amount([]) == "-"
    assert amount([10, 3]) == "10, 3"
    assert amount({"a": 1}) == "a=1"
    assert amount(0, "prefetch_count") == "0"
    assert amount(5400, "longest_run") == "1.5 h"
    assert amount(100, "x_bytes") == "100 B"
