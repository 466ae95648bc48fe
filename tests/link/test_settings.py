"""Effective settings are those that Celery itself comes to, or unknown: never others."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from linked import code_of, environment, only_app, settings_of, told_by, written
from oracle.told import told
from program import APP, EVERY, Program, programs

from celerylint.link.settings import broker_of, effective_settings
from celerylint.origin import Layer, Unknown, known

PROGRAMS = {program.name: program for program in programs()}
NAMES = [
    *("broker_url", "broker_read_url", "result_backend", "broker_transport_options", "broker_pool_limit"),
    *("task_acks_late", "task_time_limit", "task_soft_time_limit", "task_routes", "task_default_queue"),
    *("task_default_exchange", "task_serializer", "task_always_eager", "task_ignore_result", "accept_content"),
    *("result_expires", "timezone", "enable_utc", "imports", "include"),
    *("worker_concurrency", "worker_prefetch_multiplier", "worker_max_tasks_per_child"),
]


Answer = tuple[Path, dict[str, Any]]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answer]:
    """Every program's folder, and what Celery says of it."""
    base = tmp_path_factory.mktemp("programs")
    pinned = {"requirements.txt": f"celery=={version('celery')}\n"}
    roots = {name: written(base / name, {**pinned, **program.files}) for name, program in PROGRAMS.items()}
    asked = [{"root": str(roots[name]), "env": dict(each.env), "app": APP} for name, each in PROGRAMS.items()]
    answers = told_by("real_celery.py", {"names": NAMES, "projects": asked})
    return {name: (roots[name], answer) for name, answer in zip(PROGRAMS, answers, strict=True)}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_setting_is_what_celery_says_or_unknown(name: str, real: dict[str, Answer]) -> None:
    program: Program = PROGRAMS[name]
    root, answer = real[name]
    assert "settings" in answer, answer.get("error")
    code = code_of(root)
    ours = settings_of(code, only_app(code), program.env)
    unknown = {each for each in NAMES if not ours[each].known}
    known = {each: (ours[each].value, answer["settings"][each]) for each in NAMES if each not in unknown}
    wrong = {each: pair for each, pair in known.items() if told(pair[0]) != pair[1]}
    assert not wrong
    allowed = set(NAMES) if EVERY in program.unknown else set(program.unknown)
    assert unknown <= allowed, {each: ours[each].reason for each in unknown - allowed}
    # What is listed as unknown and is known by now would hide a loss later.
    assert allowed == unknown or EVERY in program.unknown


def test_few_programs_are_beyond_reach() -> None:
    # Those in unfollowed.md are there because nobody can follow them.
    usual = [program for name, program in PROGRAMS.items() if not name.startswith("unfollowed-")]
    assert sum(EVERY in program.unknown for program in usual) <= 6
    listed = sum(len(program.unknown) for program in usual if EVERY not in program.unknown)
    assert listed / (len(usual) * len(NAMES)) < 0.02


def test_an_unknown_setting_says_why(tmp_path: Path) -> None:
    code = code_of(
        written(tmp_path, {"app.py": "from celery import Celery\nimport os\napp = Celery(broker=os.environ['U'])\n"})
    )
    value = settings_of(code, only_app(code))["broker_url"]
    assert isinstance(value.value, Unknown)
    assert "the environment variable U is not set" in value.reason


def one_app(root: Path, settings: str, celery: str = "") -> tuple[Any, Any]:
    """A Django project's code and app."""
    made = "import os\nfrom celery import Celery\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n"
    made += "app = Celery()\napp.config_from_object('django.conf:settings', namespace='CELERY')\n" + celery
    code = code_of(written(root, {"app.py": made, "settings.py": settings}))
    return code, only_app(code)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ("from split_settings.tools import include\ninclude('parts/*.py')\n", "may set it"),
        ("from dynaconf import DjangoDynaconf\nsettings = DjangoDynaconf(__name__)\n", "may set it"),
        ("from configurations import Configuration\nclass Dev(Configuration):\n    A = 1\n", "django-configurations"),
        ("import django_heroku\ndjango_heroku.settings(locals())\n", "may set it"),
        ("from elsewhere.settings import *\n", "elsewhere.settings, which is not in the repository"),
        ("X = (\nCELERY_TASK_ACKS_LATE = True\n", "cannot be parsed"),
    ],
)
def test_settings_that_other_code_makes_are_unknown(settings: str, reason: str, tmp_path: Path) -> None:
    code, app = one_app(tmp_path, settings)
    value = settings_of(code, app)["task_acks_late"]
    assert isinstance(value.value, Unknown)
    assert reason in value.reason


def test_a_setting_keeps_its_place_and_what_it_hides(tmp_path: Path) -> None:
    code, app = one_app(
        tmp_path, "LIMIT = 60\nCELERY_TASK_TIME_LIMIT = LIMIT * 2\n", "app.conf.worker_concurrency = 3\n"
    )
    values = settings_of(code, app)
    limit, concurrency, late = (values[name] for name in ("task_time_limit", "worker_concurrency", "task_acks_late"))
    assert (limit.get(), limit.origin.layer, limit.origin.note) == (120, Layer.CONFIG_OBJECT, "CELERY_TASK_TIME_LIMIT")
    assert str(limit.origin.span) == "settings.py:2:1"
    assert "settings.py:1:1" in map(str, limit.origin.places())
    assert (concurrency.origin.layer, str(concurrency.origin.span)) == (Layer.APP_CONF, "app.py:6:1")
    assert (late.origin.layer, late.origin.span) == (Layer.DEFAULT, None)


def test_what_the_environment_does_not_decide_is_evaluated_once(tmp_path: Path) -> None:
    settings = "import os\nCELERY_TASK_ROUTES = {'a': 'b'}\nCELERY_WORKER_CONCURRENCY = int(os.environ.get('N', 1))\n"
    code, app = one_app(tmp_path, settings)
    one, other = (effective_settings(code, app, code.evaluator(environment({"N": n}))) for n in "23")
    assert one["task_routes"].value is other["task_routes"].value
    assert (one["worker_concurrency"].get(), other["worker_concurrency"].get()) == (2, 3)


@pytest.mark.parametrize(
    "url",
    ["redis://a", "rediss://a", "redis", "amqp://a;amqp://b", "pyamqp://", "memory://", "", "h:1"],
)
def test_the_transport_is_kombus(url: str) -> None:
    broker = broker_of({"broker_url": known(url, Layer.APP_CONF), "broker_transport_options": known({}, Layer.DEFAULT)})
    driver = import_module("kombu").Connection(url).transport.driver_type
    assert broker.transport.get() == driver
    assert broker.visibility_timeout.otherwise(None) == (3600.0 if driver == "redis" else None)
