"""Makefiles: rules with their recipes, each line of which a shell runs (GNU make 4.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from celerylint.facts.launch import Locate, Word, split
from celerylint.facts.launch.words import Piece, assemble
from celerylint.facts.processes.make_variables import Value, Variables
from celerylint.facts.processes.program import ProcessFacts
from celerylint.facts.processes.scripts import Launchers, script_program, starts
from celerylint.origin import Span, Unknown

_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|\Z)")
_ASSIGNMENT = re.compile(
    r"(?P<modifiers>(?:(?:export|override|private)[ \t]+)*)(?P<name>[^\s:#=!?+]+)[ \t]*"
    r"(?P<operator>:::=|::=|:=|\?=|\+=|!=|=)[ \t]*(?P<value>.*)",
    re.DOTALL,
)
_RULE = re.compile(r"(?P<targets>[^:=#\t][^:=#]*?)[ \t]*(?P<colon>&?::?)(?!=)(?P<rest>.*)", re.DOTALL)
_CONDITIONAL = re.compile(r"(?:ifeq|ifneq|ifdef|ifndef)\b")
_COMMENT = re.compile(r"(?<!\\)#.*", re.DOTALL)
_JOINT = re.compile(r"[ \t]*\\(?:\r\n|\n|\r)[ \t]*")
_RECIPE_JOINT = re.compile(r"\\(\r\n|\n|\r)\t?")
_PREFIX = re.compile(r"[ \t]*(?:[@+-][ \t]*)*")
# job.c:construct_command_argv_internal, sh_chars_sh: a line with none of these needs no shell.
_SHELL = frozenset("#;\"*?[]&|<>(){}$`^~!='\\\n")
_BUILTINS = frozenset(
    (
        *(".", ":", "alias", "bg", "break", "case", "cd", "command", "continue", "eval", "exec", "exit", "export"),
        *("fc", "fg", "for", "getopts", "hash", "if", "login", "logout", "read", "readonly", "return", "set", "shift"),
        *("test", "times", "trap", "type", "ulimit", "umask", "unalias", "unset", "wait", "while"),
    )
)


@dataclass(slots=True)
class Rule:
    """A target with what it needs first, the lines of its recipe, and variables that hold for it alone."""

    name: str
    span: Span
    needs: tuple[str, ...] = ()
    recipe: list[Word] = field(default_factory=list)
    own: list[tuple[str, str, Word]] = field(default_factory=list)  # name, operator, value


@dataclass(slots=True)
class Makefile:
    """The rules by their targets, in order, and the variables at the end of the file."""

    variables: Variables
    rules: dict[str, Rule] = field(default_factory=dict)
    exported: set[str] = field(default_factory=set)
    one_shell: bool = False

    def commands(self, rule: Rule) -> Iterator[tuple[Word, ...]]:
        """The command lines of a recipe, in exec form."""
        automatic: dict[str, Value] = {"@": rule.name}
        if rule.needs:
            automatic["<"] = rule.needs[0]
        variables = Variables(self.variables.given, dict(self.variables.table))
        for own, operator, word in rule.own:
            variables.define(own, operator, word, True)
        shell = variables.look_up("SHELL")
        name = "sh" if isinstance(shell, Unknown) else shell.rpartition("/")[2] or "sh"
        for line in rule.recipe:
            filled = variables.filled(line, automatic)
            script = filled.word(line.locate)
            lead = _PREFIX.match(script.text)
            script = script.behind(lead.end() if lead else 0)
            if script.text.strip():
                yield run(script, name)


def run(script: Word, shell: str) -> tuple[Word, ...]:
    """A line of a recipe: make runs a simple one itself, and gives any other to the shell."""
    first = script.text.split(maxsplit=1)[:1]
    if shell == "sh" and not _SHELL & set(script.text) and first and first[0] not in _BUILTINS:
        return tuple(split(script.text, script.locate))
    place = Span(script.span.path, script.span.line, script.span.column, script.span.line, script.span.column)
    return (Word(shell, place), Word("-c", place), script)


def makefile_facts(text: str, locate: Locate, launchers: Launchers = ()) -> ProcessFacts:
    """The targets whose recipes start Celery, each line that does as a workload of its own."""
    makefile = read_makefile(text, locate)
    found = []
    for rule in makefile.rules.values():
        for words in makefile.commands(rule):
            if starts(words, launchers):
                found.append(script_program("make", "target", rule.name, rule.span, words).workload())
    return ProcessFacts(tuple(found))


def read_makefile(text: str, locate: Locate, given: Mapping[str, Value] | None = None) -> Makefile:
    """The rules of a makefile; `given` are the variables of make's command line."""
    reading = _Reading(text, locate, Makefile(Variables(given or {})))
    reading.read()
    return reading.makefile


