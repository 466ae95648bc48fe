"""Workers: Celery's own commands read whole command lines, and celerylint says the same of each worker, or Unknown."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from celerylint.model import Worker
from celerylint.origin import Layer, Value, known
from celerylint.session import model
from oracle.asking import RealCelery
from oracle.case import Case
from oracle.commands import Started, commands_program
from oracle.commands.refusals import kept_apart
from oracle.draw import Draw
from oracle.judging import Tally
from oracle.worker_process import CPUS

CASES = int(os.environ.get("ORACLE_CASES") or 2000)
SERVICES = 8
MOST_UNKNOWN = 0.05


def repository(number: int, version: str) -> tuple[Case, list[Started]]:
    """The repository of that number, with the workers that it starts."""
    files, started = commands_program(Draw.numbered("workers", number), version)
    return Case(files), started


def judged(real: RealCelery, numbers: range, base: Path) -> Tally:
    """What celerylint says of the workers of these repositories beside what Celery says."""
    tally = Tally()
    bare = {"kind": "workers", "root": str(base), "env": {}, "commands": [_asked(["celery", "worker"])]}
    plain = _flat(real.ask(bare)["answer"][0])
    cases: dict[int, tuple[Path, list[Started]]] = {}

    def questions() -> Iterator[dict[str, Any]]:
        for number in numbers:
            case, started = repository(number, real.version)
            cases[number] = case.written(base / str(number)), started
            commands = [_asked(each.words, each.env) for each in started]
            yield {"kind": "workers", "root": str(base / str(number)), "env": {}, "commands": commands}

    for number, answer in zip(numbers, real.answers(questions()), strict=True):
        root, started = cases.pop(number)
        found = {worker.name: worker for worker in model(root).project.workers if worker.workload}
        for index, (each, theirs) in enumerate(zip(started, answer["answer"], strict=True)):
            _judge(tally, number * SERVICES + index, each, found.get(each.name), theirs, plain, real.version)
        shutil.rmtree(root)
    return tally


def _asked(words: list[str], env: Mapping[str, str] | None = None) -> dict[str, Any]:
    return {"words": words, "env": dict(env or {})}


def _judge(
    tally: Tally,
    number: int,
    each: Started,
    worker: Worker | None,
    theirs: Mapping[str, Any],
    plain: Mapping[str, Any],
    version: str,
) -> None:
    if "refused" in theirs:
        tally.refuse(theirs["error"])
        ours = values_of(worker) if worker else {}
        for name, says in kept_apart(each.words, theirs, ours, version).items():
            tally.wrong.setdefault(number, {})[name] = (says, theirs["error"])
        return
    if worker is None:
        tally.wrong[number] = {"worker": (None, "it is started")}
        return
    real = _flat(theirs)
    ours = values_of(worker)
    if real["concurrency"] == CPUS:  # what follows from the CPUs of a machine is nobody's to know
        ours = {
            name: value for name, value in ours.items() if value.known or name not in ("processes", "prefetch_count")
        }
    tally.judge(number, ours, real, plain)
    for name, says in kept_apart(each.words, theirs, ours, version).items():
        tally.wrong.setdefault(number, {})[name] = (says, "it is taken")


def _flat(theirs: Mapping[str, Any]) -> dict[str, Any]:
    """What Celery tells, by the names of the model; the settings by theirs."""
    told = dict(theirs["worker"])
    scaled = told["max_concurrency"] is not None
    pool = told["pool"].rpartition(":")[0].rpartition(".")[2]
    told["pool"] = "threads" if pool == "thread" else pool
    told["autoscale_max"] = told.pop("max_concurrency")
    told["autoscale_min"] = told.pop("min_concurrency") if scaled else None
    told["processes"] = 1 if pool == "solo" else (told["autoscale_max"] if scaled else told["concurrency"])
    told["transport"] = {"pyamqp": "amqp"}.get(told["transport"], told["transport"])
    told["embedded_beat"] = told.pop("beat")
    told["disable_prefetch"] = bool(told["disable_prefetch"])
    for name in ("task_events", "scheduler", "statedb"):
        del told[name]
    return {**told, **{f"conf.{name}": value for name, value in theirs["conf"].items()}}


def values_of(worker: Worker) -> dict[str, Value[Any]]:
    """What celerylint says, by the same names."""
    names = (
        *("pool", "autoscale_max", "autoscale_min", "processes", "prefetch_multiplier", "prefetch_count"),
        *("disable_prefetch", "time_limit", "soft_time_limit", "max_tasks_per_child", "max_memory_per_child"),
        *("embedded_beat",),
    )
    found: dict[str, Value[Any]] = {name: getattr(worker, name) for name in names}
    counted = worker.concurrency_from_cpus
    found["concurrency"] = known(CPUS, Layer.DEFAULT) if counted.value is True else worker.concurrency
    found["queues"] = worker.queues.map(sorted)
    found["transport"] = worker.broker.transport
    return {**found, **{f"conf.{name}": value for name, value in worker.settings.items()}}


def test_a_worker_is_what_celery_makes_of_its_command_or_unknown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with RealCelery() as real:
        tally = judged(real, range(CASES // SERVICES), tmp_path)
    with capsys.disabled():
        print(f"\nworkers of Celery {real.version}: {tally.summary()}")
    assert not tally.wrong
    assert tally.share < MOST_UNKNOWN
    assert tally.refused.total() < tally.cases * 0.35
