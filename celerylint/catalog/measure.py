"""Measures what popular packages cost a worker's processes when they are imported.

`python -m celerylint.catalog.measure --out celerylint/catalog` installs each of them into an environment of its own
(with pip, so it needs the network), imports it beside Celery in fresh processes, and writes imports.json. What is
written is the median of several runs, in MiB: `resident` is what a process holds more than one with Celery alone,
`own` what a forked child holds for itself, the rest being shared with its parent; both grow as tasks run.
"""

from __future__ import annotations

import argparse
import datetime
import json
import platform
import subprocess
import sys
import tempfile
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from celerylint.catalog.harvest.render import render

RUNS = 3
CELERY = "celery[redis]"
_PROBE = Path(__file__).parent / "harvest" / "memory_probe.py"
_DJANGO = """
import django
from django.conf import settings
settings.configure(INSTALLED_APPS=["django.contrib." + each for each in
    ("admin", "auth", "contenttypes", "sessions", "messages", "staticfiles")], DATABASES={"default": {
    "ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}, TEMPLATES=[{"BACKEND":
    "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}])
django.setup()
from django.contrib.auth import models
"""


@dataclass(frozen=True, slots=True)
class Package:
    """A package by the name that one imports: what pip installs, and the statement that loads what people use of it."""

    name: str
    requirement: str
    statement: str = ""

    @property
    def load(self) -> str:
        return self.statement or f"import {self.name}"


# By the name that one imports.
_NAMES = (
    "aiohttp anthropic azure.storage.blob boto3 bs4 cryptography cv2 django docker elasticsearch fastapi flask "
    "google.cloud.bigquery google.cloud.storage grpc httpx kubernetes langchain lxml matplotlib networkx nltk numba "
    "numpy openai openpyxl pandas PIL polars psycopg psycopg2 pyarrow pydantic pymongo reportlab requests "
    "rest_framework scipy selenium sentry_sdk sklearn spacy sqlalchemy statsmodels stripe sympy tensorflow torch "
    "transformers twilio weasyprint xgboost"
)
# What pip installs, where that has another name.
_REQUIREMENTS = {
    "azure.storage.blob": "azure-storage-blob",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python-headless",
    "google.cloud.bigquery": "google-cloud-bigquery",
    "google.cloud.storage": "google-cloud-storage",
    "grpc": "grpcio",
    "PIL": "pillow",
    "psycopg": "psycopg[binary]",
    "psycopg2": "psycopg2-binary",
    "rest_framework": "djangorestframework",
    "sentry_sdk": "sentry-sdk",
    "sklearn": "scikit-learn",
    "tensorflow": "tensorflow-cpu",
}
# What loads what people use of it, where `import` alone does not.
_STATEMENTS = {
    "boto3": "import boto3; boto3.client('s3', region_name='eu-west-1')",
    "cryptography": "from cryptography.hazmat.primitives import serialization",
    "django": _DJANGO,
    "langchain": "import langchain.agents, langchain.chat_models",
    "lxml": "import lxml.etree, lxml.html",
    "matplotlib": "import matplotlib; matplotlib.use('Agg'); import matplotlib.pyplot",
    "PIL": "import PIL.Image; PIL.Image.init()",
    "pydantic": "import pydantic; pydantic.BaseModel",
    "reportlab": "import reportlab.platypus, reportlab.pdfgen.canvas",
    "rest_framework": _DJANGO + "import rest_framework.viewsets",
    "scipy": "import scipy.stats, scipy.optimize",
    "selenium": "from selenium import webdriver; webdriver.Chrome",
    "sentry_sdk": "import sentry_sdk; sentry_sdk.init(dsn='https://a@127.0.0.1/1')",
    "sklearn": "import sklearn.ensemble",
    "sqlalchemy": "import sqlalchemy.orm",
    "statsmodels": "import statsmodels.api",
    "transformers": "from transformers import AutoModel, AutoTokenizer; AutoModel",
    "twilio": "import twilio.rest",
}
PACKAGES = tuple(Package(name, _REQUIREMENTS.get(name, name), _STATEMENTS.get(name, "")) for name in _NAMES.split())


@dataclass(frozen=True, slots=True)
class Measured:
    """What processes hold, in KiB, and which modules they imported."""

    resident: int
    own: int
    modules: frozenset[str]


def measured(python: Path, statement: str) -> Measured:
    """The median of several fresh processes. Raises CalledProcessError where the statement fails."""
    runs = [
        json.loads(subprocess.run([python, str(_PROBE), statement], check=True, capture_output=True, text=True).stdout)
        for _ in range(RUNS)
    ]
    resident, own = (int(median(run[key] for run in runs)) for key in ("resident", "own"))
    return Measured(resident, own, frozenset(runs[0]["modules"]))


def imports_file(base: Measured, versions: Mapping[str, str], found: Mapping[str, Measured]) -> str:
    """The text of imports.json."""
    packages = {
        name: {
            "resident": _mib(each.resident - base.resident),
            "own": _mib(each.own - base.own),
            "version": versions[name],
            "includes": sorted(other for other in found if other != name and other in each.modules),
        }
        for name, each in found.items()
    }
    meta = {
        "celery": versions[""],
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "unit": "MiB",
    }
    celery = {"resident": _mib(base.resident), "own": _mib(base.own)}
    return render({"meta": meta, "celery": celery, "packages": packages}, depth=2)


def _mib(kib: int) -> float:
    return round(max(kib, 0) / 1024, 1)


def harvest(into: Path, packages: Sequence[Package] = PACKAGES) -> str:
    """The text of imports.json, from packages that are installed below `into`; one that fails is told and left out."""
    python = _environment(into / "celery", CELERY)
    base, found = measured(python, "pass"), {}
    versions = {"": _version(python, "celery")}
    for package in packages:
        try:
            python = _environment(into / package.name, CELERY, package.requirement)
            found[package.name] = measured(python, package.load)
            versions[package.name] = _version(python, package.requirement)
        except subprocess.CalledProcessError as error:
            print(f"{package.name} is left out: {error.stderr or error}", file=sys.stderr)
    return imports_file(base, versions, found)


def _environment(folder: Path, *requirements: str) -> Path:
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    pip = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", "install", *requirements]
    subprocess.run(pip, check=True, capture_output=True, text=True)
    return python


def _version(python: Path, requirement: str) -> str:
    name = requirement.partition("[")[0]
    code = f"import importlib.metadata; print(importlib.metadata.version({name!r}))"
    return subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def main() -> None:
    """Write imports.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, help="where the environments are made and kept")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        text = harvest(arguments.work or Path(temporary))
    (arguments.out / "imports.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
