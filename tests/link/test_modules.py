"""Which file an import means, as Python would find it from where the project is started."""

from __future__ import annotations

from pathlib import Path

import pytest
from linked import written

from celerylint.link.modules import Modules
from celerylint.sources.discover import discover
from celerylint.sources.tree import Tree


def modules(root: Path, *paths: str) -> Modules:
    """The modules of a repository that holds these files, all empty."""
    written(root, dict.fromkeys(paths, ""))
    return Modules(Tree(root, discover(root)))


@pytest.mark.parametrize(
    ("paths", "path", "name"),
    [
        (["shop/__init__.py", "shop/celery.py"], "shop/celery.py", "shop.celery"),
        (["shop/__init__.py"], "shop/__init__.py", "shop"),
        (["src/shop/__init__.py", "src/shop/tasks.py"], "src/shop/tasks.py", "shop.tasks"),
        (["backend/manage.py", "backend/shop/__init__.py", "backend/shop/a.py"], "backend/shop/a.py", "shop.a"),
        (["backend/requirements.txt", "backend/shop/a.py"], "backend/shop/a.py", "shop.a"),
        (["shop/a.py"], "shop/a.py", "shop.a"),
        (["celeryconfig.py"], "celeryconfig.py", "celeryconfig"),
        (["a/__init__.py", "a/b/__init__.py", "a/b/c.py"], "a/b/c.py", "a.b.c"),
    ],
)
def test_the_name_of_a_file(paths: list[str], path: str, name: str, tmp_path: Path) -> None:
    assert modules(tmp_path, *paths).name(path) == name


@pytest.mark.parametrize(
    ("paths", "name", "importer", "found"),
    [
        (["shop/__init__.py", "shop/celery.py"], "shop.celery", "shop/tasks.py", "shop/celery.py"),
        (["shop/__init__.py", "shop/celery.py"], "shop", "", "shop/__init__.py"),
        (["shop/__init__.py", "shop/celery.py"], "celery", "shop/tasks.py", None),
        (["shop/__init__.py", "shop/redis.py"], "redis", "shop/tasks.py", None),
        (["celery.py"], "celery", "tasks.py", "celery.py"),
        # Celery's own modules are not those of a package that is called so too.
        (["shop/__init__.py", "shop/celery/__init__.py", "shop/celery/app.py"], "celery.app", "shop/a.py", None),
        (["shop/__init__.py", "shop/celery/schedules.py"], "celery.schedules", "shop/a.py", None),
        # A folder that is no package may be where Python starts.
        (["backend/config/settings.py"], "config.settings", "backend/config/celery.py", "backend/config/settings.py"),
        # Of two services each sees its own.
        (["a/conf/settings.py", "b/conf/settings.py"], "conf.settings", "b/conf/celery.py", "b/conf/settings.py"),
        (["a/conf/settings.py", "b/conf/settings.py"], "conf.settings", "deploy/worker.yaml", None),
        (["conf/settings.py", "old/conf/settings.py"], "conf.settings", "deploy/worker.yaml", "conf/settings.py"),
        # A package goes before a module of the same name.
        (["s/__init__.py", "s/x.py", "s/x/__init__.py"], "s.x", "s/a.py", "s/x/__init__.py"),
        (["s/__init__.py", "s/x.py", "s/x/__init__.py"], ".x", "s/a.py", "s/x/__init__.py"),
        (["s/__init__.py", "s/t/__init__.py", "s/t/a.py", "s/b.py"], "..b", "s/t/a.py", "s/b.py"),
        (["s/__init__.py", "s/t/__init__.py"], ".", "s/t/__init__.py", "s/t/__init__.py"),
        (["s/__init__.py", "s/a.py"], ".nowhere", "s/a.py", None),
        (["s/__init__.py", "s/a.py"], "...a", "s/a.py", None),
        (["s/a.py"], "s.b", "s/a.py", None),
    ],
)
def test_the_file_of_a_name(paths: list[str], name: str, importer: str, found: str | None, tmp_path: Path) -> None:
    assert modules(tmp_path, *paths).find(name, importer) == found


def test_whose_a_name_is(tmp_path: Path) -> None:
    ours = modules(tmp_path, "shop/__init__.py", "shop/a.py", "lib/tools/b.py")
    assert ours.is_own("shop.local", "shop/a.py")
    assert ours.is_own(".local", "shop/a.py")
    assert ours.is_own("tools.local")
    assert not ours.is_own("django.conf")
    assert not ours.is_own("local_settings")


def test_a_relative_name_made_absolute(tmp_path: Path) -> None:
    ours = modules(tmp_path, "a/__init__.py", "a/b/__init__.py", "a/b/c.py")
    assert ours.absolute(".d", "a/b/c.py") == "a.b.d"
    assert ours.absolute("..d", "a/b/c.py") == "a.d"
    assert ours.absolute(".d", "a/b/__init__.py") == "a.b.d"
    assert ours.absolute("x.y", "a/b/c.py") == "x.y"


def test_the_folder_that_python_starts_from(tmp_path: Path) -> None:
    ours = modules(tmp_path, "src/shop/__init__.py", "src/shop/a.py", "top.py")
    assert ours.source_root("src/shop/a.py") == "src"
    assert ours.source_root("top.py") == ""
    assert ours.members("src/shop/__init__.py") == "src/shop"
    assert ours.members("src/shop/a.py") == ""
