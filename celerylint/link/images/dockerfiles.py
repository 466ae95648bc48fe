"""The repository's Dockerfiles: which files they are, what they build, and from which folder."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from celerylint.facts.images import BuildArguments, Dockerfile, ImageFact, images, read_dockerfile
from celerylint.origin import Span, Unknown
from celerylint.sources.tree import Tree

_NAME = re.compile(r"(?:dockerfile|containerfile)(?:[._-][^.]+)*|[^/]+\.(?:dockerfile|containerfile)", re.IGNORECASE)
_NO_DOCKERFILE = re.compile(r"\.(?:dockerignore|md|txt|rst|json|ya?ml|py|sh|j2|jinja2?|tpl|tmpl|erb)$", re.IGNORECASE)
_LARGEST = 1_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an image is built. Paths are relative to the root, `` being the root itself.

    `context` is None where nobody says it; `arguments` are all that the builder gets, None where nobody can tell.
    """

    dockerfile: str
    context: str | None
    target: str = ""
    arguments: BuildArguments | None = None
    span: Span | None = None  # of the line that says so


@dataclass(frozen=True, slots=True)
class Made:
    """An image that the repository builds, and the folder that its files are copied from."""

    image: ImageFact
    context: str
    said: Span | None = None  # the line that ties it to the image's name


def is_dockerfile(path: str) -> bool:
    """Whether a file is a Dockerfile by its name."""
    name = path.rpartition("/")[2]
    return bool(_NAME.fullmatch(name)) and not _NO_DOCKERFILE.search(name)


@dataclass
class Dockerfiles:
    """Reads Dockerfiles when somebody asks for them, each once."""

    tree: Tree
    _read: dict[str, Dockerfile | None] = field(default_factory=dict)
    _made: dict[tuple[object, ...], Made | Unknown] = field(default_factory=dict)

    def paths(self) -> Iterator[str]:
        """Every Dockerfile, in order."""
        return (path for path in self.tree.files if is_dockerfile(path))

    def read(self, path: str) -> Dockerfile | None:
        """A Dockerfile; None where there is none, or it cannot be read."""
        if path not in self._read:
            text = self.tree.text(path) if path in self.tree.names else None
            usable = text is not None and len(text.text) <= _LARGEST
            self._read[path] = read_dockerfile(text) if text and usable else None
        return self._read[path]

    def make(self, recipe: Recipe) -> Made | Unknown:
        """The image that a recipe makes: of the stage that it names, else of the last one."""
        given = None if recipe.arguments is None else tuple(sorted(recipe.arguments.items(), key=lambda each: each[0]))
        key = (recipe.dockerfile, recipe.target, recipe.context, given)
        if key not in self._made:
            self._made[key] = self._make(recipe)
        return self._made[key]

    def _make(self, recipe: Recipe) -> Made | Unknown:
        dockerfile = self.read(recipe.dockerfile)
        if dockerfile is None:
            return Unknown(f"{recipe.dockerfile or 'its Dockerfile'} is not in the repository")
        stages = images(dockerfile, recipe.arguments)
        if recipe.target:
            named = [image for image in stages if image.name == recipe.target.lower()]
            stages = tuple(named) or (stages[int(recipe.target) :][:1] if recipe.target.isdecimal() else ())
        if not stages:
            return Unknown(f"{recipe.dockerfile} has no stage {recipe.target or 'at all'}")
        image = stages[-1]
        return Made(image, self.context(image) if recipe.context is None else recipe.context)

    def context(self, image: ImageFact) -> str:
        """The folder, from the Dockerfile's own up, that has most of what the image copies from it."""
        sources = [source for copy in image.copies if copy.image is None for source in copy.sources]
        folders = list(_upwards(posixpath.dirname(image.path)))
        return max(folders, key=lambda folder: sum(self.has(folder, source) for source in sources))

    def has(self, folder: str, source: str) -> bool:
        """Whether a file or a folder of that name stands in a folder."""
        path = below(folder, source)
        return path in self.tree.names or path in self._folders

    @cached_property
    def _folders(self) -> frozenset[str]:
        return frozenset(above for folder in self.tree.folders for above in _upwards(folder))


def below(folder: str, path: str) -> str:
    """A path of a build context, relative to the repository's root; what leads out of it stays in it."""
    inner = posixpath.normpath(posixpath.join("/", path)).lstrip("/")
    return posixpath.normpath(posixpath.join(folder or ".", inner)).removeprefix("./") if inner else folder


def _upwards(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
    yield ""
