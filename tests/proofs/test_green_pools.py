"""When a worker on gevent has a standard library that works with it."""

from __future__ import annotations

import sys
from collections.abc import Callable

from proofs.versions import CELERY, GEVENT, REDIS
from proofs.workshop import Started, Workshop

Proves = Callable[[str, str], None]

GREEN = """
app = Celery("proof", broker=os.environ["BROKER"])
app.conf.update(task_default_queue={queue!r}, {settings})


@app.task
def build(seconds):
    time.sleep(seconds)
    note("ends")


if __name__ == "__main__":
    app.worker_main(["worker", "-P", "gevent", "-c10", "-linfo", "--without-gossip", "--without-mingle"])
"""
ENOUGH = 5.0  # seconds: ten times what each of the tasks takes, which run side by side


def _ended(shop: Workshop, queue: str, start: Callable[[], Started], settings: str = "", works: bool = False) -> int:
    """How many of ten tasks of half a second came to their end: all of a worker that works, however slow it is."""
    shop.app(GREEN.format(queue=queue, settings=settings))
    worker = start()
    worker.waits_for(" ready.")
    for _ in range(10):
        shop.send("build", 0.5, queue=queue)
    if works:
        shop.happens("ends", 10)
    else:
        worker.stays(ENOUGH)
    worker.kill()
    return len(shop.noted("ends"))


def test_a_green_pool_needs_the_words_on_the_command_line(redis_shop: Workshop, proves: Proves) -> None:
    celery = ("worker", "-c10", "-linfo", "--without-gossip", "--without-mingle")
    flag = _ended(redis_shop, "flag", lambda: redis_shop.celery(*celery, "-P", "gevent"), works=True)
    setting = _ended(redis_shop, "setting", lambda: redis_shop.celery(*celery), "worker_pool='gevent'")
    joined = _ended(redis_shop, "joined", lambda: redis_shop.celery(*celery, "-Pgevent"))
    code = _ended(redis_shop, "code", lambda: redis_shop.start([sys.executable, "proof.py"]))
    assert flag == 10 and max(setting, joined, code) == 0
    proves(
        "gevent-pool-in-config",
        f"{CELERY}, {GEVENT}, {REDIS}: of ten tasks of 0.5 s, {flag} were done with `-P gevent`; after 5 s {setting} "
        f"were with `worker_pool = 'gevent'`, {joined} with `-Pgevent`.",
    )
    proves(
        "unpatched-wrapper-entry",
        f"{CELERY}, {GEVENT}, {REDIS}: of ten tasks of 0.5 s, {code} were done after 5 s by a worker that "
        f"`app.worker_main` started with `-P gevent`, {flag} by `celery worker -P gevent`.",
    )


COMPUTES = """
app = Celery("proof", broker=os.environ["BROKER"])
app.conf.update(task_default_queue={queue!r}, worker_enable_remote_control=True)


@app.task
def build(seconds):
    note("begins")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass
    note("ends")


@app.task
def waits():
    note("waits")
"""


def test_what_computes_stops_everything_else(redis_shop: Workshop, proves: Proves) -> None:
    first = {pool: _first_to_end(redis_shop, pool) for pool in ("gevent", "prefork")}
    assert first == {"gevent": "ends", "prefork": "waits"}
    proves(
        "cpu-bound-on-green-pool",
        f"{CELERY}, {GEVENT}, {REDIS}: two tasks at a time, one of which computes for 6 s: the other one, sent "
        f"meanwhile, ran after its end on gevent, and before it on prefork.",
    )


def _first_to_end(shop: Workshop, pool: str) -> str:
    shop.app(COMPUTES.format(queue=f"computes-{pool}"))
    worker = shop.celery("worker", "-P", pool, "-c2", "-linfo", "--without-gossip", "--without-mingle")
    worker.waits_for(" ready.")
    shop.send("build", 6, queue=f"computes-{pool}")
    shop.happens("begins")
    shop.send("waits", queue=f"computes-{pool}")
    shop.happens("waits")
    shop.happens("ends")
    worker.kill()
    return next(each.event for each in shop.noted() if each.event != "begins")