class _Reading:
    """The state of make's reader between two lines."""

    def __init__(self, text: str, locate: Locate, makefile: Makefile) -> None:
        self._text = text
        self._locate = locate
        self.makefile = makefile
        self._current: list[Rule] = []
        self._conditions = 0
        self._defining = 0

    def read(self) -> None:
        for start, end in _logical_lines(self._text):
            line = self._text[start:end]
            if self._defining or line.lstrip().startswith("define "):
                self._define(line)
            elif line.startswith("\t") and self._current:
                self._recipe(start, end)
            elif line.strip() and not line.lstrip().startswith("#"):
                self._statement(start, end)
        if self.makefile.one_shell:
            for rule in self.makefile.rules.values():
                rule.recipe = [_together(rule.recipe)] if len(rule.recipe) > 1 else rule.recipe

    def _define(self, line: str) -> None:
        """`define` … `endef`: several lines that are not followed."""
        words = line.split()
        if words[:1] == ["define"]:
            self._defining += 1
            if self._defining == 1 and len(words) > 1:
                self.makefile.variables.define(words[1], "=", Word("", self._locate(0, 0)), False)
        elif words[:1] == ["endef"]:
            self._defining -= 1

    def _recipe(self, start: int, end: int) -> None:
        word = self._word(start + 1, end, recipe=True)
        for rule in self._current:
            rule.recipe.append(word)

    def _statement(self, start: int, end: int) -> None:
        line = _COMMENT.sub("", self._text[start:end])
        lead = len(line) - len(line.lstrip())
        start, line = start + lead, line.strip()
        if _CONDITIONAL.match(line):
            self._conditions += 1
        elif line == "endif":
            self._conditions = max(self._conditions - 1, 0)
        elif match := _ASSIGNMENT.fullmatch(line):
            self._assign(match, start, self.makefile.variables)
        elif match := _RULE.fullmatch(line):
            self._rule(match, start)
        elif line.startswith("export"):
            self.makefile.exported |= set(line.split()[1:])

    def _assign(self, match: re.Match[str], start: int, variables: Variables) -> None:
        self._current = []
        value = self._word(start + match.start("value"), start + match.end("value"))
        variables.define(match["name"], match["operator"], value, self._conditions == 0)
        if "export" in match["modifiers"]:
            self.makefile.exported.add(match["name"])

    def _rule(self, match: re.Match[str], start: int) -> None:
        names, rest = match["targets"], match["rest"]
        own = _ASSIGNMENT.fullmatch(rest.strip())
        at = start + match.start("rest") + len(rest) - len(rest.lstrip())
        needs, semicolon, recipe = ("", "", "") if own else rest.partition(";")
        self._current = []
        if names.strip() == ".ONESHELL":
            self.makefile.one_shell = True
        for found in re.finditer(r"\S+", names):
            name = self.makefile.variables.text(Word(found[0], self._locate(0, 0)))
            if isinstance(name, Unknown) or "%" in name or (name.startswith(".") and "/" not in name):
                continue
            span = self._locate(start + found.start(), start + found.end())
            rule = self.makefile.rules.setdefault(name, Rule(name, span))
            if own:
                value = self._word(at + own.start("value"), at + own.end("value"))
                rule.own.append((own["name"], own["operator"], value))
                continue
            rule.needs += tuple(each for each in needs.split() if "$" not in each and each != "|")
            self._current.append(rule)
        if semicolon and recipe.strip():
            begin = start + match.start("rest") + len(needs) + 1
            self._recipe(begin + len(recipe) - len(recipe.lstrip()) - 1, begin + len(recipe))

    def _word(self, start: int, end: int, *, recipe: bool = False) -> Word:
        """The text between two offsets: a continued line is a blank, or as it is in a recipe, but for the tab."""
        pieces: list[Piece] = []
        at = start
        for match in (_RECIPE_JOINT if recipe else _JOINT).finditer(self._text[start:end]):
            if at < start + match.start():
                pieces.append(Piece(self._text[at : start + match.start()], at, start + match.start()))
            shown = "\\\n" if recipe else " "
            pieces.append(Piece(shown, start + match.start(), start + match.end()))
            at = start + match.end()
        if at < end:
            pieces.append(Piece(self._text[at:end], at, end))
        span = self._locate(start, end)
        return assemble(pieces, span, self._locate) if pieces else Word("", span)


def _logical_lines(text: str) -> Iterator[tuple[int, int]]:
    """The bounds of each line with those that it is continued by."""
    position, start = 0, 0
    while position < len(text):
        match = _LINE.match(text, position)
        if match is None:
            return
        position = match.end()
        line = match[1]
        if (len(line) - len(line.rstrip("\\"))) % 2 and position < len(text):
            continue
        yield start, match.end(1)
        start = position


def _together(lines: list[Word]) -> Word:
    """The lines of a recipe as one script (.ONESHELL)."""
    first, *rest = lines
    text = "\n".join(line.text for line in lines)
    runs: list[tuple[int, Span]] = []
    offset = 0
    for line in (first, *rest):
        runs += [(offset + at, span) for at, span in line.runs] if line.runs else [(offset, line.span)]
        offset += len(line.text) + 1
    last = lines[-1].span
    span = Span(first.span.path, first.span.line, first.span.column, last.end_line, last.end_column)
    return Word(text, span, runs=tuple(runs))
