"""What becomes of messages: lost, delivered again, or delivered too often."""

from __future__ import annotations

from collections.abc import Callable

from proofs.versions import CELERY, RABBITMQ, REDIS
from proofs.workshop import Workshop

Proves = Callable[[str, str], None]

LONG = """
app = Celery("proof", broker=os.environ["BROKER"])
app.conf.update({settings})


@app.task(acks_late={late})
def build(seconds):
    note("begins")
    time.sleep(seconds)
    note("ends")
"""


def test_redis_delivers_again_what_runs_longer_than_it_waits(redis_shop: Workshop, proves: Proves) -> None:
    runs = {timeout: _runs(redis_shop, timeout) for timeout in (2, 60)}
    assert runs[2] > 1 and runs[60] == 1
    proves(
        "redis-visibility-timeout-too-short",
        f"{CELERY}, {REDIS}: a task of 7 s with `acks_late` and two workers was started {runs[2]} times with a "
        f"visibility timeout of 2 s, once with 60 s.",
    )


def _runs(shop: Workshop, timeout: int) -> int:
    """How often one task of 7 s was started, with two processes that look for lost messages every second."""
    options = f'{{"visibility_timeout": {timeout}, "unacked_restore_interval": 1, "unacked_restore_throttle": 1}}'
    shop.app(LONG.format(late=True, settings=f"broker_transport_options={options}, task_default_queue='q{timeout}'"))
    workers = [shop.worker("-c1", "--prefetch-multiplier=1") for _ in range(2)]
    shop.send("build", 7, queue=f"q{timeout}")
    shop.happens("ends")
    for worker in workers:
        worker.kill()
    return len(shop.noted("begins"))


def test_a_killed_worker_loses_what_it_acknowledged_early(rabbitmq_shop: Workshop, proves: Proves) -> None:
    ended = {late: _ended_after_kill(rabbitmq_shop, late) for late in (False, True)}
    assert ended == {False: 0, True: 1}
    proves(
        "task-missing-acks-late",
        f"{CELERY}, {RABBITMQ}: SIGKILL for a worker in the middle of a task, then another worker: the task ended "
        f"{ended[False]} times with early acknowledgement, {ended[True]} time with `acks_late`.",
    )


def _ended_after_kill(shop: Workshop, late: bool) -> int:
    queue = f"killed-{late}"
    shop.app(LONG.format(late=late, settings=f"task_default_queue={queue!r}"))
    worker = shop.worker("-c1")
    shop.send("build", 3, queue=queue)
    shop.happens("begins")
    worker.kill()
    second = shop.worker("-c1")
    shop.send("build", 0.1, queue=queue)
    shop.happens("ends", 2 if late else 1)
    second.kill()
    return len(shop.noted("ends")) - 1
