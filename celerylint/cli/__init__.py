"""The command line. Exit codes: 0 clean, 1 findings, 2 usage or configuration, 3 a bug of ours, 130 interrupted."""

from celerylint.cli.check import check
from celerylint.cli.group import cli
from celerylint.cli.pages import rule, rules
from celerylint.cli.show import show

__all__ = ["cli", "main"]

for _command in (check, rule, rules, show):
    cli.add_command(_command)


def main() -> None:
    """What the `celerylint` script runs; ends the process."""
    cli.main()
