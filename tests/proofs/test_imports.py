"""What becomes of tasks whose modules a worker does not import."""

from __future__ import annotations

from collections.abc import Callable

from proofs.versions import CELERY, REDIS
from proofs.workshop import Workshop

Proves = Callable[[str, str], None]

APP = """
app = Celery("proof", broker=os.environ["BROKER"])
"""
JOBS = """
from proof import app


@app.task(name="proof.build")
def build(number):
    note("builds", number)
"""


def test_a_task_that_the_worker_does_not_import_is_thrown_away(redis_shop: Workshop, proves: Proves) -> None:
    redis_shop.app(JOBS, "jobs")
    redis_shop.app(APP)
    without = redis_shop.worker("-c1")
    redis_shop.send("build", 1)
    without.waits_for("Received unregistered task")
    without.stop(20)
    included = redis_shop.worker("-c1", "-I", "jobs")
    redis_shop.send("build", 2)
    redis_shop.happens("builds")
    assert [each.words for each in redis_shop.noted("builds")] == [("2",)]
    proves(
        "task-not-imported",
        f"{CELERY}, {REDIS}: a worker that does not import the task's module received 1 message and threw it away; "
        f"a second worker with `-I` for the module ran only the message that was sent after that.",
    )
    included.kill()
