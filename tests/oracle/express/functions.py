"""What a function gives."""

from __future__ import annotations

from typing import Any

from oracle.express.conditions import condition
from oracle.express.ways import expression, literal, way
from oracle.knobs import like
from oracle.sources import Place

NAMES = ("get_limit", "build", "default_value", "compute", "read_setting", "make_options")


@way(often=2)
def returned(place: Place, value: Any, depth: int) -> str:
    """A function of the module, called at once."""
    draw = place.draw
    name = place.fresh(*NAMES)
    body = place.inside()
    if draw.chance(25):
        body.write('"""What it gives."""')
    text = expression(body, value, depth)
    form = draw.pick(("plain", "plain", "branch", "else", "early", "lambda", "local", "annotated", "try", "nested"))
    decoy = literal(body, like(draw, value))
    if form == "lambda" and not body.lines:
        place.write(f"{name} = lambda: {text}")
        return f"{name}()"
    if form in ("branch", "early"):
        holds = form == "branch"
        test = condition(body, holds)
        body.block(f"if {test}:", f"return {text if holds else decoy}")
        body.write(f"return {decoy if holds else text}")
    elif form == "else":
        holds = draw.chance(50)
        body.block(f"if {condition(body, holds)}:", f"return {text if holds else decoy}")
        body.block("else:", f"return {decoy if holds else text}")
    elif form == "local":
        body.write(f"result = {decoy}", f"result = {text}", "return result")
    elif form == "try":
        body.block("try:", f"return {text}")
        body.block("except KeyError:", f"return {decoy}")
    elif form == "nested":
        body.block("def inner():", f"return {text}")
        body.write("return inner()")
    else:
        body.write(f"return {text}")
    place.define(f"def {name}(){' -> object' if form == 'annotated' else ''}:", body)
    return f"{name}()"


@way(often=2)
def passed(place: Place, value: Any, depth: int) -> str:
    """A function that gives one of its arguments."""
    draw = place.draw
    name, argument = place.fresh("pick", "choose", "first_of"), draw.pick(("value", "x", "default"))
    text, decoy = expression(place, value, depth), literal(place, like(draw, value))
    form = draw.pick(("positional", "keyword", "default", "args", "kwargs", "star", "double star", "keyword only"))
    heads = {
        "args": "*args",
        "kwargs": "**kwargs",
        "default": f"other, {argument}={text}",
        "keyword only": f"other, *, {argument}={decoy}",
    }
    results = {"args": "args[0]", "kwargs": f"kwargs[{argument!r}]"}
    calls = {
        "keyword": f"{argument}={text}, other={decoy}",
        "default": decoy,
        "args": f"{text}, {decoy}",
        "kwargs": f"{argument}={text}",
        "star": f"*[{text}, {decoy}]",
        "double star": f"**{{{argument!r}: {text}, 'other': {decoy}}}",
        "keyword only": f"{decoy}, {argument}={text}",
    }
    head = heads.get(form, f"{argument}, other={decoy}")
    result = results.get(form, argument)
    if draw.chance(20):
        place.write(f"{name} = lambda {head}: {result}")
    else:
        place.block(f"def {name}({head}):", f"return {result}")
    return f"{name}({calls.get(form, text)})"


@way()
def remembered(place: Place, value: Any, depth: int) -> str:
    """A function behind a decorator of the standard library."""
    draw = place.draw
    place.imported("import functools")
    name = place.fresh("cached", "settings_value")
    body = place.inside()
    body.write(f"return {expression(body, value, depth)}")
    if draw.chance(40):
        place.define(f"def {name}(a=1):", body)
        return draw.pick((f"functools.partial({name}, 2)()", f"(lambda f: f())({name})", f"{name}(a=3)"))
    place.write(draw.pick(("@functools.lru_cache()", "@functools.lru_cache(maxsize=None)", "@functools.cache")))
    place.define(f"def {name}():", body)
    return f"{name}()"


@way()
def set_from_inside(place: Place, value: Any, depth: int) -> str | None:
    """A function that sets a name of the module; called, or not."""
    draw = place.draw
    if place.kind != "module":
        return None
    name, function = place.fresh("STATE", "CURRENT"), place.fresh("prepare", "load_all")
    body = place.inside()
    body.write(f"global {name}")
    called = draw.chance(60)
    text, decoy = expression(place, value, depth), literal(place, like(draw, value))
    body.write(f"{name} = {text if called else decoy}")
    place.write(f"{name} = {decoy if called else text}")
    place.define(f"def {function}():", body)
    if called:
        place.write(f"{function}()")
    return name


@way()
def with_a_local(place: Place, value: Any, depth: int) -> str:
    """A name of the module, and a function's local of the same name that changes nothing."""
    draw = place.draw
    name, function = place.fresh("LIMIT", "MODE"), place.fresh("unrelated", "report")
    place.write(f"{name} = {expression(place, value, depth)}")
    place.block(
        f"def {function}({name}=None):" if draw.chance(40) else f"def {function}():", f"{name} = None", "return 1"
    )
    if draw.chance(50):
        place.write(f"{function}()")
    return name
