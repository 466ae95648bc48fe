"""What each format of requirement and lock file says: packages, versions, places; and nothing of broken files."""

from __future__ import annotations

import random
from importlib import import_module
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from celerylint.facts.dependencies import PACKAGES, DependencyFacts, Kind, Requirement, reader_of
from celerylint.facts.dependencies.specifier import from_conda, from_poetry
from celerylint.sources.text import Text


def read(path: str, text: str) -> DependencyFacts:
    """The facts of a file of this name."""
    reader = reader_of(path)
    assert reader is not None, path
    return reader(Text(path, text))


def told(path: str, text: str) -> list[tuple[str, str, int]]:
    """Package, specifier and line of each requirement."""
    return [(each.name, each.specifier, each.span.line) for each in read(path, text).requirements]


def only(path: str, text: str) -> Requirement:
    """The one requirement of a file."""
    (requirement,) = read(path, text).requirements
    return requirement


REQUIREMENTS = """\
# Production
-r base.txt
--requirement=more/extra.txt
-c constraints.txt
--index-url https://packages.example/simple
Celery[redis,sqs] >= 5.4, <6  # the newest that we tried
kombu==5.4.2 \\
    --hash=sha256:0000000000000000000000000000000000000000000000000000000000000000 \\
    --hash=sha256:1111111111111111111111111111111111111111111111111111111111111111
    # via celery
django-celery-results
Django_Celery-Beat==2.7.0; python_version < "3.13"
redis == ${REDIS_VERSION}
celery-types==0.22.0
gevent @ https://files.example/gevent-24.11.1-cp312-cp312-manylinux_2_17_x86_64.whl
-e git+https://github.com/celery/vine.git@v5.1.0#egg=vine
git+https://github.com/somebody/billiard.git@main#egg=billiard
./wheels/amqp-5.3.1-py3-none-any.whl
"""


def test_a_requirements_file() -> None:
    facts = read("requirements/prod.txt", REQUIREMENTS)
    assert [(each.name, each.specifier, each.span.line) for each in facts.requirements] == [
        ("celery", "<6,>=5.4", 6),
        ("kombu", "==5.4.2", 7),
        ("django-celery-results", "", 11),
        ("django-celery-beat", "==2.7.0", 12),
        ("redis", "", 13),
        ("gevent", "==24.11.1", 15),
        ("vine", "==5.1.0", 16),
        ("billiard", "", 17),
        ("amqp", "==5.3.1", 18),
    ]
    assert [(each.path, each.kind) for each in facts.includes] == [
        ("base.txt", Kind.REQUIRED),
        ("more/extra.txt", Kind.REQUIRED),
        ("constraints.txt", Kind.CONSTRAINED),
    ]
    by_name = {each.name: each for each in facts.requirements}
    assert by_name["django-celery-beat"].marker == 'python_version < "3.13"'
    assert "depends on a variable" in by_name["redis"].unclear
    assert "names no version" in by_name["billiard"].unclear


def test_a_place_is_the_requirement_without_its_comment() -> None:
    text = "a==1\n  celery[redis]==5.4.0 ; sys_platform != 'win32'  # pinned\n"
    span = only("requirements.txt", text).span
    line = text.splitlines()[span.line - 1]
    assert line[span.column - 1 : span.end_column - 1] == "celery[redis]==5.4.0 ; sys_platform != 'win32'"


def test_constraints_install_nothing() -> None:
    assert only("constraints.txt", "celery==5.4.0\n").kind is Kind.CONSTRAINED
    assert only("requirements/celery-constraints.txt", "celery==5.4.0\n").kind is Kind.CONSTRAINED


def test_requirements_are_those_that_pip_sees(tmp_path: Path) -> None:
    pip = pytest.importorskip("pip._internal.req.req_file")
    session = import_module("pip._internal.network.session").PipSession()
    pieces = ["celery==5.4.0", "Celery [redis]>=5", "kombu~=5.4 \\", "    --hash=sha256:00", "# celery==1", "  #x", ""]
    pieces += ["redis>=5,<6 # six", "redis#no-comment", "vine==5.1.0;python_version<'4'", "\\", "# a \\", "flower \\"]
    pieces += ["amqp==5.2.0 --config-settings=a=b", "--no-binary celery", "celery==5.3.6 \\  ", "django\\", "==5.1"]
    choose = random.Random(7)
    for number in range(300):
        text = "\n".join(choose.choices(pieces, k=choose.randint(1, 6)))
        path = tmp_path / f"requirements{number}.txt"
        path.write_text(text)
        try:
            theirs = [
                (line.requirement, line.comes_from.rpartition("line ")[2].rstrip(")"))
                for line in pip.parse_requirements(str(path), session=session)
            ]
        except Exception:
            continue  # pip refuses the file
        wanted = [(seen, line) for spec, line in theirs if (seen := _parsed(spec)) is not None]
        ours = [
            ((each.name, each.specifier), str(each.span.line))
            for each in read(path.name, text).requirements
            if not each.unclear
        ]
        assert ours == wanted, text


