"""Tasks are those that Celery registers, with the names and options that it gives them; never others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from linked import code_of, environment, told_by, written
from oracle.told import told
from program import APP, EVERY, Program, programs
from real_tasks import FIELDS, OPTIONS

from celerylint.configuration import Configuration
from celerylint.link.apps import find_apps
from celerylint.link.bodies import Bodies
from celerylint.link.code import AppSource, Code
from celerylint.link.find_tasks import find_tasks
from celerylint.link.settings import effective_settings
from celerylint.link.task_options import AppView, TaskSource
from celerylint.link.tasks import TaskMaker
from celerylint.model import ScheduleEntry, Task
from celerylint.origin import Layer, known
from celerylint.session import model

PROGRAMS = {program.name: program for program in programs("task_programs")}
Answer = tuple[Path, dict[str, Any]]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answer]:
    """Every program's folder, and the tasks that Celery has of it."""
    base = tmp_path_factory.mktemp("programs")
    roots = {name: written(base / name, program.files) for name, program in PROGRAMS.items()}
    asked = [{"root": str(roots[name]), "env": dict(each.env), "app": APP} for name, each in PROGRAMS.items()]
    answers = told_by("real_tasks.py", {"names": [], "projects": asked})
    return {name: (roots[name], answer) for name, answer in zip(PROGRAMS, answers, strict=True)}


def tasks_of(root: Path, env: Any) -> list[tuple[TaskSource, Task]]:
    """The tasks of a program's app in an environment of which everything is known."""
    code = code_of(root)
    app = app_of_program(code)
    evaluator = code.evaluator(environment(env))
    settings = effective_settings(code, app, evaluator)
    limits, pool = (known(None, Layer.DEFAULT), known(None, Layer.DEFAULT)), known("prefork", Layer.DEFAULT)
    limits = (settings["task_time_limit"], settings["task_soft_time_limit"])
    found = find_tasks(code, find_apps(code))
    maker = TaskMaker(AppView(code, app, settings, evaluator, Configuration()), Bodies(code, found.tasks))
    return [(source, maker.make(source, limits, pool, "p")) for source in found.tasks if source.app in (None, app.span)]


def app_of_program(code: Code) -> AppSource:
    """The app that the program's name means; it is the only one, or the one that is called `app` in its module."""
    apps = find_apps(code)
    return next((app for app in apps if app.path == "proj/celery.py" and app.variable == "app"), apps[0])


@pytest.mark.parametrize("name", PROGRAMS)
def test_tasks_are_those_of_celery(name: str, real: dict[str, Answer]) -> None:
    program: Program = PROGRAMS[name]
    root, answer = real[name]
    assert "settings" in answer, answer.get("error")
    theirs: dict[str, dict[str, Any]] = answer["settings"]["tasks"]
    ours = tasks_of(root, program.env)
    named = {task.name: task for source, task in ours if not source.unnamed}
    unnamed = {task.name for source, task in ours if source.unnamed}
    assert unnamed == set(program.unknown) - {EVERY}
    assert len(ours) == len(named) + len(unnamed)
    assert len(ours) == len(theirs)
    assert named.keys() <= theirs.keys()
    for each, task in named.items():
        values = {option: getattr(task, option) for option in (*OPTIONS, "queue")}
        if EVERY not in program.unknown:
            assert all(value.known for value in values.values()), [value.reason for value in values.values()]
        known_ = {option: told(value.get()) for option, value in values.items() if value.known}
        assert known_ == {option: theirs[each][option] for option in known_}, each


def seconds_or_numbers(entry: ScheduleEntry) -> dict[str, Any]:
    """An entry in the words of the process that asks Celery."""
    crontab = entry.crontab.get()
    return {
        "task": entry.task.get(),
        "interval": entry.interval.get(),
        "crontab": [list(getattr(crontab, name)) for name in FIELDS] if crontab else None,
        "queue": entry.queue.get(),
        "expires": entry.expires.get(),
    }


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name.startswith("schedules-")])
def test_the_schedule_is_that_of_celery(name: str, real: dict[str, Answer]) -> None:
    root, answer = real[name]
    ours = {entry.name: seconds_or_numbers(entry) for entry in model(root).project.schedule}
    assert ours == answer["settings"]["schedule"]


def test_what_a_coding_agent_is_given_to_read_declares_no_tasks(tmp_path: Path) -> None:
    task = "from celery import shared_task\n\n\n@shared_task(time_limit=360)\ndef {}(): ...\n"
    files = {
        "shop/celery.py": "from celery import Celery\n\napp = Celery('shop')\n",
        "shop/tasks.py": task.format("mail"),
        "skills/celery-tasks/assets/patterns.py": task.format("slow"),
    }
    assert [each.name for each in model(written(tmp_path, files)).project.tasks] == ["shop.tasks.mail"]
