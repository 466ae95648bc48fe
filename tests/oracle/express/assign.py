"""A name that must be called so: a setting in a module, in one of the ways in which it comes to its value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from oracle.express.conditions import condition
from oracle.express.names import another_module, relative
from oracle.express.ways import expression, literal
from oracle.knobs import like
from oracle.sources import Place

Form = Callable[[Place, str, Any, int], "bool | None"]
"""Binds the name; False where it has no form for this value."""


def assign(place: Place, name: str, value: Any, depth: int) -> None:
    """The name bound to the value at this place."""
    form = place.draw.pick(_FORMS) if place.draw.chance(55) else _plain
    if form(place, name, value, depth) is False:
        _plain(place, name, value, depth)


def _plain(place: Place, name: str, value: Any, depth: int) -> None:
    text = expression(place, value, depth)
    place.write(f"{name}: object = {text}" if place.draw.chance(8) else f"{name} = {text}")


def _again(place: Place, name: str, value: Any, depth: int) -> None:
    """Another value first."""
    place.write(f"{name} = {literal(place, like(place.draw, value))}")
    _plain(place, name, value, depth)


def _conditional(place: Place, name: str, value: Any, depth: int) -> None:
    draw = place.draw
    decoy, text = literal(place, like(draw, value)), expression(place, value, depth)
    form = draw.pick(("over", "else", "both", "not"))
    if form == "over":
        place.write(f"{name} = {decoy}")
        place.block(f"if {condition(place, True, 1)}:", f"{name} = {text}")
    elif form == "not":
        place.write(f"{name} = {text}")
        place.block(f"if {condition(place, False, 1)}:", f"{name} = {decoy}")
    elif form == "else":
        place.block(f"if {condition(place, False, 1)}:", f"{name} = {decoy}")
        place.block("else:", f"{name} = {text}")
    else:
        place.block(f"if {condition(place, True, 1)}:", f"{name} = {text}")
        place.block("else:", f"{name} = {decoy}")


def _only_if(place: Place, name: str, value: Any, depth: int) -> None:
    """Set where a condition holds; else Celery's default stays."""
    text = expression(place, value, depth)
    place.block(f"if {condition(place, place.draw.chance(60), 1)}:", f"{name} = {text}")


def _imported(place: Place, name: str, value: Any, depth: int) -> bool | None:
    """Imported under this name."""
    draw = place.draw
    module = another_module(place)
    if module is None or name in module.names:
        return False
    there = Place(place.project, module)
    if draw.chance(50):
        there.module.names.add(name)
        there.write(f"{name} = {expression(there, value, depth)}")
        star = draw.chance(50) and place.kind == "module"
        place.write(f"from {relative(place, module.name)} import {'*' if star else name}")
    else:
        other = there.fresh("LIMIT", "OPTIONS", "value")
        there.write(f"{other} = {expression(there, value, depth)}")
        place.write(f"from {relative(place, module.name)} import {other} as {name}")
    return None


def _several(place: Place, name: str, value: Any, depth: int) -> None:
    draw = place.draw
    text, spare = expression(place, value, depth), place.fresh("SPARE", "first")
    decoy = literal(place, like(draw, value))
    forms = [
        f"{spare} = {name} = {text}",
        f"{name}, {spare} = {text}, {decoy}",
        f"({spare}, {name}) = ({decoy}, {text})",
    ]
    forms += [
        f"for {name} in ({decoy}, {text}): pass",
        f"({name} := {text})" if place.kind == "module" else f"{name} = {text}",
    ]
    place.write(draw.pick(forms))


def _changed(place: Place, name: str, value: Any, depth: int) -> bool | None:
    """A container that is changed after it is bound."""
    draw = place.draw
    if isinstance(value, dict) and value:
        key = draw.pick(list(value))
        rest = {each: item for each, item in value.items() if each != key}
        last = expression(place, value[key], depth)
        place.write(f"{name} = {expression(place, rest, depth)}")
        place.write(draw.pick((f"{name}[{key!r}] = {last}", f"{name}.update({{{key!r}: {last}}})")))
    elif isinstance(value, list) and value:
        place.write(f"{name} = {expression(place, value[:-1], depth)}")
        last = expression(place, value[-1], depth)
        place.write(draw.pick((f"{name}.append({last})", f"{name} += [{last}]", f"{name} = {name} + [{last}]")))
    elif type(value) is int:
        place.write(f"{name} = {expression(place, value - 2, depth)}", f"{name} += 2")
    else:
        return False
    return None


def _tried(place: Place, name: str, value: Any, depth: int) -> None:
    draw = place.draw
    text, decoy = expression(place, value, depth), literal(place, like(draw, value))
    if draw.chance(50):
        place.block("try:", f"from proj.never_there import {name}")
        place.block("except ImportError:", f"{name} = {text}")
    else:
        place.write(f"{name} = {text}")
        place.block("try:", "import not_installed_at_all", f"{name} = {decoy}")
        place.block("except ImportError:", "pass")


def _deleted(place: Place, name: str, value: Any, depth: int) -> None:
    """Bound and gone again, so that a default stays; or bound once more."""
    place.write(f"{name} = {literal(place, like(place.draw, value))}", f"del {name}")
    if place.draw.chance(60):
        _plain(place, name, value, depth)


def _by_function(place: Place, name: str, value: Any, depth: int) -> bool | None:
    """A function that binds the module's name, called or not."""
    draw = place.draw
    if place.kind != "module":
        return False
    function = place.fresh("apply", "finish_settings")
    body = place.inside()
    body.write(f"global {name}")
    body.write(f"{name} = {expression(body, value, depth)}")
    place.write(f"{name} = {literal(place, like(draw, value))}")
    place.define(f"def {function}():", body)
    if draw.chance(65):
        place.write(f"{function}()" if draw.chance(60) else f"_ = {function}()")
    return None


def _by_space(place: Place, name: str, value: Any, depth: int) -> bool | None:
    """`globals()[…] = …`, `globals().update(…)`."""
    if place.kind != "module":
        return False
    text = expression(place, value, depth)
    forms = (
        f"globals()[{name!r}] = {text}",
        f"globals().update({name}={text})",
        f"globals().update({{{name!r}: {text}}})",
    )
    place.write(place.draw.pick(forms))
    return None


_FORMS: tuple[Form, ...] = (
    *(_again, _again, _conditional, _conditional, _conditional, _only_if, _imported, _imported, _several),
    *(_changed, _changed, _tried, _deleted, _by_function, _by_space),
)
