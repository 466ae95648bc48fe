"""Connections that end, or are dead without a word, while a worker waits or works."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from redis import Redis

from proofs import brokers
from proofs.half_open import Proxy
from proofs.versions import CELERY, RABBITMQ, REDIS
from proofs.workshop import PATIENCE, Workshop, workshop

Proves = Callable[[str, str], None]

APP = """
app = Celery("proof", broker=os.environ["BROKER"])
app.conf.update(task_default_queue={queue!r}, {settings})


@app.task
def build(seconds=0):
    note("begins")
    time.sleep(seconds)
    note("ends")
"""
SILENCE = 10  # seconds, many times what the worker needs that looks after its connections every second


def test_a_dead_connection_says_nothing(redis_shop: Workshop, proves: Proves) -> None:
    careful = _taken_over_a_dead_connection(redis_shop, '{"health_check_interval": 1, "socket_timeout": 1}')
    careless = _taken_over_a_dead_connection(redis_shop, '{"health_check_interval": 0}')
    assert (careful, careless) == (True, False)
    proves(
        "redis-no-health-check",
        f"{CELERY}, {REDIS}, a proxy that stopped passing on what came by the worker's connections and closed none: "
        f"with `health_check_interval` and `socket_timeout` of 1 s the worker went on by a new connection, without "
        f"both it had not after {SILENCE} s.",
    )


def _taken_over_a_dead_connection(shop: Workshop, options: str) -> bool:
    """Whether a worker ran one of the messages that came, one each second, after its connections were dead."""
    looks = "timeout" in options
    queue = f"dead-{looks}"
    shop.app(APP.format(queue=queue, settings=f"broker_transport_options={options}"))
    port = int(shop.url.rpartition(":")[2].partition("/")[0])
    with closing(Proxy(port)) as proxy:
        worker = shop.worker("-c1", BROKER=f"redis://127.0.0.1:{proxy.port}/0")
        shop.send("build", queue=queue)
        shop.happens("ends")
        proxy.freeze()
        _forget_clients(Redis.from_url(shop.url))
        for _ in range(int(PATIENCE) if looks else SILENCE):
            shop.send("build", queue=queue)
            worker.stays(1)
            if len(shop.noted("ends")) > 1:
                break
        worker.kill()
    return len(shop.noted("ends")) > 1


def _forget_clients(client: Redis) -> None:
    """Redis' own ends of all connections are closed, so that it hands no message to one that is dead."""
    own = client.client_id()
    for each in client.client_list():
        if int(each["id"]) != own:
            client.client_kill_filter(_id=each["id"])


def test_rabbitmq_stops_a_worker_that_keeps_a_message_for_too_long(tmp_path: Path, proves: Proves) -> None:
    if not brokers.installed("rabbitmq"):
        pytest.skip("rabbitmq-server is not installed: nothing is proved with it here")
    # The node looks every second instead of every minute.
    settings, arguments = "consumer_timeout = 3000\n", "-rabbit channel_tick_interval 1000"
    folder = tmp_path / "broker"
    folder.mkdir()
    with brokers.rabbitmq(folder, settings, arguments) as url, workshop(tmp_path, url) as shop:
        ended = {seconds: _ended_late(shop, seconds) for seconds in (1, 30)}
    assert ended == {1: "ran", 30: "PRECONDITION_FAILED"}
    proves(
        "rabbitmq-consumer-timeout",
        f"{CELERY}, {RABBITMQ}, `consumer_timeout` of 3 s: a task of 30 s with `acks_late` ended its worker with "
        f"`{ended[30]}`; one of 1 s came to its end, and the worker stayed.",
    )


def _ended_late(shop: Workshop, seconds: int) -> str:
    shop.app(APP.format(queue=f"late-{seconds}", settings="task_acks_late=True"))
    worker = shop.worker("-c1")
    shop.send("build", seconds, queue=f"late-{seconds}")
    if seconds == 1:
        shop.happens("ends")
        worker.waits_for("succeeded")
        assert worker.process.poll() is None
        worker.kill()
        return "ran"
    worker.waits_for("Unrecoverable error: PreconditionFailed")
    worker.kill()
    assert not shop.noted("ends")
    return "PRECONDITION_FAILED" if "PRECONDITION_FAILED" in worker.output else worker.output
