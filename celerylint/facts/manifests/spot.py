"""Whether a pod asks for spot or preemptible nodes, or only puts up with them."""

from __future__ import annotations

from celerylint.facts.manifests.reading import Reader, entries, filled_in, scalar_text
from celerylint.origin import Layer, Span, Value, known, unknown
from celerylint.sources.yaml import Mapping, Node

# The cloud providers' and Karpenter's own node labels, which serve as taints too.
_LABELS = frozenset(
    {
        "cloud.google.com/gke-spot",
        "cloud.google.com/gke-preemptible",
        "cloud.google.com/gke-provisioning",
        "eks.amazonaws.com/capacityType",
        "karpenter.sh/capacity-type",
        "kubernetes.azure.com/scalesetpriority",
        "node.kubernetes.io/lifecycle",
        "spotinst.io/node-lifecycle",
        "node-lifecycle",
        "lifecycle",
        "node-role.kubernetes.io/spot-worker",
    }
)
# Labels that only spot nodes have, whatever the value.
_PRESENCE = frozenset(
    {"cloud.google.com/gke-spot", "cloud.google.com/gke-preemptible", "node-role.kubernetes.io/spot-worker"}
)
_VALUES = frozenset({"spot", "ec2spot", "preemptible", "true"})


def spot(reader: Reader, pod: Mapping) -> Value[str | None]:
    """`required` by nodeSelector or required affinity, `tolerated` by a toleration or a preference, else None."""
    selector = _selector(reader, pod)
    if selector is not None:
        return selector
    affinity = reader.mapping(pod, "affinity", "nodeAffinity")
    required = reader.mapping(affinity, "requiredDuringSchedulingIgnoredDuringExecution")
    terms = [_term(reader, term) for term in reader.sequence(required, "nodeSelectorTerms")]
    if terms and all(term is not None and term[0] for term in terms):  # the terms are alternatives
        return known("required", Layer.MANIFEST, terms[0][1] if terms[0] else None)
    preferred = reader.sequence(affinity, "preferredDuringSchedulingIgnoredDuringExecution")
    softer = [*terms, *(_term(reader, reader.child(item, "preference")) for item in preferred)]
    spans = [term[1] for term in softer if term] + _tolerations(reader, pod)
    return known("tolerated", Layer.MANIFEST, spans[0]) if spans else known(None, Layer.DEFAULT)


def _selector(reader: Reader, pod: Mapping) -> Value[str | None] | None:
    for key, value in entries(reader.mapping(pod, "nodeSelector")):
        text = scalar_text(value)
        if key.value not in _LABELS or text is None:
            continue
        if why := filled_in(value):
            return unknown(why, value.span)
        if text.lower() in _VALUES or key.value == "node-role.kubernetes.io/spot-worker":
            return known("required", Layer.MANIFEST, key.span)
    return None


def _term(reader: Reader, term: Node | None) -> tuple[bool, Span] | None:
    """Whether a node selector term allows spot nodes only (True) or names them among others, and where."""
    found: tuple[bool, Span] | None = None
    for expression in reader.sequence(term, "matchExpressions"):
        key = scalar_text(reader.child(expression, "key"))
        operator = scalar_text(reader.child(expression, "operator"))
        values = [(scalar_text(item) or "").lower() for item in reader.sequence(expression, "values")]
        if key not in _LABELS:
            continue
        only = operator == "In" and bool(values) and all(value in _VALUES for value in values)
        if only or (operator == "Exists" and key in _PRESENCE):
            return True, expression.span
        if operator == "In" and not _VALUES.isdisjoint(values):
            found = (False, expression.span)
    return found


def _tolerations(reader: Reader, pod: Mapping) -> list[Span]:
    """Tolerations of a spot taint; one that tolerates every taint does not speak of spot nodes."""
    spans = []
    for toleration in reader.sequence(pod, "tolerations"):
        key = scalar_text(reader.child(toleration, "key"))
        value = scalar_text(reader.child(toleration, "value"))
        exists = scalar_text(reader.child(toleration, "operator")) == "Exists"
        if key in _LABELS and (exists or (value or "").lower() in _VALUES or (key in _PRESENCE and not value)):
            spans.append(toleration.span)
    return spans
