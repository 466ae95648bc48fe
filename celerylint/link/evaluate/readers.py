"""The ways in which projects read their environment: os, django-environ, environs, python-decouple."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.conversions import Conversion, UnclearError, decoupled, of_environ, of_environs
from celerylint.link.evaluate.dotenv import may_come_from_file
from celerylint.link.evaluate.functions import Arguments
from celerylint.link.evaluate.objects import EnumMember, ExternalCall, ExternalObject, Raised, plain
from celerylint.link.evaluate.origins import at, begun, failed, via
from celerylint.link.evaluate.setters import setter_of, written_default
from celerylint.origin import Layer, Origin, Span, Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

_OF_EMAIL = ("FILE_PATH", "HOST_USER", "HOST_PASSWORD", "HOST", "PORT", "BACKEND", "USE_TLS", "USE_SSL")
EMAIL_NAMES = frozenset({"OPTIONS", *(f"EMAIL_{each}" for each in _OF_EMAIL)})  # all that a mail server's URL may give

_OS = frozenset({"os.environ.get", "os.getenv", "os.environ.setdefault", "os.environ.pop"})
_ENVIRON = ("environ.Env", "environ.FileAwareEnv", "environ.environ.Env")
_ENVIRONS = ("environs.Env", "environs.FileAwareEnv", "environs.env")
_DECOUPLE = frozenset({"decouple.config", "decouple.AutoConfig()", "decouple.config.get"})
_ENVIRONS_OPTIONS = frozenset({"eager", "strip_whitespace"})  # those that change nothing of a variable's own value
_NO_NAME = "the name of an environment variable is not known"


def from_environ(evaluator: Evaluator, name: Value[Any], span: Span) -> Value[Any]:
    """`os.environ[name]`."""
    wanted = plain(name)
    if not isinstance(wanted, str):
        return unknown(_NO_NAME, span)
    value = variable_of(evaluator, wanted, span)
    if value.value is None:
        file = may_come_from_file(evaluator, wanted, False)
        if file:
            return unknown(f"the environment variable {wanted} may come from {file}", span)
        return failed(Raised(f"the environment variable {wanted} is not set", exception="KeyError"), span, value)
    return value


def read_environment(
    evaluator: Evaluator,
    function: ExternalObject,
    arguments: Arguments,
    span: Span,
) -> Value[Any] | None:
    """The value of a call that reads an environment variable; None where the call is something else."""
    positional, named = arguments
    name = function.name
    if name in _OS:
        return _from_os(evaluator, name, positional, named, span)
    if name in _DECOUPLE:
        return _decoupled(evaluator, positional, named, span)
    library, method = _instance_method(name)
    if library in _ENVIRON and method in ("email_url", "email"):
        return _of_mail(span)
    if library in _ENVIRON and method not in _OTHER_METHODS:
        return _from_environ(evaluator, function, method, positional, named, span)
    if library in _ENVIRONS and method not in _OTHER_METHODS:
        return _from_environs(evaluator, function, method, positional, named, span)
    return None


def _instance_method(name: str) -> tuple[str, str]:
    """The class and the method of `environ.Env().int`; no method where the instance itself is called."""
    if name == "environs.env" or name.startswith("environs.env."):  # an instance that the library makes itself
        return "environs.env", name.removeprefix("environs.env").lstrip(".")
    if name.endswith("()"):
        return name.removesuffix("()"), ""
    holder, _, method = name.rpartition(".")
    return (holder.removesuffix("()"), method) if holder.endswith("()") else ("", "")


_OTHER_METHODS = frozenset({"read_env", "prefixed", "seal", "dump", "add_parser", "parser_for", "unset", "read_envs"})


def variable_of(evaluator: Evaluator, name: str, span: Span | None = None) -> Value[Any]:
    """A variable as the process sees it: what the project's code itself may put there is not known.

    `span` is where it is read: `os.environ.setdefault` above, in the same file, has been executed by then.
    """
    value = evaluator.variable(name)
    setter = setter_of(evaluator, name)
    if setter is None:
        return value
    if setter.only_default and value.value is not None:
        return value
    default = written_default(evaluator, name, setter, span) if span is not None and value.value is None else None
    if default is not None and isinstance(default.value, str) and not may_come_from_file(evaluator, name, False):
        return default
    where = f"{setter.place.path}:{setter.place.line}"
    return unknown(f"{where} may set the environment variable {name}", setter.place)


def _of_mail(span: Span) -> Value[Any]:
    """`env.email_url(…)`: which names it gives is known (environ/environ.py:Env.email_url_config, 0.4 to 0.14)."""
    why = "it depends on the URL of the mail server"
    return Value({name: unknown(why, span) for name in sorted(EMAIL_NAMES)}, at(span))


def _from_os(
    evaluator: Evaluator, name: str, positional: list[Value[Any]], named: Mapping[str, Value[Any]], span: Span
) -> Value[Any]:
    variable = plain(positional[0]) if positional else plain(named["key"]) if "key" in named else None
    if not isinstance(variable, str):
        return unknown(_NO_NAME, span)
    value = evaluator.variable(variable) if name == "os.environ.setdefault" else variable_of(evaluator, variable, span)
    if isinstance(value.value, Unknown):
        return begun(value.value, value.value.begins, span, value)
    if value.value is not None:
        return _read(value.value, variable, value, span)
    file = may_come_from_file(evaluator, variable, False)
    if file:
        return unknown(f"the environment variable {variable} may come from {file}", span)
    default = named.get("default", positional[1] if len(positional) > 1 else None)
    if default is None and name == "os.environ.pop":
        return failed(Raised(f"the environment variable {variable} is not set", exception="KeyError"), span)
    return _defaulted(None if default is None else default.value, variable, default, span)


def _from_environ(
    evaluator: Evaluator,
    function: ExternalObject,
    method: str,
    positional: list[Value[Any]],
    named: Mapping[str, Value[Any]],
    span: Span,
) -> Value[Any]:
    """django-environ (environ/environ.py:Env.get_value, 0.11 to 0.14)."""
    if named.keys() - {"var", "default", "cast"}:
        return unknown("this way to read the environment is not followed", span)
    variable = plain(positional[0]) if positional else plain(named["var"]) if "var" in named else None
    if not isinstance(variable, str):
        return unknown(_NO_NAME, span)
    # `env(var, cast, default)`, `env.list(var, cast, default)`; the others are `env.int(var, default)`.
    cast_at, default_at = (1, 2) if method in ("", "list", "tuple", "dict") else (9, 1)
    cast = named.get("cast", positional[cast_at] if len(positional) > cast_at else None)
    default = named.get("default", positional[default_at] if len(positional) > default_at else None)
    cast, default = _from_scheme(function.of, variable, cast, default)
    conversion = of_environ(method, cast, default)
    file = _in_a_file(evaluator, function, variable, span)
    return file or _converted(evaluator, variable, default, conversion, span)


def _in_a_file(evaluator: Evaluator, function: ExternalObject, variable: str, span: Span) -> Value[Any] | None:
    """FileAwareEnv reads the file that `X_FILE` names, where that is set; nobody can know what is in it."""
    if "FileAware" not in function.name:
        return None
    name = f"{variable}_FILE"
    value = variable_of(evaluator, name)
    file = may_come_from_file(evaluator, name, False) if value.value is None else ""
    if file:
        return unknown(f"{file} may name the file that {variable} is read from", span)
    if value.value is None or value.value == "":
        return None
    return unknown(f"it may be read from the file that {name} names", span, (value.origin,))


def _from_scheme(
    env: ExternalCall | None, variable: str, cast: Value[Any] | None, default: Value[Any] | None
) -> tuple[Value[Any] | None, Value[Any] | None]:
    """`environ.Env(X=(int, 5))` says a cast and a default for those calls that say none."""
    said = env.keywords.get(variable) if env is not None else None
    if said is None:
        return cast, default
    parts = said.value if isinstance(said.value, tuple) else (said,)
    pair = [each if isinstance(each, Value) else Value(each, said.origin) for each in parts]
    return cast or pair[0], default or (pair[1] if len(pair) > 1 else None)


def _from_environs(
    evaluator: Evaluator,
    function: ExternalObject,
    method: str,
    positional: list[Value[Any]],
    named: Mapping[str, Value[Any]],
    span: Span,
) -> Value[Any]:
    """environs (environs/__init__.py, 9 to 15), where neither a prefix nor expansion is at work."""
    options = function.of.keywords if function.of is not None else {}
    strange = named.keys() - {"default", "name"} or options.keys() - _ENVIRONS_OPTIONS or len(positional) > 2
    text = evaluator.modules.tree.text(span.path)
    prefixed = text is not None and ".prefixed(" in text.text
    if strange or prefixed:
        return unknown("this way to read the environment is not followed", span)
    variable = plain(positional[0]) if positional else None
    if not isinstance(variable, str):
        return unknown(_NO_NAME, span)
    default = named.get("default", positional[1] if len(positional) > 1 else None)
    file = _in_a_file(evaluator, function, variable, span)
    return file or _converted(evaluator, variable, default, of_environs(method, default), span)


def _decoupled(
    evaluator: Evaluator, positional: list[Value[Any]], named: Mapping[str, Value[Any]], span: Span
) -> Value[Any]:
    """python-decouple (decouple.py:Config.get, 3.8)."""
    variable = plain(positional[0]) if positional else None
    if not isinstance(variable, str):
        return unknown(_NO_NAME, span)
    default = named.get("default", positional[1] if len(positional) > 1 else None)
    cast = named.get("cast", positional[2] if len(positional) > 2 else None)
    return _converted(evaluator, variable, default, decoupled(cast), span)


def _converted(
    evaluator: Evaluator, variable: str, default: Value[Any] | None, conversion: Conversion, span: Span
) -> Value[Any]:
    """The variable's text converted, else what the library makes of the default."""
    value = variable_of(evaluator, variable, span)
    try:
        if isinstance(value.value, Unknown):
            # Only a conversion that leaves texts alone tells how the result begins.
            begins = value.value.begins
            kept = bool(begins) and conversion.text(begins) == begins
            return begun(value.value, begins if kept else "", span, value)
        if value.value is not None:
            return _read(conversion.text(value.value), variable, value, span)
        file = may_come_from_file(evaluator, variable, conversion.reads_files)
        if file:
            return unknown(f"the environment variable {variable} may come from {file}", span)
        if default is None:
            return unknown(f"the environment variable {variable} is not set", span)
        if isinstance(default.value, Unknown):
            return failed(default.value, span, default)
        return _defaulted(conversion.default(default.value), variable, default, span)
    except (UnclearError, TypeError, ValueError, ArithmeticError):
        return unknown(f"what is made of {variable} is not followed", span, (value.origin,))


def _read(data: Any, variable: str, value: Value[Any], span: Span) -> Value[Any]:
    return Value(data, Origin(Layer.ENVIRONMENT, span, via(value.origin), variable))


def _defaulted(data: Any, variable: str, default: Value[Any] | None, span: Span) -> Value[Any]:
    note = f"{variable} is not set"
    if default is None:
        return Value(data, Origin(Layer.CODE, span, (), note))
    if isinstance(data, EnumMember | Unknown):
        return default
    return Value(data, Origin(Layer.CODE, span, at(span, default).via, note))
