"""Names that branches, loops and handlers set."""

from __future__ import annotations

from typing import Any

from oracle.express.conditions import condition
from oracle.express.ways import expression, literal, way
from oracle.knobs import like
from oracle.sources import Place, indented

WORDS = ("MODE", "CHOICE", "LEVEL", "PROFILE", "PICKED")


@way(often=3)
def branched(place: Place, value: Any, depth: int) -> str:
    """`if`, `elif`, `else`: one of them sets it, before or after another value."""
    draw = place.draw
    name = place.fresh(*WORDS)
    text, decoys = expression(place, value, depth), [literal(place, like(draw, value)) for _ in range(3)]
    form = draw.pick(("if", "else", "elif", "over", "not over", "nested", "ternary"))
    yes, no = condition(place, True, 1), condition(place, False, 1)
    lines = {
        "if": [f"if {yes}:", f"    {name} = {text}", "else:", f"    {name} = {decoys[0]}"],
        "else": [f"if {no}:", f"    {name} = {decoys[0]}", "else:", f"    {name} = {text}"],
        "elif": [
            *(f"if {no}:", f"    {name} = {decoys[0]}", f"elif {yes}:", f"    {name} = {text}"),
            *("else:", f"    {name} = {decoys[1]}"),
        ],
        "over": [f"{name} = {decoys[0]}", f"if {yes}:", f"    {name} = {text}"],
        "not over": [f"{name} = {text}", f"if {no}:", f"    {name} = {decoys[0]}"],
        "nested": [
            *(f"{name} = {decoys[2]}", f"if {yes}:", f"    if {no}:", f"        {name} = {decoys[0]}"),
            *("    else:", f"        {name} = {text}"),
        ],
        "ternary": [f"{name} = {text} if {yes} else {decoys[0]}"],
    }
    place.write(*lines[form])
    return name


@way()
def tried(place: Place, value: Any, depth: int) -> str:
    """`try` with a handler, where it is plain whether the exception comes."""
    draw = place.draw
    name = place.fresh(*WORDS)
    text, decoy = expression(place, value, depth), literal(place, like(draw, value))
    missing = draw.pick(("not_installed_anywhere", "proj.absent", "local_settings"))
    forms = [
        ["try:", f"    from {missing} import {name}", "except ImportError:", f"    {name} = {text}"],
        [
            *("try:", f"    import {missing}", f"    {name} = {decoy}"),
            draw.pick(("except ImportError:", "except ModuleNotFoundError:", "except Exception:")),
            f"    {name} = {text}",
        ],
        [f"{name} = {text}", "try:", f"    from {missing} import *", "except ImportError:", "    pass"],
        ["try:", "    import json", "except ImportError:", f"    {name} = {decoy}", "else:", f"    {name} = {text}"],
        ["try:", f"    {name} = {text}", "except KeyError:", f"    {name} = {decoy}"],
        ["try:", f"    {name} = {decoy}", "finally:", f"    {name} = {text}"],
        ["try:", "    raise KeyError('x')", "except KeyError:", f"    {name} = {text}"],
        ["try:", f"    {name} = {{}}['x']", "except (KeyError, IndexError):", f"    {name} = {text}"],
    ]
    lines = draw.pick(forms)
    if place.kind != "module" and any("import *" in line for line in lines):
        lines = forms[0]
    place.write(*lines)
    return name


@way()
def looped(place: Place, value: Any, depth: int) -> str:
    """A loop whose last turn sets it."""
    draw = place.draw
    name, item = place.fresh(*WORDS), place.fresh("each", "item")
    text, decoy = expression(place, value, depth), literal(place, like(draw, value))
    forms = [
        [f"for {item} in ({decoy}, {text}):", f"    {name} = {item}"],
        [f"for {item} in [{text}, {decoy}]:", f"    {name} = {item}", "    break"],
        [f"{name} = {text}", f"for {item} in ():", f"    {name} = {decoy}"],
        [f"{name} = {decoy}", "while True:", f"    {name} = {text}", "    break"],
        [f"for {item}, {name} in {{'a': {text}}}.items():", "    pass"],
        [f"for {name} in [{text}]:", "    pass"],
    ]
    place.write(*draw.pick(forms))
    return name


@way()
def odd(place: Place, value: Any, depth: int) -> str:
    """Rarer statements."""
    draw = place.draw
    name, other = place.fresh(*WORDS), place.fresh("SPARE", "BOX")
    text, decoy = expression(place, value, depth), literal(place, like(draw, value))
    place.imported("import contextlib")
    forms = [
        [f"if ({name} := {text}) is not None:", "    pass"],
        [f"{other} = [{decoy}]", f"{other}[0] = {text}", f"{name} = {other}[0]"],
        [f"{name} = {decoy}", f"del {name}", f"{name} = {text}"],
        ["with contextlib.suppress(Exception):", f"    {name} = {text}"],
        ["match 1:", "    case 2:", f"        {name} = {decoy}", "    case _:", f"        {name} = {text}"],
        [f"{name} = {text}; {other} = {decoy}"],
        [f"{name} = \\", f"    {text}"],
        [f"{name} = (", *indented([text]), ")"],
        [f"{name}, = [{text}]"],
    ]
    place.write(*draw.pick(forms))
    return name