def _parsed(text: str) -> tuple[str, str] | None:
    from packaging.requirements import InvalidRequirement
    from packaging.requirements import Requirement as Parsed

    try:
        parsed = Parsed(text)
    except InvalidRequirement:
        return None
    return (parsed.name.lower(), str(parsed.specifier)) if parsed.name.lower() in PACKAGES else None


UV = """\
version = 1
revision = 3
requires-python = ">=3.12"

[[package]]
name = "celery"
version = "5.6.3"
source = { registry = "https://pypi.org/simple" }
dependencies = [
    { name = "billiard" },
    { name = "kombu" },
]
sdist = { url = "https://files.example/celery-5.6.3.tar.gz", hash = "sha256:00", size = 1 }

[package.optional-dependencies]
redis = [
    { name = "kombu", extra = ["redis"] },
]

[[package]]
name = "celery-types"
version = "0.23.0"

[[package]]
name = "kombu"
version = "5.6.1"
resolution-markers = [
    "python_full_version >= '3.13'",
    "python_full_version < '3.13' and sys_platform == 'darwin'",
]
"""
POETRY = """\
# This file is automatically @generated by Poetry 2.1.1

[[package]]
name = "celery"
version = "5.5.3"
description = "Distributed Task Queue."
optional = false
python-versions = ">=3.8"
groups = ["main"]
markers = "python_version >= \\"3.8\\""
files = [
    {file = "celery-5.5.3-py3-none-any.whl", hash = "sha256:00"},
]

[package.dependencies]
kombu = ">=5.5.2,<5.6"

[[package]]
name = "redis"
version = "5.2.1"
category = "dev"
optional = false

[metadata]
lock-version = "2.1"
python-versions = "^3.11"
content-hash = "00"
"""
PDM = """\
[metadata]
groups = ["default", "test"]
[[metadata.targets]]
requires_python = ">=3.10"

[[package]]
name = "celery"
version = "5.4.0"
extras = ["redis"]
groups = ["default"]
marker = "python_version >= '3.10'"

[[package]]
name = "vine"
version = "5.1.0"
groups = ["test"]
"""
PYLOCK = """\
lock-version = "1.0"
created-by = "pip"
requires-python = ">=3.9"

[[packages]]
name = "celery"
version = "5.3.6"
marker = "sys_platform == 'linux'"
[[packages.wheels]]
name = "celery-5.3.6-py3-none-any.whl"

[[packages]]
name = "kombu"
vcs = {type = "git"}
"""


def test_lock_files_in_toml() -> None:
    assert told("uv.lock", UV) == [("celery", "==5.6.3", 7), ("kombu", "==5.6.1", 26)]
    assert told("api/poetry.lock", POETRY) == [("celery", "==5.5.3", 5), ("redis", "==5.2.1", 20)]
    assert told("pdm.lock", PDM) == [("celery", "==5.4.0", 8), ("vine", "==5.1.0", 15)]
    assert told("pylock.prod.toml", PYLOCK) == [("celery", "==5.3.6", 7)]
    for path, text in (("uv.lock", UV), ("poetry.lock", POETRY), ("pdm.lock", PDM), ("pylock.toml", PYLOCK)):
        facts = read(path, text)
        assert {each.kind for each in facts.requirements} == {Kind.LOCKED}
        first = facts.requirements[0].span
        line = text.splitlines()[first.line - 1]
        assert (
            line[first.column - 1 : first.end_column - 1]
            == line
            == f'version = "{facts.requirements[0].specifier[2:]}"'
        )
        assert read(path, text.replace("\n", "\r\n")).requirements == facts.requirements


def test_what_a_lock_file_says_besides() -> None:
    assert [each.marker for each in read("uv.lock", UV).requirements] == [
        "",
        "(python_full_version >= '3.13') or (python_full_version < '3.13' and sys_platform == 'darwin')",
    ]
    assert [each.group for each in read("poetry.lock", POETRY).requirements] == ["", "dev"]
    assert [each.group for each in read("pdm.lock", PDM).requirements] == ["", "test"]
    assert read("uv.lock", UV).python == ">=3.12"
    assert read("poetry.lock", POETRY).python == ">=3.11,<4"
    assert read("pylock.toml", PYLOCK).python == ">=3.9"


