"""SARIF: valid by its schema, and within what code scanning takes."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from sample_reports import (
    BROKER,
    CONCURRENCY,
    FILES,
    FINDING,
    MEMORY,
    at,
    errors,
    finding,
    lines,
    many,
    nasty,
    report,
    with_pages,
)

from celerylint.finding import Confidence, Place, Severity
from celerylint.origin import Span
from celerylint.report import FORMATS, Report
from celerylint.report.fingerprint import line_hashes
from celerylint.report.sarif import MOST_PROOFS, MOST_RESULTS

SCHEMA = "sarif-2.1.0.json"


def run(made: Report) -> Any:
    document = json.loads(FORMATS["sarif"](made))
    assert document["version"] == "2.1.0"
    (only,) = document["runs"]
    return only


def results(made: Report) -> list[Any]:
    found: list[Any] = run(made)["results"]
    return found


@pytest.mark.parametrize(
    "made", [report(), report(FINDING), with_pages(report(FINDING)), nasty(), report(FINDING, base="services/a b")]
)
def test_it_is_valid(made: Report) -> None:
    assert errors(json.loads(FORMATS["sarif"](made)), SCHEMA) == []


def test_the_schema_refuses_what_is_wrong() -> None:
    document = json.loads(FORMATS["sarif"](report(FINDING)))
    document["runs"][0]["results"][0]["severity"] = "error"
    assert errors(document, SCHEMA)


def test_a_result() -> None:
    (result,) = results(report(FINDING))
    assert (result["ruleId"], result["ruleIndex"], result["level"]) == ("CLY301", 0, "error")
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "deploy/worker.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 2, "startColumn": 11, "endLine": 2, "endColumn": 14},
    }
    assert result["message"]["text"] == (
        "8 processes need 2 GiB, the pod gets 1 GiB. Because of [concurrency = 8](1), [shop/celery.py:1](2)."
    )
    assert [related["id"] for related in result["relatedLocations"]] == [1, 2]


def test_every_related_location_is_linked_from_the_message_and_no_other_text_is_a_link() -> None:
    for result in results(nasty()):
        text = result["message"]["text"]
        # A bracket that is not escaped opens a link (SARIF 2.1.0, 3.11.6).
        links = re.findall(r"(?<!\\)(?:\\\\)*\[(?:[^\]\\]|\\.)*\]\(([^)]*)\)", text)
        assert [int(link) for link in links] == [related["id"] for related in result["relatedLocations"]]


def test_the_first_sentence_is_the_message_and_a_message_alone_stays_as_it_is() -> None:
    (alone,) = results(report(finding(MEMORY)))
    assert alone["message"]["text"] == "8 processes need 2 GiB, the pod gets 1 GiB"
    assert "relatedLocations" not in alone


def test_a_finding_over_several_lines_is_cut_to_its_first() -> None:
    (result,) = results(report(finding(Place(Span("shop/celery.py", 2, 1, 4, 2)))))
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 17}


def test_only_the_line_is_known() -> None:
    (result,) = results(report(finding(Place(Span.of_line("shop/celery.py", 3)))))
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 9}


def test_columns_are_utf16_units_as_the_run_says() -> None:
    made = report(finding(at("shop/é𝄞.py", 1, 11, 5)))
    region = results(made)[0]["locations"][0]["physicalLocation"]["region"]
    assert run(made)["columnKind"] == "utf16CodeUnits"
    line = FILES["shop/é𝄞.py"].split("\n")[0].encode("utf-16-le")
    assert line[(region["startColumn"] - 1) * 2 : (region["endColumn"] - 1) * 2].decode("utf-16-le") == "y = 2"


def test_paths_are_uris_relative_to_the_top_of_the_repository() -> None:
    made = report(finding(at("shop/é𝄞.py", 1, 1, 1)), finding(at("a b:c%.py", 1, 1, 1)), base="services/shop")
    found = [each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in results(made)]
    assert found == ["services/shop/a%20b%3Ac%25.py", "services/shop/shop/%C3%A9%F0%9D%84%9E.py"]
    assert run(made)["automationDetails"]["id"] == "celerylint/services/shop/"
    assert run(report())["automationDetails"]["id"] == "celerylint/"


def test_rules_are_described_by_their_pages() -> None:
    (rule,) = run(with_pages(report(FINDING)))["tool"]["driver"]["rules"]
    assert (rule["id"], rule["name"]) == ("CLY301", "pod-memory-overcommit")
    assert rule["help"]["markdown"].startswith("# pod-memory-overcommit\n")
    assert "## When to ignore it" in rule["help"]["markdown"]
    assert rule["help"]["text"] and "##" not in rule["help"]["text"] and "```" not in rule["help"]["text"]
    assert rule["helpUri"] == "https://example.org/pod-memory-overcommit"
    assert rule["properties"]["tags"] == ["celery", "memory"]
    assert rule["properties"]["precision"] == "very-high"
    assert rule["properties"]["problem.severity"] == "warning"  # the page's; this finding was made worse


def test_precision_follows_the_least_certain_finding_of_a_rule() -> None:
    likely = finding(CONCURRENCY, confidence=Confidence.LIKELY)
    (rule,) = run(report(FINDING, likely))["tool"]["driver"]["rules"]
    assert rule["properties"]["precision"] == "high"
    assert [each["properties"]["confidence"] for each in results(report(FINDING, likely))] == ["certain", "likely"]


def test_rules_keep_to_the_limits_of_code_scanning() -> None:
    from celerylint.page import builtin_rules, load

    pages = load((builtin_rules(),))
    found = [finding(MEMORY, code=page.code, name=page.name) for page in pages]
    driver = run(with_pages(report(*found)))["tool"]["driver"]
    assert [rule["id"] for rule in driver["rules"]] == sorted(page.code for page in pages)
    for rule in driver["rules"]:
        assert len(rule["name"]) <= 255
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["text"] and rule["help"]["markdown"]
        assert 0 < len(rule["properties"]["tags"]) <= 10
        assert rule["properties"]["precision"] in ("very-high", "high", "medium", "low")
        assert rule["properties"]["problem.severity"] in ("error", "warning", "recommendation")


def test_a_rule_without_a_page_at_hand_is_described_by_its_finding() -> None:
    (rule,) = run(report(finding(MEMORY, message="x" * 5000)))["tool"]["driver"]["rules"]
    assert len(rule["shortDescription"]["text"]) <= 1024
    assert rule["help"]["text"]


def test_fingerprints_survive_lines_above_and_other_passwords() -> None:
    def marks(prefix: str, password: str) -> list[str]:
        shift = prefix.count("\n")
        text = (prefix + FILES["shop/celery.py"]).replace("hunter2", password)
        found = finding(at("shop/celery.py", 1 + shift, 29, 4)), finding(at("shop/celery.py", 3 + shift, 5, 1))
        made = replace(report(*found), lines=lambda path: text.split("\n"))
        return [result["partialFingerprints"]["celerylint/v1"] for result in results(made)]

    before = marks("", "hunter2")
    assert len(set(before)) == 2
    assert marks("import os\n\n# more\n", "hunter2") == before
    assert marks("", "correct-horse") == before


def test_fingerprints_tell_rules_files_and_equal_lines_apart() -> None:
    text = ["x = 1", "x = 1"]
    found = (
        finding(at("a.py", 1, 1, 1)),
        finding(at("a.py", 2, 1, 1)),
        finding(at("b.py", 1, 1, 1)),
        finding(at("a.py", 1, 1, 1), code="CLY302"),
        finding(at("a.py", 1, 1, 1), message="something else"),
    )
    made = replace(report(*found), lines=lambda path: text)
    marks = [result["partialFingerprints"]["celerylint/v1"] for result in results(made)]
    assert len(set(marks)) == 5
    # Nobody who knows the root by another name sees other findings.
    assert {each["partialFingerprints"]["celerylint/v1"] for each in results(replace(made, base="x"))} != set(marks)


@pytest.mark.parametrize(
    ("text", "hashes"),
    [
        ("", ["c129715d7a2bc9a3:1"]),
        (" a\nb\n  \t\tc\n d", ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]),
        (
            "Lorem ipsum dolor sit amet.\n" * 10,
            [
                *(f"a7f2ff13bc495cf2:{count}" for count in range(1, 7)),
                "a7f2ff1481e87703:1",
                "a9cf91f7bbf1862b:1",
                "55ec222b86bcae53:1",
                "cc97dc7b1d7d8f7b:1",
                "c129715d7a2bc9a3:1",
            ],
        ),
    ],
)
def test_line_hashes_are_those_of_githubs_upload_action(text: str, hashes: list[str]) -> None:
    """The values are those that github/codeql-action tests its own function with."""
    assert list(line_hashes(text.split("\n")).values()) == hashes


def test_line_hashes_stand_in_the_results_where_the_line_can_be_read() -> None:
    known, gone = results(report(FINDING, finding(at("shop/gone.py", 1, 1, 1))))
    assert known["partialFingerprints"]["primaryLocationLineHash"] == line_hashes(lines("deploy/worker.yaml"))[2]
    assert set(gone["partialFingerprints"]) == {"celerylint/v1"}


def test_code_scanning_takes_a_result_with_very_many_related_locations() -> None:
    proofs = [at("deploy/worker.yaml", 3, 1, 3, f"value {number}") for number in range(3000)]
    made = report(finding(MEMORY, *proofs))
    assert len(results(made)[0]["relatedLocations"]) == MOST_PROOFS
    assert errors(json.loads(FORMATS["sarif"](made)), SCHEMA) == []


def test_code_scanning_takes_a_run_with_very_many_results() -> None:
    text = FORMATS["sarif"](report(*many(MOST_RESULTS, Severity.WARNING), *many(10, Severity.ERROR)))
    (whole,) = json.loads(text)["runs"]
    assert len(whole["results"]) == MOST_RESULTS
    assert sum(result["level"] == "error" for result in whole["results"]) == 10
    (note,) = whole["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"].startswith("10 more findings")
    assert len(gzip.compress(text.encode())) < 10_000_000


def test_results_keep_the_order_of_the_findings() -> None:
    found = results(report(*many(3), *many(2, Severity.INFO)))
    places = [each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in found]
    assert all(first <= second for first, second in pairwise(places))


def test_nothing_of_the_machine_and_no_password_stands_in_it() -> None:
    text = FORMATS["sarif"](report(finding(BROKER, message="broker redis://:hunter2@redis/0")))
    assert "hunter2" not in text
    assert "here/" not in text
    assert "file:" not in text
