"""What decorators make of a function: a task with which options and which name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from linked import Looked

from celerylint.link.evaluate.making import decorated, name_of_task
from celerylint.link.evaluate.objects import FunctionObject, TaskObject
from celerylint.origin import Span, Unknown

APP = "import functools\nfrom functools import partial, wraps\nfrom celery import Celery, shared_task\napp = Celery()\n"


def made(root: Path, code: str) -> tuple[TaskObject | FunctionObject | Unknown, Any]:
    """What the decorators of `job` make of it, and the name of the task."""
    looked = Looked(root, {"shop/__init__.py": "", "shop/jobs.py": APP + code})
    found = looked.name("job", "shop/jobs.py")
    assert found is not None and isinstance(found.value, FunctionObject)
    task = decorated(looked.evaluator, found.value)
    name = name_of_task(looked.evaluator, found.value, Span.of_line("x"))
    return task, name.value if name.known else name.reason


def options(task: Any) -> dict[str, Any]:
    assert isinstance(task, TaskObject), task
    return {name: value.value for name, value in task.made_by.options.items()}


WRAPPER = "def slow(f):\n    @wraps(f)\n    def inner(*a): return f(*a)\n    return app.task(queue='slow')(inner)\n"
OPTIONAL = """
def slow(function=None, *, queue="slow"):
    if function is None:
        return lambda function: slow(function, queue=queue)
    return shared_task(queue=queue)(function)
"""
CLASS = """
class slow:
    def __init__(self, *args, **kwargs):
        self.args = args
        self.kwargs = kwargs
    def __call__(self, f):
        @wraps(f)
        def inner(*args): return f(*args)
        task = shared_task(*self.args, **self.kwargs)(inner)
        return task
"""
FIXED = "def slow(*args, **kwargs):\n    kwargs.setdefault('queue', 'slow')\n    return shared_task(*args, **kwargs)\n"


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("@shared_task\n", {}),
        ("@app.task(bind=True)\n", {"bind": True}),
        ("task = app.task\n@task\n", {}),
        ("slow = partial(shared_task, queue='slow')\n@slow(acks_late=True)\n", {"queue": "slow", "acks_late": True}),
        ("slow = functools.partial(app.task, queue='slow')\n@slow()\n", {"queue": "slow"}),
        ("slow = shared_task(queue='slow')\n@slow\n", {"queue": "slow"}),
        (WRAPPER + "@slow\n", {"queue": "slow"}),
        (OPTIONAL + "@slow\n", {"queue": "slow"}),
        (OPTIONAL + "@slow(queue='other')\n", {"queue": "other"}),
        (CLASS + "@slow(queue='slow')\n", {"queue": "slow"}),
        (FIXED + "@slow(queue='other')\n", {"queue": "other"}),
        ("import other\n@other.traced\n@shared_task(queue='a')\n@other.atomic\n", {"queue": "a"}),
    ],
)
def test_decorators_make_a_task(code: str, given: dict[str, Any], tmp_path: Path) -> None:
    task, name = made(tmp_path, f"{code}def job(): pass\n")
    assert (options(task), name) == (given, "shop.jobs.job")


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("@app.task(name='x')\n", "x"),
        ("def slow(f):\n    def inner(): f()\n    return app.task(inner)\n@slow\n", "shop.jobs.inner"),
        ("def traced(f):\n    def inner(): f()\n    return inner\n@app.task\n@traced\n", "shop.jobs.inner"),
        ("def traced(f):\n    def i(): f()\n    return wraps(f)(i)\n@app.task\n@traced\n", "shop.jobs.job"),
        (
            "def slow(f):\n    @app.task\n    @wraps(f)\n    def inner(): f()\n    return inner\n@slow\n",
            "shop.jobs.job",
        ),
    ],
)
def test_the_name_is_that_of_the_function_that_celery_gets(code: str, name: str, tmp_path: Path) -> None:
    task, found = made(tmp_path, f"{code}def job(): pass\n")
    assert isinstance(task, TaskObject)
    assert found == name


@pytest.mark.parametrize(
    "code",
    [
        "from invoke import task\n@task\n",
        "from huey import RedisHuey\nhuey = RedisHuey()\n@huey.task(retries=2)\n",
        "import dramatiq\n@dramatiq.actor\n",
        "from airflow.decorators import task\n@task(queue='x')\n",
        "def traced(f):\n    return f\n@traced\n",
        "@functools.lru_cache\n",
    ],
)
def test_other_decorators_make_none(code: str, tmp_path: Path) -> None:
    task, _ = made(tmp_path, f"{code}def job(): pass\n")
    assert isinstance(task, FunctionObject)


def test_options_that_are_not_all_known(tmp_path: Path) -> None:
    task, name = made(tmp_path, "import os\n@shared_task(queue='a', **os.environ)\ndef job(): pass\n")
    assert isinstance(task, TaskObject)
    assert (options(task), bool(task.made_by.open)) == ({"queue": "a"}, True)
    assert "os.environ" in name
