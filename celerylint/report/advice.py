"""How to tell celerylint what it could not know."""

from __future__ import annotations

from celerylint.finding import Undecided

_TASK_TABLE = '[tool.celerylint.tasks."<task>"] {}, or beside the task: # celerylint: {}'
# By a part of the unknown expression, the most telling first.
_ADVICE = (
    (("longest_run", "declared_run"), _TASK_TABLE.format('duration = "20m"', "20m")),
    (("load",), _TASK_TABLE.format('load = "cpu"', "cpu")),
    (("consumers",), "name queues that others consume: external-queues in [tool.celerylint]"),
    (("per_process", "demand"), 'memory-per-process = "200MiB" in [tool.celerylint]'),
    (("memory_limit", "memory_request"), "write resources.limits.memory (Compose: mem_limit) in the manifest"),
    (("cpu_limit", "cpu_request"), "write resources.limits.cpu (Compose: cpus) in the manifest"),
    (("grace_period",), "write terminationGracePeriodSeconds (Compose: stop_grace_period) in the manifest"),
    (("concurrency", "processes", "prefetch_count"), "write --concurrency on the worker's command line"),
    (("replicas",), "write replicas in the manifest"),
    (("queues",), "write -Q on the worker's command line"),
    (("settings", "broker"), "write the value in the code, or in the environment of the manifest"),
)
_GENERAL = "write the value where celerylint reads it: the code, the command line or the manifest"


def advice(undecided: Undecided) -> str:
    """What to write, and where, so that the page can be decided."""
    words = undecided.unknown.replace("(", ".").replace(")", ".").split(".")
    return next((text for parts, text in _ADVICE if any(part in words for part in parts)), _GENERAL)
