"""What a command line that starts Celery says: the words as they are written, never what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from celerylint.facts.launch.words import Word
from celerylint.origin import Origin, Span, Value


@dataclass(frozen=True, slots=True)
class OptionUse:
    """One use of an option, of a setting behind `--`, or of a variable in the environment.

    `value` is the text that Celery receives; True or False for a flag; None where an option ends the line
    without the value that it needs. `span` covers flag and value, `value_span` the value alone. `unresolved`
    says why `value` is not what Celery receives; `variables` names those whose values are part of it.
    """

    dest: str
    flag: str
    value: str | bool | None
    span: Span
    unresolved: str = ""
    value_span: Span | None = None
    variables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShellUse:
    """The shell that runs the command, and how the command stands in its script.

    `implicit_exec`: whether the shell replaces itself with the command without being told to; None where the
    family of the shell decides and `sh` does not tell it.
    """

    shell: str  # sh, bash, dash, ash, busybox, su, …
    span: Span  # of the word that starts the shell, or of the script
    execs: bool  # an explicit `exec` in front
    last: bool  # nothing of the script runs after it
    pipeline: bool
    background: bool
    trap: bool  # a trap is set before it
    implicit_exec: bool | None
    subshell: bool
    command: Span  # of the command in its script, where an `exec` would stand

    @property
    def replaced(self) -> bool | None:
        """Whether the shell's process becomes the command, which then gets the signals; None: it depends."""
        if self.pipeline or self.background or self.subshell:
            return False
        return True if self.execs else self.implicit_exec


@dataclass(frozen=True, slots=True)
class Supervision:
    """How a process manager keeps a command: supervisord's `stopwaitsecs` and the like.

    `grace_period` are the seconds that it gives after its stop signal, None where it waits without end; `stops_all`
    says whether every process of the command gets that signal, not the first alone; `copies` how many it starts.
    """

    grace_period: Value[float | None]
    stops_all: Value[bool]
    copies: Value[int]
    name: str = ""  # what the manager calls the command
    outside: int = 0  # shells in front of the manager itself
    stop_signal: Value[str | None] | None = None  # None: SIGTERM


@dataclass(frozen=True, slots=True)
class Launch:
    """One Celery process that a command line starts.

    An option that is absent from `options` is absent only where `opaque` is empty. `subcommand` is empty where
    an expansion hides it. `unknown_options` are words that Celery refuses; `misplaced` are global options behind the
    sub-command, an error since Celery 5.0. A worker of `celery multi` has the place of its node's name.
    """

    program: str  # "celery" as written, or "python -m celery"
    subcommand: str
    span: Span  # of the sub-command, or of the node's name
    start: Span  # of the celery word
    options: Mapping[str, OptionUse] = field(default_factory=dict)
    global_options: Mapping[str, OptionUse] = field(default_factory=dict)
    misplaced: tuple[OptionUse, ...] = ()
    unknown_options: tuple[Word, ...] = ()
    arguments: tuple[Word, ...] = ()
    settings: Mapping[str, OptionUse] = field(default_factory=dict)
    environment: Mapping[str, OptionUse] = field(default_factory=dict)
    wrappers: tuple[Word, ...] = ()  # the programs in front, outermost first
    shells: tuple[ShellUse, ...] = ()  # outermost first
    init: str | None = None
    init_options: tuple[str, ...] = ()
    opaque: tuple[Word, ...] = ()
    node: str = ""  # the name of the node that `celery multi` starts
    conditional: bool = False  # in a branch, a loop, a function or after `||`
    supervision: Supervision | None = None  # of the process manager that is nearest
    branch: str = ""  # what a test that nobody knows asks for: the pattern of a `case`, the right side of a comparison
    words: tuple[Word, ...] = ()  # from the celery word on
    via: tuple[Origin, ...] = ()  # the lines that led here, outermost first: manifest, Dockerfile, script

    @property
    def shell(self) -> ShellUse | None:
        """The shell that starts Celery itself: the innermost."""
        return self.shells[-1] if self.shells else None
