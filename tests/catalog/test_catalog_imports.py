"""What packages cost a process: measured ones only, and what several share is counted once."""

from __future__ import annotations

from pathlib import Path

import pytest

from celerylint.catalog import Imported, imported, together
from celerylint.catalog.measure import Measured, Package, imports_file
from celerylint.configuration import Configuration
from celerylint.session import model

MIB = 1024 * 1024


def package(name: str) -> Imported:
    found = imported(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("pandas", "pandas"),
        ("google.cloud.storage.Client", "google.cloud.storage"),
        ("PIL.Image.open", "PIL"),
        ("google.cloud", None),
        ("pandasql", None),
        ("", None),
    ],
)
def test_a_package_is_found_by_any_name_in_it(name: str, found: str | None) -> None:
    package_ = imported(name)
    assert (package_.name if package_ else None) == found


def test_what_a_package_imports_itself_is_not_counted_again() -> None:
    assert together([package("numpy"), package("pandas")]) == together([package("pandas")])


def test_what_two_packages_share_is_counted_once() -> None:
    xgboost, spacy, numpy = package("xgboost"), package("spacy"), package("numpy")
    assert together([xgboost, spacy]) == (
        xgboost.resident + spacy.resident - numpy.resident,
        xgboost.own + spacy.own - numpy.own,
    )


def test_nothing_costs_nothing() -> None:
    assert together([]) == (0, 0)


def test_the_table_says_what_is_more_than_celery_alone() -> None:
    base = Measured(40 * 1024, 14 * 1024, frozenset({"celery"}))
    heavy = Measured(90 * 1024, 24 * 1024, frozenset({"celery", "heavy", "light"}))
    light = Measured(39 * 1024, 14 * 1024 + 512, frozenset({"celery", "light"}))
    text = imports_file(base, {"": "5.7.0", "heavy": "1", "light": "2"}, {"heavy": heavy, "light": light})
    assert '"heavy": {"includes": ["light"], "own": 10.0, "resident": 50.0, "version": "1"}' in text
    assert '"light": {"includes": [], "own": 0.5, "resident": 0.0, "version": "2"}' in text
    assert Package("heavy", "heavy").load == "import heavy"


def test_a_worker_needs_what_its_tasks_import(tmp_path: Path) -> None:
    app = 'from celery import Celery\n\napp = Celery("shop", broker="amqp://rabbitmq//")\n'
    task = "\n\n@app.task\ndef count(rows):\n    return len(rows)\n"
    sizes = []
    for name, line in (("plain", ""), ("heavy", "import numpy\nimport pandas as pd\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "shop.py").write_text(line + app + task)
        (worker,) = model(tmp_path / name, Configuration()).project.workers
        sizes.append((worker.memory.parent, worker.memory.per_process))
    pandas = package("pandas")
    (parent, child), (heavy_parent, heavy_child) = sizes
    assert heavy_parent.get() - parent.get() == pandas.resident
    assert heavy_child.get() - child.get() == pandas.own
    places = {(span.path, span.line) for span in heavy_child.origin.places()}
    assert places == {("shop.py", 1), ("shop.py", 2)}


def test_the_message_shows_the_sum(tmp_path: Path) -> None:
    compose = "services:\n  worker:\n    image: shop\n    command: celery -A shop worker -c 16\n    mem_limit: 512m\n"
    (tmp_path / "compose.yaml").write_text(compose)
    app = 'import pandas\nfrom celery import Celery\n\napp = Celery("shop", broker="amqp://rabbitmq//")\n'
    (tmp_path / "shop.py").write_text(f"{app}\n\n@app.task\ndef count(rows):\n    return pandas.DataFrame(rows)\n")
    (worker,) = model(tmp_path, Configuration()).project.workers
    pandas = package("pandas")
    beside = f"pandas {pandas.resident / MIB:.0f} + {pandas.own / MIB:.0f} MiB"
    assert worker.memory.counted == ("an empty application 30 + 21 MiB", beside)
    assert worker.memory.demand.get() == worker.memory.parent.get() + 16 * worker.memory.per_process.get()
    (stated,) = model(tmp_path, Configuration(memory_per_process=100 * MIB)).project.workers
    assert stated.memory.counted == ("an empty application 30 MiB", f"pandas {pandas.resident / MIB:.0f} MiB")
    assert stated.memory.demand.get() == stated.memory.parent.get() + 16 * 100 * MIB
