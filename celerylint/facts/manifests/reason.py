"""Whether a YAML or JSON file is worth reading: a look at its bytes, before anything is parsed."""

from __future__ import annotations

import codecs
import re

_COMPOSE_NAME = re.compile(r"(?:.*/)?(?:docker-)?compose(?:[._-][^/]*)?\.ya?ml", re.IGNORECASE)
# A schema of pods is as long as a hundred pods, and says nothing about any.
_SCHEMA = b"CustomResourceDefinition"
_OTHER_KIND = re.compile(rb"^kind:[ \t]*[\"']?(?!CustomResourceDefinition)\w", re.MULTILINE)
_SERVICES = re.compile(rb"^(?:services[ \t]*:|[{ \t]*\"services\")", re.MULTILINE)
_SERVICE_KEYS = (b"image", b"build", b"command", b"extends")
_ACTING = (
    b"ConfigMap",
    b"podSpec",  # of a ClowdApp
    b"HorizontalPodAutoscaler",
    b"ScaledObject",
    b"ScaledJob",
    b"VerticalPodAutoscaler",
    b"LimitRange",
    b"PodDisruptionBudget",
    b"PriorityClass",
    b"workloadRef",  # of a Rollout
)
_LOCKS = ("lock.yaml", "lock.yml", "lock.json")  # package managers': large, and about no container
# UTF-32's mark of little endian begins with UTF-16's.
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


def has_reason(data: bytes, path: str) -> bool:
    """Whether a file may hold workloads or what acts on them: may say yes in vain, never no."""
    if _COMPOSE_NAME.fullmatch(path):
        return True
    if path.endswith(_LOCKS) or (path.endswith(".json") and b'"apiVersion"' not in data and b'"services"' not in data):
        return False
    if data.startswith(_MARKS):
        # Without its zeros UTF-16 is close enough to ASCII for this look.
        data = data.replace(b"\0", b"").lstrip(b"".join(_MARKS))
    # Plain searches first: a pattern costs many times as much, and most files have none of these words.
    if (
        b"services" in data
        and _SERVICES.search(data)
        and any(key in data for key in (b"image", b"build", b"command", b"extends"))
    ):
        return True
    if b"kind" not in data:
        return mentions_celery(data)
    if _SCHEMA in data and not _OTHER_KIND.search(data):
        return False
    return b"container" in data or any(word in data for word in _ACTING) or mentions_celery(data)


def mentions_celery(data: bytes) -> bool:
    """Whether the word occurs, in any of the three ways it is written."""
    return b"elery" in data or b"CELERY" in data
