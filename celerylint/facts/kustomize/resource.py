"""An object on its way through a build, with the names that it had before."""

from __future__ import annotations

from dataclasses import dataclass, replace

from celerylint.facts.manifests.reading import scalar_text
from celerylint.origin import Span
from celerylint.sources.yaml import Mapping, Node, mapping, path, scalar_at, with_entry, without_entry

# Kubernetes' kinds that live in no namespace (its API's scopes); any other kind is taken to live in one.
_CLUSTER_SCOPED = frozenset(
    {
        "APIService",
        "CSIDriver",
        "CSINode",
        "CertificateSigningRequest",
        "ClusterRole",
        "ClusterRoleBinding",
        "ComponentStatus",
        "CustomResourceDefinition",
        "FlowSchema",
        "IngressClass",
        "MutatingWebhookConfiguration",
        "Namespace",
        "Node",
        "PersistentVolume",
        "PodSecurityPolicy",
        "PriorityClass",
        "PriorityLevelConfiguration",
        "RuntimeClass",
        "StorageClass",
        "ValidatingWebhookConfiguration",
        "VolumeAttachment",
    }
)


class KustomizeError(ValueError):
    """Something that kustomize refuses; `span` is the place that is to blame."""

    def __init__(self, span: Span, message: str) -> None:
        super().__init__(message)
        self.span = span
        self.message = message


@dataclass(frozen=True, slots=True)
class Identity:
    """What an object is called."""

    version: str  # apiVersion as written: `apps/v1`, `v1`
    kind: str
    name: str
    namespace: str

    @property
    def group(self) -> str:
        """The API group; empty for the core one."""
        return self.version.rpartition("/")[0]

    @property
    def release(self) -> str:
        """The version within the group: `v1`."""
        return self.version.rpartition("/")[2]

    @property
    def scoped(self) -> bool:
        """Whether it lives in a namespace."""
        return self.kind not in _CLUSTER_SCOPED

    @property
    def place(self) -> str:
        """The namespace as comparisons take it: `default` where none is written, nothing for the whole cluster."""
        return (self.namespace or "default") if self.scoped else ""

    def same(self, other: Identity) -> bool:
        """Whether both mean the same object."""
        mine = (self.version, self.kind, self.name, self.place)
        return mine == (other.version, other.kind, other.name, other.place)


@dataclass(frozen=True, slots=True)
class Resource:
    """An object of a build. `doubt` says why what is written is not what will run; empty where it is."""

    node: Mapping
    before: tuple[Identity, ...] = ()  # what it was called before each change of name or namespace, oldest first
    prefixes: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    generated: bool = False  # by a ConfigMap or Secret generator
    hashed: bool = False  # its name is to end in a hash of its content
    doubt: str = ""

    @property
    def identity(self) -> Identity:
        """What it is called now."""
        return identity_of(self.node)

    @property
    def original(self) -> Identity:
        """What its own file calls it."""
        return self.before[0] if self.before else self.identity

    @property
    def identities(self) -> tuple[Identity, ...]:
        """What it is and was called, oldest first."""
        return (*self.before, self.identity)

    def is_called(self, wanted: Identity) -> bool:
        """Whether it is or was called so."""
        return any(each.same(wanted) for each in self.identities)

    def remembered(self) -> Resource:
        """The same, which remembers what it is called now."""
        return replace(self, before=(*self.before, self.identity))

    def with_node(self, node: Node) -> Resource:
        """The same with another content."""
        return replace(self, node=node) if isinstance(node, Mapping) else self

    def doubted(self, reason: str) -> Resource:
        """The same, whose content is not what will run."""
        return self if self.doubt else replace(self, doubt=reason)

    def with_metadata(self, key: str, value: Node) -> Resource:
        """The same with another name or namespace."""
        metadata = mapping(self.node.get("metadata"))
        if metadata is None:
            return self
        return replace(self, node=with_entry(self.node, "metadata", with_entry(metadata, key, value)))

    def without_metadata(self, key: str) -> Resource:
        """The same without a namespace."""
        metadata = mapping(self.node.get("metadata"))
        if metadata is None or metadata.get(key) is None:
            return self
        return replace(self, node=with_entry(self.node, "metadata", without_entry(metadata, key)))

    def named(self, name: str) -> Resource:
        """The same with another name, at the place of the old one."""
        old = path(self.node, "metadata", "name")
        return self.with_metadata("name", scalar_at(old, name)) if old is not None else self


def identity_of(node: Mapping) -> Identity:
    """What an object calls itself; empty where it does not say."""
    return Identity(
        scalar_text(node.get("apiVersion")) or "",
        scalar_text(node.get("kind")) or "",
        scalar_text(path(node, "metadata", "name")) or "",
        scalar_text(path(node, "metadata", "namespace")) or "",
    )
