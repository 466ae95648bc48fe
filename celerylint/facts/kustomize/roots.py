"""Which kustomizations of a repository are deployed: those that no other one includes."""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.facts.kustomize.kustomization import NAMES, Files, Kustomization, is_remote, read
from celerylint.facts.kustomize.resource import KustomizeError


def roots(files: Files, paths: tuple[str, ...]) -> tuple[str, ...]:
    """The kustomization files among `paths` that none of the others includes, in their order.

    Of those that include each other in a circle, and that nothing else includes, the first one is taken.
    """
    found = {path: read(files, path) for path in paths if path.rpartition("/")[2] in NAMES}
    included = {path: tuple(_included(files, each)) if each else () for path, each in found.items()}
    inner = {path for inside in included.values() for path in inside}
    tops = [path for path, each in found.items() if path not in inner and not (each and each.component)]
    reached: set[str] = set()
    for path in tops:
        _reach(path, included, reached)
    for path, each in found.items():
        if path not in reached and not (each and each.component):
            tops.append(path)
            _reach(path, included, reached)
    return tuple(sorted(tops))


def _reach(path: str, included: dict[str, tuple[str, ...]], reached: set[str]) -> None:
    pending = [path]
    while pending:
        current = pending.pop()
        if current not in reached:
            reached.add(current)
            pending += included.get(current, ())


def _included(files: Files, kustomization: Kustomization) -> Iterator[str]:
    """The kustomizations that one includes."""
    for key in ("resources", "bases", "components"):
        try:
            written = [node.value for node in kustomization.texts(key)]
        except KustomizeError:
            continue
        for text in written:
            where = None if is_remote(text) else kustomization.beside(text)
            inner = files.kustomization(where) if where is not None else None
            if inner is not None and inner != kustomization.path:
                yield inner