PYPROJECT = """\
[project]
name = "shop"
requires-python = ">=3.11"
dependencies = ["django~=5.1", 'celery [redis]>=5.4,<6 ; python_version >= "3.11"',
  "kombu @ git+https://github.com/celery/kombu@v5.5.0",
  "celery (==5.4.*)"]

[project.optional-dependencies]
beat = ["celery-redbeat==2.3.2"]

[dependency-groups]
dev = [{include-group = "test"}, "flower>=2"]
test = ["celery[pytest]==5.4.0"]

[tool.uv]
constraint-dependencies = [
  "celery==5.4.0",
]
override-dependencies = ["vine==5.1.0"]
"""
POETRY_PROJECT = """\
[tool.poetry.dependencies]
python = "^3.11"
Celery = {version = "^5.3", extras = ["redis"]}
redis = "5.0.1"
gevent = "*"
kombu = {git = "https://github.com/celery/kombu.git", tag = "v5.4.0"}
billiard = [{version = "^4.2", python = ">=3.11"}, {version = "^3.6", python = "<3.11"}]

[tool.poetry.dependencies.django]
version = "~5.1 || ^4.2.3"

[tool.poetry.group.test.dependencies]
celery = { version = ">=5", extras = ["pytest"] }
"""


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


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("^5.2.3", ">=5.2.3,<6"),
        ("^0.3.1", ">=0.3.1,<0.4"),
        ("^0.0.3", ">=0.0.3,<0.0.4"),
        ("^0.0", ">=0.0,<0.1"),
        ("^5", ">=5,<6"),
        ("~5.3.1", ">=5.3.1,<5.4"),
        ("~5.3", ">=5.3,<5.4"),
        ("~5", ">=5,<6"),
        ("~=5.3.1", "~=5.3.1"),
        ("5.3.*", "==5.3.*"),
        ("*", ""),
        ("5.3.6", "==5.3.6"),
        ("= 5.3.6", "==5.3.6"),
        (">= 5.2, < 6", ">=5.2,<6"),
        (">=5.2 <6", ">=5.2,<6"),
        ("^5.3 | 4.4.7", ">=5.3,<6 || ==4.4.7"),
        ("^5.3 || *", ""),
    ],
)
def test_poetrys_constraints(written: str, meant: str) -> None:
    assert from_poetry(written) == meant
    for alternative in meant.split(" || "):
        SpecifierSet(alternative)


@pytest.mark.parametrize("written", ["^", "^x.y", "five", ">>5", "^5.3 |"])
def test_what_is_no_constraint_of_poetrys(written: str) -> None:
    if written == "^5.3 |":
        assert from_poetry(written) == ""
    else:
        with pytest.raises(ValueError):
            SpecifierSet(from_poetry(written))


PIPFILE = """\
[packages]
celery = {extras = ["redis"], version = "==5.6.3"}
kombu = "*"
django = ">=5.1,<5.2"

[dev-packages]
flower = "~=2.0"

[requires]
python_version = "3.12"
"""
PIPFILE_LOCK = """\
{
    "_meta": {"hash": {"sha256": "00"}, "requires": {"python_version": "3.12"}},
    "default": {
        "celery": {
            "extras": [
                "redis"
            ],
            "hashes": ["sha256:00"],
            "index": "pypi",
            "markers": "python_version >= '3.9'",
            "version": "==5.6.3"
        },
        "kombu": {"version": "==5.6.2"}
    },
    "develop": {
        "flower": {
            "version": "==2.0.1"
        }
    }
}
"""


def test_pipenv() -> None:
    assert told("Pipfile", PIPFILE) == [
        ("celery", "==5.6.3", 2),
        ("kombu", "", 3),
        ("django", ">=5.1,<5.2", 4),
        ("flower", "~=2.0", 7),
    ]
    locked = read("rbac/Pipfile.lock", PIPFILE_LOCK).requirements
    assert [(each.name, each.specifier, each.span.line, each.group) for each in locked] == [
        ("celery", "==5.6.3", 11, ""),
        ("kombu", "==5.6.2", 13, ""),
        ("flower", "==2.0.1", 17, "dev"),
    ]
    assert locked[0].marker == "python_version >= '3.9'"


SETUP_CFG = """\
[metadata]
name = shop
description = celery>=1

[options]
python_requires = >=3.9
install_requires =
    # the queue
    celery[redis]>=5.2,<6
    django
    redis; python_version > "3.9"

[options.extras_require]
dev =
    flower>=2
green = gevent==24.11.1

[tool:x]
install_requires = celery==1
"""
SETUP_PY = """\
from setuptools import setup, find_packages

REQUIRED = [
    "celery>=5.2",
    "kombu",
]

setup(
    name="shop",
    packages=find_packages(),
    install_requires=REQUIRED,
    extras_require={
        "green": ["gevent>=24"],
        "beat": ("celery-redbeat",),
    },
)
"""


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


CONDA = """\
name: shop
channels: [conda-forge]
dependencies:
  - python=3.12
  - conda-forge::celery=5.4
  - kombu==5.4.2
  - "vine >=5.1,<6"
  - billiard=4.2.1=py312h_0
  - redis  # the server
  - redis-py=5.2.1
  - pip
  - pip:
      - celery[redis]==5.4.0
      - flower
"""


def test_conda() -> None:
    assert told("environment.yml", CONDA) == [
        ("celery", "==5.4.*", 5),
        ("kombu", "==5.4.2", 6),
        ("vine", ">=5.1,<6", 7),
        ("billiard", "==4.2.1.*", 8),
        ("redis", "==5.2.1.*", 10),
        ("celery", "==5.4.0", 13),
        ("flower", "", 14),
    ]
    assert from_conda(">=5.3|4.4.7") == ">=5.3 || ==4.4.7.*"
    assert "names no version" in only("environment.yaml", "dependencies: ['celery ~ 5']").unclear


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
