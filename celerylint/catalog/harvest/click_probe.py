"""A script: print the commands of one installed Celery (5.x) as JSON, as click itself knows them.

Run as `python -I -S click_probe.py directory-with-celery-and-its-dependencies`.
"""

from __future__ import annotations

import importlib
import json
import socket
import sys
from collections.abc import Iterator
from typing import Any

import_module = importlib.import_module


def _host() -> str:
    """Celery's own sign for the host's name, so that the default node name is the same on every machine."""
    return "%h"


def _default(parameter: Any) -> Any:
    value = parameter.default
    plain = isinstance(value, (str, int, float)) and value is not False
    return value if plain and type(value).__module__ == "builtins" else None


def _env(parameter: Any, prefix: str) -> list[str]:
    """click.Option.resolve_envvar_value: the explicit names first, then the one made of the prefix and the dest."""
    explicit = parameter.envvar or ()
    names = [explicit] if isinstance(explicit, str) else list(explicit)
    return [*names, f"{prefix}_{parameter.name.upper()}"] if parameter.allow_from_autoenv else names


def _dest(parameter: Any) -> str:
    """The name of the value; click's own help option has a different one in each version of click."""
    return "help" if "--help" in parameter.opts else str(parameter.name)


def _owners(parameters: list[Any]) -> dict[str, str]:
    """Which option a flag means: the last one that declares it (`events -d` is --detach, not --dump)."""
    return {flag: _dest(each) for each in parameters for flag in (*each.opts, *each.secondary_opts)}


def _option(parameter: Any, prefix: str, owners: dict[str, str]) -> dict[str, Any]:
    flags = [flag for flag in parameter.opts if owners[flag] == _dest(parameter)]
    if "--help" in flags:
        return {"long": flags, "type": "bool"}
    return {
        "short": [flag for flag in flags if not flag.startswith("--")],
        "long": [flag for flag in flags if flag.startswith("--")],
        "negative": list(parameter.secondary_opts),
        "takes_value": not (parameter.is_flag or parameter.count),
        "multiple": bool(parameter.multiple or parameter.nargs != 1),
        "type": "bool" if parameter.is_flag else parameter.type.name,
        "choices": list(getattr(parameter.type, "choices", ())),
        "env": _env(parameter, prefix),
        "default": _default(parameter),
        "daemon": type(parameter).__name__ == "DaemonOption",
    }


def _commands(context: Any, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    command = context.command
    parameters = command.get_params(context)
    owners = _owners([each for each in parameters if each.param_type_name == "option"])
    inner = getattr(command, "commands", {})
    yield (
        name,
        {
            "arguments": [each.name for each in parameters if each.param_type_name == "argument"],
            "subcommands": sorted(inner),
            "extra_arguments": bool(context.allow_extra_args) and not inner,
            "unknown_options": bool(context.ignore_unknown_options),
            "options": {
                _dest(each): _option(each, context.auto_envvar_prefix, owners)
                for each in parameters
                if each.param_type_name == "option"
            },
        },
    )
    for key in sorted(inner):
        below = type(context)(inner[key], parent=context, info_name=key, **inner[key].context_settings)
        yield from _commands(below, key if context.parent is None else f"{name} {key}")


def read(directory: str | None) -> dict[str, Any]:
    """Every command by its name; the global options are those of `celery`."""
    if directory is not None:
        sys.path.insert(0, directory)
    socket.gethostname = _host
    root = import_module("celery.bin.celery").celery
    context = import_module("click").Context(root, info_name="celery", auto_envvar_prefix="CELERY")
    return dict(_commands(context, "celery"))


if __name__ == "__main__":
    json.dump(read(sys.argv[1]), sys.stdout)
