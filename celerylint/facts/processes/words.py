"""Commands as the files of platforms write them: a list of words, or one text."""

from __future__ import annotations

from celerylint.facts.launch import Word, split
from celerylint.facts.manifests.podspec import opaque
from celerylint.facts.manifests.reading import is_null
from celerylint.facts.processes.program import under_shell
from celerylint.sources.yaml import Node, Scalar, Sequence


def command_words(node: Node | None, *, shell: bool = False) -> tuple[Word, ...]:
    """The words of a list, or of a text that is split or (`shell`) given to a shell; what is neither is opaque."""
    if node is None or is_null(node):
        return ()
    if isinstance(node, Sequence):
        return tuple(word_of(item) for item in node.items)
    if not isinstance(node, Scalar):
        return (opaque(node),)
    return under_shell(word_of(node)) if shell else tuple(split(node.value, node.locate))


def word_of(node: Node) -> Word:
    """A text as one word."""
    if not isinstance(node, Scalar):
        return opaque(node)
    return Word.of(node.value, node.locate) if node.value else Word("", node.span)
