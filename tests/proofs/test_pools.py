"""What each pool keeps of the limits that it is given."""

from __future__ import annotations

from collections.abc import Callable

from proofs.versions import CELERY, REDIS
from proofs.workshop import Workshop

Proves = Callable[[str, str], None]

SLOW = """
app = Celery("proof", broker=os.environ["BROKER"])
app.conf.update(task_default_queue={queue!r})


@app.task
def build(seconds):
    note("begins")
    time.sleep(seconds)
    note("ends")
"""


def test_only_prefork_stops_a_task_at_its_limit(redis_shop: Workshop, proves: Proves) -> None:
    ended = {pool: _ended_beyond_the_limit(redis_shop, pool) for pool in ("threads", "solo", "prefork")}
    assert ended == {"threads": 1, "solo": 1, "prefork": 0}
    proves(
        "pool-ignores-time-limit",
        f"{CELERY}, {REDIS}: a task of 3 s with a limit of 1 s came to its end {ended['threads']} time on threads, "
        f"{ended['solo']} time on solo, {ended['prefork']} times on prefork.",
    )


def _ended_beyond_the_limit(shop: Workshop, pool: str) -> int:
    shop.app(SLOW.format(queue=f"limit-{pool}"))
    worker = shop.worker("-c1", f"-P{pool}", "--time-limit=1")
    shop.send("build", 3, queue=f"limit-{pool}")
    if pool == "prefork":
        worker.waits_for("TimeLimitExceeded")
    else:
        shop.happens("ends")
    worker.kill()
    return len(shop.noted("ends"))


def test_only_prefork_replaces_its_processes(redis_shop: Workshop, proves: Proves) -> None:
    used = {pool: _processes(redis_shop, pool) for pool in ("threads", "solo", "prefork")}
    assert used == {"threads": 1, "solo": 1, "prefork": 4}
    proves(
        "pool-ignores-child-recycling",
        f"{CELERY}, {REDIS}: four tasks with `--max-tasks-per-child=1` ran in {used['threads']} process on threads, "
        f"{used['solo']} on solo, {used['prefork']} on prefork.",
    )


def _processes(shop: Workshop, pool: str) -> int:
    shop.app(SLOW.format(queue=f"child-{pool}"))
    worker = shop.worker("-c1", f"-P{pool}", "--max-tasks-per-child=1")
    for _ in range(4):
        shop.send("build", 0, queue=f"child-{pool}")
    shop.happens("ends", 4)
    worker.kill()
    return len({each.pid for each in shop.noted("ends")})


LIMITED = """
from celery.exceptions import SoftTimeLimitExceeded

app = Celery("proof", broker=os.environ["BROKER"])


@app.task
def build():
    try:
        time.sleep(60)
    except SoftTimeLimitExceeded:
        time.sleep(0.2)
        note("cleans_up")
"""


def test_a_soft_limit_behind_the_hard_one_never_cleans_up(redis_shop: Workshop, proves: Proves) -> None:
    redis_shop.app(LIMITED)
    worker = redis_shop.worker("-c1")
    redis_shop.send("build", soft_time_limit=2, time_limit=1)
    worker.waits_for("Hard time limit (1")
    assert not redis_shop.noted("cleans_up")
    redis_shop.send("build", soft_time_limit=1, time_limit=40)
    redis_shop.happens("cleans_up")
    worker.kill()
    proves(
        "soft-limit-not-below-hard",
        f"{CELERY}, {REDIS}: with a soft limit of 2 s and a hard one of 1 s a task was killed and its handler never "
        f"ran; with a soft limit of 1 s and a hard one of 40 s it ran.",
    )


DRAINED = """
import queue, threading

app = Celery("proof", broker=os.environ["BROKER"])
app.conf.update(task_default_queue={queue!r})
lines = queue.Queue()


def drain():
    while True:
        note("drained", lines.get())


threading.Thread(target=drain, daemon=True).start()


@app.task
def build(text):
    lines.put(text)
    time.sleep(1)
    note("ends")
"""


def test_a_thread_of_the_module_is_gone_after_the_fork(redis_shop: Workshop, proves: Proves) -> None:
    drained = {pool: _drained(redis_shop, pool) for pool in ("prefork", "threads")}
    assert drained == {"prefork": 0, "threads": 1}
    proves(
        "fork-unsafe-init",
        f"{CELERY}, {REDIS}: a task put a line into a queue that a thread, started while the module was imported, "
        f"drains: it was drained {drained['prefork']} times on prefork, {drained['threads']} time on threads.",
    )


def _drained(shop: Workshop, pool: str) -> int:
    shop.app(DRAINED.format(queue=f"drain-{pool}"))
    worker = shop.worker("-c1", f"-P{pool}")
    shop.send("build", "line", queue=f"drain-{pool}")
    shop.happens("ends" if pool == "prefork" else "drained")
    worker.kill()
    return len(shop.noted("drained"))
