"""What broke for real teams: found before it was mended, gone afterwards."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from celerylint.configuration import Configuration
from celerylint.finding import Severity
from celerylint.session import check

INCIDENTS = sorted((Path(__file__).parents[1] / "fixtures" / "incidents").glob("*/incident.md"))
_FOUND = re.compile(r"^- found: (\S+)$", re.M)


def found(root: Path) -> set[str]:
    return {finding.name for finding in check(root, Configuration(min_severity=Severity.WARNING)).findings}


@pytest.mark.parametrize("incident", INCIDENTS, ids=[path.parent.name for path in INCIDENTS])
def test_the_incident_is_found_before_and_gone_after(incident: Path) -> None:
    pages = set(_FOUND.findall(incident.read_text(encoding="utf-8")))
    assert pages
    assert pages <= found(incident.parent / "before")
    assert not pages & found(incident.parent / "after")


def test_every_incident_names_its_source() -> None:
    assert INCIDENTS
    assert all("https://github.com/" in path.read_text(encoding="utf-8") for path in INCIDENTS)
