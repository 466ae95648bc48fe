"""A Compose service's healthcheck: its words, and how often it is asked."""

from __future__ import annotations

from celerylint.facts.launch import Word
from celerylint.facts.manifests.compose_service import Service
from celerylint.facts.manifests.quantity import compose_count, compose_duration, compose_truth
from celerylint.facts.manifests.reading import is_null
from celerylint.facts.manifests.workloads import ProbeFact
from celerylint.origin import Layer, Value, known
from celerylint.sources.yaml import Scalar, Sequence

# Docker's: what holds where neither Compose nor the image says it.
INTERVAL, TIMEOUT, RETRIES, START = 30.0, 30.0, 3, 0.0
_SHELL = ("/bin/sh", "-c")


def healthcheck(service: Service) -> ProbeFact | None:
    """The check of the strongest layer; None where the service has none, so that the image's counts."""
    found = service.found("healthcheck")
    if not found:
        return None
    span = found[-1][1].span
    off = service.amount(("healthcheck", "disable"), compose_truth, known(False, Layer.DEFAULT))
    kind, words = _test(service)
    return ProbeFact(
        kind="none" if off.otherwise(False) else kind,
        span=span,
        words=words,
        timeout=_seconds(service, "timeout", TIMEOUT),
        period=_seconds(service, "interval", INTERVAL),
        failures=service.amount(("healthcheck", "retries"), compose_count, known(RETRIES, Layer.DEFAULT)),
        delay=_seconds(service, "start_period", START),
        grace_period=known(None, Layer.DEFAULT),
    )


def _test(service: Service) -> tuple[str, tuple[Word, ...]]:
    """`test` as kind and words: a text is for the shell, a list begins with CMD, CMD-SHELL or NONE."""
    found = service.found("healthcheck", "test")
    if not found:
        return "image", ()
    layer, node = found[-1]
    if isinstance(node, Scalar):
        script = layer.file.interpolate(node.value).word(node.locate)
        return "exec", (*_shell(script), script)
    if not isinstance(node, Sequence) or not node.items:
        service.problem(node.span, "test must be a text or a list of texts")
        return "exec", (Word("", node.span, True, True, reason="test cannot be read"),)
    words = [service.word(layer, item, "test") for item in node.items if not is_null(item)]
    head = words[0].text if words else ""
    if head == "NONE":
        return "none", ()
    if head == "CMD-SHELL" and len(words) > 1:
        return "exec", (*_shell(words[1]), words[1])
    return "exec", tuple(words[1:] if head == "CMD" else words)


def _shell(script: Word) -> tuple[Word, ...]:
    """The words that Docker puts in front of a shell's text."""
    start = script.locate(0, 0)
    return tuple(Word(text, start) for text in _SHELL)


def _seconds(service: Service, key: str, usual: float) -> Value[float]:
    return service.amount(("healthcheck", key), compose_duration, known(usual, Layer.DEFAULT))
