"""Small repositories for tests, and what the reading wing makes of their apps."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from celerylint.link.apps import find_apps
from celerylint.link.code import AppSource, Code, read_code
from celerylint.link.environment import Environment
from celerylint.link.evaluate import Evaluator, ModuleFrame
from celerylint.link.settings import as_settings, effective_settings
from celerylint.origin import Layer, Value, known
from celerylint.sources.discover import discover
from celerylint.sources.tree import Tree


def written(root: Path, files: Mapping[str, str]) -> Path:
    """The folder with these files."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def code_of(root: Path) -> Code:
    """The code of a repository."""
    return read_code(Tree(root, discover(root)))


def environment(variables: Mapping[str, str] | None = None) -> Environment:
    """An environment of which everything is known."""
    return Environment({name: known(text, Layer.MANIFEST) for name, text in (variables or {}).items()})


def told_by(script: str, asked: Any) -> list[dict[str, Any]]:
    """What a script beside this file answers in a process of its own, one JSON line each."""
    folder = Path(__file__).parent
    done = subprocess.run(
        [sys.executable, str(folder / script)],
        input=json.dumps(asked),
        env={**os.environ, "PYTHONPATH": str(folder.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


class Looked:
    """One repository in one environment, to look names and expressions up in."""

    def __init__(self, root: Path, files: Mapping[str, str], variables: Mapping[str, str] | None = None) -> None:
        self.code = code_of(written(root, files))
        self.evaluator: Evaluator = self.code.evaluator(environment(variables))

    def frame(self, path: str = "settings.py") -> ModuleFrame:
        """The top level of a file."""
        frame = self.evaluator.frame(path)
        assert frame is not None
        return frame

    def name(self, name: str, path: str = "settings.py") -> Value[Any] | None:
        """A name at the end of a file."""
        return self.evaluator.lookup(self.frame(path), name)

    def expression(self, text: str, path: str = "settings.py") -> Value[Any]:
        """An expression as if it stood at the end of a file."""
        node = ast.parse("\n" * 9_000 + text, mode="eval").body
        return self.evaluator.expression(node, self.frame(path))


def settings_of(code: Code, app: AppSource, variables: Mapping[str, str] | None = None) -> Mapping[str, Value[Any]]:
    """An app's effective settings in an environment of which everything is known."""
    return as_settings(effective_settings(code, app, code.evaluator(environment(variables))))


def only_app(code: Code) -> AppSource:
    """The app of a repository that has one."""
    (app,) = find_apps(code)
    return app
