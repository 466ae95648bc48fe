"""Probes, healthchecks and hooks of containers, and what they ask Celery for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from celerylint.facts.images import HealthcheckFact
from celerylint.facts.launch import Inside, Launch, OptionUse, Word, follow
from celerylint.facts.manifests import ContainerFact, HookFact, ProbeFact
from celerylint.facts.manifests.compose_health import INTERVAL, RETRIES, START, TIMEOUT
from celerylint.facts.manifests.quantity import Amount, QuantityError, compose_count, compose_duration
from celerylint.link.starters import STARTERS
from celerylint.model import Hook, Probe, Seconds
from celerylint.origin import Layer, Origin, Span, Unknown, Value, known, unknown

# What asks running workers, and how long it waits for them where nobody says it (celery/bin/control.py, 5.7).
_ASKING = frozenset({"inspect", "status", "control"})
_ANSWER = 1.0
_DOCKER = "healthcheck"
_WEB = re.compile(r"https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?=[:/\s\"']|$)")
# A reader of the answer that takes every worker's for an answer: Celery prints OK and pong for each.
_ANY_ANSWER = re.compile(r"[^|]*\|\s*e?grep(?:\s+-\w+)*\s+([\"']?)(?:OK|pong)\1\s*", re.IGNORECASE)
# Images that have no healthcheck of their own.
_PLAIN = frozenset({"python", "debian", "ubuntu", "alpine", "fedora", "amazonlinux", "rockylinux", "almalinux", "node"})
_SCRIPT = re.compile(r"(?:^|[\s/'\"])[\w.-]+\.(?:sh|bash|py|pl|rb)(?=$|[\s'\";)])")
_SLEEP = re.compile(r"\s*(?:/bin/)?sleep\s+([0-9]+(?:\.[0-9]+)?)s?\s*;?\s*")
_NONE: Value[None] = known(None, Layer.DEFAULT)


def probe_of(fact: ProbeFact | None, role: str, doubt: str = "", *, of_image: bool = False) -> Value[Probe | None]:
    """A probe; None where there is none. `doubt` says why nobody can know whether there is one."""
    if doubt:
        return unknown(doubt, fact.span if fact else None)
    if fact is None or fact.kind == "none":
        return known(None, Layer.MANIFEST, fact.span) if fact else _NONE
    launch = _asking(fact.words)
    return known(
        Probe(
            kind=fact.kind,
            of_image=of_image,
            asks_web=fact.kind == "http" or _WEB.search(_command(fact.words)) is not None,
            role=role,
            span=fact.span,
            command=_command(fact.words),
            asks=_asks(fact, launch),
            destination=_option(launch, "destination", str),
            any_worker=_any_worker(fact, launch),
            answer_timeout=_answer_timeout(launch),
            timeout=fact.timeout.map(Seconds),
            period=fact.period.map(Seconds),
            failures=fact.failures,
            delay=fact.delay.map(Seconds),
            grace_period=fact.grace_period.map(lambda value: None if value is None else Seconds(value)),
        ),
        Layer.MANIFEST,
        fact.span,
    )


def healthcheck_of(fact: ContainerFact, platform: str, doubt: str) -> Value[Probe | None]:
    """Compose's healthcheck, else that of the image."""
    if platform != "compose":
        return _NONE
    own = fact.healthcheck
    image = fact.made.healthcheck if fact.made else None
    if own is not None and own.kind != "image":
        return probe_of(own, _DOCKER, doubt)
    if image is not None:
        return probe_of(_of_image(image, own), _DOCKER, doubt, of_image=True)
    if own is not None:
        return probe_of(own, _DOCKER, doubt)
    base = fact.made.base.otherwise("") if fact.made else ""
    if fact.made is not None and fact.made.base.known and (base is None or _name(base) in _PLAIN):
        return _NONE
    return unknown("the image may have a healthcheck of its own", fact.span)


def _name(image: str) -> str:
    """The image's name without its registry, its tag and its digest."""
    return image.rpartition("/")[2].partition("@")[0].partition(":")[0]


def hook_of(fact: HookFact | None, doubt: str = "") -> Value[Hook | None]:
    """A lifecycle hook; None where there is none."""
    if doubt:
        return unknown(doubt, fact.span if fact else None)
    if fact is None:
        return _NONE
    hook = Hook(fact.kind, fact.span, _command(fact.words), _lasting(fact))
    return known(hook, Layer.MANIFEST, fact.span)


