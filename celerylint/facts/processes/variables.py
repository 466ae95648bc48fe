"""Files of variables as systemd reads them (EnvironmentFile=, systemd.exec): no shell, nothing is expanded."""

from __future__ import annotations

import re
from collections.abc import Iterator

from celerylint.facts.launch import Locate
from celerylint.facts.manifests.workloads import EnvironmentFact
from celerylint.origin import Layer, known

_LINE = re.compile(
    r"""^[ \t]*(?P<name>[A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*
    (?P<value>(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\\r?\n|\\.|[^\r\n'"\\])*)""",
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
_COMMENT = re.compile(r"^[ \t]*[#;].*$", re.MULTILINE)
_PIECES = re.compile(
    r"""'(?P<raw>[^']*)'|"(?P<quoted>(?:[^"\\]|\\.)*)"|\\\r?\n|\\(?P<escaped>.)|(?P<plain>[^'"\\]+)""", re.DOTALL
)
_ESCAPED = re.compile(r"\\(\r?\n|[\"\\`$])")


def variables_of(text: str, locate: Locate) -> Iterator[EnvironmentFact]:
    """The variables of a file, in order."""
    # A comment keeps its length, so that every offset stays what it is.
    source = _COMMENT.sub(lambda match: " " * len(match[0]), text)
    for match in _LINE.finditer(source):
        value = _value(match["value"])
        span = locate(*match.span("name"))
        place = locate(*match.span("value")) if match["value"] else span
        yield EnvironmentFact(match["name"], known(value, Layer.MANIFEST, place), span)


def _value(written: str) -> str:
    """A value without its quotes and escapes; blanks at the end of an unquoted one do not count."""
    parts: list[str] = []
    for match in _PIECES.finditer(written):
        if match["raw"] is not None:
            parts.append(match["raw"])
        elif match["quoted"] is not None:
            parts.append(_ESCAPED.sub(lambda found: "" if "\n" in found[1] else found[1], match["quoted"]))
        elif match["plain"] is not None:
            last = match.end() == len(written)
            parts.append(match["plain"].rstrip() if last else match["plain"])
        elif match["escaped"] is not None:
            parts.append(match["escaped"])
    return "".join(parts)
