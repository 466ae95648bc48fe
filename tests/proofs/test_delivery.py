"""What becomes of messages: lost, delivered again, or delivered too often."""

from __future__ import annotations

import signal
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
    proves(
        "heavy-queue-on-spot",
        f"{CELERY}, {RABBITMQ}: a worker that was gone from one moment to the next, by SIGKILL, in the middle of a "
        f"task: another worker ended it {ended[False]} times with early acknowledgement, {ended[True]} time with "
        f"`acks_late`.",
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


def test_a_lost_child_takes_its_message_with_it(rabbitmq_shop: Workshop, proves: Proves) -> None:
    runs = {name: _runs_of_a_killed_child(rabbitmq_shop, name) for name in ("plain", "reject")}
    assert runs == {"plain": 1, "reject": 3}
    proves(
        "worker-lost-not-requeued",
        f"{CELERY}, {RABBITMQ}: a task with `acks_late` whose process is killed twice ran {runs['plain']} time and was "
        f"lost; with `task_reject_on_worker_lost` it ran {runs['reject']} times and came to its end.",
    )


DOOMED = """
import signal

app = Celery("proof", broker=os.environ["BROKER"])
app.conf.update(task_default_queue={queue!r}, task_acks_late=True, task_reject_on_worker_lost={reject})


@app.task
def build(deaths):
    note("begins")
    if open(os.environ["JOURNAL"]).read().count("begins") <= deaths:
        os.kill(os.getpid(), signal.SIGKILL)
    note("ends")


@app.task
def last():
    note("last")
"""


def _runs_of_a_killed_child(shop: Workshop, name: str) -> int:
    shop.app(DOOMED.format(queue=f"child-{name}", reject=name == "reject"))
    worker = shop.worker("-c1")
    shop.send("build", 2, queue=f"child-{name}")
    if name == "reject":
        shop.happens("ends")
    else:
        worker.waits_for("WorkerLostError")
    shop.send("last", queue=f"child-{name}")
    shop.happens("last")
    worker.kill()
    return len(shop.noted("begins"))


def test_a_poisonous_task_that_is_requeued_never_ends(redis_shop: Workshop, proves: Proves) -> None:
    redis_shop.app(DOOMED.format(queue="poison", reject=True))
    worker = redis_shop.worker("-c1")
    redis_shop.send("build", 10**6, queue="poison")
    runs = len(redis_shop.happens("begins", 5))
    worker.signal(signal.SIGTERM)
    worker.kill()
    proves(
        "reject-on-worker-lost-poison-loop",
        f"{CELERY}, {REDIS}: a task that kills its process, with `task_reject_on_worker_lost`, was started {runs} "
        f"times before the proof gave up.",
    )


def test_without_late_acknowledgement_nothing_is_requeued(rabbitmq_shop: Workshop, proves: Proves) -> None:
    runs = {late: _runs_with_reject(rabbitmq_shop, late) for late in (False, True)}
    assert runs == {False: 1, True: 2}
    proves(
        "reject-on-worker-lost-without-acks-late",
        f"{CELERY}, {RABBITMQ}: a task whose process is killed once, with `task_reject_on_worker_lost`: started "
        f"{runs[False]} time with early acknowledgement, {runs[True]} times with `acks_late`.",
    )


def _runs_with_reject(shop: Workshop, late: bool) -> int:
    text = DOOMED.replace("task_acks_late=True", f"task_acks_late={late}")
    shop.app(text.format(queue=f"reject-{late}", reject=True))
    worker = shop.worker("-c1")
    shop.send("build", 1, queue=f"reject-{late}")
    if late:
        shop.happens("ends")
    else:
        worker.waits_for("WorkerLostError")
    shop.send("last", queue=f"reject-{late}")
    shop.happens("last")
    worker.kill()
    return len(shop.noted("begins"))
