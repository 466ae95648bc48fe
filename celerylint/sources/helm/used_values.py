"""Which values the templates of a chart may read, where that can be told from their text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from celerylint.sources.helm.chart_copy import ChartFile, Template
from celerylint.sources.helm.named import included, name_of
from celerylint.sources.helm.references import writes_everything
from celerylint.sources.helm.template import definitions

_VALUES = re.compile(r"\.Values\b(?P<path>(?:\.\w+)*)")
_INCLUDES = re.compile(r"(?<![\w.$])(?:include|template)\b")
_EXECUTES = re.compile(r"(?<![\w.$])tpl\b")

Paths = frozenset[tuple[str, ...]]


def used_values(
    templates: Mapping[str, Template], files: Mapping[str, ChartFile], values: Iterable[str]
) -> Paths | None:
    """The paths that are read, each with all that is below it; None where a template may read any value.

    Texts that `tpl` may execute count as templates: those of the values and of the chart's other files.
    """
    if any(writes_everything(template.parts) for template in templates.values()):
        return None
    bodies = [part.body for template in templates.values() for part in template.parts if not part.text]
    known = {
        name_of(template.parts[first].body)
        for template in templates.values()
        for first, _ in definitions(template.parts)
    }
    for body in bodies:
        names = included(body)
        if len(names) < len(_INCLUDES.findall(body)) or not names <= known:
            return None  # a template that is chosen while rendering, or that is not there
    others = (file.data.decode(errors="replace") for file in files.values())
    executed = [*values, *others] if any(map(_EXECUTES.search, bodies)) else []
    found = [match["path"] for text in (*bodies, *executed) for match in _VALUES.finditer(text)]
    if not all(found):
        return None
    return frozenset(tuple(path.split(".")[1:]) for path in found)
