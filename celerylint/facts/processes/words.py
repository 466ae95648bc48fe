"""Commands as the files of platforms write them: a list of words, or one text."""

from __future__ import annotations

import re
from dataclasses import replace

from celerylint.facts.launch import Word, split
from celerylint.facts.manifests.commands import opaque
from celerylint.facts.manifests.interpolation import Interpolated, Part
from celerylint.facts.manifests.placeholders import placeholder, why_unknown
from celerylint.facts.manifests.reading import is_null
from celerylint.facts.processes.program import under_shell
from celerylint.sources.yaml import Mapping, Node, Scalar, Sequence


def command_words(node: Node | None, *, shell: bool = False) -> tuple[Word, ...]:
    """The words of a list, or of a text that is split or (`shell`) given to a shell; what is neither is opaque."""
    if node is None or is_null(node):
        return ()
    if isinstance(node, Sequence):
        return tuple(word_of(item) for item in node.items)
    if not isinstance(node, Scalar) or why_filled(node):
        return (replace(opaque(node), reason=why_filled(node)),)
    return under_shell(word_of(node)) if shell else tuple(split(node.value, node.locate))


def word_of(node: Node) -> Word:
    """A text as one word; what another tool fills in is not known."""
    why = why_filled(node)
    if not isinstance(node, Scalar):
        return replace(opaque(node), reason=why)
    text = f"${{{node.value}}}" if node.tag == "!Ref" else node.value
    word = Word.of(node.value, node.locate) if node.value and text == node.value else Word(text, node.span)
    return replace(word, expansions=True, reason=why) if why else word


def filled(word: Word, template: re.Pattern[str]) -> Word:
    """A line for a shell, whose parts that another tool fills in are ones that the shell cannot resolve either."""
    parts: list[Part] = []
    at = 0
    for match in template.finditer(word.text):
        parts.append(Part(word.text[at : match.start()], at, match.start()))
        parts.append(Part("$(…)", match.start(), match.end()))
        at = match.end()
    if not parts:
        return word
    parts.append(Part(word.text[at:], at, len(word.text)))
    return Interpolated(tuple(part for part in parts if part.text)).word(word.locate)


def why_filled(node: Node | None) -> str:
    """Why a value is not what is written: CloudFormation's functions, and other tools' placeholders; else nothing.

    `$X` and `${X}` stay, for a shell to expand, if there is one.
    """
    if node is None:
        return ""
    if node.tag in ("!hcl", "!file"):
        shown = node.value if isinstance(node, Scalar) else ""
        return f"`{shown[:60]}` is worked out by the tool that reads the file"
    if node.tag is not None and node.tag.startswith("!"):
        return f"`{node.tag}` is filled in by CloudFormation"
    if isinstance(node, Mapping):
        names = list(node.effective())
        return f"`{names[0]}` is filled in by CloudFormation" if names[:1] == ["Ref"] or _function(names) else ""
    found = placeholder(node.value) if isinstance(node, Scalar) else ""
    return why_unknown(found) if found and not found.startswith("$") else ""


def _function(names: list[str]) -> bool:
    return len(names) == 1 and names[0].startswith("Fn::")
