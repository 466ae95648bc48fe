"""systemd's services: what ExecStart starts, with the environment and limits of the unit (systemd 255)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from celerylint.facts.launch import Locate, Word, split
from celerylint.facts.manifests.interpolation import Interpolated, Part
from celerylint.facts.manifests.workloads import EnvironmentFact, ManifestProblem
from celerylint.facts.processes.program import NOTHING, ONE, ProcessFacts, Program
from celerylint.facts.processes.units import Unit, cut, read_unit, size, time_span
from celerylint.facts.processes.variables import variables_of
from celerylint.origin import Layer, Span, Unknown, Value, known, unknown
from celerylint.sources.text import Text

STOP_TIMEOUT = 90.0  # seconds: DefaultTimeoutStopSec of systemd-system.conf
_PREFIXES = "-@:+!|"
_KILL_MODES = {"control-group": True, "mixed": False, "process": False}
_BRACED = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)\})")
_ALONE = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")
# Set by systemd itself for every service, or for one with User= (systemd.exec, ENVIRONMENT VARIABLES).
_OWN = frozenset(
    {"PATH", "LANG", "USER", "LOGNAME", "HOME", "SHELL", "INVOCATION_ID", "RUNTIME_DIRECTORY", "STATE_DIRECTORY"}
    | {"CACHE_DIRECTORY", "LOGS_DIRECTORY", "CONFIGURATION_DIRECTORY", "MAINPID", "NOTIFY_SOCKET", "JOURNAL_STREAM"}
)

Open = Callable[[str], Text | None]


def systemd_facts(name: str, files: Sequence[tuple[str, Locate]], read: Open) -> ProcessFacts:
    """The service of a unit file and its drop-ins; `read` gives an EnvironmentFile by its absolute path."""
    service = _Service(name, read_unit(files), read)
    start = service.unit.values.get("Service.ExecStart", [])
    workloads = tuple(service.program(command).workload() for command in start)
    return ProcessFacts(workloads, tuple(service.problems))


class _Service:
    """Reads one unit and keeps what is wrong with it."""

    def __init__(self, name: str, unit: Unit, read: Open) -> None:
        self.name = name.removesuffix(".service")
        self.unit = unit
        self.problems: list[ManifestProblem] = []
        self.environment, self.open = self._environment(read)

    def program(self, command: Word) -> Program:
        return Program(
            platform="systemd",
            kind="unit",
            name=self.name,
            span=command.span,
            words=self.words(command),
            grace_period=self._grace(),
            memory_limit=self._limit(("MemoryMax", "MemoryLimit"), _bytes),
            memory_request=NOTHING,
            cpu_limit=self._limit(("CPUQuota",), _cpus),
            replicas=self._replicas(command.span),
            environment=self.environment,
            environment_open=self.open,
            stops_all=self._stops_all(),
            stop_signal=self._stop_signal(),
            restart=self._text("Restart").otherwise(None) or "",
            working_directory=(self._text("WorkingDirectory").otherwise(None) or "").removeprefix("-"),
        )

    def words(self, command: Word) -> tuple[Word, ...]:
        """The words of a command line; systemd fills in variables, and runs no shell."""
        lead = len(command.text) - len(command.text.lstrip(_PREFIXES))
        command, prefixes = command.behind(lead), command.text[:lead]
        words = [self._specified(parts) for parts in cut(command.text)]
        if "@" in prefixes and len(words) > 1:
            del words[1]  # the name that the process is to have
        return tuple(word for parts in words for word in self._expanded(command, parts, ":" not in prefixes))

    def _specified(self, parts: Sequence[Part]) -> list[Part]:
        """A word with its specifiers filled in (systemd.unit, SPECIFIERS)."""
        found: list[Part] = []
        at = 0
        while at < len(parts):
            part = parts[at]
            if part.text != "%" or at + 1 >= len(parts):
                found.append(part)
                at += 1
                continue
            letter = parts[at + 1]
            value = self._specifier(letter.text)
            shown, reason = (f"%{letter.text}", value.reason) if isinstance(value, Unknown) else (value, "")
            found.append(Part(shown, part.start, letter.end, "", reason))
            at += 2
        return found

    def _specifier(self, letter: str) -> str | Unknown:
        prefix, at, instance = self.name.partition("@")
        template = Unknown(f"each instance of {self.name} has a name of its own")
        values: dict[str, str | Unknown] = {
            "%": "%",
            "p": prefix,
            "n": f"{self.name}.service" if not at or instance else template,
            "N": self.name if not at or instance else template,
            "i": instance or ("" if not at else template),
        }
        return values.get(letter, Unknown(f"%{letter} depends on the machine"))

    def _expanded(self, command: Word, parts: list[Part], variables: bool) -> Iterator[Word]:
        text = "".join(part.text for part in parts)
        match = _ALONE.fullmatch(text)
        if match and variables:
            yield from self._alone(command, parts, match[1])
            return
        yield Interpolated(tuple(self._braced(parts, text) if variables else parts)).word(command.locate)

    def _alone(self, command: Word, parts: list[Part], name: str) -> Iterator[Word]:
        """`$NAME` as a word of its own: nothing, or as many words as its value has."""
        span = command.locate(parts[0].start, parts[-1].end)
        value = self.variable(name)
        if isinstance(value, Unknown):
            yield Word(f"${name}", span, True, True, reason=value.reason)
            return
        for word in split(value or "", lambda start, end: span):
            yield Word(word.text, span, word.expansions, word.splits, (), word.reason, (name,))

    def _braced(self, parts: list[Part], text: str) -> Iterator[Part]:
        """`${NAME}` anywhere in a word is its value, nothing where it is not set; `$$` is a dollar."""
        starts = [0]
        for part in parts:
            starts.append(starts[-1] + len(part.text))
        at = 0
        for match in _BRACED.finditer(text):
            yield from _between(parts, starts, at, match.start())
            at = match.end()
            first, last = parts[_index(starts, match.start())], parts[_index(starts, match.end() - 1)]
            value = "$" if match["dollar"] else self.variable(match["name"])
            if isinstance(value, Unknown):
                yield Part(match[0], first.start, last.end, match["name"], value.reason)
            else:
                yield Part(value or "", first.start, last.end, match["name"] or "")
        yield from _between(parts, starts, at, len(text))

    def variable(self, name: str) -> str | Unknown | None:
        """A variable of the unit's environment; None where it is not set."""
        found = next((fact for fact in reversed(self.environment) if fact.name == name), None)
        if found is not None:
            return found.value.value
        if self.open:
            return Unknown(f"${name}: {self.open}")
        return Unknown(f"${name} is set by systemd") if name in _OWN else None

    def _environment(self, read: Open) -> tuple[tuple[EnvironmentFact, ...], str]:
        """`Environment=`, then the files of `EnvironmentFile=`, which win; and why there may be more."""
        facts: list[EnvironmentFact] = []
        for word in self.unit.values.get("Service.Environment", []):
            for parts in cut(word.text):
                fact = self._assignment(word, self._specified(parts))
                facts += [fact] if fact else []
        reason = ""
        if self.unit.values.get("Service.PassEnvironment"):
            reason = "systemd passes variables of its own on"
        for word in self.unit.values.get("Service.EnvironmentFile", []):
            path = word.text.removeprefix("-")
            text = read(path)
            if text is None:
                reason = f"EnvironmentFile {path} is not in the repository"
                facts = [_lost(fact, reason) for fact in facts]
            else:
                facts += variables_of(text.text, text.span)
        return tuple(facts), reason

    def _assignment(self, word: Word, parts: list[Part]) -> EnvironmentFact | None:
        whole = Interpolated(tuple(parts))
        name, equals, text = whole.text.partition("=")
        if not equals:
            return None
        locate = whole.locator(word.locate)
        span = locate(0, len(name))
        place = locate(len(name) + 1, len(whole.text)) if text else span
        value: Value[str] = unknown(whole.reason, place) if whole.reason else known(text, Layer.MANIFEST, place)
        return EnvironmentFact(name, value, span)

    def _text(self, name: str) -> Value[Any]:
        word = self.unit.last(f"Service.{name}")
        return NOTHING if word is None else known(word.text.strip(), Layer.MANIFEST, word.span)

    def _grace(self) -> Value[float]:
        value = self._text("TimeoutStopSec")
        value = self._text("TimeoutSec") if value.value is None else value
        if value.value is None:
            return known(STOP_TIMEOUT, Layer.DEFAULT)
        converted = self._converted(value, time_span, "TimeoutStopSec")
        if converted.known and not converted.value:
            return unknown("systemd waits for it without an end", value.origin.span)
        return converted

    def _stop_signal(self) -> Value[str | None]:
        command = self._text("ExecStop")
        if command.value is not None:
            return unknown("ExecStop tells it to stop before any signal does", command.origin.span)
        return self._text("KillSignal")

    def _stops_all(self) -> Value[bool]:
        mode = self._text("KillMode")
        if mode.value is None:
            return known(True, Layer.DEFAULT)
        if mode.get() in _KILL_MODES:
            return mode.map(_KILL_MODES.__getitem__)
        return unknown(f"KillMode={mode.get()} tells nobody to stop", mode.origin.span)

    def _replicas(self, span: Span) -> Value[int]:
        if self.name.endswith("@"):
            return unknown(f"there are as many of {self.name} as somebody enables", span)
        return ONE

    def _limit(self, names: Sequence[str], convert: Callable[[str], Any]) -> Value[Any]:
        for name in names:
            value = self._text(name)
            if value.value is not None:
                return self._converted(value, convert, name)
        return NOTHING

    def _converted(self, value: Value[Any], convert: Callable[[str], Any], name: str) -> Value[Any]:
        if value.get().endswith("%") and convert is _bytes:
            return unknown(f"{name} is a part of the machine's memory", value.origin.span)
        try:
            return value.map(convert)
        except ValueError as error:
            span = value.origin.span
            if span is not None:
                self.problems.append(ManifestProblem(span, f"{name}: {error}"))
            return unknown(f"{name}: {error}", span)


def _between(parts: Sequence[Part], starts: Sequence[int], start: int, end: int) -> Iterator[Part]:
    """The parts between two offsets of their text; none of them is cut."""
    yield from (part for part, at in zip(parts, starts, strict=False) if start <= at < end)


def _index(starts: Sequence[int], offset: int) -> int:
    return next(index for index in range(len(starts) - 1, -1, -1) if starts[index] <= offset)


def _lost(fact: EnvironmentFact, reason: str) -> EnvironmentFact:
    return EnvironmentFact(fact.name, unknown(f"{reason}, and may set it", fact.span), fact.span)


def _bytes(text: str) -> int | None:
    return size(text)


def _cpus(text: str) -> float:
    """CPUQuota: `150%` is one and a half CPUs."""
    number = text.removesuffix("%")
    if number == text or not re.fullmatch(r"\d{1,9}(?:\.\d{1,9})?", number):
        raise ValueError(f"`{text[:40]}` is no quota, such as 150%")
    return float(number) / 100
