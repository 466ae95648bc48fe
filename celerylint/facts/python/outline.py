"""A file's functions and classes as text, and what they may call: found by spelling, to choose what is parsed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from celerylint.sources.python import PythonModule, PythonSyntaxError

_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n#]*)|import[ \t]+([^\n#]+))", re.MULTILINE
)
_DEFINED = re.compile(r"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", re.MULTILINE)
_CLASS = re.compile(r"^class[ \t]+\w+[ \t]*(?:\(([^()]*)\))?", re.MULTILINE)
_DEF_INSIDE = re.compile(r"^([ \t]+)(?:async[ \t]+)?def[ \t]+(\w+)", re.MULTILINE)
_CALL = re.compile(r"(?<![\w.])([A-Za-z_][\w.]*)\(")
_METHOD = re.compile(r"\.(\w+)\(")
LONGEST = 40_000  # characters of a function or class; longer ones are data


@dataclass(frozen=True, slots=True)
class Outline:
    """What the lines of a file begin with: its imports, and its top-level functions and classes by name."""

    imports: Mapping[str, str]
    texts: Mapping[str, str]


def outline_of(module: PythonModule) -> Outline:
    """The outline of a file; an empty one where it is no Python."""
    try:
        segments = module.segments
    except PythonSyntaxError:
        return Outline({}, {})
    texts: dict[str, str] = {}
    for segment in segments:
        found = _DEFINED.search(segment.text) if len(segment.text) <= LONGEST else None
        if found:
            texts[found[1]] = segment.text
    return Outline(_imports(module.text.text), texts)


def _imports(text: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for source, imported, modules in _IMPORT.findall(text):
        for part in (imported.strip("()") or modules).replace("\n", ",").split(","):
            words = part.partition("#")[0].split()
            if not words or words[0] == "*":
                continue
            if source:
                names[words[-1]] = f"{source}{'' if source.endswith('.') else '.'}{words[0]}"
            else:
                names[words[-1].partition(".")[0]] = words[0] if len(words) > 1 else words[0].partition(".")[0]
    return names


def bases_in(text: str) -> tuple[str, ...] | None:
    """The bases of a class as written; None where the text is that of a function."""
    found = _CLASS.search(text)
    return tuple(base.strip() for base in (found[1] or "").split(",") if base.strip()) if found else None


def method_in(text: str, name: str) -> str:
    """The text of a class's method; empty where it has none of this name."""
    found = next((each for each in _DEF_INSIDE.finditer(text) if each[2] == name), None) if name in text else None
    if found is None:
        return ""
    end = re.compile(rf"^(?!{found[1]}[ \t])[ \t]*[^\s#)\]}}]", re.MULTILINE).search(text, found.end())
    return text[found.start() : end.start() if end else len(text)]


def methods_in(text: str) -> tuple[str, ...]:
    """The names of the functions within a class's text."""
    return tuple(dict.fromkeys(found[2] for found in _DEF_INSIDE.finditer(text)))


def calls_in(text: str) -> tuple[str, ...]:
    """The dotted names that a text calls, each once, in order."""
    return tuple(dict.fromkeys(_CALL.findall(text)))


def methods_called_in(text: str) -> frozenset[str]:
    """The names of the methods that a text calls, on whatever."""
    return frozenset(_METHOD.findall(text))
