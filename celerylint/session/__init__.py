"""The pipeline: discover, read, link, judge. Importing it imports none of them."""

from celerylint.session.choice import Named, named, pages, unknown_rule
from celerylint.session.pipeline import Model, Result, check, model
from celerylint.session.source import DEPLOYED, Deployed, Lines

__all__ = [
    "DEPLOYED",
    "Deployed",
    "Lines",
    "Model",
    "Named",
    "Result",
    "check",
    "model",
    "named",
    "pages",
    "unknown_rule",
]
