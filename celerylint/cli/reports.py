"""Which reports a run makes, and where each goes: `--output-format` and `--output-file` in pairs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import click

from celerylint.cli.output import emit, save, unwritable
from celerylint.report import FORMATS, Report

_FORMAT, _FILE = "--output-format", "--output-file"
_META = f"{__name__}.given"
_STDOUT = "-"


@dataclass(frozen=True, slots=True)
class Destination:
    """A format, or None for the configured one, and its file, or None for standard output."""

    format: str | None = None
    file: str | None = None


class Paired(click.Command):
    """A command that remembers in which order the two options were given: click keeps each one's values apart."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[_META] = _given(args)
        return super().parse_args(ctx, args)


def reported(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--output-format` and `--output-file`, each as often as one likes."""
    for option in (
        click.option(_FILE, multiple=True, metavar="FILE", help="Where the format in front of it goes, not to stdout."),
        click.option(
            _FORMAT,
            multiple=True,
            type=click.Choice(list(FORMATS)),
            help="How to report; several, each with its --output-file.  [default: full]",
        ),
    ):
        command = option(command)
    return command


def destinations(context: click.Context) -> tuple[Destination, ...]:
    """What the command line asks for. Raises ClickException where it makes no sense or a file cannot be written."""
    found = _paired(context.meta[_META])
    to_stdout = [each.format for each in found if each.file is None]
    if len(to_stdout) > 1:
        raise click.UsageError(
            f"{' and '.join(map(str, to_stdout))} would go to standard output together: only one may be without {_FILE}"
        )
    files = [os.path.realpath(each.file) for each in found if each.file is not None]
    for each in found:
        if each.file is not None and files.count(os.path.realpath(each.file)) > 1:
            raise click.UsageError(f"several reports would go to {each.file}")
        if each.file is not None and (reason := unwritable(each.file)):
            raise click.ClickException(f"cannot write {each.file}: {reason}")
    return found


def deliver(report: Report, wanted: Sequence[Destination], configured: str) -> None:
    """Every report to its place, files first: a reader of standard output may leave early. Files have no colours."""
    texts = [(FORMATS[each.format or configured], each.file) for each in wanted]
    for render, file in texts:
        if file is not None:
            save(render(replace(report, colour=False)), file)
    for render, file in texts:
        if file is None:
            emit(render(report))


def _given(args: Iterable[str]) -> list[tuple[str, str]]:
    """The two options with their values, in order."""
    words, given = iter(args), []
    for word in words:
        if word == "--":
            break
        name, equals, value = word.partition("=")
        if name in (_FORMAT, _FILE):
            given.append((name, value if equals else next(words, "")))
    return given


def _paired(given: Sequence[tuple[str, str]]) -> tuple[Destination, ...]:
    """A file belongs to the format in front of it; one file and at most one format belong together anyway."""
    formats = [value for name, value in given if name == _FORMAT]
    files = [value for name, value in given if name == _FILE]
    if len(formats) <= 1 and len(files) <= 1:
        return (Destination(next(iter(formats), None), next(map(_named, files), None)),)
    made: list[Destination] = []
    for position, (name, value) in enumerate(given):
        if name == _FORMAT:
            made.append(Destination(value))
        elif position and given[position - 1][0] == _FORMAT:
            made[-1] = replace(made[-1], file=_named(value))
        else:
            raise click.UsageError(f"{_FILE} {value} has no format: write its {_FORMAT} in front of it")
    return tuple(made)


def _named(file: str) -> str | None:
    if not file:
        raise click.UsageError(f"{_FILE} needs the name of a file")
    return None if file == _STDOUT else file
