"""A Flower: the web page that watches the workers of a broker."""

from __future__ import annotations

from dataclasses import dataclass

from celerylint.model.app import App, Broker
from celerylint.model.workload import Container, Hop, Workload
from celerylint.origin import Span, Value


@dataclass(frozen=True, slots=True, eq=False)
class Flower:
    """One `celery flower` process, or one of the program `flower` that it was before release 1.0."""

    name: str
    span: Span  # the word `flower`
    kind: str
    command: str
    via: tuple[Hop, ...]  # the lines that lead to `span`, outermost first: manifest, Dockerfile, scripts
    app: App | None  # None where nothing names one: it then looks at the broker that its own options name
    broker: Broker
    workload: Workload | None
    container: Container | None
    port: Value[int]
    unix_socket: Value[str]  # where it listens instead of `port`; empty: nowhere else
    address: Value[str]  # empty: every address of the machine
    url_prefix: Value[str]
    persistent: Value[bool]  # it keeps what it has seen in `database`
    database: Value[str]
    authenticated: Value[bool]
    """Whether it asks for a login: --basic-auth or --auth (flower/views/auth.py)."""
