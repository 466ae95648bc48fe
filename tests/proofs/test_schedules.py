"""Beat: names that no worker knows, and a schedule file that cannot be written."""

from __future__ import annotations

from collections.abc import Callable

from proofs.versions import CELERY, REDIS
from proofs.workshop import PATIENCE, Workshop

Proves = Callable[[str, str], None]

APP = """
app = Celery("proof", broker=os.environ["BROKER"])
app.conf.beat_schedule = {
    "misspelt": {"task": "proof.cleanup", "schedule": 1},
    "right": {"task": "proof.clean_up", "schedule": 1},
}


@app.task
def clean_up():
    note("clean_up")
"""


def test_a_name_that_no_worker_knows_is_thrown_away(redis_shop: Workshop, proves: Proves) -> None:
    redis_shop.app(APP)
    worker = redis_shop.worker("-c1")
    beat = redis_shop.celery("beat", "-l", "info", "-s", str(redis_shop.folder / "schedule"))
    beat.waits_for_count("(proof.cleanup)", 2)
    worker.waits_for("Received unregistered task")
    redis_shop.happens("clean_up", 2)
    beat.kill()
    worker.kill()
    proves(
        "beat-unknown-task",
        f"{CELERY}, {REDIS}: beat sent a misspelt and a right name every second; the worker said `Received "
        f"unregistered task` and ran the right one alone.",
    )


def test_beat_ends_where_it_cannot_write(redis_shop: Workshop, proves: Proves) -> None:
    redis_shop.app(APP)
    ended = redis_shop.celery("beat", "-s", "/proc/celerybeat-schedule")
    status = ended.process.wait(PATIENCE)
    running = redis_shop.celery("beat", "-l", "info", "-s", str(redis_shop.folder / "schedule"))
    running.waits_for("Sending due task")
    assert status != 0 and running.process.poll() is None
    running.kill()
    proves(
        "beat-schedule-readonly",
        f"{CELERY}: beat with a schedule file in a folder that cannot be written ended with exit code {status}; in one "
        f"that can it sent its tasks.",
    )
