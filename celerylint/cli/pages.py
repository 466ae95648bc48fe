"""`celerylint rule` and `celerylint rules`: the pages themselves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from celerylint.cli.options import configuration_for, configured
from celerylint.cli.output import coloured, emit
from celerylint.report.page import as_index, as_table, as_text, listing

if TYPE_CHECKING:
    from celerylint.page import Page


@click.command()
@click.argument("name", metavar="NAME|CODE")
@configured
def rule(name: str, **options: Any) -> None:
    """Show the page of a rule: why it hurts, bad, good, when to ignore it."""
    from celerylint.session import named, unknown_rule

    loaded = _pages(options)
    page = named(loaded, name)
    if page is None:
        raise click.ClickException(unknown_rule(loaded, name))
    emit(as_text(page, coloured(options["color"])))


@click.command()
@click.option(
    "--output-format",
    type=click.Choice(["table", "json", "markdown"]),
    default="table",
    help="For people, programs, or documentation.",
)
@configured
def rules(**options: Any) -> None:
    """List every rule."""
    loaded = _pages(options)
    if options["output_format"] == "json":
        emit(listing(loaded))
    elif options["output_format"] == "markdown":
        emit(as_index(loaded))
    else:
        emit(as_table(loaded, coloured(options["color"])))


def _pages(options: dict[str, Any]) -> tuple[Page, ...]:
    from celerylint import session

    return session.pages(configuration_for(Path(), options["config"], options["isolated"]))
