"""Statements that configure an app: `app.conf.x = …` and its relatives, and where they may stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from oracle.express import expression, literal
from oracle.express.conditions import condition
from oracle.knobs import any_value
from oracle.sources import Place

Values = Mapping[str, Any]
"""Values by the names that the statement writes."""


def configure(place: Place, app: str, values: Values, depth: int) -> None:
    """Statements that set these, at a place where `app` is the app."""
    draw = place.draw
    left = list(values)
    while left:
        count = draw.number(1, len(left))
        some, left = {name: values[name] for name in left[:count]}, left[count:]
        draw.pick(_FORMS)(place, app, some, depth)


def _texts(place: Place, values: Values, depth: int) -> dict[str, str]:
    return {name: expression(place, value, depth) for name, value in values.items()}


def _attributes(place: Place, app: str, values: Values, depth: int) -> None:
    for name, text in _texts(place, values, depth).items():
        place.write(f"{app}.conf.{name} = {text}")


def _items(place: Place, app: str, values: Values, depth: int) -> None:
    for name, text in _texts(place, values, depth).items():
        place.write(f"{app}.conf[{name!r}] = {text}")


def _update(place: Place, app: str, values: Values, depth: int) -> None:
    """`update` with keywords, a dictionary, both, or pairs."""
    draw = place.draw
    texts = _texts(place, values, depth)
    items = ", ".join(f"{name!r}: {text}" for name, text in texts.items())
    words = ", ".join(f"{name}={text}" for name, text in texts.items())
    form = draw.pick(("words", "words", "dict", "dict call", "spread", "named", "named spread", "both", "lines"))
    if form in ("named", "named spread"):
        name = place.fresh("CELERY_OPTIONS", "config", "OPTIONS")
        place.write(f"{name} = {{{items}}}")
        place.write(f"{app}.conf.update({'**' if form == 'named spread' else ''}{name})")
        if draw.chance(25):
            place.write(f"{name}[{next(iter(texts))!r}] = {literal(place, any_value(draw))}")
    elif form == "lines":
        place.write(f"{app}.conf.update(", *(f"    {name}={text}," for name, text in texts.items()), ")")
    elif form == "both":
        first = next(iter(texts))
        rest = ", ".join(f"{name}={text}" for name, text in texts.items() if name != first)
        place.write(f"{app}.conf.update({{{first!r}: {texts[first]}}}{', ' if rest else ''}{rest})")
    else:
        given = {"dict": f"{{{items}}}", "dict call": f"dict({words})", "spread": f"**{{{items}}}"}.get(form, words)
        place.write(f"{app}.conf.update({given})")


def _defaults(place: Place, app: str, values: Values, depth: int) -> None:
    """`add_defaults` with a dictionary, or a function that gives one."""
    draw = place.draw
    items = ", ".join(f"{name!r}: {text}" for name, text in _texts(place, values, depth).items())
    form = draw.pick(("dict", "named", "lambda", "function"))
    if form == "named":
        name = place.fresh("FALLBACKS", "CELERY_DEFAULTS")
        place.write(f"{name} = {{{items}}}", f"{app}.add_defaults({name})")
    elif form == "function":
        name = place.fresh("fallbacks", "default_options")
        place.block(f"def {name}():", f"return {{{items}}}")
        place.write(f"{app}.add_defaults({name})")
    else:
        place.write(f"{app}.add_defaults({'lambda: ' if form == 'lambda' else ''}{{{items}}})")


def _setdefault(place: Place, app: str, values: Values, depth: int) -> None:
    for name, text in _texts(place, values, depth).items():
        place.write(f"{app}.conf.setdefault({name!r}, {text})")


def _setattr(place: Place, app: str, values: Values, depth: int) -> None:
    for name, text in _texts(place, values, depth).items():
        place.write(f"setattr({app}.conf, {name!r}, {text})")


def _alias(place: Place, app: str, values: Values, depth: int) -> None:
    name = place.fresh("conf", "settings_of_app", "c")
    place.write(f"{name} = {app}.conf")
    for each, text in _texts(place, values, depth).items():
        forms = (f"{name}.{each} = {text}", f"{name}[{each!r}] = {text}", f"{name}.update({each}={text})")
        place.write(place.draw.pick(forms))


def _together(place: Place, app: str, values: Values, depth: int) -> None:
    """One statement that sets two."""
    texts = list(_texts(place, values, depth).items())
    if len(texts) == 1:
        place.write(f"{app}.conf.{texts[0][0]}: object = {texts[0][1]}")
        return
    targets = ", ".join(f"{app}.conf.{name}" for name, _ in texts)
    place.write(f"{targets} = {', '.join(text for _, text in texts)}")


def _loop(place: Place, app: str, values: Values, depth: int) -> None:
    """Over a dictionary."""
    draw = place.draw
    name = place.fresh("FROM_LOOP", "pairs")
    items = ", ".join(f"{name!r}: {text}" for name, text in _texts(place, values, depth).items())
    place.write(f"{name} = {{{items}}}")
    form = draw.pick(
        (f"{app}.conf[key] = value", f"setattr({app}.conf, key, value)", f"{app}.conf.update({{key: value}})")
    )
    place.block(f"for key, value in {name}.items():", form)


def _again(place: Place, app: str, values: Values, depth: int) -> None:
    """One value, then the right one; or one that rests on what the configuration says already."""
    draw = place.draw
    for name, value in values.items():
        place.write(f"{app}.conf.{name} = {literal(place, any_value(draw))}")
        if isinstance(value, int) and not isinstance(value, bool) and draw.chance(40):
            place.write(f"{app}.conf.{name} = {literal(place, value - 1)}", f"{app}.conf.{name} += 1")
        elif isinstance(value, dict) and value and draw.chance(40):
            key = draw.pick(list(value))
            rest = {each: item for each, item in value.items() if each != key}
            place.write(f"{app}.conf.{name} = {expression(place, rest, depth)}")
            place.write(f"{app}.conf.{name}[{key!r}] = {expression(place, value[key], depth)}")
        else:
            place.write(f"{app}.conf.{name} = {expression(place, value, depth)}")


_FORMS: tuple[Callable[[Place, str, Values, int], None], ...] = (
    *(_attributes, _attributes, _attributes, _items, _update, _update, _update, _update, _defaults),
    *(_setdefault, _setattr, _alias, _together, _loop, _again),
)


def somewhere(place: Place, app: str, values: Values, depth: int) -> None:
    """The statements where they run at once, under a condition, in a function, in another file, or never."""
    place.draw.pick(_WHERE)(place, app, values, depth)


def _here(place: Place, app: str, values: Values, depth: int) -> None:
    configure(place, app, values, depth)


def _under_condition(place: Place, app: str, values: Values, depth: int) -> None:
    draw = place.draw
    body = place.inside()
    body.kind = place.kind
    configure(body, app, values, depth)
    holds = draw.chance(60)
    form = draw.pick(("if", "if", "else", "try", "with", "loop"))
    if form == "else":
        place.block(f"if {condition(place, holds)}:")
        place.define("else:", body)
    elif form == "try":
        place.define("try:", body)
        place.block("except ImportError:")
    elif form == "with":
        place.imported("import contextlib")
        place.define("with contextlib.suppress(ImportError):", body)
    elif form == "loop":
        place.define(draw.pick(("for _ in range(1):", "for _ in ():")), body)
    else:
        place.define(f"if {condition(place, holds)}:", body)


def _in_function(place: Place, app: str, values: Values, depth: int) -> None:
    """A function that is called with the app, without it, or not at all."""
    draw = place.draw
    name = place.fresh("configure", "setup", "init_app")
    takes = draw.chance(50)
    parameter = draw.pick(("app", "celery", "instance")) if takes else ""
    body = place.inside()
    configure(body, parameter or app, values, depth)
    if draw.chance(20):
        body.write("return 1")
    head = [parameter] * takes + ["extra=None"] * draw.chance(20)
    place.define(f"def {name}({', '.join(head)}):", body)
    call = draw.pick((f"{name}({app if takes else ''})",) * 4 + ("", f"_ = {name}({app if takes else ''})"))
    if call and draw.chance(20):
        place.block(f"if {condition(place, draw.chance(60))}:", call)
    elif call:
        place.write(call)


def _in_other_file(place: Place, app: str, values: Values, depth: int) -> None:
    """A function of another module that is given the app."""
    draw = place.draw
    project = place.project
    name = draw.pick(("proj.setup_app", "proj.configure", "bootstrap"))
    if name in project.modules:
        return _here(place, app, values, depth)
    there = Place(project, project.module(name))
    function, parameter = there.fresh("configure", "setup"), draw.pick(("app", "celery_app"))
    body = there.inside()
    configure(body, parameter, values, depth)
    there.define(f"def {function}({parameter}):", body)
    if draw.chance(85):
        alias = place.fresh(function)
        place.imported(f"from {name} import {function} as {alias}")
        place.write(f"{alias}({app})")
    return None


def _from_other_file(place: Place, app: str, values: Values, depth: int) -> None:
    """Another module that imports the app and changes it; the app's module imports it at its end, or nobody does."""
    draw = place.draw
    project = place.project
    name = draw.pick(("proj.extra", "proj.tuning", "proj.patches"))
    if name in project.modules or place.kind != "module":
        return _here(place, app, values, depth)
    there = Place(project, project.module(name))
    there.imported(f"from {place.module.name} import {app}")
    configure(there, app, values, depth)
    if draw.chance(70):
        place.write(f"import {name}")
    return None


_WHERE: tuple[Callable[[Place, str, Values, int], None], ...] = (
    *(_here, _here, _here, _here, _under_condition, _in_function, _in_other_file, _from_other_file),
)
