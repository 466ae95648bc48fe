"""Process managers inside a container: what each of them starts there, by the files that it finds."""

from __future__ import annotations

import getopt
import posixpath
import shlex
from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from celerylint.facts.launch import File, OptionUse, StartedCommand, StarterCall, Supervision
from celerylint.facts.manifests.workloads import EnvironmentFact, WorkloadFact
from celerylint.facts.processes.makefile import Makefile, Rule, read_makefile
from celerylint.facts.processes.procfile import procfile_facts
from celerylint.facts.processes.supervisor import included, supervisor_facts
from celerylint.origin import Layer, Unknown, known, unknown

# supervisor/options.py: with an argument where a colon follows.
_SUPERVISORD = "c:nstd:e:i:j:l:m:q:u:vy:z:a:kh?x:"
_SUPERVISORD_LONG = ["configuration=", "directory=", "loglevel=", "logfile=", "pidfile=", "user=", "nodaemon"]
_SEARCHED = ("supervisord.conf", "etc/supervisord.conf", "/etc/supervisord.conf", "/etc/supervisor/supervisord.conf")


_MAKE = "bBC:def:FhiI:j::kl::Lno:pqrRsStvwW:"
_MAKE_LONG = [
    *("directory=", "file=", "makefile=", "just-print", "dry-run", "recon", "silent", "quiet", "jobs="),
    *("no-print-directory", "always-make", "keep-going"),
]
_MAKE_NAMES = {
    **dict.fromkeys(("--file", "--makefile"), "-f"),
    **dict.fromkeys(("--just-print", "--dry-run", "--recon"), "-n"),
    "--directory": "-C",
}
_HONCHO = "e:f:d:p:c:q:s:t:m:"
_HONCHO_LONG = [
    "env=",
    "procfile=",
    "app-root=",
    "root=",
    "port=",
    "concurrency=",
    "quiet=",
    "shell=",
    "timeout=",
    "formation=",
]
_LONG = {"--env": "-e", "--procfile": "-f", "--app-root": "-d", "--root": "-d"}
_HONCHO_GRACE = "the process manager ends all its processes a few seconds after the first of them has stopped"


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


def honcho(call: StarterCall) -> Sequence[StartedCommand] | Unknown | None:
    """`honcho start [name…]` and foreman's: the lines of the Procfile, with the variables of `.env`."""
    texts = [word.text for word in call.words[1:]]
    try:
        before, rest = getopt.getopt(texts, _HONCHO, _HONCHO_LONG)
        behind, names = getopt.gnu_getopt(rest[1:], _HONCHO, _HONCHO_LONG)
    except getopt.GetoptError:
        return Unknown(f"{texts[0]} has options that are not known") if "start" in texts else None
    if rest[:1] != ["start"]:
        return None
    given = {_LONG.get(flag, flag): value for flag, value in (*before, *behind)}
    root = given.get("-d", ".")
    file = call.open(posixpath.join(root, given.get("-f", "Procfile")))
    if isinstance(file, Unknown):
        return file
    variables = _dotenv(call, posixpath.join(root, given.get("-e", ".env")))
    facts = procfile_facts(file.text, file.locate, heroku=False, scale={})
    kept = Supervision(unknown(_HONCHO_GRACE), known(True, Layer.DEFAULT), known(1, Layer.DEFAULT))
    return [
        replace(
            _kept(workload),
            environment=variables,
            directory=root if root != "." else None,
            supervision=replace(kept, name=workload.name),
        )
        for workload in facts.workloads
        if not names or workload.name in names
    ]


def make(call: StarterCall) -> Sequence[StartedCommand] | Unknown | None:
    """`make [NAME=value…] target…`: the recipes of the targets, behind those of what they need."""
    texts = [word.text for word in call.words[1:]]
    try:
        options, rest = getopt.gnu_getopt(texts, _MAKE, _MAKE_LONG)
    except getopt.GetoptError:
        return Unknown("make is started with options that are not known")
    given = {_MAKE_NAMES.get(flag, flag): value for flag, value in options}
    root = given.get("-C", ".")
    names = [given["-f"]] if "-f" in given else ["GNUmakefile", "makefile", "Makefile"]
    file = _first(call, [posixpath.join(root, name) for name in names])
    if isinstance(file, Unknown) or "-n" in given:
        return file if isinstance(file, Unknown) else []
    variables = {name: value for name, _, value in (word.partition("=") for word in rest if "=" in word)}
    makefile = read_makefile(file[1].text, file[1].locate, variables)
    targets = [word for word in rest if "=" not in word] or list(makefile.rules)[:1]
    found: list[StartedCommand] = []
    for rule in _needed(makefile, targets):
        for words in makefile.commands(rule):
            directory = root if root != "." else None
            found.append(StartedCommand(words, words[-1].span, f"target {rule.name}", directory=directory))
    return found


def _needed(makefile: Makefile, targets: Sequence[str]) -> list[Rule]:
    """The rules of targets, each once, behind those of what it needs."""
    done: dict[str, Rule] = {}
    stack = [(name, False) for name in reversed(targets)]
    seen: set[str] = set()
    while stack:
        name, ready = stack.pop()
        rule = makefile.rules.get(name)
        if rule is None or (name in seen and not ready):
            continue
        seen.add(name)
        if ready:
            done[name] = rule
        else:
            stack += [(name, True), *((need, False) for need in reversed(rule.needs))]
    return list(done.values())


def _dotenv(call: StarterCall, path: str) -> dict[str, OptionUse]:
    """The variables of a file as honcho reads it (honcho/environ.py:parse): each line by the rules of shlex."""
    file = call.open(path)
    found: dict[str, OptionUse] = {}
    offset = 0
    for line in file.text.splitlines(keepends=True) if isinstance(file, File) else ():
        try:
            tokens = list(shlex.shlex(line, posix=True))
        except ValueError:
            tokens = []
        if isinstance(file, File) and len(tokens) > 2 and tokens[1] == "=":
            span = file.locate(offset, offset + len(line.rstrip()))
            found[tokens[0]] = OptionUse(tokens[0], tokens[0], "".join(tokens[2:]), span)
        offset += len(line)
    return found


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
        Supervision(
            workload.grace_period,
            container.stops_all,
            workload.replicas,
            workload.name,
            stop_signal=container.stop_signal,
        ),
    )


def _use(fact: EnvironmentFact) -> OptionUse:
    value = fact.value
    return OptionUse(fact.name, fact.name, value.otherwise(""), value.origin.span or fact.span, value.reason)
