"""An app's queues: `task_queues`, the default queue, its exchange and routing key."""

from __future__ import annotations

from oracle.express import expression, literal
from oracle.sources import Place

QUEUES = ("celery", "high", "low", "mail", "media", "reports")
TYPES = ("direct", "direct", "topic", "fanout")
KEYS = ("high", "low", "media.x", "media.*", "r.#", "celery", "r.own")


def queue_settings(place: Place) -> dict[str, str]:
    """Settings of queues, each as the text of its value."""
    draw = place.draw
    found: dict[str, str] = {}
    if draw.chance(45):
        found["task_queues"] = _queues(place)
    if draw.chance(30):
        found["task_default_queue"] = expression(place, draw.pick(QUEUES), draw.number(0, 2))
    if draw.chance(10):
        found["task_default_exchange"] = literal(place, draw.pick(("media", "celery", "", "default")))
    if draw.chance(10):
        found["task_default_exchange_type"] = literal(place, draw.pick(TYPES))
    if draw.chance(10):
        found["task_default_routing_key"] = literal(place, draw.pick(KEYS))
    if draw.chance(12):
        found["task_create_missing_queues"] = literal(place, draw.chance(40))
    return {name: found[name] for name in draw.shuffled(list(found))}


def _queues(place: Place) -> str:
    draw = place.draw
    place.imported("from kombu import Exchange, Queue")
    form = draw.pick(
        ("list",) * 5 + ("tuple", "set", "dict", "dict", "dict of queues", "comprehension", "named", "none")
    )
    names = draw.some(QUEUES, 1, 4)
    if form == "dict":
        options = [
            draw.pick(({}, {"exchange": "media"}, {"routing_key": draw.pick(KEYS)}, _full(place))) for _ in names
        ]
        return literal(place, dict(zip(names, options, strict=True)))
    if form == "dict of queues":
        return "{" + ", ".join(f"{name!r}: {_queue(place, name)}" for name in names) + "}"
    if form == "comprehension":
        return draw.pick(
            (f"[Queue(name) for name in {names!r}]", f"tuple(Queue(each, routing_key=each) for each in {names!r})")
        )
    if form == "none":
        return draw.pick(("None", "[]", "()", "{}"))
    queues = [_queue(place, name) for name in names]
    if form == "named":
        name = place.fresh("QUEUES", "ALL_QUEUES")
        place.write(f"{name} = [{', '.join(queues)}]")
        if draw.chance(30):
            place.write(f"{name}.append({_queue(place, draw.pick(QUEUES))})")
        return name
    if form == "set":
        return f"{{{queues[0]}}}"
    return f"[{', '.join(queues)}]" if form == "list" else f"({', '.join(queues)},)"


def _full(place: Place) -> dict[str, str]:
    draw = place.draw
    return {"exchange": "media", "exchange_type": draw.pick(TYPES), "routing_key": draw.pick(KEYS)}


def _queue(place: Place, name: str) -> str:
    draw = place.draw
    exchange = (
        f"Exchange({draw.pick(('media', 'celery', name))!r}{draw.pick(('', '', f', type={draw.pick(TYPES)!r}'))})"
    )
    forms = [f"Queue({name!r})", f"Queue({name!r}, routing_key={draw.pick(KEYS)!r})", f"Queue(name={name!r})"]
    forms += [f"Queue({name!r}, {exchange}, routing_key={draw.pick((name, *KEYS))!r})", f"Queue({name!r}, {exchange})"]
    forms += [f"Queue({name!r}, exchange={exchange}, routing_key={name!r})"]
    forms += [f"Queue({name!r}, queue_arguments={{'x-max-priority': 10}})", f"Queue({expression(place, name, 1)})"]
    return draw.pick(forms)
