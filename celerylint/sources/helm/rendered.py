"""A rendered manifest whose places are those of the template, so that whoever reads it speaks of the template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from celerylint.origin import Origin, Span
from celerylint.sources.helm.functions import TOKEN, Tokens
from celerylint.sources.helm.marks import Run, run_at
from celerylint.sources.helm.provenance import Provenance
from celerylint.sources.text import Text
from celerylint.sources.yaml import Document, Node, Scalar, Sequence, read
from celerylint.sources.yaml import Mapping as Map


@dataclass(frozen=True, slots=True)
class Rendered(Text):
    """What a template became. `path` is the template's; `runs` say where each character was written."""

    runs: tuple[Run, ...] = ()
    sources: Mapping[str, Text] = field(default_factory=dict, repr=False)
    provenance: Provenance | None = field(default=None, repr=False)

    def span(self, start: int, end: int) -> Span:
        """The stretch of the template that wrote the characters; of several files, the first one's."""
        first, last = self._written(start), self._written(max(start, end - 1))
        if first is None:
            return Span.of_line(self.path)
        begin = self._offset(first, start)[0]
        finish = self._offset(last, max(start, end - 1))[1] if last and last.mark.path == first.mark.path else begin
        if end <= start:
            finish = begin
        return self.sources[first.mark.path].span(begin, max(begin, finish))

    def via(self, start: int, end: int) -> tuple[Origin, ...]:
        """The values that the template wrote there."""
        return tuple(dict.fromkeys(origin for _, origin in self.fills(start, end)))

    def fills(self, start: int, end: int) -> tuple[tuple[Span, Origin], ...]:
        """The same, each with the action that wrote it."""
        found = self.provenance.origins(start, end) if self.provenance else ()
        return tuple((self.sources[run.mark.path].span(run.mark.start, run.mark.end), origin) for run, origin in found)

    def _written(self, offset: int) -> Run | None:
        run = run_at(self.runs, offset) or next(iter(self.runs), None)
        return run if run and run.mark.path in self.sources else None

    def _offset(self, run: Run, offset: int) -> tuple[int, int]:
        """Where a character stands in the template: start and end. What an action writes stands where it does."""
        mark = run.mark
        if mark.action:
            return mark.start, mark.end
        source = self.sources[mark.path].text
        newline = source.find("\n", mark.start)
        at = min(mark.start + max(offset - run.at, 0), newline if newline >= 0 else len(source))
        return at, at + 1


def documents(rendered: Rendered, tokens: Tokens) -> list[Document]:
    """The documents of a rendered manifest; a token in a value shows the action that it stands for."""
    found, _ = read(rendered)
    if TOKEN.search(rendered.text):
        for document in found:
            _restore(document.root, tokens)
    return found


def _restore(root: Node | None, tokens: Tokens) -> None:
    pending = [root] if root else []
    while pending:
        node = pending.pop()
        if isinstance(node, Map):
            pending += [part for pair in node.pairs for part in pair]
        elif isinstance(node, Sequence):
            pending += node.items
        elif isinstance(node, Scalar) and TOKEN.search(node.value):
            node.value = tokens.restored(node.value)
            node.plain = False
