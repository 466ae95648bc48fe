"""What probes learn of workers and beats, and what workers do to each other."""

from __future__ import annotations

import signal
import socket
import sys
import time
from collections.abc import Callable

from redis import Redis

from proofs.versions import CELERY, RABBITMQ, REDIS
from proofs.workshop import PATIENCE, Workshop

Proves = Callable[[str, str], None]

HOST = socket.gethostname()
APP = """
app = Celery("proof", broker=os.environ["BROKER"])
app.conf.update(task_default_queue={queue!r}, worker_enable_remote_control=True)


@app.task
def build(seconds):
    note("begins")
    time.sleep(seconds)
    note("ends")
"""


ASKED = "--timeout=5"  # seconds for an answer, on a machine that does other things as well


def _ping(shop: Workshop, *words: str) -> int:
    """The exit code of `celery inspect ping`."""
    return shop.celery("inspect", "ping", *words).process.wait(PATIENCE)


def test_any_worker_answers_for_a_dead_one(redis_shop: Workshop, proves: Proves) -> None:
    redis_shop.app(APP.format(queue="celery"))
    dead, alive = redis_shop.worker("-c1", "-ndead@%h"), redis_shop.worker("-c1", "-nalive@%h")
    dead.kill()
    asked: list[tuple[str, ...]] = [(), ("-d", f"dead@{HOST}"), ("-d", f"alive@{HOST}")]
    codes = [_ping(redis_shop, ASKED, *words) for words in asked]
    assert codes == [0, 69, 0]
    alive.kill()
    proves(
        "probe-without-destination",
        f"{CELERY}, {REDIS}: of two workers one was killed. `celery inspect ping` ended with exit code {codes[0]}, "
        f"with `-d` and the killed one's name with {codes[1]}, with the other's name with {codes[2]}.",
    )


def test_asking_all_workers_takes_longer_than_a_second(redis_shop: Workshop, proves: Proves) -> None:
    redis_shop.app(APP.format(queue="celery"))
    worker = redis_shop.worker("-c1", "-none@%h")
    took = {}
    for words in ((), ("-d", f"one@{HOST}")):
        took[bool(words)] = _seconds_of_ping(redis_shop, *words)
    assert took[False] > 1
    worker.kill()
    proves(
        "probe-timeout-too-short",
        f"{CELERY}, {REDIS}: with one idle worker of a bare application, `celery inspect ping` took {took[False]:.1f} "
        f"s, with `-d` {took[True]:.1f} s.",
    )


def _seconds_of_ping(shop: Workshop, *words: str) -> float:
    """How long a question took that was answered. Raises AssertionError where none of a few is."""
    for _ in range(5):
        start = time.monotonic()
        if _ping(shop, *words) == 0:
            return time.monotonic() - start
    raise AssertionError("the worker never answered")


def test_a_busy_solo_worker_answers_nobody(redis_shop: Workshop, proves: Proves) -> None:
    codes = {pool: _ping_while_busy(redis_shop, pool) for pool in ("solo", "prefork")}
    assert codes == {"solo": 69, "prefork": 0}
    proves(
        "probe-on-blocking-pool",
        f"{CELERY}, {REDIS}: `celery inspect ping -d` while a task runs ended with exit code {codes['solo']} on solo, "
        f"with {codes['prefork']} on prefork.",
    )


def _ping_while_busy(shop: Workshop, pool: str) -> int:
    shop.app(APP.format(queue=f"busy-{pool}"))
    worker = shop.worker("-c1", f"-P{pool}", f"-n{pool}@%h")
    shop.send("build", 60, queue=f"busy-{pool}")
    shop.happens("begins")
    code = _ping(shop, ASKED, "-d", f"{pool}@{HOST}")
    worker.kill()
    return code


def test_without_remote_control_nobody_answers(redis_shop: Workshop, proves: Proves) -> None:
    redis_shop.app(APP.format(queue="celery").replace("control=True", "control=False"))
    worker = redis_shop.worker("-c1", "-ndeaf@%h")
    code = _ping(redis_shop, ASKED, "-d", f"deaf@{HOST}")
    assert code == 69
    worker.kill()
    proves(
        "probe-on-blocking-pool",
        f"{CELERY}, {REDIS}: with `worker_enable_remote_control=False`, the ping of an idle worker ended with exit "
        f"code {code}.",
    )


