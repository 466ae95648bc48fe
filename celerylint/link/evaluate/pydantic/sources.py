"""What the environment gives a field of a settings class (pydantic_settings/sources/providers/env.py, 2.0 to 2.16)."""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.classes import order_of
from celerylint.link.evaluate.conversions import UnclearError
from celerylint.link.evaluate.dotenv import env_files, may_come_from_file
from celerylint.link.evaluate.objects import plain
from celerylint.link.evaluate.origins import failed, via
from celerylint.link.evaluate.pydantic.config import Config
from celerylint.link.evaluate.pydantic.fields import Field, field_names, field_of
from celerylint.link.evaluate.pydantic.kinds import Kind
from celerylint.link.evaluate.setters import setter_of
from celerylint.origin import Layer, Origin, Span, Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

DEEPEST = 8  # models within models; those that contain themselves would never end


@dataclass(frozen=True, slots=True)
class Reader:
    """How one settings class looks its variables up."""

    evaluator: Evaluator
    config: Config
    old: bool  # pydantic 1

    def given(self, field: Field) -> Value[Any] | None:
        """What the environment gives: data that is to be validated, unknown, or None for nothing."""
        for name in self.names(field):
            found = self._variable_of(name, field.kind)
            if found is None and field.kind.is_complex and self._delimiter:
                found = self._nested(name, field.kind, field.place, 0)
            if found is not None:
                return Value(found.value, self._placed(found, field, name))
        return None

    def names(self, field: Field) -> list[str]:
        """The variables that the field is read from, first come first served."""
        if self.old:
            return list(field.env) or [self.config.text("env_prefix") + field.name]
        by_name = not field.aliases or self.config.flag("populate_by_name", "validate_by_name")
        own = [self.config.text("env_prefix") + field.name] if by_name else []
        return [*field.aliases, *own]

    @property
    def _delimiter(self) -> str:
        return self.config.text("env_nested_delimiter")

    def _placed(self, found: Value[Any], field: Field, name: str) -> Origin:
        if isinstance(found.value, Unknown):
            return found.origin
        return Origin(Layer.ENVIRONMENT, field.place, via(found.origin), name)

    def _variable_of(self, name: str, kind: Kind) -> Value[Any] | None:
        """One variable's data: its text, or what it says as JSON where the type is made of parts."""
        value = self._text(name)
        if value is None or isinstance(value.value, Unknown):
            return value
        if not kind.is_complex:
            return value
        try:
            data = json.loads(value.value)
        except (ValueError, RecursionError):
            raise UnclearError from None
        if kind.name == "union" and len(kind.parts) > 2:
            raise UnclearError
        nested = self._nested(name, kind, None, 0) if self._delimiter else None
        if nested is not None:
            raise UnclearError
        return Value(data, value.origin)

    def _text(self, name: str) -> Value[Any] | None:
        """A variable's text; None where it is unset and no file gives it."""
        spelling = self._spelling(name)
        value = self.evaluator.variable(spelling)
        setter = setter_of(self.evaluator, name, self.config.flag("case_sensitive"))
        if setter is not None and not (setter.only_default and value.value is not None):
            return unknown(f"{setter.place.path}:{setter.place.line} may set the environment variable {spelling}")
        if isinstance(value.value, Unknown):
            return failed(value.value, value.origin.span or Span.of_line(""), value)
        if value.value == "" and self.config.flag("env_ignore_empty"):
            return None
        if value.value is not None:
            return value
        file = self._file(spelling)
        return unknown(f"the environment variable {spelling} may come from {file}") if file else None

    def _spelling(self, name: str) -> str:
        """The variable's name as the environment spells it; in upper case where it is not set."""
        if self.config.flag("case_sensitive"):
            return name
        same = self.evaluator.spelled(name)
        if len(same) > 1:
            raise UnclearError
        return same[0] if same else name.upper()

    def _file(self, name: str) -> str:
        """The file that may give the variable; empty where none does."""
        found = may_come_from_file(self.evaluator, name, False)
        given = self.config.keys.get("env_file")
        if found or ((given is None or given.value is None) and "secrets_dir" not in self.config.keys):
            return found
        secrets = self.config.keys.get("secrets_dir")
        if secrets is not None and secrets.value is not None:
            folder = plain(secrets)
            return f"a file of {folder if isinstance(folder, str) else 'its secrets_dir'}"
        return self._of_files(name, plain(given)) if given is not None else ""

    def _of_files(self, name: str, given: Any) -> str:
        paths = [given] if isinstance(given, str) else list(given) if isinstance(given, list | tuple) else []
        outside = next((each for each in paths if isinstance(each, str) and each.startswith(("/", "~"))), "")
        if outside:
            return f"{outside}, which is not in the repository"
        wanted = {posixpath.basename(each) for each in paths if isinstance(each, str)}
        line = re.compile(rb"^[ \t]*(?:export[ \t]+)?" + re.escape(name.encode()) + rb"[ \t]*=", re.M | re.I)
        tree = self.evaluator.modules.tree
        known = isinstance(given, str | list | tuple) and len(wanted) == len(paths)
        files = (
            [each for each in tree.files if each.rpartition("/")[2] in wanted] if known else env_files(self.evaluator)
        )
        return next((path for path in files if line.search(tree.data(path) or b"")), "")

    def _nested(self, name: str, kind: Kind, where: Span | None, depth: int) -> Value[Any] | None:
        """`NAME__PART` for every field of a nested model; None where no such variable is set."""
        parts = kind.parts if kind.name == "union" else (kind,)
        models = [each for each in parts if each.name in ("model", "settings")]
        if len(models) != 1:
            self._refuse_any_below(name)
            return None
        order = order_of(self.evaluator, models[0].of)
        if isinstance(order, Unknown) or depth > DEEPEST or "env_nested_max_split" in self.config.keys:
            raise UnclearError
        data: dict[str, Value[Any]] = {}
        for part in field_names(order):
            field = field_of(self.evaluator, order, part)
            if field is None or field.aliases or self._delimiter in part:
                raise UnclearError
            inner = f"{name}{self._delimiter}{part}"
            found = self._variable_of(inner, field.kind)
            if found is None and field.kind.is_complex:
                found = self._nested(inner, field.kind, where, depth + 1)
            if found is not None:
                data[part] = found
        origins = (each.origin for each in data.values())
        return Value(data, Origin(Layer.ENVIRONMENT, where, via(*origins), name)) if data else None

    def _refuse_any_below(self, name: str) -> None:
        """A dictionary takes any variable below its name: none may be set."""
        if self.evaluator.spelled(f"{name}{self._delimiter}", start=True):
            raise UnclearError
