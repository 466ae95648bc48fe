"""What a broker holds for workers and messages: connections, and the memory of what waits."""

from __future__ import annotations

from collections.abc import Callable

from redis import Redis

from proofs.versions import CELERY, REDIS
from proofs.workshop import Workshop, soon

Proves = Callable[[str, str], None]

APP = """
app = Celery("proof", broker=os.environ["BROKER"])


@app.task
def build(content=""):
    note("ends")
"""
REFUSED = "max number of clients reached"
MIB = 1024 * 1024


def test_redis_refuses_the_worker_that_is_one_too_many(redis_shop: Workshop, proves: Proves) -> None:
    redis_shop.app(APP)
    client = Redis.from_url(redis_shop.url)
    before = str(client.config_get("maxclients")["maxclients"])
    own = _connections(client)
    first = redis_shop.worker("-c1", "-Psolo")
    soon(lambda: _connections(client) - own >= 6, 40, lambda: f"{_connections(client)} connections")
    idle = _connections(client) - own
    client.config_set("maxclients", _connections(client) + 3)
    try:
        second = redis_shop.celery("worker", "-linfo", "-c1", "-Psolo", "-nsecond@%h")
        second.waits_for(REFUSED)
        assert " ready." not in second.output
        second.kill()
    finally:
        client.config_set("maxclients", before)
    third = redis_shop.worker("-c1", "-Psolo")
    third.kill()
    first.kill()
    proves(
        "redis-connection-budget",
        f"{CELERY}, {REDIS}: an idle worker without gossip and mingle held {idle} connections. Where `maxclients` left "
        f"3 for another one, that was refused with `{REFUSED}` and did not get ready; with room enough it did.",
    )


def _connections(client: Redis) -> int:
    return int(client.info("clients")["connected_clients"])


def test_what_waits_is_in_the_memory_of_the_broker(redis_shop: Workshop, proves: Proves) -> None:
    redis_shop.app(APP)
    client = Redis.from_url(redis_shop.url)
    grown = {name: _grown(redis_shop, client, content) for name, content in (("file", "x" * MIB), ("key", "file-7"))}
    assert grown["file"] > 20 > 1 > grown["key"]
    proves(
        "large-payload",
        f"{CELERY}, {REDIS}: twenty messages that wait, each with a text of 1 MiB, took {grown['file']:.0f} MiB of "
        f"Redis' memory; with a key instead of the text they took less than 1 MiB.",
    )


def _grown(shop: Workshop, client: Redis, content: str) -> float:
    """What twenty messages take, in MiB."""
    queue = f"waiting-{len(content)}"
    before = client.info("memory")["used_memory"]
    for _ in range(20):
        shop.send("build", content, queue=queue)
    assert client.llen(queue) == 20
    return float(client.info("memory")["used_memory"] - before) / MIB
