"""The chart in fixtures/places/helm, rendered by Helm itself; without an engine it is one of the other places.

REFRESH_FIXTURES=1 pytest tests/test_places_helm.py -n0 ; git diff fixtures/places
"""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest
from as_user import ROOT, celerylint_here

EXPECTED = ROOT / "fixtures" / "places" / "helm.rendered.expected"
ENGINES = [
    pytest.param("sdk", marks=pytest.mark.skipif(find_spec("helm_python") is None, reason="no helm-python-sdk here")),
    pytest.param("helm", marks=pytest.mark.skipif(shutil.which("helm") is None, reason="no helm here")),
]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_workers_of_a_rendered_chart_are_shown(tmp_path: Path, engine: str) -> None:
    options = tmp_path / "celerylint.toml"
    options.write_text(f'[helm]\nengine = "{engine}"\n')
    words = ("fixtures/places/helm", "--config", str(options))
    said = "".join(f"{celerylint_here('show', kind, *words)}\n" for kind in ("workers", "beats", "flowers"))
    if os.environ.get("REFRESH_FIXTURES"):
        before = EXPECTED.read_text() if EXPECTED.exists() else ""
        EXPECTED.write_text(said)
        assert said == before, f"{EXPECTED} is written anew: read the difference"
    assert said == EXPECTED.read_text()


def test_without_an_engine_nothing_is_else_than_it_is() -> None:
    rendered, plain = (
        [line.split() for line in (EXPECTED.parent / name).read_text().splitlines()]
        for name in ("helm.rendered.expected", "helm.expected")
    )
    assert len(plain) == len(rendered)
    differing = [(ours, theirs) for ours, theirs in zip(plain, rendered, strict=True) if ours != theirs]
    assert differing
    for ours, theirs in differing:
        assert [(own, other) for own, other in zip(ours, theirs, strict=True) if own not in (other, "?")] == []
