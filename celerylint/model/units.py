"""The units that values carry, so that pages can neither compare nor print them wrongly."""

from typing import NewType

Seconds = NewType("Seconds", float)
Bytes = NewType("Bytes", int)
KiB = NewType("KiB", int)  # what Celery's --max-memory-per-child counts in (celery/bin/worker.py, 5.7)
Cpus = NewType("Cpus", float)  # Kubernetes' CPU unit: 1 is one core, 0.5 is 500m
