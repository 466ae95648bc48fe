"""Templates executed as far as their values are known (text/template, exec.go)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any

from celerylint.sources.helm.functions import Tokens
from celerylint.sources.helm.marks import Mark
from celerylint.sources.helm.named import name_of
from celerylint.sources.helm.plain.calls import call
from celerylint.sources.helm.plain.expression import (
    Action,
    Call,
    Dot,
    Expression,
    ExpressionError,
    Fields,
    Literal,
    Variable,
    parse,
)
from celerylint.sources.helm.plain.maps import Shared, SharedError
from celerylint.sources.helm.plain.output import Doubt, Output, TooMuchError
from celerylint.sources.helm.plain.values import Unknowable, shown, truth
from celerylint.sources.helm.references import References, references
from celerylint.sources.helm.template import Part, closing, definitions, parts

STEPS = 400_000  # actions of one chart
DEPTH = 60  # templates within templates
_LINE = re.compile(r"[^\n]*\n?")
_CHANGES = re.compile(r"(?<![\w.$])(?:set|unset|mustMerge\w*|merge\w*)\b")
_INDENT = re.compile(r"\|\s*(n?)indent\s+([0-9]{1,3})\s*$")
_SEVERAL = re.compile(r"(?<![\w.$])(?:toYaml|template)\b")
_FORMATTING = frozenset({"toYaml", "toYamlPretty"})
_KEYWORD = re.compile(r"(?:else\s+)?(?:if|with|range|else)\b")


@dataclass(frozen=True, slots=True)
class Source:
    """A template that can be executed."""

    path: str
    parts: tuple[Part, ...]
    references: References

    @classmethod
    def of(cls, path: str, found: tuple[Part, ...]) -> Source:
        """With the references of its actions."""
        return cls(path, found, references(found))


@dataclass(frozen=True, slots=True)
class Named:
    """A named template: a part of a source."""

    source: Source
    first: int
    last: int  # exclusive


def named_templates(source: Source) -> Iterator[tuple[str, Named]]:
    """Those that a source defines."""
    for first, last in definitions(source.parts):
        yield name_of(source.parts[first].body), Named(source, first + 1, last)


@dataclass(slots=True)
class Scope:
    """What names mean at one place; an inner scope sees and sets the variables of the outer ones."""

    dot: Any
    frames: list[dict[str, Any]]

    def inner(self, dot: Any, **variables: Any) -> Scope:
        """A scope within this one."""
        return Scope(dot, [*self.frames, variables])

    def get(self, name: str) -> Any:
        """A variable's value."""
        frame = next((frame for frame in reversed(self.frames) if name in frame), None)
        return frame[name] if frame is not None else Unknowable(f"{name} is not set")

    def set(self, name: str, value: Any, declares: bool) -> None:
        """`$x := …` or `$x = …`."""
        frame = None if declares else next((frame for frame in reversed(self.frames) if name in frame), None)
        (self.frames[-1] if frame is None else frame)[name] = value


