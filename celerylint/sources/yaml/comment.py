"""The comments of a YAML file; a `#` in a scalar is none."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from celerylint.sources.text import Text
from celerylint.sources.yaml.documents import readings
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
    scalars = sorted(_stretches(text, reading))
    lines = ((text.position(start)[0], text.position(end)[0]) for start, end in _whole_scalars(text, reading))
    return Remarks(_outside(text, scalars), [(first, last) for first, last in lines if first < last])


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


def _scalars(root: Node | None, source: str) -> Iterator[tuple[int, int]]:
    """The stretches of a document in which `#` is text."""
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
            start = body(source, node.start)
            if node.style in ("|", ">"):
                start = header_end(source, start)
            yield start, max(start, node.end)
