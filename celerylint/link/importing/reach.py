"""All that a process may import, at most: from where it begins, through everything that a file could import."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from celerylint.link.code import Code
from celerylint.link.importing.meaning import by_import, by_text, packages_of
from celerylint.link.importing.mentions import computes, mentions
from celerylint.link.reading import is_test

MOST_FILES = 600  # that are followed
# A worker never comes to these of a Django project: they are run by name.
_NEVER = re.compile(r"(?:^|/)(?:management/commands|migrations)/|(?:^|/)manage\.py$")


@dataclass(frozen=True, slots=True)
class Reach:
    """The files that may be imported; `doubt` says why there may be others, empty where there are none."""

    files: frozenset[str]
    doubt: str


def reach(code: Code, roots: Iterable[str], within: frozenset[str] | None = None) -> Reach:
    """The files that these lead to; with `within`, through no others than those."""
    waiting = sorted(set(roots))
    seen = set(waiting)
    doubt = ""
    while waiting:
        path = waiting.pop()
        doubt = doubt or mentions(code, path).doubt
        for other in (*packages_of(code.modules, path), *_led_to(code, path)):
            if other not in seen and (within is None or other in within):
                seen.add(other)
                waiting.append(other)
        if len(seen) > MOST_FILES:
            return Reach(frozenset(seen), "it imports too many modules to follow them all")
    return Reach(frozenset(seen), doubt)


def whole_site(code: Code, roots: Iterable[str], besides: frozenset[str]) -> Reach:
    """A Django process loads what its applications, its checks and its URLs lead to: any file but those run by name.

    Django's fixup runs the system checks before the worker starts, and these import the URLs (celery/fixups/django.py).
    `besides` are modules that nothing but an import could load.
    """
    found = set(roots)
    doubt = _computed(code)
    if doubt:
        return Reach(frozenset(), doubt)
    words = [b"import *", *(_last(path).encode() for path in besides)]
    for path in _site(code):
        data = code.tree.data(path) or b""
        if path in besides:
            continue
        if any(word in data for word in words):
            found.update(_led_to(code, path))
            doubt = doubt or mentions(code, path).doubt
    led = reach(code, found & besides, besides)
    return Reach(frozenset(found) | led.files, doubt or led.doubt)


def _site(code: Code) -> Iterator[str]:
    files = (path for path in code.tree.files if path.endswith(".py"))
    return (path for path in files if not is_test(path) and not _NEVER.search(path))


def _computed(code: Code) -> str:
    """The first file of a site that imports what nobody can tell; empty where none does."""
    results = code.shared.results
    if _computed not in results:
        results[_computed] = next((why for path in _site(code) if (why := _doubtful(code, path))), "")
    found: str = results[_computed]
    return found


def _doubtful(code: Code, path: str) -> str:
    data = code.tree.data(path)
    if data is None:
        return f"{path} cannot be read, and may import it"
    return f"{path} imports modules whose names it computes" if computes(data) else ""


def _last(path: str) -> str:
    """What an import must name to load a file, in whatever it does so."""
    return path.removesuffix("/__init__.py").removesuffix(".py").rpartition("/")[2]


def _led_to(code: Code, path: str) -> Iterator[str]:
    said = mentions(code, path)
    for name in sorted(said.imports):
        yield from by_import(code.modules, name, path)
    for text in sorted(said.texts):
        yield from by_text(code.modules, text)
    for key in sorted(said.keys):
        yield from code.modules.ending_in(key)
