"""supervisord's configuration: each `[program:x]` as a workload (supervisor 4.3, options.py).

A command is filled in (`%(ENV_X)s`), split like a shell would split it, and started without a shell.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from celerylint.facts.launch import Environment, Locate, Word, nothing_known
from celerylint.facts.manifests.interpolation import Interpolated, Part
from celerylint.facts.manifests.workloads import EnvironmentFact, ManifestProblem, WorkloadFact
from celerylint.facts.processes.ini import Section, read_ini
from celerylint.facts.processes.program import ProcessFacts, Program, machine
from celerylint.origin import Layer, Span, Unknown, Value, known, unknown

STOP_WAIT = 10.0  # seconds: stopwaitsecs
_MOST = 20  # processes of one program that are told apart
_COMMENT_MARKS = (";", "#")
_KINDS = ("program", "fcgi-program")
_EXPANSION = re.compile(
    r"%(?:(?P<percent>%)|\((?P<name>[^()]*)\)(?P<format>[-#0 +]*[0-9]{0,3}(?:\.[0-9]{1,3})?[a-zA-Z])?)?"
)
_TRUE = frozenset({"yes", "true", "on", "1"})  # supervisor/datatypes.py
_FALSE = frozenset({"no", "false", "off", "0"})
_NODE_NAME = re.compile(r"(?:(?<!\S)-n|--hostname[= ])\s*\S*")
_UNKNOWN = "\ufffc"  # stands for every character of what is not known
_PASSED_ON = "supervisord passes on the environment that it is started in"

_Expansions = dict[str, "str | Unknown"]


def supervisor_facts(files: Iterable[tuple[str, Locate]], environment: Environment = nothing_known) -> ProcessFacts:
    """The programs of a configuration: its file and those that it includes, each with the way to its places.

    `environment` is the one that supervisord is started in.
    """
    ini = read_ini(files, inline=_COMMENT_MARKS)
    file = _File(environment, list(ini.problems))
    daemon = ini.sections.get("supervisord")
    shared = file.pairs(daemon, file.expansions({})) if daemon else ()
    workloads = [each for section in ini.sections.values() for each in file.programs(section, shared)]
    return ProcessFacts(tuple(workloads), tuple(file.problems))


def included(source: str, locate: Locate) -> tuple[str, ...]:
    """The patterns of the files that a configuration includes, relative to its folder or absolute."""
    include = read_ini([(source, locate)], inline=_COMMENT_MARKS).sections.get("include")
    files = include.get("files") if include else None
    return tuple(files.text.replace("%(here)s", ".").split()) if files else ()


class _File:
    """Reads sections and keeps what is wrong with them."""

    def __init__(self, environment: Environment, problems: list[ManifestProblem]) -> None:
        self.environment = environment
        self.problems = problems

    def problem(self, span: Span, message: str) -> None:
        self.problems.append(ManifestProblem(span, message))

    def programs(self, section: Section, shared: Sequence[EnvironmentFact]) -> Iterator[WorkloadFact]:
        """The workloads of a section: one, or one per process where the number says what each does."""
        kind, _, name = section.name.partition(":")
        command = section.get("command")
        if kind not in _KINDS or not name:
            return
        if command is None:
            self.problem(section.span, f"[{section.name}] has no command, and supervisord refuses the file")
            return
        count = self._integer(section, "numprocs", 1)
        first = self._integer(section, "numprocs_start", 0).otherwise(0)
        numbers: list[str | Unknown] = [str(first)]
        if count.value != 1:
            numbers = [Unknown(f"each of the {count.otherwise('several')} processes of {name} has a number of its own")]
            if 1 < count.otherwise(0) <= _MOST and _tells_apart(command.text):
                numbers = [str(number) for number in range(first, first + count.get())]
        for number in numbers:
            replicas = count if len(numbers) == 1 else replace(count, value=1)
            yield self._program(section, name, command, number, replicas, count, shared)

    def _program(
        self,
        section: Section,
        name: str,
        command: Word,
        number: str | Unknown,
        replicas: Value[int],
        count: Value[int],
        shared: Sequence[EnvironmentFact],
    ) -> WorkloadFact:
        expansions = self._named(section, name, number, count, shared)
        own = self.pairs(section, self.expansions(expansions))
        process = self._text(section, "process_name", expansions)
        several = replicas.value == 1 and count.value != 1
        autostart = self._truth(section, "autostart", True)
        if autostart.value is not True and (span := autostart.origin.span):
            reason = autostart.reason or f"supervisord does not start {name} by itself"
            replicas = unknown(reason, span)
        signal = self._text(section, "stopsignal", expansions)
        directory = self._text(section, "directory", expansions)
        return Program(
            platform="supervisord",
            kind="program",
            name=process.get() if several and process.known and process.get() else name,
            span=section.span,
            words=self._words(command, expansions),
            grace_period=self._integer(section, "stopwaitsecs", STOP_WAIT).map(float),
            memory_limit=machine("supervisord", section.span),
            cpu_limit=unknown("supervisord limits no CPUs itself", section.span),
            replicas=replicas,
            environment=(*shared, *own),
            environment_open=_PASSED_ON,
            stops_all=self._truth(section, "stopasgroup", False),
            stop_signal=signal,
            restart=self._text(section, "autorestart", expansions).otherwise(None) or "",
            working_directory=directory.otherwise(None) or "",
        ).workload()

    def _named(
        self, section: Section, name: str, number: str | Unknown, count: Value[int], shared: Sequence[EnvironmentFact]
    ) -> _Expansions:
        """What a program's options may name, in the order in which supervisord puts it together."""
        found: _Expansions = {"program_name": name, "group_name": name, "process_num": number}
        found["numprocs"] = str(count.get()) if count.known else Unknown(count.reason)
        own = self.pairs(section, self.expansions(found), quiet=True)
        for fact in (*shared, *own):
            value = fact.value.value
            found[f"ENV_{fact.name}"] = value
        return found

    def expansions(self, named: _Expansions) -> Callable[[str], str | Unknown | None]:
        """What `%(name)s` stands for; None where supervisord knows no such name."""

        def value(name: str) -> str | Unknown | None:
            if name in named:
                return named[name]
            if name.startswith("ENV_"):
                return self.environment(name[4:])
            if name in ("here", "host_node_name"):
                return Unknown(f"%({name})s depends on the machine")
            return None

        return value

    def _words(self, command: Word, expansions: _Expansions) -> tuple[Word, ...]:
        filled = self._filled(command, self.expansions(expansions))
        return filled.words(command.locate)

    def _filled(self, word: Word, value: Callable[[str], str | Unknown | None], quiet: bool = False) -> Interpolated:
        """A value with its expansions: those that nobody knows stay as they are written."""
        parts: list[Part] = []
        at = 0
        for match in _EXPANSION.finditer(word.text):
            if at < match.start():
                parts.append(Part(word.text[at : match.start()], at, match.start()))
            at = match.end()
            parts.append(self._part(word, match, value, quiet))
        if at < len(word.text):
            parts.append(Part(word.text[at:], at, len(word.text)))
        return Interpolated(tuple(parts))

    def _part(
        self, word: Word, match: re.Match[str], value: Callable[[str], str | Unknown | None], quiet: bool
    ) -> Part:
        start, end = match.span()
        if match["percent"]:
            return Part("%", start, end)
        name, layout = match["name"], match["format"]
        found = value(name) if name and layout else None
        if isinstance(found, str) and (shown := _formatted(found, layout)) is not None:
            return Part(shown, start, end, name)
        if isinstance(found, Unknown):
            return Part(match[0], start, end, name, found.reason)
        reason = f"supervisord cannot fill in {match[0]!r} and does not start"
        if not quiet:
            self.problem(word.locate(start, end), f"{match[0]} is nothing that supervisord can fill in; write %% for %")
        return Part(match[0], start, end, name or match[0], reason)

    def pairs(
        self, section: Section, value: Callable[[str], str | Unknown | None], quiet: bool = False
    ) -> tuple[EnvironmentFact, ...]:
        """`environment=A="x",B=y` (supervisor/datatypes.py:dict_of_key_value_pairs)."""
        word = section.get("environment")
        if word is None:
            return ()
        filled = self._filled(word, value, quiet)
        locate = filled.locator(word.locate)
        facts = []
        try:
            for name, text, start in _pairs("".join(map(_masked, filled.parts))):
                span = locate(start, start + len(name))
                reason = filled.reason if _UNKNOWN in text else ""
                shown: Value[str] = unknown(reason, span) if reason else known(text, Layer.MANIFEST, span)
                facts.append(EnvironmentFact(name, shown, span))
        except ValueError:
            if not quiet:
                self.problem(word.span, 'environment must be a list such as KEY="value",OTHER="value"')
        return tuple(facts)

    def _text(self, section: Section, name: str, expansions: _Expansions) -> Value[Any]:
        word = section.get(name)
        if word is None:
            return known(None, Layer.DEFAULT)
        filled = self._filled(word, self.expansions(expansions), quiet=True)
        if filled.reason:
            return unknown(filled.reason, word.span)
        return known(filled.text, Layer.MANIFEST, word.span)

    def _integer(self, section: Section, name: str, default: float) -> Value[Any]:
        value = self._text(section, name, {})
        if value.value is None:
            return known(default, Layer.DEFAULT)
        try:
            return value.map(_whole)
        except ValueError:
            return self._wrong(value, name, "a whole number")

    def _truth(self, section: Section, name: str, default: bool) -> Value[Any]:
        value = self._text(section, name, {})
        word = str(value.value).lower()
        if value.value is None or not value.known:
            return known(default, Layer.DEFAULT) if value.known else value
        if word not in _TRUE | _FALSE:
            return self._wrong(value, name, "true or false")
        return replace(value, value=word in _TRUE)

    def _wrong(self, value: Value[Any], name: str, what: str) -> Value[Any]:
        message = f"{name} must be {what}"
        if value.origin.span:
            self.problem(value.origin.span, message)
        return unknown(message, value.origin.span)


