"""A Compose service's container: command, environment, limits, and how it is stopped."""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.facts.manifests.compose_build import build_of, mounts, volumes
from celerylint.facts.manifests.compose_development import serves_development
from celerylint.facts.manifests.compose_files import ComposeFiles, Layer
from celerylint.facts.manifests.compose_health import healthcheck
from celerylint.facts.manifests.compose_service import Pair, Service
from celerylint.facts.manifests.development import is_development
from celerylint.facts.manifests.dotenv import Entry
from celerylint.facts.manifests.dotenv import entries as dotenv_entries
from celerylint.facts.manifests.quantity import (
    compose_bytes,
    compose_count,
    compose_cpus,
    compose_duration,
    compose_truth,
)
from celerylint.facts.manifests.reading import is_null
from celerylint.facts.manifests.workloads import (
    ContainerFact,
    EnvironmentFact,
    EnvironmentSource,
    SecurityFact,
    WorkloadFact,
)
from celerylint.origin import Layer as Origins
from celerylint.origin import Origin, Span, Unknown, Value, known, unknown
from celerylint.sources.yaml import Mapping, Node, Scalar, Sequence

DEFAULT_GRACE = 10.0  # seconds: compose-spec, stop_grace_period
_NONE: Value[None] = known(None, Origins.DEFAULT)
_LIMITS, _RESERVATIONS = ("deploy", "resources", "limits"), ("deploy", "resources", "reservations")


def workload_fact(service: Service, container: ContainerFact, path: str, fragment: bool) -> WorkloadFact:
    """The workload around a service's container."""
    profiles = tuple(written.text for written in service.texts("profiles"))
    mode = service.text("deploy", "mode").otherwise(None)
    none_written: Value[bool] = known(False, Origins.DEFAULT)
    return WorkloadFact(
        platform="compose",
        kind="service",
        name=container.name,
        namespace="",
        span=container.span,
        replicas=_replicas(service, mode),
        grace_period=service.amount(("stop_grace_period",), compose_duration, known(DEFAULT_GRACE, Origins.DEFAULT)),
        strategy=_NONE,
        surges=none_written,
        spot=_NONE,
        lives_long=mode not in ("replicated-job", "global-job"),
        containers=(container,),
        init_containers=(),
        share_process_namespace=False,
        host_network=service.text("network_mode").otherwise(None) == "host",
        labels=_pairs(service, "labels"),
        template_labels=(),
        annotations=_pairs(service, "annotations"),
        profiles=profiles,
        development=is_development(path, profiles, container.name) or serves_development(container, path),
        fragment=fragment,
        incomplete=service.missing,
    )


def container_fact(service: Service, files: ComposeFiles, name: str, path: str) -> ContainerFact:
    """The container of a service that the file at `path` has."""
    limits = ((*_LIMITS, "memory"), ("mem_limit",)), ((*_LIMITS, "cpus"), ("cpus",))
    requests = ((*_RESERVATIONS, "memory"), ("mem_reservation",)), ((*_RESERVATIONS, "cpus"),)
    _agree(service, *limits[0])
    return ContainerFact(
        name=name,
        span=_span(service, path),
        image=service.text("image"),
        entrypoint=service.words("entrypoint"),
        arguments=service.words("command"),
        environment=tuple(_variable(pair) for pair in service.pairs("environment")),
        environment_from=tuple(_env_files(service, files)),
        # Docker takes 0 for no limit.
        memory_limit=service.first_amount(limits[0], lambda written: compose_bytes(written) or None, _NONE),
        memory_request=service.first_amount(requests[0], lambda written: compose_bytes(written) or None, _NONE),
        cpu_limit=service.first_amount(limits[1], lambda written: compose_cpus(written) or None, _NONE),
        cpu_request=service.first_amount(requests[1], lambda written: compose_cpus(written) or None, _NONE),
        init=service.amount(("init",), compose_truth, known(False, Origins.DEFAULT)),
        stop_signal=service.text("stop_signal"),
        restart=service.text("restart").otherwise(None) or "",
        working_directory=service.text("working_dir").otherwise(None) or "",
        build=build_of(service),
        mounts=tuple(mounts(service)),
        healthcheck=healthcheck(service),
        volumes=tuple(volumes(service)),
        security=_security(service),
    )


