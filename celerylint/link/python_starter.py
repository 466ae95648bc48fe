"""What a Python that runs in a container starts: a file, a module, a management command of Django."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Sequence

from celerylint.facts.launch import File, StartedCommand, Starter, StarterCall, Word
from celerylint.facts.manifests import WorkloadFact
from celerylint.facts.processes.program import written_nowhere
from celerylint.link.processes import Processes
from celerylint.origin import Unknown

_MANAGE = "manage.py"
_COMMANDS = "/management/commands/"


def python_starter(found: Processes) -> Starter:
    """The starter that reads a Python file by what the files of the repository were found to start."""
    by_path: dict[str, list[WorkloadFact]] = defaultdict(list)
    for workload in found.workloads:
        by_path[workload.span.path].append(workload)

    def starter(call: StarterCall) -> Sequence[StartedCommand] | Unknown | None:
        rest = _arguments(call)
        if posixpath.basename(call.words[0].text) == _MANAGE:
            name = rest[0].text if rest else ""
            paths = [path for path in by_path if f"/{path}".endswith(f"{_COMMANDS}{name}.py")]
            return _commands(by_path[paths[0]]) if len(paths) == 1 else None
        path = _file(call)
        if path in by_path:
            return _commands(by_path[path])
        if path in found.bare:
            head = call.words[0]
            return [
                StartedCommand((Word("celery", written_nowhere(head.span)), *rest), head.span, posixpath.basename(path))
            ]
        return None

    return starter


def _arguments(call: StarterCall) -> Sequence[Word]:
    return call.words[2:] if call.words[0].text == "-m" else call.words[1:]


def _file(call: StarterCall) -> str:
    """The repository's path of the file that is run; empty where nobody can tell."""
    names = [call.words[0].text]
    if names[0] == "-m" and len(call.words) > 1:
        module = call.words[1].text.replace(".", "/")
        names = [f"{module}.py", f"{module}/__main__.py"]
    for name in names:
        file = call.open(name)
        if isinstance(file, File):
            return file.path
    return ""


def _commands(workloads: Sequence[WorkloadFact]) -> list[StartedCommand]:
    return [
        StartedCommand(workload.containers[0].arguments or (), workload.span, workload.name) for workload in workloads
    ]
