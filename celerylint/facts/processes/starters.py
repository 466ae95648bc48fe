"""Process managers inside a container: what each of them starts there, by the files that it finds."""

from __future__ import annotations

import getopt
import posixpath
from collections.abc import Sequence
from fnmatch import fnmatchcase

from celerylint.facts.launch import File, OptionUse, StartedCommand, StarterCall, Supervision
from celerylint.facts.manifests.workloads import EnvironmentFact, WorkloadFact
from celerylint.facts.processes.supervisor import included, supervisor_facts
from celerylint.origin import Unknown

# supervisor/options.py: with an argument where a colon follows.
_SUPERVISORD = "c:nstd:e:i:j:l:m:q:u:vy:z:a:kh?x:"
_SUPERVISORD_LONG = ["configuration=", "directory=", "loglevel=", "logfile=", "pidfile=", "user=", "nodaemon"]
_SEARCHED = ("supervisord.conf", "etc/supervisord.conf", "/etc/supervisord.conf", "/etc/supervisor/supervisord.conf")


def supervisord(call: StarterCall) -> Sequence[StartedCommand] | Unknown | None:
    """The programs of the configuration that `-c` names, or else of the first that supervisord looks for."""
    texts = [word.text for word in call.words[1:]]
    try:
        options, _ = getopt.getopt(texts, _SUPERVISORD, _SUPERVISORD_LONG)
    except getopt.GetoptError:
        return Unknown("supervisord is started with options that are not known")
    given = [value for flag, value in options if flag in ("-c", "--configuration")]
    found = _first(call, given[-1:] or _SEARCHED)
    if isinstance(found, Unknown):
        return found
    files = [found[1], *_more(call, *found)]
    facts = supervisor_facts([(file.text, file.locate) for file in files], call.environment)
    return [_kept(workload) for workload in facts.workloads]


def _first(call: StarterCall, paths: Sequence[str]) -> tuple[str, File] | Unknown:
    """The first path that can be opened."""
    why = Unknown("supervisord has no configuration")
    for path in paths:
        file = call.open(path)
        if isinstance(file, File):
            return path, file
        why = file
    return why


def _more(call: StarterCall, path: str, file: File) -> list[File]:
    """The files that a configuration includes, those of each pattern in their order."""
    folder = posixpath.dirname(path)
    found: list[File] = []
    for pattern in included(file.text, file.locate):
        whole = posixpath.normpath(posixpath.join(folder, pattern))
        names = call.below(posixpath.dirname(whole))
        wanted = whole.rpartition("/")[2]
        for name in names:
            other = call.open(name)
            same = posixpath.dirname(name).endswith(posixpath.dirname(whole).lstrip("."))
            if same and fnmatchcase(name.rpartition("/")[2], wanted) and isinstance(other, File):
                found.append(other)
    return found


def _kept(workload: WorkloadFact) -> StartedCommand:
    """A program as a command line of the container that its manager runs in."""
    container = workload.containers[0]
    return StartedCommand(
        container.arguments or (),
        workload.span,
        f"{workload.kind} {workload.name}",
        {fact.name: _use(fact) for fact in container.environment},
        container.working_directory or None,
        Supervision(workload.grace_period, container.stops_all, workload.replicas),
    )


def _use(fact: EnvironmentFact) -> OptionUse:
    value = fact.value
    return OptionUse(fact.name, fact.name, value.otherwise(""), value.origin.span or fact.span, value.reason)
