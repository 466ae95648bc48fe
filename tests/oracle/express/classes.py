"""What a class or an instance holds."""

from __future__ import annotations

from typing import Any

from oracle.express.ways import expression, literal, way
from oracle.knobs import like
from oracle.sources import Place

NAMES = ("Defaults", "Limits", "Settings", "Base", "Options")


@way(often=2)
def attribute(place: Place, value: Any, depth: int) -> str:
    """An attribute of a class, its own or inherited."""
    draw = place.draw
    name, member = place.fresh(*NAMES), draw.pick(("LIMIT", "value", "SIZE"))
    text, decoy = expression(place, value, depth), literal(place, like(draw, value))
    form = draw.pick(("own", "inherited", "overriding", "twice", "later", "mixin", "class name", "conditional"))
    lines = {"twice": [f"{member} = {decoy}", f"{member} = {text}"], "overriding": [f"{member} = {decoy}"]}
    lines["later"] = lines["overriding"]
    lines["class name"] = [f"first = {text}", f"{member} = first"]
    lines["conditional"] = ["if True:", f"    {member} = {text}", "else:", f"    {member} = {decoy}"]
    place.block(f"class {name}{draw.pick(('', '', '(object)'))}:", *lines.get(form, [f"{member} = {text}"]))
    if form == "later":
        place.write(f"{name}.{member} = {text}")
    if form in ("inherited", "overriding", "mixin"):
        child = place.fresh(f"{name}Production", f"{name}Local")
        own = f"{member} = {text}" if form == "overriding" else "other = 1"
        if form == "mixin":
            place.block(f"class {child}Mixin:", "other = 2")
        place.block(f"class {child}({f'{child}Mixin, ' if form == 'mixin' else ''}{name}):", own)
        name = child
    return draw.pick((f"{name}.{member}", f"{name}().{member}", f"getattr({name}, {member!r})"))


@way(often=2)
def instance(place: Place, value: Any, depth: int) -> str:
    """An attribute of an instance."""
    draw = place.draw
    name, member = place.fresh(*NAMES), draw.pick(("limit", "value", "size"))
    text, decoy = expression(place, value, depth), literal(place, like(draw, value))
    form = draw.pick(
        ("init", "default", "argument", "property", "method", "static", "class method", "assigned", "slots")
    )
    bodies = {
        "init": ["def __init__(self):", f"    self.{member} = {text}"],
        "default": ["def __init__(self, given=None):", f"    self.{member} = {text} if given is None else given"],
        "argument": ["def __init__(self, given):", f"    self.{member} = given"],
        "property": ["@property", f"def {member}(self):", f"    return {text}"],
        "method": [f"hidden = {decoy}", f"def {member}(self):", f"    return {text}"],
        "static": ["@staticmethod", f"def {member}():", f"    return {text}"],
        "class method": [f"kept = {text}", "@classmethod", f"def {member}(cls):", "    return cls.kept"],
        "assigned": [f"{member} = {decoy}"],
        "slots": [f"__slots__ = ({member!r},)", "def __init__(self, *given):", f"    self.{member} = given[0]"],
    }
    place.block(f"class {name}:", *bodies[form])
    made = place.fresh("config", "settings_object")
    place.write(f"{made} = {name}({text if form in ('argument', 'slots') else ''})")
    if form == "assigned":
        place.write(f"{made}.{member} = {text}")
    return f"{made}.{member}()" if form in ("method", "static", "class method") else f"{made}.{member}"


@way()
def declared(place: Place, value: Any, depth: int) -> str:
    """Data classes, named tuples, namespaces, enums."""
    draw = place.draw
    name, member = place.fresh(*NAMES), draw.pick(("limit", "value", "size"))
    text, decoy = expression(place, value, depth), literal(place, like(draw, value))
    form = draw.pick(("dataclass", "dataclass default", "named tuple", "namespace", "enum"))
    if form == "namespace":
        place.imported("from types import SimpleNamespace")
        place.write(f"{name} = SimpleNamespace({member}={text}, other={decoy})")
        return f"{name}.{member}"
    if form == "enum":
        place.imported("import enum")
        place.block(f"class {name}(enum.Enum):", f"{member} = {text}")
        return f"{name}.{member}.value"
    if form == "named tuple":
        place.imported("from typing import Any, NamedTuple")
        place.block(f"class {name}(NamedTuple):", f"{member}: Any", "other: Any = 1")
        return draw.pick(
            (f"{name}({text}).{member}", f"{name}({member}={text}, other=2).{member}", f"{name}({text})[0]")
        )
    place.imported("from dataclasses import dataclass, field")
    place.imported("from typing import Any")
    place.write(draw.pick(("@dataclass", "@dataclass(frozen=True)")))
    if form == "dataclass default":
        plain = value is None or isinstance(value, bool | int | float | str | tuple)
        default = text if plain else f"field(default_factory=lambda: {text})"
        place.block(f"class {name}:", f"{member}: Any = {default}")
        return f"{name}().{member}"
    place.block(f"class {name}:", f"{member}: Any", f"other: Any = {decoy if decoy[0] not in '[{d(' else 1}")
    return draw.pick((f"{name}({text}).{member}", f"{name}({member}={text}).{member}"))
