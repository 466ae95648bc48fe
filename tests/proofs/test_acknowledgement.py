"""What becomes of late-acknowledged messages whose task fails or is killed at its limit."""

from __future__ import annotations

from collections.abc import Callable

from proofs.versions import CELERY, REDIS
from proofs.workshop import Workshop

Proves = Callable[[str, str], None]

APP = """
app = Celery("proof", broker=os.environ["BROKER"])
app.conf.update(task_acks_late=True, {settings})


@app.task
def fails():
    note("fails")
    raise OSError("busy")


@app.task(autoretry_for=(OSError,), default_retry_delay=0, max_retries=1)
def retries():
    note("retries")
    raise OSError("busy")


@app.task(time_limit=1)
def slow():
    note("slow")
    time.sleep(60)


@app.task
def last():
    note("last")
"""


def test_what_is_not_acknowledged_after_a_failure_is_gone(redis_shop: Workshop, proves: Proves) -> None:
    redis_shop.app(APP.format(settings="task_acks_on_failure=False"))
    worker = redis_shop.worker("-c1")
    redis_shop.send("fails")
    redis_shop.send("retries")
    redis_shop.happens("retries", 2)
    redis_shop.send("last")
    redis_shop.happens("last")
    worker.kill()
    runs = {name: len(redis_shop.noted(name)) for name in ("fails", "retries")}
    assert runs == {"fails": 1, "retries": 2}
    proves(
        "acks-on-failure-false-drops",
        f"{CELERY}, {REDIS}: with `acks_late` and `task_acks_on_failure = False` a task that raises ran "
        f"{runs['fails']} time and its message was gone; with `autoretry_for` it ran {runs['retries']} times.",
    )


def test_what_is_not_acknowledged_after_a_timeout_comes_back(redis_shop: Workshop, proves: Proves) -> None:
    runs = {kept: _runs(redis_shop, kept) for kept in (False, True)}
    assert runs == {False: 3, True: 1}
    proves(
        "acks-on-timeout-loop",
        f"{CELERY}, {REDIS}: a task of 60 s with a hard limit of 1 s and `task_acks_on_timeout = False` was started "
        f"{runs[False]} times before the proof gave up, {runs[True]} time where it is acknowledged.",
    )


def _runs(shop: Workshop, acknowledged: bool) -> int:
    shop.app(APP.format(settings=f"task_acks_on_timeout={acknowledged}, task_default_queue='limit-{acknowledged}'"))
    worker = shop.worker("-c1")
    shop.send("slow", queue=f"limit-{acknowledged}")
    shop.happens("slow", 1 if acknowledged else 3)
    if acknowledged:
        worker.waits_for("Hard time limit")
        shop.send("last", queue="limit-True")
        shop.happens("last")
    worker.kill()
    return min(len(shop.noted("slow")), 3)
