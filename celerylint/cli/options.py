"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from celerylint.configuration import UNCONFIGURED, Configuration, read

Decorated = Callable[..., Any]


def configured(command: Decorated) -> Decorated:
    """`--config`, `--isolated`, `--color`."""
    for option in (
        click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colours."),
        click.option("--isolated", is_flag=True, help="Read no configuration file."),
        click.option("--config", metavar="FILE", help="The configuration file, instead of the nearest one."),
    ):
        command = option(command)
    return command


def configuration_for(root: Path, config: str | None, isolated: bool) -> Configuration:
    """The configuration that holds for a directory. Raises ConfigurationError; UsageError where both are given."""
    if isolated and config:
        raise click.UsageError("--isolated reads no configuration file: leave out --config")
    return UNCONFIGURED if isolated else read(root, Path(config) if config else None)


def words(given: Iterable[str]) -> tuple[str, ...]:
    """The words of a repeatable option, each a list with commas."""
    return tuple(word.strip() for text in given for word in text.split(",") if word.strip())
