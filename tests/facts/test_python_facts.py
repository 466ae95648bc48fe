"""What Python files say about Celery, and that reading them in parts says the same as reading them whole."""

from __future__ import annotations

import ast
import dataclasses
import os
import re
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from celerylint.facts.python import PythonFacts, TaskFact, python_facts
from celerylint.facts.python.read import speaks
from celerylint.sources.python import PythonModule, PythonSyntaxError
from celerylint.sources.text import Text, Undecodable, decode

FIXTURES = Path(__file__).resolve().parent.parent.parent / "fixtures"
# Real projects that any machine with the test extra has; CELERYLINT_TREES names further folders, as PATH does.
PROJECTS = ("celery", "kombu", "amqp", "billiard", "hypothesis", "click", "libcst")


def facts(source: str) -> PythonFacts:
    return python_facts(PythonModule(Text("app/tasks.py", source)))


def task(source: str) -> TaskFact:
    (only,) = facts(source).tasks
    return only


class WholeModule(PythonModule):
    """The same file, parsed as a whole before anything is asked."""

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        self._parse_whole()


def told(thing: Any) -> Any:
    """Facts as plain data, places and syntax included, so that they can be compared."""
    if isinstance(thing, ast.AST):
        return ast.dump(thing, include_attributes=True)
    if dataclasses.is_dataclass(thing):
        return {field.name: told(getattr(thing, field.name)) for field in dataclasses.fields(thing)}
    if isinstance(thing, dict):
        return {key: told(value) for key, value in thing.items()}
    return [told(each) for each in thing] if isinstance(thing, tuple | list) else thing


def trees() -> Iterator[Path]:
    yield FIXTURES
    for name in PROJECTS:
        folder = Path(sysconfig.get_path("purelib")) / name
        assert folder.is_dir(), f"{name} comes with the test extra"
        yield folder
    yield from map(Path, filter(None, os.environ.get("CELERYLINT_TREES", "").split(os.pathsep)))


@pytest.mark.parametrize("tree", list(trees()), ids=lambda tree: tree.name)
def test_facts_of_parts_are_those_of_the_whole(tree: Path) -> None:
    seen = 0
    for path in sorted(tree.rglob("*.py")):
        data = path.read_bytes() if path.is_file() else b""
        if not speaks(data) and tree is not FIXTURES:
            continue
        try:
            text = decode(data, path.name, python=True)
            whole = python_facts(WholeModule(text))
        except (PythonSyntaxError, Undecodable):
            continue
        assert told(python_facts(PythonModule(text))) == told(whole), path
        seen += 1
    assert seen or tree is not FIXTURES


def test_a_task_is_known_by_what_its_decorator_was_imported_as() -> None:
    assert task("from celery import shared_task as job\n\n@job(time_limit=9)\ndef f(): pass\n").shared
    assert not facts("from invoke import task\n\n@task\ndef f(c): pass\n").tasks
    assert task("from .celery import app\n\n@app.task(bind=True)\ndef f(self): pass\n").options.keys() == {"bind"}


def test_a_class_is_a_task_by_itself_only_with_the_base_of_old() -> None:
    sum_ = "class Sum(Task):\n    acks_late = True\n    def run(self, x): pass\n"
    assert task(f"from celery.task import Task\n\n{sum_}").name == "Sum"
    assert not facts(f"from celery import Task\n\n{sum_}").tasks
    (call,) = facts(f"from celery import Task\n\n{sum_}\napp.register_task(Sum())\n").calls
    assert (call.method, ast.unparse(call.holder), ast.unparse(call.node.args[0])) == ("register_task", "app", "Sum()")


def test_names_that_may_make_tasks_are_told() -> None:
    source = "from functools import partial\nfrom celery import shared_task\nfrom shop.celery import app\n"
    source += "slow = partial(shared_task, queue='slow')\nslower = slow(acks_late=True)\ntask = app.task\n"
    source += "def traced(f):\n    return app.task(f)\nclass Late:\n    def __call__(self, f): return shared_task(f)\n"
    source += "late = Late()\nmail = app.task(send)\n@app.task\ndef job(): pass\ndef view(): return job.delay()\n"
    assert facts(source).makers == {"slow", "slower", "task", "traced", "Late", "late"}


@pytest.mark.parametrize(
    ("source", "tags"),
    [
        ("# celerylint: cpu slow\n@shared_task\ndef f(): pass", ("cpu", "slow")),
        ("@shared_task  # celerylint: io\ndef f(): pass", ("io",)),
        ("@shared_task\ndef f():  # celerylint: 20m\n    pass", ("20m",)),
        ("x = 1  # celerylint: cpu\n@shared_task\ndef f(): pass", ()),
        ("# celerylint: ignore[no-time-limit]\n@shared_task\ndef f(): pass", ()),
    ],
)
def test_a_tag_stands_at_the_task_or_alone_above_it(source: str, tags: tuple[str, ...]) -> None:
    assert task(f"from celery import shared_task\n\n{source}\n").tags == tags


def test_calls_are_told_by_what_they_were_imported_as() -> None:
    body = "    import pandas as pd\n    pd.read_csv(x).groupby('a')\n    client.get('/')\n    open(x)\n"
    source = f"from celery import shared_task\nfrom httpx import Client as client\n\n@shared_task\ndef f(x):\n{body}"
    assert [call.name for call in task(source).body.calls] == [
        "pandas.read_csv",
        "pandas.read_csv.groupby",
        "httpx.Client.get",
    ]


def test_configuration_keeps_the_conditions_around_it() -> None:
    source = "from x import app\nif DEBUG:\n    app.conf.task_always_eager = True\nelse:\n    app.conf.update(x=1)\n"
    one, other = facts(source).config
    assert [(each.kind, [holds for _, holds in each.conditions]) for each in (one, other)] == [
        ("set", [True]),
        ("update", [False]),
    ]


def test_a_loop_that_only_counts_is_evidence_of_computing() -> None:
    loop = "    for i in range(n):\n        for j in range(n):\n            total += i * j\n"
    source = f"from celery import shared_task\n\n@shared_task\ndef f(n):\n    total = 0\n{loop}"
    assert task(source).body.counting_loops
    assert not task(source.replace("total += i * j", "send(i, j)")).body.counting_loops


def test_a_file_without_a_word_of_celery_is_not_read() -> None:
    assert not speaks(b"import os\nprint(os.name)\n")
    assert re.search("elery", "Celery") and speaks(b"from celery import Celery\n")
