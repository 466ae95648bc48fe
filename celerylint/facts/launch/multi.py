"""`celery multi`: node names and options that it hands to one worker per node.

Rules of celery/apps/multi.py (NamespacedOptionParser): a short option takes the next word unless that begins
with a dash, a long one takes its value behind `=` only, and `-Q:w1 a` or `-c:1-3 4` are for single nodes.
"""

from __future__ import annotations

from collections.abc import Sequence

from celerylint.facts.launch.grammar import Reading, grammar, may_hold_options, read_options
from celerylint.facts.launch.words import Word


def read_multi(words: Sequence[Word]) -> Reading:
    """The words behind `multi`; global options may stand here, for `multi` puts them in their place."""
    reading = Reading()
    at = 0
    while at < len(words):
        word = words[at]
        if word.text == "--":
            reading.rest = list(words[at + 1 :])
            break
        if len(word.text) > 1 and word.text[0] == "-":
            at += _option(words[at : at + 2], reading)
            continue
        (reading.opaque if may_hold_options(word) else reading.arguments).append(word)
        at += 1
    return reading


def _option(words: Sequence[Word], reading: Reading) -> int:
    word = words[0]
    follows = len(words) > 1 and not words[1].text.startswith("-")
    name = word.text.partition("=")[0]
    if ":" in name:
        takes = 2 if follows and not word.text.startswith("--") else 1
        reading.unknown.extend(words[:takes])
        return takes
    alone = word.text.startswith("--") or len(word.text) > 2 or not follows
    one = read_options(words[:1] if alone else words, grammar("multi"))
    reading.uses += one.uses
    reading.outer += one.outer
    reading.unknown += one.unknown
    reading.opaque += one.opaque
    reading.arguments += one.arguments
    return 1 if alone else 2
