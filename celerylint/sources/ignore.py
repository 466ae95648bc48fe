"""Ignore files as git reads them: patterns, their precedence, and what they say of one directory's entries.

The rules are those of gitignore(5) and of git's own matcher (dir.c, wildmatch.c), which works on bytes: here
bytes are Latin-1 characters, so that `?` is one byte of a name, as it is for git.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from celerylint.sources.wildmatch import WILD, Matches, any_of, basename_match, path_match

Rules = tuple["Rule", ...]
Test = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of an ignore file. `pattern` has lost its `!`, its leading and its trailing slash."""

    pattern: str
    negated: bool  # `!`: takes back what an earlier line ignores
    directory: bool  # a trailing slash: only directories
    anchored: bool  # a slash elsewhere: the path from the ignore file's directory, not the name alone
    matches: Matches = field(compare=False, repr=False)

    @property
    def crosses(self) -> bool:
        """Whether one pattern may match at several depths."""
        return "**" in self.pattern

    @property
    def literal(self) -> str:
        """What stands before the first wildcard."""
        return WILD.split(self.pattern, maxsplit=1)[0]


def parse(data: bytes) -> Rules:
    """The rules of an ignore file's bytes, in their order; a line that is no rule is left out."""
    lines = data.removeprefix(b"\xef\xbb\xbf").decode("latin-1").split("\n")
    rules = (rule_of(line.removesuffix("\r")) for line in lines if not line.startswith("#"))
    return tuple(rule for rule in rules if rule is not None)


def latin(path: str) -> str:
    """A file name or path as the rules see it: one character for each of its bytes."""
    return path if path.isascii() else os.fsencode(path).decode("latin-1")


def rule_of(line: str) -> Rule | None:
    """The rule of one line in Latin-1; None for an empty one."""
    line = _without_trailing_spaces(line)
    negated = line.startswith("!")
    pattern = line[1:] if negated else line
    directory = pattern.endswith("/")
    pattern = pattern[:-1] if directory else pattern
    anchored = "/" in pattern
    pattern = pattern.removeprefix("/") if anchored else pattern
    while anchored and pattern.startswith("**/"):  # `**/name` says no more than `name`
        if "/" in pattern[3:]:
            break
        pattern, anchored = pattern[3:], False
    if not pattern:
        return None
    matches = path_match(pattern) if anchored else basename_match(pattern)
    return Rule(pattern, negated, directory, anchored, matches)


def _without_trailing_spaces(line: str) -> str:
    """git drops trailing spaces, but not one behind a backslash."""
    kept = line.rstrip(" ")
    backslashes = len(kept) - len(kept.rstrip("\\"))
    return line[: len(kept) + 1] if backslashes % 2 and kept != line else kept


@dataclass(frozen=True, slots=True)
class _Names:
    """A quick test over names alone, for one kind of entry: False means that no unanchored rule matches."""

    literals: frozenset[str] = frozenset()
    endings: tuple[str, ...] = ()
    wild: tuple[str, ...] = ()
    any_wild: Matches | None = field(default=None, compare=False, repr=False)

    def adding(self, rules: Iterable[Rule]) -> _Names:
        literals, endings, wild = set(self.literals), dict.fromkeys(self.endings), dict.fromkeys(self.wild)
        for rule in rules:
            if not WILD.search(rule.pattern):
                literals.add(rule.pattern)
            elif rule.pattern[0] == "*" and not WILD.search(rule.pattern, 1):
                endings[rule.pattern[1:]] = None
            else:
                wild[rule.pattern] = None
        any_wild = self.any_wild if len(wild) == len(self.wild) else any_of(wild)
        return _Names(frozenset(literals), tuple(endings), tuple(wild), any_wild)

    def __bool__(self) -> bool:
        return bool(self.literals or self.endings or self.wild)

    def may(self, name: str) -> bool:
        if name in self.literals or name.endswith(self.endings):
            return True
        return self.any_wild is not None and self.any_wild(name)


@dataclass(frozen=True, slots=True)
class _Paths:
    """Anchored rules, each with its ignore file's directory, by the directory whose entries they can match."""

    of_directory: dict[str, tuple[tuple[str, Rule], ...]] = field(default_factory=dict)
    roaming: tuple[tuple[str, Rule], ...] = ()  # a wildcard stands before the last slash

    def adding(self, base: str, rules: Iterable[Rule]) -> _Paths:
        of_directory, roaming = dict(self.of_directory), list(self.roaming)
        for rule in rules:
            literal, slash, _ = rule.pattern.rpartition("/")
            if WILD.search(literal) or rule.crosses or "[" in rule.pattern:
                roaming.append((base, rule))
            else:
                directory = base + literal + slash
                of_directory[directory] = (*of_directory.get(directory, ()), (base, rule))
        return _Paths(of_directory, tuple(roaming))

    def within(self, directory: str) -> tuple[tuple[str, Rule], ...]:
        """The rules that may match entries of `directory`, each with that directory's path as it sees it."""
        near = self.of_directory.get(directory, ())
        far = (pair for pair in self.roaming if _may_reach(pair[1].literal, pair[0], directory))
        return tuple((directory[len(base) :], rule) for base, rule in (*near, *far))


def _may_reach(literal: str, base: str, directory: str) -> bool:
    where = directory[len(base) :]
    return directory.startswith(base) and (where.startswith(literal) or literal.startswith(where))


@dataclass(frozen=True, slots=True)
class Ignores:
    """Ignore files from the weakest to the strongest, each with its directory (`""`, or ending in `/`)."""

    files: tuple[tuple[str, Rules], ...] = ()
    _of_files: _Names = field(default=_Names(), repr=False)
    _of_directories: _Names = field(default=_Names(), repr=False)
    _paths: _Paths = field(default=_Paths(), repr=False)

    def adding(self, base: str, rules: Rules) -> Ignores:
        """With one more ignore file, stronger than the others, that holds for the directory `base`."""
        if not rules:
            return self
        names = [rule for rule in rules if not rule.anchored]
        return Ignores(
            (*self.files, (base, rules)),
            self._of_files.adding(rule for rule in names if not rule.directory),
            self._of_directories.adding(names),
            self._paths.adding(base, (rule for rule in rules if rule.anchored)),
        )

    def within(self, directory: str) -> tuple[Test | None, Test | None]:
        """Whether a name in `directory` (`""`, or ending in `/`) is ignored: the test of files, of directories.

        Names and directories are Latin-1. None where nothing can be ignored. The tests speak of the entry
        itself: git never looks into an ignored directory, and neither may the caller.
        """
        near = self._paths.within(directory)
        near_files = tuple((where, rule.matches) for where, rule in near if not rule.directory)
        return (
            self._test(directory, False, self._of_files, near_files),
            self._test(directory, True, self._of_directories, tuple((where, rule.matches) for where, rule in near)),
        )

    def _test(
        self, directory: str, is_directory: bool, names: _Names, near: tuple[tuple[str, Matches], ...]
    ) -> Test | None:
        if not near and not names:
            return None

        def ignored(name: str) -> bool:
            if not names.may(name):
                for where, matches in near:
                    if matches(where + name):
                        break
                else:
                    return False
            return self._decides(directory, name, is_directory)

        return ignored

    def _decides(self, directory: str, name: str, is_directory: bool) -> bool:
        """The last rule that matches decides, the strongest file first."""
        for base, rules in reversed(self.files):
            path = directory[len(base) :] + name
            for rule in reversed(rules):
                if (is_directory or not rule.directory) and rule.matches(path if rule.anchored else name):
                    return not rule.negated
        return False
