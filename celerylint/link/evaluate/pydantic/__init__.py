"""Models and settings classes of pydantic: what their instances hold (pydantic 1 and 2, pydantic-settings 2)."""

from celerylint.link.evaluate.pydantic.bases import Base, base_of
from celerylint.link.evaluate.pydantic.fields import field_names
from celerylint.link.evaluate.pydantic.models import dumped, model_attribute

__all__ = ["Base", "base_of", "dumped", "field_names", "model_attribute"]
