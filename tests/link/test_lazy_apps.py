"""Tasks of an app that is made when it is first used, and calls of packages that only share a name with others."""

from __future__ import annotations

from pathlib import Path

import pytest
from linked import written

from celerylint.configuration import Configuration
from celerylint.model import Project
from celerylint.origin import Unknown
from celerylint.session import model

MAKING = """
from celery import Celery
from {package} import {maker}


def make():
    return Celery("shop", broker="redis://")


{name} = {maker}(make)
"""
TASKS = """
from shop.apps import {name}


@{name}.task
def clean_up(): ...
"""
SCHEDULE = """
from celery import Celery
app = Celery("beat", broker="redis://")
app.conf.beat_schedule = {"clean": {"task": "shop.tasks.clean_up", "schedule": 60}}
"""


def project(root: Path, name: str, **more: str) -> Project:
    files = {
        **{f"{each}.py": text for each, text in more.items()},
        "shop/__init__.py": "",
        "shop/apps.py": MAKING.format(package="lazy_object_proxy", maker="Proxy", name=name),
        "shop/tasks.py": TASKS.format(name=name),
    }
    return model(written(root, files), Configuration()).project


def test_what_another_package_wraps_around_an_app_is_the_app_where_it_says_so(tmp_path: Path) -> None:
    assert [task.name for task in project(tmp_path, "celery_app").tasks] == ["shop.tasks.clean_up"]


@pytest.mark.parametrize("name", ["celery_app", "queue", "app"])
def test_no_name_is_called_wrong_while_it_may_be_a_task(tmp_path: Path, name: str) -> None:
    (entry,) = project(tmp_path, name, schedule=SCHEDULE).schedule
    assert isinstance(entry.runs.value, Unknown) or entry.runs.value is not None


def test_a_package_of_the_project_is_not_the_one_that_it_is_called_like(tmp_path: Path) -> None:
    text = """
from celery import shared_task
from django.core.mail import send_mail
from telegram.models import User


@shared_task
def tell():
    User.objects.first()
    send_mail("", "", "", [])
"""
    files = {"telegram/__init__.py": "", "telegram/models.py": "", "tell.py": text}
    app = "from celery import Celery\nimport tell\napp = Celery('shop')\n"
    found = model(written(tmp_path, {**files, "app.py": app}), Configuration()).project.tasks
    assert [[call.name for call in task.lasting_effects] for task in found] == [["django.core.mail.send_mail"]]
