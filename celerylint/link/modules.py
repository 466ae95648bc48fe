"""Which file a dotted module name means, and which name a file has when Python imports it."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from functools import cached_property

from celerylint.sources.tree import Tree

_ROOT_MARKERS = ("manage.py", "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", "Dockerfile")


MOST_ASKED = 200  # files of a package that are searched for the name under which it imports itself


class Modules:
    """The repository's Python files by module name."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._names: dict[str, str] = {}
        self._self_imports: dict[tuple[str, str], bool] = {}
        self._found: dict[tuple[str, str], str | None] = {}
        self._inside: dict[str, list[str]] | None = None  # the files by the folder that Python finds them in

    @cached_property
    def _by_last_part(self) -> dict[str, list[str]]:
        index: dict[str, list[str]] = defaultdict(list)
        for path in self.tree.files:
            if path.endswith(".py"):
                folder, _, name = path.rpartition("/")
                last = folder.rpartition("/")[2] if name == "__init__.py" else name[:-3]
                index[last].append(path)
        return index

    @cached_property
    def _python_folders(self) -> frozenset[str]:
        return frozenset(path.rpartition("/")[0] for paths in self._by_last_part.values() for path in paths)

    def name(self, path: str) -> str:
        """The dotted name that Python gives the file: from the nearest folder that is no package."""
        if path not in self._names:
            folder, _, name = path.rpartition("/")
            root = self._source_root(folder)
            relative = posixpath.relpath(folder or ".", root or ".")
            parts = [] if relative == "." else relative.split("/")
            if name != "__init__.py":
                parts.append(name[:-3])
            self._names[path] = ".".join(parts) or folder.rpartition("/")[2]
        return self._names[path]

    def find(self, name: str, importer: str = "") -> str | None:
        """The file of a module by its dotted name, as seen from `importer`; None where it is not in the repository.

        Where several files could be meant, the one that lies nearest to the importer is; None where two lie as near.
        """
        if name.startswith("."):
            return self._relative(name, importer)
        key = name, _stem(importer).rpartition("/")[0]
        if key not in self._found:
            self._found[key] = self._nearest(name, importer)
        return self._found[key]

    def _nearest(self, name: str, importer: str) -> str | None:
        """The file of an absolute name."""
        tail = name.replace(".", "/")
        candidates = [
            path
            for path in self._by_last_part.get(name.rpartition(".")[2], ())
            if _names_module(path, tail) and self._may_be(path, name)
        ]
        if not candidates:
            return None
        # Of a module and a package of the same name Python takes the package.
        kept = [path for path in candidates if f"{path.removesuffix('.py')}/__init__.py" not in candidates]
        ranks = {path: (-_shared(path, importer), _stem(path).count("/")) for path in kept}
        best = min(ranks.values())
        nearest = [path for path, rank in ranks.items() if rank == best]
        return nearest[0] if len(nearest) == 1 else None

    def ending_in(self, name: str) -> tuple[str, ...]:
        """Every file that a dotted name may mean from some folder on Python's path: all whose path ends like it."""
        tail = name.replace(".", "/")
        return tuple(path for path in self._by_last_part.get(name.rpartition(".")[2], ()) if _names_module(path, tail))

    def inside(self, folder: str) -> tuple[str, ...]:
        """The modules and packages right below a package's folder."""
        if self._inside is None:
            self._inside = defaultdict(list)
            for paths in self._by_last_part.values():
                for path in paths:
                    self._inside[_stem(path).rpartition("/")[0]].append(path)
        return tuple(self._inside.get(folder, ()))

    def is_own(self, name: str, importer: str = "") -> bool:
        """Whether a dotted name begins with a package of the repository, so that it is there or nowhere."""
        top = name.partition(".")[0]
        if name.startswith(".") or "." not in name:
            return name.startswith(".")
        return self.find(top, importer) is not None or any(
            folder == top or folder.endswith(f"/{top}") for folder in self._python_folders
        )

    def source_root(self, path: str) -> str:
        """The folder from which Python imports a file: what its name begins below."""
        depth = self.name(path).count(".") + (path.endswith("/__init__.py"))
        parts = path.split("/")[:-1]
        return "/".join(parts[: max(len(parts) - depth, 0)])

    def members(self, path: str) -> str:
        """The folder of a package's file; empty for a plain module."""
        return path[: -len("/__init__.py")] if path.endswith("/__init__.py") else ""

    def absolute(self, name: str, importer: str) -> str:
        """A relative module name made absolute, as seen from `importer`."""
        if not name.startswith("."):
            return name
        level = len(name) - len(name.lstrip("."))
        parts = self.name(importer).split(".")
        drop = level - 1 if importer.endswith("/__init__.py") else level
        base = parts[: len(parts) - drop] if drop else parts
        rest = name.lstrip(".")
        return ".".join([*base, rest] if rest else base)

    def _relative(self, name: str, importer: str) -> str | None:
        level = len(name) - len(name.lstrip("."))
        folder = importer.rpartition("/")[0]
        for _ in range(level - 1):
            folder = folder.rpartition("/")[0]
        stem = posixpath.join(folder, name.lstrip(".").replace(".", "/")) if name.lstrip(".") else folder
        for path in (f"{stem}/__init__.py", f"{stem}.py"):
            if path.lstrip("/") in self.tree.names:
                return path.lstrip("/")
        return None

    def _may_be(self, path: str, name: str) -> bool:
        """Whether Python may know the file by this name: `redis` is not `shop/redis.py`.

        A name of several parts may begin below any folder that is no package: `celery.schedules` is not
        `shop/celery/schedules.py` where `shop` is one.
        """
        if self.name(path) == name:
            return True
        if "." not in name:
            return path.rpartition("/")[0] == ""
        parts = name.count(".") + (2 if path.endswith("/__init__.py") else 1)
        base = "/".join(path.split("/")[:-parts])
        return not base or f"{base}/__init__.py" not in self.tree.names

    def _source_root(self, folder: str) -> str:
        """The folder that must be on sys.path: above the outermost package, else where the project's files lie."""
        names = self.tree.names
        if f"{folder}/__init__.py".lstrip("/") in names:
            package = folder
            # The folder of manage.py is where Python starts, package or not.
            while folder and f"{folder}/__init__.py" in names and f"{folder}/manage.py" not in names:
                package, folder = folder, folder.rpartition("/")[0]
            return self._above_namespaces(folder, package)
        here = folder
        while here:
            if f"{here}/__init__.py" in names:  # a folder without one, within a package
                return self._source_root(here)
            if any(f"{here}/{marker}" in names for marker in _ROOT_MARKERS) or here.rpartition("/")[2] == "src":
                return here
            here = here.rpartition("/")[0]
        return ""

    def _above_namespaces(self, folder: str, package: str) -> str:
        """The folder above those without `__init__.py` that the package's own imports begin with."""
        while folder and not any(f"{folder}/{marker}" in self.tree.names for marker in _ROOT_MARKERS):
            dotted = f"{folder.rpartition('/')[2]}.{package.rpartition('/')[2]}"
            if not self._imports_itself_as(package, dotted):
                return folder
            package, folder = folder, folder.rpartition("/")[0]
        return folder

    def _imports_itself_as(self, package: str, dotted: str) -> bool:
        key = (package, dotted)
        if key not in self._self_imports:
            inside = [path for path in self.tree.files if path.startswith(f"{package}/") and path.endswith(".py")]
            wanted = (f"from {dotted}".encode(), f"import {dotted}".encode())
            some = (self.tree.data(path) or b"" for path in inside[:MOST_ASKED])
            self._self_imports[key] = any(text in data for data in some for text in wanted)
        return self._self_imports[key]


def _names_module(path: str, tail: str) -> bool:
    stem = _stem(path)
    return stem == tail or stem.endswith(f"/{tail}")


def _stem(path: str) -> str:
    """The path of a module or package without what makes it a file."""
    return path.removesuffix("/__init__.py") if path.endswith("/__init__.py") else path.removesuffix(".py")


def _shared(path: str, importer: str) -> int:
    """How many folders two paths have in common."""
    count = 0
    for mine, other in zip(_stem(path).split("/")[:-1], importer.split("/")[:-1], strict=False):
        if mine != other:
            break
        count += 1
    return count
