"""A kustomization file, and the files that it speaks of."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from celerylint.facts.kustomize.resource import KustomizeError
from celerylint.facts.manifests.reading import entries, is_null, scalar_text
from celerylint.origin import Span
from celerylint.sources.text import Text
from celerylint.sources.yaml import Document, Mapping, Node, Scalar, Sequence, mapping, sequence

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_REMOTE = ("http:", "https:", "git:", "ssh:", "git@", "github.com", "gitlab.com", "bitbucket.org", "oci:")


@dataclass(frozen=True, slots=True)
class Files:
    """The repository as a build sees it: its files by their paths from the root."""

    names: frozenset[str]
    text: Callable[[str], Text | None]
    documents: Callable[[str], list[Document]]

    def kustomization(self, folder: str) -> str | None:
        """The kustomization file of a folder, None where it has none."""
        paths = (posixpath.join(folder, name) for name in NAMES)
        return next((each for each in paths if each in self.names), None)


@dataclass(frozen=True, slots=True)
class Kustomization:
    """A kustomization as it is written."""

    path: str
    root: Mapping

    @property
    def folder(self) -> str:
        """The folder that its paths start from."""
        return posixpath.dirname(self.path)

    @property
    def component(self) -> bool:
        """Whether it changes what others have gathered, rather than gathering itself."""
        return scalar_text(self.get("kind")) == "Component"

    def get(self, key: str) -> Node | None:
        """What stands under a key, however its letters are written: Go reads `nameprefix` for `namePrefix`."""
        node = self.root.get(key)
        if node is None:
            node = next((value for name, value in self.root.items() if name.value.lower() == key.lower()), None)
        return node

    def beside(self, written: str) -> str | None:
        """A path of this file from the root; None where it leads out of the repository."""
        joined = posixpath.normpath(posixpath.join(self.folder, written))
        if written.startswith("/") or joined == ".." or joined.startswith("../"):
            return None
        return "" if joined == "." else joined

    def text(self, key: str) -> Scalar | None:
        """The text of a key, None where it has none."""
        node = self.get(key)
        return node if isinstance(node, Scalar) and node.value and not is_null(node) else None

    def items(self, *keys: str) -> Iterator[Node]:
        """The items of lists; what is no list is refused."""
        for key in keys:
            node = self.get(key)
            if node is None or is_null(node):
                continue
            if not isinstance(node, Sequence):
                raise KustomizeError(node.span, f"{key} must be a list")
            yield from (item for item in node.items if not is_null(item))

    def tables(self, *keys: str) -> Iterator[Mapping]:
        """The items of lists that are mappings."""
        for item in self.items(*keys):
            if not isinstance(item, Mapping):
                raise KustomizeError(item.span, "this must be a mapping")
            yield item

    def texts(self, *keys: str) -> Iterator[Scalar]:
        """The items of lists that are single values."""
        for item in self.items(*keys):
            if not isinstance(item, Scalar):
                raise KustomizeError(item.span, "this must be a text")
            yield item

    def pairs(self, key: str) -> list[tuple[Scalar, Node]]:
        """The entries of a mapping."""
        return entries(mapping(self.get(key)))

    def first(self, *keys: str) -> tuple[str, Span] | None:
        """The first of the keys that is written and not empty, with its place."""
        for key in keys:
            node = self.get(key)
            if node is not None and not is_null(node) and not (isinstance(node, Sequence) and not node.items):
                return key, node.span
        return None


def read(files: Files, path: str) -> Kustomization | None:
    """The kustomization in a file; None where it holds no mapping."""
    roots = [document.root for document in files.documents(path) if document.root is not None]
    root = mapping(roots[0]) if roots else None
    return Kustomization(path, root) if root is not None else None


def is_remote(written: str) -> bool:
    """Whether a path means a repository or file elsewhere (kustomize's git and HTTP addresses)."""
    return "://" in written or written.startswith(_REMOTE) or "?ref=" in written or ".git//" in written


def objects(documents: list[Document]) -> Iterator[Mapping]:
    """The objects of documents, those of lists (`kind: List`) one by one."""
    for document in documents:
        root = document.root
        for node in root.items if isinstance(root, Sequence) else (root,):
            found = mapping(node)
            if found is None:
                continue
            inner = sequence(found.get("items"))
            if inner is not None and (scalar_text(found.get("kind")) or "").endswith("List"):
                yield from (item for item in inner.items if isinstance(item, Mapping))
            else:
                yield found
