"""Amounts as manifests write them: Kubernetes quantities, and Compose's bytes, CPUs and durations.

Exact all the way: an amount is a Fraction until the unit that is asked for.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction

Amount = str | int | float | bool | None

# kubernetes/apimachinery pkg/api/resource/suffix.go; a capital K is no suffix, and E alone is exa.
_BINARY = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50, "Ei": 2**60}
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_QUANTITY = re.compile(
    r"(?P<number>[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(?:[eE](?P<exponent>[+-]?[0-9]+)|(?P<suffix>[A-Za-z]*))"
)
_LARGEST = 2**63 - 1
_FINEST = Fraction(1, 10**9)
_LARGEST_EXPONENT = 40  # beyond it the amount is capped or rounded anyway, and the power would cost memory
_LONGEST = 64  # characters of a sensible amount

# docker/go-units size.go: 1024-based, whatever the spelling; `1GiB` is read, `1Gi` is not.
_COMPOSE_BYTES = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?(?:([kmgtp])(?:i?b)?|b)?", re.IGNORECASE)
_COMPOSE_POWER = {"k": 1, "m": 2, "g": 3, "t": 4, "p": 5}
_DURATION = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h|d|w)")
_SECONDS = {
    "ns": Fraction(1, 10**9),
    "us": Fraction(1, 10**6),
    "µs": Fraction(1, 10**6),
    "μs": Fraction(1, 10**6),
    "ms": Fraction(1, 1000),
    "s": Fraction(1),
    "m": Fraction(60),
    "h": Fraction(3600),
    "d": Fraction(86400),
    "w": Fraction(7 * 86400),
}


class QuantityError(ValueError):
    """What was read is no amount; the message names it and says what is wrong."""


def quantity(written: Amount) -> Fraction:
    """A Kubernetes quantity, rounded up to a billionth and capped at 2^63 - 1 as the API does.

    A YAML number (`1e3`, `0x10`, `1_000`) arrives as int or float. Raises QuantityError.
    """
    text = _text(written)
    match = _QUANTITY.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        raise QuantityError(f"{_shown(written)} is not a Kubernetes quantity")
    number = Fraction(match["number"].rstrip("."))
    if match["exponent"] is not None:
        return _bounded(number, int(match["exponent"]))
    suffix = match["suffix"]
    if suffix in _BINARY:
        return _bounded(number * _BINARY[suffix], 0)
    if suffix in _DECIMAL:
        return _bounded(number, _DECIMAL[suffix])
    raise QuantityError(f"{_shown(written)} is not a Kubernetes quantity: {_advice(suffix)}")


def memory(written: Amount) -> int:
    """Bytes of a Kubernetes quantity, rounded up (`400m` is 0.4 byte, so 1). Raises QuantityError."""
    return math.ceil(_not_negative(quantity(written), written))


def cpu(written: Amount) -> float:
    """Cores of a Kubernetes quantity: `500m` is 0.5. Raises QuantityError."""
    return float(_not_negative(quantity(written), written))


def compose_bytes(written: Amount) -> int:
    """Bytes of a Compose byte value: `512m`, `1.5gb`, `64 KiB`, or a number of bytes. Raises QuantityError."""
    text = _text(written)
    match = _COMPOSE_BYTES.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        raise QuantityError(f"{_shown(written)} is not a Compose byte value, such as 512m or 1gb")
    power = _COMPOSE_POWER.get((match[2] or "").lower(), 0)
    return min(int(Fraction(match[1]) * 1024**power), _LARGEST)


def compose_cpus(written: Amount) -> float:
    """Cores of a Compose `cpus`: `"0.5"`, 0.5 or 2. Raises QuantityError."""
    text = _text(written)
    if len(text) > _LONGEST or not re.fullmatch(r"[0-9]+\.?[0-9]*|\.[0-9]+", text):
        raise QuantityError(f"{_shown(written)} is not a number of CPUs")
    return float(Fraction(text.rstrip(".")))


def compose_duration(written: Amount) -> float:
    """Seconds of a Compose duration: `1m30s`, `10s`, `500ms`; only 0 needs no unit. Raises QuantityError."""
    text = _text(written)
    parts = _DURATION.findall(text) if len(text) <= _LONGEST else []
    if text == "0":
        return 0.0
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise QuantityError(f"{_shown(written)} is not a Compose duration, such as 10s or 1m30s")
    return float(sum(Fraction(number.rstrip(".")) * _SECONDS[unit] for number, unit in parts))


def compose_count(written: Amount) -> int:
    """A whole number, quoted or not: Compose converts it. Raises QuantityError."""
    text = str(written)
    if isinstance(written, bool) or not (text.isascii() and text.isdigit() and len(text) < 10):
        raise QuantityError(f"`{text[:40]}` is not a whole number")
    return int(text)


def compose_truth(written: Amount) -> bool:
    """A truth, quoted or not. Raises QuantityError."""
    truth = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}.get(str(written).lower())
    if truth is None:
        raise QuantityError(f"`{str(written)[:40]}` is neither true nor false")
    return truth


def _text(written: Amount) -> str:
    """What the API server reads: a YAML number as its decimal text, never a yes or no."""
    if written is None or isinstance(written, bool):
        raise QuantityError(f"{_shown(written)} is not an amount")
    if isinstance(written, float) and not math.isfinite(written):
        raise QuantityError(f"{_shown(written)} is not an amount")
    if isinstance(written, float) and written.is_integer() and abs(written) < 2**53:
        return str(int(written))
    if isinstance(written, int) and abs(written) > _LARGEST:
        return str(_LARGEST if written > 0 else -_LARGEST)
    return str(written).strip()


def _bounded(number: Fraction, exponent: int) -> Fraction:
    """number × 10^exponent, rounded up to a billionth, away from zero, and capped."""
    exponent = max(min(exponent, _LARGEST_EXPONENT), -_LARGEST_EXPONENT)
    exact = abs(number) * Fraction(10) ** exponent
    rounded = min(math.ceil(exact / _FINEST) * _FINEST, Fraction(_LARGEST))
    return -rounded if number < 0 else rounded


def _not_negative(amount: Fraction, written: Amount) -> Fraction:
    if amount < 0:
        raise QuantityError(f"{_shown(written)} is negative")
    return amount


def _advice(suffix: str) -> str:
    """What the writer may have meant by a suffix that Kubernetes does not know."""
    bare = suffix[:-1] if suffix[-1:] in ("B", "b") else suffix
    near = [good for good in (*_BINARY, *_DECIMAL) if good and good.lower() == bare.lower()]
    return f"no suffix {suffix!r}" + (f", did you mean {' or '.join(near)}?" if near else "")


def _shown(written: Amount) -> str:
    """The value as the reader knows it, cut where it is long."""
    if written is None or isinstance(written, bool):
        return {None: "nothing", True: "true", False: "false"}[written]
    if isinstance(written, int) and abs(written) > _LARGEST:
        return "a number beyond 2^63"
    text = str(written)
    return f"`{text if len(text) <= 40 else text[:37] + '...'}`"
