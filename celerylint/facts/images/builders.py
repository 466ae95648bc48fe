"""Which Dockerfile builds which image: Skaffold's artifacts, bake's targets, and builds of GitHub's workflows.

Sources: skaffold.dev (skaffold.yaml reference, `build.artifacts`), Docker's Bake file reference (`target`), and
docker/build-push-action (inputs `context`, `file`, `target`, `tags`, `build-args`).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from celerylint.facts.images.arguments import BuildArguments
from celerylint.facts.images.hcl import Block, blocks
from celerylint.origin import Span, Unknown
from celerylint.sources.text import Text
from celerylint.sources.yaml import Document, Mapping, Node, Scalar, Sequence

_TAG = re.compile(r"[^\s,]+(?:\$\{\{.*?\}\}[^\s,]*)*")
_EXPRESSION = re.compile(r"\$\{\{.*?\}\}|\$\{.*?\}", re.DOTALL)
_VARIABLE = re.compile(r"\$\{\{\s*env\.(\w+)\s*\}\}")
ANYTHING = "*"  # a part of an image's name that is only known when it is built


@dataclass(frozen=True, slots=True)
class RecipeFact:
    """An image's name without its tag, and how it is built; paths are relative to the root.

    `*` in the name stands for what is only known when it is built.
    """

    name: str
    dockerfile: str
    context: str
    target: str
    arguments: BuildArguments | None
    span: Span


def repository_of(image: str) -> str:
    """An image's name without digest and tag, and without Docker Hub's own folders."""
    name = image.partition("@")[0]
    folder, slash, last = name.rpartition("/")
    whole = f"{folder}{slash}{last.partition(':')[0]}"
    return whole.removeprefix("docker.io/").removeprefix("library/")


def skaffold_recipes(documents: Iterable[Document], path: str) -> Iterator[RecipeFact]:
    """The artifacts that Skaffold builds with Docker."""
    for document in documents:
        for item in _items(_child(document.root, "build", "artifacts")):
            image = _child(item, "image")
            docker = _child(item, "docker")
            builds = [key for key in ("jib", "ko", "bazel", "buildpacks", "custom", "kaniko") if _child(item, key)]
            if isinstance(image, Scalar) and (docker or not builds):
                context = inside(posixpath.dirname(path), _text(item, "context") or ".")
                file = inside(context, _text(docker, "dockerfile") or "Dockerfile")
                arguments = _pairs(_child(docker, "buildArgs"))
                name = repository_of(image.value)
                yield RecipeFact(name, file, context, _text(docker, "target"), arguments, image.span)


def workflow_recipes(documents: Iterable[Document]) -> Iterator[RecipeFact]:
    """The images that a workflow builds with docker/build-push-action, by the literal parts of their tags."""
    for document in documents:
        jobs = _child(document.root, "jobs")
        for _, job in jobs.items() if isinstance(jobs, Mapping) else ():
            known = {**_texts(_child(document.root, "env")), **_texts(_child(job, "env"))}
            for step in _items(_child(job, "steps")):
                given = _child(step, "with")
                if "/build-push-action@" in _text(step, "uses") and given is not None:
                    yield from _pushed(given, known)


def _pushed(given: Node, known: dict[str, str]) -> Iterator[RecipeFact]:
    def read(key: str) -> str:
        return _VARIABLE.sub(lambda match: known.get(match[1], match[0]), _text(given, key))

    context, file, target = read("context") or ".", read("file"), read("target")
    tags = _child(given, "tags")
    if tags is None or "${{" in context + file + target:
        return
    folder = inside("", context)
    dockerfile = inside("", file) if file else inside(folder, "Dockerfile")
    pairs = (line.partition("=") for line in read("build-args").splitlines())
    arguments = {name.strip(): _certain(value) for name, equals, value in pairs if equals}
    for match in _TAG.finditer(_EXPRESSION.sub(ANYTHING, read("tags"))):
        name = repository_of(match[0])
        if name.rpartition("/")[2].strip(ANYTHING):
            yield RecipeFact(name, dockerfile, folder, target, arguments, tags.span)


def bake_recipes(text: Text) -> Iterator[RecipeFact]:
    """The targets of a bake file; variables have their defaults, and functions are only known when it runs."""
    found = blocks(text)
    defaults = {block.name: block.text("default") for block in found if block.kind == "variable"}
    targets = {block.name: block for block in found if block.kind == "target"}
    for block in targets.values():
        context = inside(posixpath.dirname(text.path), _inherited(block, targets, "context") or ".")
        file = inside(context, _inherited(block, targets, "dockerfile") or "Dockerfile")
        stage = _inherited(block, targets, "target")
        for tag in block.texts("tags"):
            name = repository_of(_EXPRESSION.sub(lambda match: defaults.get(match[0][2:-1].strip()) or ANYTHING, tag))
            if name.rpartition("/")[2].strip(ANYTHING):
                yield RecipeFact(name, file, context, stage, None, block.span)


def _inherited(block: Block, targets: dict[str, Block], key: str, depth: int = 0) -> str:
    own = block.text(key)
    if own or depth > 10:
        return own
    bases = (targets[name] for name in reversed(block.texts("inherits")) if name in targets)
    return next((text for base in bases if (text := _inherited(base, targets, key, depth + 1))), "")


def inside(folder: str, path: str) -> str:
    """A path from a folder on; what leads out of the repository leads nowhere."""
    whole = posixpath.normpath(posixpath.join(folder or ".", path))
    return "" if whole == "." else whole


def _child(node: Node | None, *keys: str) -> Node | None:
    for key in keys:
        node = node.get(key) if isinstance(node, Mapping) else None
    return node


def _text(node: Node | None, key: str) -> str:
    found = _child(node, key)
    return found.value if isinstance(found, Scalar) else ""


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Sequence) else ()


def _pairs(node: Node | None) -> BuildArguments:
    pairs = node.items() if isinstance(node, Mapping) else ()
    return {key.value: _certain(value.value) for key, value in pairs if isinstance(value, Scalar)}


def _texts(node: Node | None) -> dict[str, str]:
    """The literal variables of a workflow."""
    pairs = node.items() if isinstance(node, Mapping) else ()
    return {key.value: value.value for key, value in pairs if isinstance(value, Scalar) and "${{" not in value.value}


def _certain(text: str) -> str | Unknown:
    if "{{" in text:
        return Unknown(f"{text.strip()} is only known when the image is built")
    return text.strip()
