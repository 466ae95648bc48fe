"""Strategic merge patches, as kustomize applies them (kyaml, yaml/merge2 and yaml/walk, v5.8).

Mappings merge key by key, `null` removes, and a list replaces a list; but for Kubernetes' own kinds, some lists
merge item by item: those that its API marks with a merge key (patchMergeKey in k8s.io/api).
"""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.facts.kustomize.resource import KustomizeError
from celerylint.facts.manifests.reading import is_null, scalar_text
from celerylint.sources.yaml import Mapping, Node, Scalar, Sequence, mapping_of, scalar_at, sequence_of

Keys = tuple[str, ...]

_WITH_PODS: dict[str, Keys] = {
    "containers": ("name",),
    "initContainers": ("name",),
    "ephemeralContainers": ("name",),
    "env": ("name",),
    "ports": ("containerPort", "protocol"),
    "volumeMounts": ("mountPath",),
    "volumeDevices": ("devicePath",),
    "volumes": ("name",),
    "hostAliases": ("ip",),
    "imagePullSecrets": ("name",),
    "topologySpreadConstraints": ("topologyKey", "whenUnsatisfiable"),
}
_PODS = frozenset(
    {
        ("v1", "Pod"),
        ("v1", "PodTemplate"),
        ("v1", "ReplicationController"),
        ("apps/v1", "Deployment"),
        ("apps/v1", "StatefulSet"),
        ("apps/v1", "DaemonSet"),
        ("apps/v1", "ReplicaSet"),
        ("batch/v1", "Job"),
        ("batch/v1", "CronJob"),
        ("batch/v1beta1", "CronJob"),
    }
)
_OTHERS: dict[tuple[str, str], dict[str, Keys]] = {
    ("v1", "Service"): {"ports": ("port", "protocol")},
    ("v1", "ServiceAccount"): {"secrets": ("name",)},
}
_EVERYWHERE: dict[str, Keys] = {"ownerReferences": ("uid",), "finalizers": ()}
_DIRECTIVE = "$patch"
_HINTS = ("$setElementOrder/", "$deleteFromPrimitiveList/", "$retainKeys")


def merged(target: Mapping, patch: Mapping) -> Mapping | None:
    """The object with the patch merged into it; None where the patch deletes it. Raises KustomizeError."""
    result = _Merger(_lists(target)).merge(target, patch)
    return result if isinstance(result, Mapping) else None


def _lists(target: Mapping) -> dict[str, Keys]:
    """The lists of a kind that merge, with their keys; none of a kind that is not Kubernetes' own."""
    kind = scalar_text(target.get("apiVersion")) or "", scalar_text(target.get("kind")) or ""
    if kind in _PODS:
        return {**_WITH_PODS, **_EVERYWHERE}
    return {**_OTHERS[kind], **_EVERYWHERE} if kind in _OTHERS else {}


