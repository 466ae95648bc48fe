"""What is wrong with a YAML file, in the words of the one who wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from celerylint.origin import Span

Kind = Literal["syntax", "depth", "alias-bomb", "duplicate-key", "too-large"]


@dataclass(frozen=True, slots=True)
class YamlProblem:
    """A place that is no good YAML: what was read, and what to do."""

    span: Span
    message: str
    kind: Kind


# What libyaml and PyYAML say (a part of it) → what to do. The first that fits wins.
_ADVICE = (
    (
        "mapping values are not allowed",
        "a `:` stands where no key can be: quote the value, or correct the indentation",
    ),
    ("could not find expected ':'", "a key without its `:`: add it, or correct the indentation"),
    ("did not find expected key", "this does not continue the mapping above: correct the indentation or a quote"),
    ("expected <block end>", "this does not continue the block above: correct the indentation or a quote"),
    ("did not find expected '-' indicator", "this does not continue the list above: correct the indentation"),
    ("found undefined tag handle", "this tag's prefix is declared nowhere: declare it with %TAG, or drop it"),
    ("found incompatible YAML document", "this is no YAML 1.x: drop the %YAML line"),
    ("found duplicate %YAML directive", "%YAML is written twice: drop one"),
    ("expected <document start>", "this does not belong to the document above: start a new one with `---`"),
    ("block sequence entries are not allowed", "a list's `-` cannot stand here: start it on a line of its own"),
    ("block mapping", "the mapping does not go on here: correct the indentation or a quote"),
)
_UNCLOSED = {
    "found unexpected end of stream": "the quote that opens here is never closed: close it",
    "found unexpected document indicator": "the quote that opens here is not closed before `---`: close it",
    "or ']'": "the `[` that opens here is not closed, or a comma is missing: close it",
    "or '}'": "the `{` that opens here is not closed, or a comma is missing: close it",
}
_START = {
    "\t": "a tab stands in the indentation, and YAML allows only spaces there: replace it",
    "%": "a value cannot start with `%`: quote it",
    "@": "a value cannot start with `@`: quote it",
    "`": "a value cannot start with a backquote: quote it",
}


def in_words(problem: str, context: str, character: str) -> tuple[str, bool]:
    """The message for a parser's error at `character`, and whether it is about where the context began."""
    for part, message in _UNCLOSED.items():
        if part in problem:
            return message, True
    if "cannot start any token" in problem and character in _START:
        return _START[character], False
    for part, message in _ADVICE:
        if part in problem:
            return message, False
    said = ", ".join(filter(None, (context, problem))) or "the parser gives no reason"
    return f"this is no YAML ({said}): correct it", False
