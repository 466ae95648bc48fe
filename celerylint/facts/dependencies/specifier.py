"""Versions as poetry and conda write them, in the words of PEP 440."""

from __future__ import annotations

import re
from collections.abc import Callable

Clause = Callable[[str, str], str]
OR = " || "
_NUMBERS = re.compile(r"(\d+)(?:\.(\d+))?(?:\.(\d+))?")
_CLAUSE = re.compile(r"(?P<sign>\^|~=|~|===|==|!=|>=|<=|>|<|=)?\s*(?P<version>[A-Za-z0-9*][\w.*+!-]*)")
_SEPARATOR = re.compile(r"\s*,\s*|\s+")


def from_poetry(text: str) -> str:
    """Poetry's constraints: `^5.3`, `~5.3`, `5.*`, a bare version is exactly that one, `||` and `|` are alternatives.

    Empty where any version does. Raises ValueError where it is none of these.
    """
    return OR.join(filter(None, _alternatives(text, _poetry)))


def from_conda(text: str) -> str:
    """Conda's constraints: `=5.4` and a bare `5.4` begin with it, `|` are alternatives; builds are left out.

    Empty where any version does. Raises ValueError where it is none of these.
    """
    return OR.join(filter(None, _alternatives(text, _conda)))


def _alternatives(text: str, clause: Clause) -> list[str]:
    parts = [_clauses(part.strip(), clause) for part in re.split(r"\s*\|\|?\s*", text.strip())]
    return [] if "" in parts else parts


def _clauses(text: str, clause: Clause) -> str:
    joined = re.sub(r"(\^|[~<>=!]=*)\s+", r"\1", text)
    parts = [part for part in _SEPARATOR.split(joined) if part]
    found = []
    for part in parts:
        match = _CLAUSE.fullmatch(part)
        if match is None:
            raise ValueError(text)
        found.append(clause(match["sign"] or "", match["version"]))
    return ",".join(filter(None, found))


def _poetry(sign: str, version: str) -> str:
    if version == "*":
        return ""
    if sign in ("^", "~"):
        return f">={version},<{_above(sign, version)}"
    return f"{sign if sign not in ('', '=') else '=='}{version}"


def _above(sign: str, version: str) -> str:
    """The first version that does not do: `^` keeps the first number that is not zero, `~` the second one."""
    match = _NUMBERS.match(version)
    if match is None:
        raise ValueError(version)
    numbers = [int(each) for each in match.groups() if each is not None]
    if sign == "~":
        kept = min(len(numbers), 2)
    else:
        kept = next((index for index, each in enumerate(numbers) if each), len(numbers) - 1) + 1
    return ".".join(map(str, [*numbers[: kept - 1], numbers[kept - 1] + 1]))


def _conda(sign: str, version: str) -> str:
    if version == "*":
        return ""
    if sign in ("", "="):
        return f"=={version.removesuffix('*').removesuffix('.')}.*"
    if sign not in ("==", "!=", ">=", "<=", ">", "<", "~="):
        raise ValueError(version)
    return f"{sign}{version}"
