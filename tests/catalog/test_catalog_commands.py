"""The catalogue's command line against the click commands of the Celery that is installed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click
import pytest

from celerylint.catalog import RELEASES, Option, commands, option, settings

INSTALLED = str(import_module("celery").__version__)
celery_group = import_module("celery.bin.celery").celery

of_the_installed_release = pytest.mark.skipif(INSTALLED not in RELEASES, reason=f"Celery {INSTALLED} is not catalogued")


def real_options(name: str) -> dict[str, click.Option]:
    command = celery_group if name == "celery" else celery_group.commands[name]
    return {str(each.name): each for each in command.params if isinstance(each, click.Option)}


def our_options(name: str) -> dict[str, Option]:
    """Without `--help`, which click adds, and what `multi` reads by itself."""
    present = [each for each in commands()[name].options.values() if each.exists_in(INSTALLED) and each.dest != "help"]
    return {each.dest: each.in_version(INSTALLED) for each in present}


def test_the_installed_celery_has_no_command_that_the_catalogue_lacks() -> None:
    built_in = [name for name, each in celery_group.commands.items() if str(each.callback.__module__)[:7] == "celery."]
    assert set(built_in) <= set(commands())


@of_the_installed_release
@pytest.mark.parametrize("name", ["celery", *sorted(set(celery_group.commands) & set(commands()) - {"multi"})])
def test_click_knows_the_same_options(name: str) -> None:
    real, ours = real_options(name), our_options(name)
    assert sorted(ours) == sorted(real)
    for dest, each in ours.items():
        assert each.takes_value is not real[dest].is_flag
        assert each.multiple == real[dest].multiple
        assert each.choices == tuple(getattr(real[dest].type, "choices", ()))


@of_the_installed_release
@pytest.mark.filterwarnings("ignore:The parameter -d is used more than once")  # Celery's own, in `events`
@pytest.mark.parametrize("name", sorted(set(celery_group.commands) & set(commands()) - {"multi"}))
def test_click_parses_each_flag_into_the_option_that_the_catalogue_names(name: str) -> None:
    command = celery_group.commands[name]
    parser = command.make_parser(click.Context(command, info_name=name))
    declared = {flag for each in real_options(name).values() for flag in (*each.opts, *each.secondary_opts)}
    assert declared == {flag for each in our_options(name).values() for flag in each.flags}
    for flag in declared:
        ours = option(name, flag, INSTALLED)
        assert ours is not None
        values, _, _ = parser.parse_args([flag, "1"])
        given = {dest: value for dest, value in values.items() if dest in real_options(name)}
        assert set(given) == {ours.dest}
        assert (given[ours.dest] in ("1", ["1"])) is ours.takes_value


def value_and_source(words: list[str], env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """What click itself makes of `celery … worker` and an environment: the concurrency and where it came from."""
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    worker = celery_group.commands["worker"]
    plain = click.Command("worker", params=[click.Option(["-c", "--concurrency"], type=str)])
    assert "concurrency" in {each.name for each in worker.params}
    parent = click.Context(celery_group, info_name="celery", auto_envvar_prefix="CELERY")
    context = plain.make_context("worker", words, parent=parent)
    return context.params["concurrency"], context.get_parameter_source("concurrency")


def test_click_reads_the_variable_that_the_catalogue_names(monkeypatch: pytest.MonkeyPatch) -> None:
    found = option("worker", "-c")
    assert found is not None
    (variable,) = found.env
    environment = click.core.ParameterSource.ENVIRONMENT
    assert value_and_source([], {variable: "7"}, monkeypatch) == ("7", environment)
    assert value_and_source(["-c", "3"], {variable: "7"}, monkeypatch)[0] == "3"


@of_the_installed_release
@pytest.mark.parametrize("dest", ["app", "broker", "result_backend", "loader", "config", "no_color", "workdir"])
def test_click_tries_the_variables_of_a_global_option_in_this_order(dest: str, monkeypatch: pytest.MonkeyPatch) -> None:
    context = click.Context(celery_group, info_name="celery", auto_envvar_prefix="CELERY")
    names = commands()["celery"].options[dest].env
    assert len(names) == (1 if dest == "workdir" else 2)
    for name in reversed(names):  # each one that is added must win over those after it
        monkeypatch.setenv(name, f"from {name}")
        assert real_options("celery")[dest].resolve_envvar_value(context) == f"from {name}"


@pytest.mark.parametrize(
    ("command", "flag", "dest", "setting"),
    [
        ("worker", "-c", "concurrency", "worker_concurrency"),
        ("worker", "--pool", "pool", "worker_pool"),
        ("worker", "--prefetch-multiplier", "prefetch_multiplier", "worker_prefetch_multiplier"),
        ("worker", "--disable-prefetch", "disable_prefetch", "worker_disable_prefetch"),
        ("worker", "--max-tasks-per-child", "max_tasks_per_child", "worker_max_tasks_per_child"),
        ("worker", "--max-memory-per-child", "max_memory_per_child", "worker_max_memory_per_child"),
        ("worker", "--time-limit", "time_limit", "task_time_limit"),
        ("worker", "--soft-time-limit", "soft_time_limit", "task_soft_time_limit"),
        ("worker", "-E", "task_events", "worker_send_task_events"),
        ("worker", "-S", "statedb", "worker_state_db"),
        ("worker", "-s", "schedule_filename", "beat_schedule_filename"),
        ("worker", "--pidfile", "pidfile", "worker_pidfile"),
        ("worker", "--autoscale", "autoscale", None),
        ("worker", "-Q", "queues", None),
        ("worker", "-O", "optimization", None),
        ("beat", "-S", "scheduler", "beat_scheduler"),
        ("beat", "--schedule", "schedule", "beat_schedule_filename"),
        ("beat", "--max-interval", "max_interval", "beat_max_loop_interval"),
        ("beat", "--no-enable-remote-control", "remote_control", "beat_enable_remote_control"),
        ("celery", "-b", "broker", "broker_url"),
        ("celery", "--result-backend", "result_backend", "result_backend"),
        ("celery", "-A", "app", None),
        ("inspect", "-d", "destination", None),
        ("multi", "--range-prefix", "range_prefix", None),
        ("purge", "-f", "force", None),
    ],
)
def test_a_flag_finds_its_option_and_the_setting_it_overrides(
    command: str, flag: str, dest: str, setting: str | None
) -> None:
    found = option(command, flag)
    assert found is not None
    assert (found.dest, found.setting) == (dest, setting)


def test_every_overridden_setting_is_one_that_the_catalogue_knows() -> None:
    named = {each.setting for command in commands().values() for each in command.options.values() if each.setting}
    assert named <= set(settings())


@pytest.mark.parametrize(
    ("command", "flag"), [("worker", "--nope"), ("worker", "concurrency"), ("nope", "-c"), ("", ""), ("worker", "🐇")]
)
def test_an_unknown_flag_or_command_finds_nothing(command: str, flag: str) -> None:
    assert option(command, flag) is None
    assert option(command, flag, "5.4.0") is None


def test_the_app_after_the_command_is_of_celery_4_only() -> None:
    found = option("worker", "-A")
    assert found is not None
    assert found.versions == ("4.4.7",)
    assert option("worker", "-A", "4.4") is not None
    assert option("worker", "-A", "5.0.5") is None
    assert option("celery", "-A", "5.0.5") is not None


def test_a_retired_spelling_is_found_but_not_in_a_release_without_it() -> None:
    found = option("worker", "--maxtasksperchild")
    assert found is not None
    assert found.dest == "max_tasks_per_child"
    assert option("worker", "--maxtasksperchild", "4.4.7") is not None
    assert option("worker", "--maxtasksperchild", "5.7.0") is None


def test_an_option_is_as_its_version_has_it() -> None:
    older, newer = option("worker", "-c", "5.6.3"), option("worker", "-c", "5.7.0")
    assert older is not None
    assert newer is not None
    assert (older.type, newer.type) == ("int", "string")  # 5.7.0 takes `auto`
    assert option("worker", "--pool-start-method", "5.6.3") is None
    assert option("worker", "-c", "4.4.7") is not None
    assert commands()["worker"].options["concurrency"].in_version("4.4.7").env == ()
    assert commands()["worker"].options["pidfile"].in_version("5.3.6").setting is None


def test_no_default_tells_about_the_machine_it_was_read_on() -> None:
    found = option("worker", "--hostname")
    assert found is not None
    assert found.default == "celery@%h"


@pytest.mark.parametrize("version", [None, *RELEASES])
def test_no_two_options_of_a_command_share_a_flag_in_one_release(version: str | None) -> None:
    for command in commands().values():
        present = [each.in_version(version) for each in command.options.values() if each.exists_in(version)]
        flags = [flag for each in present for flag in each.flags]
        assert len(flags) == len(set(flags)), command.name
        assert all(option(command.name, flag, version) in present for flag in flags)


def test_multi_passes_on_what_it_does_not_know() -> None:
    assert commands()["multi"].unknown_options
    assert commands()["worker"].extra_arguments
    assert not commands()["worker"].unknown_options


def test_a_group_names_its_commands_in_full() -> None:
    assert "settings" in commands()["upgrade"].subcommands
    assert option("upgrade settings", "--django") is not None
    assert {"worker", "beat", "multi"} <= set(commands()["celery"].subcommands)
