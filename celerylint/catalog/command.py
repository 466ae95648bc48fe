"""Celery's command line: its commands, their options, and the environment variables that stand for them."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from celerylint.catalog.data import Lifetime, lifetime, load

_TUPLES = ("short", "long", "negative", "choices", "env", "arguments", "subcommands")


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a command as the newest release that has it knows it; `in_version` gives it as it was.

    `type` is string, int, float, bool, choice, path, list (comma separated), autoscale (`max,min` in any order), json
    or datetime. `negative` are the flags that mean no. `setting` is the setting that it overrides; None where it
    overrides none (`--autoscale`) or only adds to it (`--include`). `env` are the variables that Celery reads for it
    where the flag is not given, in the order they are tried. `default` is None where the option is then not given, or
    falls back to its setting; `%h` in it is the host's name.
    """

    dest: str
    short: tuple[str, ...]
    long: tuple[str, ...]
    takes_value: bool
    multiple: bool
    type: str
    choices: tuple[str, ...]
    setting: str | None
    env: tuple[str, ...]
    lifetime: Lifetime
    negative: tuple[str, ...] = ()
    default: Any = field(default=None, hash=False)

    @property
    def flags(self) -> tuple[str, ...]:
        """Every way to write it, short ones first."""
        return (*self.short, *self.long, *self.negative)

    @property
    def versions(self) -> tuple[str, ...]:
        """The catalogued releases that have it, oldest first."""
        return self.lifetime.versions

    def exists_in(self, version: str | None) -> bool:
        """Whether that version of Celery knows it; None is the newest. Raises ValueError as `release` does."""
        return self.lifetime.includes(version)

    def in_version(self, version: str | None) -> Option:
        """The option as that version had it, or the nearest version that has it where that one has not."""
        fields = self.lifetime.fields_at(version)
        return replace(self, **fields) if fields else self


@dataclass(frozen=True, slots=True)
class Command:
    """A command and its options by dest. Those of a group are named in full, such as `upgrade settings`.

    `arguments` are the names of its positional arguments; `extra_arguments` whether it takes any others, and
    `unknown_options` whether it passes on flags that it does not know (as `multi` does to its workers).
    """

    name: str
    options: Mapping[str, Option] = field(hash=False)
    lifetime: Lifetime
    arguments: tuple[str, ...] = ()
    subcommands: tuple[str, ...] = ()
    extra_arguments: bool = False
    unknown_options: bool = False


@functools.cache
def commands() -> Mapping[str, Command]:
    """Every command of every catalogued release, by name, sorted; the options before the command are `celery`'s.

    In 4.x each command also takes the global options; such entries are of release 4.4.7 only.
    """
    data = load("commands.json")
    return MappingProxyType({name: _command(name, entry, data["options"]) for name, entry in data["commands"].items()})


def _command(name: str, entry: Mapping[str, Any], options: Mapping[str, Any]) -> Command:
    return Command(
        name,
        MappingProxyType({dest: _option(dest, raw) for dest, raw in options.get(name, {}).items()}),
        lifetime(entry, _TUPLES),
        tuple(entry.get("arguments", ())),
        tuple(entry.get("subcommands", ())),
        entry.get("extra_arguments", False),
        entry.get("unknown_options", False),
    )


def _option(dest: str, raw: Mapping[str, Any]) -> Option:
    get = raw.get
    return Option(
        dest,
        tuple(get("short", ())),
        tuple(get("long", ())),
        get("takes_value", False),
        get("multiple", False),
        raw["type"],
        tuple(get("choices", ())),
        get("setting"),
        tuple(get("env", ())),
        lifetime(raw, _TUPLES),
        tuple(get("negative", ())),
        get("default"),
    )


@functools.cache
def _by_flag(command: str, version: str | None) -> Mapping[str, Option]:
    found = commands().get(command)
    options = tuple(found.options.values()) if found else ()
    if version is not None:
        present = [each.in_version(version) for each in options if each.exists_in(version)]
        return {flag: each for each in present for flag in each.flags}
    retired = {flag: each for each in options for flag in _retired_flags(each)}
    return {**retired, **{flag: each for each in sorted(options, key=_age) for flag in each.flags}}


def _retired_flags(option: Option) -> tuple[str, ...]:
    """The flags that only earlier releases had."""
    earlier = (option.in_version(version).flags for version in option.versions)
    return tuple(flag for flags in earlier for flag in flags if flag not in option.flags)


def _age(option: Option) -> int:
    return len(option.versions) if option.exists_in(None) else -1


def option(command: str, flag: str, version: str | None = None) -> Option | None:
    """The option that a flag such as `-c` or `--concurrency` names in a command; None where there is none.

    With a version, as that version has it. Without one, as the newest has it, and also flags that only earlier
    releases had (`--maxtasksperchild`, `worker -A`): its `versions` tell. Raises ValueError as `release` does.
    """
    return _by_flag(command, version).get(flag)
