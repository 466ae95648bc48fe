"""Compose services that are for development by what they do: code mounted over the image's, reloaders, dev stages,
Django settings for development, images that are called so."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from celerylint.facts.manifests.development import is_development
from celerylint.facts.manifests.workloads import BuildFact, ContainerFact

# What restarts a program as soon as its code changes.
_RELOADING = re.compile(r"(?<![\w-])(?:--reload|--autoreload|watchmedo|watchfiles|watchgod|hupper|nodemon)(?![\w-])")
# Where configuration and data are mounted rather than code.
_NO_CODE = re.compile(r"/(?:etc|conf|config|data|var/lib|var/log|mnt|media|run|tmp|backups?)(?:/|$)")
_DEVELOPMENT = re.compile(r"(?:^|[^a-z])(?:dev|devel|develop|development|devstack)$", re.IGNORECASE)
_PRODUCTION = re.compile(r"(?<![A-Za-z])(?:prod|production)(?![A-Za-z])", re.IGNORECASE)


def serves_development(container: ContainerFact, path: str) -> bool:
    """Whether nobody would run the container like this but to work on its code; not what its path calls production."""
    if _PRODUCTION.search(path):
        return False
    words = (*(container.entrypoint or ()), *(container.arguments or ()))
    if any(_RELOADING.search(word.text) for word in words) or _says_so(container):
        return True
    build = container.build
    return build is not None and (_stage(build) or _covers(container, build))


def _says_so(container: ContainerFact) -> bool:
    """Whether Django's settings, the image or its tag end in the word: `shop.settings.dev`, `shop-dev`, `shop:dev`."""
    said = [each.value.value for each in container.environment if each.name == "DJANGO_SETTINGS_MODULE"]
    image = container.image.value
    if isinstance(image, str):
        said += image.rpartition("/")[2].split("@")[0].split(":")
    return any(isinstance(each, str) and _DEVELOPMENT.search(each) for each in said)


def _stage(build: BuildFact) -> bool:
    """Whether the stage or the Dockerfile says so: `target: dev`, `Dockerfile.local`."""
    return is_development(PurePosixPath(build.dockerfile).name, (build.target,))


def _covers(container: ContainerFact, build: BuildFact) -> bool:
    """Whether the folder that the image is built from, or one above it, is mounted where code is."""
    code = [mount for mount in container.mounts if not _NO_CODE.match(mount.target)]
    return bool(build.context) and any(_holds(mount.source, build.context) for mount in code)


def _holds(outer: str, inner: str) -> bool:
    return bool(outer) and PurePosixPath(inner).is_relative_to(PurePosixPath(outer))
