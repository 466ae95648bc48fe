"""What lock files say: the packages, their versions, for which machines and groups."""

from __future__ import annotations

from dependency_files import PDM, PIPFILE, PIPFILE_LOCK, POETRY, PYLOCK, UV, read, told

from celerylint.facts.dependencies import Kind


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
