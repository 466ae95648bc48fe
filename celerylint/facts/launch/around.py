"""What stands in front of the words that are still to be read, and what reading them gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from celerylint.facts.launch.inside import Inside, StartedCommand, absolute
from celerylint.facts.launch.launch import Launch, OptionUse, ShellUse, Supervision
from celerylint.facts.launch.words import Environment, Word
from celerylint.origin import Layer, Origin, Span, Unknown

_FILES = 100  # scripts that one command line may lead to, each time that it is read


@dataclass(frozen=True, slots=True)
class Gap:
    """A place that may start something and that could not be followed, with the reason."""

    span: Span
    reason: str


@dataclass(slots=True)
class Trail:
    """What was opened on the way, and what could not be followed."""

    files: dict[str, None] = field(default_factory=dict)
    gaps: dict[Gap, None] = field(default_factory=dict)
    opened: int = 0

    def enter(self, path: str) -> bool:
        """Notes that a file is read; False where that were too many."""
        self.files[path] = None
        self.opened += 1
        return self.opened <= _FILES

    def gap(self, span: Span, reason: str) -> None:
        """Notes that something at a place is not followed."""
        self.gaps[Gap(span, reason)] = None


@dataclass(frozen=True, slots=True)
class Around:
    """The programs in front, the shells, the variables that they set, and where all of it runs."""

    environment: Environment
    inside: Inside = field(default_factory=Inside)
    trail: Trail = field(default_factory=Trail)
    variables: Mapping[str, OptionUse] = field(default_factory=dict)
    wrappers: tuple[Word, ...] = ()
    shells: tuple[ShellUse, ...] = ()
    init: str | None = None
    init_options: tuple[str, ...] = ()
    supervision: Supervision | None = None
    conditional: bool = False
    branch: str = ""

    def behind(self, wrapper: Word) -> Around:
        """Behind one more program."""
        return replace(self, wrappers=(*self.wrappers, wrapper))

    def entered(self, hop: Origin) -> Around:
        """Inside a file that a line names."""
        inside = self.inside.behind(hop)
        return replace(self, inside=replace(inside, depth=inside.depth + 1))

    def starting(self, command: StartedCommand) -> Around:
        """In front of a command line that a starter starts."""
        inside = self.inside.behind(Origin(Layer.MANIFEST, command.span, (), command.note))
        if command.directory is not None:
            inside = inside.at(absolute(inside.directory, command.directory))
        own = command.supervision and replace(command.supervision, outside=len(self.shells))
        variables = {**self.variables, **command.environment}
        return replace(self, inside=inside, variables=variables, supervision=own or self.supervision)

    def given(self, name: str) -> str | Unknown | None:
        """A variable as the next program finds it."""
        use = self.variables.get(name)
        if use is None:
            return self.environment(name)
        return use.value if isinstance(use.value, str) and not use.unresolved else Unknown(use.unresolved)

    def around(self, launch: Launch) -> Launch:
        """The launch with all of it; a line that it stands on itself is no way to it."""
        here = (launch.start.path, launch.start.line)
        via = (hop for hop in self.inside.via if hop.span and (hop.span.path, hop.span.line) != here)
        return replace(
            launch,
            environment=self.variables,
            wrappers=self.wrappers,
            shells=self.shells,
            init=self.init,
            init_options=self.init_options,
            conditional=self.conditional,
            branch=self.branch,
            supervision=self.supervision,
            via=tuple(via),
        )


@dataclass(frozen=True, slots=True)
class Rest:
    """The words that are still to be read; `name` is the program's where the first word does not end in it.

    `opened`: an interpreter was given the first word as a file, so that it is no program to look for.
    """

    words: Sequence[Word]
    around: Around
    name: str = ""
    opened: bool = False


Step = Rest | list[Launch]
