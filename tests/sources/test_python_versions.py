"""The grammar of newer Pythons, and of older ones, whatever Python runs the tests."""

from __future__ import annotations

import ast
import re

import pytest

from celerylint.sources.python import Opaque, PythonModule, PythonSyntaxError
from celerylint.sources.text import Text


def body(source: str) -> list[ast.stmt]:
    return PythonModule(Text("a.py", source)).body()


def one(source: str) -> ast.stmt:
    (statement,) = body(source)
    return statement


def test_pep_695_generic_functions_and_classes_keep_all_but_their_type_parameters() -> None:
    function, class_ = body("def f[T: (int, str), *Ts, **P](a: T) -> T: return a\nclass C[T](Base, k=1): x = 1\n")
    assert isinstance(function, ast.FunctionDef)
    assert [argument.arg for argument in function.args.args] == ["a"]
    assert isinstance(class_, ast.ClassDef)
    assert ast.unparse(class_.bases[0]) == "Base"


def test_pep_696_defaults_of_type_parameters() -> None:
    assert isinstance(one("class C[T = int, *Ts = *tuple[int], **P = [int]]: pass\n"), ast.ClassDef)


def test_pep_695_a_type_alias_is_an_annotated_assignment() -> None:
    alias = one("type X[T] = list[T]\n")
    assert isinstance(alias, ast.AnnAssign)
    assert isinstance(alias.target, ast.Name)
    assert alias.target.id == "X"
    assert isinstance(alias.annotation, Opaque)
    assert alias.annotation.text == "type"
    assert alias.value is not None
    assert (alias.value.col_offset, alias.value.end_col_offset) == (12, 19)


def test_pep_701_an_f_string_may_hold_its_own_quotes() -> None:
    source = "x = f'{a['b']} {f'{c}'} {\nd  # comment '\n}'\ny = 1\n"
    first, second = body(source)
    assert isinstance(first, ast.Assign)
    assert isinstance(first.value, ast.JoinedStr)
    assert {name.id for name in ast.walk(first.value) if isinstance(name, ast.Name)} == {"a", "c", "d"}
    assert (first.end_lineno, first.end_col_offset) == (3, 2)
    assert second.lineno == 4


def test_pep_701_the_parts_of_an_f_string_have_their_own_places() -> None:
    statement = one("x = f'ab {c.d!r:>{width}}'\n")
    assert isinstance(statement, ast.Assign)
    places = {ast.unparse(node): node.col_offset for node in ast.walk(statement.value) if isinstance(node, ast.Name)}
    assert places == {"c": 10, "width": 18}


def test_pep_750_a_template_string_is_opaque() -> None:
    statement = one("x = t'{a['b']}' 'c', 1\n")
    assert isinstance(statement, ast.Assign)
    assert isinstance(statement.value, ast.Tuple)
    template, number = statement.value.elts
    assert isinstance(template, Opaque)
    assert template.text == "t'{a['b']}' 'c'"
    assert number.col_offset == 21


def test_pep_758_except_without_parentheses() -> None:
    statement = one("try: a()\nexcept A, B: pass\nexcept* C, D: pass\n".replace("except* C, D: pass\n", ""))
    assert isinstance(statement, ast.Try)
    kinds = statement.handlers[0].type
    assert isinstance(kinds, ast.Tuple)
    assert [ast.unparse(kind) for kind in kinds.elts] == ["A", "B"]
    assert (kinds.col_offset, kinds.end_col_offset) == (7, 11)


def test_pep_654_except_star() -> None:
    assert isinstance(one("try: a()\nexcept* (A, B) as e: pass\n"), ast.TryStar)


def test_pep_646_stars_in_subscripts_and_annotations() -> None:
    function = one("def f(*args: *Ts) -> a[*b]: pass\n")
    assert isinstance(function, ast.FunctionDef)
    stars = [ast.unparse(node.value) for node in ast.walk(function) if isinstance(node, ast.Starred)]
    assert sorted(stars) == ["Ts", "b"]


def test_pep_634_match_and_its_word_as_a_name() -> None:
    kinds = [type(statement) for statement in body("match x:\n  case {'a': [b, *_]} if b: pass\nmatch = case = 1\n")]
    assert kinds == [ast.Match, ast.Assign]


@pytest.mark.parametrize(
    ("source", "line", "column", "message"),
    [
        ("a = 1\nprint 'x'\n", 2, 10, "this is no Python: print 'x'"),
        ("a = 1\n\nb = (1,\n", 4, 1, "the file ends here in the middle of a statement"),
        ("try: pass\nexcept A, e: pass\nx = '''\n", 3, 5, "unterminated triple-quoted string literal"),
        ("if a:\nb\n", 2, 2, "this is no Python: b"),
        ("a = 10.0e1, 0x0_7\nx = 0777\n", 2, 5, "leading zeros"),
        ("x = [\n1\n}\n", 3, 1, "does not match"),
        ("a\nb = '\\x1'\n", 2, 5, "the escape \\x lacks its digits"),
        ("a\nb = '\\N{NO SUCH NAME}'\n", 2, 5, "no character is named 'NO SUCH NAME'"),
        ("a = b'é'\n", 1, 5, "ASCII"),
        ("a = b'a' 'b'\n", 1, 1, "Cannot concatenate"),
        ("a = '\ud800'\n", 1, 1, "surrogate"),
        ("a = '\\U00110000'\n", 1, 5, "beyond Unicode"),
        ("a = '$'  # $\nb = $\n", 2, 5, "not a valid character"),
        ("é = 1\nb = é€\n", 2, 6, "not a valid identifier"),
        ("a = ')'\nb = )\n", 2, 5, "unmatched ')'"),
        ("if a:\n    b(\nc)\n    if d:\n        e\n  f\n", 6, 1, "no matching outer block"),
        ("a\n\\ b\n", 2, 1, "after a line continuation"),
        ("a = f'{b}\\x1'\n", 1, 10, "the escape \\x lacks its digits"),
        ("a = " + "9" * 5000 + "\n", 1, 5, "99999…"),
    ],
)
def test_what_no_python_reads_is_said_in_words(source: str, line: int, column: int, message: str) -> None:
    with pytest.raises(PythonSyntaxError, match=re.escape(message)) as caught:
        body(source)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert "expected one of" not in caught.value.message
