"""Which settings module a worker's Django uses: what the worker runs says it, and not what other programs run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from linked import code_of, environment, only_app, written

from celerylint.link.settings import effective_settings
from celerylint.origin import Value

SETS = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', '{}')\n"
APP = (
    "from celery import Celery\napp = Celery('p')\napp.config_from_object('django.conf:settings', namespace='CELERY')\n"
)
FILES = {
    "manage.py": SETS.format("proj.web"),
    "proj/__init__.py": "",
    "proj/wsgi.py": SETS.format("proj.web"),
    "proj/web.py": "CELERY_TASK_TIME_LIMIT = 1\n",
    "proj/jobs.py": "CELERY_TASK_TIME_LIMIT = 2\n",
}


def limit(root: Path, files: dict[str, str], open_: bool = False, **variables: str) -> Value[Any]:
    code = code_of(written(root, {**FILES, **files}))
    evaluator = code.evaluator() if open_ else code.evaluator(environment(variables))
    return effective_settings(code, only_app(code), evaluator)["task_time_limit"]


@pytest.mark.parametrize("open_", [True, False])
@pytest.mark.parametrize(
    "files",
    [
        {"proj/celery.py": SETS.format("proj.jobs") + APP},
        {"proj/celery.py": "from proj import names\n" + APP, "proj/names.py": SETS.format("proj.jobs")},
        {"proj/celery.py": "import proj.names\n" + APP, "proj/names.py": SETS.format("proj.jobs")},
        {"proj/celery.py": APP, "proj/__init__.py": SETS.format("proj.jobs")},
    ],
)
def test_what_the_worker_imports_says_it(files: dict[str, str], open_: bool, tmp_path: Path) -> None:
    assert limit(tmp_path, files, open_).get() == 2


def test_where_nothing_that_it_imports_says_it_other_programs_are_asked(tmp_path: Path) -> None:
    assert limit(tmp_path, {"proj/celery.py": APP}).get() == 1


def test_the_environment_wins_over_a_default(tmp_path: Path) -> None:
    files = {"proj/celery.py": SETS.format("proj.jobs") + APP}
    assert limit(tmp_path, files, DJANGO_SETTINGS_MODULE="proj.web").get() == 1


def test_an_image_that_says_another_may_be_the_workers(tmp_path: Path) -> None:
    files = {"proj/celery.py": SETS.format("proj.jobs") + APP, "Dockerfile": "ENV DJANGO_SETTINGS_MODULE=proj.web\n"}
    assert "may be any of proj.jobs, proj.web" in limit(tmp_path, files, open_=True).reason
    assert limit(tmp_path, files).get() == 2


@pytest.mark.parametrize(
    ("web", "jobs", "expected"),
    [
        ("from proj.base import *\n", "from proj.base import *\nDEBUG = True\n", 9),
        ("CELERY_TASK_TIME_LIMIT = 4\n", "CELERY_TASK_TIME_LIMIT = 2 + 2\n", 4),
        ("DEBUG = True\n", "DEBUG = False\n", None),
        ("from proj.base import *\n", "DEBUG = False\n", "proj.web, and they differ in CELERY_TASK_TIME_LIMIT"),
        ("from proj.base import *\n", "from elsewhere import *\n", "they differ in CELERY_TASK_TIME_LIMIT"),
        ("DEBUG = True\n", "from elsewhere import *\n", "elsewhere"),
    ],
)
def test_what_all_the_possible_modules_say_alike_is_known(tmp_path: Path, web: str, jobs: str, expected: Any) -> None:
    files = {
        "proj/celery.py": SETS.format("proj.jobs") + APP,
        "Dockerfile": "ENV DJANGO_SETTINGS_MODULE=proj.web\n",
        "proj/base.py": "CELERY_TASK_TIME_LIMIT = 9\n",
        "proj/web.py": web,
        "proj/jobs.py": jobs,
    }
    found = limit(tmp_path, files, open_=True)
    assert expected in found.reason if isinstance(expected, str) else found.get() == expected


def test_a_module_that_only_files_outside_of_the_repository_name_may_say_otherwise(tmp_path: Path) -> None:
    files = {
        "proj/celery.py": SETS.format("proj.jobs") + APP,
        "Dockerfile": "ENV DJANGO_SETTINGS_MODULE=proj.web\n",
        "proj/base.py": "CELERY_TASK_TIME_LIMIT = 9\n",
        "proj/web.py": "from proj.base import *\n",
        "proj/jobs.py": "from proj.base import *\n",
        "proj/production.py": "from proj.base import *\nCELERY_TASK_TIME_LIMIT = 3\n",
    }
    assert "proj.production, and they differ in CELERY_TASK_TIME_LIMIT" in limit(tmp_path, files, open_=True).reason
