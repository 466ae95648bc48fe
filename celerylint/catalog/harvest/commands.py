"""The commands and options of one release, with the settings that they override."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from celerylint.catalog.harvest import click_probe
from celerylint.catalog.harvest.argparse_tables import argparse_commands
from celerylint.catalog.harvest.multi import multi_options
from celerylint.catalog.harvest.overrides import overrides_of
from celerylint.catalog.harvest.settings import reads_daemon_settings

Commands = dict[str, dict[str, Any]]

# The names that click and celery/bin/{base,worker,celery}.py give to the types of their parameters.
_TYPES = {
    "string": "string",
    "text": "string",
    "application": "string",
    "hostname": "string",
    "int": "int",
    "integer": "int",
    "float": "float",
    "bool": "bool",
    "boolean": "bool",
    "choice": "choice",
    "pool": "choice",
    "path": "path",
    "Path": "path",
    "comma separated list": "list",
    "<min workers>, <max workers>": "autoscale",
    "json array": "json",
    "json object": "json",
    "iso-86091": "datetime",
    "iso-86091 or float": "datetime",
}


def commands_of(tree: Path, installed: Path | None) -> Commands:
    """The commands of the release in `tree`, asked of click in `installed`; None for 4.x, which had no click.

    Raises CalledProcessError where Celery cannot be imported, and ValueError for a type of parameter that is new.
    """
    found = argparse_commands(tree) if installed is None else asked_of_click(installed)
    found["multi"]["options"] |= multi_options(tree)
    overrides = overrides_of(tree)
    daemon = reads_daemon_settings(tree)
    for name, command in found.items():
        for dest, option in command["options"].items():
            own = f"{name}_{dest}" if option.pop("daemon", False) and daemon else None
            option["setting"] = option.get("setting") or overrides.get(name, {}).get(dest) or own
            option["type"] = _type(option["type"])
    return found


def asked_of_click(installed: Path) -> Commands:
    """What the click probe prints for the Celery in a directory. Raises CalledProcessError."""
    command = [sys.executable, "-I", "-S", click_probe.__file__, str(installed)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    commands: Commands = json.loads(printed)
    return commands


def _type(name: str) -> str:
    if name not in _TYPES:
        raise ValueError(f"a type of parameter that the catalogue does not know: {name!r}")
    return _TYPES[name]