def _security(service: Service) -> SecurityFact:
    """`user` and `read_only`; a name of a user is the image's to tell."""
    user = service.text("user")
    number = user.value.partition(":")[0] if isinstance(user.value, str) else ""
    if number.isdecimal() and len(number) < 10:
        user = user.map(lambda _: int(number))
    elif number == "root":
        user = user.map(lambda _: 0)
    elif user.known and user.get() is not None:
        user = unknown(f"the image says which number the user {number} has", user.origin.span)
    read_only = service.amount(("read_only",), compose_truth, known(False, Origins.DEFAULT))
    return SecurityFact(user, known(None, Origins.DEFAULT), read_only)


def _span(service: Service, path: str) -> Span:
    """The service's name in the file that is read, rather than in one that it extends."""
    own = [layer.key.span for layer in service.layers if layer.file.path == path]
    return own[-1] if own else service.layers[-1].key.span


def _replicas(service: Service, mode: str | None) -> Value[int]:
    if mode in ("global", "global-job"):
        return unknown("a global service runs one per node")
    return service.first_amount((("deploy", "replicas"), ("scale",)), compose_count, known(1, Origins.DEFAULT))


def _agree(service: Service, *paths: tuple[str, ...]) -> None:
    """Compose refuses a service whose old and new key say different things."""
    values = [service.text(*path) for path in paths]
    texts = {value.get() for value in values if value.known and value.get() is not None}
    if len(texts) > 1:
        span = values[-1].origin.span
        if span:
            service.problem(span, f"{paths[-1][-1]} and {'.'.join(paths[0])} must say the same")


def _pairs(service: Service, key: str) -> tuple[tuple[str, str], ...]:
    found = ((pair.name, pair.value()) for pair in service.pairs(key))
    return tuple((name, value.get() if value else "") for name, value in found if value is None or value.known)


def _variable(pair: Pair) -> EnvironmentFact:
    value = pair.value()
    if value is None:
        # A name alone is passed on from the shell, or else from `.env`.
        inherited = pair.layer.file.variables.get(pair.name)
        reason = f"{pair.name} is passed on from the shell of whoever starts Compose"
        if isinstance(inherited, str):
            value = known(inherited, Origins.MANIFEST, pair.span, "unless it is set when Compose starts")
        else:
            value = unknown(inherited.reason if inherited else reason, pair.span)
    return EnvironmentFact(pair.name, value, pair.span)


def _env_files(service: Service, files: ComposeFiles) -> Iterator[EnvironmentSource]:
    for layer, node in service.found("env_file"):
        for item in node.items if isinstance(node, Sequence) else (node,):
            source = _env_file(service, files, layer, item)
            if source:
                yield source


def _env_file(service: Service, files: ComposeFiles, layer: Layer, node: Node) -> EnvironmentSource | None:
    """One file of `env_file`: a path, or `{path, required, format}`."""
    path, optional, raw = node, False, False
    if isinstance(node, Mapping):
        path = node.get("path") or node
        required, layout = node.get("required"), node.get("format")
        optional = isinstance(required, Scalar) and required.python() is False
        raw = isinstance(layout, Scalar) and layout.value == "raw"
    written = None if is_null(path) else service.written(layer, path, "env_file")
    if written is None:
        return None
    where = None if written.result.reason else layer.file.beside(written.text)
    text = files.text(where)
    found = dotenv_entries(text, layer.file.variables.get, not raw) if text else ()
    facts = tuple(_entry(entry) for entry in found) if text else None
    return EnvironmentSource("file", where or written.text, written.span, "", optional, facts)


def _entry(entry: Entry) -> EnvironmentFact:
    if isinstance(entry.value, str):
        value = known(entry.value, Origins.MANIFEST, entry.value_span)
    else:
        passed = f"{entry.name} is passed on from the shell of whoever starts Compose"
        why = entry.value if isinstance(entry.value, Unknown) else Unknown(passed)
        value = Value(why, Origin(Origins.UNKNOWN, entry.value_span))
    return EnvironmentFact(entry.name, value, entry.span)
