"""Flowers, as data."""

from __future__ import annotations

from celerylint.model import Flower
from celerylint.report.credentials import masked
from celerylint.report.show.values import Entry, entry, hops, place
from celerylint.report.show.workers import deployment


def flower(found: Flower) -> Entry:
    """A Flower: what starts it, where it listens, and which broker it watches."""
    shown = {
        "port": found.port,
        "unix_socket": found.unix_socket,
        "address": found.address,
        "url_prefix": found.url_prefix,
        "authenticated": found.authenticated,
        "persistent": found.persistent,
        "database": found.database,
        "broker_transport": found.broker.transport,
        **deployment(found),
    }
    return {
        "name": found.name,
        **place(found.span),
        "kind": found.kind,
        "overlay": (found.workload.overlay if found.workload else "") or None,
        "app": found.app.name if found.app else None,
        "values": list(found.workload.values) if found.workload else [],
        "command": masked(found.command),
        "via": hops(found.via),
        **{name: entry(value) for name, value in shown.items()},
    }
