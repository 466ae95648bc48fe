"""The files that a command line finds: those of an image, with what is mounted over them, or of the repository."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from celerylint.facts.images import CopyFact, ImageFact
from celerylint.facts.launch import File, Files, Word
from celerylint.facts.manifests import MountFact
from celerylint.link.images.dockerfiles import Made, below
from celerylint.origin import Unknown
from celerylint.sources.tree import Tree

_DEEPEST = 20  # stages that copy from each other


def repository_file(tree: Tree, path: str) -> File | None:
    """A file of the repository; None where there is none or it is no text."""
    text = tree.text(path) if path in tree.names else None
    return File(path, text.text, text.span) if text else None


@dataclass(frozen=True, slots=True)
class ImageFiles:
    """The files that an image's Dockerfile copies from the repository."""

    tree: Tree
    made: Made
    depth: int = 0

    def open(self, path: str) -> File | Unknown:
        """The file that the last COPY puts at a path."""
        for copy in reversed(self.made.image.copies):
            file = self._copied(copy, path)
            if file is not None:
                return file
        return Unknown(f"no COPY of {self.made.image.path} brings {path} from the repository")

    def below(self, folder: str) -> tuple[str, ...]:
        """The paths of the files of the repository that stand below a folder of the image."""
        inside = f"{folder.rstrip('/')}/"
        return tuple(sorted({path for path in self._paths() if path.startswith(inside)}))

    def _copied(self, copy: CopyFact, path: str) -> File | None:
        for document in copy.texts:
            place = posixpath.join(copy.destination, document.name) if copy.folder else copy.destination
            plain = document.quoted or "$" not in document.text.text
            if place == path and plain:
                return File(self.made.image.path, document.text.text, document.text.locate)
        for source in _sources(copy, path):
            file = self._source(copy, source)
            if file is not None:
                return file
        return None

    def _source(self, copy: CopyFact, source: str) -> File | None:
        if copy.image is None:
            return repository_file(self.tree, below(self.made.context, source))
        if isinstance(copy.image, Unknown) or self.depth >= _DEEPEST:
            return None
        found = self._other(copy.image).open(posixpath.join("/", source))
        return found if isinstance(found, File) else None

    def _other(self, image: ImageFact) -> ImageFiles:
        return ImageFiles(self.tree, Made(image, self.made.context), self.depth + 1)

    def _paths(self) -> Iterator[str]:
        for copy in self.made.image.copies:
            for document in copy.texts:
                yield posixpath.join(copy.destination, document.name) if copy.folder else copy.destination
            if copy.image is None:
                yield from _targets(copy, self.tree.files, self.made.context)
            elif isinstance(copy.image, ImageFact) and self.depth < _DEEPEST:
                yield from _targets(copy, tuple(self._other(copy.image)._paths()), "/")


def _sources(copy: CopyFact, path: str) -> Iterator[str]:
    """The paths in the context, or in the other image, that a COPY may bring to `path`."""
    for source in copy.sources:
        plain = posixpath.normpath(posixpath.join("/", source)).lstrip("/")
        folder, name = posixpath.split(plain)
        if any(sign in name for sign in "*?["):
            own = posixpath.basename(path)
            if posixpath.dirname(path) == copy.destination and fnmatchcase(own, name):
                yield posixpath.join(folder, own)
            continue
        if path == copy.destination and not copy.folder:
            yield plain
        if path == posixpath.join(copy.destination, name):
            yield plain
        inside = f"{copy.destination.rstrip('/')}/"
        if path.startswith(inside):
            yield posixpath.join(plain, path[len(inside) :])


def _targets(copy: CopyFact, files: Sequence[str], context: str) -> Iterator[str]:
    """Where a COPY puts the files of a context."""
    for source in copy.sources:
        place = below(context, source) if context != "/" else posixpath.join("/", source)
        folder, name = posixpath.split(place)
        glob = any(sign in name for sign in "*?[")
        inside = f"{place.rstrip('/')}/" if place else ""
        for file in files:
            if glob:
                if posixpath.dirname(file) == folder and fnmatchcase(posixpath.basename(file), name):
                    yield posixpath.join(copy.destination, posixpath.basename(file))
            elif file == place:
                yield posixpath.join(copy.destination, name) if copy.folder else copy.destination
            elif file.startswith(inside):
                yield posixpath.join(copy.destination, file[len(inside) :])


