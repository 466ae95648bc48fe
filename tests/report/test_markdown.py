"""The summary page, rendered by a real Markdown parser as GitHub does."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from markdown_it import MarkdownIt
from sample_reports import FINDING, NASTY, at, finding, many, nasty, report

from celerylint.finding import Confidence, Severity, Undecided
from celerylint.origin import Span
from celerylint.report import FORMATS, Report
from celerylint.report.markdown import LARGEST

UNDECIDED = Undecided(
    "CLY102", "too-long", Span("shop/celery.py", 1, 1, 1, 4), "task shop.resize", "task.longest_run", "a | b"
)


class Tables(HTMLParser):
    """The cells of every table, and which elements and addresses there are."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.outside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1] and self.get_starttag_text() is not None and data.strip("\n"):
            self.rows[-1][-1] += data
        else:
            self.outside += data


def rendered(made: Report) -> Tables:
    parser = Tables()
    # `html` lets raw HTML through, as GitHub does for the elements that it allows.
    parser.feed(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown(made)))
    return parser


def markdown(made: Report) -> str:
    return FORMATS["markdown"](made)


def test_a_finding_is_a_row() -> None:
    page = rendered(report(replace(FINDING, confidence=Confidence.LIKELY), base="services"))
    assert page.rows == [
        ["", "Rule", "Place", "Finding", "Because"],
        [
            "error (likely)",
            "CLY301 pod-memory-overcommit",
            "services/deploy/worker.yaml:2",
            "8 processes need 2 GiB, the pod gets 1 GiB (limit = 1 GiB)",
            "concurrency = 8 (services/deploy/worker.yaml:3); services/shop/celery.py:1",
        ],
    ]
    assert page.links == ["https://example.org/pod-memory-overcommit"]


def test_nothing_found_is_said_without_a_table() -> None:
    assert markdown(report()) == ("## celerylint\n\n**No findings.** 12 files read, 1 worker and 3 tasks understood\n")


def test_what_was_read_breaks_no_table_and_makes_no_html() -> None:
    page = rendered(nasty())
    assert [len(row) for row in page.rows] == [5] * (len(NASTY) + 1)
    assert page.tags == {"h2", "p", "strong", "table", "thead", "tbody", "tr", "th", "td", "a"}
    assert set(page.links) == {"https://example.org/pod-memory-overcommit"}
    texts = [row[3] for row in page.rows]
    assert any("<script>alert(1)</script> & ]]>" in text for text in texts)
    assert any("`code` **bold** [link](https://evil.example) ![image](x) <b>" in text for text in texts)
    assert any("see [here](1), \\[there\\](2), {0} {{1}}" in text for text in texts)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://e.org/a)b", "https://e.org/a|b", "http://e.org", ""])
def test_an_address_that_is_not_plain_is_no_link(url: str) -> None:
    assert rendered(report(replace(FINDING, url=url))).links == []


def test_the_worst_come_first() -> None:
    page = rendered(report(*many(2, Severity.INFO), *many(2, Severity.WARNING), *many(2, Severity.ERROR)))
    assert [row[0] for row in page.rows[1:]] == ["error"] * 2 + ["warning"] * 2 + ["info"] * 2


def test_it_is_never_larger_than_github_takes_and_counts_the_rest() -> None:
    text = "é" * 400
    found = [finding(at(f"shop/f{number:05}.py", 1, 1, 3), message=text) for number in range(3000)]
    made = markdown(report(*found, finding(at("z.py", 1, 1, 1), message="the worst")))
    assert LARGEST * 0.99 < len(made.encode()) <= LARGEST
    shown = made.count("| error |")
    assert made.endswith(f"\n{3001 - shown} more, left out for their size.\n")


def test_undecided_entries_have_a_table_of_their_own_where_they_are_asked_for() -> None:
    made = replace(report(FINDING), undecided=(UNDECIDED,))
    assert "too-long" not in markdown(made)
    page = rendered(replace(made, show_undecided=True))
    assert page.rows[-1][:3] == [
        "CLY102 too-long",
        "shop/celery.py:1",
        "task shop.resize: task.longest_run: a | b",
    ]
    many_entries = replace(made, undecided=(replace(UNDECIDED, reason="x" * 480),) * 3000, show_undecided=True)
    assert len(markdown(many_entries).encode()) <= LARGEST
    assert markdown(many_entries).endswith(" more, left out for their size.\n")
    assert "pod-memory-overcommit" in markdown(many_entries)


def test_no_line_of_a_table_is_longer_than_it_needs_to_be() -> None:
    proofs = [at("deploy/worker.yaml", 3, 1, 3, f"value {number} {'x' * 900}") for number in range(300)]
    page = rendered(report(finding(at("a.py", 1, 1, 1), *proofs)))
    assert page.rows[1][4].endswith("; 295 more")
    assert len(page.rows[1][4]) < 4000


def test_rows_follow_the_order_of_the_findings_within_a_severity() -> None:
    places = [row[2] for row in rendered(report(*many(20))).rows[1:]]
    assert all(first < second for first, second in pairwise(places))
