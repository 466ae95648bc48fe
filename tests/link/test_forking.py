"""What modules create while they are imported, and a forked process cannot use."""

from __future__ import annotations

from pathlib import Path

import pytest

from celerylint.origin import Value
from celerylint.session import model

APP = "from celery import Celery\n\napp = Celery('shop', broker='redis://redis')\n"


def made(root: Path, tasks: str, **files: str) -> Value[list[str]]:
    every = {"shop/__init__.py": "", "shop/celery.py": APP, "Procfile": "worker: celery -A shop worker\n", **files}
    every["shop/tasks.py"] = f"from shop.celery import app\n{tasks}\n\n\n@app.task\ndef mail(): pass\n"
    for name, text in every.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (worker,) = model(root).project.workers
    return worker.made_before_fork.map(lambda calls: [f"{call.name}:{call.span.line}" for call in calls])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import threading\nthreading.Thread(target=print).start()", ["threading.Thread.start:3"]),
        ("import threading\nworker = threading.Thread(target=print)", []),
        ("from pymongo import MongoClient\nshop = MongoClient().shop.orders.find()", ["pymongo.MongoClient:3"]),
        ("from pymongo import MongoClient\nshop = MongoClient(connect=False).shop", []),
        ("import pymongo\ndef client():\n    return pymongo.MongoClient()", []),
        ("import pymongo\nmake = lambda: pymongo.MongoClient()", []),
        ("import pymongo\nif __name__ == '__main__':\n    pymongo.MongoClient()", []),
        ("import pymongo\nclass Shop:\n    client = pymongo.MongoClient()", ["pymongo.MongoClient:4"]),
        ("import grpc\ntry:\n    c = grpc.insecure_channel('a:1')\nexcept OSError: pass", ["grpc.insecure_channel:4"]),
        ("from shop.clients import MongoClient\nclient = MongoClient()", []),
        ("def MongoClient(): pass\nclient = MongoClient()", []),
        ("import torch\ntorch.cuda.set_device(0)", ["torch.cuda.set_device:3"]),
        ("import torch\nhas = torch.cuda.is_available()", []),
    ],
)
def test_calls_at_the_top_of_a_tasks_module(text: str, expected: list[str], tmp_path: Path) -> None:
    assert made(tmp_path, text).get() == expected


def test_what_is_created_anew_in_each_process_leaves_it_open(tmp_path: Path) -> None:
    connected = "from celery.signals import worker_process_init\n\n@worker_process_init.connect\ndef f(**_): pass\n"
    found = made(tmp_path, "import pymongo\nclient = pymongo.MongoClient()", **{"shop/start.py": connected})
    assert found.reason == "shop/start.py may create it again in each process"


def test_processes_that_begin_anew_import_for_themselves(tmp_path: Path) -> None:
    spawned = {"Procfile": "worker: celery -A shop worker --pool-start-method=spawn\n"}
    assert made(tmp_path, "import pymongo\nclient = pymongo.MongoClient()", **spawned).get() == []


def test_a_module_that_is_no_python_says_nothing(tmp_path: Path) -> None:
    assert made(tmp_path, "import pymongo\nclient = pymongo.MongoClient(").get() == []
