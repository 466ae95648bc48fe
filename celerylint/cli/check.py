"""`celerylint check`: lint."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from celerylint.cli.changes import changed_files, filtered
from celerylint.cli.exits import FINDINGS
from celerylint.cli.options import configuration_for, configured, words
from celerylint.cli.output import coloured
from celerylint.cli.reports import Paired, deliver, destinations, reported
from celerylint.cli.target import target
from celerylint.configuration import SEVERITIES, Configuration, did_you_mean
from celerylint.report import FORMATS, Report

COMMANDS = ("check", "rule", "rules", "show")  # for who mistypes one: it looks like a path


@click.command(cls=Paired)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--select", multiple=True, metavar="RULE,...", help="Only these rules: names, codes, starts of codes.")
@click.option("--ignore", multiple=True, metavar="RULE,...", help="Not these rules.")
@reported
@click.option("--min-severity", type=click.Choice(SEVERITIES), help="The least severe to report.  [default: warning]")
@click.option("--show-undecided", is_flag=True, help="List what could not be decided, and how to tell.")
@filtered
@click.option("--exit-zero", is_flag=True, help="Exit 0 with findings, too.")
@configured
def check(paths: tuple[str, ...], **options: Any) -> int:
    """Lint a directory (default: the current one).

    Given files or several paths, the whole project is read, and only what has a place in them is reported.
    `-` reads what runs from standard input (kubectl get -o yaml, docker compose config): alone, or with the code
    of a directory that is named beside it, whose own manifests then count for nothing.
    """
    wanted = destinations(click.get_current_context())
    aim = target(paths, COMMANDS)
    configuration = configuration_for(aim.root, options["config"], options["isolated"])
    configuration = _overridden(configuration, options)
    if any(each.format is None for each in wanted):
        _check_format(configuration)
    from celerylint import session

    changed = changed_files(aim.root, options)
    result = session.check(
        aim.root,
        configuration,
        aim.paths,
        changed=changed,
        force_exclude=options["force_exclude"],
        deployed=aim.deployed(),
    )
    report = Report(
        result.findings,
        result.undecided,
        result.summary,
        result.lines,
        aim.shown,
        options["show_undecided"],
        coloured(options["color"]),
        aim.in_repository,
        lambda: session.pages(configuration),
    )
    deliver(report, wanted, configuration.output_format)
    return FINDINGS if result.findings and not options["exit_zero"] else 0


def _overridden(configuration: Configuration, options: dict[str, Any]) -> Configuration:
    """The command line on top."""
    return replace(
        configuration.choosing(words(options["select"]), words(options["ignore"])),
        min_severity=options["min_severity"] or configuration.min_severity,
    )


def _check_format(configuration: Configuration) -> None:
    written = configuration.output_format
    if written not in FORMATS:
        known = f"must be one of {', '.join(FORMATS)}{did_you_mean(written, FORMATS)}"
        raise configuration.error(f"`output-format` {known}", "output-format")
