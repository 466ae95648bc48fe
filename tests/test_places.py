"""The places that start Celery: a small repository for each, and the workers that celerylint shows there.

After a change that is meant to change the output, write the expected files anew and read the difference:

    REFRESH_FIXTURES=1 pytest tests/test_places.py -n0 ; git diff fixtures/places
"""

from __future__ import annotations

import os

import pytest
from as_user import ROOT, celerylint_here

PLACES = ROOT / "fixtures" / "places"
NAMES = sorted(path.name for path in PLACES.iterdir() if path.is_dir())


@pytest.mark.parametrize("place", NAMES)
def test_the_workers_of_a_place_are_shown(place: str) -> None:
    folder = f"fixtures/places/{place}"
    said = "".join(f"{celerylint_here('show', kind, folder)}\n" for kind in ("workers", "beats", "flowers"))
    expected = PLACES / f"{place}.expected"
    if os.environ.get("REFRESH_FIXTURES"):
        before = expected.read_text() if expected.exists() else ""
        expected.write_text(said)
        assert said == before, f"{expected} is written anew: read the difference"
    assert said == expected.read_text()
