"""A Redis or a database that the repository runs beside its workers."""

from __future__ import annotations

from dataclasses import dataclass

from celerylint.origin import Span, Value


@dataclass(frozen=True, slots=True, eq=False)
class Server:
    """A server of the same deployment as a worker, which the worker's own configuration names."""

    name: str  # of its workload or service
    kind: str  # redis, postgresql, mysql
    span: Span
    address: Value[str]  # its name where the worker is told it: a variable, or `broker_url`
    most_connections: Value[int]
    """What its command line or a variable says, else its default: Redis 10,000 (maxclients), PostgreSQL 100, MySQL 151
    (max_connections). Unknown where a file may say it."""

    demand: Value[int]
    """How many the workers that it is named to hold at once, at least: of those of unknown size none are counted."""