@dataclass(frozen=True, slots=True)
class AnyImage:
    """An image that nobody names: a path counts where all images that have a file there have the same one."""

    images: tuple[ImageFiles, ...]
    _opened: dict[str, File | Unknown] = field(default_factory=dict, compare=False, repr=False)

    def open(self, path: str) -> File | Unknown:
        """The file at a path, if it is the same in every image that has one."""
        if path not in self._opened:
            self._opened[path] = self._open(path)
        return self._opened[path]

    def _open(self, path: str) -> File | Unknown:
        found = [file for files in self.images if isinstance(file := files.open(path), File)]
        if not found:
            return Unknown(f"which image it runs in is not known, and no Dockerfile brings {path} from the repository")
        if len({file.path for file in found}) > 1:
            return Unknown(f"which image it runs in is not known, and the Dockerfiles disagree about {path}")
        return found[0]

    def below(self, folder: str) -> tuple[str, ...]:
        """The paths that every image has below a folder."""
        each = [frozenset(files.below(folder)) for files in self.images]
        some = [paths for paths in each if paths]
        return tuple(sorted(frozenset.intersection(*some))) if some else ()


@dataclass(frozen=True, slots=True)
class Above:
    """The files of an image, over those of the image that it builds from, which the repository may build as well."""

    image: ImageFiles
    base: AnyImage

    def open(self, path: str) -> File | Unknown:
        """The file at a path."""
        own = self.image.open(path)
        found = own if isinstance(own, File) else self.base.open(path)
        return found if isinstance(found, File) else own

    def below(self, folder: str) -> tuple[str, ...]:
        """The paths that are known below a folder."""
        return tuple(sorted({*self.image.below(folder), *self.base.below(folder)}))


@dataclass(frozen=True, slots=True)
class Mounted:
    """Files with mounts over them; a ConfigMap's are texts of its manifest."""

    tree: Tree
    under: Files
    mounts: tuple[MountFact, ...]
    texts: Mapping[str, Mapping[str, Word]]  # of ConfigMaps, by name and key

    def open(self, path: str) -> File | Unknown:
        """The file at a path: of the mount that is nearest to it, else of what is below."""
        over = [
            mount for mount in self.mounts if path == mount.target or path.startswith(f"{mount.target.rstrip('/')}/")
        ]
        if not over:
            return self.under.open(path)
        mount = max(over, key=lambda each: len(each.target))
        rest = path[len(mount.target) :].lstrip("/")
        found = self._configured(mount, rest) if mount.config_map else self._bound(mount, rest)
        return found or Unknown(
            f"what {mount.span.path}:{mount.span.line} mounts at {mount.target} is not in the repository"
        )

    def below(self, folder: str) -> tuple[str, ...]:
        """The paths that are known below a folder, whatever brings them."""
        inside = f"{folder.rstrip('/')}/"
        found = set(self.under.below(folder))
        for mount in self.mounts:
            found |= {path for path in self._paths(mount) if path.startswith(inside)}
        return tuple(sorted(path for path in found if isinstance(self.open(path), File)))

    def _bound(self, mount: MountFact, rest: str) -> File | None:
        if not mount.source:
            return None
        return repository_file(self.tree, below(mount.source, rest).removeprefix("./"))

    def _configured(self, mount: MountFact, rest: str) -> File | None:
        key = mount.key or next((name for name, path in mount.items if path == rest), "" if mount.items else rest)
        word = self.texts.get(mount.source, {}).get(key)
        return File(word.span.path, word.text, word.locate) if word and (not mount.key or not rest) else None

    def _paths(self, mount: MountFact) -> Iterator[str]:
        if mount.config_map:
            names = [path for _, path in mount.items] or list(self.texts.get(mount.source, {}))
            yield from [mount.target] if mount.key else (posixpath.join(mount.target, name) for name in names)
        elif mount.source:
            inside = f"{mount.source}/" if mount.source != "." else ""
            for file in self.tree.files:
                if file.startswith(inside):
                    yield posixpath.join(mount.target, file[len(inside) :])


@dataclass(frozen=True, slots=True)
class CheckoutFiles:
    """The repository as it is checked out at `/`, for a script that nobody says more of.

    A path that is relative to the script's folder may as well be relative to the root.
    """

    tree: Tree
    folder: str
    images: AnyImage

    def open(self, path: str) -> File | Unknown:
        """The file at a path, of the checkout or of any image."""
        inside = f"/{self.folder}/" if self.folder else "/"
        near = [path[1:], path[len(inside) :]] if path.startswith(inside) else []
        found = [file for each in dict.fromkeys(near) if (file := repository_file(self.tree, each))]
        if len(found) > 1:
            return Unknown(f"{path} may be {found[0].path} or {found[1].path}")
        return found[0] if found else self.images.open(path)

    def below(self, folder: str) -> tuple[str, ...]:
        """The paths of the repository's files below a folder."""
        inside = f"{folder.strip('/')}/".lstrip("/")
        return tuple(f"/{path}" for path in self.tree.files if path.startswith(inside))
