"""The variables of a shell script while it is read: what they hold, and why they may hold something else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from celerylint.facts.launch.words import Environment, Word
from celerylint.origin import Span, Unknown

# How a list of commands ends; each ends all that the ones before it end. A script that gives up ends by `failure`:
# whatever starts with it starts where it did not.
ENDS = ("continue", "break", "return", "exit", "failure")
# What the container runtime or the shell itself sets, whatever the manifest says.
_ALWAYS = frozenset(
    {
        *("HOSTNAME", "HOME", "PATH", "TERM", "SHELL", "USER", "LOGNAME", "PWD", "OLDPWD", "SHLVL", "IFS", "OPTIND"),
        *("UID", "EUID", "PPID", "RANDOM", "SECONDS", "LINENO", "PS1", "PS2", "PS4", "FUNCNAME", "BASH", "BASHPID"),
        *("BASH_VERSION", "BASH_VERSINFO", "HOSTTYPE", "OSTYPE", "MACHTYPE"),
    }
)
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
    choices: tuple[tuple[str, tuple[Word, ...]], ...] = ()  # what the arguments may be instead, and what asks for it
    empties: bool = False  # what is not set is empty, as in a test
    ended: str = ""  # exit, return, break or continue: what comes next does not run
    unsure: frozenset[str] = frozenset()  # how a branch of which nobody knows whether it ran has ended

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
        if value is None and name == "PWD" and isinstance(self.directory, str):
            value = self.directory
        if value is None and name in _ALWAYS:
            return Unknown(f"the shell or the container's runtime sets {name}")
        return Word(value, span, variables=(name,)) if isinstance(value, str) else value

    def array(self, name: str) -> Sequence[Word] | Unknown:
        """The words of an array; one word for a scalar, none where it is not set."""
        variable = self.variables.get(name)
        if variable is not None and variable.array and not variable.unknown:
            return variable.words
        value = self.look_up(name, Span.of_line(""))
        return value if isinstance(value, Unknown) else () if value is None else (value,)

    def counted(self, name: str) -> Sequence[Word] | Unknown:
        """The words of an array by their numbers; Unknown where one of them may be several."""
        words = self.array(name)
        if isinstance(words, Unknown):
            return words
        loose = next((word for word in words if word.splits), None)
        return words if loose is None else Unknown(loose.unresolved)

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

    def leave(self, how: str) -> None:
        """Behind the boundary of a loop, a function or a script: what ended there goes on, or may go on."""
        kinds = ENDS[: ENDS.index(how) + 1]
        if self.ended in kinds:
            self.ended = ""
        elif self.ended and not self.unsure.isdisjoint(kinds):
            self.unsure = self.unsure | {self.ended} - {"failure"}
            self.ended = ""
        self.unsure = self.unsure.difference(kinds)

    def merge(self, branches: Iterable[Scope], *, whole: bool = False) -> None:
        """After branches of which nobody knows whether they ran; `whole`: one of them did."""
        given = list(branches)
        going = [branch for branch in given if not branch.ended]
        self.unsure = self.unsure.union(*(branch.unsure for branch in given))
        ends = sorted({branch.ended for branch in given if branch.ended}, key=ENDS.index)
        if whole and given and not going:
            self.ended, ends = ends[0], ends[1:]
        self.unsure = self.unsure.union(end for end in ends if end != "failure")
        if whole and len(going) == 1:
            self.take(going[0])
        else:
            self.mix(going, whole)

    def take(self, other: Scope) -> None:
        """Goes on as the other left it."""
        self.variables, self.positional, self.directory = other.variables, other.positional, other.directory
        self.changed, self.export_all, self.choices = other.changed, other.export_all, other.choices
        self.trap, self.jobs = other.trap, other.jobs

    def mix(self, branches: list[Scope], whole: bool) -> None:
        """What all branches agree on is known, if one of them surely ran; all else that one of them changed is not."""
        sides = branches if whole else [self.branch(), *branches]
        for branch in branches:
            self.trap = self.trap or branch.trap
            self.jobs = self.jobs or branch.jobs
        if any(side.positional != sides[0].positional for side in sides):
            self.positional = None
        elif sides:
            self.positional = sides[0].positional
        if any(side.directory != sides[0].directory for side in sides):
            self.directory = Unknown("the script changes the folder in a branch that may not run")
        elif sides:
            self.directory = sides[0].directory
        changed = next((branch.changed for branch in branches if branch.changed), "")
        if changed and not self.changed:
            self.forget(changed)
        self._mix_variables(sides)

    def _mix_variables(self, sides: list[Scope]) -> None:
        names = dict.fromkeys(name for side in sides for name in side.variables)
        for name in names:
            found = [side.variables.get(name) for side in sides]
            first = found[0]
            if first is not None and all(each is not None and _same(each, first) for each in found):
                self.variables[name] = first
                continue
            some = [each for each in found if each is not None]
            if len(some) == len(found) and all(each.array and not each.unknown for each in some):
                self.variables[name] = _begun(name, some)
                continue
            reason = next((each.unknown for each in some if each.unknown), "")
            reason = reason or f"${name} is set in a branch that may not run"
            self.variables[name] = replace(some[-1], unknown=reason)

    def exported(self) -> dict[str, Variable]:
        """What a program started here finds of the script's variables in its environment; arrays stay behind."""
        found = self.variables.items()
        return {name: each for name, each in found if each.exported and each.words and not each.array}


def _begun(name: str, found: Sequence[Variable]) -> Variable:
    """An array that branches have extended: the words that all begin with, and what nobody knows behind them."""
    shared: list[Word] = []
    for words in zip(*(each.words for each in found), strict=False):
        if any(word.text != words[0].text or word.expansions != words[0].expansions for word in words):
            break
        shared.append(words[0])
    last = found[-1]
    if any(len(each.words) > len(shared) for each in found) and not (shared and shared[-1].text == f"${name}"):
        reason = f"${name} goes on in a branch that may not run"
        shared.append(Word(f"${name}", last.span or Span.of_line(""), expansions=True, splits=True, reason=reason))
    return replace(last, words=tuple(shared))


def _same(one: Variable, other: Variable) -> bool:
    """Whether two variables hold the same, wherever that is written."""
    if one == other:
        return True
    if one.unknown or other.unknown or any(word.expansions for word in (*one.words, *other.words)):
        return False
    kinds = (one.array, one.exported) == (other.array, other.exported)
    return kinds and [word.text for word in one.words] == [word.text for word in other.words]