@dataclass(slots=True)
class Execution:
    """Of one chart: the named templates, and how much was done."""

    named: Mapping[str, Named]
    tokens: Tokens
    steps: int = 0
    depth: int = 0
    doubting: int = 0  # conditions around that nobody can decide
    uncertain: str = ""  # why it is not known what the chart's values are by now
    formatted: int = 0  # how often a text was made whose form is not the engine's
    assigned: list[str] = field(default_factory=list)  # variables set while it is not known whether they are

    def run(self, source: Source, first: int, last: int, scope: Scope, out: Output) -> None:
        """Write the parts from `first` to `last`. Raises TooMuchError and RefusedError."""
        index = first
        while index < last:
            part = source.parts[index]
            self.steps += 1
            if self.steps > STEPS:
                raise TooMuchError("it does too much")
            if part.text:
                _lines(source, part, out)
            elif part.keyword == "define":
                index = closing(source.parts, index)
            elif part.opens:
                end = closing(source.parts, index)
                self._block(source, index, end, scope, out)
                index = end
            elif part.keyword == "assign":
                self._assign(_parsed(part.body), scope)
            elif part.writes:
                self._write(source, index, scope, out)
            elif part.keyword in ("break", "continue"):
                raise TooMuchError(f"`{part.keyword}` is not followed")
            index += 1

    def _write(self, source: Source, index: int, scope: Scope, out: Output) -> None:
        part = source.parts[index]
        reference = source.references.of.get(index)
        keys = tuple(str(shown(scope.get(key))) for key in reference.keys) if reference else ()
        mark = Mark(source.path, part.start, part.end, True, reference)
        before = self.formatted
        text = shown(self._evaluated(part.body, scope))
        if self.formatted > before and isinstance(text, str):
            out.forms.append((out.length, out.length + len(text)))
        if isinstance(text, Unknowable):
            text = _stand_in(part.body, self.tokens.make(part.body), out.at_line_start)
        out.write(text, mark, keys)

    def _evaluated(self, body: str, scope: Scope) -> Any:
        action = _parsed(body)
        if isinstance(action, Unknowable):
            return action
        value = self.value(action.of, scope)
        # A field that is not there writes nothing; a function's nothing has a form of its own.
        return Unknowable("it is nothing") if value is None and isinstance(action.of, Call) else value

    def _assign(self, action: Action | Unknowable, scope: Scope) -> None:
        if isinstance(action, Unknowable):
            return
        name = action.variables[0]
        self.assigned.append(name)
        scope.set(name, self.value(action.of, scope), action.declares)

    # What decides.

    def _block(self, source: Source, start: int, end: int, scope: Scope, out: Output) -> None:
        """`if`, `with`, `range` or `block`, with all of its branches."""
        if source.parts[start].keyword == "block":
            out.write(self.tokens.make(source.parts[start].body), _mark(source, start))
            return
        branches = [start, *_elses(source.parts, start, end), end]
        for index, until in pairwise(branches):
            keyword, body = _decision(source.parts[index])
            if keyword == "else":
                self.run(source, index + 1, until, scope.inner(scope.dot), out)
                return
            action = _parsed(body)
            value = action if isinstance(action, Unknowable) else self.value(action.of, scope)
            known = truth(value)
            if isinstance(known, Unknowable):
                rest = [*pairwise(branches)][branches.index(index) :]
                self._perhaps(source, rest, known, scope, out)
                return
            if known:
                self._enter(source, index, until, keyword, action, value, scope, out)
                return

    def _enter(
        self,
        source: Source,
        index: int,
        until: int,
        keyword: str,
        action: Action | Unknowable,
        value: Any,
        scope: Scope,
        out: Output,
    ) -> None:
        variables = action.variables if isinstance(action, Action) else ()
        if keyword == "range":
            self._range(source, index, until, variables, value, scope, out)
            return
        dot = value if keyword == "with" else scope.dot
        inner = scope.inner(dot)
        for name in variables:
            inner.set(name, value, True)
        self.run(source, index + 1, until, inner, out)

    def _range(
        self,
        source: Source,
        index: int,
        until: int,
        variables: tuple[str, ...],
        value: Any,
        scope: Scope,
        out: Output,
    ) -> None:
        if isinstance(value, dict):
            items = [(key, value[key]) for key in sorted(value)]
        elif isinstance(value, list):
            items = list(enumerate(value))
        else:
            items = [(number, number) for number in range(value)] if isinstance(value, int) else []
        for key, item in items:
            inner = scope.inner(item)
            inner.set(f"$celerylint{index}", key, True)
            for name, each in zip(variables[-2:], (key, item) if len(variables) > 1 else (item,), strict=False):
                inner.set(name, each, True)
            self.run(source, index + 1, until, inner, out)

    def _perhaps(
        self, source: Source, branches: list[tuple[int, int]], why: Unknowable, scope: Scope, out: Output
    ) -> None:
        """All branches one after the other, since nobody knows which one it is."""
        start = out.length
        before = len(self.assigned)
        self.doubting += 1
        for index, until in branches:
            keyword, body = _decision(source.parts[index])
            dot = scope.dot if keyword in ("if", "else") else Unknowable(why.reason)
            inner = scope.inner(dot)
            action = _parsed(body) if keyword != "else" else None
            for name in action.variables if isinstance(action, Action) else ():
                inner.set(name, Unknowable(why.reason), True)
            inner.set(f"$celerylint{index}", Unknowable(why.reason), True)
            self.run(source, index + 1, until, inner, out)
        self.doubting -= 1
        for name in self.assigned[before:]:
            scope.set(name, Unknowable(why.reason), False)
        if out.length > start:
            reason = f"it depends on `{{{{ {source.parts[branches[0][0]].body} }}}}`: {why.reason}"
            out.doubts.append(Doubt(start, out.length, reason))

    # What values are.

    def value(self, expression: Expression, scope: Scope) -> Any:
        """A pipeline's value."""
        if isinstance(expression, Literal):
            return expression.value
        if isinstance(expression, Dot):
            return scope.dot
        if isinstance(expression, Variable):
            return scope.get(expression.name)
        if isinstance(expression, Fields):
            return self._fields(expression, scope)
        if expression.name in ("include", "template", "tpl"):
            return self._include(expression, scope)
        self.formatted += expression.name in _FORMATTING
        arguments = [self.value(each, scope) for each in expression.arguments]
        if _CHANGES.fullmatch(expression.name):
            self._guard(expression, arguments)
        return call(expression.name, arguments)

    def _guard(self, expression: Call, arguments: list[Any]) -> None:
        """Maps are changed only where the engine is sure to do the same. Raises SharedError."""
        if self.uncertain and arguments and isinstance(arguments[0], Shared):
            raise SharedError(self.uncertain)
        target = expression.arguments[0] if expression.arguments else None
        if self.doubting and not (isinstance(target, Call) and target.name in ("dict", "deepCopy", "mustDeepCopy")):
            raise SharedError("a map is changed, or not, by what is not known")

    def _fields(self, expression: Fields, scope: Scope) -> Any:
        value = self.value(expression.of, scope)
        for name in expression.names:
            if isinstance(value, Unknowable):
                return value
            if not isinstance(value, dict):
                return Unknowable(f"`.{name}` is asked of what has no fields")
            value = value.get(name)
        return value

    def _include(self, expression: Call, scope: Scope) -> Any:
        """The text of a named template, or of a text that is one itself (`tpl`)."""
        arguments = [self.value(each, scope) for each in expression.arguments]
        if len(arguments) != 2 and expression.name != "template":
            return Unknowable(f"`{expression.name}` is not given two arguments")
        dot = arguments[1] if len(arguments) > 1 else None
        if expression.name == "tpl":
            text = arguments[0]
            return text if isinstance(text, str) and "{{" not in text else self._text(text, dot)
        name = arguments[0]
        found = self.named.get(name) if isinstance(name, str) else None
        if found is None:
            return Unknowable(f"the template {name} is not in the repository")
        return self._written(found, dot)

    def _text(self, text: Any, dot: Any) -> Any:
        if not isinstance(text, str):
            return text if isinstance(text, Unknowable) else Unknowable("`tpl` is given no text")
        source = Source("", parts(text), References())
        return self._written(Named(source, 0, len(source.parts)), dot)

    def _written(self, found: Named, dot: Any) -> Any:
        if self.depth >= DEPTH:
            raise TooMuchError("its templates include each other without end")
        self.depth += 1
        out = Output()
        self.run(found.source, found.first, found.last, Scope(dot, [{"$": dot}]), out)
        self.depth -= 1
        return Unknowable(out.doubts[0].reason) if out.doubts else out.text


