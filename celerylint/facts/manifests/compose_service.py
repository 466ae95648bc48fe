"""A Compose service as its layers write it together: the strongest layer wins, lists append, maps merge."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from celerylint.facts.launch import Word
from celerylint.facts.manifests.compose_files import Layer, Layers
from celerylint.facts.manifests.interpolation import Interpolated
from celerylint.facts.manifests.quantity import Amount, QuantityError
from celerylint.facts.manifests.reading import Reader, amount, is_null
from celerylint.origin import Layer as Origins
from celerylint.origin import Origin, Span, Unknown, Value, known, unknown
from celerylint.sources.yaml import Mapping, Node, Scalar, Sequence


@dataclass(frozen=True, slots=True)
class Written:
    """A scalar of one layer after interpolation."""

    layer: Layer
    node: Scalar
    result: Interpolated

    @property
    def text(self) -> str:
        return self.result.text

    @property
    def span(self) -> Span:
        return self.node.span

    @property
    def amount(self) -> Amount:
        """The scalar as YAML reads it; a text where variables were replaced, for Compose to convert."""
        return self.text if "$" in self.node.value else amount(self.node)

    def value(self, text: str | None = None, span: Span | None = None) -> Value[Any]:
        """The text as a value, unknown where a variable is; the note tells that a default was taken."""
        if isinstance(self.result.value, Unknown):
            return Value(self.result.value, Origin(Origins.UNKNOWN, span or self.span))
        return self.known(self.text if text is None else text, span)

    def known(self, value: object, span: Span | None = None) -> Value[Any]:
        """What the text means, with its place."""
        names = self.result.variables
        note = f"unless {', '.join(names)} is set when Compose starts" if names else ""
        return known(value, Origins.MANIFEST, span or self.span, note)


@dataclass(frozen=True, slots=True)
class Pair:
    """One entry of a list or mapping; the value starts at `start` of the node's text. No node: no value."""

    layer: Layer
    name: str
    span: Span  # of the name
    node: Node | None
    start: int = 0

    def value(self) -> Value[Any] | None:
        """The value after interpolation; None where the entry has none."""
        if self.node is None:
            return None
        if not isinstance(self.node, Scalar):
            return unknown(f"{self.name} is no single value", self.node.span)
        span = self.node.locate(self.start, len(self.node.value)) if self.start else self.node.span
        text = self.node.value[self.start :] if self.start else _shown(self.node)
        written = Written(self.layer, self.node, self.layer.file.interpolate(text))
        return written.value(span=span)


