"""The text of a page: its front matter and its body, and where in the file a value of the front matter stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from celerylint.page.error import ExpressionError, PageError, caret

LONGEST = 20_000  # characters of front matter; libyaml recurses over nested collections
_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)
_KEY = re.compile(r"^([A-Za-z][\w-]*)[ \t]*:", re.MULTILINE)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Source:
    """A page's path, its whole text, and the offsets where the front matter starts, ends, and the body starts."""

    path: str
    text: str
    start: int
    end: int
    body: int

    @property
    def body_text(self) -> str:
        """What follows the front matter."""
        return self.text[self.body :]

    @property
    def body_line(self) -> int:
        """The line on which the body starts."""
        return self.text.count("\n", 0, self.body) + 1

    def error(self, message: str, start: int = 0, end: int = 0) -> PageError:
        """An error at a stretch of the file, in character offsets."""
        line = self.text.count("\n", 0, start) + 1
        before = self.text.rfind("\n", 0, start) + 1
        content = self.text[before:].partition("\n")[0]
        column = start - before + 1
        return PageError(self.path, line, column, message, caret(content, column, max(end - start, 1)))

    def at_key(self, key: str, message: str) -> PageError:
        """An error at a key of the front matter, or at its first line where the key is missing."""
        found = re.compile(rf"^{re.escape(key)}[ \t]*:", re.MULTILINE).search(self.text, self.start, self.end)
        return self.error(message, found.start(), found.start() + len(key)) if found else self.error(message)

    def at_value(self, keys: tuple[str | int, ...], message: str) -> PageError:
        """An error at a value, such as `("parameters", "margin")` or `("because", 1)`."""
        node = self._node(keys)
        if node is None:
            return self.at_key(str(keys[0]), message)
        start = self.start + node.start_mark.index
        end = self.start + node.end_mark.index
        return self.error(message, start, min(end, _line_end(self.text, start)))

    def in_value(self, keys: tuple[str | int, ...], error: ExpressionError) -> PageError:
        """An error inside a text value: YAML may have folded it, so its letters are counted without white space."""
        node = self._node(keys)
        if node is None:
            return self.at_key(str(keys[0]), error.message)
        offset = self.start + node.start_mark.index
        end = self.start + node.end_mark.index
        if node.style in ("|", ">"):
            offset = _line_end(self.text, offset)
        start = _skip(self.text, offset, end, node.style, error.text[: error.start])
        width = error.end - error.start
        return self.error(error.message, start, min(start + width, _line_end(self.text, start)))

    def _node(self, keys: tuple[str | int, ...]) -> Any:
        node: Any = yaml.compose(self.text[self.start : self.end], Loader=_LOADER)
        for key in keys:
            if isinstance(node, yaml.MappingNode):
                node = next((value for name, value in node.value if name.value == key), None)
            elif isinstance(node, yaml.SequenceNode) and isinstance(key, int):
                node = node.value[key]
        return node


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return len(text) if end < 0 else end


def _skip(text: str, offset: int, end: int, style: str | None, before: str) -> int:
    """The offset in the file of the letter that follows `before` in the value."""
    left = sum(not letter.isspace() for letter in before) + (1 if style in ("'", '"') else 0)
    while offset < end and (left or text[offset].isspace()):
        left -= not text[offset].isspace()
        offset += 1
    return offset


def split(path: str, text: str) -> Source:
    """Find the front matter, which the lines `---` enclose. Raises PageError."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    first = _FENCE.match(text)
    if not first:
        raise Source(path, text, 0, 0, 0).error("a page starts with front matter between two lines `---`")
    second = _FENCE.search(text, first.end())
    if not second:
        raise Source(path, text, 0, 0, 0).error("the front matter is never closed by a line `---`", 0, 3)
    source = Source(path, text, first.end() + 1, second.start(), min(second.end() + 1, len(text)))
    if source.end - source.start > LONGEST:
        raise source.error(f"the front matter has more than {LONGEST} characters")
    return source


def front_matter(source: Source) -> dict[str, Any]:
    """The front matter as a mapping. Raises PageError where it is no YAML mapping or says a key twice."""
    try:
        data = yaml.load(source.text[source.start : source.end], Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        index = source.start + (error.problem_mark.index if error.problem_mark else 0)
        raise source.error(f"the front matter is no YAML: {error.problem}", index, index + 1) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise source.error("the front matter is no YAML") from None
    if not isinstance(data, dict):
        raise source.error("the front matter is no mapping", source.start, source.start + 1)
    _refuse_twice(source, data)
    return data


def _refuse_twice(source: Source, data: dict[str, Any]) -> None:
    written = [(found[1], found.start()) for found in _KEY.finditer(source.text, source.start, source.end)]
    if len(written) <= len(data):
        return
    seen: set[str] = set()
    for key, start in written:
        if key in seen:
            raise source.error(f"`{key}` is said twice", start, start + len(key))
        seen.add(key)
