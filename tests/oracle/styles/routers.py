"""Routers that are called: functions and classes that decide by a task's name, or by what it is called with."""

from __future__ import annotations

from collections.abc import Callable

from oracle.sources import INDENT, Place
from oracle.styles.queues import QUEUES

PARTS = ("shop", "tasks", "feeds", "video", "image", "scale", "report", "add", "a", "d")
BEGINNINGS = ("shop.", "feeds", "video.scale", "shop.tasks.", "a", "")
ENDS = (".scale", "report", "add", ".fetch", "l")
PATTERNS = (r"shop\.", r"(video|image)\.\w+$", r".*\.tasks\.", r"[a-f]", r"add$")
ARGUMENTS = "name, args, kwargs, options, task=None, **kw"


def router(place: Place, names: tuple[str, ...]) -> str:
    """The expression of a router that is called, one of the project's own."""
    draw = place.draw
    form = draw.pick(("function",) * 6 + ("class", "class", "path", "path", "called", "lambda", "made"))
    body = _body(place, names)
    if form == "lambda":
        return f"(lambda name, *args, **kwargs: {_answer(place)} if {_condition(place, names)} else None)"
    if form == "class":
        cls = place.fresh("Router", "QueueRouter")
        place.block(
            f"class {cls}:", "def route_for_task(self, name, args=None, kwargs=None, **options):", *_deeper(body)
        )
        return draw.pick((f"{cls}()", f"'{place.module.name}.{cls}'", f"'{place.module.name}:{cls}'"))
    if form == "called":
        cls = place.fresh("Called", "RouteTask")
        place.block(
            f"class {cls}:",
            *("def __init__(self, queue):", f"{INDENT}self.queue = queue"),
            f"def __call__(self, {ARGUMENTS}):",
            *_deeper([f"if {_condition(place, names)}:", f"{INDENT}return {{'queue': self.queue}}", *body]),
        )
        return f"{cls}({draw.pick(QUEUES)!r})"
    function = place.fresh("route_task", "by_name", "router")
    if form == "made":
        place.block(
            f"def {function}(queue):",
            *(f"def route({ARGUMENTS}):", f"{INDENT}return queue if {_condition(place, names)} else None"),
            "return route",
        )
        return f"{function}({draw.pick(QUEUES)!r})"
    place.block(f"def {function}({ARGUMENTS}):", *body)
    return (
        draw.pick((f"'{place.module.name}.{function}'", f"'{place.module.name}:{function}'"))
        if form == "path"
        else function
    )


def _deeper(body: list[str]) -> list[str]:
    return [INDENT + line for line in body]


def _body(place: Place, names: tuple[str, ...]) -> list[str]:
    """The statements of a function that answers."""
    draw = place.draw
    form = draw.pick(("always", "if", "if", "if", "else", "chain", "look-up", "table", "loop", "words", "call", "kept"))
    if form == "always":
        return [f"return {_answer(place)}"]
    if form == "else":
        return [f"return {_answer(place)} if {_condition(place, names)} else {_answer(place)}"]
    if form == "chain":
        tests = [_condition(place, names) for _ in range(3)]
        heads = [f"if {tests[0]}:", f"elif {tests[1]} and {tests[2]}:", "else:"]
        return [line for head in heads for line in (head, f"{INDENT}return {_answer(place)}")]
    if form == "look-up":
        rows = ", ".join(f"{name!r}: {draw.pick(QUEUES)!r}" for name in draw.some(names, 1, 4))
        return [f"queue = {{{rows}}}.get(name)", "return {'queue': queue} if queue else None"]
    if form == "table":
        table = place.fresh("QUEUES_OF", "TABLE")
        rows = ", ".join(f"{name!r}: {draw.pick(QUEUES)!r}" for name in draw.some(names, 1, 4))
        place.write(f"{table} = {{{rows}}}")
        return [
            f"if name in {table}:",
            f"{INDENT}return {_told(place, f'{table}[name]')}",
        ]
    if form == "loop":
        rows = ", ".join(f"({start!r}, {draw.pick(QUEUES)!r})" for start in draw.some(BEGINNINGS, 1, 3))
        return [f"for start, queue in [{rows}]:", f"{INDENT}if name.startswith(start):", f"{INDENT * 2}return queue"]
    if form == "words":
        words = draw.pick(("name.split('.')[0]", "name.rpartition('.')[2]", "f'q-{name}'", "name.replace('.', '-')"))
        return [f"return {_told(place, words)}"]
    if form == "call" and draw.chance(40):  # nobody knows from the code what a task is called with
        test = draw.pick(("args", "kwargs.get('urgent')", "options.get('priority')", "not kwargs"))
        return [f"if {test}:", f"{INDENT}return 'high'", f"return {_answer(place)}"]
    if form == "kept":
        kept = place.fresh("KEPT", "ROUTE")
        place.write(f"{kept} = {{'queue': {draw.pick(QUEUES)!r}}}")
        return [f"return {draw.pick((kept, f'dict({kept})', f'{{**{kept}}}', f'{kept}.copy()'))}"]
    return [f"if {_condition(place, names)}:", f"{INDENT}return {_answer(place)}"]


def _told(place: Place, queue: str) -> str:
    return place.draw.pick((queue, f"{{'queue': {queue}}}"))


def _answer(place: Place) -> str:
    draw = place.draw
    queue = draw.pick(QUEUES)
    named = f"{{'queue': {queue!r}}}"
    with_key = f"{{'queue': {queue!r}, 'routing_key': {queue!r}}}"
    forms = (repr(queue), repr(queue), named, named, f"dict(queue={queue!r}, priority=3)", "None", "{}", with_key)
    return draw.pick(forms)


def _condition(place: Place, names: tuple[str, ...]) -> str:
    """A test of the name."""
    draw = place.draw
    made: tuple[Callable[[], str], ...] = (
        lambda: f"name == {draw.pick(names)!r}",
        lambda: f"name in {tuple(draw.some(names, 2, 4))!r}",
        lambda: f"name != {draw.pick(names)!r}",
        lambda: f"{draw.pick(PARTS)!r} in name",
        lambda: f"{draw.pick(PARTS)!r} in name.split('.')",
        lambda: f"name.startswith({draw.pick(BEGINNINGS)!r})",
        lambda: f"name.endswith(({draw.pick(ENDS)!r}, {draw.pick(ENDS)!r}))",
        lambda: f"name.count('.') {draw.pick(('>', '==', '<='))} 1",
        lambda: f"len(name) > {draw.number(3, 15)}",
        lambda: f"not name.endswith({draw.pick(ENDS)!r})",
        lambda: _pattern(place),
    )
    return draw.pick(made)()


def _pattern(place: Place) -> str:
    draw = place.draw
    place.imported("import re")
    way, pattern = draw.pick(("match", "search", "fullmatch")), draw.pick(PATTERNS)
    if draw.chance(30):
        return f"re.compile(r'{pattern}').{way}(name)"
    return draw.pick((f"re.{way}(r'{pattern}', name)", f"re.{way}(r'{pattern}', name, re.I) is not None"))
