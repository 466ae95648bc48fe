"""`ATOMIC_REQUESTS`: Django opens a transaction around every view, and commits it when the view has returned."""

from __future__ import annotations

import ast
from functools import cached_property
from typing import Any

from celerylint.facts.python.names import dotted, span_of
from celerylint.link.bodies.place import Here
from celerylint.link.code import AppSource, Code
from celerylint.link.dispatches.transactions import writes_in
from celerylint.link.evaluate import ClassObject, Evaluator, ExternalObject, ModuleObject
from celerylint.link.evaluate.attributes import maybe_attribute
from celerylint.link.evaluate.classes import order_of
from celerylint.link.reading import is_test
from celerylint.link.settings.django import settings_holder
from celerylint.model import Transaction
from celerylint.origin import Span, Unknown, Value
from celerylint.sources.python import PythonSyntaxError

_WORD = b"ATOMIC_REQUESTS"
_EXEMPT = "non_atomic_requests"
_BASES = 4  # settings modules that one is built upon
# What Django calls for a request (django/views/generic/base.py:View), and what the REST framework calls from there.
_HANDLERS = frozenset({"get", "post", "put", "patch", "delete", "form_valid"})
_HANDLERS |= {"list", "create", "retrieve", "update", "partial_update", "destroy"}
_HANDLERS |= {"perform_create", "perform_update", "perform_destroy"}
_VIEWS = ("django.views.", "rest_framework.views.", "rest_framework.viewsets.", "rest_framework.generics.")
_ACTION = "rest_framework.decorators.action"
_OF_VIEWS = ("rest_framework.decorators.api_view", "django.views.decorators.", "django.contrib.auth.decorators.")


class Requests:
    """The views of a project whose requests are transactions; of one whose are not, or may not be, there are none."""

    def __init__(self, code: Code, apps: tuple[AppSource, ...]) -> None:
        self.code = code
        self.apps = apps

    @cached_property
    def setting(self) -> Span | None:
        """Where `ATOMIC_REQUESTS` is certainly set for the default database of every app; None where it is not."""
        data = [self.code.tree.data(path) or b"" for path in self.code.opening]
        if not self.apps or not any(_WORD in each for each in data) or any(_exempts(each) for each in data):
            return None
        found = [_setting(self.code.evaluator(), app) for app in self.apps]
        return found[0] if all(each is not None for each in found) else None

    def files(self) -> tuple[str, ...]:
        """The files that may hold views."""
        if self.setting is None:
            return ()
        tree = self.code.tree
        return tuple(path for path in tree.files if path.endswith(".py") and not is_test(path) and self.views_in(path))

    def views_in(self, path: str) -> bool:
        """Whether a file may hold views."""
        data = (self.code.tree.data(path) or b"") if self.setting is not None else b""
        return b"rest_framework" in data or b"django.views" in data or b"auth.decorators" in data

    def around(self, here: Here, owner: ast.ClassDef | None) -> Transaction | None:
        """The transaction of the request that a view answers; None for what is not certainly a view."""
        if self.setting is None or isinstance(here.function.node, ast.AsyncFunctionDef) or not _is_view(here, owner):
            return None
        return Transaction("a request (ATOMIC_REQUESTS)", self.setting, "", tuple(writes_in(here, None)))


def _exempts(data: bytes) -> bool:
    """Whether a file that gives views their addresses may take some of them out."""
    return b"urlpatterns" in data and _EXEMPT.encode() in data


def _is_view(here: Here, owner: ast.ClassDef | None) -> bool:
    function = here.function
    decorators = [*function.node.decorator_list, *(owner.decorator_list if owner is not None else ())]
    if any(
        isinstance(each, ast.Name | ast.Attribute) and _EXEMPT in dotted(each)
        for node in decorators
        for each in ast.walk(node)
    ):
        return False
    names = [
        function.resolved(each.func if isinstance(each, ast.Call) else each) for each in function.node.decorator_list
    ]
    if owner is None:
        return any(name.startswith(_OF_VIEWS) for name in names if name)
    if function.node.name not in _HANDLERS and _ACTION not in names:
        return False
    frame = here.evaluator.frame(function.path)
    order = order_of(here.evaluator, ClassObject(owner, frame)) if frame is not None else []
    return not isinstance(order, Unknown) and any(
        isinstance(each, ExternalObject) and each.name.startswith(_VIEWS) for each in order
    )


def _setting(evaluator: Evaluator, app: AppSource) -> Span | None:
    holder = settings_holder(evaluator, app)
    if isinstance(holder, Unknown):
        return None
    said = _item(_item(maybe_attribute(evaluator, holder, "DATABASES", app.span), "default"), "ATOMIC_REQUESTS")
    if said is not None:
        return next(iter(said.origin.places()), None) if said.value is True else None
    return _assigned(evaluator, holder.value.path) if isinstance(holder.value, ModuleObject) else None


def _item(holder: Value[Any] | None, name: str) -> Value[Any] | None:
    data = holder.value if holder is not None else None
    item = data.get(name) if isinstance(data, dict) else None
    return item if isinstance(item, Value) else None


def _assigned(evaluator: Evaluator, path: str, depth: int = 0) -> Span | None:
    """`DATABASES["default"]["ATOMIC_REQUESTS"] = True`, where a settings module or its base says so at last."""
    frame = evaluator.frame(path)
    if frame is None or depth > _BASES:
        return None
    try:
        said = [each for each in frame.module.naming("DATABASES") if "ATOMIC_REQUESTS" in ast.unparse(each)]
        stars = frame.module.star_imports() if not said else []
    except PythonSyntaxError:
        return None
    last = said[-1] if said else None
    if isinstance(last, ast.Assign):
        written = ast.unparse(last.targets[0]) == "DATABASES['default']['ATOMIC_REQUESTS']"
        true = isinstance(last.value, ast.Constant) and last.value.value is True
        return span_of(path, last) if written and true else None
    bases = (evaluator.modules.find("." * each.level + (each.module or ""), path) for each in reversed(stars))
    found = (_assigned(evaluator, base, depth + 1) for base in bases if base is not None and last is None)
    return next((each for each in found if each is not None), None)
