"""Build arguments: what ARG declares, and what the builder is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from celerylint.facts.images.expansion import Held, Variables, expand, words
from celerylint.origin import Unknown

BuildArguments = Mapping[str, "str | Unknown"]


@dataclass(slots=True)
class Arguments:
    """The ARGs that were declared so far. `given` is all that the builder gets; None: nobody can tell."""

    given: BuildArguments | None
    values: dict[str, Held] = field(default_factory=dict)

    def copy(self) -> Arguments:
        """The same for a stage that goes on from here."""
        return Arguments(self.given, dict(self.values))

    def held(self, name: str) -> Held:
        """An ARG as a FROM finds it."""
        return self.values.get(name, Held("", unset=True))

    def declare(self, text: str, variables: Variables, outer: Arguments | None = None) -> None:
        """`ARG name=default …`; without a default it is that of the same ARG in front of the first FROM."""
        for start, end in words(text):
            name, equals, default = text[start:end].partition("=")
            if not equals and outer is not None and name in outer.values:
                self.values[name] = outer.values[name]
            else:
                self.values[name] = self._value(name, expand(default, variables) if equals else None)

    def _value(self, name: str, default: Held | None) -> Held:
        if self.given is None:
            if default is None:
                return Held(None, f"{name} is a build argument, and whoever builds the image gives it")
            return Held(default.text, f"{name} is a build argument, and whoever builds the image may give another")
        value = self.given.get(name)
        if isinstance(value, Unknown):
            return Held(None, value.reason)
        return Held(value) if value is not None else default or Held("", unset=True)
