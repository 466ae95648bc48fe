"""What the processes of a worker need, and when Celery replaces them."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from proofs.versions import CELERY, REDIS
from proofs.workshop import Workshop, soon

Proves = Callable[[str, str], None]

APP = """
app = Celery("proof", broker=os.environ["BROKER"])
app.conf.update(task_default_queue={queue!r}, worker_prefetch_multiplier=1)
kept = []


@app.task
def build(mebibytes=0):
    kept.append(b"x" * (mebibytes * 1024 * 1024))
    note("ran")
    time.sleep(0.5 if mebibytes else 0)
"""
KIB_PER_MIB = 1024


def _children(pid: int) -> list[int]:
    """The processes that this one has started and that are still there."""
    found = []
    for each in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(each.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(each.parent.name))
    return found


def _share(pid: int) -> float:
    """What a process needs in MiB, where each page that several processes share counts for each in part."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("Pss:")).split()[1]) / KIB_PER_MIB


def test_eight_empty_processes_need_more_than_their_floor(redis_shop: Workshop, proves: Proves) -> None:
    redis_shop.app(APP.format(queue="floor"))
    needs = {}
    for processes in (8, 1):
        worker = redis_shop.worker(f"-c{processes}")
        family = [worker.process.pid, *_children(worker.process.pid)]
        assert len(family) == processes + 1
        needs[processes] = sum(map(_share, family))
        worker.kill()
    assert needs[1] < 128 < needs[8]
    proves(
        "pod-memory-overcommit",
        f"{CELERY}: a worker of an application that imports nothing, idle, needed {needs[8]:.0f} MiB with `-c 8` and "
        f"{needs[1]:.0f} MiB with `-c 1`: 128 MiB are too little for the one and enough for the other.",
    )


def test_a_limit_in_mebibytes_replaces_a_process_after_each_task(redis_shop: Workshop, proves: Proves) -> None:
    used = {}
    for limit in (512, 512 * KIB_PER_MIB):
        redis_shop.app(APP.format(queue=f"unit-{limit}"))
        worker = redis_shop.worker("-c1", f"--max-memory-per-child={limit}")
        for number in range(1, 5):
            redis_shop.send("build", queue=f"unit-{limit}")
            redis_shop.happens("ran", number)
        worker.kill()
        used[limit] = len({each.pid for each in redis_shop.noted("ran")})
    assert used == {512: 4, 512 * KIB_PER_MIB: 1}
    proves(
        "max-memory-unit-suspicious",
        f"{CELERY}, {REDIS}: four tasks ran in {used[512]} processes with `--max-memory-per-child=512`, in "
        f"{used[512 * KIB_PER_MIB]} with {512 * KIB_PER_MIB}.",
    )


def test_each_child_may_come_close_to_its_limit(redis_shop: Workshop, proves: Proves) -> None:
    limit, content = 150, 80  # MiB
    redis_shop.app(APP.format(queue="children"))
    worker = redis_shop.worker("-c2", f"--max-memory-per-child={limit * KIB_PER_MIB}")
    for _ in range(2):
        redis_shop.send("build", content, queue="children")
    redis_shop.happens("ran", 2)
    soon(lambda: worker.output.count("succeeded") == 2, 40, lambda: worker.output)
    used = {each.pid for each in redis_shop.noted("ran")}
    together = sum(map(_share, {worker.process.pid, *used}))
    assert len(used) == 2 and used <= set(_children(worker.process.pid)) and together > limit
    worker.kill()
    proves(
        "max-memory-times-concurrency-exceeds-pod",
        f"{CELERY}, {REDIS}: two processes with a limit of {limit} MiB each kept {content} MiB after a task; neither "
        f"was replaced, and the worker had {together:.0f} MiB together.",
    )


def test_without_a_number_there_is_a_process_for_each_cpu(redis_shop: Workshop, proves: Proves) -> None:
    redis_shop.app(APP.format(queue="cpus"))
    counts = {}
    for words in ((), ("-c3",)):
        worker = redis_shop.worker(*words)
        counts[words] = len(_children(worker.process.pid))
        worker.kill()
    assert counts == {(): os.cpu_count(), ("-c3",): 3}
    proves(
        "pod-concurrency-default-cpus",
        f"{CELERY}: on a machine of {os.cpu_count()} CPUs a worker without a concurrency started {counts[()]} "
        f"processes, with `-c 3` it started {counts['-c3',]}.",
    )
