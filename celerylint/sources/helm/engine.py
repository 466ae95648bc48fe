"""The engines that render a chart: Helm itself, as a library or as a program, in a process of its own.

A chart is a program of its author's: it may loop, and it may grow. The process may use so much memory and so many
seconds and no more, writes no file, sees no environment, and is given a copy of the chart that holds no link.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

PACKAGE = "helm_python"


class EngineError(Exception):
    """The chart cannot be rendered so; the text is the engine's own."""


class EngineStoppedError(EngineError):
    """The engine needed more time, memory or output than it is given."""


@dataclass(frozen=True, slots=True)
class Release:
    """What a chart is rendered as."""

    name: str
    namespace: str


class Engine(Protocol):
    """Renders copies of charts."""

    def render(self, chart: Path, values: Sequence[str], release: Release) -> str:
        """All manifests as one text; `values` are YAML documents, the last one strongest. Raises EngineError."""
        ...

    def close(self) -> None:
        """End what still runs."""
        ...


def find_engine(choice: str, root: Path) -> Engine | None:
    """The engine that was chosen (auto, sdk, helm or none); None where it is not installed.

    The library comes first: one process renders everything, and its version is the one that was tested.
    """
    from celerylint.sources.helm.binary import Binary
    from celerylint.sources.helm.sdk import Sdk

    if choice in ("auto", "sdk") and find_spec(PACKAGE) is not None:
        return Sdk()
    program = _program(root) if choice in ("auto", "helm") else None
    return Binary(program) if program else None


def _program(root: Path) -> str | None:
    """The `helm` of the user's PATH; one that lies in the repository is a part of what is read, and is not run."""
    program = shutil.which("helm")
    if program is None or Path(program).resolve().is_relative_to(root.resolve()):
        return None
    return str(Path(program).resolve())


def environment(home: str) -> dict[str, str]:
    """Nothing of the user's: no cluster, no plugins, no registries, no proxies."""
    folders = ("HOME", "TMPDIR", "HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME", "HELM_PLUGINS")
    return {**dict.fromkeys(folders, home), "KUBECONFIG": os.devnull, "LC_ALL": "C.UTF-8"}


def empty_folder() -> tempfile.TemporaryDirectory[str]:
    """A home for the engine."""
    return tempfile.TemporaryDirectory(prefix="celerylint-helm-", ignore_cleanup_errors=True)