class _Merger:
    """Merges within one object."""

    def __init__(self, lists: dict[str, Keys]) -> None:
        self._lists = lists

    def merge(self, target: Node | None, patch: Node, key: str = "") -> Node | None:
        """What holds of `target` and `patch`, which stands under `key`; None: nothing."""
        if is_null(patch):
            return None
        if target is not None and not is_null(target) and _form(target) is not _form(patch):
            raise KustomizeError(patch.span, f"{key or 'the patch'} has another form here than what it changes")
        if isinstance(patch, Mapping):
            return self._mapping(target if isinstance(target, Mapping) else None, patch)
        if isinstance(patch, Sequence) and key in self._lists:
            return self._sequence(target if isinstance(target, Sequence) else None, patch, self._lists[key])
        return patch

    def _mapping(self, target: Mapping | None, patch: Mapping) -> Node | None:
        directive = scalar_text(patch.get(_DIRECTIVE))
        if directive not in (None, "merge", "replace", "delete"):
            raise KustomizeError(patch.span, f"{_DIRECTIVE} must be merge, replace or delete, not {directive}")
        if directive == "delete":
            return None
        entries = dict(target.effective()) if target is not None and directive != "replace" else {}
        for name, (key, value) in patch.effective().items():
            if name == _DIRECTIVE or name.startswith(_HINTS):
                continue
            old = entries.get(name)
            new = self.merge(old[1] if old else None, value, name)
            if new is not None:
                entries[name] = (old[0] if old else key, new)
            elif old:
                del entries[name]
        return mapping_of(patch if target is None else target, entries.values())

    def _sequence(self, target: Sequence | None, patch: Sequence, keys: Keys) -> Node | None:
        directive, items = _directive(patch)
        if directive == "delete":
            return None
        old = list(target.items) if target is not None and directive != "replace" else []
        if not keys:
            return sequence_of(patch, _once([*items, *old]))
        first: list[Node] = []
        several = len(keys) > 1
        for item in items:
            if not isinstance(item, Mapping) or (old and not any(_value(item, key) for key in keys)):
                raise KustomizeError(item.span, f"an item of this list needs {keys[0]}, for it to be merged")
            place = _place(old, item, keys)
            new = self._mapping(_as_mapping(old[place]) if place is not None else None, item)
            kept = [_keyed(new, item, keys)] if isinstance(new, Mapping) and new.effective() else []
            if place is not None:
                # With several keys kustomize leaves an item where it is, with one it goes to the front.
                old[place : place + 1] = kept if several else []
            if place is None or not several:
                first += kept
        return sequence_of(patch if target is None else target, (*first, *old))


def _form(node: Node) -> type[Node]:
    return Mapping if isinstance(node, Mapping) else Sequence if isinstance(node, Sequence) else Scalar


def _as_mapping(node: Node) -> Mapping | None:
    return node if isinstance(node, Mapping) else None


def _directive(patch: Sequence) -> tuple[str, list[Node]]:
    """The directive that an item of its own gives for the whole list, and the other items."""
    found, rest = "", []
    for item in patch.items:
        names = item.effective() if isinstance(item, Mapping) else {}
        if isinstance(item, Mapping) and set(names) == {_DIRECTIVE}:
            found = scalar_text(item.get(_DIRECTIVE)) or ""
        else:
            rest.append(item)
    return found, rest


def _value(item: Node, key: str) -> str:
    return (scalar_text(item.get(key)) or "") if isinstance(item, Mapping) else ""


def _place(items: list[Node], wanted: Node, keys: Keys) -> int | None:
    """Where the item is that a patch means: first by all keys, then without those that only one of both writes."""
    exact = tuple(_value(wanted, key) for key in keys)
    same = (index for index, each in enumerate(items) if tuple(_value(each, key) for key in keys) == exact)
    alike = (index for index, each in enumerate(items) if _match(each, wanted, keys))
    return next(same, next(alike, None))


def _match(one: Node, other: Node, keys: Keys) -> bool:
    """Whether two items are the same one; a second key counts only where both write it (`protocol`)."""
    pairs = [(_value(one, key), _value(other, key)) for key in keys]
    if not pairs[0][0]:
        return False
    return pairs[0][0] == pairs[0][1] and all(not mine or not yours or mine == yours for mine, yours in pairs[1:])


def _keyed(item: Mapping, patch: Mapping, keys: Keys) -> Mapping:
    """The item with its keys: `$patch: replace` leaves them to the patch."""
    entries = dict(item.effective())
    for key in keys:
        value = patch.get(key)
        if key not in entries and value is not None:
            entries[key] = (patch.key(key) or scalar_at(value, key), value)
    return mapping_of(item, entries.values())


def _once(items: list[Node]) -> Iterator[Node]:
    """The items, single values only once."""
    seen: set[str] = set()
    for item in items:
        text = scalar_text(item)
        if text is None or text not in seen:
            yield item
        if text is not None:
            seen.add(text)
