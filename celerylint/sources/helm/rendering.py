"""One chart with one set of values, rendered: manifests with the places of their templates, and what went wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from celerylint.sources.helm.chart_copy import ChartCopy, Mode, Template
from celerylint.sources.helm.engine import Engine, EngineError, EngineStoppedError, Release
from celerylint.sources.helm.functions import Tokens
from celerylint.sources.helm.marks import Run, same
from celerylint.sources.helm.provenance import Provenance
from celerylint.sources.helm.rendered import Rendered
from celerylint.sources.helm.undecided import undecided
from celerylint.sources.helm.values import Values
from celerylint.sources.helm.wrapper import Written, unwrapped

ATTEMPTS = 60  # renderings before a chart is given up
_PLACE = re.compile(
    r"(?P<chart>[\w.-]+(?:/charts/[\w.-]+)*)/(?P<template>templates/[^\s:\"'<>()]+):(?P<line>[0-9]+)(?::(?P<column>[0-9]+))?"
)
# An action that writes a named template's text as it is.
_PASSES = re.compile(r'(?:include|template)\s+"[^"]+"\s+[$.()\w\s"]+(?:\|\s*(?:n?indent\s+[0-9]+|trim)\s*)*')
_ABSENT = re.compile(r'no template "([^"\n]+)" associated with')
_DECIDES = "it decides by a value that only the machine that deploys knows:"
_TRACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Failure:
    """A template that cannot be rendered with these values; `path` is in the repository."""

    path: str
    message: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one template wrote; `name` is the engine's, which tells the subchart by its alias."""

    name: str
    text: Rendered


@dataclass(frozen=True, slots=True)
class Rendering:
    """The manifests of a chart by the names that the engine gives them."""

    manifests: tuple[Manifest, ...]
    failures: tuple[Failure, ...] = ()
    gaps: tuple[Failure, ...] = ()  # templates that are rendered but for an action


Where = Callable[[str, str], Values]  # from the engine's name of a template and its path


def nowhere(name: str, path: str) -> Values:
    """No values file is known."""
    return Values(())


class Renderer:
    """Renders one chart with several sets of values. Never writes anywhere but into its own folder."""

    def __init__(self, engine: Engine, copy: ChartCopy, folder: Path) -> None:
        self._engine = engine
        self._copy = copy
        self._folder = folder
        self._first = Mode()  # what a chart refuses with one set of values it mostly refuses with the others
        self._sources = {template.text.path: template.text for template in copy.templates.values()}

    @property
    def tokens(self) -> Tokens:
        """The actions that tokens in the manifests stand for."""
        return self._copy.tokens

    def render(self, values: Sequence[str], release: Release, where: Where = nowhere) -> Rendering:
        """What the chart becomes; `where` tells where a template's values are written.

        Raises EngineError where nothing of it can be rendered, and OSError.
        """
        open_ends = undecided(self._copy.templates, values)
        mode = replace(self._first, blank=frozenset(open_ends))
        failures = [Failure(self._path(name), f"{_DECIDES} {value}") for name, value in sorted(open_ends.items())]
        gaps: list[Failure] = []
        for _ in range(ATTEMPTS):
            try:
                written = self._written("plain", mode, values, release)
            except EngineStoppedError:
                raise
            except EngineError as error:
                mode = self._next(error, mode, failures, gaps)
            else:
                manifests = tuple(self._placed(written, mode, values, release, where))
                return Rendering(manifests, tuple(failures), tuple(gaps))
        raise EngineError(f"too many of its templates fail: {failures[-1].message if failures else ''}")

    def _next(self, error: EngineError, mode: Mode, failures: list[Failure], gaps: list[Failure]) -> Mode:
        """How to go on after an error: without refusals, without what is not there, without the template. Raises it."""
        absent = _ABSENT.search(str(error))
        if absent and absent[1] not in mode.absent and absent[1] not in self._copy.deciding:
            self._first = replace(self._first, absent=self._first.absent | {absent[1]})
            return replace(mode, absent=mode.absent | {absent[1]})
        if not mode.lenient:
            self._first = replace(self._first, lenient=True)
            return replace(mode, lenient=True)
        failing = self._failing_action(str(error), mode)
        found = self._failure(str(error), mode)
        if failing and failing not in mode.opaque:
            gaps += [found[1]] if found else []
            return replace(mode, opaque=mode.opaque | {failing})
        if found is None:
            raise error
        failures.append(found[1])
        return replace(mode, blank=mode.blank | {found[0]})

    def _path(self, name: str) -> str:
        return self._copy.templates[name].text.path

    def _written(self, kind: str, mode: Mode, values: Sequence[str], release: Release) -> dict[str, Written]:
        chart = self._folder / kind
        self._copy.write(chart, mode)
        return {each.name: each for each in unwrapped(self._engine.render(chart, values, release))}

    def _failing_action(self, message: str, mode: Mode) -> str:
        """The body of the action that fails, from the file inwards as far as others only pass its text on."""
        body = ""
        for match in _PLACE.finditer(message):
            name = next(self._named(match["chart"], match["template"]), "")
            if not name:
                return ""
            index = self._copy.part_at(name, mode, int(match["line"]), int(match["column"] or 0))
            if index < 0:
                continue  # what stands around a file
            part = self._copy.templates[name].parts[index]
            passes = part.writes and _PASSES.fullmatch(part.body)
            if not passes:
                return part.body if self._copy.may_be_opaque(name, index) else body
            body = part.body if self._copy.may_be_opaque(name, index) else ""
        return body

    def _named(self, chart: str, template: str) -> Iterator[str]:
        """The files that the engine may mean: the subchart's own first."""
        subchart = f"/{chart.rpartition('/')[2]}/"
        named = [name for name in self._copy.templates if name.endswith(template)]
        return iter(sorted(named, key=lambda each: (subchart not in each, each.count("/"))))

    def _failure(self, message: str, mode: Mode) -> tuple[str, Failure] | None:
        """The template that a message is about, where it can be left out."""
        for match in _PLACE.finditer(message):
            for name in self._named(match["chart"], match["template"]):
                template = self._copy.templates[name]
                if not template.partial and name not in mode.blank:
                    return name, Failure(template.text.path, in_words(message))
        return None

    def _placed(
        self, written: dict[str, Written], mode: Mode, values: Sequence[str], release: Release, where: Where
    ) -> Iterator[Manifest]:
        """The manifests with places: by the marks that tell most and change nothing, or by the template alone."""
        runs: dict[str, tuple[Run, ...]] = {}
        for marks in ("keys", "all", "top"):
            if len(runs) < len(written):
                runs = self._runs(written, replace(mode, marks=marks), values, release) | runs
        templates = self._copy.by_number
        for name, each in sorted(written.items()):
            if each.text.strip():
                template: Template = templates[each.number]
                own = runs.get(name, ())
                provenance = Provenance(each.text, own, where(name, template.text.path))
                text = Rendered(template.text.path, each.text, own, self._sources, provenance)
                yield Manifest(name, text)

    def _runs(
        self, written: dict[str, Written], mode: Mode, values: Sequence[str], release: Release
    ) -> dict[str, tuple[Run, ...]]:
        try:
            with_marks = self._written(mode.marks, mode, values, release)
        except EngineError:
            return {}
        runs = {}
        for name, each in written.items():
            text, found = self._copy.marks.read(with_marks[name].text) if name in with_marks else ("", ())
            if same(text, each.text):
                runs[name] = found
        return runs


def in_words(message: str) -> str:
    """The engine's message in one line: where it ends is what is wrong."""
    return _TRACE.sub(" ", message).strip()[-500:]
