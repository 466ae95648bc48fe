"""Lists and dictionaries, made step by step."""

from __future__ import annotations

from typing import Any

from oracle.express.conditions import condition
from oracle.express.ways import deeper, expression, literal, way
from oracle.knobs import any_value
from oracle.sources import Place


def _key_words(data: dict[Any, Any]) -> bool:
    return all(isinstance(key, str) and key.isidentifier() for key in data)


@way(dict, often=2)
def display(place: Place, value: dict[Any, Any], depth: int) -> str:
    """A display whose items are expressions themselves."""
    draw = place.draw
    parts = {key: expression(place, item, deeper(place, depth)) for key, item in value.items()}
    if _key_words(value) and draw.chance(35):
        return "dict(" + ", ".join(f"{key}={text}" for key, text in parts.items()) + ")"
    if parts and draw.chance(15):
        key = draw.pick(list(parts))
        return "{" + ", ".join(f"{each!r}: {text}" for each, text in [(key, "None"), *parts.items()]) + "}"
    return "{" + ", ".join(f"{key!r}: {text}" for key, text in parts.items()) + "}"


@way(dict, often=2)
def merged(place: Place, value: dict[Any, Any], depth: int) -> str:
    """Two dictionaries, of which the later one wins."""
    draw = place.draw
    keys = list(value)
    cut = draw.number(0, len(keys))
    first = {key: value[key] for key in keys[:cut]}
    second = {key: value[key] for key in keys[cut:]}
    if first and draw.chance(40):
        key = draw.pick(list(first))
        second = {**second, key: first[key]}
        first = {**first, key: any_value(draw)}
    one, two = expression(place, first, depth), expression(place, second, deeper(place, depth))
    name = place.fresh("BASE_OPTIONS", "COMMON", "SHARED")
    place.write(f"{name} = {one}")
    forms = [f"{{**{name}, **{two}}}", f"({name} | {two})", f"dict({name}, **{two})", f"dict({{**{name}}} | {two})"]
    if not _key_words(second):
        forms.pop(2)
    return draw.pick(forms)


@way(dict, often=3)
def stepwise(place: Place, value: dict[Any, Any], depth: int) -> str:
    """A dictionary that statements change after it is made."""
    draw = place.draw
    keys = draw.shuffled(list(value)) if draw.chance(30) else list(value)
    cut = draw.number(0, len(keys))
    name = place.fresh("options", "TRANSPORT", "SETTINGS_DICT", "routes")
    started = {key: value[key] for key in keys[:cut]}
    decoy = started and draw.chance(30)
    spare = draw.pick(list(started)) if decoy else ""
    begun = {**started, **({spare: any_value(draw)} if decoy else {}), **({"extra": 1} if draw.chance(20) else {})}
    place.write(f"{name} = {expression(place, begun, depth)}")
    target = name
    if draw.chance(20) and place.kind == "module":
        target = place.fresh("alias", "same")
        place.write(f"{target} = {name}")
    for key in [*keys[cut:], *([spare] if decoy else [])]:
        _put(place, target, key, value[key], depth)
    if "extra" in begun:
        place.write(draw.pick((f"del {target}['extra']", f"{name}.pop('extra')", f"{target}.pop('extra', None)")))
    return draw.pick((name, target, name, f"dict({name})", f"{name}.copy()"))


def _put(place: Place, name: str, key: Any, value: Any, depth: int) -> None:
    """One item, by one of the statements that put it there."""
    draw = place.draw
    text = expression(place, value, deeper(place, depth))
    wanted = condition(place, True) if draw.chance(15) else ""
    form = draw.pick(("item", "item", "update", "keyword", "merge", "loop", "function", "pairs", "conditional"))
    if form == "keyword" and isinstance(key, str) and key.isidentifier():
        place.write(f"{name}.update({key}={text})")
    elif form == "update":
        place.write(f"{name}.update({{{key!r}: {text}}})")
    elif form == "merge":
        place.write(f"{name} |= {{{key!r}: {text}}}" if place.kind == "module" else f"{name}[{key!r}] = {text}")
    elif form == "loop":
        place.write(f"for key, item in [({key!r}, {text})]:", f"    {name}[key] = item")
    elif form == "pairs":
        place.write(f"{name}.update([({key!r}, {text})])")
    elif form == "function" and place.kind == "module":
        function = place.fresh("put", "configure_item")
        place.write(f"def {function}(target, item):", f"    target[{key!r}] = item", f"{function}({name}, {text})")
    elif wanted or form == "conditional":
        place.write(f"if {wanted or condition(place, True)}:", f"    {name}[{key!r}] = {text}")
    else:
        place.write(f"{name}[{key!r}] = {text}")


