"""Makes the catalogue's data from the Celery releases.

`python -m celerylint.catalog.generate --out celerylint/catalog` writes the data files. It needs the network (through
pip) and is run when a new release of Celery is to be known; add that to `RELEASES` first.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from celerylint.catalog.harvest.commands import Commands, commands_of
from celerylint.catalog.harvest.fetch import install, unpack
from celerylint.catalog.harvest.merge import merge
from celerylint.catalog.harvest.render import render
from celerylint.catalog.harvest.settings import Records, settings_of
from celerylint.catalog.harvest.tasks import task_options_of
from celerylint.catalog.releases import RELEASES, version_key

_COMMANDS_SOURCE = "5.x: asked of click, celery.bin.celery; 4.4.7: read out of celery/bin/*.py:add_arguments"


def settings_file(by_release: Mapping[str, Records]) -> str:
    """The text of settings.json. An entry without a source is declared in celery/app/defaults.py."""
    meta = {"releases": list(by_release), "source": "celery/app/defaults.py, where an entry names no other"}
    return render({"meta": meta, "settings": merge(by_release)}, depth=2)


def task_options_file(by_release: Mapping[str, Records]) -> str:
    """The text of task_options.json."""
    meta = {"releases": list(by_release), "source": "celery/app/task.py, base.py, autoretry.py"}
    return render({"meta": meta, "task_options": merge(by_release)}, depth=2)


def commands_file(by_release: Mapping[str, Commands]) -> str:
    """The text of commands.json: the commands, and their options by command."""
    themselves = {
        release: {name: {k: v for k, v in each.items() if k != "options"} for name, each in commands.items()}
        for release, commands in by_release.items()
    }
    names = sorted({name for commands in by_release.values() for name in commands})
    options = {name: merge(_options_of(name, by_release)) for name in names}
    meta = {"releases": list(by_release), "source": _COMMANDS_SOURCE}
    return render({"meta": meta, "commands": merge(themselves), "options": options}, depth=3)


def _options_of(name: str, by_release: Mapping[str, Commands]) -> dict[str, Records]:
    return {release: commands[name]["options"] for release, commands in by_release.items() if name in commands}


def harvest(into: Path) -> dict[str, str]:
    """The text of every data file by its name, from releases that are downloaded to `into`."""
    trees = {release: unpack(release, into) for release in RELEASES}
    installed = {release: install(release, into) if version_key(release) >= (5,) else None for release in RELEASES}
    commands = {release: commands_of(trees[release], installed[release]) for release in RELEASES}
    return {
        "settings.json": settings_file(_each(settings_of, trees)),
        "task_options.json": task_options_file(_each(task_options_of, trees)),
        "commands.json": commands_file(commands),
    }


def _each(read: Callable[[Path], Records], trees: Mapping[str, Path]) -> dict[str, Records]:
    return {release: read(tree) for release, tree in trees.items()}


def main(arguments: list[str] | None = None) -> int:
    """Write the data files into a directory."""
    parser = argparse.ArgumentParser(prog="python -m celerylint.catalog.generate", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the directory to write the data files to")
    out: Path = parser.parse_args(arguments).out
    with tempfile.TemporaryDirectory(prefix="celery-releases-") as directory:
        for name, text in harvest(Path(directory)).items():
            (out / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
