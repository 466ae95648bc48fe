"""Pages from their files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from celerylint.configuration import did_you_mean
from celerylint.finding import Severity
from celerylint.page.error import PageError
from celerylint.page.scope import SCOPES
from celerylint.page.source import Source, front_matter, split

_CODE = re.compile(r"[A-Z]{3}[0-9]{3}")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NEEDED = ("code", "name", "summary", "scope", "severity", "since", "when", "message", "at")
_FREE = ("parameters", "because", "fix", "references", "error-when")


@dataclass(frozen=True, slots=True)
class Page:
    """A rule as it is written: expressions are texts here, `prepare` checks and compiles them."""

    code: str
    name: str
    summary: str
    scope: str
    severity: Severity
    since: str
    when: str
    message: str
    at: tuple[str, ...]  # where it points: the first that has a place
    source: Source
    parameters: Mapping[str, Any]
    because: tuple[str, ...] | None = None  # None: whatever `when` read
    error_when: str | None = None
    fix: str | Mapping[str, Any] | None = None
    references: tuple[str, ...] = ()
    topic: str = ""  # the folder that it stands in
    url: str = ""

    @property
    def path(self) -> str:
        """Its file."""
        return self.source.path


def read_page(path: Path, topic: str = "", base: str = "") -> Page:
    """One page. Raises PageError where the file cannot be read or is no page."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PageError(path.as_posix(), 1, 1, f"the page cannot be read: {error}") from None
    topic = "" if topic == "." else topic
    return parse_page(split(path.as_posix(), text), path.stem, topic, base)


def parse_page(source: Source, stem: str, topic: str = "", base: str = "") -> Page:
    """The page that a text is. Raises PageError."""
    data = front_matter(source)
    _check_keys(source, data)
    page = Page(
        code=_matching(source, data, "code", _CODE, "three capitals and three digits"),
        name=_matching(source, data, "name", _NAME, "lower-case words with hyphens"),
        summary=_text(source, data, "summary"),
        scope=_one_of(source, data, "scope", tuple(SCOPES)),
        severity=Severity(_one_of(source, data, "severity", tuple(Severity))),
        since=_text(source, data, "since"),
        when=_text(source, data, "when"),
        message=_text(source, data, "message"),
        at=_texts(source, data, "at"),
        source=source,
        parameters=_parameters(source, data),
        because=_texts(source, data, "because") if "because" in data else None,
        error_when=_text(source, data, "error-when") if "error-when" in data else None,
        fix=_fix(source, data),
        references=_texts(source, data, "references") if "references" in data else (),
        topic=topic,
        url="/".join(part for part in (base, topic, f"{stem}.md") if part) if base else "",
    )
    if page.name != stem:
        raise source.at_value(("name",), f"the name is not the file's, `{stem}`")
    return page


def _check_keys(source: Source, data: Mapping[Any, Any]) -> None:
    known = (*_NEEDED, *_FREE)
    for key in data:
        if key not in known:
            raise source.at_key(str(key), f"a page has no key `{key}`{did_you_mean(str(key), known)}")
    missing = [key for key in _NEEDED if key not in data]
    if missing:
        raise source.error(f"the front matter lacks {' and '.join(f'`{key}`' for key in missing)}", 0, 3)


def _text(source: Source, data: Mapping[str, Any], key: str) -> str:
    value = data[key]
    if not isinstance(value, str) or not value.strip():
        raise source.at_value((key,), f"`{key}` must be a text, in quotes where YAML reads something else")
    return value.rstrip("\n")


def _matching(source: Source, data: Mapping[str, Any], key: str, pattern: re.Pattern[str], words: str) -> str:
    value = _text(source, data, key)
    if not pattern.fullmatch(value):
        raise source.at_value((key,), f"`{key}` must be {words}")
    return value


def _one_of(source: Source, data: Mapping[str, Any], key: str, choices: tuple[str, ...]) -> str:
    value = _text(source, data, key)
    if value not in choices:
        known = ", ".join(f"`{choice}`" for choice in choices)
        raise source.at_value((key,), f"no {key} `{value}` (there are {known}){did_you_mean(value, choices)}")
    return value


def _texts(source: Source, data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """A list of texts; a single text counts as a list of one."""
    values = data[key] if isinstance(data[key], list) else [data[key]]
    for value in values:
        if not isinstance(value, str) or not value.strip():
            raise source.at_value((key,), f"`{key}` must be a text or a list of texts")
    return tuple(value.rstrip("\n") for value in values)


def _parameters(source: Source, data: Mapping[str, Any]) -> Mapping[str, Any]:
    parameters = data.get("parameters") or {}
    if not isinstance(parameters, dict):
        raise source.at_value(("parameters",), "`parameters` must be a mapping of names to values")
    for name, value in parameters.items():
        if not (isinstance(name, str) and name.isidentifier()):
            raise source.at_value(("parameters",), f"the parameter `{name}` must be a plain name")
        if not (isinstance(value, (bool, int, float, str)) or _is_texts(value)):
            raise source.at_value(
                ("parameters", name), "a parameter is a number, a text, true or false, or a list of texts"
            )
    return parameters


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _fix(source: Source, data: Mapping[str, Any]) -> str | Mapping[str, Any] | None:
    fix = data.get("fix")
    if fix is None or isinstance(fix, (str, dict)):
        return fix
    raise source.at_value(("fix",), "`fix` must be a recipe's name, or a mapping")
