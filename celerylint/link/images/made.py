"""Containers together with their images: what really starts, with which variables, and where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from celerylint.facts.images import CommandFact, ImageFact, repository_of
from celerylint.facts.launch import Files, Inside, NoFiles, Starter, Word, absolute
from celerylint.facts.manifests import ContainerFact, WorkloadFact
from celerylint.link.images.dockerfiles import Dockerfiles, Made, Recipe
from celerylint.link.images.files import Above, AnyImage, CheckoutFiles, ImageFiles, Mounted
from celerylint.link.images.named import Elsewhere, Names, others
from celerylint.origin import Layer, Origin, Span, Unknown
from celerylint.sources.tree import Tree

IMAGE = "image"  # how the line is called that ties an image's name to a Dockerfile


@dataclass(frozen=True, slots=True)
class Images:
    """What the repository's Dockerfiles make of its containers."""

    tree: Tree
    dockerfiles: Dockerfiles
    names: Names
    any: AnyImage
    texts: Mapping[str, Mapping[str, Word]]

    def made(self, container: ContainerFact) -> Made | Elsewhere | Unknown:
        """The image of a container, if the repository builds it."""
        recipe = self.names.recipe(container)
        if not isinstance(recipe, Recipe):
            return recipe
        made = self.dockerfiles.make(recipe)
        return replace(made, said=recipe.span) if container.build is None and isinstance(made, Made) else made

    def completed(self, workload: WorkloadFact) -> WorkloadFact:
        """The workload whose containers have what their images give them."""
        return replace(workload, containers=tuple(map(self._completed, workload.containers)))

    def _completed(self, container: ContainerFact) -> ContainerFact:
        made = self.made(container)
        return with_image(container, made.image) if isinstance(made, Made) else container

    def inside(self, container: ContainerFact, starters: Mapping[str, Starter]) -> Inside:
        """Where the container's command line runs, and the line of the manifest that says so."""
        made = self.made(container)
        files = self._files(made)
        if container.mounts:
            files = Mounted(self.tree, files, container.mounts, self.texts)
        folder = made.image.directory.value if isinstance(made, Made) else Unknown(made.reason)
        if container.working_directory:
            folder = absolute(folder, container.working_directory)
        return Inside(files, folder, starters, _hops(container, made.said if isinstance(made, Made) else None))

    def of(self, made: Made, starters: Mapping[str, Starter], commands: Iterable[CommandFact]) -> Inside:
        """Where the image runs by itself, by these commands of its Dockerfile."""
        via = tuple(Origin(Layer.MANIFEST, command.span) for command in commands)
        return Inside(self._files(made), made.image.directory.value, starters, via)

    def _files(self, made: Made | Elsewhere | Unknown) -> Files:
        if isinstance(made, Unknown):
            return self.any
        if isinstance(made, Elsewhere):
            return NoFiles(made.reason)
        base, files = made.image.base.value, ImageFiles(self.tree, made)
        published = base is None or (isinstance(base, str) and others(repository_of(base)))
        return files if published else Above(files, self.any)

    def checkout(self, path: str, starters: Mapping[str, Starter]) -> Inside:
        """Where a script of the repository runs that nothing is said of."""
        folder = path.rpartition("/")[0]
        return Inside(CheckoutFiles(self.tree, folder, self.any), f"/{folder}", starters)


def with_image(container: ContainerFact, image: ImageFact) -> ContainerFact:
    """The container with its image's entry point, command, folder and stop signal where it has none of its own.

    An entry point of its own drops the image's command: Kubernetes API, Container.command and .args;
    compose-spec, `entrypoint` and `command`.
    """
    entrypoint, arguments = container.entrypoint, container.arguments
    if entrypoint is None:
        entrypoint = image.entrypoint.words if image.entrypoint else None
        if arguments is None:
            arguments = image.command.words if image.command else None
    stop = container.stop_signal
    written = stop is not None and stop.value is not None
    return replace(
        container,
        entrypoint=entrypoint,
        arguments=arguments,
        stop_signal=stop if written else image.stop_signal,
        made=image,
    )


def _hops(container: ContainerFact, said: Span | None) -> tuple[Origin, ...]:
    """The lines that say what is started: of the manifest, of what builds its image, and then of the Dockerfile."""
    path = container.span.path
    words = (*(container.entrypoint or ()), *(container.arguments or ()))
    own = next((word.span for word in words if word.span.path == path), container.span)
    hops = [Origin(Layer.MANIFEST, own, (), f"container {container.name}")]
    hops += [Origin(Layer.MANIFEST, said, (), IMAGE)] if said else []
    image = container.made
    for command, name in ((image.entrypoint, "ENTRYPOINT"), (image.command, "CMD")) if image else ():
        if command is not None and any(word in words for word in command.words):
            hops.append(Origin(Layer.MANIFEST, command.span, (), name))
    return tuple(hops)
