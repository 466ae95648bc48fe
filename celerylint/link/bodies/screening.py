"""Which functions may lead to something that matters: told by their text, so that only those are parsed."""

from __future__ import annotations

import re
from collections.abc import Iterable

from celerylint import catalog
from celerylint.facts.python.names import resolve
from celerylint.facts.python.outline import (
    Outline,
    bases_in,
    calls_in,
    method_in,
    methods_called_in,
    methods_in,
    outline_of,
)
from celerylint.link.code import Code

Name = tuple[str, str]  # a file, and a name in it: `fetch`, `Client` (a call of the class), `Client.get`
SENT_WITHIN = 3  # the same for what is sent within a transaction
DEEPEST = 4  # calls within calls, from a task on; what lies deeper is seldom told apart from what many others do
_REEXPORTS = 4  # files that a name is imported through
_FAMILY = 6  # classes above a class
_INIT = "__init__"
_SENDS = re.compile(r"\.(?:delay|apply_async|send_task|AsyncResult)\(|\bAsyncResult\(|\b(?:group|chord|chain)\(")
_WAITS = re.compile(r"\.(?:get|wait|join|join_native|collect)\(")
_DISPATCHES = re.compile(r"\.(?:delay|apply_async)\(")
_SESSION = re.compile(r"\b[sS]ession\(")
_EMPTY = Outline({}, {})


class Screening:
    """The texts of the repository's functions, each looked at once and when somebody asks."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self._outlines: dict[str, Outline] = {}
        self._texts: dict[Name, tuple[str, str]] = {}
        self._calls: dict[Name, tuple[Name, ...]] = {}
        self._imported: dict[tuple[str, str], Name | None] = {}
        self._leads: dict[tuple[Name, int, bool], bool] = {}

    def outline(self, path: str) -> Outline:
        """The outline of a file."""
        if path not in self._outlines:
            module = self.code.tree.python(path)
            self._outlines[path] = outline_of(module) if module else _EMPTY
        return self._outlines[path]

    def find(self, path: str, dotted: str, depth: int = 0) -> Name | None:
        """The function or class that a dotted name seems to mean at the top level of a file."""
        outline = self.outline(path)
        head = dotted.partition(".")[0]
        if head in outline.texts:
            return path, dotted
        full = resolve(dotted, outline.imports)
        return self.imported(path, full, depth + 1) if full and depth < _REEXPORTS else None

    def imported(self, path: str, full: str, depth: int = 0) -> Name | None:
        """The function or class that an absolute or relative dotted name seems to mean, seen from a file."""
        key = (path, full)
        if key not in self._imported:
            self._imported[key] = self._looked_up(path, full, depth)
        return self._imported[key]

    def _looked_up(self, path: str, full: str, depth: int) -> Name | None:
        parts = full.split(".")
        for length in range(len(parts) - 1, 0, -1):
            module = ".".join(parts[:length])
            if not parts[length - 1]:
                module += "."  # `.x`: the package itself
            found = self.code.modules.find(module, path)
            if found is not None and found != path:
                return self.find(found, ".".join(parts[length:]), depth)
        return None

    def is_class(self, name: Name) -> bool:
        """Whether a name of a file is that of a class."""
        return bases_in(self.outline(name[0]).texts.get(name[1], "")) is not None

    def leads(self, name: Name, dispatching: bool = False, left: int = DEEPEST) -> bool:
        """Whether a function, or one that it calls, seems to do what matters: work, or to send tasks."""
        key = (name, left, dispatching)
        if key not in self._leads:
            does = self._does(name, dispatching)
            inner = self._called(name) if not does and left > 1 else ()
            self._leads[key] = does or any(self.leads(each, dispatching, left - 1) for each in inner if each != name)
        return self._leads[key]

    def leads_anywhere(self, name: Name) -> bool:
        """Whether a function, or any method of a class, seems to send tasks or to lead to what does."""
        text = self.outline(name[0]).texts.get(name[1], "")
        if bases_in(text) is None:
            return self.leads(name, True, SENT_WITHIN)
        return any(self.leads((name[0], f"{name[1]}.{each}"), True, SENT_WITHIN) for each in methods_in(text))

    def _does(self, name: Name, dispatching: bool) -> bool:
        path, text = self._text_of(name)
        if dispatching or not text:
            return _DISPATCHES.search(text) is not None
        imports = self.outline(path).imports
        return _works(text, (resolve(each, imports) for each in calls_in(text)))

    def _text_of(self, name: Name) -> tuple[str, str]:
        if name not in self._texts:
            self._texts[name] = self._text(*name)
        return self._texts[name]

    def _called(self, name: Name) -> tuple[Name, ...]:
        """What a function's text seems to call."""
        if name not in self._calls:
            path, text = self._text_of(name)
            owner = name[1].partition(".")[0]
            methods = methods_called_in(text)
            found: dict[Name, None] = {}
            for each in calls_in(text):
                head, _, rest = each.partition(".")
                if head == "self" and rest.isidentifier():
                    found[(name[0], f"{owner}.{rest}")] = None
                elif head != "self" and (callee := self.find(path, each)) is not None:
                    found.update(dict.fromkeys(self._with_methods(callee, methods)))
            self._calls[name] = tuple(found)
        return self._calls[name]

    def _with_methods(self, name: Name, methods: frozenset[str]) -> tuple[Name, ...]:
        """What is called, and where it is a class, the methods that may be called on what it makes."""
        path, dotted = name
        head, _, method = dotted.partition(".")
        text = self.outline(path).texts.get(head, "")
        if method or bases_in(text) is None:
            return (name,)
        return (name, *((path, f"{head}.{each}") for each in sorted(methods) if each in text))

    def _text(self, path: str, dotted: str, depth: int = 0) -> tuple[str, str]:
        """The text of a function, with the file that it stands in; of a method wherever its class has it from."""
        head, _, method = dotted.partition(".")
        text = self.outline(path).texts.get(head, "")
        bases = bases_in(text)
        if bases is None:
            return path, "" if method else text
        if own := method_in(text, method or _INIT):
            return path, own
        for base in bases if depth < _FAMILY else ():
            above = self.find(path, base)
            found = self._text(above[0], f"{above[1]}.{method or _INIT}", depth + 1) if above else (path, "")
            if found[1]:
                return found
        return path, ""


def _works(text: str, called: Iterable[str]) -> bool:
    if any(name and (catalog.call_kinds(name) or catalog.endless(name)) for name in called):
        return True
    if _WAITS.search(text) and _SENDS.search(text):
        return True
    return _SESSION.search(text) is not None
