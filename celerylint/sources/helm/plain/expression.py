"""The pipelines of Go templates, parsed (text/template/parse, Go 1.26)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    |(?P<string>"(?:[^"\\\n]|\\.)*")
    |(?P<raw>`[^`]*`)
    |(?P<char>'(?:[^'\\\n]|\\.)+')
    |(?P<number>[+-]?[0-9][0-9a-fA-FxXoObB_.]*)
    |(?P<variable>\$\w*)
    |(?P<field>\.[A-Za-z_]\w*)
    |(?P<dot>\.)
    |(?P<word>[A-Za-z_]\w*)
    |(?P<sign>[()|,]|:=|=)""",
    re.VERBOSE,
)
DEPTH = 60  # parentheses within parentheses


class ExpressionError(ValueError):
    """What stands in an action is no pipeline that is understood."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant: text, whole number, truth or nothing."""

    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Dot:
    """`.`"""


@dataclass(frozen=True, slots=True)
class Variable:
    """`$x`, or `$` for what the template was given."""

    name: str


@dataclass(frozen=True, slots=True)
class Fields:
    """`.a.b` of something."""

    of: Expression
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments; what a pipe brings is the last one."""

    name: str
    arguments: tuple[Expression, ...]


Expression = Literal | Dot | Variable | Fields | Call


@dataclass(frozen=True, slots=True)
class Action:
    """A pipeline with the variables that it sets: none, one, or two of a `range`."""

    variables: tuple[str, ...]
    declares: bool
    of: Expression


@dataclass(slots=True)
class _Parser:
    tokens: list[tuple[str, str, int]]  # kind, text, start
    at: int = 0
    depth: int = 0

    def peek(self) -> tuple[str, str, int]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "", -1)

    def take(self) -> tuple[str, str, int]:
        token = self.peek()
        self.at += 1
        return token

    def action(self) -> Action:
        names: list[str] = []
        start = self.at
        while self.peek()[0] == "variable":
            names.append(self.take()[1])
            sign = self.take()[1]
            if sign in (":=", "="):
                return Action(tuple(names), sign == ":=", self._whole())
            if sign != ",":
                break
        self.at = start
        return Action((), False, self._whole())

    def _whole(self) -> Expression:
        found = self._pipeline()
        if self.peek()[0] != "end":
            raise ExpressionError(f"`{self.peek()[1]}` stands where nothing is expected")
        return found

    def _pipeline(self) -> Expression:
        found = self._command(None)
        while self.peek()[1] == "|":
            self.take()
            found = self._command(found)
        return found

    def _command(self, piped: Expression | None) -> Expression:
        kind, text, _ = self.peek()
        if kind == "word" and text not in ("true", "false", "nil"):
            self.take()
            arguments = []
            while self._begins():
                arguments.append(self._operand())
            return Call(text, (*arguments, *((piped,) if piped is not None else ())))
        found = self._operand()
        if piped is not None or self._begins():
            raise ExpressionError("a value is called like a function")
        return found

    def _begins(self) -> bool:
        kind, text, _ = self.peek()
        return kind not in ("end", "sign") or text == "("

    def _operand(self) -> Expression:
        kind, text, start = self.take()
        found: Expression
        if kind == "word" and text not in ("true", "false", "nil"):
            return Call(text, ())
        if text == "(":
            found = self._parenthesised()
            start = self.tokens[self.at - 1][2]
            text = ")"
        elif kind == "field":
            found = Fields(Dot(), (text[1:],))
        elif kind == "dot":
            found = Dot()
        elif kind == "variable":
            found = Variable(text)
        else:
            return _literal(kind, text)
        names = []
        end = start + len(text)
        while self.peek()[0] == "field" and self.peek()[2] == end:
            _, name, begin = self.take()
            names.append(name[1:])
            end = begin + len(name)
        return Fields(found, tuple(names)) if names else found

    def _parenthesised(self) -> Expression:
        self.depth += 1
        if self.depth > DEPTH:
            raise ExpressionError("parentheses are nested too deep")
        found = self._pipeline()
        if self.take()[1] != ")":
            raise ExpressionError("a parenthesis is not closed")
        self.depth -= 1
        return found


def parse(body: str) -> Action:
    """A pipeline. Raises ExpressionError."""
    tokens = []
    at = 0
    while at < len(body):
        match = _TOKEN.match(body, at)
        if match is None:
            raise ExpressionError(f"`{body[at]}` is not expected")
        if match.lastgroup != "space":
            tokens.append((match.lastgroup or "", match[0], at))
        at = match.end()
    return _Parser(tokens).action()


def _literal(kind: str, text: str) -> Literal:
    if kind == "string":
        return Literal(_text(text))
    if kind == "raw":
        return Literal(text[1:-1])
    if kind == "number":
        return Literal(_number(text))
    if kind == "word":
        return Literal({"true": True, "false": False, "nil": None}[text])
    raise ExpressionError(f"`{text}` is not expected")


def _text(quoted: str) -> str:
    """A quoted text; Go's escapes that JSON does not have are not read."""
    try:
        found = json.loads(quoted)
    except ValueError:
        raise ExpressionError(f"the text {quoted[:40]} is not understood") from None
    return str(found)


def _number(text: str) -> int | float:
    try:
        return (
            int(text, 10) if text.lstrip("+-").isdecimal() and not text.lstrip("+-").startswith("0") else _other(text)
        )
    except ValueError:
        raise ExpressionError(f"the number {text[:40]} is not understood") from None


def _other(text: str) -> int | float:
    return 0 if text.lstrip("+-") == "0" else float(text)
