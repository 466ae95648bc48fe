"""Routers that are called say what they say to Celery's own router, or what they say is unknown."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from linked import written

from celerylint.session import model

NAMES = ("shop.tasks.mail", "shop.tasks.report", "feeds.fetch", "video.scale", "add")
HEAD = "import re\nfrom celery import Celery\n\napp = Celery('shop', broker='memory://')\n"
ROUTER = "def route(name, args, kwargs, options, task=None, **kw):\n"

BODIES = {
    "a name": "return 'low'",
    "a mapping": "return {'queue': 'low'}",
    "nothing": "return None",
    "no answer": "pass",
    "an empty answer": "return {}",
    "equal": "if name == 'add':\n        return 'low'",
    "one of several": "if name in ('add', 'feeds.fetch'):\n        return {'queue': 'low'}\n    return None",
    "a part": "if 'tasks' in name:\n        return 'low'\n    else:\n        return 'high'",
    "a beginning": "return {'queue': 'low'} if name.startswith('shop.') else None",
    "beginnings": "if name.startswith(('shop.', 'video')):\n        return {'queue': 'low', 'priority': 3}",
    "an end": "if not name.endswith('.report') and name != 'add':\n        return 'low'",
    "its first word": "return name.split('.')[0]",
    "its package": "return {'queue': name.rsplit('.', 1)[0]}",
    "a look-up": "queue = {'shop': 'low', 'feeds': 'high'}.get(name.partition('.')[0])\n"
    "    return {'queue': queue} if queue else None",
    "a loop": "for start, queue in (('shop.tasks.', 'low'), ('shop.', 'high')):\n"
    "        if name.startswith(start):\n            return {'queue': queue}",
    "its own text": "return f'queue-{name}'",
    "a pattern": "if re.match(r'(shop|video)\\.', name):\n        return 'low'",
    "a pattern anywhere": "return 'low' if re.search(r'sca+le$', name) else None",
    "a whole pattern": "return 'low' if re.fullmatch('ADD', name, re.I) is not None else None",
    "a group": "found = re.match(r'(?P<first>\\w+)\\.(\\w+)', name)\n"
    "    return {'queue': found.group('first') + found.group(2)} if found else None",
    "a compiled pattern": "return 'low' if COMPILED.match(name) else 'high'",
    "groups": "return (re.match(r'(\\w+)\\.(\\w+)', name) or re.match('(.)(.)', name)).groups()[1]",
}


def router(body: str) -> str:
    return f"COMPILED = re.compile(r'shop\\.')\n\n\n{ROUTER}    {body}\n\n\napp.conf.task_routes = (route,)\n"


OTHERS = {
    "a lambda": "app.conf.task_routes = [lambda name, *args, **kw: 'low' if name == 'add' else None]\n",
    "a class": "class Router:\n    def route_for_task(self, task, args=None, kwargs=None):\n"
    "        return 'low' if task == 'add' else None\n\n\napp.conf.task_routes = [Router()]\n",
    "a class that is called": "class Router:\n    def __init__(self, queue):\n        self.queue = queue\n\n"
    "    def __call__(self, name, *args, **kwargs):\n        return {'queue': self.queue}\n\n\n"
    "app.conf.task_routes = Router('low')\n",
    "a dotted name": "app.conf.task_routes = ['routers.route']\n",
    "a dotted class": "app.conf.task_routes = 'routers:Router'\n",
    "one behind another": "from routers import route\n\n\napp.conf.task_routes = (route, {'*': 'high'})\n",
    "one in front": "from routers import route\n\n\napp.conf.task_routes = ({'shop.*': 'high'}, route)\n",
    "partly given": "from functools import partial\n\n\ndef route(queue, name, *args, **kw):\n    return queue\n\n\n"
    "app.conf.task_routes = [partial(route, 'low')]\n",
    "made by a function": "def to(queue):\n    def route(name, *args, **kwargs):\n        return {'queue': queue}\n\n"
    "    return route\n\n\napp.conf.task_routes = [to('low')]\n",
}
ROUTERS = """
QUEUES = {"feeds.fetch": "low"}


def route(name, args, kwargs, options, task=None, **kw):
    return {"queue": QUEUES[name]} if name in QUEUES else None


class Router:
    prefix = "shop."

    def route_for_task(self, task, args=None, kwargs=None):
        if task.startswith(self.prefix):
            return {"queue": "low"}
"""

UNKNOWN = {
    "arguments": "return 'low' if args else None",
    "keywords": "return {'queue': kwargs.get('queue', 'low')}",
    "options": "if options.get('priority', 0) > 5:\n        return 'high'\n    return 'low'",
    "the task": "return {'queue': task.queue}",
    "chance": "import random\n    return random.choice(['low', 'high'])",
    "one dictionary for all": "return SHARED",
    "one dictionary for each": "return EACH.get(name, SHARED)",
    "a count": "global COUNT\n    COUNT += 1\n    return f'queue{COUNT % 2}'",
    "a counter": "return {'queue': f'queue{next(TURNS)}'}",
    "another module": "from elsewhere import choose\n    return choose(name)",
    "a list": "return [('queue', 'low')]",
    "an exception": "raise ValueError(name)",
}
SHARED = "from itertools import cycle\nTURNS = cycle([1, 2])\nCOUNT = 0\nSHARED = {'queue': 'low'}\n"
SHARED += f"EACH = {{name: {{'queue': name}} for name in {NAMES!r}}}\n"


def program(text: str) -> str:
    tasks = (f"\n\n@app.task(name={name!r})\ndef task_{index}(): ...\n" for index, name in enumerate(NAMES))
    return f"{HEAD}\n\n{text}{''.join(tasks)}"


def ours(root: Path, text: str) -> dict[str, str | None]:
    tree = written(root, {"shop.py": program(text), "routers.py": ROUTERS})
    return {task.name: task.queue.otherwise(None) for task in model(tree).project.tasks}


def theirs(text: str) -> dict[str, str]:
    space: dict[str, Any] = {"__name__": "shop"}
    sys.modules["routers"] = module = type(sys)("routers")
    exec(ROUTERS, module.__dict__)
    try:
        exec(program(text), space)
        router = space["app"].amqp.router
        found = {name: router.route({}, name).get("queue") for name in NAMES}
        default = import_module("celery.app.defaults").NAMESPACES["task"]["default_queue"].default
        return {name: queue.name if queue is not None else default for name, queue in found.items()}
    finally:
        del sys.modules["routers"]


@pytest.mark.parametrize(
    "text",
    [
        *(pytest.param(router(body), id=name) for name, body in BODIES.items()),
        *(pytest.param(text, id=name) for name, text in OTHERS.items()),
    ],
)
def test_a_router_is_followed(text: str, tmp_path: Path) -> None:
    assert ours(tmp_path, text) == theirs(text)


@pytest.mark.parametrize("body", UNKNOWN.values(), ids=UNKNOWN)
def test_what_a_router_may_say_is_unknown(body: str, tmp_path: Path) -> None:
    assert ours(tmp_path, SHARED + router(body)) == dict.fromkeys(NAMES)


def test_celery_writes_a_calls_options_into_a_dictionary_that_a_router_keeps() -> None:
    space: dict[str, Any] = {"__name__": "shop"}
    exec(program(SHARED + router("return SHARED")), space)
    route = space["app"].amqp.router.route
    route({"queue": "high"}, "add")
    assert route({}, "video.scale")["queue"].name == "high"
