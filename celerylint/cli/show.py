"""`celerylint show`: what was understood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from celerylint.cli.options import configuration_for, configured
from celerylint.cli.output import coloured, emit
from celerylint.cli.target import STDIN, Target, target

if TYPE_CHECKING:
    from celerylint.session import Model

_KINDS = ("workers", "tasks", "queues", "settings", "schedules", "workloads", "beats", "flowers", "apps")
_TRACED = ("settings", "workers")


@click.command()
@click.argument("words", nargs=-1, metavar=f"[{'|'.join(_KINDS)}] [PATH]")
@click.option("--output-format", type=click.Choice(["table", "json"]), default="table", help="For people, or programs.")
@click.option(
    "--trace", metavar="NAME", help="How one setting (or value of workers) came to be: each line, and what it hides."
)
@configured
def show(words: tuple[str, ...], **options: Any) -> None:
    """Show what celerylint understood: every value, and the line it comes from.

    Without a kind: an overview. A directory that is called like a kind is given as ./workers.
    """
    kind, paths = (words[0], words[1:]) if words and words[0] in _KINDS else (None, words)
    if len([path for path in paths if path != STDIN]) > 1:
        raise click.UsageError(f"one kind and one path, not also {paths[-1]!r}; the kinds are {', '.join(_KINDS)}")
    if options["trace"] is not None and kind not in (None, *_TRACED):
        raise click.UsageError(f"--trace follows {' and '.join(_TRACED)}, not {kind}")
    aim = target(paths, _KINDS)
    configuration = configuration_for(aim.root, options["config"], options["isolated"])
    from celerylint import session
    from celerylint.report.show import as_json, as_text

    model = session.model(aim.root, configuration, aim.deployed())
    if options["trace"] is not None:
        emit(_trace(model, kind or "settings", options["trace"], aim, options))
    elif options["output_format"] == "json":
        emit(as_json(model.project, kind))
    else:
        emit(as_text(model.project, kind, aim.shown, coloured(options["color"])))


def _trace(model: Model, kind: str, written: str, aim: Target, options: dict[str, Any]) -> str:
    from celerylint.report.show import trace

    known = trace.traceable(model.project, kind)
    name = _name(written, known, kind) if known else written
    if options["output_format"] == "json":
        return trace.as_json(model.project, kind, name, model.lines)
    return trace.as_text(model.project, kind, name, model.lines, aim.shown, coloured(options["color"]))


def _name(written: str, known: frozenset[str], kind: str) -> str:
    """A name as people write it: Celery's own, an old one, or as Django's settings spell it."""
    from celerylint import catalog
    from celerylint.configuration.suggestion import did_you_mean

    folded = written.lower()
    old = catalog.by_old_name(written)
    for name in (written, folded, old.name if old else "", folded.removeprefix("celery_")):
        if name in known:
            return name
    raise click.UsageError(f"no {kind[:-1]} is called {written!r}{did_you_mean(folded, known)}")
