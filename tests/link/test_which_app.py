"""Which app `-A` means: what Celery itself loads by the same name, in the same folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from linked import code_of, environment, written

from celerylint.link.which_app import find_app

MADE = "from celery import Celery\n{0} = Celery('{1}')\n"
CASES: dict[str, tuple[dict[str, str], str]] = {
    "module.app": ({"shop.py": MADE.format("app", "x")}, "shop"),
    "module.celery": ({"shop.py": MADE.format("celery", "x")}, "shop"),
    "any name": ({"shop.py": MADE.format("worker", "x")}, "shop"),
    "attribute": ({"shop.py": MADE.format("a", "x") + "b = Celery('y')\n"}, "shop:b"),
    "dotted attribute": ({"shop.py": MADE.format("a", "x") + "b = Celery('y')\n"}, "shop.b"),
    "package with celery.py": ({"shop/__init__.py": "", "shop/celery.py": MADE.format("app", "x")}, "shop"),
    "celery.py, another name": ({"shop/__init__.py": "", "shop/celery.py": MADE.format("tasks", "x")}, "shop"),
    "imported under a name": (
        {"shop/__init__.py": "from .worker import app as celery_app\n", "shop/worker.py": MADE.format("app", "x")},
        "shop",
    ),
    "imported, and celery.py": (
        {
            "shop/__init__.py": "from .worker import app as mine\n",
            "shop/worker.py": MADE.format("app", "x"),
            "shop/celery.py": MADE.format("app", "y"),
        },
        "shop",
    ),
    "two imported": (
        {
            "shop/__init__.py": "import os\nfrom .b import app as second\nfrom .a import app as first\n",
            "shop/a.py": MADE.format("app", "a"),
            "shop/b.py": MADE.format("app", "b"),
        },
        "shop",
    ),
    "a module of apps": (
        {
            "shop/__init__.py": "",
            "shop/run.py": "from shop.made import other\n",
            "shop/made.py": MADE.format("other", "z"),
        },
        "shop.run",
    ),
}


def loaded(root: Path, name: str) -> str:
    """The name of the app that Celery finds."""
    source = "import sys; from celery.app.utils import find_app; print(find_app(sys.argv[1]).main)"
    given = {**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(
        [sys.executable, "-c", source, name], cwd=root, env=given, capture_output=True, text=True, check=True
    )
    return run.stdout.strip()


@pytest.mark.parametrize("case", CASES)
def test_the_app_is_the_one_that_celery_loads(tmp_path: Path, case: str) -> None:
    files, name = CASES[case]
    code = code_of(written(tmp_path, files))
    span = find_app(code, code.evaluator(environment()), name, "manifest")
    assert span is not None
    line = (tmp_path / span.path).read_text().splitlines()[span.line - 1]
    assert line.endswith(f"Celery('{loaded(tmp_path, name)}')")
