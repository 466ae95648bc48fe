"""The entries of `task_routes`: what each matches, and what keeps Celery from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from celerylint.link.evaluate.patterns import Pattern
from celerylint.link.known_tasks import KnownTasks
from celerylint.link.routes import pattern_of, queue_of, routers_of, routes_in
from celerylint.model import Route, Task
from celerylint.origin import Layer, Span, Value, known, unknown
from celerylint.sources.text import Text
from celerylint.sources.tree import Tree


def written_routes(tree: Tree, routes: Value[Any], app: str, fallback: Span, tasks: KnownTasks) -> tuple[Route, ...]:
    """The routes of one app, as far as `task_routes` is followed; those behind one that Celery refuses are not read."""
    found: list[Route] = []
    for router in routers_of(routes):
        places = tuple(dict.fromkeys((*router.origin.places(), *routes.origin.places(), fallback)))
        refusal = _refusal(router)
        if refusal:
            nothing: Value[Any] = known(None, Layer.DEFAULT)
            text = str(_plain_first(router))
            span = _written(tree, text, router, places)
            return (*found, Route(text, "name", span, app, nothing, unknown(refusal, span), None, refusal))
        earlier, mine = tuple(found), list[Route]()
        for key, target in routes_in(router) or ():
            route = _route(tree, key, target, places, app, tasks)
            if route is not None:
                before = (*earlier, *(each for each in mine if each.kind == "glob" and route.kind == "glob"))
                mine.append(_behind(route, before))
        found.extend(mine)
    return tuple(found)


def _route(
    tree: Tree, key: Any, target: Value[Any], places: Sequence[Span], app: str, tasks: KnownTasks
) -> Route | None:
    if isinstance(key, str):
        kind, name = "glob" if "*" in key else "name", key
        matches = _glob(key) if kind == "glob" else key.__eq__
    else:
        pattern = pattern_of(key)
        if pattern is None:
            return None
        kind, name, matches = "regex", pattern[0], _regex(pattern)
    span = _written(tree, name, target, places)
    return Route(name, kind, span, app, queue_of(target), _matching(name, kind, matches, tasks, span), None, "")


def _matching(
    name: str, kind: str, matches: Callable[[str], object], tasks: KnownTasks, span: Span
) -> Value[tuple[Task, ...]]:
    found = tuple(task for task in tasks.made if matches(task.name))
    if found:
        return known(found, Layer.CODE, span)
    elsewhere = next((each for each in sorted(tasks.declared) if matches(each)), "")
    if elsewhere:
        return unknown(f"which app runs {elsewhere} is not known", span)
    doubt = "a regular expression may match any task" if kind == "regex" else tasks.doubt(name)
    return unknown(doubt, span) if doubt else known((), Layer.INFERRED, span)


def _behind(route: Route, earlier: Sequence[Route]) -> Route:
    first = next((each for each in earlier if holds((each.kind, each.name), (route.kind, route.name))), None)
    return replace(route, shadowed_by=first) if first is not None else route


def holds(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether one route, by kind and name, certainly matches whatever the other does.

    A glob of stars alone takes another glob's text as it is, wildcards and all.
    """
    if "regex" in (one[0], other[0]) or re.search(r"[?\[]", one[1]):
        return False
    return fnmatchcase(other[1], one[1]) if one[0] == "glob" else one[1] == other[1] and other[0] == "name"


def _glob(pattern: str) -> Callable[[str], object]:
    return lambda name: fnmatchcase(name, pattern)


def _regex(pattern: Pattern) -> Callable[[str], object]:
    assert pattern is not None  # asked by the only caller
    return lambda name: re.match(pattern[0], name, pattern[1])


def _refusal(router: Value[Any]) -> str:
    """`[("shop.*", "fast")]` instead of `([("shop.*", "fast")],)`: each pair is taken for a list of pairs."""
    if not isinstance(router.value, list | tuple):
        return ""
    first = _plain_first(router)
    if not isinstance(first, str) or len(first) == 2:
        return ""
    return f"{first!r} is taken for a list of routes, and its letters for pairs"


def _plain_first(router: Value[Any]) -> Any:
    data = router.value
    first = data[0] if isinstance(data, list | tuple) and data else None
    return first.value if isinstance(first, Value) else first


def _written(tree: Tree, name: str, value: Value[Any], places: Sequence[Span]) -> Span:
    """Where the key stands as a text: within the routes, else in their files; what it gives is near at least."""
    wanted = re.compile(rf"([\"']){re.escape(name)}\1")
    for whole in (*places, *(Span(path, 1, 1, 10**9, 1) for path in dict.fromkeys(place.path for place in places))):
        module = tree.python(whole.path) if whole.path.endswith(".py") else None
        found = _found(module.text, wanted, whole) if module is not None else None
        if found is not None:
            return found
    return next((span for span in value.origin.places() if span.path == places[0].path), places[0])


def _found(text: Text, wanted: re.Pattern[str], whole: Span) -> Span | None:
    for number in range(whole.line, min(whole.end_line, text.line_count) + 1):
        line = text.line(number)
        found = wanted.search(line, whole.column - 1 if number == whole.line else 0)
        if found and not line.lstrip().startswith("#"):
            return Span(whole.path, number, found.start() + 1, number, found.end() + 1)
    return None
