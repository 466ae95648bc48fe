"""When a worker on gevent has a standard library that works with it."""

from __future__ import annotations

import sys
import time
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
ENOUGH = 5.0  # seconds for tasks that take half of one, side by side, once the worker is ready


def _ended(shop: Workshop, queue: str, start: Callable[[], Started], settings: str = "") -> int:
    """How many of ten tasks of half a second came to their end while another worker needed no more than that."""
    shop.app(GREEN.format(queue=queue, settings=settings))
    worker = start()
    worker.waits_for(" ready.")
    for _ in range(10):
        shop.send("build", 0.5, queue=queue)
    end = time.monotonic() + ENOUGH
    while time.monotonic() < end and len(shop.noted("ends")) < 10:
        time.sleep(0.1)
    worker.kill()
    return len(shop.noted("ends"))


def test_a_green_pool_needs_the_words_on_the_command_line(redis_shop: Workshop, proves: Proves) -> None:
    celery = ("worker", "-c10", "-linfo", "--without-gossip", "--without-mingle")
    flag = _ended(redis_shop, "flag", lambda: redis_shop.celery(*celery, "-P", "gevent"))
    setting = _ended(redis_shop, "setting", lambda: redis_shop.celery(*celery), "worker_pool='gevent'")
    joined = _ended(redis_shop, "joined", lambda: redis_shop.celery(*celery, "-Pgevent"))
    code = _ended(redis_shop, "code", lambda: redis_shop.start([sys.executable, "proof.py"]))
    print(flag, setting, joined, code)
    assert flag == 10 and max(setting, joined, code) == 0
    proves(
        "gevent-pool-in-config",
        f"{CELERY}, {GEVENT}, {REDIS}: of ten tasks of 0.5 s, {flag} were done within 5 s with `-P gevent`, {setting} "
        f"with `worker_pool = 'gevent'`, {joined} with `-Pgevent`.",
    )
    proves(
        "unpatched-wrapper-entry",
        f"{CELERY}, {GEVENT}, {REDIS}: of ten tasks of 0.5 s, {code} were done within 5 s by a worker that "
        f"`app.worker_main` started with `-P gevent`, {flag} by `celery worker -P gevent`.",
    )
