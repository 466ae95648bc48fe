"""A chart as it would be rendered, as far as that can be told without an engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from celerylint.sources.helm.chart_copy import ChartCopy
from celerylint.sources.helm.engine import EngineError, Release
from celerylint.sources.helm.functions import Tokens
from celerylint.sources.helm.plain.execute import Execution, Named, Scope, Source, named_templates
from celerylint.sources.helm.plain.logic import RefusedError
from celerylint.sources.helm.plain.maps import SharedError, shared
from celerylint.sources.helm.plain.output import Output, TooMuchError
from celerylint.sources.helm.plain.values import Unknowable, merged, of_node, truth
from celerylint.sources.helm.provenance import Provenance
from celerylint.sources.helm.rendered import Rendered
from celerylint.sources.helm.rendering import Failure, Manifest, Rendering, Where, nowhere
from celerylint.sources.helm.template import TemplateError
from celerylint.sources.text import Text
from celerylint.sources.yaml import Node, mapping, read

_CHARTS = "charts/"


@dataclass(frozen=True, slots=True)
class _Chart:
    """A chart within the files: where it is, how it is called there, and its values."""

    folder: str  # `charts/redis/`, empty for the chart itself
    name: str
    instance: str  # the engine's name of its folder: shop/charts/alias
    head: Mapping[str, Any]
    values: Mapping[str, Any] | Unknowable

    @property
    def library(self) -> bool:
        """Whether only its named templates count."""
        return str(self.head.get("type")).lower() == "library"


@dataclass(slots=True)
class PlainReader:
    """Reads one chart with several sets of values."""

    copy: ChartCopy
    _sources: dict[str, Text] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._sources = {template.text.path: template.text for template in self.copy.templates.values()}

    @property
    def tokens(self) -> Tokens:
        """The actions that tokens in the manifests stand for."""
        return self.copy.tokens

    def render(self, values: Sequence[str], release: Release, where: Where = nowhere) -> Rendering:
        """What is known of the chart's manifests."""
        given: dict[str, Any] = {}
        for text in values:
            given = merged(given, _mapping(text))
        sources = {name: Source.of(each.text.path, each.parts) for name, each in self.copy.templates.items()}
        named: dict[str, Named] = {}
        for name in sorted(sources, key=lambda each: -each.count("/")):
            named |= dict(named_templates(sources[name]))
        manifests: list[Manifest] = []
        failures: list[Failure] = []
        execution = Execution(named, self.tokens)
        if any(name.startswith(_CHARTS) for name in self.copy.files):
            execution.uncertain = "the chart changes its values, which subcharts share"
        for instance, name, chart in self._order(given):
            template = self.copy.templates[name]
            try:
                manifests += self._manifest(execution, sources[name], chart, instance, release, where)
            except SharedError as error:
                raise EngineError(f"{error}; {self.tokens.advice}") from error
            except (RefusedError, TooMuchError, TemplateError, RecursionError) as error:
                failures.append(Failure(template.text.path, str(error)))
                execution.uncertain = f"the chart changes its values, and {template.text.path} is not followed"
        return Rendering(tuple(sorted(manifests, key=lambda each: each.name)), tuple(failures))

    def _order(self, given: Mapping[str, Any]) -> list[tuple[str, str, _Chart]]:
        """Every template that is rendered, deeper ones first (Helm, pkg/engine, sortTemplates)."""
        found = []
        for chart in self._charts(given):
            for name, template in self.copy.templates.items():
                if not (template.partial or chart.library) and name.startswith(f"{chart.folder}templates/"):
                    found.append((f"{chart.instance}/{name.removeprefix(chart.folder)}", name, chart))
        return sorted(found, key=lambda each: (each[0].count("/"), each[0]), reverse=True)

    def _manifest(
        self, execution: Execution, source: Source, chart: _Chart, instance: str, release: Release, where: Where
    ) -> Iterator[Manifest]:
        out = Output()
        dot = _root(chart, release, instance)
        execution.run(source, 0, len(source.parts), Scope(dot, [{"$": dot}]), out)
        if out.text.strip():
            runs = tuple(out.runs)
            provenance = Provenance(out.text, runs, where(instance, source.path))
            yield Manifest(
                instance,
                Rendered(source.path, out.text, runs, self._sources, provenance, tuple(out.doubts), tuple(out.forms)),
            )

    def _charts(self, given: Mapping[str, Any]) -> Iterator[_Chart]:
        """The chart, then its subcharts as far as its values switch them on."""
        head = self._head("")
        name = str(head.get("name", ""))
        values = merged(self._values(""), given)
        yield _Chart("", name, name, head, shared(values))
        yield from self._subcharts("", name, head, values)

    def _subcharts(
        self, folder: str, instance: str, head: Mapping[str, Any], values: Mapping[str, Any]
    ) -> Iterator[_Chart]:
        folders = self._folders(f"{folder}{_CHARTS}")
        listed = [each for each in head.get("dependencies") or [] if isinstance(each, dict)]
        names = {str(each.get("name")) for each in listed}
        entries = [*listed, *({"name": name} for name in folders if name not in names)]
        for entry in entries:
            inner = folders.get(str(entry.get("name")))
            if inner is None or not self._on(entry, values):
                continue
            alias = str(entry.get("alias") or entry.get("name"))
            own = self._given(inner, alias, values) if not entry.get("import-values") else Unknowable("imported values")
            below = self._head(inner)
            yield _Chart(inner, alias, f"{instance}/charts/{alias}", below, shared(own))
            if not isinstance(own, Unknowable):
                yield from self._subcharts(inner, f"{instance}/charts/{alias}", below, own)

    def _given(self, folder: str, alias: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """A subchart's values: its own below its parent's, and the parent's global ones over all."""
        above = values.get(alias)
        own = merged(self._values(folder), above if isinstance(above, dict) else {})
        shared = values.get("global")
        mine = own.get("global")
        if isinstance(shared, dict):
            own["global"] = merged(mine if isinstance(mine, dict) else {}, shared)
        return own

    def _on(self, entry: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
        """Whether a condition or a tag leaves a subchart in; the first condition that is a truth decides."""
        for path in str(entry.get("condition") or "").split(","):
            value: Any = values
            for step in filter(None, path.strip().split(".")):
                value = value.get(step) if isinstance(value, dict) else None
            if path.strip() and isinstance(value, bool):
                return value
        tags = values.get("tags")
        wanted = [tags[tag] for tag in entry.get("tags") or [] if isinstance(tags, dict) and tag in tags]
        return not wanted or any(truth(each) is True for each in wanted)

    def _folders(self, prefix: str) -> dict[str, str]:
        """The unpacked subcharts of a folder by their names."""
        found = {}
        for name in self.copy.files:
            inside, _, rest = name.removeprefix(prefix).partition("/") if name.startswith(prefix) else ("", "", "")
            if rest == "Chart.yaml":
                folder = f"{prefix}{inside}/"
                found[str(self._head(folder).get("name", inside))] = folder
        return found

    def _head(self, folder: str) -> dict[str, Any]:
        file = self.copy.files.get(f"{folder}Chart.yaml")
        return _mapping(file.data.decode(errors="replace")) if file else {}

    def _values(self, folder: str) -> dict[str, Any]:
        file = self.copy.files.get(f"{folder}values.yaml")
        return _mapping(file.data.decode(errors="replace")) if file else {}


def _mapping(text: str) -> dict[str, Any]:
    documents, _ = read(Text("", text))
    root: Node | None = next((mapping(document.root) for document in documents if document.root), None)
    found = of_node(root)
    return found if isinstance(found, dict) else {}


def _root(chart: _Chart, release: Release, instance: str) -> dict[str, Any]:
    """What a template sees as `$`."""
    unknown = Unknowable("only an engine knows it")
    texts = ("name", "version", "appVersion", "description", "type", "home", "icon")
    head = {key[0].upper() + key[1:]: chart.head.get(key, "") for key in texts}
    if isinstance(head["AppVersion"], float):
        head["AppVersion"] = unknown
    return {
        "Values": chart.values,
        "Chart": {**head, "Name": chart.name},
        "Release": {
            "Name": release.name,
            "Namespace": release.namespace,
            "Service": "Helm",
            "IsInstall": True,
            "IsUpgrade": False,
            "Revision": 1,
        },
        "Template": {"Name": instance, "BasePath": f"{chart.instance}/templates"},
        "Capabilities": unknown,
        "Files": unknown,
        "Subcharts": unknown,
    }
