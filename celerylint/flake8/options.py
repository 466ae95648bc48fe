"""celerylint's options among flake8's own, on its command line and in its configuration file."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from flake8.options.manager import OptionManager

from celerylint.configuration import SEVERITIES, Configuration, ConfigurationError, did_you_mean, read
from celerylint.flake8.project import Project
from celerylint.flake8.root import root_of

_PREFIX = "CLY"


def add_options(manager: OptionManager) -> None:
    """Everything else is said in celerylint's own configuration file, which holds here as well."""
    manager.add_option(
        "--celerylint-root",
        metavar="directory",
        parse_from_config=True,
        normalize_paths=True,
        help="The project's root. (Default: the nearest directory, from the files upward, with celerylint.toml, "
        "[tool.celerylint] in its pyproject.toml, or .git)",
    )
    manager.add_option(
        "--celerylint-min-severity",
        metavar="severity",
        parse_from_config=True,
        help=f"The least severe to report: {', '.join(SEVERITIES)}. (Default: as celerylint's configuration says)",
    )
    for option, what in (("select", "Only these rules, by their names"), ("ignore", "Not these rules, by their names")):
        manager.add_option(
            f"--celerylint-{option}",
            metavar="rules",
            parse_from_config=True,
            comma_separated_list=True,
            help=f"{what}; flake8's own --{option} knows codes only.",
        )


def asked_for(options: Namespace) -> bool:
    """Whether flake8 may show anything of ours: a run with `--select=E9` alone need not wait for us."""
    selected, more = options.select or (), options.extend_select or ()
    if any(_concerns(word) for word in (*selected, *more)):
        return True
    ignored = (*(options.ignore or ()), *(options.extend_ignore or ()))
    return not selected and not any(_PREFIX.startswith(word) for word in ignored)


def _concerns(word: str) -> bool:
    return word.startswith(_PREFIX) or _PREFIX.startswith(word)


def project_of(options: Namespace) -> Project | None:
    """The project that the files of a run belong to; None where there is none. Raises ConfigurationError."""
    root = _given(options.celerylint_root) if options.celerylint_root else root_of(_files(options))
    return Project(root, _configuration(options, root), not options.disable_noqa) if root else None


def _given(written: str) -> Path:
    root = Path(os.path.realpath(written))
    if not root.is_dir():
        raise ConfigurationError(f"celerylint-root: there is no directory {written}")
    return root


def _files(options: Namespace) -> Sequence[str]:
    """What flake8 was asked to check; a buffer by its name, and left out where it has none."""
    names = (options.stdin_display_name if name == "-" else name for name in options.filenames or ["."])
    return [name for name in names if not (name == "stdin" and "-" in options.filenames)]


def _configuration(options: Namespace, root: Path) -> Configuration:
    severity = options.celerylint_min_severity
    if severity is not None and severity not in SEVERITIES:
        hint = did_you_mean(severity, SEVERITIES)
        raise ConfigurationError(f"celerylint-min-severity: must be one of {', '.join(SEVERITIES)}{hint}")
    read_here = read(root)
    chosen = read_here.choosing(tuple(options.celerylint_select or ()), tuple(options.celerylint_ignore or ()))
    return replace(chosen, min_severity=severity or read_here.min_severity)
