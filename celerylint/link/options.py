"""A worker's options: command line, else the variable that the command line reads, else the app's setting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from celerylint import catalog
from celerylint.facts.launch import Launch, OptionUse
from celerylint.link.environment import Environment
from celerylint.link.evaluate import plain
from celerylint.link.releases import UNNAMED, Releases
from celerylint.link.settings.command_line import command_line_value
from celerylint.origin import Layer, Origin, Span, Unknown, Value, known, unknown

# `value or app.conf.…` in celery/bin/worker.py, 5.2 to 5.7: zero and nothing count as not given, and the app's setting
# is taken before the settings behind `--` are. So is the setting of the pool (WorkersPool.convert).
_READ_EARLY = frozenset({"concurrency", "prefetch_multiplier", "statedb"})
_FIXED_EARLY = _READ_EARLY | {"pool"}
# A flag with a type of Celery's own (CeleryBeat): click 8.1 takes any text for yes, 8.2 and later differ.
_READ_BY_CLICK = frozenset({"beat"})


class Options:
    """The options of one launch of a command."""

    def __init__(
        self,
        launch: Launch | None,
        environment: Environment,
        settings: Mapping[str, Value[Any]],
        named_variables: set[str],
        doubt: str = "",
        fills: tuple[tuple[Span, Origin], ...] = (),
        releases: Releases = UNNAMED,
    ) -> None:
        self._launch = launch
        self._environment = environment
        self._settings = settings
        self._named = named_variables
        self._fills = fills  # parts of the command line that a chart fills in
        self._doubt = doubt  # why a command line that is not read may say otherwise
        self._releases = releases

    def get(self, dest: str) -> Value[Any]:
        """The option's effective value; None where nothing sets it and it has no setting."""
        if self._doubt:
            return unknown(self._doubt)
        command = catalog.commands()[self._launch.subcommand if self._launch else "worker"]
        option = command.options[dest]
        setting = self._setting(option)
        given = self._given(option)
        if given is None:
            return setting
        return given.hiding(setting) if setting.origin.span else given

    def given(self, dest: str) -> Value[Any]:
        """What the command line says, or the variable in its place, also where Celery ignores it; else None."""
        if self._doubt:
            return unknown(self._doubt)
        command = catalog.commands()[self._launch.subcommand if self._launch else "worker"]
        return self._written(command.options[dest]) or known(None, Layer.DEFAULT)

    def _setting(self, option: catalog.Option) -> Value[Any]:
        own = self._settings.get(option.setting) if option.setting else None
        value = self._default(option) if own is None else _as_option(own, option)
        trailing = self._launch.settings.get(option.setting) if self._launch and option.setting else None
        if trailing is None or (option.dest in _FIXED_EARLY and value.value is not None):
            return value
        return command_line_value(option.setting or "", trailing, self._releases).hiding(value)

    def _default(self, option: catalog.Option) -> Value[Any]:
        default = self._releases.agreed(lambda release: option.in_version(release).default)
        return unknown(default.reason) if isinstance(default, Unknown) else known(default, Layer.DEFAULT)

    def _given(self, option: catalog.Option) -> Value[Any] | None:
        written = self._written(option)
        return None if written is None else _unless_absent(written, option)

    def _written(self, option: catalog.Option) -> Value[Any] | None:
        if self._launch is None:
            return None
        use = self._launch.options.get(option.dest)
        if use is not None:
            if self._honours(option, use.flag) is False:
                return unknown(f"Celery {self._releases.name} has no option {use.flag}: it does not start", use.span)
            return self._used(use, option)
        if self._launch.opaque:
            word = self._launch.opaque[0]
            return unknown(f"{word.text} may hold --{option.dest.replace('_', '-')}", word.span)
        return self._variable(option)

    def _used(self, use: OptionUse, option: catalog.Option) -> Value[Any]:
        via = tuple(self._environment.get(name).origin for name in use.variables)
        via += tuple(origin for span, origin in self._fills if span in (use.value_span or use.span))
        if not use.unresolved and self._strange(use.value, option):
            return unknown(f"{use.value!r} is no {option.dest}: Celery does not start", use.span, via)
        return self._read(use.value, option, Origin(Layer.COMMAND_LINE, use.span, via, use.flag), use.unresolved)

    def _variable(self, option: catalog.Option) -> Value[Any] | None:
        for name in option.env:
            value = self._environment.get(name)
            if not value.known and name not in self._environment.variables and name not in self._named:
                continue  # an open environment that no file of the repository says to hold this
            if value.known and not value.value:
                continue  # click takes an empty variable for none
            honours = self._honours(option, name)
            if honours is False:
                continue
            if isinstance(honours, Unknown):
                return unknown(f"whether {name} is read is not known: {honours.reason}", value.origin.span)
            if self._strange(value.value, option):
                return unknown(f"{value.value!r} is no {option.dest}: Celery does not start", value.origin.span)
            if option.dest in _READ_BY_CLICK:
                return unknown(f"what {name} does depends on the release of click", value.origin.span)
            origin = Origin(Layer.ENVIRONMENT, value.origin.span, value.origin.via, name)
            return self._read(value.value, option, origin, value.reason)
        return None

    def _read(self, text: Any, option: catalog.Option, origin: Origin, unresolved: str) -> Value[Any]:
        """The text as the option's type; unknown where a release that may be installed refuses it."""
        kinds = {option.in_version(release).type for release in self._releases.installed} - {option.type}
        earlier = (_converted(text, kind, origin, unresolved) for kind in sorted(kinds))
        refused = next((value for value in earlier if not value.known), None)
        return refused or _converted(text, option.type, origin, unresolved)

    def _strange(self, text: Any, option: catalog.Option) -> bool:
        """Whether no release that may be installed takes this choice."""
        choices = [option.in_version(release).choices for release in self._releases.installed]
        return option.dest == "pool" and isinstance(text, str) and all(some and text not in some for some in choices)

    def _honours(self, option: catalog.Option, word: str) -> Any:
        """Whether a flag or a variable means the option in every release that may be installed, or in none."""

        def knows(release: str) -> bool:
            found = option.in_version(release)
            return option.exists_in(release) and word in (*found.flags, *found.env)

        return self._releases.agreed(knows)


