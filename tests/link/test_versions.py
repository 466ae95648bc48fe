"""Which version of Celery an app runs on, from whole small repositories."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from linked import code_of, written

from celerylint import catalog
from celerylint.link.apps import find_apps
from celerylint.link.releases import releases_of
from celerylint.model import Versions
from celerylint.origin import Layer

APP = "from celery import Celery\napp = Celery('shop')\n"
NOT_KNOWN = "the version of celery is not known: "
LOCK = '\n[[package]]\nname = "celery"\nversion = "{}"\n\n[[package]]\nname = "kombu"\nversion = "5.5.4"\n'


def project(*dependencies: str) -> str:
    """A pyproject.toml."""
    return f"[project]\ndependencies = {list(dependencies)}\n"


def versions(root: Path, files: Mapping[str, str], app: str = "shop/celery.py") -> Versions:
    """The versions of the app in this file."""
    apps = find_apps(code_of(written(root, {app: APP, **files})))
    return next(each.versions for each in apps if each.path == app)


def celery(root: Path, files: Mapping[str, str], app: str = "shop/celery.py") -> tuple[str, tuple[str, ...]]:
    """Celery's version, or why it is not known, and the lines that say it."""
    found = versions(root, files, app).celery
    return (
        str(found.value) if found.known else found.reason,
        tuple(f"{p.path}:{p.line}" for p in found.origin.places()),
    )


