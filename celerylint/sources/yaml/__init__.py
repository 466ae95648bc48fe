"""YAML with places: documents, nodes, aliases, comments, and what is wrong with a file."""

from celerylint.sources.yaml.comment import comments
from celerylint.sources.yaml.documents import SIZE, Document, looks_like_template, read
from celerylint.sources.yaml.embedded import embedded
from celerylint.sources.yaml.made import (
    Unresolved,
    mapping_of,
    scalar_at,
    sequence_of,
    unresolved,
    with_entry,
    with_item,
    without_entry,
)
from celerylint.sources.yaml.nodes import Mapping, Node, Scalar, Sequence
from celerylint.sources.yaml.plain import TooLargeError, integer, mapping, path, python, scalar, sequence, string
from celerylint.sources.yaml.problem import YamlProblem

__all__ = [
    "SIZE",
    "Document",
    "Mapping",
    "Node",
    "Scalar",
    "Sequence",
    "TooLargeError",
    "Unresolved",
    "YamlProblem",
    "comments",
    "embedded",
    "integer",
    "looks_like_template",
    "mapping",
    "mapping_of",
    "path",
    "python",
    "read",
    "scalar",
    "scalar_at",
    "sequence",
    "sequence_of",
    "string",
    "unresolved",
    "with_entry",
    "with_item",
    "without_entry",
]
