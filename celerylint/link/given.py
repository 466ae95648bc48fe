"""What a worker's command line asks for, and what Celery does before it reads it."""

from __future__ import annotations

from typing import Any

from celerylint.facts.launch import Launch
from celerylint.link.containers import Started
from celerylint.link.options import Options
from celerylint.model import Given
from celerylint.origin import Layer, Origin, Span, Value, known, unknown
from celerylint.sources.tree import Tree

_PATCHING = b"monkey"  # gevent.monkey.patch_all, eventlet.monkey_patch


def given_of(options: Options, launch: Launch | None) -> Given:
    """The options as they are given."""
    return Given(
        through_code=launch is not None and not _own_program(launch),
        pool=options.given("pool"),
        concurrency=_number(options.given("concurrency")),
        prefetch_multiplier=_number(options.given("prefetch_multiplier")),
        autoscale=_order(options.given("autoscale"), launch),
        optimization=_by_hand("optimization", options, launch),
        pidfile=options.given("pidfile"),
        detach=options.given("detach").map(bool),
        purge=options.given("purge").map(bool),
    )


def _by_hand(dest: str, options: Options, launch: Launch | None) -> Value[Any]:
    """An option that stands in the line; a program that starts Celery (airflow) may add some where none is written."""
    use = launch.options.get(dest) if launch else None
    if launch is not None and use is not None and launch.span in use.span:
        return known(None, Layer.DEFAULT)  # it stands where the sub-command does
    return options.given(dest)


def _number(value: Value[Any]) -> Value[int | None]:
    if not isinstance(value.value, str):
        return value
    try:
        return value.map(int)
    except ValueError:
        return unknown(f"{value.value!r} is no number", value.origin.span)


def _order(bounds: Value[Any], launch: Launch | None) -> Value[str | None]:
    """The order of the numbers as they are written, for `bounds` are those that Celery makes of them."""
    if not isinstance(bounds.value, tuple):
        return bounds
    use = launch.options.get("autoscale") if launch else None
    if use is None or not isinstance(use.value, str):
        return unknown("a variable gives the bounds", bounds.origin.span)
    numbers = [int(part) for part in use.value.split(",")]
    order = "max" if len(numbers) == 1 else "max,min" if numbers[0] >= numbers[1] else "min,max"
    return bounds.map(lambda _: order)


def monkey_patched(pool: Value[str], process: Started | None, tree: Tree) -> Value[bool]:
    """Whether the standard library waits for the pool's greenlets instead of stopping all of them.

    `celery/__main__.py` patches it before anything else is imported, where it finds the words `-P gevent` or
    `--pool=gevent` on the command line of its own program (celery/__init__.py:maybe_patch_concurrency, 4.4 to 5.7).
    """
    if pool.value not in ("gevent", "eventlet"):
        return pool.map(lambda _: False)
    if process is None:
        return unknown("nothing in the repository starts this worker")
    launch = process.launch
    if any(word.text == "gevent.monkey" for word in launch.wrappers):
        return known(True, Layer.MANIFEST, launch.start)
    use = launch.options.get("pool")
    if use is not None and not _attached(use.flag, use.span, use.value_span) and _own_program(launch):
        return known(True, Layer.COMMAND_LINE, use.span)
    by_code = next((path for path in tree.files if path.endswith(".py") and _PATCHING in (tree.data(path) or b"")), "")
    if by_code:
        return unknown(f"whether {by_code} patches the standard library in time is not known")
    return Value(False, Origin(Layer.INFERRED, launch.start, (pool.origin,)))


def _attached(flag: str, span: Span, value: Span | None) -> bool:
    """`-Pgevent`: a word that Celery's search for `-P` does not find."""
    end = (span.path, span.line, span.column + len(flag))
    return flag == "-P" and value is not None and (value.path, value.line, value.column) == end


def _own_program(launch: Launch) -> bool:
    """Whether it is Celery's own program, and not Python code that calls it."""
    start = launch.start
    written = (start.line, start.column) != (start.end_line, start.end_column)
    return written and not any(word.text.endswith(".py") for word in launch.wrappers)
