"""A worker's options are those that Celery's own command line comes to, or unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from linked import code_of, environment, only_app, told_by, written
from oracle.told import told

from celerylint.facts.launch import Launch, read_launches, split
from celerylint.link.environment import UNDEPLOYED
from celerylint.link.options import Options
from celerylint.link.pool import pool_of
from celerylint.link.settings import effective_settings
from celerylint.origin import Layer, Span, Unknown, Value, known, unknown
from celerylint.sources.text import Text


@dataclass(frozen=True)
class Case:
    """A command line behind `celery -A proj worker`, the app's arguments and the environment."""

    words: str = ""
    app: str = ""
    env: Mapping[str, str] = field(default_factory=dict)


def env(**variables: str) -> dict[str, str]:
    return {f"CELERY_WORKER_{name.upper()}": text for name, text in variables.items()}


CASES = [
    Case(),
    Case("-c 3"),
    Case("-c 3", "worker_concurrency=7"),
    Case("", "worker_concurrency=7"),
    Case("", "worker_concurrency='7'"),
    Case("-c 0", "worker_concurrency=7"),
    Case("-c 0"),
    Case("-c auto", "worker_concurrency=7"),
    Case("", "worker_concurrency='auto'"),
    Case("-c 3", "worker_concurrency=7", env(concurrency="9")),
    Case("", "worker_concurrency=7", env(concurrency="9")),
    Case("", "worker_concurrency=7", env(concurrency="0")),
    Case("", "worker_concurrency=7", env(concurrency="")),
    Case("--prefetch-multiplier 0", "worker_prefetch_multiplier=2"),
    Case("--prefetch-multiplier=1", "worker_prefetch_multiplier=2"),
    Case("", "worker_prefetch_multiplier=0"),
    Case("", "worker_prefetch_multiplier=2", env(prefetch_multiplier="0")),
    Case("--time-limit 30 --soft-time-limit=2.5", "task_time_limit=9"),
    Case("--time-limit 0", "task_time_limit=9"),
    Case("", "task_time_limit=9, task_soft_time_limit=8", env(time_limit="", soft_time_limit="1.5")),
    Case("--max-tasks-per-child 5 --max-memory-per-child=200000", "worker_max_tasks_per_child=1"),
    Case("--max-tasks-per-child 0", "worker_max_tasks_per_child=9"),
    Case("", "worker_max_tasks_per_child=9, worker_max_memory_per_child=1000", env(max_memory_per_child="7")),
    Case("-Q a,b -X b"),
    Case("--queues a --queues=b,c"),
    Case("", "", env(queues=" a , b,,")),
    Case("--autoscale=10,3"),
    Case("--autoscale=3,10 -c 4"),
    Case("--autoscale 10"),
    Case("", "", env(autoscale="2,8")),
    Case("-P solo"),
    Case("-P prefork", "worker_pool='solo'"),
    Case("", "worker_pool='threads'"),
    Case("-P solo", "worker_pool='threads'"),
    Case("", "worker_pool='solo'", env(pool="prefork")),
    Case("", "", env(pool="threads")),
    Case("-E"),
    Case("", "worker_send_task_events=True"),
    Case("", "", env(task_events="yes")),
    Case("", "worker_send_task_events=True", env(task_events="off")),
    Case("-B -S /tmp/x", "worker_state_db='/tmp/y'"),
    Case("-S ''", "worker_state_db='/tmp/y'"),
    Case("--disable-prefetch", "worker_disable_prefetch=False"),
    Case("", "worker_disable_prefetch=True"),
    Case("-- worker.prefetch_multiplier=1"),
    Case("-- worker.prefetch_multiplier=1 worker.concurrency=3", "worker_prefetch_multiplier=8"),
    Case("-- task.time_limit=5 worker_max_tasks_per_child=6", "task_time_limit=7"),
    Case("--max-tasks-per-child 4 -- worker.max_tasks_per_child=6"),
    Case("-- .concurrency=3", "worker_concurrency=8"),
    Case("-- worker.send_task_events=true"),
]


def launch_of(line: str) -> Launch:
    if "$" in line:
        line = f"sh -c '{line}'"  # only a shell expands it
    [launch] = read_launches(split(line, Text("run.txt", line).span))
    return launch


