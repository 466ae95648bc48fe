"""Formats for other programs: GitLab, reviewdog, JUnit viewers, and lines of JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from junitparser import Failure, JUnitXml
from sample_reports import BROKER, FILES, FINDING, MEMORY, NASTY, at, errors, finding, nasty, report

from celerylint.finding import Place, Severity
from celerylint.origin import Span
from celerylint.report import FORMATS, Report

ONE_OF_EACH = report(*(finding(at("shop/celery.py", 2, 1, 3), severity=severity) for severity in Severity))


def loaded(name: str, made: Report) -> Any:
    return json.loads(FORMATS[name](made))


@pytest.mark.parametrize("made", [report(), report(FINDING), ONE_OF_EACH, nasty()])
def test_gitlab_is_valid_and_every_fingerprint_is_different(made: Report) -> None:
    entries = loaded("gitlab", made)
    assert errors(entries, "gitlab-code-quality.json") == []
    assert len(entries) == len({entry["fingerprint"] for entry in entries}) == len(made.findings)


def test_a_gitlab_entry() -> None:
    (entry,) = loaded("gitlab", report(FINDING, base="services/shop"))
    assert len(entry.pop("fingerprint")) == 32
    assert entry == {
        "description": "CLY301 8 processes need 2 GiB, the pod gets 1 GiB",
        "check_name": "pod-memory-overcommit",
        "severity": "critical",
        "location": {"path": "services/shop/deploy/worker.yaml", "lines": {"begin": 2, "end": 2}},
    }
    assert [entry["severity"] for entry in loaded("gitlab", ONE_OF_EACH)] == ["critical", "major", "info"]


def test_gitlab_fingerprints_hold_no_line_number() -> None:
    moved = replace(report(finding(at("shop/celery.py", 9, 1, 3))), lines=lambda path: ["\n"] * 8 + ["x = 1"])
    first = replace(report(finding(at("shop/celery.py", 1, 1, 3))), lines=lambda path: ["x = 1"])
    assert loaded("gitlab", moved)[0]["fingerprint"] == loaded("gitlab", first)[0]["fingerprint"]


@pytest.mark.parametrize("made", [report(), report(FINDING), ONE_OF_EACH, nasty()])
def test_rdjson_is_valid(made: Report) -> None:
    assert errors(loaded("rdjson", made), "rdjson.json") == []


def test_an_rdjson_diagnostic() -> None:
    (diagnostic,) = loaded("rdjson", report(FINDING))["diagnostics"]
    assert diagnostic == {
        "message": "pod-memory-overcommit: 8 processes need 2 GiB, the pod gets 1 GiB",
        "location": {
            "path": "here/deploy/worker.yaml",
            "range": {"start": {"line": 2, "column": 11}, "end": {"line": 2, "column": 14}},
        },
        "severity": "ERROR",
        "code": {"value": "CLY301", "url": "https://example.org/pod-memory-overcommit"},
        "related_locations": [
            {
                "message": "concurrency = 8",
                "location": {
                    "path": "here/deploy/worker.yaml",
                    "range": {"start": {"line": 3, "column": 32}, "end": {"line": 3, "column": 47}},
                },
            },
            {
                "location": {
                    "path": "here/shop/celery.py",
                    "range": {"start": {"line": 1, "column": 29}, "end": {"line": 1, "column": 54}},
                }
            },
        ],
    }
    severities = [each["severity"] for each in loaded("rdjson", ONE_OF_EACH)["diagnostics"]]
    assert severities == ["ERROR", "WARNING", "INFO"]


def test_rdjson_columns_are_bytes_of_utf8() -> None:
    (diagnostic,) = loaded("rdjson", report(finding(at("shop/é𝄞.py", 1, 11, 5))))["diagnostics"]
    places = diagnostic["location"]["range"]
    line = FILES["shop/é𝄞.py"].split("\n")[0].encode()
    assert line[places["start"]["column"] - 1 : places["end"]["column"] - 1].decode() == "y = 2"


def test_a_line_that_cannot_be_read_keeps_its_columns() -> None:
    (diagnostic,) = loaded("rdjson", report(finding(Place(Span("gone.py", 7, 5, 9, 2)))))["diagnostics"]
    assert diagnostic["location"]["range"] == {"start": {"line": 7, "column": 5}, "end": {"line": 7, "column": 5}}


def test_a_clean_junit_report_has_a_test_that_passed() -> None:
    (suite,) = JUnitXml.fromstring(FORMATS["junit"](report()).encode())
    assert (suite.tests, suite.failures) == (1, 0)
    assert [case.is_passed for case in suite] == [True]


def test_junit_has_a_suite_for_each_file_and_a_failure_for_each_finding() -> None:
    made = report(FINDING, finding(at("deploy/worker.yaml", 3, 1, 4)), finding(BROKER, severity=Severity.WARNING))
    whole = JUnitXml.fromstring(FORMATS["junit"](made).encode())
    assert (whole.tests, whole.failures) == (3, 3)
    suites = list(whole)
    assert [(suite.name, suite.tests) for suite in suites] == [("deploy/worker.yaml", 2), ("shop/celery.py", 1)]
    cases = [case for suite in suites for case in suite]
    assert [case.name for case in cases] == [
        "CLY301 pod-memory-overcommit",
        "CLY301 pod-memory-overcommit (2)",
        "CLY301 pod-memory-overcommit",
    ]
    assert len({(case.classname, case.name) for case in cases}) == 3
    (failure,) = cases[0].result
    assert isinstance(failure, Failure)
    assert (failure.message, failure.type) == ("8 processes need 2 GiB, the pod gets 1 GiB", "error")
    assert failure.text == (
        "deploy/worker.yaml:2:11: error CLY301 pod-memory-overcommit 8 processes need 2 GiB, the pod gets 1 GiB\n"
        "deploy/worker.yaml:3:32: concurrency = 8\n"
        "shop/celery.py:1:29\n"
        "https://example.org/pod-memory-overcommit"
    )


def test_junit_is_xml_whatever_was_read() -> None:
    root = ElementTree.fromstring(FORMATS["junit"](nasty()).encode())
    cases = list(root.iter("testcase"))
    assert len(cases) == len(NASTY)
    told = [case.find("failure") for case in cases]
    assert any(each is not None and "<script>alert(1)</script> & ]]>" in (each.text or "") for each in told)
    assert {element.tag for element in root.iter()} == {"testsuites", "testsuite", "testcase", "failure"}


def test_jsonl_has_the_findings_of_json_one_a_line() -> None:
    for made in (report(), report(FINDING), nasty()):
        lines = FORMATS["jsonl"](made).splitlines()
        assert [json.loads(line) for line in lines] == loaded("json", made)["findings"]
        assert all(line.isascii() for line in lines)


def test_grouped() -> None:
    made = report(FINDING, finding(BROKER, severity=Severity.WARNING), finding(MEMORY, message="another\x1b[2J"))
    assert FORMATS["grouped"](made).splitlines() == [
        "here/deploy/worker.yaml",
        "  2:11  error  CLY301  pod-memory-overcommit  8 processes need 2 GiB, the pod gets 1 GiB",
        "  2:11  error  CLY301  pod-memory-overcommit  another\\x1b[2J",
        "",
        "here/shop/celery.py",
        "  1:29  warning  CLY301  pod-memory-overcommit  8 processes need 2 GiB, the pod gets 1 GiB",
        "",
        "Found 2 errors, 1 warning.",
        "12 files read, 1 worker and 3 tasks understood",
    ]
    assert FORMATS["grouped"](report()).startswith("No findings.\n")
