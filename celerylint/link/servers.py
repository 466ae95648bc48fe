"""Redis and databases that run beside the workers, and how many of their connections these need."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from celerylint.facts.manifests import ContainerFact, WorkloadFact
from celerylint.link.containers import Started, words_of
from celerylint.link.evaluate import plain
from celerylint.link.settings import same_broker
from celerylint.model import Call, Server, Task, Worker
from celerylint.origin import Layer, Span, Value, derive, known, unknown
from celerylint.sources.tree import Tree

_IMAGES = (
    ("redis", re.compile(r"(?:^|/)(?:redis|valkey)(?=[:@]|$)")),
    ("postgresql", re.compile(r"(?:^|/)(?:postgres|postgresql|postgis|pgvector)(?=[:@]|$)")),
    ("mysql", re.compile(r"(?:^|/)(?:mysql|mariadb)(?=[:@]|$)")),
)
_SAYS = {
    "redis": re.compile(r"--maxclients[\s=]+(\S+)"),
    "postgresql": re.compile(r"(?:-c\s*|--)max[-_]connections\s*=\s*(\S+)|(?<=\s)-N\s*(\d+)"),
    "mysql": re.compile(r"--max[-_]connections[\s=]+(\S+)"),
}
_BY_FILE = re.compile(r"\.(?:conf|cnf)\b|config[-_]file|--defaults-")
_FOLDERS = ("/etc", "/usr/local/etc", "/docker-entrypoint-initdb.d", "/bitnami", "/opt")
# redis.io, clients; postgresql.org, runtime-config-connection; dev.mysql.com, server-system-variables.
_DEFAULTS = {"redis": 10_000, "postgresql": 100, "mysql": 151}
_VARIABLES = {"POSTGRESQL_MAX_CONNECTIONS": "postgresql", "MYSQL_MAX_CONNECTIONS": "mysql"}  # Bitnami, OpenShift
_DOUBTS = re.compile(r"EXTRA_FLAGS|EXTRA_CONF|CONF_FILE|MAX_?CLIENTS|MAX_?CONN|_ARGS$")
# Connections of one idle worker at Redis, measured with Celery 5.6 and 5.7: 10; without mingle, which they may lack,
# these are left by gossip and heartbeats.
_CONNECTIONS = {(True, True): 8, (True, False): 7, (False, True): 6, (False, False): 4}
_HOLDING = frozenset({"prefork", "threads", "gevent", "eventlet"})
_ADDRESS = re.compile(r"HOST|SERVER|ADDR|URL|URI|DSN", re.I)  # of variables whose whole value is a name
_POOLER = re.compile(r"bouncer|pgpool|pgcat|odyssey|supavisor|proxy", re.I)
_POOLED = re.compile(rb"geventpool|dj_db_conn_pool|psycopg_pool|[\"']pool[\"']\s*:")

Queries = Callable[[Task], tuple[Call, ...]]


@dataclass(frozen=True, slots=True)
class _Found:
    """A server of a manifest."""

    kind: str
    workload: WorkloadFact
    most: Value[int]


@dataclass(frozen=True, slots=True)
class _Use:
    """A worker that is told to use a server."""

    server: _Found
    address: Value[str]
    need: Value[int]  # connections


def connected(
    pairs: Sequence[tuple[Started, Worker]], manifests: Sequence[WorkloadFact], queries: Queries, tree: Tree
) -> list[Worker]:
    """The workers with the Redis and the database that they are told to use, where the repository runs these."""
    servers = list(_servers(manifests))
    redis = [_use(process, servers, ("redis",), worker) for process, worker in pairs]
    databases = [_use(process, servers, ("postgresql", "mysql"), worker) for process, worker in pairs]
    found = [
        replace(worker, redis=_server(use, redis)) if use else worker
        for (_, worker), use in zip(pairs, redis, strict=True)
    ]
    for index, use in enumerate(databases):
        if use is not None and _exceeded(_server(use, databases)):
            found[index] = _asking(found, index, databases, queries, tree)
    return found


def _servers(workloads: Sequence[WorkloadFact]) -> Iterator[_Found]:
    for workload in workloads:
        for container in workload.containers:
            image = container.image.otherwise(None) or ""
            kind = next((kind for kind, pattern in _IMAGES if pattern.search(image)), None)
            if kind is not None and workload.platform in ("kubernetes", "compose"):
                yield _Found(kind, workload, _most(kind, container))


def _most(kind: str, container: ContainerFact) -> Value[int]:
    words = words_of(container)
    text = " ".join(word.text for word in words)
    said = _SAYS[kind].search(f" {text}")
    if said is not None:
        number = next(each for each in said.groups() if each)
        return _number(number, next((word.span for word in words if number in word.text), container.span))
    for variable in container.environment:
        if _VARIABLES.get(variable.name) == kind and variable.value.known:
            return _number(variable.value.get(), variable.span)
        if _DOUBTS.search(variable.name):
            return unknown(f"{variable.name} may say how many connections it takes", variable.span)
    if _BY_FILE.search(text) or container.environment_open:
        return unknown("a file may say how many connections it takes", container.span)
    mounted = next((each for each in container.mounts if each.target.startswith(_FOLDERS)), None)
    if mounted is not None or any(each.target.startswith(_FOLDERS) for each in container.volumes):
        return unknown("a file that is mounted may say how many connections it takes", container.span)
    return known(_DEFAULTS[kind], Layer.DEFAULT)


def _number(text: str, span: Span) -> Value[int]:
    digits = text.strip("\"'")
    if digits.isdigit():
        return known(int(digits), Layer.MANIFEST, span)
    return unknown(f"{text} is no number of connections", span)


def _use(process: Started, servers: Sequence[_Found], kinds: tuple[str, ...], worker: Worker) -> _Use | None:
    """The server of these kinds that a worker is told by its name; None where there is none, or there are several."""
    if worker.workload is None or not worker.workload.lives_long:
        return None
    beside = [each for each in servers if each.kind in kinds and _place(each.workload) == _place(process.workload)]
    of_redis = kinds == ("redis",)
    told = [_of_broker(worker)] if of_redis else _of_variables(process)
    found = [(server, value) for server in beside for value in told if _names(value, server.workload.name)]
    if len({id(server) for server, _ in found}) != 1:
        return None
    server, value = found[0]
    name = known(server.workload.name, value.origin.layer, value.origin.span)
    return _Use(server, name, _at_redis(worker) if of_redis else _at_database(worker))


def _place(workload: WorkloadFact) -> tuple[object, ...]:
    """Where a workload is deployed: names of servers hold there alone."""
    path = workload.span.path if workload.platform == "compose" else posixpath.dirname(workload.span.path)
    return workload.platform, workload.namespace, workload.overlay, workload.values, path


def _of_broker(worker: Worker) -> Value[Any]:
    url = worker.settings.get("broker_url")
    return url if url is not None else unknown("its broker is not known")


def _of_variables(process: Started) -> list[Value[Any]]:
    """What may name a database; nothing where a pooler is named as well, as that may be what is used."""
    given = process.environment.variables
    texts = [f"{name}={value.otherwise('')}" for name, value in given.items()]
    if any(_POOLER.search(text) for text in texts):
        return []
    return [value for name, value in given.items() if _ADDRESS.search(name) or "://" in str(value.otherwise(""))]


def _names(value: Value[Any], server: str) -> bool:
    """Whether a text is the name of a server, or the URL of one: `redis://redis:6379/0`. A sentinel's names others."""
    text = plain(value)
    if not isinstance(text, str) or text.startswith("sentinel"):
        return False
    return text == server or ("://" in text and same_broker(text)[1].partition(".")[0] == server)


