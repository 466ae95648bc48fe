"""Workers, beats and Flowers that several overlays deploy: told once where they are the same in all that matters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, TypeVar

from celerylint.model import Beat, Container, Flower, Worker, Workload
from celerylint.origin import Span, Unknown, Value

Process = TypeVar("Process", bound=Worker | Beat | Flower)

_SCALARS = frozenset({str, int, float, bool, type(None)})
# What overlays are for, and what makes no difference to Celery; tasks follow from the app, the settings and the queues.
_ASIDE = {
    Worker: {"name", "via", "app", "tasks", "longest_task", "longest_run", "longest_declared_run", "load", "versions"},
    Beat: {"name", "via", "app", "schedule"},
    Flower: {"name", "via", "app"},
    Workload: {"name", "namespace", "overlay", "development", "containers"},
    Container: {"image"},
}


def told_once(found: Iterable[Process]) -> list[Process]:
    """Without those that another overlay deploys in the same way; one for development stands behind the others.

    A manifest that stands alone and says the same under the same name is what somebody built and kept.
    """
    kept: dict[tuple[Span, object], Process] = {}
    alone: list[tuple[object, Process]] = []
    for each in sorted(found, key=lambda one: one.workload is not None and one.workload.development):
        said = (each.app and each.app.span, _plain(each))
        if each.workload is not None and each.workload.overlay:
            kept.setdefault((each.span, said), each)
        else:
            alone.append(((each.name, said), each))
    built = {(each.name, key[1]) for key, each in kept.items()}
    return [*kept.values(), *(each for key, each in alone if not _kubernetes(each) or key not in built)]


def _kubernetes(found: Worker | Beat | Flower) -> bool:
    return found.workload is not None and found.workload.platform == "kubernetes"


def _plain(thing: Any) -> object:
    """What a thing says, without where it says so."""
    while isinstance(thing, Value):
        thing = thing.value
    if type(thing) in _SCALARS:
        return thing
    if isinstance(thing, Unknown):
        return Unknown
    if isinstance(thing, Span):
        return None
    if isinstance(thing, Mapping):
        return tuple(sorted((str(key), repr(_plain(value))) for key, value in thing.items()))
    if isinstance(thing, tuple | list | frozenset | set):
        return tuple(map(_plain, thing))
    names = _telling(thing.__class__)
    if names is not None:
        said = tuple([_plain(getattr(thing, name)) for name in names])
        return (*said, _image(thing)) if isinstance(thing, Container) else said
    return thing if isinstance(thing, str | int | float | bool | None) else repr(thing)


@cache
def _telling(kind: type) -> tuple[str, ...] | None:
    """The fields of a dataclass that make a difference; None where it is none."""
    if not is_dataclass(kind):
        return None
    return tuple(field.name for field in fields(kind) if field.name not in _ASIDE.get(kind, ()))


def _image(container: Container) -> str:
    """The image without its registry and its tag: each environment has its own."""
    image = container.image.otherwise("") or ""
    return image.rpartition("/")[2].partition("@")[0].partition(":")[0]
