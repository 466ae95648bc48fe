"""ClowdApps: the Deployments, jobs and autoscalers that Clowder makes of them.

Source: RedHatInsights/clowder, apis/cloud.redhat.com/v1alpha1/clowdapp_types.go and
controllers/cloud.redhat.com/providers/{deployment,autoscaler}.
"""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.facts.manifests.reading import Reader, scalar_text
from celerylint.sources.yaml import Mapping, Node, Scalar, mapping_of, scalar_at, sequence_of, unresolved

_KEPT = ("image", "command", "args", "livenessProbe", "readinessProbe", "volumeMounts", "lifecycle")
_CONFIG = "/cdapp/cdappconfig.json"
_RESOURCES = ("memory", "cpu")
_DEFAULTS = "the ClowdEnvironment says what holds where the ClowdApp gives none"
_SCALING = ("minReplicaCount", "maxReplicaCount", "pollingInterval", "cooldownPeriod", "triggers", "advanced")


def made_of(reader: Reader, app: Mapping) -> Iterator[Mapping]:
    """The objects that Clowder makes of a ClowdApp."""
    spec = reader.mapping(app, "spec")
    base = scalar_text(reader.child(reader.mapping(app, "metadata"), "name")) or ""
    namespace = reader.child(reader.mapping(app, "metadata"), "namespace")
    for key in ("deployments", "jobs"):
        for item in reader.sequence(spec, key):
            name, pod = reader.child(item, "name"), reader.mapping(item, "podSpec")
            if isinstance(item, Mapping) and isinstance(name, Scalar) and pod is not None:
                yield from _Made(reader, item, scalar_at(name, f"{base}-{name.value}"), pod, namespace).objects(key)


