"""What a task's body tells about its load, how long it waits, and what a second run would repeat."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

from celerylint import catalog
from celerylint.configuration import Configuration, TaskHint
from celerylint.facts.python import Body, TaskFact
from celerylint.link.bodies.farther import FarCall
from celerylint.link.modules import Modules
from celerylint.model import Call, Seconds
from celerylint.origin import Layer, Origin, Span, Value, known, unknown

FAST, SLOW = Seconds(1), Seconds(600)  # what the tags `fast` and `slow` stand for
_DURATION = re.compile(r"(\d+(?:\.\d+)?)([smhd])")
LONG_SLEEP = Seconds(60)  # of a function behind a task: a shorter one says nothing about how long the task runs
_SLEEPS = frozenset({"time.sleep", "asyncio.sleep", "gevent.sleep", "eventlet.sleep"})
_OTHER = {"cpu": "io", "io": "cpu"}
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


def inferred_load(body: Body, farther: tuple[FarCall, ...] = ()) -> Value[str]:
    """cpu, io or mixed by what the body and the functions behind it call; unknown where no call gives evidence.

    Behind it only what certainly runs is evidence; what may run is enough to doubt that the load is of one kind.
    """
    own = [Call(site.name, site.span) for site in body.calls]
    far = [each.call for each in farther if each.certain]
    cpu, io = ([call for call in (*own, *far) if kind in catalog.call_kinds(call.name)] for kind in ("cpu", "io"))
    loops = body.counting_loops
    if (cpu or loops) and io:
        return _evidence("mixed", [*cpu[:1], *io[:1]], loops)
    if cpu or loops or io or body.is_async:
        load = "cpu" if cpu or loops else "io"
        perhaps = [each.call for each in farther if _OTHER[load] in catalog.call_kinds(each.call.name)]
        return _evidence("mixed" if perhaps else load, [*(cpu or io)[:1], *perhaps[:1]], loops)
    maybe = next((each.call for each in farther if catalog.call_kinds(each.call.name) & _OTHER.keys()), None)
    if maybe is not None:
        return unknown(f"a condition decides whether it calls {maybe.name}", maybe.span)
    return unknown("nothing that its body calls tells its load")


def _evidence(load: str, calls: list[Call], loops: tuple[Span, ...]) -> Value[str]:
    words = [f"calls {call.name}" for call in calls] or ["loops over range() and computes"]
    steps = [Origin(Layer.INFERRED, span) for span in loops] if not calls else []
    for call in calls:
        steps.append(Origin(Layer.INFERRED, call.span))
        steps += [Origin(Layer.INFERRED, hop.span, (), f"calls {hop.name}") for hop in call.through]
    span = steps[0].span if steps else None
    return Value(load, Origin(Layer.INFERRED, span, tuple(steps[1:]), ", ".join(words)))


def waited(body: Body, farther: tuple[FarCall, ...] = ()) -> Value[Seconds] | None:
    """The longest constant that the body sleeps for, or (a minute at least) a function behind it; None for none."""
    sleeps = [(Call(site.name, site.span), site.node) for site in body.calls]
    sleeps += [(each.call, each.node) for each in farther if _constant(each.node) >= LONG_SLEEP]
    found = [(call, _constant(node)) for call, node in sleeps if call.name in _SLEEPS and _constant(node) >= 0]
    if not found:
        return None
    call, seconds = max(found, key=lambda each: each[1])
    via = tuple(Origin(Layer.INFERRED, hop.span, (), f"calls {hop.name}") for hop in call.through)
    return Value(Seconds(seconds), Origin(Layer.INFERRED, call.span, via, f"calls {call.name}({seconds})"))


def _constant(node: ast.Call) -> float:
    """The number that is given to a call; -1 where it is none."""
    argument = node.args[0] if node.args else None
    numeric = isinstance(argument, ast.Constant) and isinstance(argument.value, int | float)
    return argument.value if numeric else -1  # type: ignore[union-attr] # a constant number


def lasting_effects(body: Body, farther: tuple[FarCall, ...], modules: Modules, path: str) -> tuple[Call, ...]:
    """The calls whose effect a second run would repeat, in order; a package of the project's own does what it likes."""
    calls = (*(Call(site.name, site.span) for site in body.calls), *(each.call for each in farther))
    lasting = (call for call in calls if "lasting" in catalog.call_kinds(call.name))
    return tuple(call for call in lasting if modules.find(call.name.partition(".")[0], path) is None)


def held(body: Body) -> tuple[Call, ...]:
    """What it takes and nothing gives back when an exception ends it, in order."""
    if body.cleans_up:
        return ()
    return tuple(Call(site.name, site.span) for site in body.calls if "held" in catalog.call_kinds(site.name))
