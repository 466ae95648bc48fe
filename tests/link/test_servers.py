"""Redis and databases beside the workers: which of them a worker uses, and what it takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from celerylint.model import Server, Worker
from celerylint.session import model

SHOP = 'from celery import Celery\n\napp = Celery("shop", broker="redis://redis:6379/0")\n'
WORKER = "command: celery -A shop worker --concurrency=4"


def _worker(folder: Path, compose: str, shop: str = SHOP) -> Worker:
    (folder / "shop.py").write_text(shop)
    (folder / "compose.yaml").write_text(compose)
    return next(each for each in model(folder).project.workers if each.workload is not None)


def _redis(worker: Worker) -> Server:
    server = worker.redis.get()
    assert server is not None
    return server


def _compose(server: str, more: str = "") -> str:
    return f"services:\n  redis:\n    {server}\n  worker:\n    image: shop\n    {WORKER}\n{more}"


@pytest.mark.parametrize(
    ("server", "most"),
    [
        ("image: redis:7", 10_000),
        ("image: valkey/valkey\n    command: [valkey-server, --maxclients, '70']", 70),
        ("image: docker.io/redis\n    command: sh -c 'exec redis-server --maxclients=70 --save 60 1'", 70),
        ("image: redis:7\n    command: redis-server --maxclients ${CLIENTS}", None),
        ("image: redis:7\n    command: redis-server /etc/redis.conf", None),
        ("image: redis:7\n    volumes: ['./redis.conf:/usr/local/etc/redis/redis.conf']", None),
        ("image: bitnami/redis\n    environment: {REDIS_EXTRA_FLAGS: '--maxclients 70'}", None),
    ],
)
def test_what_a_redis_takes(tmp_path: Path, server: str, most: int | None) -> None:
    found = _redis(_worker(tmp_path, _compose(server))).most_connections
    assert found.otherwise(0) == (most or 0) and found.known is (most is not None)


def test_what_idle_workers_hold(tmp_path: Path) -> None:
    more = f"  quiet:\n    image: shop\n    {WORKER} --without-gossip --without-mingle --without-heartbeat\n"
    more += "    deploy: {replicas: 3}\n"
    assert _redis(_worker(tmp_path, _compose("image: redis:7", more))).demand.get() == 8 + 3 * 4


@pytest.mark.parametrize(
    "compose",
    [
        f"services:\n  cache:\n    image: redis:7\n  worker:\n    image: shop\n    {WORKER}\n",
        f"services:\n  redis:\n    image: redis-exporter:1\n  worker:\n    image: shop\n    {WORKER}\n",
        f"services:\n  redis: {{image: haproxy}}\n  worker:\n    image: shop\n    {WORKER}\n",
    ],
)
def test_another_redis_is_not_the_broker(tmp_path: Path, compose: str) -> None:
    assert _worker(tmp_path, compose).redis.get() is None


def test_a_broker_that_is_not_known_is_none_of_them(tmp_path: Path) -> None:
    shop = "import os\nfrom celery import Celery\n\napp = Celery('shop', broker=os.environ['BROKER'])\n"
    assert _worker(tmp_path, _compose("image: redis:7"), shop).redis.get() is None


def test_a_sentinel_is_not_the_redis_that_it_leads_to(tmp_path: Path) -> None:
    shop = SHOP.replace("redis://redis:6379/0", "sentinel://redis:26379")
    assert _worker(tmp_path, _compose("image: redis:7"), shop).redis.get() is None


DJANGO = {
    "models.py": "from django.db import models\n\n\nclass Order(models.Model):\n    paid = models.BooleanField()\n",
    "shop.py": "from celery import Celery\nfrom models import Order\n\napp = Celery('shop')\n\n\n"
    "@app.task\ndef count():\n    return Order.objects.count()\n",
}


@pytest.mark.parametrize(
    ("server", "told", "demand"),
    [
        ("image: postgres:16", "DB_HOST: db", 400),
        (
            "image: postgis/postgis\n    command: postgres -c max_connections=399",
            "URL: postgis://u:p@db:5432/shop",
            400,
        ),
        ("image: postgres\n    command: postgres -N 400", "DB_HOST: db", None),
        ("image: postgres\n    command: -c max_connections=500", "DB_HOST: db", None),
        ("image: bitnami/postgresql\n    environment: {POSTGRESQL_MAX_CONNECTIONS: 900}", "DB_HOST: db", None),
        ("image: postgres\n    command: postgres -c config_file=/my.conf", "DB_HOST: db", None),
        ("image: postgres:16", "DB_HOST: pgbouncer", None),
        ("image: postgres:16", "DB_HOST: db.example.com", None),
        ("image: postgres:16", "DB_HOST: db.example.com, DB_USER: db, DB_NAME: db", None),
        ("image: postgres:16", "DB_HOST: pgbouncer, MIGRATION_DB_HOST: db", None),
    ],
)
def test_a_database_that_is_too_small(tmp_path: Path, server: str, told: str, demand: int | None) -> None:
    for name, text in DJANGO.items():
        (tmp_path / name).write_text(text)
    worker = "command: celery -A shop worker --concurrency=40\n    deploy: {replicas: 10}"
    compose = f"services:\n  db:\n    {server}\n  worker:\n    image: shop\n    {worker}\n    environment: {{{told}}}\n"
    found = _worker(tmp_path, compose, DJANGO["shop.py"])
    database = found.database.get()
    assert (database.demand.get() if database else None) == demand
    assert (found.query is not None) is (demand is not None)
