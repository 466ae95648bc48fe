"""Calls of well-known packages that wait for another machine, without an end unless they are given a timeout."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from celerylint.catalog.data import load


@dataclass(frozen=True, slots=True)
class Endless:
    """A function that waits without an end by itself (requests 2.32, Python 3.11 to 3.14)."""

    position: int  # of `timeout` among the arguments; -1 where it is only given by name
    of_socket: bool  # whether `socket.setdefaulttimeout` reaches it


@functools.cache
def _table() -> Mapping[str, Endless]:
    data = load("timeouts.json")
    return {name: Endless(position, kind == "socket") for kind in data for name, position in data[kind].items()}


def endless(name: str) -> Endless | None:
    """What is known of a function by its imported name; None where it has an end by itself, or nobody knows."""
    return _table().get(name)
