"""Shared tasks of repositories with several apps: each worker has those that its process imports, as Celery has it."""

from __future__ import annotations

from pathlib import Path

from linked import told_by, written

from celerylint.model import Project, Worker
from celerylint.session import model

SHARED = "from celery import shared_task\n\n\n@shared_task\ndef {0}():\n    pass\n"
APP = "from celery import Celery\n\napp = Celery('{0}', broker='redis://', include=['{0}.tasks', 'common.tasks'])\n"
BOTH = {
    **{f"{name}/__init__.py": "" for name in ("shop", "feeds", "common")},
    **{f"{name}/celery.py": APP.format(name) for name in ("shop", "feeds")},
    "shop/tasks.py": SHARED.format("pay") + "\n\nfrom shop.celery import app\n\n\n@app.task\ndef ship():\n    pass\n",
    "feeds/tasks.py": SHARED.format("fetch"),
    "common/tasks.py": SHARED.format("clean"),
    "other/__init__.py": "",
    "other/tasks.py": SHARED.format("lost"),
}
WORKER = "  {0}:\n    image: {0}\n    command: celery -A {0}.celery worker\n"
COMPOSE = "services:\n" + WORKER.format("shop") + WORKER.format("feeds")


def project_of(root: Path, **files: str) -> Project:
    return model(written(root, {**BOTH, **{name.replace("__", "/"): text for name, text in files.items()}})).project


def names(worker: Worker) -> list[str] | str:
    return worker.tasks.reason or sorted(task.name for task in worker.tasks.get())


def test_each_worker_has_the_shared_tasks_that_it_imports(tmp_path: Path) -> None:
    found = {worker.name: worker for worker in project_of(tmp_path, **{"compose.yaml": COMPOSE}).workers}
    asked = [{"root": str(tmp_path), "app": f"{name}.celery", "included": []} for name in ("shop", "feeds")]
    real = [answer["settings"]["tasks"] for answer in told_by("real_imports.py", {"projects": asked})]
    assert [names(found["shop"]), names(found["feeds"])] == real
    assert real == [
        ["common.tasks.clean", "shop.tasks.pay", "shop.tasks.ship"],
        ["common.tasks.clean", "feeds.tasks.fetch"],
    ]


def test_a_task_has_the_settings_of_the_apps_that_import_it(tmp_path: Path) -> None:
    late = APP.format("feeds") + "app.conf.task_acks_late = True\n"
    project = project_of(tmp_path, **{"compose.yaml": COMPOSE, "feeds__celery.py": late})
    found = [(task.name, task.acks_late.value) for task in project.tasks if task.name != "other.tasks.lost"]
    assert found == [
        ("common.tasks.clean", True),
        ("common.tasks.clean", False),
        ("feeds.tasks.fetch", True),
        ("shop.tasks.pay", False),
        ("shop.tasks.ship", False),
    ]


def test_apps_that_nothing_starts_have_their_own_tasks(tmp_path: Path) -> None:
    project = project_of(tmp_path)
    assert [task.name for task in project.tasks] == ["shop.tasks.ship"]
    reason = "several apps share common.tasks.clean, and nothing in the repository says which one runs it"
    assert [names(worker) for worker in project.workers] == [reason, reason]


def test_what_an_app_may_import_stays_with_it(tmp_path: Path) -> None:
    computed = {"shop__more.py": "import importlib\nimportlib.import_module(NAME)\n"}
    computed["shop__tasks.py"] = BOTH["shop/tasks.py"] + "\n\nimport shop.more\n"
    found = {worker.name: worker for worker in project_of(tmp_path, **{"compose.yaml": COMPOSE}, **computed).workers}
    assert [task.name for task in found["feeds"].tasks.get()] == ["common.tasks.clean", "feeds.tasks.fetch"]
    may = {task.name: task.imported.value for task in found["shop"].tasks.get() if not task.imported.known}
    assert sorted(may) == ["feeds.tasks.fetch", "other.tasks.lost"]
