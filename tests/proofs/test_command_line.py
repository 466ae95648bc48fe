"""What Celery makes of a worker's command line."""

from __future__ import annotations

import os
from collections.abc import Callable

from proofs.versions import CELERY, REDIS
from proofs.workshop import PATIENCE, Workshop

Proves = Callable[[str, str], None]

TELLING = """
from celery.signals import worker_ready

app = Celery("proof", broker=os.environ["BROKER"])
app.conf.update({settings})


@worker_ready.connect
def tell(sender, **_):
    pool = type(sender.pool).__module__.rpartition(".")[2]
    note("ready", pool, sender.pool.num_processes, sender.initial_prefetch_count)


@app.task
def build(seconds):
    note("begins")
    time.sleep(seconds)
    note("ends")
"""


def _ready(shop: Workshop, settings: str, *words: str) -> tuple[str, ...]:
    """The pool, its processes, and the prefetch count of a worker that is ready."""
    shop.app(TELLING.format(settings=settings))
    worker = shop.worker(*words)
    told = shop.happens("ready")[0].words
    worker.kill()
    return told


def test_prefork_on_the_command_line_gives_way_to_the_setting(redis_shop: Workshop, proves: Proves) -> None:
    pools = {flag: _ready(redis_shop, "worker_pool='threads'", "-P", flag, "-c1")[0] for flag in ("prefork", "solo")}
    assert pools == {"prefork": "thread", "solo": "solo"}
    proves(
        "pool-flag-cannot-override",
        f"{CELERY}: with `worker_pool = 'threads'`, `-P prefork` ran the pool of {pools['prefork']}s, "
        f"`-P solo` the {pools['solo']} pool.",
    )


def test_a_zero_on_the_command_line_is_nothing(redis_shop: Workshop, proves: Proves) -> None:
    flag = _ready(redis_shop, "", "-c1", "--prefetch-multiplier=0")[2]
    setting = _ready(redis_shop, "worker_prefetch_multiplier=0", "-c1")[2]
    assert (flag, setting) == ("4", "0")
    proves(
        "cli-zero-ignored",
        f"{CELERY}: one process with `--prefetch-multiplier 0` had a prefetch count of {flag}, "
        f"with `worker_prefetch_multiplier = 0` one of {setting}, which is no limit.",
    )


def test_autoscale_wins_over_concurrency(redis_shop: Workshop, proves: Proves) -> None:
    _, processes, prefetch = _ready(redis_shop, "", "-c3", "--autoscale=2,1")
    assert (processes, prefetch) == ("1", "8")
    proves(
        "autoscale-and-concurrency",
        f"{CELERY}: `-c 3 --autoscale=2,1` started {processes} process and a prefetch count of {prefetch}.",
    )


def test_a_solo_pool_reserves_for_processes_that_it_does_not_have(redis_shop: Workshop, proves: Proves) -> None:
    prefetch = {words: _ready(redis_shop, "", "-Psolo", *words)[2] for words in (("-c8",), ("-c1",))}
    assert prefetch == {("-c8",): "32", ("-c1",): "4"}
    proves(
        "solo-concurrency-ignored",
        f"{CELERY}: a solo pool with `-c 8` had a prefetch count of {prefetch[('-c8',)]}, "
        f"with `-c 1` one of {prefetch[('-c1',)]}.",
    )


def test_threads_cannot_grow(redis_shop: Workshop, proves: Proves) -> None:
    redis_shop.app(TELLING.format(settings="task_default_queue='grow'"))
    worker = redis_shop.worker("-Pthreads", "--autoscale=3,1")
    for _ in range(3):
        redis_shop.send("build", 0.2, queue="grow")
    status = worker.process.wait(PATIENCE)
    assert "has no attribute 'grow'" in worker.output
    fixed = redis_shop.worker("-Pthreads", "-c3")
    for _ in range(3):
        redis_shop.send("build", 0.2, queue="grow")
    redis_shop.happens("ends", 3)
    assert fixed.process.poll() is None
    fixed.kill()
    proves(
        "autoscale-threads-solo",
        f"{CELERY}, {REDIS}: a worker with `-P threads --autoscale=3,1` and three tasks ended with code {status} and "
        f"an AttributeError on `grow`; with `-c 3` it ran all of them.",
    )


def test_purge_empties_the_queue_at_every_start(redis_shop: Workshop, proves: Proves) -> None:
    ended = {words: _ended_after_start(redis_shop, *words) for words in ((), ("--purge",))}
    assert ended == {(): 3, ("--purge",): 0}
    proves(
        "purge-on-start",
        f"{CELERY}, {REDIS}: of three messages that waited in the queue, a worker ran {ended[()]}, "
        f"one with `--purge` {ended[('--purge',)]}.",
    )


def _ended_after_start(shop: Workshop, *words: str) -> int:
    shop.app(TELLING.format(settings="task_default_queue='waiting'"))
    for _ in range(3):
        shop.send("build", 0, queue="waiting")
    worker = shop.worker("-c1", *words)
    shop.happens("ready")
    shop.send("build", 0, queue="waiting")
    shop.happens("ends", 1 if words else 4)
    worker.kill()
    return len(shop.noted("ends")) - 1


def test_a_pidfile_with_the_number_of_another_process_keeps_a_worker_from_starting(
    redis_shop: Workshop, proves: Proves
) -> None:
    redis_shop.app(TELLING.format(settings=""))
    file = redis_shop.folder / "worker.pid"
    file.write_text(f"{os.getpid()}\n")
    refused = redis_shop.celery("worker", "-c1", f"--pidfile={file}")
    status = refused.process.wait(PATIENCE)
    assert "already exists" in refused.output
    file.unlink()
    worker = redis_shop.worker("-c1", f"--pidfile={file}")
    worker.kill()
    again = redis_shop.worker("-c1", f"--pidfile={file}")
    again.kill()
    proves(
        "pidfile-in-container",
        f"{CELERY}: a worker whose pidfile held the number of a living process ended with code {status}; where that "
        f"process was dead, it started.",
    )
