"""Which image the repository builds under which name, and which of a manifest's images are nobody else's."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from celerylint.facts.images import (
    ANYTHING,
    RecipeFact,
    bake_recipes,
    command_recipes,
    repository_of,
    skaffold_recipes,
    workflow_recipes,
)
from celerylint.facts.manifests import BuildFact, ContainerFact, WorkloadFact
from celerylint.link.images.dockerfiles import Dockerfiles, Recipe
from celerylint.origin import Unknown
from celerylint.sources.tree import Tree

_SKAFFOLD = re.compile(r"(?:.*/)?skaffold[^/]*\.ya?ml")
_WORKFLOW = re.compile(r"(?:.*/)?\.(?:github|gitea|forgejo)/workflows/[^/]+\.ya?ml")
_COMMANDS = re.compile(
    r"(?:.*/)?(?:[Mm]akefile|GNUmakefile|[Jj]ustfile|Taskfile\.ya?ml|[^/]+\.(?:mk|sh|bash)|\.gitlab-ci[^/]*\.ya?ml"
    r"|azure-pipelines[^/]*\.ya?ml|bitbucket-pipelines\.yml|\.circleci/config\.yml|package\.json)"
)
_BUILD = re.compile(rb"(?:docker|podman|nerdctl)[ \t]+(?:(?:buildx|image)[ \t]+)?build[ \t\\]")
_LARGEST = 1_000_000  # bytes
_BAKE = re.compile(r"(?:.*/)?docker-bake[^/]*\.hcl")
# Images that others publish. One without a folder is Docker's own, unless the repository builds it by that name.
_PUBLISHERS = re.compile(
    r"(?:quay\.io|gcr\.io|k8s\.gcr\.io|registry\.k8s\.io|public\.ecr\.aws|mcr\.microsoft\.com|docker\.elastic\.co)/.*"
    r"|(?:docker\.io/)?(?:bitnami|bitnamilegacy|library|grafana|prom|minio|mher|opensearchproject|elastic|mailhog|axllent"
    r"|nginxinc|oliver006|confluentinc|selenium|maildev|dpage|timescale|pgvector|postgis|cockroachdb|qdrant|chrislusf"
    r"|curlimages|bitnamicharts|valkey|localstack|jaegertracing|otel|hashicorp|docker|alpine|busybox|eqalpha)/[^/]+"
)


def recipe_of(build: BuildFact) -> Recipe:
    """What Compose's `build` says."""
    context = None if not build.context else "" if build.context == "." else build.context
    return Recipe(build.dockerfile, context, build.target, dict(build.arguments), build.span)


def others(name: str) -> bool:
    """Whether somebody else publishes an image of this name."""
    return "/" not in name or bool(_PUBLISHERS.fullmatch(name))


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The repository does not build the image."""

    reason: str


@dataclass(frozen=True, slots=True)
class Names:
    """The recipes by the names that the repository gives to images.

    `own` are the names that manifests start, that nothing builds, and that nobody else is known to publish.
    """

    recipes: tuple[tuple[str, Recipe], ...]
    own: frozenset[str]
    only: Recipe | None  # the repository's only Dockerfile

    def recipe(self, container: ContainerFact) -> Recipe | Elsewhere | Unknown:
        """How a container's image is built; Unknown where any Dockerfile of the repository may build it."""
        if container.build is not None:
            if container.build.dockerfile:
                return recipe_of(container.build)
            return Elsewhere("its image is built outside of the repository")
        image = container.image.value
        if image is None:
            return Unknown("it names no image")
        name = repository_of(image) if isinstance(image, str) else ""
        found = [recipe for pattern, recipe in self.recipes if name and _fits(name, pattern)]
        distinct = {(recipe.dockerfile, recipe.target): recipe for recipe in found}
        if len(distinct) == 1:
            return next(iter(distinct.values()))
        if distinct:
            return Unknown(f"several Dockerfiles build {name}")
        if name and self.own != {name}:
            return Elsewhere(f"nothing in the repository says how {image} is built")
        if self.only is None or not (name or container.entrypoint or container.arguments):
            return Unknown("nothing in the repository says how its image is built")
        return self.only


def _fits(name: str, pattern: str) -> bool:
    if ANYTHING not in pattern:
        return name == pattern
    return fnmatchcase(name, pattern) or fnmatchcase(name.rpartition("/")[2], pattern.rpartition("/")[2])


def read_names(tree: Tree, dockerfiles: Dockerfiles, workloads: Iterable[WorkloadFact]) -> Names:
    """Every name that something in the repository ties to a Dockerfile."""
    containers = [container for workload in workloads for container in workload.containers]
    recipes = [(repository_of(image), recipe_of(build)) for image, build in _composed(containers)]
    recipes += [
        (fact.name, Recipe(fact.dockerfile, fact.context, fact.target, fact.arguments, fact.span))
        for path in tree.files
        for fact in _facts(tree, path)
        if fact.dockerfile in tree.names
    ]
    images = (container.image.value for container in containers if container.build is None)
    names = {repository_of(image) for image in images if isinstance(image, str)}
    own = {name for name in names if not others(name) and not any(_fits(name, pattern) for pattern, _ in recipes)}
    paths = list(dockerfiles.paths())
    return Names(tuple(recipes), frozenset(own), Recipe(paths[0], None) if len(paths) == 1 else None)


def _composed(containers: Iterable[ContainerFact]) -> Iterator[tuple[str, BuildFact]]:
    for container in containers:
        image = container.image.value
        if isinstance(image, str) and container.build is not None and container.build.dockerfile:
            yield image, container.build


def _facts(tree: Tree, path: str) -> Iterator[RecipeFact]:
    if _SKAFFOLD.fullmatch(path):
        yield from skaffold_recipes(tree.documents(path), path)
    elif _WORKFLOW.fullmatch(path):
        if b"/build-push-action@" in (tree.data(path) or b""):
            yield from workflow_recipes(tree.documents(path))
        yield from _commanded(tree, path)
    elif _COMMANDS.fullmatch(path):
        yield from _commanded(tree, path)
    elif _BAKE.fullmatch(path) and (text := tree.text(path)):
        yield from bake_recipes(text)


def _commanded(tree: Tree, path: str) -> Iterator[RecipeFact]:
    """What the commands of a file build; a pipeline runs them in the root, and people a script there or beside it."""
    data = tree.data(path) or b""
    text = tree.text(path) if len(data) <= _LARGEST and _BUILD.search(data) else None
    if text is None:
        return
    own = posixpath.dirname(path)
    if path.startswith(".") or "pipelines" in path.rpartition("/")[2]:
        folders: tuple[str, ...] = ("",)
    else:
        folders = ("", own) if path.endswith((".sh", ".bash")) else (own,)
    yield from command_recipes(text, folders, tree.names.__contains__)
