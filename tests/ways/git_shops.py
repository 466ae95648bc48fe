"""A small shop in a git repository: its worker is killed before its longest task ends."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = ("celerylint", "rules", "pyproject.toml", "README.md", "LICENSE")  # what pip needs of this checkout
RULE = "grace-period-shorter-than-task"
TASKS = """\
from shop.celery import app


@app.task(time_limit=7200, soft_time_limit=7000, acks_late=True)
def forecast():
    ...
"""
MENDED = TASKS.replace("7200", "20").replace("7000", "10")
MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop-worker}
spec:
  selector: {matchLabels: {app: shop-worker}}
  template:
    metadata: {labels: {app: shop-worker}}
    spec:
      containers:
        - name: worker
          image: shop
          command: [celery, -A, shop, worker, --concurrency=2, --max-tasks-per-child=100]
          resources:
            limits: {memory: 2Gi, cpu: "2"}
"""
SHOP = {
    "README.md": "# A shop\n",
    "shop/__init__.py": "from shop.celery import app\n",
    "shop/celery.py": 'from celery import Celery\n\napp = Celery("shop", broker="redis://redis/0")\n',
    "shop/tasks.py": TASKS,
    "deploy/worker.yaml": MANIFEST,
}
_NOT_THIS_MACHINES = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
_WHO = {f"GIT_{role}_{what}": "shop@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
# The environment of whoever runs the tests, without the repository and the settings of his git.
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "GITHUB_", "PRE_COMMIT"))},
    **_NOT_THIS_MACHINES,
    **_WHO,
}


def write(directory: Path, files: Mapping[str, str]) -> None:
    """Files with their text, over what is there."""
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def copied(names: Iterable[str], directory: Path) -> None:
    """Files and folders of this checkout, as a clone would have them."""
    directory.mkdir(parents=True, exist_ok=True)
    for name in names:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, directory / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, directory / name)


def git(directory: Path, *words: str, stdin: str = "") -> str:
    """What git prints; it must succeed."""
    done = subprocess.run(["git", *words], cwd=directory, env=ENVIRONMENT, input=stdin, capture_output=True, text=True)
    assert done.returncode == 0, f"git {' '.join(words)}\n{done.stdout}{done.stderr}"
    return done.stdout.strip()


def repository(directory: Path, files: Mapping[str, str] = SHOP) -> Path:
    """A repository whose branch `main` has one commit with these files; none where there are none."""
    directory.mkdir(parents=True, exist_ok=True)
    git(directory, "init", "--quiet", "--initial-branch=main")
    if files:
        commit(directory, files)
    return directory


def commit(directory: Path, files: Mapping[str, str], message: str = "A change") -> str:
    """Commits everything that is in the work tree, with these files; gives back the commit."""
    write(directory, files)
    git(directory, "add", "--all")
    git(directory, "commit", "--quiet", "--message", message)
    return git(directory, "rev-parse", "HEAD")