@pytest.mark.parametrize(
    ("files", "expected", "places"),
    [
        ({"requirements.txt": "django\ncelery==5.4.0\n"}, "5.4.0", ["requirements.txt:2"]),
        ({"requirements/base.txt": "celery==5.4.0\n"}, "5.4.0", ["requirements/base.txt:1"]),
        ({"dependencies/pip/all.txt": "celery==5.4.0\n"}, "5.4.0", ["dependencies/pip/all.txt:1"]),
        (
            {"shop/requirements.txt": "celery==5.3.6\n", "requirements.txt": "celery==5.4.0\n"},
            "5.3.6",
            ["shop/requirements.txt:1"],
        ),
        # A pin beats a range.
        ({"requirements.in": "celery>=5\n", "requirements.txt": "celery==5.4.0\n"}, "5.4.0", ["requirements.txt:1"]),
        (
            {"pyproject.toml": project("celery>=5"), "uv.lock": LOCK.format("5.5.3")},
            "5.5.3",
            ["uv.lock:4"],
        ),
        # A workspace's lock file lies further up.
        (
            {"shop/pyproject.toml": project("celery>=5"), "uv.lock": LOCK.format("5.5.3")},
            "5.5.3",
            ["uv.lock:4"],
        ),
        # One that the nearer range forbids belongs to something else.
        (
            {"shop/pyproject.toml": project("celery>=5.6"), "uv.lock": LOCK.format("5.5.3")},
            ">=5.6",
            ["shop/pyproject.toml:2"],
        ),
        # A pin further up that is no lock file belongs to something else, too.
        (
            {"shop/requirements.txt": "celery>=5.2\n", "requirements.txt": "celery==5.4.0\n"},
            ">=5.2",
            ["shop/requirements.txt:1"],
        ),
        # What is taken in counts, and constraints bind.
        ({"requirements.txt": "-r deep/base.txt\n", "deep/base.txt": "celery==5.4.0\n"}, "5.4.0", ["deep/base.txt:1"]),
        (
            {"requirements.txt": "celery\n-c constraints/all.txt\n", "constraints/all.txt": "celery==5.4.0\n"},
            "5.4.0",
            ["requirements.txt:1", "constraints/all.txt:1"],
        ),
        (
            {"requirements.txt": "-r b.txt\ncelery<6\n", "b.txt": "-r requirements.txt\ncelery>=5.4\n"},
            "<6,>=5.4",
            ["requirements.txt:2", "b.txt:2"],
        ),
        # Files for development and tests count where nothing else does.
        (
            {"requirements.txt": "celery==5.4.0\n", "requirements-dev.txt": "celery==5.6.3\n"},
            "5.4.0",
            ["requirements.txt:1"],
        ),
        (
            {"requirements/dev.txt": "celery==5.6.3\n", "requirements/base.txt": "django==5.1\n"},
            "5.6.3",
            ["requirements/dev.txt:1"],
        ),
        (
            {"pyproject.toml": project("celery==5.4.0") + "[dependency-groups]\ndev = ['celery>=5.6']\n"},
            "5.4.0",
            ["pyproject.toml:2"],
        ),
        # Two that disagree.
        (
            {"requirements/a.txt": "celery==5.4.0\n", "requirements/b.txt": "celery==5.5.3\n"},
            "5.4.0 or 5.5.3",
            ["requirements/a.txt:1", "requirements/b.txt:1"],
        ),
        # Nothing names Celery on the way to the root; another folder does, where no app is.
        ({"docker/requirements.txt": "celery==5.4.0\n"}, "5.4.0", ["docker/requirements.txt:1"]),
        (
            {"docs/requirements.txt": "celery==5.4.0\n"},
            "no requirement or lock file of the app's project names celery",
            [],
        ),
        # Markers that never hold on Linux, and those that depend on Python.
        (
            {"requirements.txt": "celery==5.2.7; sys_platform == 'win32'\ncelery==5.4.0; sys_platform != 'win32'\n"},
            "5.4.0",
            ["requirements.txt:2"],
        ),
        (
            {"requirements.txt": "celery==5.2.7; python_version < '3.8'\ncelery==5.4.0; python_version >= '3.8'\n"},
            "5.2.7 or 5.4.0",
            ["requirements.txt:1", "requirements.txt:2"],
        ),
        (
            {
                "requirements.txt": "celery==5.2.7; python_version < '3.8'\ncelery==5.4.0; python_version >= '3.8'\n",
                "pyproject.toml": "[project]\nrequires-python = '>=3.11'\n",
            },
            "5.4.0",
            ["requirements.txt:2"],
        ),
        # uv's words bind or replace what the project asks for.
        (
            {"pyproject.toml": project("celery>=5") + "[tool.uv]\nconstraint-dependencies = ['celery<5.5']\n"},
            ">=5,<5.5",
            ["pyproject.toml:2", "pyproject.toml:4"],
        ),
        (
            {"pyproject.toml": project("celery>=5.6") + "[tool.uv]\noverride-dependencies = ['celery==5.4.0']\n"},
            "5.4.0",
            ["pyproject.toml:4"],
        ),
        # What nobody can know.
        ({}, "no requirement or lock file of the app's project names celery", []),
        ({"requirements.txt": "celery\n"}, "requirements.txt names celery without a version", ["requirements.txt:1"]),
        (
            {"requirements.txt": "celery @ git+https://github.com/celery/celery@main\n"},
            f"{NOT_KNOWN}it comes from git+https://github.com/celery/celery@main, which names no version",
            ["requirements.txt:1"],
        ),
        (
            {"requirements.txt": "celery<5\n-c c.txt\n", "c.txt": "celery>5\n"},
            f"{NOT_KNOWN}its requirements contradict each other",
            ["requirements.txt:1"],
        ),
        (
            {"requirements.txt": "celery==2!5.4\n"},
            f"{NOT_KNOWN}`==2!5.4` names no version to read",
            ["requirements.txt:1"],
        ),
    ],
)
def test_the_version_is_what_the_nearest_files_come_to(
    files: dict[str, str], expected: str, places: list[str], tmp_path: Path
) -> None:
    assert celery(tmp_path, files) == (expected, tuple(places))


