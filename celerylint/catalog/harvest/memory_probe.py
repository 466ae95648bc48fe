"""A script: run a statement beside Celery in a fresh process, fork as prefork does, and print what that costs as JSON.

Run as `python memory_probe.py STATEMENT`; `pass` tells Celery alone. It needs Linux: /proc/self/smaps_rollup.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
from pathlib import Path


def _kib(*names: str) -> int:
    """The sum of some lines of this process's smaps_rollup, in KiB."""
    with Path("/proc/self/smaps_rollup").open(encoding="ascii") as lines:
        sizes = dict(line.split(":", 1) for line in lines if line.rstrip().endswith("kB"))
    return sum(int(sizes[name].split()[0]) for name in names)


def _child() -> int:
    """What a forked child holds for itself alone once it has collected its garbage, which writes to every object."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        gc.collect()
        os.write(writing, str(_kib("Private_Clean", "Private_Dirty")).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as back:
        told = back.read()
    os.waitpid(child, 0)
    return int(told)


def main() -> None:
    """Print `{"resident", "own", "modules"}`: KiB, KiB, and the names of all modules that were imported."""
    for module in ("celery", "celery.app.base", "celery.concurrency.prefork", "kombu.transport.redis"):
        importlib.import_module(module)
    exec(sys.argv[1], {"__name__": "__main__"})
    gc.collect()
    print(json.dumps({"resident": _kib("Rss"), "own": _child(), "modules": sorted(sys.modules)}))


if __name__ == "__main__":
    main()
