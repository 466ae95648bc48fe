"""What projects say that they need, and which files say it; nothing of broken files."""

from __future__ import annotations

import pytest
from dependency_files import (
    CONDA,
    PIPFILE,
    PIPFILE_LOCK,
    POETRY,
    POETRY_PROJECT,
    PYPROJECT,
    REQUIREMENTS,
    SETUP_CFG,
    SETUP_PY,
    UV,
    read,
    told,
)

from celerylint.facts.dependencies import DependencyFacts, reader_of


def test_pyproject_in_the_standard_tables() -> None:
    facts = read("pyproject.toml", PYPROJECT)
    assert [
        (each.name, each.specifier, each.span.line, each.group, each.kind.value) for each in facts.requirements
    ] == [
        ("django", "~=5.1", 4, "", "required"),
        ("celery", "<6,>=5.4", 4, "", "required"),
        ("kombu", "==5.5.0", 5, "", "required"),
        ("celery", "==5.4.*", 6, "", "required"),
        ("celery-redbeat", "==2.3.2", 9, "beat", "required"),
        ("flower", ">=2", 12, "dev", "required"),
        ("celery", "==5.4.0", 13, "test", "required"),
        ("celery", "==5.4.0", 17, "", "constrained"),
        ("vine", "==5.1.0", 19, "", "overridden"),
    ]
    assert facts.python == ">=3.11"


def test_pyproject_as_poetry_writes_it() -> None:
    facts = read("pyproject.toml", POETRY_PROJECT)
    assert [(each.name, each.specifier, each.span.line, each.group) for each in facts.requirements] == [
        ("celery", ">=5.3,<6", 3, ""),
        ("redis", "==5.0.1", 4, ""),
        ("gevent", "", 5, ""),
        ("kombu", "==5.4.0", 6, ""),
        ("billiard", ">=4.2,<5", 7, ""),
        ("billiard", ">=3.6,<4", 7, ""),
        ("django", ">=5.1,<5.2 || >=4.2.3,<5", 9, ""),
        ("celery", ">=5", 13, "test"),
    ]
    assert [each.marker for each in facts.requirements if each.name == "billiard"] == [
        '(python_version >= "3.11")',
        '(python_version < "3.11")',
    ]
    assert facts.python == ">=3.11,<4"


def test_a_text_with_escapes_still_has_its_line() -> None:
    text = '[project]\ndependencies = [\n  "x",\n  "celery==5.4.0; python_version < \\"4\\"",\n]\n'
    assert told("pyproject.toml", text) == [("celery", "==5.4.0", 4)]


def test_setuptools() -> None:
    found = read("setup.cfg", SETUP_CFG)
    assert [(each.name, each.specifier, each.span.line, each.group) for each in found.requirements] == [
        ("celery", "<6,>=5.2", 9, ""),
        ("django", "", 10, ""),
        ("redis", "", 11, ""),
        ("flower", ">=2", 15, "dev"),
        ("gevent", "==24.11.1", 16, "green"),
    ]
    assert found.python == ">=3.9"
    assert [
        (each.name, each.specifier, each.span.line, each.group) for each in read("setup.py", SETUP_PY).requirements
    ] == [
        ("celery", ">=5.2", 4, ""),
        ("kombu", "", 5, ""),
        ("gevent", ">=24", 13, "green"),
        ("celery-redbeat", "", 14, "beat"),
    ]


def test_setup_cfg_may_take_its_requirements_from_a_file() -> None:
    facts = read("setup.cfg", "[options]\ninstall_requires = file: requirements.txt, more.txt\n")
    assert [each.path for each in facts.includes] == ["requirements.txt", "more.txt"]


