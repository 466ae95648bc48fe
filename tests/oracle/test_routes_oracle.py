"""Routes: real Celery sends every task of an app, and celerylint says the same queue, or Unknown."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from oracle.asking import RealCelery
from oracle.case import Case
from oracle.draw import Draw
from oracle.judging import Tally
from oracle.reading import queues_of
from oracle.sources import Place, Project
from oracle.styles.routes import routes_app

CASES = int(os.environ.get("ORACLE_CASES") or 2000)
APPS = 8  # of one repository
TASKS = 5  # of an app, about
MOST_UNKNOWN = 0.05
_BY_CALL = re.compile("a router may look at the (args|kwargs|options) of a call")


def repository(number: int, version: str) -> tuple[Case, list[str]]:
    """The repository of that number, and the modules of its apps."""
    project = Project(Draw.numbered("routes", number))
    modules = [f"shop{index}" for index in range(APPS)]
    for module in modules:
        routes_app(Place(project, project.module(module)), module)
    project.files["requirements.txt"] = f"celery=={version}\n"
    return Case(project.written(), project.env), modules


def judged(real: RealCelery, numbers: range, base: Path) -> Tally:
    """The queue of every task of these repositories, beside the queues that it reaches."""
    tally = Tally()
    cases: dict[int, Case] = {}

    def questions() -> Iterator[dict[str, Any]]:
        for number in numbers:
            case, modules = repository(number, real.version)
            case.written(base / str(number))
            cases[number] = case
            env = {**case.env, "CELERY_BROKER_URL": "memory://"}
            yield {"kind": "routes", "root": str(base / str(number)), "env": env, "modules": modules}

    for number, answer in zip(numbers, real.answers(questions()), strict=True):
        root, case = base / str(number), cases.pop(number)
        ours = queues_of(root, case.env)
        for module, tasks in answer["answer"].items():
            if "error" in tasks:
                tally.refuse(tasks["error"])
                continue
            for name, reached in tasks.items():
                if "error" in reached:
                    tally.refuse(reached["error"])
                    continue
                value = ours[f"{module}.py", name]
                queues = reached["queues"]
                # Where several queues get it, each of them is where it goes; where none does, none is.
                real_queue = value.value if value.known and value.value in queues else queues[0] if queues else None
                nature = "" if queues else "nothing of the repository is bound where it is sent"
                if _BY_CALL.search(value.reason):
                    nature = "a router decides by what a task is called with"
                key = f"{module} {name}"
                tally.judge(number, {key: value}, {key: real_queue}, {key: ""}, nature)
        shutil.rmtree(root)
    return tally


def test_a_tasks_queue_is_where_celery_sends_it_or_unknown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with RealCelery() as real:
        tally = judged(real, range(CASES // (APPS * TASKS)), tmp_path)
    with capsys.disabled():
        print(f"\nroutes of Celery {real.version}: {tally.summary()}")
    assert not tally.wrong
    assert tally.share < MOST_UNKNOWN
    assert tally.refused.total() < tally.cases * 0.3
