"""Which versions of Celery and its companions an app runs on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from celerylint.facts.dependencies import PACKAGES, Kind, Requirement
from celerylint.link.requirements import RequirementFiles, is_aside, project
from celerylint.link.specifiers import allowed, choices, pythons
from celerylint.model import Version, Versions
from celerylint.model.version import ANY, Stretch, join, meet
from celerylint.origin import Layer, Origin, Span, Unknown, Value, unknown


@dataclass(frozen=True, slots=True)
class Said:
    """What an installation of one file comes to for a package: `stretches` is ANY where it names no version."""

    stretches: tuple[Stretch, ...]
    text: str
    spans: tuple[Span, ...]
    aside: bool = False  # for development, tests or documentation
    unclear: str = ""

    @property
    def pinned(self) -> bool:
        """Whether it leaves no choice to the day of the installation."""
        return not self.unclear and self.stretches != ANY and all(map(_is_exact, self.stretches))


def _is_exact(stretch: Stretch) -> bool:
    return Version((stretch,), "").exact


def versions_by_file(files: RequirementFiles, apps: Sequence[str]) -> dict[str, Versions]:
    """The versions that the apps in these files run on."""
    read: dict[tuple[str, ...], Versions] = {}
    found: dict[str, Versions] = {}
    for app in apps:
        paths = files.of(app, apps)
        if paths not in read:
            read[paths] = _versions(files, paths)
        found[app] = read[paths]
    return found


def _versions(files: RequirementFiles, paths: Sequence[str]) -> Versions:
    return Versions(**{name.replace("-", "_"): _version(files, name, paths) for name in PACKAGES})


def _version(files: RequirementFiles, name: str, paths: Sequence[str]) -> Value[Version]:
    """A pin beats a range, and a range a bare name; a lock file further up counts where the nearer ranges allow it."""
    said = [(path, each) for path in paths if (each := _said(files, path, name)) is not None]
    near = _chosen([each for path, each in said if project(path) == project(paths[0])])
    far = [each for path, each in said if project(path) != project(paths[0])]
    if not near or not all(each.pinned for each in near):
        near = next(([each] for each in far if _fits(each, near)), near)
    return _as_value(name, near, paths)


def _said(files: RequirementFiles, path: str, name: str) -> Said | None:
    """What an installation of this file comes to; None where it does not name the package."""
    every = list(files.said(path, name))
    own = [each for each in every if each.group == ""] or every
    parts = [_together(some) for some in _installations(own, pythons(files.python(path)) if own else ())]
    if not parts:
        return None
    return Said(
        join(*(part.stretches for part in parts)),
        " or ".join(dict.fromkeys(part.text for part in parts)),
        tuple(dict.fromkeys(span for part in parts for span in part.spans)),
        is_aside(path) or all(is_aside(each.group) for each in own),
        next((part.unclear for part in parts if part.unclear), ""),
    )


def _installations(requirements: Sequence[Requirement], minors: Sequence[int]) -> list[list[Requirement]]:
    """The requirements that hold together: what is locked twice is never installed together, nor are two groups."""
    locked = [each for each in requirements if each.kind is Kind.LOCKED]
    groups = [[each] for each in locked] or [
        [each for each in requirements if each.group == group]
        for group in dict.fromkeys(each.group for each in requirements)
    ]
    return [some for group in groups for some in choices(group, minors)]


def _together(requirements: Sequence[Requirement]) -> Said:
    """What holds where all of these do."""
    deciding = [each for each in requirements if each.kind is Kind.OVERRIDDEN] or requirements
    stretches: tuple[Stretch, ...] = ANY
    unclear = ""
    for each in deciding:
        found = Unknown(each.unclear) if each.unclear else allowed(each.specifier)
        if isinstance(found, Unknown):
            unclear = unclear or found.reason
        else:
            stretches = meet(stretches, found)
    if not stretches:
        unclear = "its requirements contradict each other"
    spans = tuple(each.span for each in deciding)
    return Said(stretches, _text(stretches, [each.specifier for each in deciding]), spans, unclear=unclear)


def _text(stretches: tuple[Stretch, ...], specifiers: Sequence[str]) -> str:
    """The versions as people say them: the one, or what is written of them."""
    pins = [each.lstrip("=") for each in specifiers if each.startswith("==") and "," not in each and "*" not in each]
    if pins and len(stretches) == 1 and _is_exact(stretches[0]):
        return pins[0]
    return ",".join(dict.fromkeys(each for each in specifiers if each))


def _chosen(said: Sequence[Said]) -> list[Said]:
    """Those that count: what is installed in production; there pins before ranges, ranges before bare names."""
    some = [each for each in said if not each.aside] or list(said)
    pins = [each for each in some if each.pinned]
    ranges = [each for each in some if each.unclear or each.stretches != ANY]
    return pins or ranges or some


def _fits(lock: Said, near: Sequence[Said]) -> bool:
    return not near or bool(meet(lock.stretches, join(*(each.stretches for each in near))))


def _as_value(name: str, said: Sequence[Said], paths: Sequence[str]) -> Value[Version]:
    if not said:
        where = Span.of_line(paths[0]) if paths else None
        return unknown(f"no requirement or lock file of the app's project names {name}", where)
    spans = tuple(dict.fromkeys(span for each in said for span in each.spans))
    unclear = next((each.unclear for each in said if each.unclear), "")
    if unclear:
        return unknown(f"the version of {name} is not known: {unclear}", spans[0])
    stretches = join(*(each.stretches for each in said))
    if stretches == ANY:
        return unknown(f"{spans[0].path} names {name} without a version", spans[0])
    text = " or ".join(dict.fromkeys(each.text for each in said))
    via = tuple(Origin(Layer.DEPENDENCY, span) for span in spans[1:])
    return Value(Version(stretches, text), Origin(Layer.DEPENDENCY, spans[0], via))


def no_versions(reason: str) -> Versions:
    """The versions of something that no file tells of."""
    return Versions(**{each.name: unknown(reason) for each in fields(Versions)})
