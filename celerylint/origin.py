"""Where a value came from: spans, origins, values, unknowns. The bottom of the house; imports nothing of ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Generic, TypeVar, cast

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a file. Lines and columns count from 1, in characters; the end column is exclusive."""

    path: str  # POSIX, relative to the linted root
    line: int
    column: int
    end_line: int
    end_column: int

    @classmethod
    def of_line(cls, path: str, line: int = 1) -> Span:
        """The start of a line, where nothing more exact is known."""
        return cls(path, line, 1, line, 1)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"

    def __contains__(self, other: Span) -> bool:
        """Whether the other stretch lies within this one."""
        start, end = (self.line, self.column), (self.end_line, self.end_column)
        return (
            self.path == other.path
            and start <= (other.line, other.column)
            and (other.end_line, other.end_column) <= end
        )


class Layer(StrEnum):
    """What kind of place a value was written in, strongest first where Celery ranks them."""

    CALL = "call"
    ANNOTATION = "annotation"
    TASK = "task"
    COMMAND_LINE = "command line"
    ENVIRONMENT = "environment"
    APP_CONF = "app.conf"
    CONFIG_OBJECT = "config object"
    DEFAULT = "default"
    MANIFEST = "manifest"
    CODE = "code"
    DEPENDENCY = "dependency"
    CONFIGURATION = "configuration"
    TAG = "tag"
    INFERRED = "inferred"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value stands (`span`), how it got there (`via`, nearest first) and what was read (`note`)."""

    layer: Layer
    span: Span | None = None
    via: tuple[Origin, ...] = ()
    note: str = ""

    def places(self) -> tuple[Span, ...]:
        """Every span of the chain, nearest first, each once."""
        own = (self.span,) if self.span else ()
        return tuple(dict.fromkeys((*own, *(span for step in self.via for span in step.places()))))


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can know this from the repository; `reason` says why, in the reader's words.

    `begins` is how the text begins all the same: `redis://` of `f"redis://{host}"`. What is made of an unknown text
    begins otherwise, unless it is put together from it.
    """

    reason: str
    begins: str = ""

    def __bool__(self) -> bool:
        raise TypeError(f"an unknown value has no truth: {self.reason}")


@dataclass(frozen=True, slots=True)
class Value(Generic[T_co]):
    """A value or `Unknown`, with its origin and the losers that it hides (strongest first)."""

    value: T_co | Unknown
    origin: Origin
    shadowed: tuple[Value[Any], ...] = field(default=())

    @property
    def known(self) -> bool:
        """Whether the value is certain to be this one."""
        return not isinstance(self.value, Unknown)

    def get(self) -> T_co:
        """The value itself. Raises ValueError where it is unknown."""
        if isinstance(self.value, Unknown):
            raise ValueError(self.value.reason)
        return self.value

    def otherwise(self, default: Any) -> Any:
        """The value, or `default` where it is unknown."""
        return default if isinstance(self.value, Unknown) else self.value

    @property
    def reason(self) -> str:
        """Why it is unknown; empty where it is known."""
        return self.value.reason if isinstance(self.value, Unknown) else ""

    def hiding(self, *losers: Value[Any]) -> Value[T_co]:
        """The same value, on top of those that it wins over."""
        return replace(self, shadowed=(*self.shadowed, *losers))

    def map(self, function: Callable[[T_co], Any]) -> Value[Any]:
        """The same origin with another value; an unknown stays as it is."""
        if isinstance(self.value, Unknown):
            return cast("Value[Any]", self)
        return replace(cast("Value[Any]", self), value=function(self.value))


def known(value: Any, layer: Layer, span: Span | None = None, note: str = "") -> Value[Any]:
    """A value that is written at `span`, or a default (no span)."""
    return Value(value, Origin(layer, span, (), note))


def unknown(reason: str, span: Span | None = None, via: tuple[Origin, ...] = ()) -> Value[Any]:
    """A value that the repository does not tell."""
    return Value(Unknown(reason), Origin(Layer.UNKNOWN, span, via))


def derive(function: Callable[..., Any], *inputs: Value[Any], note: str = "") -> Value[Any]:
    """What follows from other values: unknown as soon as one of them is; its `via` leads to them all."""
    for value in inputs:
        if isinstance(value.value, Unknown):
            return unknown(value.value.reason, value.origin.span, value.origin.via)
    via = tuple(value.origin for value in inputs)
    return Value(function(*(value.value for value in inputs)), Origin(Layer.INFERRED, None, via, note))
