"""The settings of one release: those with a default, and those that are only documented."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from celerylint.catalog.harvest import defaults_probe

Records = dict[str, dict[str, Any]]
"""What one release says: an entry's fields by the entry's name."""

_TYPES = {"str": "string", "bytes": "any"}  # security_key_password is bytes, and a string works as well

_DOCUMENTATION = "docs/userguide/configuration.rst"

# Documented there in 5.7.0, read by the module named here, and without a default in celery/app/defaults.py.
_DOCUMENTED: Records = {
    "cassandra_secure_bundle_path": {"type": "string"},  # celery/backends/cassandra.py
    "override_backends": {"type": "dict"},  # celery/loaders/base.py
    "redis_backend_credential_provider": {"type": "any"},  # celery/backends/redis.py
    "redis_backend_health_check_interval": {"type": "int"},  # celery/backends/redis.py
    "redis_client_name": {"type": "string"},  # celery/backends/redis.py
    "result_backend_thread_safe": {"type": "bool", "default": False},  # celery/backends/base.py
}

# A number or a name does for these; the others are paths.
_DAEMON_TYPES = {
    "executable": "string",
    "gid": "any",
    "logfile": "string",
    "pidfile": "string",
    "uid": "any",
    "umask": "any",
}
_DAEMONS = ("beat", "events", "worker")


def settings_of(tree: Path) -> Records:
    """The settings of the release whose `celery/` is in `tree`. Raises CalledProcessError where it cannot be loaded."""
    path = tree / "celery" / "app" / "defaults.py"
    command = [sys.executable, "-I", "-S", defaults_probe.__file__, str(path)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    declared: Records = json.loads(printed)
    for entry in declared.values():
        entry["type"] = _TYPES.get(entry["type"], entry["type"])
    return {**_documented(tree), **_daemon(tree), **declared}


def _documented(tree: Path) -> Records:
    """The documented ones that this release's code reads by their name."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in sorted((tree / "celery").rglob("*.py")))
    present = {name: fields for name, fields in _DOCUMENTED.items() if f"'{name}'" in code}
    return {name: {"default": None, "source": _DOCUMENTATION, **fields} for name, fields in present.items()}


def _daemon(tree: Path) -> Records:
    """`worker_logfile` and its like: read by celery/bin/base.py:DaemonOption, under the command's name."""
    if not reads_daemon_settings(tree):
        return {}
    return {
        f"{command}_{option}": {"type": type_, "default": None, "source": _DOCUMENTATION}
        for command in _DAEMONS
        for option, type_ in _DAEMON_TYPES.items()
    }


def reads_daemon_settings(tree: Path) -> bool:
    """Whether this release's daemon options fall back to settings (5.4.0 was the first)."""
    base = (tree / "celery" / "bin" / "base.py").read_text(encoding="utf-8")
    return "{ctx.command.name}_{self.name}" in base
