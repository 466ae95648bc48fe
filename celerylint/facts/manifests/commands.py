"""The words of Kubernetes commands: lists of texts, which no shell reads."""

from __future__ import annotations

from dataclasses import replace

from celerylint.facts.launch import Word
from celerylint.facts.manifests.placeholders import placeholder, why_unknown
from celerylint.facts.manifests.reading import Reader, filled_in, scalar_text
from celerylint.sources.yaml import Mapping, Node, Scalar, Sequence, Unresolved


def words(reader: Reader, holder: Mapping, key: str) -> tuple[Word, ...] | None:
    """`command` or `args`, item by item; what is no list of texts becomes one opaque word."""
    node = reader.child(holder, key)
    if node is None:
        return None
    if not isinstance(node, Sequence):
        if not filled_in(node):
            reader.problem(node.span, f"{key} must be a list of texts")
        return (opaque(node),)
    return tuple(_word(reader, item, key) for item in node.items)


def opaque(node: Node) -> Word:
    """A word that cannot be known: it may be anything, even several words."""
    return Word(scalar_text(node) or "", node.span, expansions=True, splits=True, reason=filled_in(node))


def _word(reader: Reader, item: Node, key: str) -> Word:
    if not isinstance(item, Scalar):
        reader.problem(item.span, f"an item of {key} must be a text")
        return opaque(item)
    reader.wants_text(item, f"an item of {key}")
    text = scalar_text(item) or ""
    if isinstance(item, Unresolved):
        return Word(text, item.span, expansions=True, splits=True, reason=item.reason)
    found = placeholder(text)
    # `$(X)` is Kubernetes' own, and `$X` is for a shell to expand, if there is one: both stay as they are.
    word = replace(Word.of(text, item.locate) if text else Word("", item.span), fills=item.fills)
    if found and not found.startswith("$"):
        return replace(word, expansions=True, reason=why_unknown(found))
    return word
