"""Files of variables: Compose's `.env` and `env_file`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from celerylint.facts.manifests.interpolation import Variables, interpolate
from celerylint.origin import Span, Unknown
from celerylint.sources.text import Text

# compose-go's dotenv: `export` and spaces around `=` are allowed, `KEY: value` too; a quoted value may go on
# over several lines; ` #` starts a comment behind an unquoted one.
_ENTRY = re.compile(
    r"""^[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_][A-Za-z0-9_.-]*)[ \t]*
    (?:(?:=|:(?=[ \t]))[ \t]*(?:
        '(?P<raw>[^']*)'(?=[ \t]*(?:\#[^\r\n]*)?(?:[\r\n]|\Z))
      | "(?P<quoted>(?:[^"\\]|\\.)*)"(?=[ \t]*(?:\#[^\r\n]*)?(?:[\r\n]|\Z))
      | (?P<plain>[^\r\n]*)
    )|(?=[\r\n]|\Z))""",
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
_COMMENT = re.compile(r"(?:^|[ \t])#.*|[ \t]+$", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "$": "$$"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One variable of the file; its value is None where the file takes it from the shell (`KEY` alone)."""

    name: str
    value: str | Unknown | None
    span: Span  # of the name
    value_span: Span


def entries(text: Text, outside: Variables, interpolated: bool = True) -> tuple[Entry, ...]:
    """The variables of a file in order; a value may use earlier ones and those `outside`.

    `interpolated=False` is env_file's `format: raw`: nothing is quoted or replaced.
    """
    return tuple(_entries(text, outside, interpolated))


def _entries(text: Text, outside: Variables, interpolated: bool) -> Iterator[Entry]:
    seen: dict[str, str | Unknown] = {}

    def variables(name: str) -> str | Unknown | None:
        found = outside(name)
        return seen.get(name) if found is None else found

    position = 0
    while match := _ENTRY.search(text.text, position):
        position = max(match.end(), position + 1)
        kind = next((group for group in ("raw", "quoted", "plain") if match[group] is not None), "name")
        start, end = match.span(kind)
        value = _value(match, kind, variables, interpolated)
        if value is not None:
            seen[match["name"]] = value
        yield Entry(match["name"], value, text.span(*match.span("name")), text.span(start, end))


def _value(match: re.Match[str], kind: str, variables: Variables, interpolated: bool) -> str | Unknown | None:
    if kind == "name":
        return None
    if not interpolated:
        return match[0].partition("=")[2]
    if kind == "raw":
        return match[kind]
    written = match[kind]
    if kind == "quoted":
        written = re.sub(r"\\(.)", lambda escape: _ESCAPES.get(escape[1], escape[0]), written, flags=re.DOTALL)
    else:
        written = _COMMENT.sub("", written).rstrip()
    if "$" not in written:
        return written
    result = interpolate(written, variables)
    return result.value
