"""Kubernetes' security contexts: a container's own goes before its pod's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celerylint.facts.manifests.quantity import Amount, QuantityError
from celerylint.facts.manifests.reading import Reader, whole
from celerylint.facts.manifests.workloads import SecurityFact
from celerylint.origin import Layer, Value, known
from celerylint.sources.yaml import Mapping


def security(reader: Reader, pod: Mapping, container: Mapping) -> SecurityFact:
    """Who runs the container, as far as the manifest says it; the image says the rest."""
    contexts = [reader.mapping(holder, "securityContext") for holder in (container, pod)]

    def nearest(key: str, convert: Callable[[Amount], Any]) -> Value[Any]:
        holder = next((each for each in contexts if reader.child(each, key) is not None), None)
        return reader.value(holder, key, convert, known(None, Layer.DEFAULT))

    read_only = reader.value(contexts[0], "readOnlyRootFilesystem", _truth, known(False, Layer.DEFAULT))
    return SecurityFact(nearest("runAsUser", whole), nearest("runAsNonRoot", _truth), read_only)


def _truth(written: Amount) -> bool:
    """Raises QuantityError."""
    if not isinstance(written, bool):
        raise QuantityError(f"`{str(written)[:40]}` is neither true nor false")
    return written
