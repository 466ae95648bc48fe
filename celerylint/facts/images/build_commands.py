"""Which Dockerfile builds which image, by the commands `docker build` of makefiles, scripts and pipelines.

docker buildx build, podman build and nerdctl build take the same options (docs.docker.com, `docker buildx build`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from celerylint.facts.images.builders import ANYTHING, RecipeFact, inside, repository_of
from celerylint.facts.launch import Word, split
from celerylint.origin import Unknown
from celerylint.sources.text import Text

_BUILD = re.compile(r"\b(?:docker|podman|nerdctl)[ \t]+(?:(?:buildx|image)[ \t]+)?build(?=[ \t\\])")
_END = re.compile(r"(?<!\\)\n|&&|\|\||[;|]")
_QUIET = re.compile(r"[ \t]*(?:#|(?:echo|printf|print|log\w*)\b)")
_MOVES = re.compile(r"(?:^|[\s;&|('\"])(?:cd|pushd)[ \t]|working-?directory", re.IGNORECASE | re.MULTILINE)
_ASSIGNED = re.compile(r"^(?:export[ \t]+)?(\w+)[ \t]*[:?]?=[ \t]*[\"']?([\w./:@-]+)[\"']?[ \t]*$", re.MULTILINE)
_VARIABLE = re.compile(r"\$(?:\$?\{(\w+)(?::?-[^}]*)?\}|\((\w+)\)|(\w+)|\{\{.*?\}\}|\(.*?\)|\{.*?\})|\{\{.*?\}\}")
_FLAGS = frozenset(
    {"--push", "--load", "--pull", "--no-cache", "-q", "--quiet", "--rm", "--force-rm", "--squash", "-D"}
)
_SHORT = {"-t": "tag", "-f": "file"}


@dataclass(slots=True)
class _Command:
    """The words of one command, as far as they matter."""

    tags: list[Word] = field(default_factory=list)
    file: Word | None = None
    target: Word | None = None
    context: Word | None = None
    arguments: dict[str, str | Unknown] = field(default_factory=dict)


def command_recipes(text: Text, folders: Sequence[str], exists: Callable[[str], bool]) -> Iterator[RecipeFact]:
    """The images that the commands of a file build; `folders` are where the file may be run.

    A command says nothing where the file goes to other folders, or where more than one of `folders` would do.
    """
    makefile = text.path.rpartition("/")[2].lower().endswith(("makefile", ".mk"))
    for match in _BUILD.finditer(text.text):
        begin = text.text.rfind("\n", 0, match.start()) + 1
        before = text.text[begin : match.start()] if makefile else text.text
        if _QUIET.match(text.text, begin) or _MOVES.search(before):
            continue
        end = _END.search(text.text, match.end())
        stop = end.start() if end else len(text.text)
        yield from _recipes(text, _read(text, match.end(), stop), folders, exists)


def _read(text: Text, start: int, stop: int) -> _Command:
    """The options of a command and its last word, the build context."""
    line = text.text[start:stop]
    for quote in "\"'":  # one that is opened in front of the command ends it
        line = line[: line.rindex(quote)] if line.count(quote) % 2 else line
    words = split(line, lambda low, high: text.span(start + low, start + high))
    found = _Command()
    at = 0
    while at < len(words):
        word = words[at]
        name, equals, _ = word.text.partition("=")
        if not name.startswith("-"):
            found.context = word
        elif name not in _FLAGS:
            value = word.behind(len(name) + 1) if equals else words[at + 1] if at + 1 < len(words) else None
            if value is not None:
                _option(found, _SHORT.get(name, name.lstrip("-")), value)
            at += 0 if equals else 1
        at += 1
    return found


def _option(found: _Command, name: str, value: Word) -> None:
    if name == "tag":
        found.tags.append(value)
    elif name == "file":
        found.file = value
    elif name == "target":
        found.target = value
    elif name == "build-arg":
        key, equals, given = value.text.partition("=")
        unclear = not equals or "$" in given
        found.arguments[key] = Unknown(f"{value.text} is only known when the image is built") if unclear else given


def _recipes(
    text: Text, found: _Command, folders: Sequence[str], exists: Callable[[str], bool]
) -> Iterator[RecipeFact]:
    known = _literals(text)
    context, file, target = (_filled(word, known) for word in (found.context, found.file, found.target))
    if found.context is None or ANYTHING in context + file + target or "-" in (context, file) or "://" in context:
        return
    places = {
        (inside(folder, file) if file else inside(inside(folder, context), "Dockerfile"), inside(folder, context))
        for folder in folders
    }
    there = [place for place in sorted(places) if exists(place[0])]
    if len(there) != 1:
        return
    dockerfile, base = there[0]
    for tag in found.tags:
        name = repository_of(_filled(tag, known))
        if name.rpartition("/")[2].strip(ANYTHING):
            yield RecipeFact(name, dockerfile, base, target, found.arguments, tag.span)


def _literals(text: Text) -> Mapping[str, str]:
    """The variables that the file gives one plain value."""
    found: dict[str, set[str]] = {}
    for name, value in _ASSIGNED.findall(text.text):
        found.setdefault(name, set()).add(value)
    return {name: next(iter(values)) for name, values in found.items() if len(values) == 1}


def _filled(word: Word | None, known: Mapping[str, str]) -> str:
    """The text with the variables that are known; `*` stands for what is not."""

    def value(match: re.Match[str]) -> str:
        return known.get(match[1] or match[2] or match[3] or "", ANYTHING)

    return _VARIABLE.sub(value, word.text) if word else ""
