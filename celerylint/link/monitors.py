"""Who listens to the events of workers: Flower, exporters, `celery events`, and code with a receiver."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from celerylint.link.code import is_test
from celerylint.link.containers import Started
from celerylint.link.manifests import Manifests
from celerylint.model import Unread
from celerylint.origin import Layer, Value, known, unknown
from celerylint.sources.tree import Tree

_COMMANDS = frozenset({"flower", "events"})
_IMAGE = re.compile(r"flower|celery[-_]?(?:exporter|insights|monitor)|leek|kanchi", re.IGNORECASE)
_NAMED = re.compile(
    rb"flower|celery[-_.]?exporter|celery[-_]prometheus|events\.Receiver|EventReceiver|events\.State|evcam"
    rb"|events\.snapshot|capture_events|task-(?:sent|received|started|succeeded|failed)",
    re.IGNORECASE,
)


def events_are_read(
    started: Iterable[Started], manifests: Manifests, unread: Sequence[Unread], tree: Tree
) -> Value[bool]:
    """Whether anything in the repository reads the events, or may: a monitor that is only named counts as one."""
    for process in started:
        if process.launch.subcommand in _COMMANDS:
            return known(True, Layer.MANIFEST, process.launch.span)
    for workload in manifests.workloads:
        for container in workload.containers:
            if _IMAGE.search(str(container.image.otherwise("")) + container.name + workload.name):
                return known(True, Layer.MANIFEST, container.span)
    for path in tree.files:
        if not is_test(path) and tree.mentions(path) and _NAMED.search(tree.data(path) or b""):
            return unknown(f"{path} speaks of something that reads events")
    return unknown(unread[0].reason, unread[0].span) if unread else known(False, Layer.DEFAULT)
