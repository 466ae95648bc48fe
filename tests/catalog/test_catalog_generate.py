"""The generator, as far as it can be run without the network: reading the installed Celery, merging, rendering."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import celerylint.catalog
from celerylint.catalog import NEWEST, RELEASES, commands, option
from celerylint.catalog.generate import commands_file, settings_file, task_options_file
from celerylint.catalog.harvest.argparse_tables import argparse_commands
from celerylint.catalog.harvest.commands import commands_of
from celerylint.catalog.harvest.merge import merge
from celerylint.catalog.harvest.render import render
from celerylint.catalog.harvest.settings import settings_of
from celerylint.catalog.harvest.tasks import task_options_of

CATALOG = Path(celerylint.catalog.__file__).parent
SITE_PACKAGES = Path(import_module("celery").__file__ or "").parents[1]
INSTALLED = str(import_module("celery").__version__)

of_the_installed_release = pytest.mark.skipif(INSTALLED not in RELEASES, reason=f"Celery {INSTALLED} is not catalogued")
FILES = {"settings.json": 2, "task_options.json": 2, "commands.json": 3}


def entries_at(records: dict[str, Any], version: str) -> dict[str, Any]:
    """The entries of a data file as one release has them, in the file's own compact shape."""
    found = {}
    for name, entry in records.items():
        lived = RELEASES[RELEASES.index(entry["since"]) : RELEASES.index(entry.get("until", NEWEST)) + 1]
        if version in lived:
            fields = {key: value for key, value in entry.items() if key not in ("since", "until", "before")}
            for later in reversed([each for each in RELEASES if each in entry.get("before", {}) and each > version]):
                fields |= entry["before"][later]
            found[name] = {key: value for key, value in fields.items() if value is not None}
    return found


def without_history(text: str, key: str) -> Any:
    """What a file made of one single release says."""
    return {n: {k: v for k, v in e.items() if k not in ("since", "until")} for n, e in json.loads(text)[key].items()}


@of_the_installed_release
@pytest.mark.parametrize(
    ("name", "key", "read", "write"),
    [
        ("settings.json", "settings", settings_of, settings_file),
        ("task_options.json", "task_options", task_options_of, task_options_file),
    ],
)
def test_reading_the_installed_celery_gives_what_is_shipped(
    name: str, key: str, read: Callable[[Path], Any], write: Callable[[Any], str]
) -> None:
    text = write({INSTALLED: read(SITE_PACKAGES)})
    assert text == write({INSTALLED: read(SITE_PACKAGES)})
    shipped = json.loads((CATALOG / name).read_text(encoding="utf-8"))[key]
    assert without_history(text, key) == entries_at(shipped, INSTALLED)


@of_the_installed_release
def test_asking_the_installed_click_gives_the_commands_that_are_shipped() -> None:
    text = commands_file({INSTALLED: commands_of(SITE_PACKAGES, SITE_PACKAGES)})
    shipped = json.loads((CATALOG / "commands.json").read_text(encoding="utf-8"))["options"]
    for name in commands():
        ours = {
            dest: {k: v for k, v in raw.items() if k not in ("since", "until")}
            for dest, raw in json.loads(text)["options"].get(name, {}).items()
        }
        assert ours == entries_at(shipped.get(name, {}), INSTALLED), name


@pytest.mark.parametrize(("name", "depth"), FILES.items())
def test_a_shipped_file_is_exactly_what_rendering_it_again_gives(name: str, depth: int) -> None:
    text = (CATALOG / name).read_text(encoding="utf-8")
    assert render(json.loads(text), depth) == text


@pytest.mark.parametrize("name", FILES)
def test_a_shipped_file_names_the_releases_it_was_made_of(name: str) -> None:
    assert json.loads((CATALOG / name).read_text(encoding="utf-8"))["meta"]["releases"] == list(RELEASES)


def test_the_order_of_what_was_read_does_not_matter() -> None:
    one: dict[str, dict[str, Any]] = {"b": {"default": 1, "type": "int"}, "a": {"type": "bool", "default": None}}
    other: dict[str, dict[str, Any]] = {"a": {"default": None, "type": "bool"}, "b": {"type": "int", "default": 1}}
    first = render({"x": merge({"5.6.3": one, "5.7.0": other})}, 2)
    assert first == render({"x": merge({"5.7.0": one, "5.6.3": other})}, 2)
    assert first == '{\n "x": {\n  "a": {"since": "5.6.3", "type": "bool"},\n' + (
        '  "b": {"default": 1, "since": "5.6.3", "type": "int"}\n }\n}\n'
    )


def test_a_change_is_kept_as_what_was_before_it() -> None:
    merged = merge({"5.5.3": {"x": {"default": 0}}, "5.6.3": {"x": {"default": False}}, "5.7.0": {"x": {"env": ["X"]}}})
    assert merged == {
        "x": {
            "env": ["X"],
            "since": "5.5.3",
            "before": {"5.6.3": {"default": 0}, "5.7.0": {"default": False, "env": None}},
        }
    }


def test_an_entry_that_went_away_says_until_when() -> None:
    assert merge({"4.4.7": {"x": {"type": "int"}}, "5.2.7": {}})["x"] == {
        "type": "int",
        "since": "4.4.7",
        "until": "4.4.7",
    }


def test_an_entry_that_comes_and_goes_is_refused() -> None:
    with pytest.raises(ValueError, match=r"x comes and goes: 5\.5\.3, 5\.7\.0"):
        merge({"5.5.3": {"x": {}}, "5.6.3": {}, "5.7.0": {"x": {}}})


def write_release(tree: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = tree / "celery" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tree


def test_an_argparse_release_is_read_without_running_it(tmp_path: Path) -> None:
    base = (
        "raise SystemExit('imported')\n"
        "class Command:\n"
        "    def add_preload_arguments(self, parser):\n"
        "        parser.add_argument('-A', '--app', default=None)\n"
        "def daemon_options(parser):\n"
        "    parser.add_argument('--pidfile')\n"
    )
    worker = (
        "class worker(Command):\n"
        "    def add_arguments(self, parser):\n"
        "        conf = self.app.conf\n"
        "        parser.add_argument('-c', '--concurrency', default=conf.worker_concurrency, type=int)\n"
        "        parser.add_argument('-O', dest='optimization')\n"
        "        parser.add_argument('-D', '--detach', action='store_true')\n"
        "        daemon_options(parser)\n"
    )
    multi = "class multi(Command):\n    pass\n"
    files = {"bin/base.py": base, "bin/worker.py": worker, "bin/multi.py": multi}
    options = argparse_commands(write_release(tmp_path, files))["worker"]["options"]
    assert sorted(options) == ["app", "concurrency", "detach", "help", "optimization", "pidfile"]
    assert (options["concurrency"]["type"], options["concurrency"]["setting"]) == ("int", "worker_concurrency")
    assert options["optimization"]["short"] == ["-O"]
    assert not options["detach"]["takes_value"]
    assert options["app"]["env"] == ["CELERY_APP"]


def test_a_broken_release_is_an_error_and_not_an_empty_catalogue(tmp_path: Path) -> None:
    tree = write_release(tmp_path, {"app/task.py": "class Task:\n    max_retries = 3\n"})
    write_release(tree, {"app/base.py": "", "app/autoretry.py": ""})
    with pytest.raises((StopIteration, ValueError)):
        task_options_of(tree)


def test_old_flags_of_celery_4_are_in_the_shipped_data() -> None:
    assert option("worker", "--maxmemperchild", "4.4.7") is not None
    assert commands()["events"].options["frequency"].exists_in("4.4.7")
