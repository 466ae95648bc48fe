"""Lists and dictionaries of a module that another file changes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from celerylint.link.evaluate.frame import ModuleFrame

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

# Words in the names of modules that hold settings: the files that mention one of them may change what it holds.
WORDS = (b"settings", b"conf")
_METHODS = rb"(?:update|append|extend|insert|setdefault|pop|clear|remove|add|discard)"
_IMPORT = re.compile(rb"^[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n]*)", re.M)
_DJANGO = re.compile(rb"\bfrom[ \t]+django\.conf[ \t]+import[ \t]+settings\b")


def changer(evaluator: Evaluator, frame: ModuleFrame, name: str) -> str:
    """The file that changes what a name of a module stands for, when it is imported or later; empty where none does."""
    word = name.encode()
    own = re.compile(rb"(?<![\w.])" + word + rb"[ \t]*" + _CHANGED, re.M)
    of_module = re.compile(rb"(?<![\w.])([\w.]+)\." + word + rb"[ \t]*" + _CHANGED)
    for path, data in _files(evaluator, frame.path):
        if path == frame.path or word not in data:
            continue
        if own.search(data) and _imports(evaluator, path, data, name, frame.path):
            return path
        if any(_is_module(evaluator, path, data, each[1].decode(), frame.path) for each in of_module.finditer(data)):
            return path
    return ""


_CHANGED = rb"(?:(?:\[[^\]\n]*\][ \t]*)+(?:[-+|]?=(?!=)|\." + _METHODS + rb"\()|\." + _METHODS + rb"\(|[+|]=)"


def _files(evaluator: Evaluator, path: str) -> Iterator[tuple[str, bytes]]:
    """The files that may change what a module holds: those that speak of Celery, and of modules named like it."""
    shared = evaluator.shared
    lower = path.lower().encode()
    paths = [*shared.speaking, *(each for word in WORDS if word in lower for each in shared.wording.get(word, ()))]
    for each in dict.fromkeys(paths):
        yield each, shared.bytes_of(each)


def _imports(evaluator: Evaluator, path: str, data: bytes, name: str, wanted: str) -> bool:
    """Whether a file imports the name from the module."""
    word = re.compile(rb"\b" + name.encode() + rb"\b")
    return any(
        word.search(each[2]) and evaluator.modules.find(each[1].decode(), path) == wanted
        for each in _IMPORT.finditer(data)
    )


def _is_module(evaluator: Evaluator, path: str, data: bytes, holder: str, wanted: str) -> bool:
    """Whether a dotted name in a file means the module; Django's `settings` mean whatever module settings are in."""
    last = holder.rpartition(".")[2]
    if last == "settings" and _DJANGO.search(data):
        return "settings" in wanted.lower()
    if evaluator.modules.find(holder, path) == wanted:
        return True
    for each in _IMPORT.finditer(data):
        if re.search(rb"\b" + last.encode() + rb"\b", each[2]):
            module = each[1].decode()
            joint = "" if module.endswith(".") else "."
            if evaluator.modules.find(f"{module}{joint}{last}", path) == wanted:
                return True
    return False
