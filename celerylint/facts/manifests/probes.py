"""Probes and lifecycle hooks of Kubernetes' containers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celerylint.facts.manifests.commands import opaque, words
from celerylint.facts.manifests.reading import Reader, seconds, whole
from celerylint.facts.manifests.workloads import HookFact, ProbeFact
from celerylint.origin import Layer, Value, known
from celerylint.sources.yaml import Mapping

_KINDS = {"exec": "exec", "httpGet": "http", "tcpSocket": "tcp", "grpc": "grpc"}
# Kubernetes API, Probe: what holds where a field is left out.
_TIMES: dict[str, tuple[str, Callable[[Any], Any], float]] = {
    "timeout": ("timeoutSeconds", seconds, 1.0),
    "period": ("periodSeconds", seconds, 10.0),
    "delay": ("initialDelaySeconds", seconds, 0.0),
    "failures": ("failureThreshold", whole, 3),
}


def probe(reader: Reader, container: Mapping, key: str) -> ProbeFact | None:
    """`livenessProbe`, `readinessProbe` or `startupProbe`; None where there is none that asks anything."""
    node = reader.mapping(container, key)
    written = next((name for name in _KINDS if reader.child(node, name) is not None), None)
    if node is None or written is None:
        return None
    values = {
        name: reader.value(node, field, convert, known(usual, Layer.DEFAULT))
        for name, (field, convert, usual) in _TIMES.items()
    }
    # The API takes 0 for a timeout, a period or a threshold as "not written".
    for name in ("timeout", "period", "failures"):
        if values[name].value == 0:
            values[name] = known(_TIMES[name][2], Layer.DEFAULT)
    grace = reader.value(node, "terminationGracePeriodSeconds", seconds, known(None, Layer.DEFAULT))
    asked = reader.mapping(node, written) if written == "exec" else None
    return ProbeFact(
        kind=_KINDS[written],
        span=node.span,
        words=(words(reader, asked, "command") or ()) if asked is not None else (),
        timeout=values["timeout"],
        period=values["period"],
        failures=values["failures"],
        delay=values["delay"],
        grace_period=grace,
    )


def hook(reader: Reader, container: Mapping, key: str) -> HookFact | None:
    """`lifecycle.preStop` or `postStart`; None where there is none."""
    node = reader.mapping(container, "lifecycle", key)
    if node is None:
        return None
    none: Value[None] = known(None, Layer.DEFAULT)
    if reader.child(node, "exec") is not None:
        asked = reader.mapping(node, "exec")
        found = words(reader, asked, "command") if asked is not None else (opaque(node),)
        return HookFact("exec", node.span, found or (), none)
    if reader.child(node, "sleep") is not None:
        return HookFact("sleep", node.span, (), reader.value(node, ("sleep", "seconds"), seconds, none))
    kind = next((kind for name, kind in _KINDS.items() if reader.child(node, name) is not None), "")
    return HookFact(kind, node.span, (), none) if kind else None
