"""What a Python expression can come to besides plain data. Containers hold `Value`s, so that places survive."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from celerylint.origin import Span, Unknown, Value

LARGEST_DATA = 20_000  # elements; settings that share their parts could multiply without end


@dataclass(frozen=True, slots=True)
class Raised(Unknown):
    """No value, because evaluating certainly raises this exception: what `except` may catch."""

    exception: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class Either(Unknown):
    """No value, because nobody knows which of these it is: whatever is done with each may come to the same."""

    ways: tuple[Value[Any], ...] = field(default=(), kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class ModuleObject:
    """A module of the repository; `attributes` are those that the file which imports it assigns to it."""

    path: str
    attributes: Mapping[str, Value[Any]] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of several modules, of which nobody knows which: what all of them give alike is known all the same."""

    things: tuple[Value[Any], ...]
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class FunctionObject:
    """A function of the repository, with what surrounds it; `receiver` is what a bound method is bound to.

    `named_as` is the function whose name it took over by `functools.wraps`.
    """

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    frame: Any  # the evaluate.frame.Frame that it was defined in
    receiver: Value[Any] | None = None
    named_as: FunctionObject | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ClassObject:
    """A class of the repository; `attributes` are those that were assigned to it after its body."""

    node: ast.ClassDef
    frame: Any
    attributes: Mapping[str, Value[Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class InstanceObject:
    """An instance of a class of the repository, with what its class was called with.

    `attributes` are those that were assigned to it: after its `__init__`, or so far where it is still `raw`.
    """

    of: ClassObject
    positional: tuple[Value[Any], ...] = ()
    keywords: Mapping[str, Value[Any]] = field(default_factory=dict)
    attributes: Mapping[str, Value[Any]] = field(default_factory=dict)
    made: InstanceObject | None = None  # what its class made, where attributes were assigned to it since
    raw: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class SuperObject:
    """`super()`: the receiver of a method, looked at from the class that the method stands in."""

    receiver: Value[Any]
    owner: ClassObject


class Record(tuple[Any, ...]):
    """A named tuple of the repository or of `collections.namedtuple`."""

    names: tuple[str, ...]
    of: ClassObject | None

    @classmethod
    def made(cls, values: Mapping[str, Value[Any]], of: ClassObject | None) -> Record:
        """One with these fields."""
        record = cls(values.values())
        record.names, record.of = tuple(values), of
        return record


@dataclass(frozen=True, slots=True, eq=False)
class EnumMember:
    """A member of an enum of the repository.

    `mixin` is the plain type that the enum extends, so that the member equals its value: `str`, `int` or nothing.
    """

    of: ClassObject
    name: str
    value: Value[Any]
    mixin: str
    prints_value: bool  # whether `str()` gives the value: StrEnum and IntEnum do, `(str, Enum)` does not

    def is_one_with(self, other: EnumMember) -> bool | Unknown:
        """Whether two are the same member: names of one value are aliases."""
        if self.of.node is not other.of.node:
            return Unknown("members of different enums are compared") if self.mixin or other.mixin else False
        values = plain(self.value), plain(other.value)
        unknown = next((each for each in values if isinstance(each, Unknown)), None)
        if self.name == other.name or unknown is None:
            return self.name == other.name or bool(values[0] == values[1])
        return unknown


@dataclass(frozen=True, slots=True)
class ExternalObject:
    """Something that another distribution or the standard library defines, by its dotted name."""

    name: str
    of: ExternalCall | None = field(default=None, compare=False)  # what it is an attribute of: `Env()` of `Env().int`


@dataclass(frozen=True, slots=True, eq=False)
class ExternalCall:
    """What a call of something external gives: `kombu.Queue("a")`, `celery.schedules.crontab(minute=0)`."""

    name: str
    arguments: tuple[Value[Any], ...] = ()
    keywords: Mapping[str, Value[Any]] = field(default_factory=dict)
    node: ast.Call | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Namespace:
    """An object of which only the attributes are known: `types.SimpleNamespace(…)`, a named tuple."""

    described: str
    attributes: Mapping[str, Value[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class MatchObject:
    """Where a regular expression was found: the whole of it and its groups, and those that have names."""

    groups: tuple[str | None, ...]
    named: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class AppObject:
    """A Celery app, told apart by the place of the call that makes it."""

    span: Span


@dataclass(frozen=True, slots=True)
class AppMember:
    """An attribute of a Celery app: `app.task`, `app.conf`."""

    app: AppObject
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class PartialObject:
    """`functools.partial(function, …)`; `open` says why there may be other arguments, empty where there are none."""

    function: Value[Any]
    positional: tuple[Value[Any], ...]
    keywords: Mapping[str, Value[Any]]
    open: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class TaskDecorator:
    """What makes a task of a function: `shared_task`, `app.task(bind=True)`. Without an app: a task of every app.

    `open` says why there may be other options; empty where there are none.
    """

    app: AppObject | None
    options: Mapping[str, Value[Any]] = field(default_factory=dict)
    open: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class TaskObject:
    """A task that was made of a function."""

    function: FunctionObject
    made_by: TaskDecorator


@dataclass(frozen=True, slots=True)
class TreePath:
    """A path in the repository, as a text or as a `pathlib.Path`; POSIX, relative to the linted root."""

    path: str
    is_text: bool


@dataclass(frozen=True, slots=True)
class FileObject:
    """A file of the repository that has been opened to be read."""

    path: str


class Box(dict[Any, Any]):
    """A dictionary whose items are attributes, too, however they are spelled (dynaconf/vendor/box)."""

    __slots__ = ()


class Members(list[Any]):
    """The elements of a set, each once, in the order written: the model's order must not depend on hashes."""

    __slots__ = ()


class Once(list[Any]):
    """What an iterator gives: `zip(…)`, a generator. It can be gone through once, and has neither length nor index."""

    __slots__ = ()


OBJECTS = (
    AnyOf,
    ModuleObject,
    FunctionObject,
    ClassObject,
    InstanceObject,
    ExternalObject,
    ExternalCall,
    AppObject,
    AppMember,
    PartialObject,
    TaskDecorator,
    TaskObject,
    Namespace,
    SuperObject,
    TreePath,
    FileObject,
    MatchObject,
)


CALLABLE = (FunctionObject, ClassObject, AppMember, PartialObject, TaskDecorator, TaskObject)
OWN = (*CALLABLE, ModuleObject, InstanceObject, AppObject, MatchObject)
"""What is an object of its own: certainly not None, True or False."""

_CONSTANTS = {"typing.TYPE_CHECKING": False, "typing_extensions.TYPE_CHECKING": False}


def outside(name: str, of: ExternalCall | None = None) -> Any:
    """What a name outside the repository stands for: an object that is only known by its name, or a constant."""
    return _CONSTANTS.get(name, ExternalObject(name, of))


_MACHINE = ("cpu_count", "process_cpu_count", "sched_getaffinity", "virtual_memory")
_HOST = ("gethostname", "getfqdn", "node", "uname", "gethostbyname", "getpid", "getuser", "platform", "system")
_TIME = ("time.", "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.date.today", "django.utils.timezone.")
_CHANCE = ("random.", "secrets.", "uuid.", "os.urandom", "django.core.management.utils.get_random")


def reason_for(name: str) -> str:
    """Why nobody can tell what a function of the standard library gives, where that is in its nature."""
    last = name.rpartition(".")[2]
    if last in _MACHINE:
        return "it depends on the machine's CPUs" if last != "virtual_memory" else "it depends on the machine's memory"
    if last in _HOST and name.partition(".")[0] in ("socket", "platform", "os", "getpass"):
        return "it depends on the host that it runs on"
    if name.startswith(_TIME):
        return "it depends on the time"
    return "it is another in every process" if name.startswith(_CHANCE) else ""


def _name_of(node: Any) -> str:
    return getattr(node, "name", "of a lambda")


_DESCRIBED: dict[type, Callable[[Any], str]] = {
    AnyOf: lambda thing: thing.reason,
    ExternalCall: lambda thing: reason_for(thing.name) or f"what {thing.name}(…) gives is not followed",
    ExternalObject: lambda thing: f"{thing.name} comes from outside the repository",
    EnumMember: lambda thing: f"it is {thing.of.node.name}.{thing.name}, a member of an enum",
    ModuleObject: lambda thing: f"it is the module {thing.path}",
    ClassObject: lambda thing: f"it is the class {thing.node.name}",
    InstanceObject: lambda thing: f"it is an instance of {thing.of.node.name}",
    AppMember: lambda thing: f"it is .{thing.name} of a Celery app",
    TaskObject: lambda thing: f"it is the task {_name_of(thing.function.node)}",
    SuperObject: lambda thing: "it is super()",
    FunctionObject: lambda thing: f"it is the function {_name_of(thing.node)}",
    Namespace: lambda thing: f"it is {thing.described}",
    TreePath: lambda thing: f"where {thing.path or 'the repository'} lies where the project runs is not known",
    FileObject: lambda thing: f"it is the open file {thing.path}",
    MatchObject: lambda thing: "it is a match of a regular expression",
}


def described(thing: Any) -> str:
    """Why an object is no plain value, in the reader's words."""
    words = _DESCRIBED.get(type(thing))
    return words(thing) if words is not None else "it is no plain value"


def plain(value: Value[Any]) -> Any:
    """Plain data with every inner `Value` taken off; Unknown as soon as one of them is unknown or is no data."""
    return _Plain().of(value.value)


class _Plain:
    """One flattening, which counts what it makes."""

    def __init__(self) -> None:
        self._left = LARGEST_DATA

    def of(self, data: Any) -> Any:
        while isinstance(data, Value):
            data = data.value
        if isinstance(data, dict):
            return self._mapping(data)
        if isinstance(data, list | tuple | set | frozenset):
            parts = self._parts(data)
            return parts if isinstance(parts, Unknown) else _rebuilt(data, parts)
        if isinstance(data, EnumMember):
            return self.of(data.value) if data.mixin else Unknown(described(data))
        if isinstance(data, OBJECTS):
            return Unknown(described(data))
        return data

    def _mapping(self, data: dict[Any, Any]) -> Any:
        values = self._parts(data.values())
        if isinstance(values, Unknown):
            return values
        return dict(zip(data, values, strict=True))

    def _parts(self, items: Any) -> list[Any] | Unknown:
        parts: list[Any] = []
        self._left -= len(items)
        if self._left < 0:
            return Unknown("it has too many elements to be followed")
        for item in items:
            part = self.of(item)
            if isinstance(part, Unknown):
                return part
            parts.append(part)
        return parts


def _rebuilt(like: Any, parts: list[Any]) -> Any:
    """A container of the same kind; sets of what cannot be hashed have no meaning in Python."""
    if isinstance(like, Members | set | frozenset):
        try:
            return set(parts)
        except TypeError:
            return Unknown("it is a set of what cannot be in a set")
    return tuple(parts) if isinstance(like, tuple) else parts
