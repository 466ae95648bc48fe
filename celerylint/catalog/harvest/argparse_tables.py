"""The command line of a 4.x release, read out of its `add_arguments` methods: that release is not run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from celerylint.catalog.harvest.syntax import calls, constant_or_none, functions, keyword, module, setting_read

# argparse adds it to every parser.
_HELP: dict[str, Any] = {"short": ["-h"], "long": ["--help"], "type": "bool"}

_NOT_COMMANDS = {"Command", "CeleryCommand", "_RemoteControl", "help"}
_ABSTRACT = {"Command", "_RemoteControl"}

# celery/bin/base.py 4.4.7: `preload_options.get("app") or os.environ.get("CELERY_APP")`; no other option has one.
_ENV = {"app": ["CELERY_APP"]}


def argparse_commands(tree: Path) -> dict[str, dict[str, Any]]:
    """Every command of the 4.x release in `tree`, in the shape of the click probe; each takes the global options too.

    argparse also takes any unique beginning of a long flag; those are not listed.
    """
    base = module(tree / "celery" / "bin" / "base.py")
    shared = {"help": _HELP, **_method(base, "_add_version_argument"), **_method(base, "add_preload_arguments")}
    daemon = _method(base, "daemon_options")
    found = {"celery": _command(shared)}
    for path in sorted((tree / "celery" / "bin").glob("*.py")):
        tree_ = module(path)
        classes = {node.name: node for node in tree_.body if isinstance(node, ast.ClassDef)}
        for node in classes.values():
            if node.name not in _NOT_COMMANDS and _bases(node) & _ABSTRACT:
                own = [_own_options(each, daemon) for each in (*_parents(node, classes), node)]
                merged = {dest: option for options in own for dest, option in options.items()}
                found[node.name.rstrip("_")] = _command({**shared, **merged})
    found["multi"]["unknown_options"] = True  # it reads its arguments itself, as it does in 5.x
    found["celery"]["subcommands"] = sorted(set(found) - {"celery"})
    return found


def _command(options: dict[str, Any]) -> dict[str, Any]:
    return {"extra_arguments": True, "options": options}


def _bases(node: ast.ClassDef) -> set[str]:
    return {base.id for base in node.bases if isinstance(base, ast.Name)}


def _parents(node: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> list[ast.ClassDef]:
    return [classes[name] for name in sorted(_bases(node)) if name in classes]


def _own_options(node: ast.ClassDef, daemon: dict[str, Any]) -> dict[str, Any]:
    inherited = daemon if any(calls(node, "daemon_options")) else {}
    return {**inherited, **_method(node, "add_arguments")}


def _method(tree: ast.AST, name: str) -> dict[str, Any]:
    return {dest: option for node in functions(tree, name) for dest, option in _options(node)}


def _options(node: ast.FunctionDef) -> Iterator[tuple[str, dict[str, Any]]]:
    for call in calls(node, "add_argument"):
        flags = [text for text in map(constant_or_none, call.args) if isinstance(text, str)]
        first = next((flag for flag in flags if flag.startswith("--")), flags[0])
        dest = constant_or_none(keyword(call, "dest")) or first.lstrip("-").replace("-", "_")
        yield dest, _option(call, flags, dest)


def _option(call: ast.Call, flags: list[str], dest: str) -> dict[str, Any]:
    is_flag = constant_or_none(keyword(call, "action")) in ("store_true", "version")
    default = keyword(call, "default")
    return {
        "short": [flag for flag in flags if not flag.startswith("--")],
        "long": [flag for flag in flags if flag.startswith("--")],
        "takes_value": not is_flag,
        "type": "bool" if is_flag else getattr(keyword(call, "type"), "id", "string"),
        "env": _ENV.get(dest, []),
        "default": constant_or_none(default) or None,
        "setting": setting_read(default) if default is not None else None,
    }
