"""The group of commands, with `check` as the one that need not be named."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

from celerylint import __version__
from celerylint.cli.exits import exit_code

_OWN_OPTIONS = ("--help", "-h", "--version", "-V")


class DefaultGroup(click.Group):
    """A group whose first word is a command, or belongs to `check`; and our exit codes instead of click's."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """A directory called like a command is given as `./show`, or after `check`."""
        if not args or (args[0] not in self.commands and args[0] not in _OWN_OPTIONS):
            args = ["check", *args]
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        check = self.commands["check"]
        rows = [row for option in check.get_params(ctx) if (row := option.get_help_record(ctx)) is not None]
        with formatter.section("Options of check"):
            formatter.write_dl(rows)

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Runs a command and ends the process; outside of standalone mode, click's own behaviour."""
        extra["prog_name"] = "celerylint"
        main: Callable[..., object] = super().main
        if not standalone_mode:
            return main(*args, standalone_mode=False, **extra)
        sys.exit(exit_code(lambda: main(*args, standalone_mode=False, **extra)))


@click.group(cls=DefaultGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "-V", "--version", message="celerylint %(version)s")
def cli() -> None:
    """Find what will hurt Celery in production, from the code and the manifests, without running them.

    `celerylint [PATH]...` is short for `celerylint check [PATH]...`.

    Exit codes: 0 nothing found, 1 findings, 2 wrong usage or configuration, 3 a bug of celerylint.
    """
