"""What somebody asked a worker for on its command line, whether or not Celery follows it."""

from __future__ import annotations

from dataclasses import dataclass

from celerylint.origin import Value


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """The options of a worker's command line, or the variables in their place; None where neither gives one.

    Settings do not count here: what the worker really does stands in the worker itself.
    """

    through_code: bool  # Python code calls Celery with them (`app.worker_main([...])`), not Celery's own program
    pool: Value[str | None]
    concurrency: Value[int | None]
    prefetch_multiplier: Value[int | None]
    autoscale: Value[str | None]
    """How the bounds are written: `max,min`; `min,max`, which Celery turns round; `max` alone, with a least of 0
    (celery/bin/worker.py:Autoscale)."""

    optimization: Value[str | None]  # -O
    pidfile: Value[str | None]
    detach: Value[bool]  # --detach
    purge: Value[bool]  # --purge or --discard: every queue that it takes from is emptied when it starts
