"""What one line says of a package, whatever the format it stands in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from celerylint.origin import Span
from celerylint.sources.text import Text

PACKAGES = (
    "amqp",
    "billiard",
    "celery",
    "celery-redbeat",
    "django",
    "django-celery-beat",
    "django-celery-results",
    "eventlet",
    "flower",
    "gevent",
    "kombu",
    "redis",
    "vine",
)
"""The packages that are looked for, by their normalised names (PEP 503); lines of others are not parsed."""

_NAME = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_DASHES = re.compile(r"[-_.]+")
_DECIDES = re.compile(
    # An own tag of Celery's, and what a wheel or an archive is called.
    r"github\.com[/:]celery/[\w.-]+?(?:\.git)?@v?(?P<tag>\d+(?:\.\d+)+)(?=[#?]|$)"
    r"|/(?P<name>[A-Za-z][\w.]*?)-(?P<file>\d+(?:\.\d+)*(?:(?:a|b|rc|\.post)\d+)?)(?:-[\w.-]+\.whl|\.tar\.gz|\.zip)(?=[#?]|$)"
)


class Kind(StrEnum):
    """How binding a line is."""

    LOCKED = "locked"  # what a resolver has chosen; several of one package are alternatives
    REQUIRED = "required"
    CONSTRAINED = "constrained"  # holds where something else asks for the package
    OVERRIDDEN = "overridden"  # holds whatever else asks for


@dataclass(frozen=True, slots=True)
class Requirement:
    """A package by its normalised name, and which versions of it do.

    `specifier` is as PEP 440 has it, empty where any version does; alternatives stand between ` || `. `marker` is as
    PEP 508 has it, empty where it always holds. `group` is the extra or the group that it belongs to, empty for what
    everybody installs. `unclear` says why nobody can tell the version from the line.
    """

    name: str
    specifier: str
    span: Span
    kind: Kind = Kind.REQUIRED
    marker: str = ""
    group: str = ""
    unclear: str = ""


@dataclass(frozen=True, slots=True)
class Include:
    """Another file of requirements that this one takes in; the path is as written, relative to this file's folder."""

    path: str
    span: Span
    kind: Kind = Kind.REQUIRED


@dataclass(frozen=True, slots=True)
class DependencyFacts:
    """What a file says of the packages that are looked for, in its order; `python` is what it needs of Python."""

    requirements: tuple[Requirement, ...] = ()
    includes: tuple[Include, ...] = ()
    python: str = ""


def package(name: str) -> str | None:
    """The normalised name where the package is looked for."""
    normal = _DASHES.sub("-", name).lower()
    return normal if normal in PACKAGES else None


def named(text: str) -> str | None:
    """The package that a requirement such as `celery[redis]>=5.4; …` begins with, where it is looked for."""
    match = _NAME.match(text)
    return package(match[1]) if match else None


def required(text: str, span: Span, kind: Kind = Kind.REQUIRED, group: str = "") -> Requirement | None:
    """A requirement as PEP 508 writes it; None where its package is not looked for."""
    name = named(text)
    if name is None:
        return None
    from packaging.requirements import InvalidRequirement
    from packaging.requirements import Requirement as Parsed

    try:
        parsed = Parsed(text.strip())
    except InvalidRequirement:
        return Requirement(name, "", span, kind, group=group, unclear=f"`{shortened(text)}` names no version to read")
    marker = str(parsed.marker or "")
    if parsed.url:
        return from_url(name, parsed.url, span, kind, marker, group)
    return Requirement(name, str(parsed.specifier), span, kind, marker, group)


def from_url(
    name: str, url: str, span: Span, kind: Kind = Kind.REQUIRED, marker: str = "", group: str = ""
) -> Requirement:
    """A package that comes from an address: its version is known where a tag of its own or the file's name says it."""
    found = _DECIDES.search(url)
    if found and (found["tag"] or package(found["name"]) == name):
        return Requirement(name, f"=={found['tag'] or found['file']}", span, kind, marker, group)
    return Requirement(name, "", span, kind, marker, group, f"it comes from {shortened(url)}, which names no version")


def shortened(text: str) -> str:
    """What is written, on one line and not too long, without a password."""
    line = re.sub(r"//[^/@\s]*@", "//", " ".join(text.split()))
    return line if len(line) <= 60 else f"{line[:59]}…"


def line_span(text: Text, start: int, end: int) -> Span:
    """The stretch between two offsets, without the blanks around it."""
    stretch = text.text[start:end]
    first = start + len(stretch) - len(stretch.lstrip())
    return text.span(first, max(first, start + len(stretch.rstrip())))
