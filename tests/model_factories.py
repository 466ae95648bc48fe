"""Small models for tests: `make(Worker, name="shop-worker", concurrency=written(4, "worker.yaml", 7))`.

What is not given is plain: no text, no items, absent where the model allows it, else unknown.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from celerylint.link.specifiers import allowed
from celerylint.model import Project, Settings, Version
from celerylint.origin import Layer, Origin, Span, Unknown, Value, known, unknown

T = TypeVar("T")


def span(path: str = "shop.py", line: int = 1) -> Span:
    """A place of a few letters."""
    return Span(path, line, 1, line, 9)


def written(value: Any, path: str = "shop.py", line: int = 1, layer: Layer = Layer.APP_CONF) -> Value[Any]:
    """A value that somebody wrote."""
    return known(value, layer, span(path, line))


def default(value: Any) -> Value[Any]:
    """A default of Celery or Kubernetes."""
    return known(value, Layer.DEFAULT)


def inferred(value: Any, *via: Origin, path: str = "", line: int = 1) -> Value[Any]:
    """A value that follows from others, or (without `via`) from what the code looks like."""
    return Value(value, Origin(Layer.INFERRED, span(path, line) if path else None, via))


def make(record: type[T], **given: Any) -> T:
    """A record with these fields; plain values become defaults where the model wants a Value."""
    hints = get_type_hints(record)
    names = [field.name for field in fields(record)]  # type: ignore[arg-type]
    wrong = set(given) - set(names)
    assert not wrong, f"{record.__name__} has no {wrong}"
    return record(
        **{name: _field(hints[name], given[name]) if name in given else _plain(hints[name]) for name in names}
    )


def settings(**values: Any) -> Settings:
    """Settings with these values."""
    return Settings({name: _value(value) for name, value in values.items()})


def version(specifier: str, path: str = "requirements.txt", line: int = 1) -> Value[Version]:
    """A version as a requirements file has it: `==5.4.0`, `>=5.3,<6`."""
    stretches = allowed(specifier)
    assert not isinstance(stretches, Unknown), specifier
    return written(Version(stretches, specifier.removeprefix("==")), path, line, Layer.DEPENDENCY)


def project(**entities: Any) -> Project:
    """A project with these entities and no others."""
    return make(Project, **entities)


def _field(hint: Any, value: Any) -> Any:
    return _value(value) if get_origin(hint) is Value else value


def _value(value: Any) -> Value[Any]:
    return value if isinstance(value, Value) else default(value)


def _plain(hint: Any) -> Any:
    if get_origin(hint) is Value:
        return default(None) if _optional(get_args(hint)[0]) else unknown("nobody says it")
    if hint is Span:
        return span()
    if hint is Settings:
        return settings()
    if _optional(hint):
        return None
    if get_origin(hint) is tuple:
        return ()
    return hint() if hint in (str, bool, int, float) else make(hint)


def _optional(hint: Any) -> bool:
    return type(None) in get_args(hint)
