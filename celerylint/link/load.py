"""What a task's body tells about its load, how long it waits, and what a second run would repeat."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

from celerylint import catalog
from celerylint.configuration import Configuration, TaskHint
from celerylint.facts.python import Body, CallSite, TaskFact
from celerylint.link.modules import Modules
from celerylint.model import Call, Seconds
from celerylint.origin import Layer, Origin, Span, Value, known, unknown

FAST, SLOW = Seconds(1), Seconds(600)  # what the tags `fast` and `slow` stand for
_DURATION = re.compile(r"(\d+(?:\.\d+)?)([smhd])")
_UNIT = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True)
class Said:
    """What a tag beside the task or the project's configuration says; None where it says nothing."""

    load: Value[str] | None
    run: Value[Seconds] | None


def said_of(name: str, fact: TaskFact, load: Value[str] | None, configuration: Configuration) -> Said:
    """Tags first (`load="cpu"` on the decorator, `# celerylint: cpu slow`), then configuration."""
    run: Value[Seconds] | None = None
    for tag in fact.tags:
        if tag in ("cpu", "io", "mixed") and load is None:
            load = known(tag, Layer.TAG, fact.tag_span, f"# celerylint: {tag}")
        elif (seconds := _tagged_seconds(tag)) is not None:
            run = known(seconds, Layer.TAG, fact.tag_span, f"# celerylint: {tag}")
    hint = _hint(name, configuration)
    if hint and load is None and hint.load:
        load = known(hint.load, Layer.CONFIGURATION, hint.span)
    if hint and run is None and hint.duration is not None:
        run = known(Seconds(hint.duration), Layer.CONFIGURATION, hint.span)
    return Said(load, run)


def _tagged_seconds(tag: str) -> Seconds | None:
    if tag in ("fast", "slow"):
        return FAST if tag == "fast" else SLOW
    found = _DURATION.fullmatch(tag)
    return Seconds(float(found[1]) * _UNIT[found[2]]) if found else None


def _hint(name: str, configuration: Configuration) -> TaskHint | None:
    return next((hint for glob, hint in configuration.tasks.items() if fnmatchcase(name, glob)), None)


def inferred_load(body: Body) -> Value[str]:
    """cpu, io or mixed by what the body calls; unknown where no call gives evidence."""
    cpu = [site for site in body.calls if "cpu" in catalog.call_kinds(site.name)]
    io = [site for site in body.calls if "io" in catalog.call_kinds(site.name)]
    loops = body.counting_loops
    if (cpu or loops) and io:
        return _evidence("mixed", [*cpu[:1], *io[:1]], loops)
    if cpu or loops:
        return _evidence("cpu", cpu[:1], loops)
    if io or body.is_async:
        return _evidence("io", io[:1], ())
    return unknown("nothing that its body calls tells its load")


def _evidence(load: str, sites: list[CallSite], loops: tuple[Span, ...]) -> Value[str]:
    words = [f"calls {site.name}" for site in sites] or ["loops over range() and computes"]
    spans = [site.span for site in sites] or list(loops)
    rest = tuple(Origin(Layer.INFERRED, span) for span in spans[1:])
    return Value(load, Origin(Layer.INFERRED, spans[0] if spans else None, rest, ", ".join(words)))


def waited(body: Body) -> Value[Seconds] | None:
    """The longest constant that the body sleeps for; None where it does not sleep."""
    longest: Value[Seconds] | None = None
    for site in body.calls:
        if site.name not in ("time.sleep", "asyncio.sleep", "gevent.sleep", "eventlet.sleep") or not site.node.args:
            continue
        argument = site.node.args[0]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, int | float):
            value = known(Seconds(argument.value), Layer.INFERRED, site.span, f"calls {site.name}({argument.value})")
            if longest is None or value.get() > longest.get():
                longest = value
    return longest


def lasting_effects(body: Body, modules: Modules, path: str) -> tuple[Call, ...]:
    """The calls whose effect a second run would repeat, in order; a package of the project's own does what it likes."""
    lasting = (site for site in body.calls if "lasting" in catalog.call_kinds(site.name))
    return tuple(
        Call(site.name, site.span) for site in lasting if modules.find(site.name.partition(".")[0], path) is None
    )


def held(body: Body) -> tuple[Call, ...]:
    """What it takes and nothing gives back when an exception ends it, in order."""
    if body.cleans_up:
        return ()
    return tuple(Call(site.name, site.span) for site in body.calls if "held" in catalog.call_kinds(site.name))