def _at_redis(worker: Worker) -> Value[int]:
    """What the worker's processes hold even where they have nothing to do; its children come on top of it."""
    count = derive(lambda gossip, beats: _CONNECTIONS[bool(gossip), bool(beats)], worker.gossip, worker.heartbeats)
    return _times(count, worker)


def _at_database(worker: Worker) -> Value[int]:
    """One for each task at the same time, as Django's connections are each thread's own."""
    pool = worker.pool.otherwise("")
    if pool == "solo":
        return _times(known(1, Layer.DEFAULT), worker)
    return _times(worker.processes, worker) if pool in _HOLDING else unknown("its pool is not known")


def _times(count: Value[int], worker: Worker) -> Value[int]:
    assert worker.workload is not None  # `_use` looked
    return derive(lambda each, pods: each * pods, count, worker.workload.most_replicas)


def _server(use: _Use, every: Sequence[_Use | None]) -> Value[Any]:
    """The server with what all that use it need."""
    beside = [each.need for each in every if each is not None and each.server is use.server and each.need.known]
    demand = derive(lambda *counts: sum(counts), *beside) if beside else use.need
    found, workload = use.server, use.server.workload
    server = Server(workload.full_name, found.kind, workload.span, use.address, found.most, demand)
    return known(server, Layer.MANIFEST, use.address.origin.span)


def _exceeded(server: Value[Any]) -> bool:
    most, demand = server.get().most_connections, server.get().demand
    return bool(most.known and demand.known and demand.get() > most.get())


def _asking(workers: Sequence[Worker], index: int, uses: Sequence[_Use | None], queries: Queries, tree: Tree) -> Worker:
    """The worker with its database, counting only those whose tasks certainly ask it."""
    asked = [_first_query(worker, queries) if use else None for worker, use in zip(workers, uses, strict=True)]
    use = uses[index]
    if use is None or asked[index] is None:
        return workers[index]
    server = _server(use, [each if query else None for each, query in zip(uses, asked, strict=True)])
    pooled = _pooled(tree)
    if pooled:
        server = unknown(f"{pooled} speaks of a pool of connections")
    return replace(workers[index], database=server, query=asked[index])


def _first_query(worker: Worker, queries: Queries) -> Call | None:
    return next((call for task in worker.tasks.otherwise(()) for call in queries(task)), None)


def _pooled(tree: Tree) -> str:
    """A file that may bound the connections of a process in another way."""
    paths = (path for path in tree.files if path.endswith(".py"))
    return next((path for path in paths if _POOLED.search(tree.data(path) or b"")), "")