def test_several_services_have_their_own(tmp_path: Path) -> None:
    files = {
        "services/a/pyproject.toml": "[project]\ndependencies = ['celery==5.4.0', 'redis==5.2.1']\n",
        "services/b/requirements.txt": "celery==5.6.3\n",
        "services/b/b/celery.py": APP,
        "services/c/c/celery.py": APP,
    }
    assert celery(tmp_path, files, "services/a/src/a/celery.py")[0] == "5.4.0"
    assert celery(tmp_path, files, "services/b/b/celery.py")[0] == "5.6.3"
    # Its own files do not say it, and those of its neighbours are not its own.
    assert "no requirement or lock file" in celery(tmp_path, files, "services/c/c/celery.py")[0]


def test_companions_come_from_the_same_files(tmp_path: Path) -> None:
    files = {
        "shop/pyproject.toml": "[project]\ndependencies = ['celery>=5', 'Django~=5.1.2', 'redis']\n",
        "uv.lock": LOCK.format("5.5.3"),
        "requirements.txt": "gevent==24.11.1\n",
    }
    found = versions(tmp_path, files)
    assert [str(each.value) for each in (found.celery, found.kombu, found.django)] == ["5.5.3", "5.5.4", "~=5.1.2"]
    assert found.redis.reason == "shop/pyproject.toml names redis without a version"
    assert not found.gevent.known
    assert found.celery.origin.layer is Layer.DEPENDENCY


def test_a_file_of_windows_is_read(tmp_path: Path) -> None:
    written(tmp_path, {"shop/celery.py": APP})
    (tmp_path / "requirements.txt").write_bytes("django==5.1\r\ncelery==5.4.0\r\n".encode("utf-16"))
    assert celery(tmp_path, {}) == ("5.4.0", ("requirements.txt:2",))


@pytest.mark.parametrize(
    ("specifier", "releases"),
    [
        ("==5.4.0", ["5.4.0"]),
        ("==5.4.2", ["5.4.0"]),
        ("==5.7.1", ["5.7.0"]),
        ("==6.0.0", ["5.7.0"]),
        ("~=5.5.0", ["5.5.3"]),
        (">=5.3,<5.6", ["5.3.6", "5.4.0", "5.5.3"]),
        (">=5.3,<5.6,!=5.4.*", ["5.3.6", "5.5.3"]),
        (">5.5.3", ["5.5.3", "5.6.3", "5.7.0"]),
        (">=5.6", ["5.6.3", "5.7.0"]),
        # What the catalogue leaves out lies between two that it has.
        ("==5.1.2", ["4.4.7", "5.2.7"]),
        ("==4.3.0", ["4.4.7"]),
        ("<5", ["4.4.7", "5.2.7"]),
        ("", list(catalog.RELEASES[1:])),
    ],
)
def test_the_releases_of_the_catalogue_that_it_may_be(specifier: str, releases: list[str], tmp_path: Path) -> None:
    found = versions(tmp_path, {"requirements.txt": f"celery{specifier}\n"})
    assert list(releases_of(found.celery).possible) == releases


def test_reading_a_large_lock_file_takes_no_time(tmp_path: Path) -> None:
    other = (
        '\n[[package]]\nname = "package{}"\nversion = "1"\nfiles = [\n'
        + '  {{file = "a", hash = "b"}},\n' * 200
        + "]\n"
    )
    lock = "".join(other.format(number) for number in range(1000)) + LOCK.format("5.5.3")
    assert len(lock) > 5_000_000
    read = measured(tmp_path, {"poetry.lock": lock})
    assert read < 0.3
    assert celery(tmp_path, {})[0] == "5.5.3"


def measured(root: Path, files: Mapping[str, str]) -> float:
    """Seconds of processor time for the app's versions."""
    import time

    from celerylint.link.requirements import RequirementFiles
    from celerylint.link.versions import versions_by_file

    code: Any = code_of(written(root, {"shop/celery.py": APP, **files}))
    start = time.process_time()
    versions_by_file(RequirementFiles(code.tree), ["shop/celery.py"])
    return time.process_time() - start
