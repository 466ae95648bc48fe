"""Which values an action writes, where it writes one as it is: `.Values.worker.replicas`, or `.replicas` in a `with`.

A reference is a path whose steps are keys; a step that a `range` chooses is told by the mark (see `marks`). It is
a guess until the value is looked up there and is found to be what was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from celerylint.sources.helm.template import Part

_TOKEN = re.compile(
    r"""(?P<string>"(?:[^"\\\n]|\\.)*"|`[^`]*`)
    |(?P<path>\$\w*(?:\.\w+)*|(?:\.\w+)+|\.)
    |(?P<number>-?[0-9][\w.]*)
    |(?P<name>[a-zA-Z]\w*)
    |(?P<pipe>\|)
    |(?P<space>\s+)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
# Functions that give back what they are given, or another form of it.
_SAME = frozenset(
    {"default", "float64", "indent", "int", "int64", "nindent", "quote", "required", "squote", "toString", "toYaml"}
    | {"tpl", "trim", "trimAll"}
)
# Functions that write, or give on, all of what they are given.
_EVERYTHING = re.compile(r"(?<![\w.$])to\w*(?:Yaml|Json|Toml)\w*\s+(\$|\.)(?=[\s|)]|$)")
_RANGE = re.compile(r"range\s+(?:(?P<first>\$\w+)\s*(?:,\s*(?P<second>\$\w+)\s*)?:=\s*)?(?P<of>.*)", re.DOTALL)
_ASSIGN = re.compile(r"(?P<name>\$\w+)\s*:?=\s*(?P<of>.*)", re.DOTALL)
_WITH = re.compile(r"with\s+(?:(?P<first>\$\w+)\s*:=\s*)?(?P<of>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A step that a `range` chooses: the key that the mark tells at this place."""

    index: int


Path = tuple[str | Chosen, ...]
ROOT: Path = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """The paths that an action may write, likelier ones first, and the variables that tell what `range` chose."""

    paths: tuple[Path, ...]
    keys: tuple[str, ...]


@dataclass(slots=True)
class References:
    """Of one template: what its actions write, and what its `range`s must say so that marks can tell their keys."""

    of: dict[int, Reference] = field(default_factory=dict)  # by the index of the part
    ranges: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Scope:
    """What names mean at a place; None: nobody knows."""

    dot: Path | None = ROOT
    variables: tuple[tuple[str, Path | None], ...] = (("$", ROOT),)
    keys: tuple[str, ...] = ()

    def path(self, text: str) -> Path | None:
        """The path that `.a.b` or `$x.a.b` means."""
        head, _, rest = text.partition(".")
        base = self.dot if not head else dict(self.variables).get(head)
        return None if base is None else (*base, *filter(None, rest.split(".")))

    def knowing(self, name: str | None, path: Path | None) -> _Scope:
        """With a variable."""
        return replace(self, variables=(*self.variables, (name, path))) if name else self


def references(found: tuple[Part, ...]) -> References:
    """The references of a template's parts."""
    result = References()
    for index, part, scope in _scoped(found, result):
        if part.writes and (paths := tuple(_written(part.body, scope))):
            result.of[index] = Reference(paths, scope.keys)
    return result


def writes_everything(found: tuple[Part, ...]) -> bool:
    """Whether some action may write all that the template is given: `toYaml .`, where `.` may be everything."""
    actions = ((part, scope) for _, part, scope in _scoped(found, References()) if not part.text)
    return any(
        match[1] == "$" or scope.dot == ROOT for part, scope in actions for match in _EVERYTHING.finditer(part.body)
    )


def _scoped(found: tuple[Part, ...], result: References) -> Iterator[tuple[int, Part, _Scope]]:
    """Every part with what names mean there; notes the `range`s on its way."""
    scope = _Scope()
    outer: list[_Scope] = []
    for index, part in enumerate(found):
        yield index, part, scope
        if part.opens:
            outer.append(scope)
            scope = _entered(part, index, scope, result)
        elif part.keyword == "else" and outer:
            scope = outer[-1]
        elif part.keyword == "end" and outer:
            scope = outer.pop()
        elif part.keyword == "assign" and (match := _ASSIGN.match(part.body)):
            scope = scope.knowing(match["name"], _only(match["of"], scope))


def _entered(part: Part, index: int, scope: _Scope, result: References) -> _Scope:
    if part.keyword in ("define", "block"):
        return _Scope()
    if part.keyword == "with" and (match := _WITH.match(part.body)):
        path = _only(match["of"], scope)
        return replace(scope.knowing(match["first"], path), dot=path)
    if part.keyword == "range" and (match := _RANGE.match(part.body)):
        return _ranged(match, index, scope, result)
    return scope


def _ranged(match: re.Match[str], index: int, scope: _Scope, result: References) -> _Scope:
    of = _only(match["of"], scope)
    key = match["first"] if match["second"] else f"$celerylint{index}"
    value = match["second"] or match["first"] or f"$celerylintof{index}"
    path = None if of is None else (*of, Chosen(len(scope.keys)))
    if path is None:
        return replace(scope.knowing(match["first"], None).knowing(match["second"], None), dot=None)
    if not match["second"]:
        result.ranges[index] = f"range {key}, {value} := {match['of']}"
    inner = scope.knowing(value, path).knowing(match["first"] if match["second"] else None, None)
    return replace(inner, dot=path, keys=(*scope.keys, key))


def _only(body: str, scope: _Scope) -> Path | None:
    """The path that a pipeline stands for, where it is nothing but one."""
    tokens = list(_TOKEN.finditer(body.strip()))
    return scope.path(tokens[0][0]) if len(tokens) == 1 and tokens[0]["path"] else None


def _written(body: str, scope: _Scope) -> Iterator[Path]:
    """The paths in an action that passes a value on, in the order in which the engine asks for them."""
    tokens = [match for match in _TOKEN.finditer(body) if not match["space"]]
    if any(match["other"] or (match["name"] and match["name"] not in _SAME) for match in tokens):
        return
    first = next((at for at, match in enumerate(tokens) if match["pipe"]), len(tokens))
    for match in (*reversed(tokens[:first]), *tokens[first:]):
        path = scope.path(match["path"]) if match["path"] else None
        if path and path[0] == "Values" and len(path) > 1:
            yield path[1:]
