"""`celerylint show`: what was understood."""

from __future__ import annotations

from typing import Any

import click

from celerylint.cli.options import configuration_for, configured
from celerylint.cli.output import coloured, emit
from celerylint.cli.target import target

_KINDS = ("workers", "tasks", "queues", "settings", "schedules", "beats", "apps")


@click.command()
@click.argument("words", nargs=-1, metavar="[workers|tasks|queues|settings|schedules|beats|apps] [PATH]")
@click.option("--output-format", type=click.Choice(["table", "json"]), default="table", help="For people, or programs.")
@configured
def show(words: tuple[str, ...], **options: Any) -> None:
    """Show what celerylint understood: every value, and the line it comes from.

    Without a kind: an overview. A directory that is called like a kind is given as ./workers.
    """
    kind, paths = (words[0], words[1:]) if words and words[0] in _KINDS else (None, words)
    if len(paths) > 1:
        raise click.UsageError(f"one kind and one path, not also {paths[1]!r}; the kinds are {', '.join(_KINDS)}")
    aim = target(paths, _KINDS)
    configuration = configuration_for(aim.root, options["config"], options["isolated"])
    from celerylint import session
    from celerylint.report.show import as_json, as_text

    project = session.model(aim.root, configuration)
    if options["output_format"] == "json":
        emit(as_json(project, kind))
    else:
        emit(as_text(project, kind, aim.shown, coloured(options["color"])))
