"""A YAML file's documents, and what is wrong with it; never an exception."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import CollectionEndEvent, CollectionStartEvent, MappingStartEvent, StreamEndEvent
from yaml.reader import ReaderError

from celerylint.origin import Span
from celerylint.sources.text import Text
from celerylint.sources.yaml.compose import DEPTH, Composer, HaltError
from celerylint.sources.yaml.nodes import Node
from celerylint.sources.yaml.problem import YamlProblem, in_words

SIZE = 32 * 1024 * 1024  # characters; larger files are not read
_BROKEN = 100  # documents of one file that are given up before the file is

# libyaml refuses `"\\ud83d\\ude00"`, JSON's way to write one character; PyYAML's own parser does not.
_SURROGATES = "invalid Unicode character escape code"
_PATIENCE = 1024 * 1024  # characters that the parser which is fifteen times slower may be given

_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is absent from some builds of PyYAML
_NOT_YAML = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NEXT_DOCUMENT = re.compile(r"^---(?=\s|$)", re.MULTILINE)
_TEMPLATE = re.compile(r"(?<!\$)\{\{|\{%")


@dataclass(frozen=True, slots=True)
class Document:
    """One document; `root` is None for an empty one."""

    root: Node | None
    span: Span

    @property
    def line(self) -> int:
        """Where it starts, from 1."""
        return self.span.line


@dataclass(slots=True)
class Reading:
    """What a file gave: its documents (root, start, end), the stretches that were given up, the problems."""

    documents: list[tuple[Node | None, int, int]] = field(default_factory=list)
    broken: list[tuple[int, int]] = field(default_factory=list)
    problems: list[YamlProblem] = field(default_factory=list)


def read(text: Text) -> tuple[list[Document], list[YamlProblem]]:
    """Documents and problems, each in their order.

    A document that cannot be read is left out, and the others are kept: `---` at a line's start begins the
    next one. A consumer may recurse and may walk through aliases: no document is deeper than `DEPTH` levels
    nor larger than `EXPANDED` values (or ten times what is written) once its aliases are followed.
    """
    reading = readings(text)
    documents = [Document(root, _span(text, root, start)) for root, start, _ in reading.documents]
    return documents, sorted(reading.problems, key=lambda problem: problem.span)


def _span(text: Text, root: Node | None, start: int) -> Span:
    return root.span if root else text.span(start, start)


def readings(text: Text) -> Reading:
    """The same with offsets, as `comments` needs them."""
    reading = Reading()
    if len(text.text) > SIZE:
        message = f"the file has more than {SIZE:,} characters: celerylint does not read it"
        reading.problems.append(YamlProblem(Span.of_line(text.path), message, "too-large"))
        return reading
    try:
        _read_all(text, text.text, reading)
    except (ReaderError, UnicodeEncodeError):  # the parser gives up the whole file, and tells no place
        reading = Reading()
        _read_all(text, _NOT_YAML.sub("\ufffd", text.text), reading)
        _drop_unprintable(text, reading)
    return reading


def _read_all(text: Text, source: str, reading: Reading) -> None:
    base: int | None = 1 if source.startswith("\ufeff") else 0
    while base is not None:
        base = _read_from(text, source, base, reading)


def _read_from(text: Text, source: str, base: int, reading: Reading) -> int | None:
    """Reads from `base`; gives back where to go on behind a document that was given up."""
    rest = source[base:] if base else source
    composer, problem, final = _composed(text, rest, base, _FAST)
    if problem and _SURROGATES in problem.message and len(rest) <= _PATIENCE:
        # In JSON a tab never stands in a string, and PyYAML's own parser takes one nowhere else.
        spaced = rest.replace("\t", " ") if rest.lstrip()[:1] in ("{", "[") else rest
        second = _composed(text, spaced, base, yaml.SafeLoader)
        if second[1] is None or second[0].begun > composer.begun:
            composer, problem, final = second
    reading.documents += composer.documents
    reading.problems += composer.problems
    if problem is None:
        return None
    reading.problems.append(problem)
    found = _NEXT_DOCUMENT.search(source, max(composer.begun, base + 1))
    going_on = found is not None and not final and len(reading.broken) < _BROKEN
    after = found.start() if found and going_on else len(source)
    reading.broken.append((composer.begun, after))
    return after if going_on else None


def _composed(text: Text, source: str, base: int, loader: Any) -> tuple[Composer, YamlProblem | None, bool]:
    """One run of the parser, the problem that ended it, and whether the file is to be given up."""
    composer = Composer(text, base)
    parser = loader(source)
    try:
        composer.run(parser)
    except HaltError as halt:
        return composer, YamlProblem(text.span(halt.start, halt.end), halt.message, halt.kind), halt.final
    except (ReaderError, UnicodeEncodeError):
        raise
    except MarkedYAMLError as error:
        return composer, _syntax(text, base, error), False
    except (YAMLError, ValueError) as error:  # PyYAML's own parser, on an escape beyond Unicode
        message = f"this is no YAML ({error}): correct it"
        return composer, YamlProblem(text.span(composer.begun, composer.begun), message, "syntax"), False
    finally:
        parser.dispose()
    return composer, None, False


def _syntax(text: Text, base: int, error: MarkedYAMLError) -> YamlProblem:
    """The parser's error in the user's words, where it was seen or where what it is about began."""
    mark = error.problem_mark or error.context_mark
    at = min(base + mark.index, len(text.text)) if mark is not None else base
    message, at_context = in_words(error.problem or "", error.context or "", text.text[at : at + 1])
    if at_context and error.context_mark is not None:
        at = base + error.context_mark.index
    end = at + (text.text[at : at + 1] not in ("", "\r", "\n"))
    return YamlProblem(text.span(at, end), message, "syntax")


def _drop_unprintable(text: Text, reading: Reading) -> None:
    """Characters that YAML allows nowhere: their documents are given up, and the first of each is reported."""
    kept = []
    bad = []
    for document in reading.documents:
        found = _NOT_YAML.search(text.text, document[1], document[2])
        if found:
            bad.append(found)
            reading.broken.append(document[1:])
        else:
            kept.append(document)
    reading.documents = kept
    for match in bad or _NOT_YAML.finditer(text.text):
        message = f"the character U+{ord(match[0]):04X} stands here, and YAML allows it nowhere: remove it"
        reading.problems.append(YamlProblem(text.span(*match.span()), message, "syntax"))
        if not bad:
            return


def looks_like_template(text: str) -> bool:
    """Whether `{{ … }}` or `{% … %}` (Helm, Jinja) make this text something that is no YAML until rendered.

    Where they stand in quotes, in a block scalar or within a plain value the file is YAML all the same, and
    `${{ … }}` belongs to another tool. A file too large to be read is judged by the marks alone.
    """
    if not ("{{" in text or "{%" in text) or not _TEMPLATE.search(text):
        return False
    if len(text) > SIZE:
        return True
    try:
        return any(text.startswith("{{", start) for start in _flow_mappings(text))
    except (YAMLError, ValueError):
        return True


def _flow_mappings(text: str) -> Iterator[int]:
    """Where `{` begins a mapping: YAML takes a bare `{{ name }}` for a mapping as the key of another."""
    skipped = text.startswith("\ufeff")
    parser = _FAST(text[1:] if skipped else text)
    try:
        depth = 0
        while not isinstance(event := parser.get_event(), StreamEndEvent):
            depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
            if isinstance(event, MappingStartEvent) and event.flow_style and event.start_mark is not None:
                yield event.start_mark.index + skipped
            if depth > DEPTH:
                return
    finally:
        parser.dispose()
