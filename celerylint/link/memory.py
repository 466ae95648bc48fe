"""What the processes of a prefork worker need together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from celerylint.catalog import Imported, imported, together
from celerylint.configuration import Configuration
from celerylint.link.code import Code
from celerylint.model import Bytes, Memory
from celerylint.origin import Layer, Origin, Span, Value, derive, known

MIB = 1024 * 1024
# Measured with Celery 5.7 and Python 3.11: an application without imports has a parent of 30 MiB, and each child
# adds 21.5 (32 children) to 26 MiB (one child) of its own; the least of these is the floor.
EMPTY_PARENT, EMPTY_PROCESS = 30 * MIB, 21 * MIB
# Resident size of a process of a Django application, of which children share about 40 % with their parent (copy on
# write). What packages add to that, or to an empty application, is measured: celerylint/catalog/imports.json.
DJANGO = 150 * MIB
OWN_SHARE = 0.6
_OF_DJANGO = frozenset({"django", "rest_framework"})


@dataclass(frozen=True, slots=True)
class Used:
    """A measured package that the modules of a worker's tasks import, and one place where they do."""

    package: Imported
    span: Span


def packages_of(code: Code, paths: Iterable[str]) -> tuple[Used, ...]:
    """The measured packages that these files import, by name; each with the first place."""
    wanted, found = set(paths), {}
    for facts in code.files:
        for name in facts.imports.values() if facts.path in wanted else ():
            package = imported(name)
            if package is not None and package.name not in found:
                found[package.name] = Used(package, _place(code, facts.path, package.name))
    return tuple(found[name] for name in sorted(found))


def _place(code: Code, path: str, name: str) -> Span:
    """The line of a file that imports a package."""
    module = code.tree.python(path)
    top = re.escape(name.partition(".")[0])
    found = re.search(rf"^[ \t]*(?:from|import)[ \t].*\b{top}\b", module.text.text, re.M) if module else None
    return Span.of_line(path, module.text.text.count("\n", 0, found.start()) + 1 if module and found else 1)


def memory_of(
    pool: Value[str], processes: Value[int], django: bool, used: tuple[Used, ...], configuration: Configuration
) -> Memory:
    """The sum as the project's configuration, or the imports, tell it; only prefork has processes beside its parent."""
    children = derive(lambda name, count: count if name == "prefork" else 0, pool, processes)
    counted = tuple(each for each in used if not django or each.package.name not in _OF_DJANGO)
    resident, own = together(each.package for each in counted)
    base, base_own = (DJANGO, int(DJANGO * OWN_SHARE)) if django else (EMPTY_PARENT, EMPTY_PROCESS)
    parent = _estimate(base + resident, django, counted)
    per_process = _estimate(base_own + own, django, counted)
    measured = configuration.memory_per_process
    if measured is not None:
        per_process = known(Bytes(measured), Layer.CONFIGURATION, configuration.places.get("memory-per-process"))
    parts = [(_application(django), base, base_own)]
    parts += [(each.package.name, each.package.resident, each.package.own) for each in counted]
    return Memory(
        parent=parent,
        per_process=per_process,
        counted=tuple(_sized(name, size, each if measured is None else None) for name, size, each in parts),
        demand=derive(lambda base, each, count: Bytes(base + each * count), parent, per_process, children),
        floor=derive(lambda count: Bytes(EMPTY_PARENT + EMPTY_PROCESS * count), children),
    )


def _estimate(size: int, django: bool, used: tuple[Used, ...]) -> Value[Bytes]:
    """A size with what it is made of: the application, and each package by the line that imports it."""
    parts = tuple(Origin(Layer.INFERRED, each.span, (), _words(each.package)) for each in used)
    return Value(Bytes(size), Origin(Layer.INFERRED, None, parts, _application(django)))


def _application(django: bool) -> str:
    return "a Django application" if django else "an empty application"


def _sized(name: str, parent: int, own: int | None) -> str:
    """`pandas 44 + 11 MiB`; without what each process adds where that is stated for all of it."""
    sizes = [f"{size / MIB:.0f}" for size in (parent, own) if size is not None]
    return f"{name} {' + '.join(sizes)} MiB"


def _words(package: Imported) -> str:
    parent, child = round(package.resident / MIB), round(package.own / MIB)
    return f"imports {package.name}: {parent} MiB in the parent, {child} MiB more in each process"
