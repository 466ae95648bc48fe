"""What the proofs ran on, as the pages say it."""

from __future__ import annotations

import re
import subprocess
from importlib.metadata import version

CELERY = f"Celery {version('celery')}"
GEVENT = f"gevent {version('gevent')}"


def _said(words: list[str], pattern: str) -> str:
    try:
        text = subprocess.run(words, capture_output=True, text=True, timeout=30).stdout
    except OSError:
        return "?"
    found = re.search(pattern, text)
    return found[1] if found else "?"


REDIS = f"Redis {_said(['redis-server', '--version'], r'v=([0-9.]+)')}"
RABBITMQ = f"RabbitMQ {_said(['dpkg-query', '-W', '-f=${Version}', 'rabbitmq-server'], r'^([0-9]+[.][0-9]+[.][0-9]+)')}"
