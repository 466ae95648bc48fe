"""Workers and beats that several overlays deploy: told once where they are the same in all that matters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

from celerylint.model import Beat, Container, Worker, Workload
from celerylint.origin import Span, Unknown, Value

Process = TypeVar("Process", Worker, Beat)

# What overlays are for, and what makes no difference to Celery; tasks follow from the app, the settings and the queues.
_ASIDE = {
    Worker: {"name", "app", "tasks", "longest_task", "longest_run", "longest_declared_run", "load", "versions"},
    Beat: {"name", "app", "schedule"},
    Workload: {"name", "namespace", "overlay", "development", "span", "containers"},
    Container: {"image"},
}


def told_once(found: Iterable[Process]) -> list[Process]:
    """Without those that another overlay deploys in the same way; one for development stands behind the others."""
    kept: dict[object, Process] = {}
    for each in sorted(found, key=lambda one: one.workload is not None and one.workload.development):
        overlay = each.workload.overlay if each.workload else ""
        kept.setdefault((each.app and each.app.span, _plain(each)) if overlay else id(each), each)
    return list(kept.values())


def _plain(thing: Any) -> object:
    """What a thing says, without where it says so."""
    if isinstance(thing, Value):
        return _plain(thing.value)
    if isinstance(thing, Unknown):
        return Unknown
    if isinstance(thing, Span):
        return thing
    if isinstance(thing, Mapping):
        return tuple(sorted((str(key), repr(_plain(value))) for key, value in thing.items()))
    if isinstance(thing, tuple | list | frozenset | set):
        return tuple(map(_plain, thing))
    if is_dataclass(thing) and not isinstance(thing, type):
        aside = _ASIDE.get(type(thing), ())
        said = tuple(_plain(getattr(thing, field.name)) for field in fields(thing) if field.name not in aside)
        return (*said, _image(thing)) if isinstance(thing, Container) else said
    return thing if isinstance(thing, str | int | float | bool | None) else repr(thing)


def _image(container: Container) -> str:
    """The image without its registry and its tag: each environment has its own."""
    image = container.image.otherwise("") or ""
    return image.rpartition("/")[2].partition("@")[0].partition(":")[0]
