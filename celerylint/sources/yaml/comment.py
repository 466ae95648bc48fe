"""The comments of a YAML file; a `#` in a scalar is none."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from celerylint.sources.comments import Remarks, merged
from celerylint.sources.text import Text
from celerylint.sources.yaml.documents import Reading, readings
from celerylint.sources.yaml.locate import body, header_end
from celerylint.sources.yaml.nodes import Mapping, Node, Scalar, Sequence

_COMMENT = re.compile(r"""(?<![^\s,\[\]{}'"])#[^\r\n]*""")


def comments(text: Text) -> dict[int, str]:
    """Line (from 1) → its comment, from `#` to the line's end, without trailing spaces.

    Within a document that cannot be read nothing is taken for a comment.
    """
    if "#" not in text.text:
        return {}
    reading = readings(text)
    return _outside(text, sorted((*reading.broken, *_stretches(text, reading))))


def remarks(text: Text) -> Remarks:
    """The same with the lines that one scalar takes, its header among them.

    In a document that cannot be read a `#` behind a space is taken for a comment all the same: somebody who
    marks such a document must be heard.
    """
    reading = readings(text)
    joined = (_lines(text, scalar) for root, _, _ in reading.documents for scalar in _scalars(root))
    return Remarks(_outside(text, sorted(_stretches(text, reading))), merged(joined))


def _outside(text: Text, opaque: list[tuple[int, int]]) -> dict[int, str]:
    """The comments outside of these stretches."""
    source = text.text
    found: dict[int, str] = {}
    match = _COMMENT.search(source)
    while match:
        behind = bisect_right(opaque, (match.start(), len(source)))
        end = opaque[behind - 1][1] if behind else 0
        if match.start() >= end:
            found[text.position(match.start())[0]] = match[0].rstrip()
            end = match.end()
        match = _COMMENT.search(source, end)
    return found


def _stretches(text: Text, reading: Reading) -> Iterator[tuple[int, int]]:
    """Where `#` is text, in offsets."""
    for root, _, _ in reading.documents:
        for scalar in _scalars(root):
            start = body(text.text, scalar.start)
            if scalar.style in ("|", ">"):
                start = header_end(text.text, start)
            yield start, max(start, scalar.end)


def _lines(text: Text, scalar: Scalar) -> tuple[int, int]:
    """First and last line of a scalar; the parser counts the empty lines below a block to it."""
    end = scalar.start + len(text.text[scalar.start : scalar.end].rstrip())
    return text.position(scalar.start)[0], text.position(end)[0]


def _scalars(root: Node | None) -> Iterator[Scalar]:
    """Every scalar of a document that is written where it stands."""
    pending = [root] if root else []
    while pending:
        node = pending.pop()
        if node.used_at is not None:
            continue
        if isinstance(node, Mapping):
            pending += [part for pair in node.pairs for part in pair]
        elif isinstance(node, Sequence):
            pending += node.items
        elif isinstance(node, Scalar):
            yield node
