"""What an image starts, and what stands in it, as far as its Dockerfile says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from celerylint.facts.images.command import CommandFact
from celerylint.facts.images.dockerfile import Heredoc
from celerylint.facts.launch import Word
from celerylint.origin import Layer, Span, Unknown, Value, known, unknown

_NO_FOLDER = "the folder that the image it builds from works in is not known"


@dataclass(frozen=True, slots=True)
class CopyFact:
    """One COPY or ADD. `sources` are paths in the build context, or in the `image` that it copies from.

    `folder`: the destination is one, so that a file keeps its name. `texts` are files that stand in the Dockerfile.
    """

    sources: tuple[str, ...]
    destination: str
    folder: bool
    span: Span
    image: ImageFact | Unknown | None = None  # None: the build context
    texts: tuple[Heredoc, ...] = ()


@dataclass(frozen=True, slots=True)
class HealthcheckFact:
    """HEALTHCHECK: its command, and its options as written. No command: NONE."""

    command: CommandFact | None
    options: tuple[tuple[str, str], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ImageFact:
    """What one stage makes. What is None is not written, here or in a stage below."""

    path: str
    name: str  # of the stage; empty where it has none
    span: Span  # of its FROM
    base: Value[str | None]  # the image that all of it is built from; None for scratch
    environment: Mapping[str, Value[str]] = field(default_factory=dict)
    entrypoint: CommandFact | None = None
    command: CommandFact | None = None
    directory: Value[str] = field(default_factory=lambda: unknown(_NO_FOLDER))
    copies: tuple[CopyFact, ...] = ()  # the last one counts
    stop_signal: Value[str | None] = field(default_factory=lambda: known(None, Layer.DEFAULT))
    user: Value[str | None] = field(default_factory=lambda: known(None, Layer.DEFAULT))
    healthcheck: HealthcheckFact | None = None
    shell: tuple[Word, ...] = ()
