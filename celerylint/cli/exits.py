"""How a run ends."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress

import click

from celerylint.configuration import ConfigurationError

FINDINGS = 1
USAGE = 2
BUG = 3
INTERRUPTED = 130  # 128 + SIGINT, as shells count


def exit_code(run: Callable[[], object]) -> int:
    """What `run` returns, or the code for how it failed, with a text on stderr."""
    try:
        code = run()
    except click.ClickException as error:
        with suppress(OSError):
            error.show()
        return USAGE
    except ConfigurationError as error:
        complain(f"Error: {error}\n")
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except Exception as error:
        from celerylint.cli.crash import crash_report

        complain(crash_report(error, sys.argv))
        return BUG
    return code if isinstance(code, int) else 0


def complain(text: str) -> None:
    """Text on stderr, as far as somebody listens."""
    with suppress(OSError):
        click.echo(text, err=True, nl=False)
