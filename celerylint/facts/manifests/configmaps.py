"""The ConfigMaps that containers read, and the Secrets that a build generates."""

from __future__ import annotations

from collections.abc import Mapping as Table
from dataclasses import dataclass

from celerylint.facts.manifests.placeholders import placeholder, why_unknown
from celerylint.facts.manifests.reading import Reader, as_written, entries, filled_in, scalar_text
from celerylint.origin import Span, Value, unknown
from celerylint.sources.yaml import Mapping, Node, Unresolved


@dataclass(frozen=True, slots=True)
class ConfigMapFact:
    """A ConfigMap's texts with their places; `incomplete` says why it may hold more, empty where it does not."""

    kind: str  # ConfigMap, or Secret
    name: str
    namespace: str
    data: Table[str, Value[str]]
    incomplete: str
    span: Span
    rendering: str = ""  # of a chart or a kustomization


def config_map(reader: Reader, name: str, namespace: str, document: Mapping, span: Span) -> ConfigMapFact:
    """A ConfigMap's `data`, or the `stringData` of a generated Secret; what is no text is left out with a problem."""
    kind = scalar_text(document.get("kind")) or "ConfigMap"
    data: dict[str, Value[str]] = {}
    for key, value in entries(reader.mapping(document, "stringData" if kind == "Secret" else "data")):
        text = scalar_text(value)
        if isinstance(value, Unresolved):
            data[key.value] = unknown(value.reason, value.span)
        elif text is None:
            reader.problem(value.span, f"{key.value} of a {kind} must be a text")
        else:
            reader.wants_text(value, f"{key.value} of a {kind}")
            data[key.value] = _value(text, value)
    open_ended = filled_in(reader.child(document, "stringData" if kind == "Secret" else "data"))
    return ConfigMapFact(kind, name, namespace, data, open_ended, span)


def _value(text: str, node: Node) -> Value[str]:
    found = placeholder(text)
    if found.startswith(("{{", "${")):  # a chart or another tool fills it in
        return unknown(why_unknown(found), node.span, node.via)
    return as_written(text, node)