def line_of(case: Case) -> str:
    return f"celery -A proj worker {case.words}"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, dict[str, Any]]]:
    base = tmp_path_factory.mktemp("workers")
    app = "from celery import Celery\napp = Celery('p', {})\n"
    roots = [written(base / str(number), {"proj.py": app.format(case.app)}) for number, case in enumerate(CASES)]
    asked = [
        {"root": str(root), "line": line_of(case), "env": dict(case.env)}
        for root, case in zip(roots, CASES, strict=True)
    ]
    answers = told_by("real_worker.py", asked)
    return list(zip(roots, answers, strict=True))


@pytest.mark.parametrize("number", range(len(CASES)), ids=[f"{each.words} {each.app} {each.env}" for each in CASES])
def test_an_option_is_what_celery_takes_or_unknown(number: int, real: list[tuple[Path, dict[str, Any]]]) -> None:
    case, (root, answer) = CASES[number], real[number]
    assert "settings" in answer, answer.get("error")
    code = code_of(root)
    variables = environment(case.env)
    settings = effective_settings(code, only_app(code), code.evaluator(variables))
    options = Options(launch_of(line_of(case)), variables, settings, set())
    theirs = answer["settings"]
    pool = theirs.pop("pool").rpartition(".")[2].replace("thread", "threads")
    for dest, value in theirs.items():
        mine = options.get(dest)
        if isinstance(mine.value, Unknown):
            pytest.fail(f"{dest}: {mine.reason}")
        ours = told(mine.value)
        assert _number(ours) == _number(value) or (not ours and not value and dest in ("beat", "queues")), dest
    assert pool_of(options, variables, settings).name.get() == pool


def _number(value: Any) -> Any:
    """A number written as text is taken as one: Celery converts it later."""
    return int(value) if isinstance(value, str) and value.isdigit() else value


def options(
    words: str, settings: Mapping[str, Value[Any]] | None = None, env: Mapping[str, str] | None = None
) -> Options:
    return Options(launch_of(f"celery worker {words}"), environment(env), settings or {}, set())


SETTING = known(7, Layer.APP_CONF, Span.of_line("shop/celery.py", 3))


def test_an_option_tells_what_it_hides() -> None:
    value = options("--max-tasks-per-child 5", {"worker_max_tasks_per_child": SETTING}).get("max_tasks_per_child")
    assert value.get() == 5
    assert value.origin.layer is Layer.COMMAND_LINE
    assert value.shadowed == (SETTING,)


def test_a_variable_tells_its_name() -> None:
    variables = {"CELERY_WORKER_MAX_TASKS_PER_CHILD": "6"}
    value = options("", {"worker_max_tasks_per_child": SETTING}, variables).get("max_tasks_per_child")
    assert (value.get(), value.origin.layer, value.origin.note) == (6, Layer.ENVIRONMENT, next(iter(variables)))


@pytest.mark.parametrize(
    ("words", "dest", "reason"),
    [
        ("-c $N", "concurrency", "N"),
        ("--time-limit soon", "time_limit", "'soon' is no float"),
        ("--autoscale 1,2,3", "autoscale", "'1,2,3' is no autoscale"),
        ("$OPTIONS", "time_limit", "$OPTIONS may hold --time-limit"),
    ],
)
def test_what_a_command_line_leaves_open(words: str, dest: str, reason: str) -> None:
    value = options(words, {"task_time_limit": SETTING, "worker_concurrency": SETTING}).get(dest)
    assert isinstance(value.value, Unknown)
    assert reason in value.reason


def test_a_setting_that_is_no_number() -> None:
    value = options("", {"task_time_limit": known("soon", Layer.APP_CONF)}).get("time_limit")
    assert value.reason == "'soon' is no number"
    assert not options("", {"task_time_limit": unknown("a secret holds it")}).get("time_limit").known


def test_an_environment_that_nobody_knows_sets_only_what_some_file_names() -> None:
    settings = {"worker_concurrency": SETTING}
    launch = launch_of("celery worker")
    assert Options(launch, UNDEPLOYED, settings, set()).get("concurrency").get() == 7
    named = Options(launch, UNDEPLOYED, settings, {"CELERY_WORKER_CONCURRENCY"})
    assert not named.get("concurrency").known
    assert Options(None, UNDEPLOYED, settings, set()).get("concurrency").get() == 7