class Service:
    """Looks a service's keys up through its layers."""

    def __init__(self, reader: Reader, layers: Layers) -> None:
        self._reader = reader
        self.layers = layers.layers
        self.missing = layers.missing

    def problem(self, span: Span, message: str) -> None:
        """Remember that something is wrong."""
        self._reader.problem(span, message)

    def wants_text(self, node: Node, what: str) -> None:
        """A YAML number where Compose wants a text is a problem."""
        self._reader.wants_text(node, what)

    def found(self, *keys: str) -> list[tuple[Layer, Node]]:
        """What each layer holds at the end of a path, weakest first; `!reset` and `!override` hide weaker ones."""
        found: list[tuple[Layer, Node]] = []
        for layer in self.layers:
            node: Node | None = layer.node
            for key in keys:
                node = node.get(key) if isinstance(node, Mapping) else None
                if node is None:
                    break
                if node.tag in ("!reset", "!override"):
                    found.clear()
                if node.tag == "!reset" or is_null(node):
                    node = None
                    break
                if key != keys[-1] and not isinstance(node, Mapping):
                    self.problem(node.span, f"{key} must be a mapping")
            if node is not None:
                found.append((layer, node))
        return found

    def written(self, layer: Layer, node: Node, what: str) -> Written | None:
        """A node as an interpolated scalar; anything else is a problem."""
        if isinstance(node, Scalar):
            return Written(layer, node, layer.file.interpolate(node.value))
        self.problem(node.span, f"{what} must be a single value")
        return None

    def last(self, *keys: str) -> tuple[Written | None, Span] | None:
        """The strongest layer's scalar at the end of a path; None where no layer has one."""
        found = self.found(*keys)
        if found:
            return self.written(*found[-1], keys[-1]), found[-1][1].span
        # A list or a text stands where a mapping belongs: what it was to hold is not absent.
        above = [node for depth in range(1, len(keys)) for _, node in self.found(*keys[:depth])]
        wrong = [node.span for node in above if not isinstance(node, Mapping)]
        return (None, wrong[-1]) if wrong else None

    def text(self, *keys: str, absent: Value[Any] | None = None) -> Value[Any]:
        """The text at the end of a path, None where nothing is written."""
        found = self.last(*keys)
        if found is None:
            return self._absent(absent or known(None, Origins.DEFAULT))
        written, span = found
        return written.value() if written else unknown(f"{keys[-1]} cannot be read", span)

    def amount(self, path: tuple[str, ...], convert: Callable[[Amount], Any], absent: Value[Any]) -> Value[Any]:
        """The amount at the end of a path as `convert` reads it; what cannot be read is a problem and unknown."""
        found = self.last(*path)
        if found is None:
            return self._absent(absent)
        written, span = found
        if written is None:
            return unknown(f"{path[-1]} cannot be read", span)
        if written.result.reason:
            return written.value()
        try:
            return written.known(convert(written.amount))
        except QuantityError as error:
            self.problem(span, f"{path[-1]}: {error}")
            return unknown(f"{path[-1]}: {error}", span)

    def first_amount(
        self, paths: tuple[tuple[str, ...], ...], convert: Callable[[Amount], Any], absent: Value[Any]
    ) -> Value[Any]:
        """The amount of the first path that is written: `deploy` goes before the older keys."""
        present = [path for path in paths if self.found(*path)]
        return self.amount(present[0] if present else paths[0], convert, absent)

    def texts(self, *keys: str) -> Iterator[Written]:
        """The texts of a list, or of a single text, of all layers in order."""
        for layer, node in self.found(*keys):
            for item in node.items if isinstance(node, Sequence) else (node,):
                written = None if is_null(item) else self.written(layer, item, f"an item of {keys[-1]}")
                if written:
                    yield written

    def pairs(self, *keys: str) -> list[Pair]:
        """The entries of `K: V` or `- K=V` of all layers, the strongest of each name."""
        table: dict[str, Pair] = {}
        for layer, node in self.found(*keys):
            if not isinstance(node, (Mapping, Sequence)):
                self.problem(node.span, f"{keys[-1]} must be a list or a mapping")
                continue
            for pair in pairs_in(layer, node):
                if pair.node is not None and not isinstance(pair.node, Scalar):
                    self.problem(pair.node.span, f"{pair.name} must be a single value")
                table[pair.name] = pair
        return list(table.values())

    def words(self, key: str) -> tuple[Word, ...] | None:
        """`command` or `entrypoint`: the strongest layer's alone; a text is split, but no shell reads it."""
        found = self.found(key)
        if not found:
            unseen = Span.of_line(self.layers[-1].file.path, self.layers[-1].key.span.line) if self.layers else None
            return (Word("", unseen, True, True, reason=self.missing),) if self.missing and unseen else None
        layer, node = found[-1]
        if isinstance(node, Scalar):
            return layer.file.interpolate(node.value).words(node.locate)
        if isinstance(node, Sequence):
            return tuple(self.word(layer, item, key) for item in node.items)
        self.problem(node.span, f"{key} must be a text or a list of texts")
        return (Word("", node.span, True, True, reason=f"{key} cannot be read"),)

    def word(self, layer: Layer, item: Node, key: str) -> Word:
        """One item of a list of words."""
        if not isinstance(item, Scalar):
            self.problem(item.span, f"an item of {key} must be a text")
            return Word("", item.span, True, True, reason=f"an item of {key} cannot be read")
        self.wants_text(item, f"an item of {key}")
        return layer.file.interpolate("" if is_null(item) else item.value).word(item.locate)

    def _absent(self, value: Value[Any]) -> Value[Any]:
        """What nobody wrote: the default, or unknown where a layer is missing that may say it."""
        return unknown(self.missing) if self.missing else value


def pairs_in(layer: Layer, node: Mapping | Sequence) -> Iterator[Pair]:
    """The entries of `K: V` or `- K=V` of one layer."""
    return _mapped(layer, node) if isinstance(node, Mapping) else _listed(layer, node)


def _mapped(layer: Layer, mapping: Mapping) -> Iterator[Pair]:
    for key, value in mapping.items():
        yield Pair(layer, key.value, key.span, None if is_null(value) else value)


def _listed(layer: Layer, sequence: Sequence) -> Iterator[Pair]:
    for item in sequence.items:
        if isinstance(item, Scalar) and not is_null(item):
            name, equals, _ = item.value.partition("=")
            start = len(name) + 1
            yield Pair(layer, name, item.locate(0, len(name)), item if equals else None, start)


def _shown(node: Scalar) -> str:
    """A value of a mapping as Compose passes it on: a YAML number as its decimal text."""
    value = node.python()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value) if isinstance(value, int | float) else node.value
