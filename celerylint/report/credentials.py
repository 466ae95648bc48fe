"""Passwords that stand in what was read: never printed, wherever they stand."""

from __future__ import annotations

import re

MASK = "***"

# A password may hold `/` and `@` unescaped, so everything up to the last `@` before the next URL is hidden.
_USERINFO = re.compile(r"""(?<=://)(?:(?!://)[^\s"'`<>])*(?=@)""")
_PARAMETER = re.compile(
    r"""(?<=[?&;])([\w.-]*(?:password|passwd|secret|token|_key|credential)[\w.-]*=)([^&;\s"'#]+)""", re.I
)
# Bounded, and without what may stand in front of the word: a line of a megabyte is searched in linear time.
_ASSIGNED = re.compile(
    r"""(?:password|passwd|passphrase|secret|api_?key|access_?key|private_?key|token|credentials?)[\w.-]{0,100}
        ["']?\]?\s*(?::\s*\w+\s*)?(?:=|:\s)\s*[rbuf]{0,2}(["'])(?P<value>[^"']+)\1""",
    re.I | re.X,
)
_ENTRY = re.compile(
    r"""^[\s-]*["']?[\w.-]*(?:password|passwd|passphrase)["']?:\s+(?P<value>[^\s"'#{\[&*|>][^#]*?)\s*(?:\#.*)?$""", re.I
)
# What stands behind a variable's `$` is in no file.
_OPTION = re.compile(
    r"""--(?:basic[_-]auth|[\w-]{0,40}(?:password|passwd|secret|token|api[_-]key))(?:=|["',\s]+)(?P<value>[^\s"'$=-][^\s"']*)""",
    re.I,
)
_SECRET_NAME = re.compile(r"password|passwd|passphrase|secret|credential|token|key", re.I)
_NO_SECRET = re.compile(r"routing_?key|key_?prefix|keyspace|key_?file|monkey", re.I)


def hidden(text: str) -> list[tuple[int, int]]:
    """The stretches of a line (from 0, end exclusive) that hold a password: in order, apart from each other."""
    found = [match.span() for match in _USERINFO.finditer(text) if match.group()]
    found += [match.span(2) for match in _PARAMETER.finditer(text)]
    found += [match.span("value") for match in (*_ASSIGNED.finditer(text), *_ENTRY.finditer(text))]
    found += [match.span("value") for match in _OPTION.finditer(text)]
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def masked(text: str) -> str:
    """The text with `***` for every password in it."""
    for start, end in reversed(hidden(text)):
        text = f"{text[:start]}{MASK}{text[end:]}"
    return text


def is_secret(name: str) -> bool:
    """Whether a setting or variable of this name holds a secret, so that its whole value is hidden."""
    return bool(_SECRET_NAME.search(_NO_SECRET.sub("", name)))