@way(dict)
def comprehended(place: Place, value: dict[Any, Any], depth: int) -> str:
    """A comprehension, or a constructor over pairs."""
    draw = place.draw
    pairs = expression(place, list(value.items()), 0)
    text = expression(place, value, depth)
    forms = [
        f"{{k: v for k, v in {pairs}}}",
        f"dict({pairs})",
        f"{{k: v for k, v in {text}.items() if k != 'nothing'}}",
        f"dict(zip({literal(place, list(value))}, {expression(place, list(value.values()), 0)}))",
        f"{{key: {text}[key] for key in {literal(place, list(value))}}}",
        f"dict({text}.items())",
    ]
    return draw.pick(forms)


@way(list, tuple, often=2)
def sequence(place: Place, value: Any, depth: int) -> str:
    """A display whose elements are expressions themselves, with unpacking."""
    draw = place.draw
    parts = [expression(place, each, deeper(place, depth)) for each in value]
    cut = draw.number(0, len(parts))
    if draw.chance(30):
        rest = expression(place, list(value[cut:]), depth)
        parts = [*parts[:cut], f"*{rest}"]
    text = ", ".join(parts)
    return f"[{text}]" if isinstance(value, list) else f"({text},)" if parts else "()"


@way(list, tuple)
def converted(place: Place, value: Any, depth: int) -> str:
    """What a constructor, a comprehension or an operator gives."""
    draw = place.draw
    kind = type(value).__name__
    cut = draw.number(0, len(value))
    other = expression(place, tuple(value) if isinstance(value, list) else list(value), depth)
    same = expression(place, value, depth)
    forms = [
        f"{kind}({other})",
        f"({expression(place, value[:cut], depth)} + {expression(place, value[cut:], 0)})",
        f"{kind}(each for each in {other})",
        f"{same}[:]",
        f"{kind}(reversed({literal(place, list(reversed(value)))}))",
        f"({same} * 1)",
    ]
    if isinstance(value, list):
        forms += [f"[x for x in {same}]", f"[x for x in {same} if x != 'absent']", f"{same}.copy()"]
        forms += [f"sorted({same})"] * (value == sorted(map(str, value)) and all(isinstance(x, str) for x in value))
    return draw.pick(forms)


@way(list, often=2)
def appended(place: Place, value: list[Any], depth: int) -> str:
    """A list that statements change after it is made."""
    draw = place.draw
    cut = draw.number(0, len(value))
    name = place.fresh("modules", "ACCEPT", "PARTS")
    place.write(f"{name} = {expression(place, value[:cut], depth)}")
    target = name
    if draw.chance(20) and place.kind == "module":
        target = place.fresh("alias", "same_list")
        place.write(f"{target} = {name}")
    for each in value[cut:]:
        text = expression(place, each, deeper(place, depth))
        forms = [f"{target}.append({text})", f"{target}.extend([{text}])", f"{target}.insert(99, {text})"]
        forms += [f"{target} += [{text}]", f"{target}[len({target}):] = [{text}]"] if place.kind == "module" else []
        place.write(draw.pick(forms))
    return draw.pick((name, target, name, f"list({name})"))


@way(list)
def split(place: Place, value: list[Any], depth: int) -> str | None:
    """Words in one text."""
    if not value or not all(isinstance(each, str) and each and " " not in each and "," not in each for each in value):
        return None
    draw = place.draw
    if draw.chance(50):
        return f"{expression(place, ','.join(value), depth)}.split(',')"
    return f"[w.strip() for w in {expression(place, ' , '.join(value), depth)}.split(',') if w]"
