"""What the project's own code puts into the environment before its settings are read."""

from __future__ import annotations

from pathlib import Path

import pytest
from linked import Looked

SETTINGS = 'import os\nNUMBER = int(os.environ.get("NUMBER", "4"))\n'

LATER = {
    "a function that nobody calls": 'def go():\n    os.environ["NUMBER"] = "5"\n',
    "a function that only another one calls": (
        'def go():\n    os.environ["NUMBER"] = "5"\n\n\ndef view():\n    return go()\n'
    ),
    "a method of an app's configuration": 'class Config:\n    def ready(self):\n        os.environ[make()] = "5"\n',
    "a loop over other names": 'for name in ("A", "B"):\n    os.environ.pop(name, None)\n',
    "a constant with another name": 'NAME = "OTHER"\nos.environ[NAME] = "5"\n',
    "a name in a list of what is exported": '__all__ = ["go"]\n\n\ndef go():\n    os.environ["NUMBER"] = "5"\n',
    "a function that is imported elsewhere": 'def go():\n    os.environ["NUMBER"] = "5"\n',
}
TEMPORARY = "from contextlib import contextmanager\n\n\n@contextmanager\ndef swapped(values):\n    try:\n"
TEMPORARY += "        os.environ.update(values)\n        yield\n    finally:\n        os.environ.clear()\n\n\n"
LATER["a context manager that puts back what was there"] = (
    TEMPORARY + "def go():\n    with swapped({}):\n        pass\n"
)
AT_IMPORT = {
    "the top level": 'os.environ["NUMBER"] = "5"\n',
    "a branch of the top level": 'if os.path.exists("x"):\n    os.environ["NUMBER"] = "5"\n',
    "a class's body": 'class A:\n    os.environ["NUMBER"] = "5"\n',
    "a function that the top level calls": 'def go():\n    os.environ["NUMBER"] = "5"\n\n\ngo()\n',
    "a function that a called function calls": (
        'def inner():\n    os.environ["NUMBER"] = "5"\n\n\ndef go():\n    inner()\n\n\nif True:\n    go()\n'
    ),
    "a decorator": 'def go(f):\n    os.environ["NUMBER"] = "5"\n    return f\n\n\n@go\ndef view():\n    pass\n',
    "a constant": 'NAME = "NUMBER"\nos.environ[NAME] = "5"\n',
    "a constant that changes": 'NAME = "OTHER"\nNAME = "NUM" + "BER"\nos.environ[NAME] = "5"\n',
    "a loop": 'for name in ("OTHER", "NUMBER"):\n    os.environ.pop(name, None)\n',
    "what nobody can name": "os.environ.update(read())\n",
    "a context manager around the top level": TEMPORARY + "with swapped({}):\n    import settings\n",
    "an own class": 'class A:\n    def __init__(self):\n        os.environ["NUMBER"] = "5"\n\n\nA()\n',
}


@pytest.mark.parametrize("code", LATER.values(), ids=list(LATER))
def test_what_runs_later_changes_no_setting(code: str, tmp_path: Path) -> None:
    files = {
        "settings.py": SETTINGS,
        "other.py": f"import os\n\n{code}",
        "urls.py": "from other import (\n    view,\n    go,\n)\nfrom other import go\n\n\ndef called():\n    go()\n",
    }
    value = Looked(tmp_path, files, {"NUMBER": "3"}).name("NUMBER")
    assert value is not None and value.get() == 3


@pytest.mark.parametrize("code", AT_IMPORT.values(), ids=list(AT_IMPORT))
def test_what_runs_at_import_may_change_it(code: str, tmp_path: Path) -> None:
    files = {"settings.py": SETTINGS, "other.py": f"import os\n\n{code}"}
    value = Looked(tmp_path, files, {"NUMBER": "3"}).name("NUMBER")
    assert value is not None and "other.py" in value.reason
