"""YAML with places: documents, nodes, aliases, comments, and what is wrong with a file."""

from celerylint.sources.yaml.comment import comments
from celerylint.sources.yaml.documents import SIZE, Document, looks_like_template, read
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
    "YamlProblem",
    "comments",
    "integer",
    "looks_like_template",
    "mapping",
    "path",
    "python",
    "read",
    "scalar",
    "sequence",
    "string",
]
