"""How a settings class reads its environment: `model_config`, or `class Config`."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.classes import class_frame, order_of
from celerylint.link.evaluate.names import ANY
from celerylint.link.evaluate.objects import ClassObject, ExternalCall, InstanceObject, plain
from celerylint.link.evaluate.pydantic.bases import is_bound_elsewhere
from celerylint.origin import Unknown, Value

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

_READ = frozenset(
    {"env_prefix", "env_nested_delimiter", "env_ignore_empty", "case_sensitive", "env_file", "secrets_dir"}
    | {"populate_by_name", "validate_by_name", "allow_population_by_field_name", "validate_default", "validate_all"}
)
_PATHS = frozenset({"env_file", "secrets_dir"})
# What changes no value that is read from the environment or given by default.
_TAME = frozenset(
    {
        "extra",
        "env_file_encoding",
        "arbitrary_types_allowed",
        "frozen",
        "title",
        "protected_namespaces",
        "env_file_depth",
    }
    | {"validate_assignment", "from_attributes", "orm_mode", "allow_mutation", "hide_input_in_errors", "ignored_types"}
    | {"json_schema_extra", "schema_extra", "keep_untouched", "underscore_attrs_are_private", "smart_union"}
    | {"json_encoders", "ser_json_timedelta", "cache_strings", "use_attribute_docstrings", "dotenv_filtering"}
    | {"secrets_dir_missing", "env_file_depth", "plugin_settings", "error_msg_templates", "copy_on_model_validation"}
)


@dataclass(frozen=True, slots=True)
class Config:
    """The configuration by its keys; `problem` where it is not known or asks for what is not followed."""

    keys: Mapping[str, Value[Any]] = field(default_factory=dict)
    problem: str = ""

    def text(self, key: str) -> str:
        """A key's text; empty where it is not set."""
        data = plain(self.keys[key]) if key in self.keys else ""
        return data if isinstance(data, str) else ""

    def flag(self, *keys: str) -> bool:
        """Whether one of the keys is switched on."""
        return any(plain(self.keys[key]) is True for key in keys if key in self.keys)


def config_of(evaluator: Evaluator, thing: InstanceObject, old: bool) -> Config:
    """The configuration of a class and its bases, and what its instance is given with a leading underscore."""
    found = _of_class(evaluator, thing.of, old)
    if isinstance(found, Unknown):
        return Config(problem=found.reason)
    keys = {**found, **{key[1:]: value for key, value in thing.keywords.items() if key.startswith("_")}}
    strange = next((key for key in keys if key not in _READ and key not in _TAME), "")
    if strange:
        return Config(problem=f"its {strange} is not followed")
    # A path may be computed in ways that are not followed; everything else decides the values.
    unclear = next((key for key in keys if key in _READ - _PATHS and isinstance(plain(keys[key]), Unknown)), "")
    return Config(keys, f"its {unclear} is not known" if unclear else "")


def _of_class(evaluator: Evaluator, of: ClassObject, old: bool) -> dict[str, Value[Any]] | Unknown:
    """Of several bases pydantic 2 takes the last one's (ConfigWrapper.for_model), pydantic 1 the first one's."""
    keys: dict[str, Value[Any]] = {}
    for node in reversed(of.node.bases) if old else of.node.bases:
        base = evaluator.expression(node, of.frame).value
        given = _of_class(evaluator, base, old) if isinstance(base, ClassObject) else {}
        if isinstance(given, Unknown):
            return given
        keys.update(given)
    for own in (_inner(evaluator, of), _assigned(evaluator, of), _keywords(evaluator, of)):
        if isinstance(own, Unknown):
            return own
        keys.update(own)
    return keys


def _assigned(evaluator: Evaluator, of: ClassObject) -> Mapping[str, Value[Any]] | Unknown:
    """`model_config = SettingsConfigDict(env_prefix="APP_")`, or a dictionary."""
    if is_bound_elsewhere(of, "model_config"):
        return Unknown("its model_config is set in a block")
    found = evaluator.lookup(class_frame(evaluator, of), "model_config")
    if found is None:
        return {}
    thing = found.value
    if isinstance(thing, ExternalCall) and thing.name.endswith("ConfigDict") and not thing.arguments:
        return thing.keywords
    if isinstance(thing, dict) and all(isinstance(key, str) for key in thing):
        return thing
    return Unknown("its model_config is not known")


def _keywords(evaluator: Evaluator, of: ClassObject) -> Mapping[str, Value[Any]]:
    """`class Settings(BaseSettings, env_prefix="APP_")`."""
    return {each.arg: evaluator.expression(each.value, of.frame) for each in of.node.keywords if each.arg}


def _inner(evaluator: Evaluator, of: ClassObject) -> Mapping[str, Value[Any]] | Unknown:
    """`class Config:` within the class, whose attributes are the keys."""
    frame = class_frame(evaluator, of)
    found = evaluator.lookup(frame, "Config")
    if found is None:
        return {}
    if not isinstance(found.value, ClassObject):
        return Unknown("its Config is not followed")
    order = order_of(evaluator, found.value)
    keys: dict[str, Value[Any]] = {}
    for each in reversed(order) if not isinstance(order, Unknown) else ():
        if not isinstance(each, ClassObject):
            continue
        body = class_frame(evaluator, each)
        if evaluator.lookup(body, ANY) is not None:
            return Unknown("its Config is not followed")
        for name in _names_in(each.node):
            value = evaluator.lookup(body, name)
            if value is not None:
                keys[name] = value
    return order if isinstance(order, Unknown) else keys


def _names_in(node: ast.ClassDef) -> list[str]:
    stored = (each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store))
    functions = (each.name for each in node.body if isinstance(each, ast.FunctionDef | ast.ClassDef))
    return [*dict.fromkeys([*stored, *functions])]
