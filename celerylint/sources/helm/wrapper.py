"""A template that renders into one line: the engine neither sorts, splits nor reads what the chart writes.

`helm template` reads the manifests before it prints them, and marks would confuse it. So everything that stands
outside of `define` becomes a named template of its own, and the file writes it in base64.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from celerylint.sources.helm.template import Part, definitions

_LINE = re.compile(r'^celerylint: "([0-9]+) (\S*) (\S*)"\r?$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Written:
    """What a template wrote: the number of its file, the name that the engine gives it, and the text."""

    number: int
    name: str  # chart/charts/alias/templates/file.yaml
    text: str


Chunk = tuple[int, str]  # the index of a part and its source; -1 for what stands around them


def wrapped(found: tuple[Part, ...], pieces: list[str], number: int, blank: bool = False) -> list[Chunk]:
    """The file, made of the parts' new sources; a blank one keeps its definitions alone."""
    named: set[int] = set()
    for first, last in definitions(found):
        named |= set(range(first, last + 1))
    kept = [(index, piece) for index, piece in enumerate(pieces) if index in named]
    if blank:
        return kept
    own = [(index, piece) for index, piece in enumerate(pieces) if index not in named]
    return [*kept, (-1, f'{{{{ define "celerylint:{number}" }}}}'), *own, (-1, _end(number))]


def _end(number: int) -> str:
    name, text = "{{ .Template.Name | b64enc }}", f'{{{{ include "celerylint:{number}" . | b64enc }}}}'
    head = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: celerylint\n"
    return f'{{{{ end }}}}{head}celerylint: "{number} {name} {text}"\n'


def unwrapped(output: str) -> Iterator[Written]:
    """What the files wrote, by the engine's output."""
    for match in _LINE.finditer(output):
        try:
            name, text = (base64.b64decode(part).decode(errors="replace") for part in match.groups()[1:])
        except binascii.Error:
            continue
        # Helm drops what text/template writes for nothing at the very end (pkg/engine, render).
        yield Written(int(match[1]), name, text.replace("<no value>", ""))