def test_beat_answers_only_where_it_is_told_to(redis_shop: Workshop, proves: Proves) -> None:
    redis_shop.app(APP.format(queue="celery"))
    codes = {}
    for words in ((), ("--enable-remote-control",)):
        beat = redis_shop.celery("beat", "-linfo", f"-s{redis_shop.folder}/schedule", *words)
        beat.waits_for("Starting...")
        codes[bool(words)] = _ping(redis_shop, "-d", f"celerybeat@{HOST}", "--timeout", "5" if words else "1")
        beat.kill()
    worker = redis_shop.worker("-c1")
    broadcast = _ping(redis_shop, ASKED)
    worker.kill()
    assert (codes, broadcast) == ({False: 69, True: 0}, 0)
    proves(
        "beat-probe-not-answered",
        f"{CELERY}, {REDIS}: `inspect ping -d celerybeat@host` ended with exit code {codes[False]} while beat ran, "
        f"with {codes[True]} with `--enable-remote-control`. Without a destination, and without any beat, a worker "
        f"answered: exit code {broadcast}.",
    )


def test_a_second_worker_of_one_name_does_not_start(rabbitmq_shop: Workshop, proves: Proves) -> None:
    rabbitmq_shop.app(APP.format(queue="names"))
    codes = {}
    for name in ("fixed@shop", "named@%h"):
        first = rabbitmq_shop.worker("-c1", f"-n{name}")
        second = rabbitmq_shop.celery("worker", "-linfo", "-c1", f"-n{name.replace('%h', 'other-host')}")
        if "%h" in name:
            second.waits_for(" ready.")
            second.signal(signal.SIGTERM)
        codes[name] = second.process.wait(PATIENCE)
        locked = "RESOURCE_LOCKED" in second.output
        assert locked is ("%h" not in name)
        first.kill()
    assert codes == {"fixed@shop": 1, "named@%h": 0}
    proves(
        "fixed-nodename-replicas",
        f"{CELERY}, {RABBITMQ}: of two workers with `-n fixed@shop`, the second ended with exit code "
        f"{codes['fixed@shop']}, RESOURCE_LOCKED; with a host of its own in its name, the second ran.",
    )


def test_only_the_command_line_reads_broker_url(redis_shop: Workshop, proves: Proves) -> None:
    redis_shop.app(APP.format(queue="celery"))
    elsewhere = redis_shop.url.removesuffix("/0") + "/1"
    worker = redis_shop.worker("-c1", BROKER_URL=elsewhere)
    sender = [sys.executable, "-c", "import proof; proof.build.delay(0)"]
    assert redis_shop.start(sender, BROKER_URL=elsewhere).process.wait(PATIENCE) == 0
    queued = [Redis.from_url(url).llen("celery") for url in (redis_shop.url, elsewhere)]
    redis_shop.celery("worker", "-linfo", "-c1", "-nright@%h")
    ended = len(redis_shop.happens("ends"))
    assert (queued, ended) == ([1, 0], 1)
    worker.kill()
    proves(
        "broker-url-env-shadow",
        f"{CELERY}, {REDIS}: with `BROKER_URL` in the environment of a worker and of a program that sends one task, "
        f"the code's broker had {queued[0]} message waiting and the other one {queued[1]}; a worker without the "
        f"variable ran it.",
    )


def test_a_variable_that_no_shell_expands_is_text(redis_shop: Workshop, proves: Proves) -> None:
    redis_shop.app(APP.format(queue="mail"))
    variables = {"CONCURRENCY": "1", "QUEUES": "mail"}
    refused = redis_shop.celery("worker", "-c", "$CONCURRENCY", **variables)
    code = refused.process.wait(PATIENCE)
    assert "'$CONCURRENCY'" in refused.output
    worker = redis_shop.worker("-c1", "-Q", "$QUEUES", **variables)
    assert ".> $QUEUES" in worker.output
    worker.kill()
    proves(
        "unexpanded-variable",
        f"{CELERY}, {REDIS}: without a shell, `-c $CONCURRENCY` ended with exit code {code}; with `-Q $QUEUES` the "
        f"worker was ready, and took from a queue called `$QUEUES`.",
    )
