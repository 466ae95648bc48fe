"""Several beats at once: each of them sends the whole schedule."""

from __future__ import annotations

from collections.abc import Callable

from proofs.versions import CELERY, REDIS
from proofs.workshop import Started, Workshop

Proves = Callable[[str, str], None]

APP = """
app = Celery("proof", broker=os.environ["BROKER"])
app.conf.task_default_queue = {queue!r}
app.conf.beat_schedule = {{"every": {{"task": "proof.count", "schedule": 1.0}}}}


@app.task
def count():
    note("count")
"""
SENT = "Sending due task every"


def _beat(shop: Workshop, number: int) -> Started:
    return shop.celery("beat", "-linfo", "-s", str(shop.folder / f"schedule-{number}"))


def test_each_beat_sends_everything(redis_shop: Workshop, proves: Proves) -> None:
    from redis import Redis

    waiting, sent = {}, {}
    for beats in (1, 2):
        redis_shop.app(APP.format(queue=f"beats-{beats}"))
        started = [_beat(redis_shop, number) for number in range(beats)]
        for each in started:
            each.waits_for_count(SENT, 3)
        for each in started:
            each.kill()
        waiting[beats] = Redis.from_url(redis_shop.url).llen(f"beats-{beats}")
        sent[beats] = [each.output.count(SENT) for each in started]
    assert all(abs(waiting[beats] - sum(sent[beats])) <= beats for beats in (1, 2)) and min(sent[2]) >= 3
    proves(
        "beat-replicas-gt-1",
        f"{CELERY}, {REDIS}: of two beats with one schedule each sent the entry of every second at least 3 times, and "
        f"the messages of both waited in the queue; of one beat only its own.",
    )


def test_each_worker_with_a_beat_sends_everything(redis_shop: Workshop, proves: Proves) -> None:
    redis_shop.app(APP.format(queue="embedded"))
    workers = [redis_shop.worker("-c1", "-B", "-s", str(redis_shop.folder / f"own-{each}")) for each in range(2)]
    for worker in workers:
        worker.waits_for_count(SENT, 3)
    redis_shop.happens("count", 6)
    for worker in workers:
        worker.kill()
    proves(
        "embedded-beat-scaled",
        f"{CELERY}, {REDIS}: two workers with `-B` sent the one entry of the schedule 3 times each, so that it ran 6 "
        f"times.",
    )
