"""The catalogue's settings against the Celery that is installed, and its names and versions."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest

from celerylint.catalog import RELEASES, by_old_name, django_name, release, settings

celery_defaults = import_module("celery.app.defaults")
INSTALLED = str(import_module("celery").__version__)

of_the_installed_release = pytest.mark.skipif(INSTALLED not in RELEASES, reason=f"Celery {INSTALLED} is not catalogued")


def plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    return {key: plain(item) for key, item in value.items()} if isinstance(value, dict) else value


@of_the_installed_release
def test_the_installed_celery_has_the_same_settings_types_and_defaults() -> None:
    declared = dict(celery_defaults.flatten(celery_defaults.NAMESPACES))
    ours = {
        name: each.in_version(INSTALLED)
        for name, each in settings().items()
        if each.exists_in(INSTALLED) and each.source == "celery/app/defaults.py"
    }
    assert sorted(ours) == sorted(declared)
    renamed = {"str": "string", "bytes": "any"}
    types = {name: getattr(each.type, "__name__", each.type) for name, each in declared.items()}
    assert {name: each.type for name, each in ours.items()} == {k: renamed.get(v, v) for k, v in types.items()}
    defaults = {name: plain(each.default) for name, each in declared.items()}
    assert {name: each.default for name, each in ours.items()} == defaults
    assert {n: type(each.default) for n, each in ours.items()} == {n: type(value) for n, value in defaults.items()}


@of_the_installed_release
def test_the_installed_celery_reads_the_same_old_names() -> None:
    theirs = {old: new for new, old in celery_defaults._TO_OLD_KEY.items()}
    assert {old: found.name if (found := by_old_name(old)) else None for old in theirs} == theirs


@pytest.mark.parametrize("name", [name for name, each in settings().items() if each.source.startswith("docs/")])
def test_a_setting_that_is_only_documented_has_no_default_of_its_own_in_celery(name: str) -> None:
    assert name not in celery_defaults.DEFAULTS
    assert settings()[name].old_names == ()


def test_types_are_of_the_documented_kinds() -> None:
    kinds = {"int", "float", "bool", "string", "list", "dict", "tuple", "any"}
    assert {each.in_version(version).type for each in settings().values() for version in RELEASES} <= kinds


def test_names_are_sorted_and_each_old_name_means_one_setting() -> None:
    assert list(settings()) == sorted(settings())
    assert all(each.name == name for name, each in settings().items())
    counted = Counter(old for each in settings().values() for old in each.old_names)
    assert [old for old, count in counted.items() if count > 1] == []


@pytest.mark.parametrize(
    ("name", "version", "default"),
    [
        ("worker_prefetch_multiplier", None, 4),
        ("worker_concurrency", "4.4.7", 0),
        ("worker_concurrency", "5.2.0", None),
        ("control_queue_exclusive", "5.6", False),
        ("control_queue_exclusive", "5.7.0", True),
        ("control_queue_exclusive", "5.2.7", False),  # not there yet: as the nearest release has it
        ("database_engine_options", "5.5.3", None),
        ("database_engine_options", None, {"pool_pre_ping": True, "pool_recycle": 3600}),
        ("result_expires", None, 86400.0),
        ("result_backend_max_retries", None, float("inf")),
        ("accept_content", None, ["json"]),
        ("task_default_queue", "5.4", "celery"),
        ("result_backend_thread_safe", None, False),
    ],
)
def test_a_default_is_that_of_the_version(name: str, version: str | None, default: object) -> None:
    found = settings()[name].default_in(version)
    assert found == default
    assert type(found) is type(default)


def test_a_setting_tells_when_it_came_and_went() -> None:
    soft = settings()["worker_soft_shutdown_timeout"]
    assert (soft.first_version, soft.last_version) == ("5.5.3", RELEASES[-1])
    assert [soft.exists_in(version) for version in ("4.4.7", "5.4.0", "5.5.0", "5.7.0", None)] == [
        False,
        False,
        True,
        True,
        True,
    ]
    riak = settings()["riak_backend_settings"]
    assert riak.exists_in("4.4.7")
    assert not riak.exists_in("5.2.7")
    assert not riak.exists_in(None)


def test_a_type_is_that_of_the_version() -> None:
    concurrency = settings()["worker_concurrency"]
    assert concurrency.in_version("5.6.3").type == "int"
    assert concurrency.in_version("5.7.0").type == "any"
    assert concurrency.in_version("5.6.3").name == "worker_concurrency"


def test_a_deprecated_setting_names_its_replacement_only_since_it_is_deprecated() -> None:
    setting = settings()["task_acks_on_failure_or_timeout"]
    assert (setting.deprecated_by, setting.removed_by) == ("6.0", "7.0")
    assert "task_acks_on_timeout" in str(setting.alternative)
    assert setting.in_version("5.6.3").deprecated_by is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("CELERYD_CONCURRENCY", "worker_concurrency"),
        ("CELERY_ACKS_LATE", "task_acks_late"),
        ("CELERYBEAT_SCHEDULE", "beat_schedule"),
        ("BROKER_URL", "broker_url"),
        ("CELERY_RIAK_BACKEND_SETTINGS", "riak_backend_settings"),
    ],
)
def test_an_old_name_finds_its_setting(old: str, new: str) -> None:
    found = by_old_name(old)
    assert found is not None
    assert found.name == new
    assert old in found.old_names


@pytest.mark.parametrize("name", ["TASK_ACKS_LATE", "CELERY_TASK_ACKS_LATE", "task_acks_late", "WORKER_POOL", "", "🐇"])
def test_what_celery_does_not_read_is_no_old_name(name: str) -> None:
    assert by_old_name(name) is None


@pytest.mark.parametrize(
    ("name", "namespace", "spelled"),
    [
        ("task_acks_late", "CELERY", "CELERY_TASK_ACKS_LATE"),
        ("task_acks_late", "CELERY_", "CELERY_TASK_ACKS_LATE"),
        ("task_acks_late", "celery", "celery_task_acks_late"),
        ("broker_url", "SHOP", "SHOP_BROKER_URL"),
        ("task_acks_late", None, "CELERY_ACKS_LATE"),
        ("broker_url", "", "BROKER_URL"),
        ("redis_client_name", None, None),
        ("no_such_setting", None, None),
    ],
)
def test_django_spells_a_setting_as_celery_looks_it_up(name: str, namespace: str | None, spelled: str | None) -> None:
    assert django_name(name, namespace) == spelled
    if name in settings():
        assert django_name(settings()[name], namespace) == spelled


def test_celery_itself_reads_the_name_that_django_must_write() -> None:
    view = import_module("celery.utils.collections").ConfigurationView
    for namespace in ("CELERY", "celery", "SHOP_"):
        for name in ("task_acks_late", "worker_concurrency", "broker_url"):
            written = django_name(name, namespace)
            assert view({written: "here"}, [{}], prefix=namespace)[name] == "here"


@pytest.mark.parametrize(
    ("version", "stands_for"),
    [
        (None, RELEASES[-1]),
        ("5.4.0", "5.4.0"),
        ("5.4.2", "5.4.0"),
        ("5.5.0rc3", "5.5.3"),
        ("v5.3", "5.3.6"),
        ("5", "5.7.0"),
        ("4", "4.4.7"),
        ("5.1", "5.2.7"),
        ("5.99", "5.7.0"),
        ("4.0.2", "4.4.7"),
        ("3.1.26", "4.4.7"),
        ("6.0", "5.7.0"),
    ],
)
def test_a_version_is_stood_for_by_the_nearest_release(version: str | None, stands_for: str) -> None:
    assert release(version) == stands_for


@pytest.mark.parametrize("version", ["", "latest", "*", "${CELERY_VERSION}", ">=5"])
def test_what_is_no_version_is_refused(version: str) -> None:
    with pytest.raises(ValueError, match="not a version of Celery"):
        release(version)


def test_settings_can_be_kept_in_a_set() -> None:
    assert len(set(settings().values())) == len(settings())
