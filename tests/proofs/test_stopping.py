"""What becomes of running tasks when a worker is asked to stop."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from proofs.versions import CELERY, RABBITMQ, REDIS
from proofs.workshop import PATIENCE, Started, Workshop

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


def _group(worker: Started, number: signal.Signals) -> None:
    """To every process of the worker, as dumb-init, supervisord with stopasgroup, systemd and Heroku send it."""
    os.killpg(worker.process.pid, number)


def test_a_signal_to_the_whole_group_ends_tasks_in_the_middle(rabbitmq_shop: Workshop, proves: Proves) -> None:
    ended = {
        "group": _ended_after(rabbitmq_shop, "group", _group),
        "first": _ended_after(rabbitmq_shop, "first", Started.signal),
        "remapped": _ended_after(rabbitmq_shop, "remapped", _group, REMAP_SIGTERM="SIGQUIT"),
    }
    assert ended == {"group": 0, "first": 1, "remapped": 1}
    proves(
        "dumb-init-kills-children",
        f"{CELERY}, {RABBITMQ}: SIGTERM in the middle of a task of 3 s with `acks_late`: sent to all processes the "
        f"task came to its end {ended['group']} times and its message was gone, sent to the first process "
        f"{ended['first']} time, to all with `REMAP_SIGTERM=SIGQUIT` and a soft shutdown of 7 s "
        f"{ended['remapped']} time.",
    )


def _ended_after(shop: Workshop, queue: str, stop: Callable[[Started, signal.Signals], None], **variables: str) -> int:
    settings = f"task_default_queue={queue!r}, worker_soft_shutdown_timeout=7"
    shop.app(LONG.format(settings=settings, late=True))
    worker = shop.worker("-c1", **variables)
    shop.send("build", 3, queue=queue)
    shop.happens("begins")
    stop(worker, signal.SIGTERM)
    worker.process.wait(PATIENCE)
    ended = len(shop.noted("ends"))
    second = shop.worker("-c1")
    shop.send("build", 0, queue=queue)
    shop.happens("ends", ended + 1)
    second.kill()
    assert len(shop.noted("begins")) == 2, "the message was not delivered again"
    return ended


def test_a_soft_shutdown_gives_back_what_is_acknowledged_late(redis_shop: Workshop, proves: Proves) -> None:
    runs = {late: _runs_after_quit(redis_shop, late) for late in (False, True)}
    assert runs == {False: 1, True: 2}
    proves(
        "soft-shutdown-misconfigured",
        f"{CELERY}, {REDIS}: SIGTERM with `REMAP_SIGTERM=SIGQUIT` in the middle of a task, then another worker: the "
        f"task was started {runs[False]} time with early acknowledgement and never ended, {runs[True]} times with "
        f"`acks_late`.",
    )


def _runs_after_quit(shop: Workshop, late: bool) -> int:
    queue = f"quit-{late}"
    shop.app(LONG.format(settings=f"task_default_queue={queue!r}", late=late))
    worker = shop.worker("-c1", REMAP_SIGTERM="SIGQUIT")
    shop.send("build", 3, queue=queue)
    shop.happens("begins")
    worker.signal(signal.SIGTERM)
    worker.process.wait(PATIENCE)
    second = shop.worker("-c1")
    if late:
        shop.happens("ends")
    shop.send("build", 0, queue=queue)
    shop.happens("ends", 2 if late else 1)
    second.kill()
    return len(shop.noted("begins")) - 1


def test_a_grace_period_has_to_be_longer_than_the_task(redis_shop: Workshop, proves: Proves) -> None:
    ended = {seconds: _ended_with_grace(redis_shop, seconds) for seconds in (1, 60)}
    assert ended == {1: 0, 60: 1}
    proves(
        "grace-period-shorter-than-task",
        f"{CELERY}, {REDIS}: SIGTERM in the middle of a task of 6 s with early acknowledgement, then SIGKILL: after 1 "
        f"s the task came to its end {ended[1]} times, also when another worker was started; where SIGKILL would have "
        f"come after 60 s, {ended[60]} time.",
    )


def _ended_with_grace(shop: Workshop, seconds: int) -> int:
    queue = f"grace-{seconds}"
    shop.app(LONG.format(settings=f"task_default_queue={queue!r}", late=False))
    worker = shop.worker("-c1")
    shop.send("build", 6, queue=queue)
    shop.happens("begins")
    worker.stop(seconds)
    ended = len(shop.noted("ends"))
    second = shop.worker("-c1")
    shop.send("build", 0, queue=queue)
    shop.happens("ends", ended + 1)
    second.kill()
    assert len(shop.noted("begins")) == 2, "the message was delivered again"
    return ended


def test_only_sigquit_remaps_anything(redis_shop: Workshop, proves: Proves) -> None:
    redis_shop.app(LONG.format(settings="", late=True))
    refused = redis_shop.celery("worker", REMAP_SIGTERM="QUIT")
    status = refused.process.wait(PATIENCE)
    assert "AttributeError" in refused.output
    says = {value: _says_on_sigterm(redis_shop, value) for value in ("SIGINT", "SIGQUIT")}
    assert says == {"SIGINT": "Warm", "SIGQUIT": "Cold"}
    proves(
        "remap-sigterm-value",
        f"{CELERY}: with `REMAP_SIGTERM=QUIT` a worker ended with code {status} and an AttributeError before it "
        f"started; with `SIGINT` SIGTERM began a {says['SIGINT'].lower()} shutdown, with `SIGQUIT` a "
        f"{says['SIGQUIT'].lower()} one.",
    )


def _says_on_sigterm(shop: Workshop, remap: str = "") -> str:
    worker = shop.worker("-c1", REMAP_SIGTERM=remap)
    worker.signal(signal.SIGTERM)
    worker.waits_for(" shutdown (MainProcess)")
    worker.kill()
    return worker.output.partition(" shutdown (MainProcess)")[0].rpartition(" ")[2]


def test_sigterm_knows_no_soft_shutdown(redis_shop: Workshop, proves: Proves) -> None:
    waited = {remap: _waited(redis_shop, remap) for remap in ("", "SIGQUIT")}
    assert waited == {"": "ended", "SIGQUIT": "was given back"}
    proves(
        "remap-sigterm-missing",
        f"{CELERY}, {REDIS}: SIGTERM in the middle of a task of 6 s with `worker_soft_shutdown_timeout = 1`: the task "
        f"{waited['']}, and with `REMAP_SIGTERM=SIGQUIT` it {waited['SIGQUIT']} after a second.",
    )


def _waited(shop: Workshop, remap: str) -> str:
    queue = f"soft-{remap}"
    shop.app(LONG.format(settings=f"task_default_queue={queue!r}, worker_soft_shutdown_timeout=1", late=True))
    worker = shop.worker("-c1", REMAP_SIGTERM=remap)
    shop.send("build", 6, queue=queue)
    shop.happens("begins")
    worker.signal(signal.SIGTERM)
    worker.process.wait(PATIENCE)
    if shop.noted("ends"):
        return "ended"
    second = shop.worker("-c1")
    shop.happens("begins", 2)
    second.kill()
    return "was given back"


def test_a_detached_worker_outlives_the_command(redis_shop: Workshop, proves: Proves) -> None:
    redis_shop.app(LONG.format(settings="task_default_queue='away'", late=True))
    words = ("worker", "-c1", "--detach", "--pidfile=away.pid", "--logfile=away.log")
    command = redis_shop.celery(*words)
    status = command.process.wait(PATIENCE)
    redis_shop.send("build", 0, queue="away")
    redis_shop.happens("ends")
    os.kill(int((redis_shop.folder / "away.pid").read_text()), signal.SIGKILL)
    proves(
        "celery-detached-in-container",
        f"{CELERY}: `celery worker --detach` ended with code {status} before the worker ran its first task, which then "
        f"came to its end in another process.",
    )
