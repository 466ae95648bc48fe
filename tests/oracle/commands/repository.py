"""A small repository whose manifest starts several workers of one or two apps."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from typing import Any

import yaml

from oracle.commands.words import option_words, trailing_words, variables
from oracle.draw import Draw

SERVICES = 8
FAULTS = 4  # percent of the values that Celery may refuse
_TASKS = "from proj.celery import app\n\n\n@app.task\ndef mail():\n    pass\n"


@dataclass(frozen=True)
class Started:
    """One service: its name, its command, its environment."""

    name: str
    words: list[str]
    env: dict[str, str] = field(default_factory=dict)


def commands_program(draw: Draw, version: str) -> tuple[dict[str, str], list[Started]]:
    """The files of a repository, and the workers that its manifest starts."""
    files = {"proj/__init__.py": draw.pick(("", "from proj.celery import app\n")), "proj/celery.py": _app(draw, "proj")}
    files["proj/tasks.py"] = _TASKS
    files["other.py"] = _app(draw, "other")
    files["celeryconfig_other.py"] = f"worker_concurrency = {draw.number(11, 19)}\ntask_default_queue = 'configured'\n"
    files["requirements.txt"] = f"celery=={version}\n"
    started = [_service(draw, number) for number in range(SERVICES)]
    files |= _manifests(draw, started)
    return files, started


def _app(draw: Draw, name: str) -> str:
    """The module of an app, which sets some of what a command line may set too."""
    arguments = [repr(name)]
    if draw.chance(50):
        arguments.append(f"broker={draw.pick(('redis://code/0', 'amqp://code//', 'memory://', 'pyamqp://code'))!r}")
    if draw.chance(20):
        arguments.append("backend='redis://code/1'")
    lines = ["import os", "from celery import Celery", "from kombu import Exchange, Queue", ""]
    lines.append(f"app = Celery({', '.join(arguments)})")
    for text in draw.some(_CONFIGURED, 0, 6):
        lines.append(f"app.conf.{text}")
    return "\n".join(lines) + "\n"


_CONFIGURED = """
worker_concurrency = 7
worker_concurrency = int(os.environ.get('SLOTS', '6'))
worker_concurrency = 0
worker_prefetch_multiplier = 2
worker_prefetch_multiplier = 0
worker_pool = 'threads'
worker_pool = 'solo'
worker_pool = 'celery.concurrency.thread:TaskPool'
task_time_limit = 100
task_soft_time_limit = 90.5
worker_max_tasks_per_child = 50
worker_max_memory_per_child = 200_000
worker_disable_prefetch = True
worker_send_task_events = True
beat_scheduler = 'redbeat.RedBeatScheduler'
worker_state_db = '/var/state'
task_default_queue = 'mail'
task_create_missing_queues = False
broker_url = 'redis://configured/3'
task_queues = [Queue('high'), Queue('low', routing_key='low')]
task_queues = (Queue('mail', Exchange('mail')),)
task_queues = {'a': {'exchange': 'a'}, 'b': {'routing_key': 'b'}}
task_queues = [Queue('celery'), Queue('a')]
""".strip().split("\n")


def _service(draw: Draw, number: int) -> Started:
    env = variables(draw, FAULTS)
    front = _application(draw, env) + _globals(draw, env)
    if draw.chance(15):
        env["SLOTS"] = str(draw.number(1, 30))
    words = ["celery", *front, "worker", *option_words(draw, FAULTS), *trailing_words(draw)]
    return Started(f"worker{number}", words, env)


def _application(draw: Draw, env: dict[str, str]) -> list[str]:
    """`-A`, or the variables that stand for it, or both."""
    name = draw.pick(("proj",) * 4 + ("proj.celery", "proj.celery:app", "other", "other:app", "other.app", "nowhere"))
    if draw.chance(10):
        env[draw.pick(("APP", "CELERY_APP"))] = name
        if draw.chance(40):
            env[draw.pick(("APP", "CELERY_APP"))] = draw.pick(("proj", "other", ""))
        return [] if draw.chance(70) else ["-A", "proj"]
    return draw.pick((["-A", name], ["-A", name], [f"--app={name}"], [f"-A{name}"], ["--app", name]))


def _globals(draw: Draw, env: dict[str, str]) -> list[str]:
    """Options in front of the sub-command, and their variables."""
    words: list[str] = []
    if draw.chance(12):
        url = draw.pick(("redis://line/5", "amqp://line//", "memory://"))
        words += draw.pick((["-b", url], [f"--broker={url}"], ["--result-backend", url], [f"-b{url}"]))
    if draw.chance(5):
        words.append("--config=celeryconfig_other")
    if draw.chance(5):
        words += draw.pick((["-q"], ["-C"], ["--no-color", "--quiet"], ["--skip-checks"], ["-Cq"]))
    if draw.chance(15):
        names = ("BROKER_URL", "CELERY_BROKER_URL", "CELERY_BROKER", "RESULT_BACKEND", "CELERY_RESULT_BACKEND")
        env[draw.pick(names)] = draw.pick(("redis://variable/6", "amqp://variable//", ""))
    if draw.chance(4):
        env[draw.pick(("CONFIG_MODULE", "CELERY_CONFIG_MODULE", "CELERY_CONFIG"))] = "celeryconfig_other"
    return words


def _manifests(draw: Draw, started: list[Started]) -> dict[str, str]:
    """Compose services and Kubernetes deployments."""
    files: dict[str, str] = {}
    services: dict[str, Any] = {}
    for each in started:
        if draw.chance(30):
            files[f"deploy/{each.name}.yaml"] = yaml.safe_dump(_deployment(draw, each), sort_keys=False)
            continue
        service: dict[str, Any] = {"image": "shop"}
        service["command"] = each.words if draw.chance(60) else shlex.join(each.words)
        if each.env:
            listed = [f"{name}={text}" for name, text in each.env.items()]
            service["environment"] = each.env if draw.chance(60) else listed
        services[each.name] = service
    if services:
        files["docker-compose.yml"] = yaml.safe_dump({"services": services}, sort_keys=False)
    return files


def _deployment(draw: Draw, each: Started) -> dict[str, Any]:
    cut = draw.pick((0, 1, len(each.words)))  # words in `command`; the others are `args`
    container: dict[str, Any] = {"name": "worker", "image": "shop"}
    container |= {"command": each.words[:cut] or each.words}
    if cut and each.words[cut:]:
        container["args"] = each.words[cut:]
    if each.env:
        container["env"] = [{"name": name, "value": text} for name, text in each.env.items()]
    spec = {"selector": {}, "template": {"spec": {"containers": [container]}}}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": each.name}, "spec": spec}
