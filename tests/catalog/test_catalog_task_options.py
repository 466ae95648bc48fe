"""The catalogue's task options against the Task class of the Celery that is installed."""

from __future__ import annotations

from importlib import import_module

import pytest

from celerylint.catalog import RELEASES, settings, task_options

INSTALLED = str(import_module("celery").__version__)
Task = import_module("celery.app.task").Task

of_the_installed_release = pytest.mark.skipif(INSTALLED not in RELEASES, reason=f"Celery {INSTALLED} is not catalogued")


@of_the_installed_release
def test_the_installed_celery_takes_the_same_options_from_the_same_settings() -> None:
    ours = {name: each.setting_in(INSTALLED) for name, each in task_options().items() if each.exists_in(INSTALLED)}
    assert {name: setting for name, setting in ours.items() if setting} == dict(Task.from_config)


@of_the_installed_release
def test_the_installed_task_class_has_the_same_defaults() -> None:
    plain = {
        name: value for name, value in vars(Task).items() if isinstance(value, (bool, int, str, tuple, type(None)))
    }
    present = {name: each for name, each in task_options().items() if each.exists_in(INSTALLED) and name in plain}
    shared = {name: each for name, each in present.items() if not each.setting}  # a bound class has the setting's value
    assert {"max_retries", "default_retry_delay", "throws", "trail", "typing"} <= set(shared)
    for name, each in shared.items():
        real = plain[name]
        assert each.default == (list(real) if isinstance(real, tuple) else real), name


def test_every_setting_exists_wherever_the_option_takes_it() -> None:
    for each in task_options().values():
        for version in RELEASES:
            setting = each.setting_in(version)
            if each.exists_in(version) and setting:
                assert settings()[setting].exists_in(version), (each.name, version)


@pytest.mark.parametrize("version", ["4.4.7", "5.6.3", "5.6.0"])
def test_a_time_limit_comes_from_its_setting_since_5_7(version: str) -> None:
    assert task_options()["time_limit"].setting_in(version) is None
    assert task_options()["time_limit"].setting_in("5.7.0") == "task_time_limit"
    assert task_options()["time_limit"].setting == "task_time_limit"


@pytest.mark.parametrize(
    ("name", "default"),
    [
        ("max_retries", 3),
        ("default_retry_delay", 180),
        ("retry_backoff", False),
        ("retry_backoff_max", 600),
        ("retry_jitter", True),
        ("autoretry_for", []),
        ("bind", False),
        ("queue", None),
        ("acks_late", None),
    ],
)
def test_an_option_has_celerys_default(name: str, default: object) -> None:
    found = task_options()[name].default
    assert found == default
    assert type(found) is type(default)


def test_what_a_task_keeps_for_itself_is_no_option() -> None:
    assert not {"request_stack", "from_config", "self", "fun", "_app", "MaxRetriesExceededError"} & set(task_options())


def test_options_come_and_go_with_their_release() -> None:
    assert not task_options()["retry_on_worker_lost"].exists_in("5.6.3")
    assert task_options()["retry_on_worker_lost"].exists_in(None)
    assert not task_options()["autoregister"].exists_in("5.2.7")
