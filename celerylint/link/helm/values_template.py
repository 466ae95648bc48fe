"""Values files that are templates themselves: helmfile renders them for each environment before Helm sees them."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from celerylint.sources.helm.chart_copy import ChartCopy, ChartFile
from celerylint.sources.helm.engine import Engine, EngineError, Release
from celerylint.sources.helm.functions import Tokens, asks_outside, from_helmfile
from celerylint.sources.helm.rendered import Rendered
from celerylint.sources.helm.rendering import Renderer
from celerylint.sources.helm.template import TemplateError, parts
from celerylint.sources.text import Text

_CHART = b"apiVersion: v2\nname: values\nversion: 0.0.0\n"


def rendered_values(
    engine: Engine, text: Text, state: Sequence[str], environment: str, release: Release, tokens: Tokens
) -> Rendered:
    """A values template in one environment, whose values are `state`.

    What only the machine that deploys knows is a token. Raises EngineError where the template cannot be rendered,
    or decides by what is not known, and OSError.
    """
    try:
        found = parts(text.text)
    except TemplateError as error:
        raise EngineError(str(error)) from error
    for part in found:
        if not part.text and not part.writes and asks_outside(part.body):
            line = text.position(part.start)[0]
            raise EngineError(f"{text.path}:{line} decides by what only the machine that deploys knows")
    files = {
        "Chart.yaml": ChartFile(text.path, _CHART),
        "templates/values.yaml": ChartFile(text.path, text.text.encode()),
    }
    copy = ChartCopy(files, tokens, lambda body: from_helmfile(body, environment, tokens))
    with tempfile.TemporaryDirectory(prefix="celerylint-values-", ignore_cleanup_errors=True) as folder:
        rendering = Renderer(engine, copy, Path(folder)).render(state, release)
    if rendering.failures:
        raise EngineError(rendering.failures[0].message)
    return rendering.manifests[0].text if rendering.manifests else Rendered(text.path, "")
