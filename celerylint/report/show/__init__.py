"""`celerylint show`: the model as tables for people and as data for programs."""

from celerylint.report.show.kinds import KINDS, as_json, as_text

__all__ = ["KINDS", "as_json", "as_text"]
