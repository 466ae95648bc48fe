"""The programs that start further command lines, by their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from celerylint.facts.launch import PYTHON_FILE, StartedCommand, Starter, StarterCall
from celerylint.facts.processes.celery_commands import CeleryCommand, celery_starter, first_of
from celerylint.facts.processes.celery_programs import CELERY_PROGRAMS
from celerylint.facts.processes.execline import execline
from celerylint.facts.processes.service_folders import folder, my_init, overlay, runit
from celerylint.facts.processes.starters import honcho, make, supervisord
from celerylint.link.processes import Processes
from celerylint.link.python_starter import python_starter
from celerylint.origin import Unknown

# A program's name without its folder.
STARTERS: Mapping[str, Starter] = {
    "supervisord": supervisord,
    "make": make,
    **dict.fromkeys(("honcho", "foreman", "forego", "goreman", "hivemind", "overmind"), honcho),
    "init": overlay,
    "my_init": my_init,
    **dict.fromkeys(("s6-svscan", "runsvdir"), folder),
    **dict.fromkeys(("runit", "runit-init"), runit),
    "execlineb": execline,
    **{name: celery_starter(commands) for name, commands in CELERY_PROGRAMS.items()},
}


def read_starters(launchers: Mapping[str, tuple[str, ...]], python: Processes) -> Mapping[str, Starter]:
    """Those, the project's own `launchers` before them, and what the repository's Python files start (PYTHON_FILE)."""
    commands: dict[str, list[CeleryCommand]] = {}
    for words, command in launchers.items():
        found = CeleryCommand(tuple(words.split()), command)
        commands.setdefault(found.program, []).append(found)
    own = {name: celery_starter(each) for name, each in commands.items()}
    both = {name: first_of([own[name], STARTERS[name]]) if name in STARTERS else own[name] for name in own}
    files = first_of([_by_file(own), python_starter(python), _by_file(STARTERS)])
    return {**STARTERS, **both, PYTHON_FILE: files}


def launching_words(launchers: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """The words of programs that start Celery without its name: the project's own, and the phrases of known ones."""
    known = (" ".join(command.words) for commands in CELERY_PROGRAMS.values() for command in commands)
    own = (tuple(words.split()) for words in launchers)
    return (*own, *((phrase,) for phrase in known if "celery" not in phrase))


def _by_file(starters: Mapping[str, Starter]) -> Starter:
    """The starter of a file that a Python is given, by the file's name."""

    def starter(call: StarterCall) -> Sequence[StartedCommand] | Unknown | None:
        found = starters.get(call.words[0].text.rpartition("/")[2])
        return found(call) if found else None

    return starter
