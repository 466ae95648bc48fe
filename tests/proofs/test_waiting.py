"""Messages that wait for their time: delivered again meanwhile, and in the way of others."""

from __future__ import annotations

from collections.abc import Callable

from proofs.versions import CELERY, RABBITMQ, REDIS
from proofs.workshop import Workshop

Proves = Callable[[str, str], None]

APP = """
from kombu import Exchange, Queue

app = Celery("proof", broker=os.environ["BROKER"])
app.conf.update(worker_prefetch_multiplier=1, {settings})


@app.task
def late(): note("late")


@app.task
def now(): note("now")
"""


def test_redis_delivers_again_what_waits_longer_than_it_does(redis_shop: Workshop, proves: Proves) -> None:
    runs = {timeout: _runs(redis_shop, timeout) for timeout in (1, 60)}
    assert runs[1] > 1 and runs[60] == 1
    proves(
        "long-countdown",
        f"{CELERY}, {REDIS}: a task with a countdown of 6 s and early acknowledgement ran {runs[1]} times on two "
        f"workers with a visibility timeout of 1 s, once with 60 s.",
    )


def _runs(shop: Workshop, timeout: int) -> int:
    options = f'{{"visibility_timeout": {timeout}, "unacked_restore_interval": 1, "unacked_restore_throttle": 1}}'
    queue = f"waits-{timeout}"
    shop.app(APP.format(settings=f"broker_transport_options={options}, task_default_queue={queue!r}"))
    workers = [shop.worker("-c1") for _ in range(2)]
    shop.send("late", queue=queue, countdown=6)
    shop.happens("late", 2 if timeout == 1 else 1)
    for worker in workers:
        worker.kill()
    return len(shop.noted("late"))


def test_a_worker_at_its_limit_takes_nothing(rabbitmq_shop: Workshop, proves: Proves) -> None:
    assert _taken(rabbitmq_shop, "worker_eta_task_limit=2, task_default_queue='limited'", "limited", 2) is False
    assert _taken(rabbitmq_shop, "task_default_queue='unlimited'", "unlimited", 3) is True
    proves(
        "eta-task-limit-shared-queue",
        f"{CELERY}, {RABBITMQ}: a task without a countdown, behind 3 that wait, did not start in 3 s with "
        f"`worker_eta_task_limit = 2`, and started at once without it.",
    )


def _taken(shop: Workshop, settings: str, queue: str, held: int) -> bool:
    """Whether a worker with one process takes a task that is due while others wait for their time with it."""
    shop.app(APP.format(settings=settings))
    worker = shop.worker("-c1")
    for _ in range(3):
        shop.send("late", queue=queue, countdown=120)
    worker.waits_for_count("Task proof.late[", held)
    shop.send("now", queue=queue)
    if held == 3:
        shop.happens("now")
    else:
        worker.stays(3)
    taken = bool(shop.noted("now"))
    worker.kill()
    return taken


QUORUM = """task_default_queue={queue!r}, task_queues=[
    Queue({queue!r}, Exchange({queue!r}, type={kind!r}), routing_key={queue!r},
          queue_arguments={{"x-queue-type": "quorum"}})]"""


def test_a_direct_exchange_keeps_what_waits_in_the_worker(rabbitmq_shop: Workshop, proves: Proves) -> None:
    taken = {kind: _taken_from_quorum(rabbitmq_shop, kind) for kind in ("direct", "topic")}
    assert taken == {"direct": False, "topic": True}
    proves(
        "eta-on-quorum-direct",
        f"{CELERY}, {RABBITMQ}, a quorum queue, one process: a task without a countdown, behind 3 that wait, did not "
        f"start in 3 s with a direct exchange, and started at once with a topic exchange.",
    )


def _taken_from_quorum(shop: Workshop, kind: str) -> bool:
    """The messages are sent by the app itself, which knows the exchange."""
    queue = f"quorum-{kind}"
    settings = QUORUM.format(queue=queue, kind=kind)
    sending = "\n\nif __name__ == '__main__':\n    for _ in range(3):\n        late.apply_async(countdown=120)\n"
    shop.app(APP.format(settings=settings) + sending + "    now.apply_async()\n")
    worker = shop.worker("-c1")
    shop.python("proof.py").process.wait(40)
    if kind == "topic":
        shop.happens("now")
    else:
        worker.waits_for("Task proof.late[")
        worker.stays(3)
    taken = bool(shop.noted("now"))
    worker.kill()
    return taken