def _unless_absent(value: Value[Any], option: catalog.Option) -> Value[Any] | None:
    absent = option.dest in _READ_EARLY and value.value in (0, "0", "")
    return None if absent else value


def _as_option(value: Value[Any], option: catalog.Option) -> Value[Any]:
    """A setting's value where a number or a flag is needed; code may write anything."""
    data = plain(value)
    if isinstance(data, Unknown):
        return unknown(data.reason, value.origin.span, value.origin.via)
    default = catalog.settings()[option.setting or ""].default_in(None)
    number = isinstance(data, int | float) and not isinstance(data, bool)
    absent = data is None and default is None
    if option.type in ("int", "float") and not (number or absent):
        return unknown(f"{data!r} is no number", value.origin.span)
    return Value(data, value.origin, value.shadowed)


def _converted(value: Any, kind: str, origin: Origin, unresolved: str) -> Value[Any]:
    if unresolved:
        return unknown(unresolved, origin.span, origin.via)
    if isinstance(value, bool) or value is None:
        return Value(value, origin)
    try:
        return Value(_CONVERSIONS.get(kind, str)(str(value)), origin)
    except ValueError:
        return unknown(f"{value!r} is no {kind}", origin.span, origin.via)


def _boolean(text: str) -> bool:
    """A flag's variable, as click reads it (click/types.py:BoolParamType)."""
    word = text.strip().lower()
    if word not in _WORDS:
        raise ValueError(text)
    return _WORDS[word]


def _comma_list(text: str) -> tuple[str, ...]:
    """celery/bin/base.py:CommaSeparatedList, 5.2 to 5.7: blanks and empty parts stay: `-Q a, b` means a queue ` b`."""
    return tuple(text.split(","))


def _autoscale(text: str) -> tuple[int, int]:
    """`max,min` in any order; a single number has a minimum of 0 (celery/bin/worker.py:Autoscale)."""
    numbers = [int(part) for part in text.split(",")]
    if not 1 <= len(numbers) <= 2:
        raise ValueError(text)
    low, high = sorted(numbers) if len(numbers) == 2 else (0, numbers[0])
    return high, low


_WORDS = {
    **dict.fromkeys(("1", "true", "t", "yes", "y", "on"), True),
    **dict.fromkeys(("0", "false", "f", "no", "n", "off"), False),
}
_CONVERSIONS: Mapping[str, Any] = {
    "int": int,
    "float": float,
    "bool": _boolean,
    "list": _comma_list,
    "autoscale": _autoscale,
}
