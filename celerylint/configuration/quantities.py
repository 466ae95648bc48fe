"""Durations and amounts of memory, as people write them."""

from __future__ import annotations

import math
import re

_DURATION = re.compile(r"(?:(\d+(?:\.\d+)?)d)?(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?")
_SECONDS = (86400, 3600, 60, 1)
_MEMORY = re.compile(r"(\d+(?:\.\d+)?)\s*(?:([kmgt])(i?)b?|b)?", re.IGNORECASE)
_POWERS = {"k": 1, "m": 2, "g": 3, "t": 4}


def seconds(written: object) -> float:
    """Seconds from a number or from `90s`, `20m`, `1h30m`, `2d`. Raises ValueError."""
    amount = _number(written)
    if isinstance(written, str):
        match = _DURATION.fullmatch(written.strip().lower())
        if match and any(match.groups()):
            amount = sum(float(part) * unit for part, unit in zip(match.groups(), _SECONDS, strict=True) if part)
    if amount is None or amount <= 0:
        raise ValueError('must be a duration such as "90s", "20m", "1h30m" or a number of seconds')
    return amount


def size(written: object) -> int:
    """Bytes from a whole number or from `200MiB`, `200Mi` (binary), `200MB`, `200M` (decimal). Raises ValueError."""
    amount = _number(written) if isinstance(written, int) else None
    if isinstance(written, str) and (match := _MEMORY.fullmatch(written.strip())):
        base = 1024 if match[3] else 1000
        amount = float(match[1]) * base ** _POWERS.get((match[2] or "").lower(), 0)
    if amount is None or not 1 <= amount < 2**63:
        raise ValueError('must be an amount of memory such as "200MiB" or a whole number of bytes')
    return int(amount)


def _number(written: object) -> float | None:
    """A finite number; Python counts True as one, TOML does not."""
    if isinstance(written, bool) or not isinstance(written, (int, float)):
        return None
    return float(written) if math.isfinite(written) else None