class _Made:
    """What is made of one deployment or job."""

    def __init__(self, reader: Reader, item: Mapping, name: Scalar, pod: Mapping, namespace: Node | None) -> None:
        self.reader = reader
        self.item = item
        self.name = name
        self.pod = pod
        self.namespace = namespace

    def objects(self, key: str) -> Iterator[Mapping]:
        """The workload and its autoscaler."""
        if key == "jobs":
            yield self._job()
            return
        replicas = self.reader.child(self.item, "replicas") or self.reader.child(self.item, "minReplicas")
        parts = {"replicas": replicas, "strategy": self._strategy(), "template": self._template()}
        yield self._object("apps/v1", "Deployment", self._mapping(self.item, parts))
        yield from self._autoscalers()

    def _job(self) -> Mapping:
        restart = self.reader.child(self.item, "restartPolicy") or scalar_at(self.item, "Never")
        parallel = self.reader.child(self.item, "parallelism")
        spec = self._mapping(self.item, {"parallelism": parallel, "template": self._template(restart)})
        if self.reader.child(self.item, "schedule") is None:
            return self._object("batch/v1", "Job", spec)
        inner = self._mapping(self.item, {"jobTemplate": self._mapping(self.item, {"spec": spec})})
        return self._object("batch/v1", "CronJob", inner)

    def _object(self, version: str, kind: str, spec: Mapping) -> Mapping:
        metadata = self._mapping(self.item, {"name": self.name, "namespace": self.namespace})
        texts = {"apiVersion": scalar_at(self.name, version), "kind": scalar_at(self.name, kind)}
        return self._mapping(self.item, {**texts, "metadata": metadata, "spec": spec})

    def _mapping(self, place: Node, parts: dict[str, Node | None]) -> Mapping:
        return mapping_of(place, ((scalar_at(place, key), value) for key, value in parts.items() if value is not None))

    def _strategy(self) -> Mapping | None:
        """A workload with a persistent volume is recreated; a private one may say so itself."""
        volumes = self.reader.sequence(self.pod, "volumes")
        claims = [each for each in volumes if self.reader.child(each, "persistentVolumeClaim") is not None]
        written = self.reader.child(self.reader.mapping(self.item, "deploymentStrategy"), "privateStrategy")
        kind = scalar_at(claims[0], "Recreate") if claims else written
        return self._mapping(self.item, {"type": kind}) if kind is not None else None

    def _template(self, restart: Node | None = None) -> Mapping:
        container = self._container()
        first = [self._init(item) for item in self.reader.sequence(self.pod, "initContainers")]
        pod = {
            "containers": sequence_of(self.pod, [container]),
            "initContainers": sequence_of(self.pod, [each for each in first if each is not None]),
            "volumes": self.reader.child(self.pod, "volumes"),
            "terminationGracePeriodSeconds": self.reader.child(self.pod, "terminationGracePeriodSeconds"),
            "restartPolicy": restart,
        }
        return self._mapping(self.pod, {"spec": self._mapping(self.pod, pod)})

    def _container(self) -> Mapping:
        kept = {key: self.reader.child(self.pod, key) for key in _KEPT}
        parts = {"name": self.name, **kept, "env": self._environment(), "resources": self._resources()}
        return self._mapping(self.pod, parts)

    def _environment(self) -> Node:
        """The variables, and the one that says where Clowder's configuration is."""
        own = self.reader.sequence(self.pod, "env")
        last = self._mapping(
            self.name, {"name": scalar_at(self.name, "ACG_CONFIG"), "value": scalar_at(self.name, _CONFIG)}
        )
        return sequence_of(self.pod, (*own, last))

    def _resources(self) -> Mapping:
        written = self.reader.mapping(self.pod, "resources")
        parts: dict[str, Node | None] = {}
        for side in ("limits", "requests"):
            given = self.reader.mapping(written, side)
            absent = unresolved(self.pod, "", _DEFAULTS)
            values: dict[str, Node | None] = {key: self.reader.child(given, key) or absent for key in _RESOURCES}
            parts[side] = self._mapping(given or self.pod, values)
        return self._mapping(written or self.pod, parts)

    def _init(self, item: Node) -> Mapping | None:
        if not isinstance(item, Mapping):
            return None
        parts = {key: self.reader.child(item, key) for key in ("name", "image", "command", "args", "env", "resources")}
        return self._mapping(item, {**parts, "image": parts["image"] or self.reader.child(self.pod, "image")})

    def _autoscalers(self) -> Iterator[Mapping]:
        target = self._mapping(self.item, {"name": self.name, "kind": scalar_at(self.name, "Deployment")})
        keda = self.reader.mapping(self.item, "autoScaler")
        if keda is not None:
            kept = {key: self.reader.child(keda, key) for key in _SCALING}
            yield self._object(
                "keda.sh/v1alpha1", "ScaledObject", self._mapping(keda, {"scaleTargetRef": target, **kept})
            )
        simple = self.reader.mapping(self.item, "autoScalerSimple")
        if simple is not None:
            bounds = self.reader.mapping(simple, "replicas")
            parts = {"minReplicas": self.reader.child(bounds, "min"), "maxReplicas": self.reader.child(bounds, "max")}
            spec = self._mapping(simple, {"scaleTargetRef": target, **parts, "metrics": self._metrics(simple)})
            yield self._object("autoscaling/v2", "HorizontalPodAutoscaler", spec)

    def _metrics(self, simple: Mapping) -> Node:
        """The metrics of a simple autoscaler, as the Kubernetes API writes them."""
        found = []
        for key, resource in (("ram", "memory"), ("cpu", "cpu")):
            metric = self.reader.mapping(simple, key)
            share, amount = (self.reader.child(metric, each) for each in ("scaleAtUtilization", "scaleAtValue"))
            if metric is None or (share is None and amount is None):
                continue
            kind = scalar_at(metric, "Utilization" if share is not None else "AverageValue")
            target = self._mapping(metric, {"type": kind, "averageUtilization": share, "averageValue": amount})
            inner = self._mapping(metric, {"name": scalar_at(metric, resource), "target": target})
            found.append(self._mapping(metric, {"type": scalar_at(metric, "Resource"), "resource": inner}))
        return sequence_of(simple, found)
