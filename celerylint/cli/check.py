"""`celerylint check`: lint."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from celerylint.cli.exits import FINDINGS
from celerylint.cli.options import configuration_for, configured, words
from celerylint.cli.output import coloured, emit
from celerylint.cli.target import target
from celerylint.configuration import SEVERITIES, Configuration, did_you_mean
from celerylint.report import FORMATS, Report

COMMANDS = ("check", "rule", "rules", "show")  # for who mistypes one: it looks like a path


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--select", multiple=True, metavar="RULE,...", help="Only these rules: names, codes, starts of codes.")
@click.option("--ignore", multiple=True, metavar="RULE,...", help="Not these rules.")
@click.option("--output-format", type=click.Choice(list(FORMATS)), help="How to report.  [default: full]")
@click.option("--min-severity", type=click.Choice(SEVERITIES), help="The least severe to report.  [default: warning]")
@click.option("--show-undecided", is_flag=True, help="List what could not be decided, and how to tell.")
@click.option("--exit-zero", is_flag=True, help="Exit 0 with findings, too.")
@configured
def check(paths: tuple[str, ...], **options: Any) -> int:
    """Lint a directory (default: the current one).

    Given files or several paths, the whole project is read, and only what has a place in them is reported.
    """
    aim = target(paths, COMMANDS)
    configuration = configuration_for(aim.root, options["config"], options["isolated"])
    configuration = _overridden(configuration, options)
    _check_format(configuration)
    from celerylint import session

    result = session.check(aim.root, configuration, aim.paths)
    report = Report(
        result.findings,
        result.undecided,
        result.summary,
        result.lines,
        aim.shown,
        options["show_undecided"],
        coloured(options["color"]),
    )
    emit(FORMATS[configuration.output_format](report))
    return FINDINGS if result.findings and not options["exit_zero"] else 0


def _overridden(configuration: Configuration, options: dict[str, Any]) -> Configuration:
    """The command line on top: `--select` replaces both lists of the file, `--ignore` adds to what is ignored."""
    select, ignore = words(options["select"]), words(options["ignore"])
    ignored = ignore if select else (*configuration.ignore, *ignore)
    # An error in words of the command line has no place in the file.
    places = {key: span for key, span in configuration.places.items() if not (select and key in ("select", "ignore"))}
    if ignore:
        places.pop("ignore", None)
    return replace(
        configuration,
        select=select or configuration.select,
        ignore=ignored,
        places=places,
        output_format=options["output_format"] or configuration.output_format,
        min_severity=options["min_severity"] or configuration.min_severity,
    )


def _check_format(configuration: Configuration) -> None:
    written = configuration.output_format
    if written not in FORMATS:
        known = f"must be one of {', '.join(FORMATS)}{did_you_mean(written, FORMATS)}"
        raise configuration.error(f"`output-format` {known}", "output-format")
