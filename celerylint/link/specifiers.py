"""From what a requirement writes to the versions that it allows (PEP 440), and when it holds at all (PEP 508)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from celerylint.facts.dependencies import Requirement
from celerylint.model.version import ANY, FIRST, LAST, Cut, Stretch, cut, join, meet
from celerylint.origin import Unknown

_PYTHONS = tuple(range(6, 16))  # the second numbers of the Pythons that Celery 4.4 to 5.7 run on, and one more


@cache
def allowed(specifier: str) -> tuple[Stretch, ...] | Unknown:
    """The versions that a specifier allows; alternatives stand between `||`."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion

    found: list[tuple[Stretch, ...]] = []
    try:
        for alternative in specifier.split("||"):
            stretches: tuple[Stretch, ...] = ANY
            for each in SpecifierSet(alternative.strip()):
                stretches = meet(stretches, _clause(each.operator, each.version))
            found.append(stretches)
    except (InvalidSpecifier, InvalidVersion):
        return Unknown(f"`{specifier}` names no version to read")
    return join(*found)


def _clause(operator: str, version: str) -> tuple[Stretch, ...]:
    prefix = version.endswith(".*")
    release = _release(version.removesuffix(".*"))
    before, behind = cut(release), cut(release, behind=True)
    if prefix:
        behind = cut([*release[:-1], release[-1] + 1])
    if operator in ("==", "==="):
        return (Stretch(before, behind),)
    if operator == "!=":
        return _apart(before, behind)
    if operator == "~=":
        return (Stretch(before, cut([*release[:-2], release[-2] + 1])),)
    return {
        "<": (Stretch(FIRST, before),),
        "<=": (Stretch(FIRST, behind),),
        ">": (Stretch(behind, LAST),),
        ">=": (Stretch(before, LAST),),
    }[operator]


def _apart(before: Cut, behind: Cut) -> tuple[Stretch, ...]:
    return tuple(each for each in (Stretch(FIRST, before), Stretch(behind, LAST)) if each.low < each.high)


def _release(version: str) -> tuple[int, ...]:
    """The numbers of a version. Raises InvalidVersion, also where it has an epoch: no package looked for has one."""
    from packaging.version import InvalidVersion, Version

    parsed = Version(version)
    if parsed.epoch:
        raise InvalidVersion(version)
    return parsed.release


@cache
def pythons(specifier: str) -> tuple[int, ...]:
    """The second numbers of the Pythons 3 that a project supports; all of them where it does not say it readably."""
    stretches = allowed(specifier)
    if isinstance(stretches, Unknown):
        return _PYTHONS
    series = {minor: (Stretch(cut((3, minor)), cut((3, minor + 1))),) for minor in _PYTHONS}
    return tuple(minor for minor in _PYTHONS if meet(stretches, series[minor])) or _PYTHONS


def choices(requirements: Sequence[Requirement], minors: Sequence[int]) -> list[list[Requirement]]:
    """Which of them hold together: one list for each Python that makes a difference; none is empty."""
    if not any(each.marker for each in requirements):
        return [list(requirements)] if requirements else []
    found = [[each for each in requirements if _holds(each.marker, minor)] for minor in minors]
    distinct = {tuple(map(id, some)): some for some in found if some}
    return list(distinct.values())


def _holds(marker: str, minor: int) -> bool:
    """Whether a marker holds on Linux with that Python; one that cannot be read may."""
    if not marker:
        return True
    from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName

    environment = {
        "implementation_name": "cpython",
        "implementation_version": f"3.{minor}.9",
        "os_name": "posix",
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": "Linux",
        "platform_version": "",
        "python_full_version": f"3.{minor}.9",
        "python_version": f"3.{minor}",
        "sys_platform": "linux",
        "extra": "",
    }
    try:
        return Marker(marker).evaluate(environment)
    except (InvalidMarker, UndefinedComparison, UndefinedEnvironmentName):
        return True