def _of_image(fact: HealthcheckFact, own: ProbeFact | None) -> ProbeFact:
    """A Dockerfile's HEALTHCHECK, with the times that Compose writes."""
    options = dict(fact.options)

    def value(name: str, convert: Callable[[Amount], Any], usual: Any, written: Value[Any] | None) -> Value[Any]:
        if written is not None and written.origin.layer is not Layer.DEFAULT:
            return written
        if name not in options:
            return known(usual, Layer.DEFAULT)
        try:
            return known(convert(options[name]), Layer.MANIFEST, fact.span)
        except QuantityError as error:
            return unknown(f"{name}: {error}", fact.span)

    return ProbeFact(
        kind="exec" if fact.command else "none",
        span=fact.span,
        words=fact.command.words if fact.command else (),
        timeout=value("timeout", compose_duration, TIMEOUT, own.timeout if own else None),
        period=value("interval", compose_duration, INTERVAL, own.period if own else None),
        failures=value("retries", compose_count, RETRIES, own.failures if own else None),
        delay=value("start-period", compose_duration, START, own.delay if own else None),
        grace_period=_NONE,
    )


def _asking(words: tuple[Word, ...]) -> Launch | None:
    """The Celery process that asks others."""
    if not any("celery" in word.text.lower() for word in words):
        return None
    launches = follow(words, Inside(starters=STARTERS)).launches
    return next((launch for launch in launches if launch.subcommand in _ASKING), None)


def _asks(fact: ProbeFact, launch: Launch | None) -> Value[str | None]:
    if launch is not None:
        text = " ".join((launch.subcommand, *(word.text for word in launch.arguments)))
        return Value(text, Origin(Layer.MANIFEST, launch.span))
    if fact.kind == "image":
        return unknown("the image says what its healthcheck does", fact.span)
    for word in fact.words:
        if word.unresolved or _SCRIPT.search(word.text) or "celery" in word.text.lower():
            return unknown(word.unresolved or f"what {word.text.strip()[:60]} does is not read", word.span)
    return known(None, Layer.MANIFEST, fact.span)


def _any_worker(fact: ProbeFact, launch: Launch | None) -> Value[bool]:
    """Whether a question goes to all workers, and any of them may answer it."""
    asked = _asks(fact, launch)
    if launch is None or launch.subcommand == "control":
        return asked.map(lambda _: False)
    destination = _option(launch, "destination", str)
    shell = launch.shell
    read = shell is not None and (shell.pipeline or shell.subshell)
    if destination.value is None and read and not _ANY_ANSWER.fullmatch(fact.words[-1].text):
        return unknown("what is looked for in the answer is not followed", launch.span)
    return destination.map(lambda name: name is None) if destination.value is not None else asked.map(lambda _: True)


def _option(launch: Launch | None, dest: str, convert: Callable[[Any], Any]) -> Value[Any]:
    """An option as it is written: a variable such as `$HOSTNAME` is the container's own."""
    use: OptionUse | None = launch.options.get(dest) if launch else None
    if use is None:
        hidden = launch.opaque[0] if launch and launch.opaque else None
        return unknown(f"{hidden.text} may hold --{dest}", hidden.span) if hidden else _NONE
    return Value(convert(use.value), Origin(Layer.COMMAND_LINE, use.span))


def _answer_timeout(launch: Launch | None) -> Value[Seconds | None]:
    if launch is None:
        return _NONE
    written = _option(launch, "timeout", str)
    if isinstance(written.value, Unknown):
        return unknown(written.value.reason, written.origin.span)
    if written.value is None:
        usual: Value[Seconds | None] = known(Seconds(_ANSWER), Layer.DEFAULT)
        return usual
    try:
        return Value(Seconds(float(written.value)), written.origin)
    except ValueError:
        return unknown(f"--timeout {written.value} is no number", written.origin.span)


def _lasting(fact: HookFact) -> Value[Seconds | None]:
    """How long a hook takes: `sleep`, as Kubernetes' own or as a command."""
    if fact.kind == "sleep":
        return fact.seconds.map(lambda value: None if value is None else Seconds(value))
    texts = [word.text for word in fact.words]
    script = texts[-1] if texts[1:2] and texts[1].startswith("-") and texts[1].endswith("c") else " ".join(texts)
    match = _SLEEP.fullmatch(script)
    if match:
        return known(Seconds(float(match[1])), Layer.MANIFEST, fact.span)
    return unknown("how long the hook takes is not told", fact.span)


def _command(words: tuple[Word, ...]) -> str:
    return " ".join(word.text for word in words if not _empty(word.span))


def _empty(span: Span) -> bool:
    """Whether a word stands in no file: the shell that Docker puts in front."""
    return (span.line, span.column) == (span.end_line, span.end_column)
