"""Text: decoding what people really save, and the way between offsets, lines and columns."""

from __future__ import annotations

import codecs
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celerylint.origin import Span
from celerylint.sources.text import Text, Undecodable, decode

TEXTS = st.text(alphabet="ab é€𝐱\t\n\r\f\x0b\x85\u2028")


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_tells_the_encoding_and_is_no_part_of_the_text(mark: bytes, encoding: str) -> None:
    assert decode(mark + "naïve: 1\r\n".encode(encoding), "a.yaml").text == "naïve: 1\r\n"


@pytest.mark.parametrize(
    "head",
    ["# -*- coding: latin-1 -*-", "#!/usr/bin/python\n# vim: set fileencoding=latin-1 :", "\n#coding=iso-8859-1"],
)
def test_python_says_its_encoding_in_the_first_two_lines(head: str) -> None:
    source = f"{head}\nx = 'é'\n"
    assert decode(source.encode("latin-1"), "a.py", python=True).text == source


@pytest.mark.parametrize("head", ["x = 1\n# coding: latin-1", "#\n#\n# coding: latin-1", "x = '# coding: latin-1'"])
def test_no_other_line_says_it(head: str) -> None:
    with pytest.raises(Undecodable, match="UTF-8"):
        decode(f"{head}\ny = 'é'\n".encode("latin-1"), "a.py", python=True)


def test_only_python_has_cookies() -> None:
    assert decode("# coding: latin-1\nx: é\n".encode(), "a.yaml").text == "# coding: latin-1\nx: é\n"


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (b"a\r\nb\rc\n\xff", 4, "not valid UTF-8"),
        (b"a\n\x00b", 2, "binary"),
        (b"\x7fELF\x02\x00\x00\xff", 1, "binary"),
        (b"\n# coding: klingon\n", 2, "klingon"),
        (b"# coding: rot13\n", 1, "rot13"),
        (b"# coding: hex\n", 1, "hex"),
        (b"\xef\xbb\xbf# coding: latin-1\n", 1, "mark of UTF-8"),
        (b"\xff\xfea", 1, "UTF-16"),
    ],
)
def test_what_is_no_text_says_why_and_where(data: bytes, line: int, reason: str) -> None:
    with pytest.raises(Undecodable) as caught:
        decode(data, "a.py", python=True)
    assert caught.value.line == line
    assert reason in caught.value.reason


@given(st.binary(max_size=60), st.booleans())
def test_any_bytes_are_text_or_undecodable(data: bytes, python: bool) -> None:
    try:
        text = decode(data, "a", python=python)
    except Undecodable as error:
        assert error.line >= 1
        assert error.reason
    else:
        assert "\0" not in text.text


def test_every_kind_of_line_end_counts() -> None:
    text = Text("a.py", "one\r\ntwo\rthree\n\nfive")
    assert [text.line(number) for number in range(7)] == ["", "one", "two", "three", "", "five", ""]
    assert text.line_count == 5
    assert text.span(5, 15) == Span("a.py", 2, 1, 4, 1)


def test_form_feeds_and_unicode_separators_end_no_line() -> None:
    assert Text("a.py", "a\x0cb\x85c\u2028d").line_count == 1


def test_a_place_outside_is_kept_inside() -> None:
    text = Text("a.py", "ab\ncd")
    assert text.offset(0, 9) == 0
    assert text.offset(1, 99) == 3
    assert text.offset(9, 1) == 5
    assert text.span(-5, 99) == Span("a.py", 1, 1, 2, 3)


@given(TEXTS, st.integers(min_value=0, max_value=50))
def test_offset_and_position_are_inverse(written: str, offset: int) -> None:
    text = Text("a.py", written)
    offset = min(offset, len(written))
    assert text.offset(*text.position(offset)) == offset


@given(TEXTS)
def test_lines_are_all_of_the_text_but_the_line_ends(written: str) -> None:
    text = Text("a.py", written)
    lines = [text.line(number + 1) for number in range(text.line_count)]
    assert "\n".join(lines) == written.replace("\r\n", "\n").replace("\r", "\n")


def test_texts_are_values() -> None:
    text = Text("a.py", "x\ny\n")
    text.line(1)
    assert text == Text("a.py", "x\ny\n") == pickle.loads(pickle.dumps(text))
    assert len({text, Text("a.py", "x\ny\n")}) == 1
