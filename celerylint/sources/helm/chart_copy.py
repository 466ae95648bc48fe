"""A copy of a chart for the engine: in a folder of its own, without links, schemas and lock files."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from celerylint.sources.helm.functions import Tokens, lenient, steady
from celerylint.sources.helm.marks import Change, Marks, marked, plain
from celerylint.sources.helm.named import deciding, name_of
from celerylint.sources.helm.template import Part, TemplateError, definitions, parts
from celerylint.sources.helm.wrapper import Chunk, wrapped
from celerylint.sources.text import Text

# Schemas may name addresses that the engine would ask; a lock file speaks of dependencies that are not there.
_LEFT_OUT = frozenset({"values.schema.json", "Chart.lock", "requirements.lock"})
_TEMPLATE = re.compile(r"(?:charts/[^/]+/)*templates/(?:.*/)?(?P<name>[^/]+)")
_SEVERAL_LINES = re.compile(r"(?<![\w.$])(?:n?indent|toYaml(?:Pretty)?|template)\b")
_ABSENT = "templates/_celerylint.tpl"
LARGEST = 2 * 1024**2  # bytes of one file that is no packed chart
ALTOGETHER = 64 * 1024**2  # bytes of a chart
MOST_FILES = 3000


@dataclass(frozen=True, slots=True)
class ChartFile:
    """A file of a chart: its place in the repository, and what it holds."""

    path: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Template:
    """A template that can be taken apart."""

    number: int
    text: Text
    parts: tuple[Part, ...]
    partial: bool  # only its definitions count


@dataclass(frozen=True, slots=True)
class Mode:
    """How a copy differs from the chart."""

    lenient: bool = False  # goes on where the chart refuses to
    blank: frozenset[str] = frozenset()  # templates that are left out, but for their definitions
    opaque: frozenset[str] = frozenset()  # bodies of actions that fail: a token stands for what they write
    absent: frozenset[str] = frozenset()  # named templates of charts that are not there: a token stands for their text
    marks: str = ""  # `keys`, `all`, `top` or none: see marks


@dataclass
class ChartCopy:
    """A chart's files by their path in it, with paths of templates in the repository."""

    files: Mapping[str, ChartFile]
    tokens: Tokens = field(default_factory=Tokens)
    prepare: Callable[[str], str] = str  # what becomes of every action's body before all else
    marks: Marks = field(default_factory=Marks)
    templates: dict[str, Template] = field(default_factory=dict)
    _written: dict[str, Mapping[str, bytes]] = field(default_factory=dict)
    _made: dict[tuple[str, Mode], bytes] = field(default_factory=dict)  # of every template in every mode

    def __post_init__(self) -> None:
        for number, (name, file) in enumerate(sorted(self.files.items())):
            if template := _template(number, name, file):
                self.templates[name] = template

    @cached_property
    def deciding(self) -> frozenset[str]:
        """The named templates that conditions depend on."""
        return deciding(template.parts for template in self.templates.values())

    @property
    def by_number(self) -> dict[int, Template]:
        """The templates by the numbers that their output carries."""
        return {template.number: template for template in self.templates.values()}

    def write(self, folder: Path, mode: Mode) -> None:
        """Bring a folder to this mode. Raises OSError."""
        before = self._written.get(str(folder), {})
        wanted = self._contents(mode)
        for name, data in wanted.items():
            if before.get(name) != data:
                place = folder / name
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(data)
        self._written[str(folder)] = wanted

    def _contents(self, mode: Mode) -> Mapping[str, bytes]:
        contents = {}
        for name, file in self.files.items():
            template = self.templates.get(name)
            contents[name] = self._made_in(name, template, mode) if template else file.data
        if mode.absent:
            contents[_ABSENT] = "".join(map(self._stand_in, sorted(mode.absent))).encode()
        return contents

    def _stand_in(self, name: str) -> str:
        token = self.tokens.make(f'include "{name}" …')
        return f'{{{{ define "{name}" }}}}{token}{{{{ end }}}}'

    def _made_in(self, name: str, template: Template, mode: Mode) -> bytes:
        own = replace(mode, blank=mode.blank & {name}, absent=frozenset())
        if (name, own) not in self._made:
            self._made[name, own] = "".join(text for _, text in self._chunks(name, template, own)).encode()
        return self._made[name, own]

    def part_at(self, name: str, mode: Mode, line: int, column: int) -> int:
        """The index of the part that stands at a place of the copy (from 1, in bytes from 0); -1 for none."""
        at = 0
        chunks = self._chunks(name, self.templates[name], mode)
        lines = "".join(text for _, text in chunks).encode().split(b"\n")
        wanted = sum(len(each) + 1 for each in lines[: line - 1]) + column
        for index, text in chunks:
            at += len(text.encode())
            if wanted < at:
                return index
        return -1

    def may_be_opaque(self, name: str, index: int) -> bool:
        """Whether a token may stand for what an action writes: within a line, and asked for by no condition."""
        template = self.templates[name]
        part = template.parts[index]
        return part.writes and not _SEVERAL_LINES.search(part.body) and part.start not in self._firm(template.parts)

    def _chunks(self, name: str, template: Template, mode: Mode) -> list[Chunk]:
        change = self._change(mode, template.parts)
        if mode.marks:
            pieces = marked(template.text.path, template.parts, change, self.marks, mode.marks)
        else:
            pieces = plain(template.parts, change)
        if template.partial:
            return list(enumerate(pieces))
        return wrapped(template.parts, pieces, template.number, name in mode.blank)

    def _change(self, mode: Mode, found: tuple[Part, ...]) -> Change:
        firm = self._firm(found) if mode.lenient else frozenset()

        def change(part: Part) -> str:
            if part.body in mode.opaque and part.writes and part.start not in firm:
                return f'"{self.tokens.make(part.body)}"'
            body = steady(self.prepare(part.body), self.tokens)
            return lenient(body, part.writes and part.start not in firm, self.tokens) if mode.lenient else body

        return change

    def _firm(self, found: tuple[Part, ...]) -> frozenset[int]:
        """Where the actions start whose text a condition may ask for."""
        asked = [span for span in definitions(found) if name_of(found[span[0]].body) in self.deciding]
        return frozenset(part.start for first, last in asked for part in found[first : last + 1])


def wanted(name: str) -> bool:
    """Whether a file of a chart, by its path in it, may matter to what is rendered."""
    last = name.rpartition("/")[2]
    return last not in _LEFT_OUT and last != "NOTES.txt" and not name.startswith(("crds/", "ci/"))


def _template(number: int, name: str, file: ChartFile) -> Template | None:
    """A template's parts; None for other files, and for what the engine would not parse either."""
    match = _TEMPLATE.fullmatch(name)
    if not match:
        return None
    try:
        source = file.data.decode()
        found = parts(source)
        definitions(found)
    except (UnicodeDecodeError, TemplateError):
        return None
    return Template(number, Text(file.path, source), found, match["name"].startswith("_"))
