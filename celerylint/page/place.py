"""Where a finding points, and the related places that prove it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from celerylint.finding import Confidence, Place
from celerylint.origin import Layer, Origin, Span, Unknown, Value
from celerylint.page.expression import Expression
from celerylint.page.format import entity_name, format_value
from celerylint.page.frame import Read

WITNESSES = 5  # related places for one and the same read, as of every task of a worker


def written_span(value: Value[Any]) -> Span | None:
    """Where a value stands, or the first place that it follows from; None for a default."""
    origin = value.origin
    return None if origin.layer is Layer.DEFAULT else next(iter(origin.places()), None)


def primary(at: Iterable[Expression], names: Mapping[str, Any], fallback: Span) -> tuple[Span, Read | None]:
    """The first of the `at` expressions that has a place, with what was read there; else the entity's own."""
    for expression in at:
        span, read = _pointed(expression, names)
        if span:
            return span, read
    return fallback, None


def _pointed(expression: Expression, names: Mapping[str, Any]) -> tuple[Span | None, Read | None]:
    answer = expression.evaluate(names)
    entities = answer.value if isinstance(answer.value, tuple) else (answer.value,)
    placed = next((entity.span for entity in entities if isinstance(getattr(entity, "span", None), Span)), None)
    if placed is not None:
        return placed, None
    read = answer.reads[-1] if answer.reads else None
    if read is None or read.value is None:
        return None, None
    return written_span(read.value), read


def reads_of(because: Iterable[Expression], names: Mapping[str, Any]) -> Iterator[Read]:
    """What the `because` expressions read; one that is an entity itself counts as its own read."""
    for expression in because:
        answer = expression.evaluate(names)
        yield from answer.reads
        entities = answer.value if isinstance(answer.value, tuple) else (answer.value,)
        placed = tuple(entity for entity in entities if isinstance(getattr(entity, "span", None), Span))
        if placed:
            yield Read(expression.text, expression.type, None, placed)


def related(
    reads: Iterable[Read], at: Read | None, primary: Span, entities: Iterable[object] = ()
) -> tuple[Place, ...]:
    """The places of the reads with their labels, and how one gets there: each span once and none that is primary."""
    seen, places = {primary}, []
    found = (place for read in _few(reads) for place in _places(read))
    for place in (*found, *_hidden(at), *ways(entities, primary)):
        if place.span not in seen:
            seen.add(place.span)
            places.append(place)
    return tuple(places)


def ways(entities: Iterable[object], primary: Span) -> Iterator[Place]:
    """The lines that lead to a command, where the finding points into a file that does not say what is deployed."""
    for entity in entities:
        own, workload = getattr(entity, "span", None), getattr(entity, "workload", None)
        if isinstance(own, Span) and own.path == primary.path and workload and workload.span.path != own.path:
            for hop in getattr(entity, "via", ()):
                yield Place(hop.span, f"started through {hop.name}")


def _few(reads: Iterable[Read]) -> Iterator[Read]:
    counts: dict[str, int] = {}
    for read in reads:
        counts[read.text] = counts.get(read.text, 0) + 1
        if not read.witness or counts[read.text] <= WITNESSES:
            yield read


def _places(read: Read) -> Iterator[Place]:
    value = read.value
    if value is None:
        for entity in read.entities[:WITNESSES]:
            yield from (Place(hop.span, f"calls {hop.name}") for hop in getattr(entity, "through", ()))
            yield Place(entity.span, entity_name(entity))  # type: ignore[attr-defined]
        return
    if value.origin.layer is Layer.DEFAULT or isinstance(value.value, Unknown):
        return
    steps = [(step.span, step.note) for step in _steps((value.origin,)) if step.span]
    other = "comes through here" if value.origin.span else "follows from this too"
    lines: set[tuple[str, int]] = set()
    for index, (span, note) in enumerate(steps):
        if index and not note and (span.path, span.line) in lines:
            continue  # `60 * 60 * 3`: parts of a line that is shown already
        lines.add((span.path, span.line))
        yield Place(span, (note or f"{read.name} {other}") if index else _label(read))


def _label(read: Read) -> str:
    value = format_value(read.value.value if read.value else None, read.type)
    return f"{read.witness}: {read.name} = {value}" if read.witness else f"{read.name} = {value}"


def _steps(via: Iterable[Origin]) -> Iterator[Origin]:
    for step in via:
        yield step
        yield from _steps(step.via)


def _hidden(at: Read | None) -> Iterator[Place]:
    """The losers that the value at the primary place wins over."""
    if at is None or at.value is None:
        return
    for loser in at.value.shadowed:
        if loser.origin.span:
            name = loser.origin.note if loser.origin.note.isidentifier() else at.name
            yield Place(loser.origin.span, f"hides {name} = {format_value(loser.value, at.type)}")


def confidence(reads: Iterable[Read]) -> Confidence:
    """Likely as soon as one value that was read is inferred from something else than written values and defaults."""
    certain = all(_certain(read.value.origin) for read in reads if read.value is not None)
    return Confidence.CERTAIN if certain else Confidence.LIKELY


def _certain(origin: Origin) -> bool:
    if origin.layer is Layer.INFERRED and not origin.via:
        return False
    return all(_certain(step) for step in origin.via)