@pytest.mark.parametrize(
    "text",
    [
        "install_requires=open('requirements.txt').read().split()",
        "install_requires=REQUIRED + ['celery==5.4.0']",
        "install_requires=[name + '==5.4.0' for name in ('celery',)]",
        "**{'install_requires': ['celery==5.4.0']}",
    ],
)
def test_what_setup_py_computes_is_not_known(text: str) -> None:
    assert read("setup.py", f"from setuptools import setup\nREQUIRED = []\nsetup({text})\n") == DependencyFacts()


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("requirements.txt", True),
        ("requirements-dev.in", True),
        ("requirements/prod/base.txt", True),
        ("dependencies/pip/all.txt", True),
        ("api/reqs/prod.txt", True),
        ("constraints-3.12.txt", True),
        ("pylock.toml", True),
        ("pylock.dev.toml", True),
        ("ci/environment-prod.yml", True),
        ("notes.txt", False),
        ("requirements/readme.md", False),
        ("deploy/worker.yaml", False),
        ("Cargo.lock", False),
        ("yarn.lock", False),
        ("pylock.a.b.toml", False),
        ("my_setup.py", False),
    ],
)
def test_files_are_told_by_their_names(path: str, known: bool) -> None:
    assert (reader_of(path) is not None) is known


NAMES = (
    *("requirements.txt", "constraints.txt", "uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "pyproject.toml"),
    *("Pipfile", "Pipfile.lock", "setup.cfg", "setup.py", "environment.yml"),
)


BAD = {
    "empty": "",
    "nulls": "\0" * 50,
    "not closed": '[[package]]\nname = "celery"\nversion = "5.4.0\n[project]\ndependencies = ["celery==',
    "a stanza without version": '\n[[package]]\nname = "celery"\n[[packages]]\nname = "celery"\nversion = 5\n',
    "deep": "[" * 50_000,
    "deep tables": '\n[[package]]\nname = "celery"\nversion = "1"\nx = ' + "[" * 50_000,
    "wrong shapes": (
        'project = 3\ndependencies = {celery = 1}\n[tool]\npoetry = ["celery"]\nuv = "x"\n'
        '[packages]\ncelery = [1, {version = 2}, {git = 3}]\n[dependency-groups]\na = "celery"\nb = [1, ["celery"]]\n'
    ),
    "odd versions": "celery==five\ncelery=>5\ncelery==5..4\ncelery @\ncelery==1!5.4\nCELERY\n-r\n-r \n"
    "-c\n-e\n-e git+\n\\\n",
    "json": '{"default": {"celery": {"version": 5}, "kombu": {"version": "==',
    "json of lists": '{"default": ["celery"], "celery": {}, "develop": {"celery": {"version": ["=="]}}}',
    "conda": "dependencies: {celery: 5}\n---\n- celery\n",
    "conda lists": "dependencies: [[celery], {pip: celery}, {pip: [{a: b}, null]}, 5, ~, '', '::', 'celery >']\n",
    "setup.cfg": "install_requires = celery\n[options]\n   celery\ninstall_requires\n = celery==5\n"
    "[options\ncelery = 5\n",
    "setup.py": "setup(install_requires=[1, celery, *x, f'celery{y}'], extras_require={**a, 1: 'celery'})\n"
    "setup()\nsetup(",
    "long": "celery" + "x" * 1_000_000,
    "surrogates": "celery==5.4.0\udc80\ncelery;\udc80\n",
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("bad", BAD)
def test_bad_input_is_read_without_an_error(name: str, bad: str) -> None:
    text = BAD[bad]
    for each in read(name, text).requirements:
        assert each.name in ("celery", "kombu")
        assert 1 <= each.span.line <= text.count("\n") + 1


@pytest.mark.parametrize("name", NAMES)
def test_cut_off_files_are_read_without_an_error(name: str) -> None:
    whole = "".join(
        [REQUIREMENTS, UV, POETRY, PYPROJECT, POETRY_PROJECT, PIPFILE, PIPFILE_LOCK, SETUP_CFG, SETUP_PY, CONDA]
    )
    for end in range(0, len(whole), 97):
        read(name, whole[:end])
        read(name, whole[end:])
