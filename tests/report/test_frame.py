"""Code frames, letter by letter."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from textwrap import dedent

from celerylint.finding import Confidence, Finding, Place, Severity
from celerylint.origin import Span
from celerylint.report.frame import WIDEST, frames
from celerylint.report.style import Style


def at(path: str, line: int, column: int, width: int, label: str = "") -> Place:
    return Place(Span(path, line, column, line, column + width), label)


def finding(place: Place, *related: Place) -> Finding:
    return Finding("CLY302", "a-rule", Severity.ERROR, Confidence.CERTAIN, "it hurts", place, related)


def drawn(found: Finding, files: Mapping[str, str], colour: bool = False) -> list[str]:
    def lines(path: str) -> Sequence[str]:
        return files.get(path, "").split("\n")

    return frames(found, lines, lambda path: path, Style(colour))


def test_places_in_one_file_are_drawn_in_line_order_with_a_gap() -> None:
    manifest = "\n".join(
        ["resources:", "  limits:", "    memory: 1Gi", "args:", "  - celery", "  - worker", "  - --concurrency=8"]
    )
    found = finding(
        at("deploy/worker.yaml", 7, 5, 15, "concurrency = 8"), at("deploy/worker.yaml", 3, 13, 3, "limit = 1 GiB")
    )
    assert "\n".join(drawn(found, {"deploy/worker.yaml": manifest})) == dedent(
        """\
         --> deploy/worker.yaml:7:5
          |
        3 |     memory: 1Gi
          |             --- limit = 1 GiB
        …
        7 |   - --concurrency=8
          |     ^^^^^^^^^^^^^^^ concurrency = 8
          |"""
    )


def test_other_files_follow_in_frames_of_their_own() -> None:
    files = {
        "shop/celery.py": "app.conf.x = 1\n\napp.conf.timeout = 3600",
        "shop/tasks.py": "\n" * 99 + "def slow(): ...",
    }
    found = finding(
        at("shop/celery.py", 3, 20, 4, "delivered again after 1 h"),
        at("shop/tasks.py", 100, 5, 4, "may run 2 h"),
        at("shop/celery.py", 1, 1, 3),
    )
    assert "\n".join(drawn(found, files)) == dedent(
        """\
           --> shop/celery.py:3:20
            |
          1 | app.conf.x = 1
            | ---
          2 |
          3 | app.conf.timeout = 3600
            |                    ^^^^ delivered again after 1 h
            |
           ::: shop/tasks.py:100:5
            |
        100 | def slow(): ...
            |     ---- may run 2 h
            |"""
    )


def test_two_places_on_a_line_share_it() -> None:
    found = finding(at("a.py", 1, 11, 1, "the larger"), at("a.py", 1, 1, 1, "the smaller"))
    assert drawn(found, {"a.py": "x = 1; y = 2"})[2:5] == [
        "1 | x = 1; y = 2",
        "  | - the smaller",
        "  |           ^ the larger",
    ]


def test_a_place_that_is_the_primary_one_again_is_drawn_once() -> None:
    place = at("a.py", 1, 1, 1)
    assert len(drawn(finding(place, place), {"a.py": "x"})) == 5


def test_carets_stand_under_their_text_after_tabs_and_wide_characters() -> None:
    found = finding(at("a.py", 1, 12, 3))
    assert drawn(found, {"a.py": '\tx = "日本", 300'})[2:4] == [
        '1 |     x = "日本", 300',
        "  |                 ^^^",
    ]


def test_carets_are_as_wide_as_wide_characters_and_combining_marks_have_no_width() -> None:
    assert drawn(finding(at("a.py", 1, 1, 2)), {"a.py": "日本 x"})[3] == "  | ^^^^"
    assert drawn(finding(at("a.py", 1, 4, 1)), {"a.py": "e\u0301 x"})[3] == "  |   ^"


def test_only_the_line_is_known() -> None:
    found = finding(Place(Span.of_line("a.py", 2), "here"))
    assert drawn(found, {"a.py": "def f():\n    return 1  "})[2:4] == ["2 |     return 1  ", "  |     ^^^^^^^^ here"]


def test_a_span_over_several_lines_is_marked_to_the_end_of_its_first() -> None:
    found = finding(Place(Span("a.py", 1, 5, 3, 2)))
    assert drawn(found, {"a.py": "x = [\n  1,\n]"})[3] == "  |     ^"


def test_a_long_line_is_cut_around_what_is_pointed_at() -> None:
    line = "a" * 500 + "HERE" + "b" * 500
    source, carets = drawn(finding(at("a.py", 1, 501, 4, "far out")), {"a.py": line})[2:4]
    assert len(source) == len("1 | ") + WIDEST + 1
    assert source.startswith("1 | …aaa") and source.endswith("bbb…")
    assert source[carets.index("^") :].startswith("HERE")
    assert carets.strip(" |") == "^^^^ far out"


def test_a_long_line_is_cut_right_where_a_wide_character_is_split() -> None:
    for shift in range(4):
        line = "x" * shift + "日" * 200 + "HERE"
        source, carets = drawn(finding(at("a.py", 1, 201 + shift, 4)), {"a.py": line})[2:4]
        text, column = source.removeprefix("1 | "), carets.removeprefix("  | ").index("^")
        before = text[: text.index("HERE")]
        assert column == sum(2 if character == "日" else 1 for character in before)


def test_a_long_line_is_drawn_for_each_of_its_places() -> None:
    line = "x" * 10 + " " * 300 + "y" * 10
    rows = drawn(finding(at("a.py", 1, 1, 10), at("a.py", 1, 311, 10)), {"a.py": line})
    assert [row[:6] for row in rows if row.startswith("1 |")] == ["1 | xx", "1 | … "]
    assert rows[5].count("-") == 10


def test_a_span_wider_than_the_window_ends_with_it() -> None:
    carets = drawn(finding(at("a.py", 1, 1, 900)), {"a.py": "x" * 900})[3]
    assert carets == "  | " + "^" * WIDEST


def test_what_would_steer_the_terminal_is_made_visible() -> None:
    found = finding(at("a.py", 1, 11, 1, "\x1b[2Jgone\rnow"))
    rows = drawn(found, {"a.py": 'x = "\x1b[31m\u202e\x9b"'})
    assert rows[2:4] == ['1 | x = "\\x1b[31m\\u202e\\x9b"', "  |              ^^^^^^ \\x1b[2Jgone now"]


def test_a_line_that_is_not_there_is_said_to_be_so() -> None:
    assert drawn(finding(at("gone.py", 9, 4, 2, "limit")), {})[1:] == [
        "  |",
        "9 | (this line cannot be shown)",
        "  | limit",
        "  |",
    ]


def test_a_span_outside_its_line_is_kept_inside() -> None:
    assert drawn(finding(at("a.py", 1, 80, 5)), {"a.py": "x = 1"})[3] == "  |      ^"


def test_colours_only_paint() -> None:
    found = finding(at("a.py", 1, 1, 1, "label"), at("b.py", 1, 1, 1))
    plain, painted = (drawn(found, {"a.py": "x", "b.py": "y"}, colour) for colour in (False, True))
    assert "\x1b[1;31m^ label\x1b[0m" in painted[3]
    assert [re.sub(r"\x1b\[[\d;]*m", "", row) for row in painted] == plain
