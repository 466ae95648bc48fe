"""Python's grammar as libcst reads it, whatever Python runs us: a text becomes `ast` statements.

libcst 1.9 refuses three things that Python reads: a name in parentheses that is annotated (`(x): int`), a star
behind a keyword among a class's bases (`class A(k=v, *bases)`), and some thousands of strings side by side.
"""

from __future__ import annotations

import ast
import re

import libcst as cst

from celerylint.sources.python import compound, displays, expressions, formatted, parameters, patterns, statements
from celerylint.sources.python.errors import PythonSyntaxError, TooDeep
from celerylint.sources.python.literals import WrongLiteral
from celerylint.sources.python.stray import stray
from celerylint.sources.python.walk import Converter, Walk
from celerylint.sources.text import Text

EXPRESSIONS: dict[type, Converter] = {
    cst.Name: expressions.name,
    cst.Ellipsis: expressions.ellipsis,
    cst.Integer: expressions.number,
    cst.Float: expressions.number,
    cst.Imaginary: expressions.number,
    cst.Attribute: expressions.attribute,
    cst.UnaryOperation: expressions.unary,
    cst.BinaryOperation: expressions.binary,
    cst.BooleanOperation: expressions.boolean,
    cst.Comparison: expressions.comparison,
    cst.IfExp: expressions.conditional,
    cst.NamedExpr: expressions.named,
    cst.Await: expressions.awaited,
    cst.Yield: expressions.yielded,
    cst.StarredElement: expressions.starred,
    cst.Call: expressions.call,
    cst.Subscript: expressions.subscript,
    cst.SimpleString: formatted.simple,
    cst.ConcatenatedString: formatted.concatenated,
    cst.FormattedString: formatted.formatted,
    cst.Tuple: displays.tuple_,
    cst.List: displays.list_,
    cst.Set: displays.set_,
    cst.Dict: displays.dict_,
    cst.ListComp: displays.list_comprehension,
    cst.SetComp: displays.set_comprehension,
    cst.DictComp: displays.dict_comprehension,
    cst.GeneratorExp: displays.generator,
    cst.Lambda: parameters.function,
}
STATEMENTS: dict[type, Converter] = {
    cst.Pass: statements.word,
    cst.Break: statements.word,
    cst.Continue: statements.word,
    cst.Expr: statements.expression_statement,
    cst.Assign: statements.assign,
    cst.AnnAssign: statements.annotated,
    cst.AugAssign: statements.augmented,
    cst.Return: statements.return_,
    cst.Raise: statements.raise_,
    cst.Assert: statements.assert_,
    cst.Del: statements.delete,
    cst.Global: statements.global_,
    cst.Nonlocal: statements.nonlocal_,
    cst.Import: statements.import_,
    cst.ImportFrom: statements.import_from,
    cst.TypeAlias: statements.type_alias,
    cst.FunctionDef: compound.function,
    cst.ClassDef: compound.class_,
    cst.If: compound.if_,
    cst.While: compound.while_,
    cst.For: compound.for_,
    cst.With: compound.with_,
    cst.Try: compound.try_,
    cst.TryStar: compound.try_,
    cst.Match: patterns.match,
}
# What newer releases of libcst added to the grammar; an older one does not read such code at all.
for _name, _table, _converter in (
    ("TemplatedString", EXPRESSIONS, formatted.template),
    ("StarredDictComp", EXPRESSIONS, displays.spread_comprehension),
    ("LazyImport", STATEMENTS, statements.import_),
    ("LazyImportFrom", STATEMENTS, statements.import_from),
):
    if hasattr(cst, _name):
        _table[getattr(cst, _name)] = _converter

_PLACE = re.compile(r"error at (\d+):(\d+): ")
_LINE_END = re.compile(r"\r\n|\n|\r")


def statements_of(text: str, first_line: int) -> list[ast.stmt]:
    """The statements of a text whose first line is line `first_line` of its file.

    Lines are those of the file, columns count from 0 in characters. Raises PythonSyntaxError, TooDeep.
    """
    module = _parsed(text, first_line)
    walk = Walk(text, first_line, EXPRESSIONS, STATEMENTS)
    try:
        return walk.body(module)
    except WrongLiteral as error:
        line, column = walk.position()
        raise PythonSyntaxError(line, column, str(error)) from None
    except KeyError as error:
        if not isinstance(error.args[0], type):
            raise
        line, column = walk.position()
        raise PythonSyntaxError(line, column, f"{error.args[0].__name__} is newer than celerylint") from None
    except RecursionError:
        line, column = walk.position()
        raise TooDeep(line, column, "the code here is nested too deeply to be read") from None


def _parsed(text: str, first_line: int) -> cst.Module:
    try:
        return cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        raise _described(text, first_line, error) from None
    except UnicodeEncodeError as error:
        line = len(_LINE_END.split(text[: error.start]))
        raise PythonSyntaxError(first_line + line - 1, 1, "half of a surrogate pair stands here") from None
    except cst.CSTValidationError as error:
        raise PythonSyntaxError(first_line, 1, str(error)) from None
    except BaseException as error:
        # A panic of libcst's native code comes as an exception that is no Exception, under this name only.
        if type(error).__name__ != "PanicException":
            raise
        raise PythonSyntaxError(first_line, 1, "the parser gives up on this code") from None


def _described(text: str, first_line: int, error: cst.ParserSyntaxError) -> PythonSyntaxError:
    """The error in words: what stands where the reading ended, or what the tokenizer says."""
    place = _PLACE.search(error.message)
    if place is None:
        message = error.message.removeprefix("tokenizer error: ")
        line, column = Text("", text).position(stray(text, message))
        return PythonSyntaxError(first_line + line - 1, column, message.split(" on line ")[0])
    line, column = int(place[1]), int(place[2])
    lines = _LINE_END.split(text)
    if not "".join(lines[line - 1 :]).strip():
        message = "the file ends here in the middle of a statement"
    else:
        message = f"this is no Python: {_shown(lines[line - 1])}"
    return PythonSyntaxError(first_line + line - 1, column + 1, message)


def _shown(line: str) -> str:
    line = line.strip()
    return line if len(line) <= 60 else line[:60] + "…"
