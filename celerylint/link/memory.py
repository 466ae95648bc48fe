"""What the processes of a prefork worker need together."""

from __future__ import annotations

from celerylint.configuration import Configuration
from celerylint.model import Bytes, Memory
from celerylint.origin import Layer, Value, derive, known

MIB = 1024 * 1024
# Measured with Celery 5.7 and Python 3.11: an application without imports has a parent of 30 MiB, and each child
# adds 21.5 (32 children) to 26 MiB (one child) of its own; the least of these is the floor.
EMPTY_PARENT, EMPTY_PROCESS = 30 * MIB, 21 * MIB
# Resident sizes of a process of a Django application, and of one that imports pandas, torch or the like; children
# share about 40 % of it with their parent (copy on write).
DJANGO, HEAVY = 150 * MIB, 300 * MIB
OWN_SHARE = 0.6


def memory_of(
    pool: Value[str], processes: Value[int], django: bool, heavy: tuple[str, ...], configuration: Configuration
) -> Memory:
    """The sum as the project's configuration, or the imports, tell it; only prefork has processes beside its parent."""
    children = derive(lambda name, count: count if name == "prefork" else 0, pool, processes)
    resident = HEAVY if heavy else DJANGO if django else EMPTY_PARENT
    why = f"imports {heavy[0]}" if heavy else "a Django application" if django else "an empty application"
    parent = _estimate(resident, why)
    own = EMPTY_PROCESS if resident == EMPTY_PARENT else int(resident * OWN_SHARE)
    per_process = _estimate(own, why)
    if configuration.memory_per_process is not None:
        span = configuration.places.get("memory-per-process")
        per_process = known(Bytes(configuration.memory_per_process), Layer.CONFIGURATION, span)
    return Memory(
        parent=parent,
        per_process=per_process,
        demand=derive(lambda base, each, count: Bytes(base + each * count), parent, per_process, children),
        floor=derive(lambda count: Bytes(EMPTY_PARENT + EMPTY_PROCESS * count), children),
    )


def _estimate(size: int, why: str) -> Value[Bytes]:
    return known(Bytes(size), Layer.INFERRED, None, why)
