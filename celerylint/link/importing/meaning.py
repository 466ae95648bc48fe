"""Which files a name may mean, wherever on Python's path their folders lie."""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.link.modules import Modules

_CELERY = "celery"


def by_import(modules: Modules, name: str, importer: str) -> Iterator[str]:
    """The files that an import may load: all whose path ends like the name.

    Not those for Celery's own name: the command that runs has loaded Celery, whatever files are called like it.
    """
    if name.endswith(".*"):
        yield from _members(modules, name[:-2], importer)
        return
    if name.startswith("."):
        found = modules.find(name, importer)
        yield from [found] if found else []
        return
    if name.partition(".")[0] != _CELERY:
        yield from modules.ending_in(name)


def by_text(modules: Modules, text: str) -> Iterator[str]:
    """The files that a name in quotes may mean: a module, or something in it; a single word only as the whole name."""
    name = text.lstrip(".")
    if "." not in name:
        for path in modules.ending_in(name):
            if text.startswith(".") or modules.name(path) == name or "/" not in path.removesuffix("/__init__.py"):
                yield path
        return
    parts = name.split(".")
    for end in range(2, len(parts) + 1):
        yield from modules.ending_in(".".join(parts[:end]))


def packages_of(modules: Modules, path: str) -> Iterator[str]:
    """The packages' own files that importing a file loads before it."""
    folder = ""
    for part in path.split("/")[:-1]:
        folder = f"{folder}{part}/"
        if f"{folder}__init__.py" in modules.tree.names and f"{folder}__init__.py" != path:
            yield f"{folder}__init__.py"


def _members(modules: Modules, package: str, importer: str) -> Iterator[str]:
    name = package or "."
    holders = [modules.find(name, importer)] if name.startswith(".") else [*modules.ending_in(name)]
    for holder in holders:
        folder = modules.members(holder) if holder else ""
        if folder:
            yield from modules.inside(folder)
