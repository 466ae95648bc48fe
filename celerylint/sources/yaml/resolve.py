"""What a scalar's text means to the programs that read manifests: go-yaml, in kubectl, Helm and Compose.

go-yaml (resolve.go, v3) reads YAML 1.1 with exceptions, and celerylint follows it:

- `1:30` stays a text: YAML 1.1's base-60 numbers are not read.
- `yes`, `no`, `on`, `off`, `y`, `n` stay texts. go-yaml v3 makes them truths only where the program asks for
  one, and v2 always: their meaning depends on the field, and a text still shows which word was written.
- `0o17` and `017` are octal, `0b1` binary, `0x1f` hexadecimal, `1_000` is 1000, `1e3` is a float.
- Dates stay texts.
"""

from __future__ import annotations

import re

_PREFIX = "tag:yaml.org,2002:"

_WORDS: dict[str, bool | float | None] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_INTEGER = re.compile(r"[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_LONGEST = 300  # digits; Python refuses to convert integers of more than 4300, and no setting is one


def resolve(value: str, plain: bool, tag: str | None) -> str | int | float | bool | None:
    """A scalar's value: plain ones may be numbers, truths or nothing; others are texts unless a tag says more."""
    if plain:
        return _plain(value)
    kind = tag.removeprefix(_PREFIX) if tag else ""
    resolved = _plain(value)
    fits = {
        "int": isinstance(resolved, int) and not isinstance(resolved, bool),
        "bool": isinstance(resolved, bool),
        "null": resolved is None,
        "float": isinstance(resolved, (int, float)) and not isinstance(resolved, bool),
    }
    if not fits.get(kind, False):
        return value
    return float(value.replace("_", "")) if kind == "float" and value.isdecimal() else resolved


def _plain(value: str) -> str | int | float | bool | None:
    if value in _WORDS:
        return _WORDS[value]
    if value[0] not in "+-.0123456789" or len(value) > _LONGEST:
        return value
    digits = value.replace("_", "") if value[0] != "." else value
    if _INTEGER.fullmatch(digits):
        return _integer(digits)
    return float(digits) if _FLOAT.fullmatch(digits) else value


def _integer(digits: str) -> int:
    """A leading zero is octal, as in C."""
    unsigned = digits.lstrip("+-").lower()
    octal = unsigned[0] == "0" and unsigned[1:2].isdigit()
    number = int(unsigned, 8) if octal else int(unsigned, 0)
    return -number if digits[0] == "-" else number
