"""dynaconf: settings from TOML, YAML or JSON files of the repository by environment, and from variables (3.1, 3.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.conversions import UnclearError
from celerylint.link.evaluate.files import data_of
from celerylint.link.evaluate.functions import Arguments
from celerylint.link.evaluate.objects import Box, ExternalCall, ExternalObject, Raised, plain
from celerylint.link.evaluate.origins import at, failed, via
from celerylint.link.evaluate.readers import variable_of
from celerylint.origin import Layer, Origin, Span, Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

_CLASSES = frozenset({"dynaconf.Dynaconf", "dynaconf.LazySettings", "dynaconf.base.LazySettings"})
_OPTIONS = frozenset({"envvar_prefix", "settings_files", "settings_file", "environments", "env_switcher"})
_PLAIN = frozenset({"load_dotenv", "root_path", "lowercase_read", "sysenv_fallback", "apply_default_on_none"})


def is_dynaconf(thing: Any) -> bool:
    """Whether it is an instance of dynaconf's settings."""
    return isinstance(thing, ExternalCall) and thing.name in _CLASSES


def of_dynaconf(evaluator: Evaluator, thing: ExternalObject, arguments: Arguments, span: Span) -> Value[Any] | None:
    """`settings.get("name", default)`; None for any other call."""
    if thing.of is None or not is_dynaconf(thing.of) or not thing.name.endswith("().get"):
        return None
    positional, named = arguments
    name = plain(positional[0]) if positional else None
    default = positional[1] if len(positional) == 2 else named.get("default", Value(None, at(span)))
    if not isinstance(name, str) or named.keys() - {"default"} or len(positional) > 2:
        return unknown("this way to read dynaconf is not followed", span)
    found = dynaconf_value(evaluator, thing.of, name, span)
    return default if isinstance(found.value, Raised) else found


def dynaconf_value(evaluator: Evaluator, settings: ExternalCall, name: str, span: Span) -> Value[Any]:
    """A setting: a variable, else what the files say for the environment."""
    strange = settings.arguments or settings.keywords.keys() - _OPTIONS - _PLAIN
    if strange or "__" in name:
        return unknown("this way to use dynaconf is not followed", span)
    try:
        found = _of_variables(evaluator, settings, name.upper(), span)
        return found if found is not None else _of_files(evaluator, settings, name.upper(), span)
    except (UnclearError, ValueError, TypeError):
        return unknown(f"what dynaconf makes of {name} is not followed", span)


def _of_variables(evaluator: Evaluator, settings: ExternalCall, key: str, span: Span) -> Value[Any] | None:
    prefix = plain(settings.keywords["envvar_prefix"]) if "envvar_prefix" in settings.keywords else "DYNACONF"
    if not isinstance(prefix, str) or "," in prefix or not prefix:
        raise UnclearError
    for each in dict.fromkeys((prefix.upper(), "DYNACONF")):
        variable = f"{each}_{key}"
        value = variable_of(evaluator, variable)
        if evaluator.spelled(f"{variable}__", start=True):
            raise UnclearError
        if isinstance(value.value, Unknown):
            return failed(value.value, span, value)
        if value.value is not None:
            return Value(_parsed(value.value), Origin(Layer.ENVIRONMENT, span, via(value.origin), variable))
    return None


def _parsed(text: str) -> Any:
    """A variable's text as TOML, else as it is (dynaconf/utils/parse_conf.py:parse_with_toml)."""
    import tomli

    if text.startswith("@"):
        raise UnclearError
    try:
        data = tomli.loads(f"key={text.lower() if text in ('True', 'False') else text}")["key"]
    except (tomli.TOMLDecodeError, KeyError):
        return text
    if not isinstance(data, str | int | float | bool | list):
        raise UnclearError
    return data


def _of_files(evaluator: Evaluator, settings: ExternalCall, key: str, span: Span) -> Value[Any]:
    found: Value[Any] | None = None
    for table in _tables(evaluator, settings, span):
        for name, item in table.items():
            if "__" in name or name.lower().startswith("dynaconf_") or _is_told(item):
                raise UnclearError
            if name.upper() == key:
                found = item
    if found is None:
        return failed(Raised(f"dynaconf has no {key}", exception="AttributeError"), span)
    data = found.value
    return Value(Box(data) if isinstance(data, dict) else data, found.origin)


def _is_told(item: Value[Any]) -> bool:
    """Whether a value says itself how it is to be read or merged."""
    data = plain(item)
    return "@" in str(data)[:1] or "dynaconf_merge" in str(data)


def _tables(evaluator: Evaluator, settings: ExternalCall, span: Span) -> Iterator[dict[str, Value[Any]]]:
    """The tables of the files in the order in which they are read."""
    environments = plain(settings.keywords["environments"]) if "environments" in settings.keywords else False
    sections = ["default", _environment(evaluator, settings), "global"] if environments is True else None
    if environments not in (True, False):
        raise UnclearError
    for path in _paths(evaluator, settings, span):
        value = data_of(evaluator, path, span)
        whole = value.value if value is not None else None
        if not isinstance(whole, dict):
            raise UnclearError
        lower = {str(name).lower(): item for name, item in whole.items()}
        for section in sections or [""]:
            table = lower[section].value if section in lower else {} if section else whole
            if not isinstance(table, dict):
                raise UnclearError
            yield table


def _environment(evaluator: Evaluator, settings: ExternalCall) -> str:
    switch = plain(settings.keywords["env_switcher"]) if "env_switcher" in settings.keywords else "ENV_FOR_DYNACONF"
    if not isinstance(switch, str):
        raise UnclearError
    value = variable_of(evaluator, switch).value
    if isinstance(value, Unknown):
        raise UnclearError
    return (value or "development").lower()


def _paths(evaluator: Evaluator, settings: ExternalCall, span: Span) -> Iterator[str]:
    """The settings files: each beside the code that names it, else the only one of its name."""
    given = settings.keywords.get("settings_files", settings.keywords.get("settings_file"))
    names = plain(given) if given is not None else ["settings.toml", ".secrets.toml"]
    for name in [names] if isinstance(names, str) else names if isinstance(names, list | tuple) else [None]:
        if not isinstance(name, str) or name.startswith(("/", "~", "..")) or "*" in name:
            raise UnclearError
        tree = evaluator.modules.tree
        every = [path for path in tree.files if path == name or path.endswith(f"/{name}")]
        beside = f"{span.path.rpartition('/')[0]}/{name}".lstrip("/")
        if beside in every or len(every) == 1:
            yield beside if beside in every else every[0]
        elif every:
            raise UnclearError
