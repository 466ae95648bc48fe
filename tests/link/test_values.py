"""Values of Python that is read and never run, against what Python gives: `values/*.txt`.

Every example runs, and X is what is compared. Where `# unknown` stands in one, nobody needs to know X.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from linked import Looked

from celerylint.link.evaluate import plain
from celerylint.origin import Unknown

VARIABLES = {"SET": "text", "NUMBER": "21", "FLAG": "Yes", "LIST": "a, b ,c", "EMPTY": ""}
UNKNOWN = "# unknown"


def examples() -> Iterator[Any]:
    for path in sorted(Path(__file__).with_name("values").glob("*.txt")):
        for number, text in enumerate(path.read_text(encoding="utf-8").split("---\n"), 1):
            yield pytest.param(text, id=f"{path.stem}-{number}")


def python_says(text: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    module = ModuleType("settings")
    monkeypatch.setitem(sys.modules, "settings", module)  # dataclasses look themselves up
    exec(compile(text, "settings.py", "exec"), vars(module))
    return vars(module)["X"]


@pytest.mark.parametrize("text", list(examples()))
def test_a_value_is_pythons_or_unknown(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("UNSET", *VARIABLES):
        monkeypatch.delenv(name, raising=False)
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    found = Looked(tmp_path, {"settings.py": text}, VARIABLES).name("X")
    assert found is not None
    data = plain(found)
    if UNKNOWN in text:
        assert isinstance(data, Unknown) and len(data.reason.split()) >= 3, data
        return
    assert not isinstance(data, Unknown), data.reason
    real = python_says(text, monkeypatch)
    assert data == real
    assert repr(data) == repr(real) or not isinstance(real, str | int | list | dict | tuple), (data, real)


@pytest.mark.parametrize("statement", ["os.environ.setdefault('SHOP', 'x')", "os.environ['SHOP'] = 'x'"])
def test_whether_a_variable_is_set_is_unknown_where_the_code_sets_it(statement: str, tmp_path: Path) -> None:
    looked = Looked(tmp_path, {"settings.py": f"import os\n{statement}\nX = 'SHOP' in os.environ\n"})
    found = looked.name("X")
    assert found is not None and "may set the environment variable SHOP" in found.reason


def test_whether_a_variable_is_set_is_unknown_where_a_file_may_set_it(tmp_path: Path) -> None:
    text = "import os\nfrom dotenv import load_dotenv\nload_dotenv()\nX = 'SHOP' in os.environ\n"
    found = Looked(tmp_path, {"settings.py": text, ".env": "SHOP=1\n"}).name("X")
    assert found is not None and "may come from .env" in found.reason
