"""Files that start programs, as the repository around them completes them."""

from __future__ import annotations

from pathlib import Path

import pytest
from linked import written

from celerylint.model import Project
from celerylint.session import model

SHOP = {"shop/__init__.py": "", "shop/celery.py": "from celery import Celery\n\napp = Celery('shop')\n"}
TASK = """\
resource "aws_ecs_task_definition" "worker" {
  container_definitions = jsonencode([{ name = "w", command = ["celery", "-A", "shop", "worker"] }])
}
"""


def project(root: Path, files: dict[str, str]) -> Project:
    return model(written(root, {**SHOP, **files})).project


def test_without_its_parser_terraform_is_a_place_that_may_start_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [worker.kind for worker in project(tmp_path, {"main.tf": TASK}).workers] == ["task definition"]
    monkeypatch.setattr("celerylint.link.places.available", lambda: False)
    found = project(tmp_path, {"main.tf": TASK})
    assert [worker.kind for worker in found.workers] == ["app"]
    (unread,) = found.unread
    assert (unread.span.line, unread.reason) == (
        2,
        "main.tf:2 may start workers: pip install 'celerylint[terraform]' lets it be read",
    )


def test_a_package_whose_app_is_deeper_in_it(tmp_path: Path) -> None:
    files = {
        "shop/celery.py": "",
        "mall/__init__.py": "",
        "mall/celery/__init__.py": "from .celery import app as celery_app\n",
        "mall/celery/celery.py": "from celery import Celery\n\napp = Celery('mall')\n",
        "celery.service": "[Service]\nExecStart=celery -A mall worker -c 2\n",
    }
    (worker,) = project(tmp_path, files).workers
    assert worker.app is not None
    assert (worker.app.name, worker.concurrency.get()) == ("mall", 2)


def test_an_app_of_the_class_under_another_name(tmp_path: Path) -> None:
    files = {
        "shop/celery.py": "import celery\n\nCelery = celery.Celery\n\nshop = Celery('mall')\n",
        "Procfile": "worker: celery -A shop worker -c 2\n",
    }
    (worker,) = project(tmp_path, files).workers
    assert worker.app is not None and worker.app.name == "mall"


def test_a_class_of_apps_that_configures_itself_leaves_its_settings_unknown(tmp_path: Path) -> None:
    files = {
        "shop/celery.py": (
            "from celery import Celery\n\nclass Notify(Celery):\n    def init_app(self, app):\n"
            "        self.config_from_object(app.config['CELERY'])\n\napp = Notify()\n"
        ),
        "Procfile": "worker: celery -A shop worker\n",
    }
    (worker,) = project(tmp_path, files).workers
    assert not worker.queues.known


def test_a_script_for_development_leaves_the_app_its_own_worker(tmp_path: Path) -> None:
    found = project(tmp_path, {"Makefile": "run-worker:\n\tcelery -A shop worker\n"})
    assert [(worker.kind, worker.name) for worker in found.workers] == [("target", "run-worker"), ("app", "shop")]
    assert found.unread == ()
    production = project(tmp_path, {"Makefile": "worker-prod:\n\tcelery -A shop worker\n"})
    assert [(worker.kind, worker.name) for worker in production.workers] == [("target", "worker-prod")]


def test_templates_that_are_not_rendered_are_places_that_may_start_workers(tmp_path: Path) -> None:
    files = {"supervisord.conf": "[program:w]\ncommand={{ venv }}/celery -A shop worker\n"}
    (unread,) = project(tmp_path, files).unread
    assert unread.span.path == "supervisord.conf"
