"""What a task does in the project's own functions: followed by names that are certain, and no farther."""

from __future__ import annotations

from pathlib import Path

import pytest

from celerylint.configuration import Configuration
from celerylint.model import Task
from celerylint.session import model

APP = 'from celery import Celery\n\napp = Celery("shop", broker="amqp://rabbitmq//", include=["shop.tasks"])\n'


def task_of(root: Path, **files: str) -> Task:
    """The task `shop.tasks.work` of a package with these modules."""
    for name, text in {"__init__": "", "celery": APP, **files}.items():
        path = root / "shop" / f"{name.replace('__of__', '/')}.py"
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text)
    tasks = model(root, Configuration()).project.tasks
    return next(task for task in tasks if task.name == "shop.tasks.work")


def task(body: str, before: str = "") -> str:
    return f"from shop.celery import app\n{before}\n\n@app.task\ndef work(url):\n    {body}\n"


FETCH = "import requests\n\n\ndef fetch(url):\n    return requests.get(url)\n"


def ways(task: Task) -> list[list[str]]:
    return [[*(hop.name for hop in call.through), call.name] for call in task.endless_calls]


@pytest.mark.parametrize(
    ("body", "before", "files", "hops"),
    [
        ("fetch(url)", "from shop.net import fetch", {"net": FETCH}, ["fetch(…)"]),
        ("net.fetch(url)", "from shop import net", {"net": FETCH}, ["net.fetch(…)"]),
        ("fetch(url)", "from .net import fetch", {"net": FETCH}, ["fetch(…)"]),
        (
            "fetch(url)",
            "from shop.names import fetch",
            {"net": FETCH, "names": "from .net import fetch\n"},
            ["fetch(…)"],
        ),
        ("fetch(url)", FETCH, {}, ["fetch(…)"]),
        (
            "Client().load(url)",
            "from shop.net import Client",
            {
                "net": "import requests\n\n\nclass Client:\n    def load(self, url):\n        return self.get(url)\n\n"
                "    def get(self, url):\n        return requests.get(url)\n"
            },
            ["Client().load(…)", "self.get(…)"],
        ),
        (
            "client = Client(url)\n    client.get(url)",
            "from shop.net import Client",
            {
                "net": "import requests\n\n\nclass Base:\n    def get(self, url):\n        return requests.get(url)\n"
                "\n\nclass Client(Base):\n    pass\n"
            },
            ["client.get(…)"],
        ),
        (
            "Client(url)",
            "from shop.net import Client",
            {"net": "import requests\n\n\nclass Client:\n    def __init__(self, url):\n        requests.get(url)\n"},
            ["Client(…)"],
        ),
    ],
)
def test_calls_are_followed_by_name(
    tmp_path: Path, body: str, before: str, files: dict[str, str], hops: list[str]
) -> None:
    assert ways(task_of(tmp_path, tasks=task(body, before), **files)) == [[*hops, "requests.get"]]


@pytest.mark.parametrize(
    ("body", "before", "net"),
    [
        # Nothing says what these are.
        ("client.fetch(url)", "from other import client", FETCH),
        ("url.fetch(url)", "from shop import net", FETCH),
        ("fetch = url.fetch\n    fetch(url)", "from shop.net import fetch", FETCH),
        # The name may mean something else.
        ("fetch(url)", "from shop.net import fetch", f"{FETCH}\n\nif DEBUG:\n    fetch = print\n"),
        (
            "fetch(url)",
            "from shop.net import fetch",
            "from other import wrapped\n" + FETCH.replace("def", "@wrapped()\ndef"),
        ),
        # A class of others may have the method itself.
        (
            "Client().fetch(url)",
            "from shop.net import Client",
            "import requests\nfrom other import Base\n\n\nclass Mine:\n    def fetch(self, url):\n"
            "        requests.get(url)\n\n\nclass Client(Base, Mine):\n    pass\n",
        ),
        # A call makes a generator or a coroutine, and runs nothing.
        (
            "fetch(url)",
            "from shop.net import fetch",
            "import requests\n\n\ndef fetch(url):\n    yield requests.get(url)\n",
        ),
        ("fetch(url)", "from shop.net import fetch", FETCH.replace("def fetch", "async def fetch")),
        # It is sent or handed over, not called.
        (
            "fetch.delay(url)",
            "from shop.net import fetch",
            "from shop.celery import app\n" + FETCH.replace("def", "@app.task\ndef"),
        ),
        ("print(fetch)", "from shop.net import fetch", FETCH),
        # Broken files end the way.
        ("fetch(url)", "from shop.net import fetch", f"{FETCH}\n\ndef fetch(:\n"),
    ],
)
def test_nothing_is_followed_by_spelling_alone(tmp_path: Path, body: str, before: str, net: str) -> None:
    assert ways(task_of(tmp_path, tasks=task(body, before), net=net)) == []