def _stand_in(body: str, token: str, alone: bool) -> str:
    """A token for what is not known; where several lines may be, a comment, which fits everywhere."""
    lead = _INDENT.search(body)
    if lead:
        return ("\n" if lead[1] else "") + " " * int(lead[2]) + f"# {token}"
    return f"# {token}" if alone or _SEVERAL.search(body) else token


def _lines(source: Source, part: Part, out: Output) -> None:
    """Text, line by line: a place is exact to the column in each."""
    at = part.start
    for match in _LINE.finditer(part.body):
        if match[0]:
            out.write(match[0], Mark(source.path, at, at, False))
            at += len(match[0])


def _mark(source: Source, index: int) -> Mark:
    part = source.parts[index]
    return Mark(source.path, part.start, part.end, True)


def _elses(found: tuple[Part, ...], start: int, end: int) -> Iterator[int]:
    """The `else`s of a block, not those of the blocks in it."""
    depth = 0
    for index in range(start + 1, end):
        depth += found[index].opens - (found[index].keyword == "end")
        if found[index].keyword == "else" and depth == 0:
            yield index


def _decision(part: Part) -> tuple[str, str]:
    """What decides a branch: `if`, `with`, `range` or `else`, and its pipeline."""
    match = _KEYWORD.match(part.body)
    word = match[0].split()[-1] if match else "else"
    return word, part.body[match.end() :].strip() if match else ""


@cache
def _parsed(body: str) -> Action | Unknowable:
    try:
        return parse(body)
    except ExpressionError as error:
        return Unknowable(str(error))
