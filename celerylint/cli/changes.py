"""Options that report only what has to do with a change; everything is read either way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

_SINCE = {"staged": "--staged", "changed": "--changed", "diff_base": "--diff-base"}


def filtered(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--changed`, `--staged`, `--diff-base`, `--force-exclude`."""
    for option in (
        click.option("--force-exclude", is_flag=True, help="Leave out excluded files even where a PATH names them."),
        click.option("--diff-base", metavar="REF", help="Only what touches files changed since HEAD left REF."),
        click.option("--staged", is_flag=True, help="Only what touches files in git's index."),
        click.option("--changed", is_flag=True, help="Only what touches files changed since the last commit."),
    ):
        command = option(command)
    return command


def changed_files(root: Path, options: dict[str, Any]) -> frozenset[str] | None:
    """The files that findings must touch, relative to the root; None where none of the options is given.

    Raises UsageError for several of them, ClickException where git cannot tell.
    """
    given = [name for name in _SINCE if options[name] not in (None, False)]
    if not given:
        return None
    if len(given) > 1:
        raise click.UsageError(f"give one of {', '.join(_SINCE.values())}, not {len(given)}")
    from celerylint.session import changed

    ask: dict[str, Callable[[Path], frozenset[str]]] = {
        "staged": changed.staged,
        "changed": changed.uncommitted,
        "diff_base": lambda root: changed.since(root, options["diff_base"]),
    }
    try:
        return ask[given[0]](root)
    except changed.ChangedError as error:
        raise click.ClickException(str(error)) from None
