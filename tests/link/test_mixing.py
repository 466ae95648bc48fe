"""Names from before Celery 4 beside those since: refused exactly where Celery refuses them; what hides and replaces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linked import written

from celerylint.configuration import Configuration
from celerylint.link import link
from celerylint.model import Project
from celerylint.sources.discover import discover
from celerylint.sources.tree import Tree

celery_utils = import_module("celery.app.utils")
ImproperlyConfigured = import_module("celery.exceptions").ImproperlyConfigured

NAMES = (
    "task_acks_late",
    "CELERY_ACKS_LATE",
    "worker_prefetch_multiplier",
    "CELERYD_PREFETCH_MULTIPLIER",
    "task_time_limit",
    "CELERYD_TASK_TIME_LIMIT",
    "result_expires",
    "CELERY_TASK_RESULT_EXPIRES",
    "broker_url",
    "BROKER_URL",
    "CELERY_SHOP_PAGE",
    "timezone",
)
OBJECT = 'from celery import Celery\n\napp = Celery("shop")\napp.config_from_object("celeryconfig")\n'
UPDATE = 'from celery import Celery\n\napp = Celery("shop")\napp.conf.update({names})\n'


def project(root: Path, files: dict[str, str]) -> Project:
    return link(Tree(written(root, files), discover(root)), Configuration())


def refused(found: Project) -> set[str]:
    return {setting.name for setting in found.settings if setting.clashes_with}


def really_refused(names: Sequence[str], early: bool) -> set[str]:
    """What celery/app/utils.py:detect_settings says in its exception."""
    given_names = dict.fromkeys(names, 1)
    try:
        celery_utils.detect_settings(None if early else given_names, given_names if early else None)
    except ImproperlyConfigured as error:
        return set(re.findall(r"^(\w+) +-> ", str(error), re.M))
    return set()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(NAMES), unique=True, max_size=6), st.booleans())
def test_names_are_refused_where_celery_refuses_them(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], early: bool
) -> None:
    files = {"shop.py": OBJECT, "celeryconfig.py": "".join(f"{name} = 1\n" for name in names)}
    if early:
        files = {"shop.py": UPDATE.format(names=", ".join(f"{name}=1" for name in names))}
    assert refused(project(tmp_path_factory.mktemp("mixed"), files)) == really_refused(names, early)


def test_with_a_namespace_nothing_is_refused(tmp_path: Path) -> None:
    app = OBJECT.replace('"celeryconfig"', '"celeryconfig", namespace="CELERY"')
    files = {"shop.py": app, "celeryconfig.py": "CELERY_ACKS_LATE = True\ntask_time_limit = 1\n"}
    assert refused(project(tmp_path, files)) == set()


def test_what_may_not_be_there_refuses_nothing(tmp_path: Path) -> None:
    text = "import os\ntask_time_limit = 1\nif os.environ.get('X'):\n    CELERY_ACKS_LATE = True\n"
    assert refused(project(tmp_path, {"shop.py": OBJECT, "celeryconfig.py": text})) == set()


def hidden(found: Project) -> list[tuple[str, object]]:
    return [(each.name, each.hidden_by.value) for each in found.settings if each.hidden_by.value is not None]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("app.conf.task_time_limit = 5", [("task_time_limit", 5)]),
        ("app.conf.update(task_time_limit=5)", [("task_time_limit", 5)]),
        ("app.conf.task_time_limit = 7", []),
        ("app.conf.task_acks_late = True", []),
    ],
)
def test_what_the_app_says_hides_its_object(tmp_path: Path, line: str, expected: list[tuple[str, object]]) -> None:
    files = {"shop.py": f"{OBJECT}{line}\n", "celeryconfig.py": "task_time_limit = 7\n"}
    assert hidden(project(tmp_path, files)) == expected


def replaced(found: Project) -> list[tuple[str, int, tuple[str, ...]]]:
    (app,) = found.apps
    return [(each.name, each.replaced_by.line, each.lost.get()) for each in app.replaced_sources]


def test_a_later_object_replaces_an_earlier_one(tmp_path: Path) -> None:
    files = {
        "shop.py": f'{OBJECT}app.config_from_object("second")\n',
        "celeryconfig.py": "task_time_limit = 7\ntask_acks_late = True\n",
        "second.py": "task_acks_late = False\n",
    }
    assert replaced(project(tmp_path, files)) == [("'celeryconfig'", 5, ("task_time_limit",))]


def test_objects_of_different_branches_do_not_replace_each_other(tmp_path: Path) -> None:
    app = 'import os\nfrom celery import Celery\napp = Celery("shop")\nif os.environ.get("X"):\n'
    app += '    app.config_from_object("one")\nelse:\n    app.config_from_object("two")\n'
    files = {"shop.py": app, "one.py": "task_time_limit = 7\n", "two.py": "task_acks_late = True\n"}
    assert replaced(project(tmp_path, files)) == []
