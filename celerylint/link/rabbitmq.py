"""RabbitMQ's own settings: what the repository's configuration files and images say of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from celerylint.facts.manifests import WorkloadFact
from celerylint.link.specifiers import allowed
from celerylint.model import RabbitMQ, Seconds, Version
from celerylint.model.rabbitmq import UNSEEN
from celerylint.origin import Layer, Span, Unknown, Value, known, unknown
from celerylint.sources.tree import Tree

_ENDINGS = (".conf", ".config", ".env", ".yaml", ".yml", ".sh", ".tpl", ".json")
_ELSEWHERE = re.compile(r"(^|/)(tests?|docs?|examples?)/")
_WORDS = (b"consumer_timeout", b"consumer-timeout")
# `consumer_timeout = 3600000`, `{consumer_timeout, undefined}`, `-rabbit consumer_timeout 3600000`
_SAYS = re.compile(r"\bconsumer_timeout[\"']?[\s,=:]+(\d+|undefined|infinity|false)\b")
_IMAGE = re.compile(r"(?:^|/)rabbitmq:v?(\d+(?:\.\d+){0,2})\b")


def rabbitmq_of(tree: Tree, workloads: Iterable[WorkloadFact]) -> RabbitMQ:
    """What can be told of it."""
    return RabbitMQ(_version(workloads), _consumer_timeout(tree))


def _version(workloads: Iterable[WorkloadFact]) -> Value[Version]:
    """By the tags of the images of containers that run it; unknown where they differ or one has none."""
    found: dict[str, Span] = {}
    for workload in workloads:
        for container in workload.containers:
            image = container.image.value
            if not isinstance(image, str) or "rabbitmq" not in image:
                continue
            tag = _IMAGE.search(image)
            if tag is None:
                return unknown(f"the image {image} tells no version", container.image.origin.span)
            found.setdefault(tag[1], container.image.origin.span or container.span)
    if len(found) != 1:
        return unknown("several versions of RabbitMQ are run") if found else UNSEEN.version
    ((text, span),) = found.items()
    stretches = allowed(f"=={text}.*")
    if isinstance(stretches, Unknown):
        return unknown(stretches.reason, span)
    return known(Version(stretches, text), Layer.MANIFEST, span)


def _consumer_timeout(tree: Tree) -> Value[Seconds | None]:
    found: dict[str, Span] = {}
    for path, line, text in _lines(tree):
        said = _SAYS.search(text)
        if said is None:
            return unknown(
                f"what {path}:{line} says of RabbitMQ's consumer timeout is not followed", Span.of_line(path, line)
            )
        found.setdefault(said[1], Span.of_line(path, line))
    if len(found) > 1:
        return unknown("the repository's configurations of RabbitMQ differ", next(iter(found.values())))
    for text, span in found.items():
        seconds = Seconds(int(text) / 1000) if text.isdigit() else None
        return known(seconds, Layer.MANIFEST, span)
    return UNSEEN.consumer_timeout


def _lines(tree: Tree) -> Iterator[tuple[str, int, str]]:
    """The lines of configuration files that speak of the timeout, comments aside."""
    for path in tree.files:
        if _ELSEWHERE.search(path) or not _may_configure(path):
            continue
        data = tree.data(path) or b""
        text = tree.text(path) if any(word in data for word in _WORDS) else None
        for number, line in enumerate(text.text.splitlines() if text else (), 1):
            if any(word.decode() in line for word in _WORDS) and not line.lstrip().startswith(("#", "%")):
                yield path, number, line


def _may_configure(path: str) -> bool:
    name = path.rpartition("/")[2]
    if name.endswith(".json"):
        return "definitions" in name or "rabbit" in path
    return name.endswith(_ENDINGS) or name.startswith((".env", "Dockerfile")) or "rabbit" in path or ".envs/" in path


def _at(path: str, line: int) -> Span:
    return Span.of_line(path, line)
