"""Functions of texts (sprig 3)."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any

from celerylint.sources.helm.plain.values import Unknowable, shown


def text(value: Any) -> str:
    found = shown(value)
    if isinstance(found, Unknowable):
        raise ValueError
    return found


def texts(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of texts alone: the engine refuses all else."""

    def checked(*arguments: Any) -> Any:
        if not all(isinstance(each, str) for each in arguments):
            raise TypeError
        return function(*arguments)

    return checked


def quoted(mark: str) -> Callable[..., Any]:
    def quote(*values: Any) -> Any:
        texts = []
        for value in values:
            if value is None:
                continue
            text = shown(value)
            if isinstance(text, Unknowable):
                return text
            if mark in text or "\\" in text or not text.isprintable():
                return Unknowable("a text that is escaped")
            texts.append(f"{mark}{text}{mark}")
        return " ".join(texts)

    return quote


def indented(newline: str) -> Callable[[Any, Any], Any]:
    def indent(count: Any, text: Any) -> Any:
        if isinstance(text, Unknowable):
            return text
        if not isinstance(text, str) or not isinstance(count, int) or not 0 <= count <= 200:
            raise TypeError
        pad = " " * count
        return newline + pad + text.replace("\n", "\n" + pad)

    return indent


def to_string(value: Any) -> Any:
    return shown(value) if value is not None else Unknowable("Go's own form of nothing")


def printf(form: Any, *values: Any) -> Any:
    if not isinstance(form, str):
        raise TypeError
    pieces = re.split(r"(%[a-z%])", form)
    left = list(values)
    written = ""
    for piece in pieces:
        if piece == "%%":
            written += "%"
        elif re.fullmatch("%[a-z]", piece):
            written += verb(piece[1], left.pop(0))
        elif "%" in piece:
            raise ValueError
        else:
            written += piece
    if left:
        raise ValueError
    return written


def verb(verb: str, value: Any) -> str:
    fits = {"s": isinstance(value, str), "d": isinstance(value, int) and not isinstance(value, bool), "v": True}
    if not fits.get(verb, False) or value is None:
        raise ValueError
    return text(value)


def print_(*values: Any) -> Any:
    """Go's Sprint puts a space between two operands when neither is a text."""
    written = ""
    for index, value in enumerate(values):
        if index and not isinstance(value, str) and not isinstance(values[index - 1], str):
            written += " "
        written += text(value)
    return written


def join(separator: Any, values: Any) -> Any:
    if not isinstance(separator, str):
        raise TypeError
    items = values if isinstance(values, list) else [values]
    return separator.join(text(each) for each in items if each is not None)


def truncated(count: Any, text: Any) -> Any:
    if not isinstance(text, str) or not isinstance(count, int):
        raise TypeError
    if len(text) > abs(count) and not text.isascii():
        raise ValueError
    return text[:count] if count >= 0 else text[count:] if len(text) >= -count else text


def encoded(text: Any) -> Any:
    return base64.b64encode(text.encode()).decode()


def suffix(suffix: str, text: str) -> str:
    return text.removesuffix(suffix)


def trimmed(text: str) -> str:
    return text.strip()


def ascii_only(function: Callable[[str], str]) -> Callable[[str], str]:
    """A function that Go may have otherwise for other letters."""

    def checked(text: str) -> str:
        if not text.isascii():
            raise ValueError
        return function(text)

    return checked
