"""A rendered manifest whose places are those of the template, so that whoever reads it speaks of the template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from celerylint.origin import Origin, Span
from celerylint.sources.helm.functions import Tokens
from celerylint.sources.helm.marks import Run, run_at
from celerylint.sources.helm.plain.output import Doubt
from celerylint.sources.helm.provenance import Provenance
from celerylint.sources.helm.settled import Settling, UnsettledError
from celerylint.sources.text import Text
from celerylint.sources.yaml import Document, read


@dataclass(frozen=True, slots=True)
class Rendered(Text):
    """What a template became. `path` is the template's; `runs` say where each character was written."""

    runs: tuple[Run, ...] = ()
    sources: Mapping[str, Text] = field(default_factory=dict, repr=False)
    provenance: Provenance | None = field(default=None, repr=False)
    doubts: tuple[Doubt, ...] = ()
    forms: tuple[tuple[int, int], ...] = ()  # stretches that read as the engine's, and are not its text

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


@dataclass(frozen=True, slots=True)
class Reading:
    """The documents of a rendered manifest, and why others are left out."""

    documents: list[Document]
    gaps: tuple[str, ...]


def documents(rendered: Rendered, tokens: Tokens) -> Reading:
    """Read a rendered manifest; what is not certain in it is unresolved."""
    found, problems = read(rendered)
    settling = Settling(rendered, tokens, rendered.doubts, rendered.forms)
    kept: list[Document] = []
    gaps = [problem.message for problem in problems if problem.kind != "duplicate-key"]
    for document in found:
        try:
            kept.append(replace(document, root=settling.settled(document.root)))
        except UnsettledError as error:
            gaps.append(str(error))
    return Reading(kept, tuple(gaps))
