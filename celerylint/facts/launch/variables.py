"""The variables of a shell script while it is read: what they hold, and why they may hold something else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from celerylint.facts.launch.words import Environment, Word
from celerylint.origin import Span, Unknown

_NO_DIRECTORY = Unknown("the folder that it runs in is not known")


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable: one word, or the words of an array; unset, it has none. `span` is where it is assigned.

    `unknown` says why nobody can tell what it holds.
    """

    words: tuple[Word, ...] = ()
    span: Span | None = None
    array: bool = False
    exported: bool = False
    unknown: str = ""


@dataclass(slots=True)
class Scope:
    """What a command of the script sees. `positional` is $0, $1, …; None where nobody can tell."""

    environment: Environment
    positional: tuple[Word, ...] | None
    directory: str | Unknown = _NO_DIRECTORY
    variables: dict[str, Variable] = field(default_factory=dict)
    changed: str = ""  # why any variable may have changed: a sourced file
    export_all: bool = False
    trap: bool = False
    jobs: bool = False  # something was started in the background

    def branch(self) -> Scope:
        """A copy for commands that may not run, or run in a process of their own."""
        return replace(self, variables=dict(self.variables))

    def look_up(self, name: str, span: Span) -> Word | Unknown | None:
        """The value of a scalar, as a word at `span` where the environment has it; None: not set."""
        variable = self.variables.get(name)
        if variable is not None:
            if variable.unknown:
                return Unknown(variable.unknown)
            word = variable.words[0] if variable.words else None
            return replace(word, variables=tuple(dict.fromkeys((name, *word.variables)))) if word else None
        if self.changed:
            return Unknown(self.changed)
        value = self.environment(name)
        return Word(value, span, variables=(name,)) if isinstance(value, str) else value

    def array(self, name: str) -> Sequence[Word] | Unknown:
        """The words of an array; one word for a scalar, none where it is not set."""
        variable = self.variables.get(name)
        if variable is not None and variable.array and not variable.unknown:
            return variable.words
        value = self.look_up(name, Span.of_line(""))
        return value if isinstance(value, Unknown) else () if value is None else (value,)

    def assign(self, name: str, variable: Variable) -> None:
        """Sets a variable; it is exported where it was, or where the environment has it."""
        before = self.variables.get(name)
        exported = before.exported if before else isinstance(self.environment(name), str)
        if exported or self.export_all:
            variable = replace(variable, exported=True)
        self.variables[name] = variable

    def export(self, name: str) -> None:
        """Marks a variable of the script for the programs that it starts."""
        if name in self.variables:
            self.variables[name] = replace(self.variables[name], exported=True)

    def forget(self, reason: str) -> None:
        """From here on every variable may have another value."""
        self.changed = reason
        for name, variable in self.variables.items():
            self.variables[name] = replace(variable, unknown=variable.unknown or reason)

    def merge(self, branches: Iterable[Scope]) -> None:
        """After branches of which nobody knows whether they ran: what they changed is unknown."""
        for branch in branches:
            self.trap = self.trap or branch.trap
            self.jobs = self.jobs or branch.jobs
            if branch.positional != self.positional:
                self.positional = None
            if branch.directory != self.directory:
                self.directory = Unknown("the script changes the folder in a branch that may not run")
            if branch.changed and not self.changed:
                self.forget(branch.changed)
            for name, variable in branch.variables.items():
                before = self.variables.get(name)
                if before != variable:
                    reason = variable.unknown or f"${name} is set in a branch that may not run"
                    self.variables[name] = replace(variable, unknown=reason)

    def exported(self) -> dict[str, Variable]:
        """What a program started here finds of the script's variables in its environment; arrays stay behind."""
        found = self.variables.items()
        return {name: each for name, each in found if each.exported and each.words and not each.array}
