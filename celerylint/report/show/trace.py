"""How a value came to be: every step with its line, and what it hides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from celerylint.model import Project, Worker
from celerylint.origin import Layer, Origin, Value
from celerylint.report.cells import printable
from celerylint.report.credentials import masked
from celerylint.report.document import encoded
from celerylint.report.show import workers
from celerylint.report.show.values import Entry, entry, place
from celerylint.report.show.words import spot, value
from celerylint.report.style import Style

Where = Callable[[str], str]
Lines = Callable[[str], Sequence[str]]
Values = Callable[[Worker], Mapping[str, Value[Any]]]

_DEFAULT = "Celery's default"
_NOWHERE = "no line says so"


def settings_of(worker: Worker) -> Mapping[str, Value[Any]]:
    """Every setting, and what the broker makes of them."""
    broker = {
        "broker_transport": worker.broker.transport,
        "broker_transport_options.visibility_timeout": worker.broker.visibility_timeout,
    }
    return {**worker.settings, **broker}


KINDS: Mapping[str, Values] = {"settings": settings_of, "workers": workers.values}


def traceable(project: Project, kind: str) -> frozenset[str]:
    """The names whose values can be traced: settings, or the values of workers."""
    return frozenset(name for worker in project.workers for name in KINDS[kind](worker))


def as_json(project: Project, kind: str, name: str, lines: Lines) -> str:
    """The trace as data: for each worker the value, its `steps`, and the values that it `hides`."""
    return encoded({"trace": name, "workers": [_worker(each, kind, name, lines) for each in project.workers]})


def as_text(project: Project, kind: str, name: str, lines: Lines, where: Where, colour: bool = False) -> str:
    """The trace for people: the value of each worker, then step by step the lines that it came from."""
    style = Style(colour)
    entries = [_worker(each, kind, name, lines) for each in project.workers]
    if not entries:
        return f"No {kind}.\n"
    return "\n".join("".join(f"{line}\n" for line in _told(each, name, where, style)) for each in entries)


def _worker(worker: Worker, kind: str, name: str, lines: Lines) -> Entry:
    found = KINDS[kind](worker)[name]
    return {
        "name": worker.name,
        **place(worker.span),
        **_value(found, name, lines),
        "hides": [_value(each, name, lines) for each in found.shadowed],
    }


def _value(found: Value[Any], name: str, lines: Lines) -> Entry:
    shown = entry(found, name)
    said: Entry = {key: shown[key] for key in ("value", "reason") if key in shown}
    return {**said, "steps": list(_steps(found.origin, lines, 0, set()))}


def _steps(origin: Origin, lines: Lines, depth: int, seen: set[tuple[str, int]]) -> Iterator[Entry]:
    """The origin and all that it came from, nearest first, each line once."""
    if origin.span is not None and (origin.span.path, origin.span.line) not in seen:
        seen.add((origin.span.path, origin.span.line))
        yield _step(origin, lines, depth)
        depth += 1
    elif origin.span is None and not origin.via:
        yield _step(origin, lines, depth)
    for step in origin.via:
        yield from _steps(step, lines, depth, seen)


def _step(origin: Origin, lines: Lines, depth: int) -> Entry:
    return {"depth": depth, "origin": origin.layer.value, "note": masked(origin.note), **_line(origin, lines)}


def _line(origin: Origin, lines: Lines) -> Entry:
    if origin.span is None:
        return {"path": None, "line": None, "text": None}
    source = lines(origin.span.path)
    at = origin.span.line - 1
    return {**place(origin.span), "text": masked(source[at].strip()) if 0 <= at < len(source) else None}


def _told(each: Entry, name: str, where: Where, style: Style) -> Iterator[str]:
    yield style("strong", printable(f"{each['name']}  {spot(each, where)}"))
    yield f"  {name} = {printable(value(each, name))}"
    yield from _reason(each)
    yield from _way(each, where, style)
    for hidden in each["hides"]:
        yield f"  hides {printable(value(hidden, name))}"
        yield from _reason(hidden)
        yield from _way(hidden, where, style)


def _reason(each: Entry) -> Iterator[str]:
    if "reason" in each:
        yield f"    not known: {printable(each['reason'])}"


def _way(each: Entry, where: Where, style: Style) -> Iterator[str]:
    """A line for each step, with what is written there below it."""
    for step in each["steps"]:
        indent = "  " * (step["depth"] + 2)
        if step["path"] is not None:
            words = "from" if step["origin"] in (Layer.CODE, Layer.UNKNOWN, Layer.INFERRED) else step["origin"]
            yield f"{indent}{words} {printable(spot(step, where))}"
            yield from [f"{indent}{style('frame', '|')} {printable(step['text'])}"] if step["text"] else []
        elif "reason" not in each:
            yield f"{indent}{_DEFAULT if step['origin'] == Layer.DEFAULT else step['note'] or _NOWHERE}"
