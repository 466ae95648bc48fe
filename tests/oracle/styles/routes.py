"""An app with tasks, queues and routes: which tasks there are, and how each is sent somewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from oracle.express import expression, literal
from oracle.sources import Place
from oracle.styles.queues import QUEUES, queue_settings
from oracle.styles.routers import router

NAMES = (
    "shop.tasks.mail",
    "shop.tasks.report",
    "feeds.fetch",
    "feeds.tasks.parse",
    "video.scale",
    "image.scale",
    "add",
)
GLOBS = (
    "shop.*",
    "*.report",
    "*",
    "feeds.*",
    "*.tasks.*",
    "sh?p.*",
    "[fs]*.fetch",
    "*.scale",
    "shop.tasks.*",
    "*a*d*",
    "x.*",
)
REGEXES = (
    r"(video|image)\.",
    r".*\.tasks\..*",
    r"feeds",
    r"SHOP",
    r"^add$",
    r"[a-z]+\.fetch",
    r"shop\.tasks\.(?:mail|call)",
)
PLAIN = ("plain",) * 8


def routes_app(place: Place, prefix: str) -> None:
    """The app of a module, its settings and its tasks; `prefix` begins the tasks' own names."""
    draw = place.draw
    place.imported("from celery import Celery")
    place.write(f"app = Celery({prefix!r})")
    for name, text in queue_settings(place).items():
        place.write(
            draw.pick((f"app.conf.{name} = {text}", f"app.conf[{name!r}] = {text}", f"app.conf.update({name}={text})"))
        )
    if draw.chance(85):
        text = _routes(place)
        place.write(draw.pick((f"app.conf.task_routes = {text}", f"app.conf.update(task_routes={text})")))
    for name in draw.some(NAMES, 4, 6):
        _task(place, name)


def _task(place: Place, name: str) -> None:
    """One task, with or without a queue of its own."""
    draw = place.draw
    arguments = [f"name={name!r}"]
    if draw.chance(18):
        queue = draw.pick(QUEUES)
        form = draw.pick(("text", "text", "text", "expression", "none", "object", "key", "class", "class"))
        if draw.chance(5):
            form = "exchange"
        own = {
            "none": "queue=None",
            "key": "routing_key='r.own'",
            "exchange": "exchange='media', routing_key='media.x'",
        }
        if form == "class":
            base = place.fresh("Routed", "OwnTask")
            place.imported("from celery import Task")
            place.block(f"class {base}(Task):", f"queue = {queue!r}")
            own["class"] = f"base={base}"
        if form == "object":
            place.imported("from kombu import Exchange, Queue")
            own["object"] = f"queue=Queue({queue!r})"
        text = expression(place, queue, 2) if form == "expression" else repr(queue)
        arguments.append(own.get(form, f"queue={text}"))
    place.write(f"@app.task({', '.join(arguments)})")
    place.block(f"def {place.fresh('task')}():", "pass")


def _routes(place: Place) -> str:
    """What `task_routes` is given."""
    draw = place.draw
    form = draw.pick(
        (*PLAIN, "list", "list", "list", "tuple", "pairs", "list of pairs", "mixed", "mixed", "mixed", "none")
    )
    if draw.chance(8):
        form = "called"
    if form == "plain":
        return expression(place, _plain(place), draw.number(0, 3))
    if form in ("list", "tuple"):
        routers = [_router(place) for _ in range(draw.number(1, 3))]
        return f"[{', '.join(routers)}]" if form == "list" else f"({', '.join(routers)},)"
    if form == "pairs":
        return f"({_pairs(place)},)"
    if form == "list of pairs":
        return _pairs(place) if draw.chance(30) else f"[{_pairs(place)}]"
    if form == "none":
        return draw.pick(("None", "{}", "[]", "()", "[None]", "[{}]"))
    if form == "called":
        text = router(place, NAMES)
        forms = (text, f"[{text}]", f"({text}, {_router(place)})", f"[{_router(place)}, {text}]")
        return draw.pick((*forms, f"[{text}, {router(place, NAMES)}]"))
    return _router(place)


def _plain(place: Place) -> dict[str, Any]:
    """Routes as plain data."""
    draw = place.draw
    found: dict[str, Any] = {}
    for key in draw.some((*NAMES, *GLOBS), 1, 5):
        queue = draw.pick(QUEUES)
        target: dict[str, Any] = {
            "queue": queue,
            **draw.pick(({}, {"priority": 5}, {"routing_key": queue}, {"delivery_mode": 1})),
        }
        found[key] = queue if draw.chance(35) else target
    return found


def _router(place: Place) -> str:
    """One mapping of patterns, with whatever a mapping may hold."""
    draw = place.draw
    items = [f"{_key(place)}: {_target(place)}" for _ in range(draw.number(1, 4))]
    return "{" + ", ".join(items) + "}"


def _pairs(place: Place) -> str:
    draw = place.draw
    mark: Callable[[str], str] = draw.pick((lambda text: f"({text})", lambda text: f"[{text}]"))
    items = [mark(f"{_key(place)}, {_target(place)}") for _ in range(draw.number(1, 4))]
    return f"[{', '.join(items)}]" if draw.chance(50) else f"({', '.join(items)},)"


def _key(place: Place) -> str:
    draw = place.draw
    if draw.chance(18):
        place.imported("import re")
        flags = draw.pick(("", "", "", ", re.I", ", re.IGNORECASE", ", re.S"))
        return f"re.compile(r'{draw.pick(REGEXES)}'{flags})"
    return literal(place, draw.pick(NAMES) if draw.chance(50) else draw.pick(GLOBS))


def _target(place: Place) -> str:
    """A queue's name, options, or a `Queue`; now and then what Celery refuses or takes for nothing."""
    draw = place.draw
    queue = draw.pick(QUEUES)
    form = draw.pick(
        ("name",) * 6 + ("queue",) * 6 + ("options", "options", "object", "object", "pairs", "empty", "key", "odd")
    )
    if draw.chance(2):
        form = "exchange"
    if form == "queue":
        return literal(place, {"queue": queue})
    if form == "options":
        return literal(place, {"queue": queue, "routing_key": draw.pick((queue, "r.own", "media.x")), "priority": 3})
    if form == "object":
        place.imported("from kombu import Exchange, Queue")
        text = draw.pick((f"Queue({queue!r})", f"Queue({queue!r}, Exchange('media'), routing_key='media.x')"))
        return f"{{'queue': {text}}}"
    if form == "pairs":
        return f"[('queue', {queue!r}), ('priority', 1)]"
    if form == "empty":
        return draw.pick(("{}", "{'priority': 1}", "{'queue': ''}", "{'queue': None}", "''"))
    if form == "key":
        return "{'routing_key': " + repr(draw.pick(("media.x", queue))) + "}"
    if form == "exchange":
        return "{'exchange': 'media', 'routing_key': 'media.x'}"
    if form == "odd":
        return draw.pick(("None", "5", "()", f"({queue!r},)", "{'queue': 5}", "True"))
    return literal(place, queue)
