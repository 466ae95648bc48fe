"""Which objects a patch or a replacement is for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from celerylint.facts.kustomize.resource import Identity, KustomizeError, Resource
from celerylint.facts.manifests.reading import entries, scalar_text
from celerylint.sources.yaml import Mapping, mapping, path

# Patterns that Python's engine answers at once, whatever the name: few repetitions, and none of a group.
_REPEATED = re.compile(r"(?<!\\)[*+{]")
_GROUP_REPEATED = re.compile(r"\)[*+{]")
_LONGEST = 300  # characters of a pattern, and of a name
_REQUIREMENT = re.compile(
    r"\s*(?:(?P<absent>!)\s*(?P<without>[^\s,=!()]+)"
    r"|(?P<key>[^\s,=!()]+)\s*(?:(?P<operator>==?|!=)\s*(?P<value>[^\s,()]*)"
    r"|\s(?P<set>in|notin)\s*\((?P<values>[^()]*)\))?)\s*(?:,|\Z)"
)


@dataclass(frozen=True, slots=True)
class Selector:
    """A `target` or `select`: each part is a pattern for the whole text; an empty one fits everything."""

    group: str
    version: str
    kind: str
    name: str
    namespace: str
    labels: str
    annotations: str

    def selects(self, resource: Resource) -> bool:
        """Whether the patch is for it, by its first or its present name. Raises ValueError where that is not told."""
        first, now = resource.original, resource.identity
        return (
            (_fits(self.namespace, first.place) or _fits(self.namespace, now.place))
            and (_fits(self.name, first.name) or _fits(self.name, now.name))
            and self._fits_kind(now)
            and self._fits_metadata(resource)
        )

    def means(self, resource: Resource) -> bool:
        """Whether a replacement is for it, by any one of its names. Raises ValueError where that is not told."""
        found = any(
            _fits(self.name, each.name) and _fits(self.namespace, each.namespace) and self._fits_kind(each)
            for each in resource.identities
        )
        return found and self._fits_metadata(resource)

    @property
    def empty(self) -> bool:
        """Whether it says nothing but labels and annotations."""
        return not any((self.group, self.version, self.kind, self.name, self.namespace))

    def _fits_kind(self, identity: Identity) -> bool:
        return (
            _fits(self.group, identity.group)
            and _fits(self.version, identity.release)
            and _fits(self.kind, identity.kind)
        )

    def _fits_metadata(self, resource: Resource) -> bool:
        pairs = ((self.labels, "labels"), (self.annotations, "annotations"))
        return all(not wanted or _has(resource, key, wanted) for wanted, key in pairs)


def selector(node: Mapping) -> Selector:
    """What a `target` or `select` writes."""
    texts = {key.value: scalar_text(value) or "" for key, value in entries(node)}
    keys = ("group", "version", "kind", "name", "namespace", "labelSelector", "annotationSelector")
    return Selector(*(texts.get(key, "") for key in keys))


def _fits(pattern: str, text: str) -> bool:
    """Whether the pattern fits the whole text. Raises ValueError where it cannot be told."""
    if not pattern or pattern == text:
        return True
    repeated = len(_REPEATED.findall(pattern))
    if repeated > 3 or len(pattern) > _LONGEST or len(text) > _LONGEST or _GROUP_REPEATED.search(pattern):
        raise ValueError(f"the pattern `{pattern[:40]}` is too involved")
    try:
        return re.fullmatch(f"(?:{pattern})", text) is not None
    except (re.error, OverflowError) as error:
        raise ValueError(f"the pattern `{pattern[:40]}` cannot be read") from error


def _has(resource: Resource, key: str, wanted: str) -> bool:
    """Whether labels or annotations fulfil a selector such as `app=shop,tier in (a,b),!old`."""
    found = mapping(path(resource.node, "metadata", key))
    values = {name.value: scalar_text(value) or "" for name, value in entries(found)}
    position = 0
    while position < len(wanted):
        match = _REQUIREMENT.match(wanted, position)
        if match is None or match.end() == position:
            raise ValueError(f"the selector `{wanted[:40]}` cannot be read")
        position = match.end()
        if not _fulfilled(match, values):
            return False
    return True


def _fulfilled(match: re.Match[str], values: dict[str, str]) -> bool:
    if match["absent"]:
        return match["without"] not in values
    value = values.get(match["key"])
    if match["set"]:
        inside = value is not None and value in [each.strip() for each in match["values"].split(",")]
        return inside if match["set"] == "in" else not inside
    if match["operator"] == "!=":
        return value != match["value"]
    return value is not None if match["operator"] is None else value == match["value"]


def chosen(resources: tuple[Resource, ...], wanted: Selector, node: Mapping) -> tuple[int, ...]:
    """The places of those that are selected. Raises KustomizeError where that cannot be told."""
    try:
        return tuple(index for index, resource in enumerate(resources) if wanted.selects(resource))
    except ValueError as error:
        raise KustomizeError(node.span, str(error)) from error
