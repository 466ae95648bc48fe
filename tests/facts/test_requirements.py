"""What requirements say, and constraints of pip, Poetry and conda: packages, versions, places."""

from __future__ import annotations

import random
from importlib import import_module
from pathlib import Path

import pytest
from dependency_files import CONDA, REQUIREMENTS, only, read, told
from packaging.specifiers import SpecifierSet

from celerylint.facts.dependencies import PACKAGES, Kind
from celerylint.facts.dependencies.specifier import from_conda, from_poetry


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
