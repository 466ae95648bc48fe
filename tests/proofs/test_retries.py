"""Retries: those that never end, that nobody makes, and that end as a success."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from proofs.versions import CELERY, REDIS
from proofs.workshop import Workshop

Proves = Callable[[str, str], None]

TASKS = """
app = Celery("proof", broker=os.environ["BROKER"])


@app.task(bind=True, max_retries=None)
def endless(self):
    note("endless")
    raise self.retry(countdown=0)


@app.task(bind=True, default_retry_delay=0)
def bounded(self):
    note("bounded")
    raise self.retry(countdown=0)


@app.task(retry_backoff=1, retry_kwargs={"max_retries": 1})
def alone():
    note("alone")
    raise OSError("busy")


@app.task(autoretry_for=(OSError,), retry_backoff=1, retry_kwargs={"max_retries": 1})
def automatic():
    note("automatic")
    raise OSError("busy")


@app.task(autoretry_for=(Exception,), default_retry_delay=0)
def broad():
    note("broad")
    return len(None)


@app.task(autoretry_for=(OSError,), default_retry_delay=0)
def narrow():
    note("narrow")
    return len(None)


@app.task
def follows(name):
    note("follows", name)


@app.task(bind=True, max_retries=2)
def swallowed(self):
    note("swallowed")
    try:
        raise self.retry(countdown=0)
    except Exception:
        pass


@app.task(bind=True, max_retries=2)
def let_through(self):
    note("let_through")
    raise self.retry(countdown=0)
"""


def test_retries_with_and_without_an_end(redis_shop: Workshop, proves: Proves) -> None:
    redis_shop.app(TASKS)
    worker = redis_shop.worker("-c2")
    for name in ("bounded", "alone", "automatic", "broad", "narrow"):
        redis_shop.send(name)
    for name, times in (("automatic", 2), ("bounded", 4), ("broad", 4), ("alone", 1), ("narrow", 1)):
        redis_shop.happens(name, times)
    redis_shop.send("endless")
    redis_shop.happens("endless", 20)
    worker.kill()
    runs = {name: len(redis_shop.noted(name)) for name in ("bounded", "alone", "automatic", "broad", "narrow")}
    assert runs == {"bounded": 4, "alone": 1, "automatic": 2, "broad": 4, "narrow": 1}
    proves(
        "retry-without-limit",
        f"{CELERY}, {REDIS}: a task that always retries was started 20 times before the proof gave up with "
        f"`max_retries=None`, {runs['bounded']} times with the default.",
    )
    proves(
        "retry-backoff-without-autoretry",
        f"{CELERY}, {REDIS}: a task that fails, with `retry_backoff` and one retry in `retry_kwargs`, ran "
        f"{runs['alone']} time without `autoretry_for` and {runs['automatic']} times with it.",
    )
    proves(
        "autoretry-too-broad",
        f"{CELERY}, {REDIS}: a task with a `TypeError` in it ran {runs['broad']} times with "
        f"`autoretry_for=(Exception,)`, {runs['narrow']} time with `autoretry_for=(OSError,)`.",
    )


def test_a_retry_that_is_caught_is_a_success(redis_shop: Workshop, proves: Proves) -> None:
    signature = import_module("celery").Signature
    redis_shop.app(TASKS)
    worker = redis_shop.worker("-c2")
    for name in ("let_through", "swallowed"):
        redis_shop.send(name, link=signature("proof.follows", args=(name,), immutable=True))
    redis_shop.happens("swallowed", 3)
    redis_shop.happens("let_through", 3)
    redis_shop.happens("follows", 3)
    worker.waits_for("MaxRetriesExceededError")
    worker.kill()
    followed = [each.words[0] for each in redis_shop.noted("follows")]
    assert followed == ["swallowed"] * 3
    proves(
        "retry-swallowed",
        f"{CELERY}, {REDIS}: a task that can only retry, twice at most, ran 3 times; its callback ran "
        f"{len(followed)} times where the exception of the retry was caught, 0 times where it was not.",
    )