def test_circles_end_and_what_lies_too_deep_is_left(tmp_path: Path) -> None:
    steps = "".join(f"\n\ndef step{n}(url):\n    step{n + 1}(url)\n    step{n - 1}(url)\n" for n in range(1, 9))
    net = f"import requests\n\n\ndef step0(url):\n    step1(url)\n{steps}\n\ndef step9(url):\n    requests.get(url)\n"
    tasks = "from shop.celery import app\nfrom shop.net import step{}\n\n\n@app.task\ndef work(url):\n    step{}(url)\n"
    near, far = tmp_path / "near", tmp_path / "far"
    assert [len(way) for way in ways(task_of(near, tasks=tasks.format(6, 6), net=net))] == [5]
    assert ways(task_of(far, tasks=tasks.format(1, 1), net=net)) == []


def test_the_load_is_told_by_what_certainly_runs(tmp_path: Path) -> None:
    compute = "import numpy\n\n\ndef compute(rows):\n    {}return numpy.linalg.svd(rows)\n"
    found = {}
    for name, text in {
        "always": compute.format(""),
        "perhaps": compute.format("if rows: "),
        "both": f"import requests\n{compute.format('')}\n\ndef again(rows):\n    compute(rows)\n    "
        "if rows:\n        requests.get(rows)\n",
    }.items():
        called = "again" if name == "both" else "compute"
        found[name] = task_of(
            tmp_path / name, tasks=task(f"{called}(url)", f"from shop.maths import {called}"), maths=text
        ).load
    assert found["always"].value == "cpu"
    assert [(span.path, span.line) for span in found["always"].origin.places()] == [
        ("shop/maths.py", 5),
        ("shop/tasks.py", 6),
    ]
    assert found["perhaps"].reason == "a condition decides whether it calls numpy.linalg.svd"
    assert found["both"].value == "mixed"


def test_a_long_sleep_behind_a_task_tells_how_long_it_runs_and_a_short_one_does_not(tmp_path: Path) -> None:
    for seconds, run in ((5, None), (600, 600)):
        pause = f"import time\n\n\ndef pause():\n    time.sleep({seconds})\n"
        found = task_of(tmp_path / str(seconds), tasks=task("pause()", "from shop.net import pause"), net=pause)
        assert found.longest_run.otherwise("?") == run


def test_a_wait_behind_a_task_counts_where_nothing_decides_about_it(tmp_path: Path) -> None:
    ask = "from shop.prices import price\n\n\ndef ask(item, wait=False):\n    sent = price.delay(item)\n{}"
    prices = "from shop.celery import app\n\n\n@app.task\ndef price(item):\n    return 10\n"
    app = APP.replace('"shop.tasks"', '"shop.tasks", "shop.prices"').replace(
        "rabbitmq//", 'rabbitmq//", backend="rpc://'
    )
    for name, rest, lines in (
        ("always", "    return sent.get()\n", [("shop/net.py", 6)]),
        ("branch", "    return sent.get() if wait else sent\n", []),
        ("exit", "    if not wait:\n        return sent\n    return sent.get()\n", []),
    ):
        net, tasks = ask.format(rest), task("ask(url)", "from shop.net import ask")
        found = task_of(tmp_path / name, tasks=tasks, net=net, prices=prices, celery=app)
        assert [(call.span.path, call.span.line) for call in found.waits] == lines
