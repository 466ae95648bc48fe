"""Every name that an app's configuration sources give, with what Celery makes of it there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from celerylint import catalog
from celerylint.link.code import AppSource
from celerylint.link.evaluate import ClassObject, ExternalObject, FunctionObject, ModuleObject, plain
from celerylint.link.releases import Releases
from celerylint.link.settings.contribution import PRECONF, Contribution
from celerylint.link.settings.effective import flattened
from celerylint.link.settings.mixing import clashes
from celerylint.link.settings.names import OLD_NAME, meanings, spellings
from celerylint.link.settings.precedence import is_in
from celerylint.link.settings.slips import slip_of
from celerylint.model import App, WrittenSetting
from celerylint.origin import Layer, Unknown, Value, known, unknown
from celerylint.sources.tree import Tree

_CODE = (ClassObject, ExternalObject, FunctionObject, ModuleObject)
_NO = frozenset({"false", "0", "no", "off", "f", "n"})
# Settings that only name a place to connect to: their clients convert texts.
_CONVERTED = frozenset({"broker_port", "redis_port", "redis_db"})


@dataclass(frozen=True, slots=True)
class _Name:
    """A name, its setting, and what went wrong with it."""

    name: str
    setting: str
    slip: str
    old: bool


def written_settings(
    tree: Tree,
    source: AppSource,
    app: App,
    contributions: Iterable[Contribution],
    effective: Mapping[str, Value[Any]],
) -> Iterator[WrittenSetting]:
    """The names of every source of an app that are settings, or were surely meant to be."""
    every = list(contributions)
    refused = clashes(every)
    for contribution in every:
        for name, value in contribution.given.items():
            found = _named(name, contribution)
            span = value.origin.span
            if (
                found is None
                or span is None
                or ((found.slip or _misplaced(found, contribution)) and _is_anothers(tree, name, value))
            ):
                continue
            written = _written(found, value, contribution, source.releases, app, effective[found.setting])
            yield replace(written, clashes_with=refused.get((span, name), ""))


def _named(name: str, contribution: Contribution) -> _Name | None:
    namespace = contribution.namespace
    setting = meanings(namespace).get(name)
    if setting is None:
        slip = slip_of(name, namespace)
        return _Name(name, slip.setting, slip.kind, False) if slip else None
    names = spellings(namespace)[setting]
    if name not in names or any(each in contribution.given for each in names[: names.index(name)]):
        return None  # only an earlier release knows it, or a stronger name of the same source says it as well
    if namespace and name.isupper() and not name.startswith(("CELERY", "BROKER", namespace.upper())):
        return None  # `S3_REGION` is an old name, and anybody's
    old = name in catalog.settings()[setting].old_names and catalog.django_name(setting, namespace or None) != name
    return _Name(name, setting, "", old or (not namespace and name in catalog.settings()[setting].old_names))


def _written(
    found: _Name, value: Value[Any], contribution: Contribution, releases: Releases, app: App, effective: Value[Any]
) -> WrittenSetting:
    setting = catalog.settings()[found.setting]
    span = value.origin.span
    assert span is not None  # asked by the only caller
    prefixed = catalog.django_name(found.setting, contribution.namespace) if contribution.namespace else None
    return WrittenSetting(
        name=found.name,
        span=span,
        app=app,
        namespace=contribution.namespace,
        setting=found.setting,
        instead=prefixed if prefixed and contribution.rank != PRECONF else found.setting,
        slip=found.slip,
        old_name=found.old,
        ignored=_ignored(found, value, contribution, releases),
        in_release=_in_release(setting, value, releases),
        first_release=setting.first_version,
        last_release=setting.last_version,
        value=flattened(value),
        effective=flattened(effective),
        text_for=_text_for(setting, value),
        hidden_by=_hidden_by(flattened(effective), value),
    )


def _hidden_by(effective: Value[Any], value: Value[Any]) -> Value[object | None]:
    """The effective value where it comes from the other kind of source and differs; None where it does not."""
    span, layers = value.origin.span, {effective.origin.layer, value.origin.layer}
    if not effective.known:
        return unknown(effective.reason, effective.origin.span)
    if layers != {Layer.APP_CONF, Layer.CONFIG_OBJECT} or all(each.origin.span != span for each in effective.shadowed):
        return known(None, Layer.DEFAULT)
    own = flattened(value)
    if not own.known:
        return unknown(own.reason, span)
    return effective if own.value != effective.value else known(None, Layer.DEFAULT)


def _misplaced(found: _Name, contribution: Contribution) -> bool:
    """Whether it is an old name beside a namespace."""
    return found.old and bool(contribution.namespace) and contribution.rank != PRECONF


def _ignored(found: _Name, value: Value[Any], contribution: Contribution, releases: Releases) -> Value[bool]:
    span = value.origin.span
    if found.slip:
        return known(True, Layer.CODE, span)
    if not _misplaced(found, contribution):
        return known(False, Layer.CODE, span)
    since = releases.since("5.7.0")
    return unknown(OLD_NAME, span) if since is None else known(not since, Layer.CODE, span)


def _in_release(setting: catalog.Setting, value: Value[Any], releases: Releases) -> Value[bool]:
    span = value.origin.span
    if not releases.text:
        return unknown("nothing names a version of Celery", span)
    answer = releases.agreed(lambda release: is_in(setting, release))
    return unknown(answer.reason, span) if isinstance(answer, Unknown) else known(answer, Layer.CODE, span)


def _text_for(setting: catalog.Setting, value: Value[Any]) -> Value[str | None]:
    data = plain(value)
    span = value.origin.span
    if isinstance(data, Unknown):
        return unknown(data.reason, span)
    kind = None
    if isinstance(data, str) and setting.name not in _CONVERTED:
        if setting.type in ("int", "float"):
            kind = "number"
        elif setting.type == "bool" and data.strip().lower() in _NO:
            kind = "switch"
    return known(kind, Layer.CODE, span)


def _is_anothers(tree: Tree, name: str, value: Value[Any]) -> bool:
    """Whether a name is no attempt at a setting: it is a function, or some code reads it for itself.

    Code that reads it has it in a line that does not give it a value.
    """
    if isinstance(value.value, _CODE):
        return True
    word = name.encode()
    mentions = re.compile(rb"(?<!\w)%s(?!\w)" % word)
    set_by = (
        rb"(?<!\w)%s[\"']?\]?[ \t]*(?:=(?!=)|[-+|*/]=)" % word,
        rb"[\"']%s[\"'][ \t]*:" % word,
        rb"^[ \t]*%s[ \t]*:" % word,
    )
    gives = re.compile(b"|".join(set_by))
    for path in tree.files:
        data = tree.data(path) if path.endswith(".py") else None
        if data and word in data:
            lines = (line for line in data.splitlines() if mentions.search(line))
            if any(not gives.search(line) and not line.lstrip().startswith(b"#") for line in lines):
                return True
    return False