def _tells_apart(command: str) -> bool:
    """Whether the number of a process stands elsewhere than in the node's name."""
    return "%(process_num)" in _NODE_NAME.sub("", command)


def _formatted(value: str, layout: str) -> str | None:
    """`value` as Python's `%` writes it; None where it cannot."""
    kind = layout[-1]
    if kind == "s":
        return f"%{layout}" % value
    if kind in "di" and value.isascii() and value.isdigit():
        return f"%{layout}" % int(value)
    return None


def _whole(text: str) -> int:
    if len(text) > 9:
        raise ValueError(text)
    return int(text)


def _masked(part: Part) -> str:
    """A stretch as supervisord would split it: what nobody knows may be any word, and `%` never reaches it."""
    return _UNKNOWN * len(part.text) if part.reason else part.text


def _pairs(text: str) -> Iterator[tuple[str, str, int]]:
    """Names, values, and where each name starts. Raises ValueError for what supervisord refuses."""
    lexer = shlex.shlex(text)
    lexer.wordchars += f"/.+-():{_UNKNOWN}"
    tokens = list(lexer)
    at = 0
    for index in range(0, len(tokens), 4):
        three = tokens[index : index + 3]
        if len(three) != 3 or three[1] != "=":
            raise ValueError(text)
        start = max(text.find(three[0], at), 0)
        at = start + len(three[0])
        yield three[0], three[2].strip("'\""), start
