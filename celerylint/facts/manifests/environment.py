"""A Kubernetes container's environment: `env` in its order, and `envFrom`."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from celerylint.facts.manifests.placeholders import placeholder, why_unknown
from celerylint.facts.manifests.quantity import QuantityError, quantity
from celerylint.facts.manifests.reading import Reader, amount, as_written, entries, filled_in, scalar_text
from celerylint.facts.manifests.workloads import ConfigMapKey, EnvironmentFact, EnvironmentSource, ResourceField
from celerylint.origin import Layer, Value, known, unknown
from celerylint.sources.yaml import Mapping, Node, Scalar, Sequence, Unresolved


def environment(reader: Reader, container: Mapping) -> tuple[EnvironmentFact, ...]:
    """The variables of `env`, in order."""
    facts = (_variable(reader, item) for item in reader.sequence(container, "env"))
    return tuple(fact for fact in facts if fact)


def environment_from(reader: Reader, container: Mapping) -> tuple[EnvironmentSource, ...]:
    """The ConfigMaps and Secrets of `envFrom`, in order."""
    sources = []
    for item in reader.sequence(container, "envFrom"):
        prefix = scalar_text(reader.child(item, "prefix")) or ""
        for key, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            reference = reader.mapping(item, key)
            name = reader.child(reference, "name")
            if reference is not None and isinstance(name, Scalar):
                optional = reader.truth(reference, "optional")
                sources.append(EnvironmentSource(kind, name.value, name.span, prefix, optional))
    return tuple(sources)


def environment_open(reader: Reader, container: Mapping) -> str:
    """Why there may be more variables: a placeholder in the place of some, or of all; empty where there is none."""
    nodes = [reader.child(container, key) for key in ("env", "envFrom")]
    items = [item for node in nodes if isinstance(node, Sequence) for item in node.items]
    return next(filter(None, map(filled_in, [*nodes, *items])), "")


def _variable(reader: Reader, item: Node) -> EnvironmentFact | None:
    name = reader.child(item, "name")
    if not isinstance(name, Scalar):
        if isinstance(item, Mapping):
            reader.problem(item.span, "an environment variable has no name")
        return None
    source = reader.mapping(item, "valueFrom")
    if source is not None:
        return _from_elsewhere(reader, name, source)
    return EnvironmentFact(name.value, _written(reader, name.value, reader.child(item, "value"), name), name.span)


def _written(reader: Reader, name: str, node: Node | None, at: Scalar) -> Value[str]:
    """A value as the container gets it; without one it is empty (Kubernetes API, EnvVar)."""
    if node is None:
        return known("", Layer.DEFAULT, at.span)
    text = scalar_text(node)
    if text is None:
        reader.problem(node.span, f"the value of {name} must be a text")
        return unknown(f"the value of {name} is no text", node.span)
    if isinstance(node, Unresolved):
        return unknown(node.reason, node.span)
    reader.wants_text(node, f"the value of {name}")
    # `$(X)` is Kubernetes' own here, for a variable defined before: whoever reads the environment resolves it.
    found = placeholder(text)
    if found and not found.startswith("$"):
        return unknown(why_unknown(found), node.span)
    if found.startswith("${"):
        return unknown(f"{name} is {found}, which Kubernetes does not expand and another tool may fill in", node.span)
    return as_written(text, node)


def _from_elsewhere(reader: Reader, name: Scalar, source: Mapping) -> EnvironmentFact:
    for key, value in entries(source):
        fact = _READERS.get(key.value, _unfamiliar)(reader, name, value)
        if fact:
            return fact
    return EnvironmentFact(name.value, unknown(f"{name.value} has an empty valueFrom", source.span), name.span)


def _config_map(reader: Reader, name: Scalar, node: Node) -> EnvironmentFact | None:
    config_map, key = (scalar_text(reader.child(node, field)) for field in ("name", "key"))
    if config_map is None or key is None:
        return _unfamiliar(reader, name, node)
    reason = f"{name.value} comes from key {key} of ConfigMap {config_map}"
    reference = ConfigMapKey(config_map, key, reader.truth(node, "optional"))
    return EnvironmentFact(name.value, unknown(reason, node.span), name.span, reference)


def _secret(reader: Reader, name: Scalar, node: Node) -> EnvironmentFact | None:
    secret, key = (scalar_text(reader.child(node, field)) or "?" for field in ("name", "key"))
    reason = f"{name.value} comes from key {key} of Secret {secret}"
    reference = ConfigMapKey(secret, key, reader.truth(node, "optional"), "Secret")
    return EnvironmentFact(name.value, unknown(reason, node.span), name.span, reference)


def _field(reader: Reader, name: Scalar, node: Node) -> EnvironmentFact | None:
    path = scalar_text(reader.child(node, "fieldPath")) or "?"
    reason = f"{name.value} comes from the running pod's {path}"
    return EnvironmentFact(name.value, unknown(reason, node.span), name.span)


def _resource(reader: Reader, name: Scalar, node: Node) -> EnvironmentFact | None:
    resource = scalar_text(reader.child(node, "resource"))
    container = scalar_text(reader.child(node, "containerName")) or ""
    divisor = reader.child(node, "divisor")
    if resource is None:
        return _unfamiliar(reader, name, node)
    reason = f"{name.value} comes from the container's {resource}"
    try:
        by = quantity(amount(divisor)) if isinstance(divisor, Scalar) else Fraction(1)
    except QuantityError as error:
        reader.problem(divisor.span if divisor else node.span, f"divisor: {error}")
        return EnvironmentFact(name.value, unknown(f"{reason}, whose divisor cannot be read", node.span), name.span)
    # A divisor of 0 is the API's way to write "none", which means 1.
    field = ResourceField(resource, by if by > 0 else Fraction(1), container)
    return EnvironmentFact(name.value, unknown(reason, node.span), name.span, None, field)


def _unfamiliar(reader: Reader, name: Scalar, node: Node) -> EnvironmentFact | None:
    return EnvironmentFact(
        name.value, unknown(f"{name.value} comes from a source that cannot be read", node.span), name.span
    )


_READERS: dict[str, Callable[[Reader, Scalar, Node], EnvironmentFact | None]] = {
    "configMapKeyRef": _config_map,
    "secretKeyRef": _secret,
    "fieldRef": _field,
    "resourceFieldRef": _resource,
}
