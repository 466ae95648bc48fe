"""A worker imports a task's module where Celery itself does, or it is unknown: never the other way round."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from import_layouts import layout
from linked import told_by, written

from celerylint.model import Project, Task
from celerylint.origin import Unknown
from celerylint.session import model

PLAIN, DJANGO = range(40), range(100, 124)


def really(projects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What real workers of these have."""
    return told_by("real_imports.py", {"projects": projects})


def project_of(root: Path, files: dict[str, str]) -> Project:
    return model(written(root, files)).project


def only_task(project: Project, name: str) -> Task:
    (task,) = (each for each in project.tasks if each.name == name)
    return task


@pytest.mark.parametrize(("numbers", "django"), [(PLAIN, False), (DJANGO, True)])
def test_a_worker_imports_what_celery_imports(numbers: range, django: bool, tmp_path: Path) -> None:
    drawn = {number: layout(number, django) for number in numbers}
    roots = {number: written(tmp_path / str(number), each.files) for number, each in drawn.items()}
    answers = really([{"root": str(roots[n]), "app": each.app, "included": each.included} for n, each in drawn.items()])
    told: Counter[object] = Counter()
    for (number, each), answer in zip(drawn.items(), answers, strict=True):
        if "settings" not in answer:
            continue  # imports that go round in circles: such a worker does not start
        theirs = set(answer["settings"]["tasks"])
        project = model(roots[number]).project
        (worker,) = project.workers
        for task in (*project.tasks, *worker.tasks.otherwise(())):
            value = task.imported.value
            told[value if isinstance(value, bool) else None] += 1
            if isinstance(value, bool):
                assert value is (task.name in theirs), (number, task.name, value, each.files)
    assert min(told[True], told[False]) > 40, told


SHOP = {
    "shop/__init__.py": "",
    "shop/celery.py": "from celery import Celery\napp = Celery('shop', include=['shop.tasks'])\n",
    "shop/tasks.py": "from celery import shared_task\nimport shop.mail\n",
    "shop/mail.py": "from celery import shared_task\n\n\n@shared_task\ndef send():\n    pass\n",
    "shop/jobs.py": "from shop.celery import app\n\n\n@app.task\ndef count():\n    pass\n",
    "shop/web.py": "from shop import jobs\nfrom shop.celery import app\n\n\ndef order():\n    jobs.count.delay()\n"
    "    app.send_task('shop.jobs.count')\n",
    "compose.yaml": "services:\n  worker:\n    image: shop\n    command: celery -A shop.celery worker\n",
}


def test_the_way_to_a_module_is_its_proof(tmp_path: Path) -> None:
    project = project_of(tmp_path, SHOP)
    sent, counted = only_task(project, "shop.mail.send").imported, only_task(project, "shop.jobs.count")
    assert (sent.value, str(sent.origin.span)) == (True, "shop/tasks.py:2:1")
    assert counted.imported.value is False
    places = [str(each) for each in counted.imported.origin.places()]
    assert places == ["compose.yaml:4:36", "shop/celery.py:2:22", "shop/celery.py:2:30"]
    assert [(each.name, str(each.span)) for each in counted.sent_at] == [
        ("jobs.count.delay", "shop/web.py:6:5"),
        ("shop.jobs.count", "shop/web.py:7:5"),
    ]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"compose.yaml": ""}, "nothing in the repository starts this worker"),
        (
            {"shop/celery.py": "import os\nfrom celery import Celery\napp = Celery(include=os.environ['I'])\n"},
            "I is not",
        ),
        ({"shop/mail.py": "import x\nfrom importlib import import_module\nimport_module(x.y)\n"}, "it computes"),
        ({"shop/mail.py": "NAMES = ['shop.jobs']\n"}, "leads to shop/jobs.py"),
        ({"shop/mail.py": "def later():\n    from . import jobs\n"}, "leads to shop/jobs.py"),
        ({"shop/mail.py": "import (\n"}, "shop/mail.py"),
        ({"shop/celery.py": SHOP["shop/celery.py"] + "app.autodiscover_tasks(open('x').read())\n"}, "searches"),
        ({"shop/celery.py": "from celery import Celery\napp = Celery('shop', loader='shop.loader:Own')\n"}, "a loader"),
        ({"compose.yaml": SHOP["compose.yaml"].replace("worker\n", "worker $MORE\n", 2)}, "MORE"),
        ({"compose.yaml": SHOP["compose.yaml"] + "    environment: {CELERY_LOADER: shop.loader}\n"}, "CELERY_LOADER"),
        ({"compose.yaml": SHOP["compose.yaml"].replace("shop.celery", "other")}, "not in the repository"),
        ({"pyproject.toml": "[project.entry-points.shop]\njobs = 'shop.jobs:count'\n"}, "pyproject.toml names"),
        (
            {"shop/jobs.py": "from shop.celery import app\nif app:\n    @app.task\n    def count():\n        pass\n"},
            "run",
        ),
    ],
)
def test_what_may_import_it_makes_it_unknown(files: dict[str, str], reason: str, tmp_path: Path) -> None:
    value = only_task(project_of(tmp_path, {**SHOP, **files}), "shop.jobs.count").imported
    assert isinstance(value.value, Unknown)
    assert reason in value.value.reason


def test_the_app_of_a_package_may_have_any_name(tmp_path: Path) -> None:
    files = {
        **SHOP,
        "shop/__init__.py": "from shop.site.app import app as celery_app\n\n__all__ = ['celery_app']\n",
        "shop/site/__init__.py": "",
        "shop/site/app.py": "from celery import Celery\napp = Celery('shop', include=['shop.tasks'])\n",
        "compose.yaml": SHOP["compose.yaml"].replace("shop.celery", "shop"),
    }
    del files["shop/celery.py"], files["shop/jobs.py"], files["shop/web.py"]
    project = project_of(tmp_path, files)
    (worker,) = project.workers
    assert worker.app is not None and str(worker.app.span) == "shop/site/app.py:2:7"
    assert only_task(project, "shop.mail.send").imported.value is True
    (answer,) = really([{"root": str(tmp_path), "app": "shop", "included": []}])
    assert answer["settings"]["tasks"] == ["shop.mail.send"]
