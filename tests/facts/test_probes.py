"""Probes, hooks, users and volumes of Kubernetes' containers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from kubernetes_files import container, facts, one, pod
from wrong_types import broken

from celerylint.facts.manifests import HookFact, ProbeFact


def probe(lines: str, key: str = "livenessProbe") -> ProbeFact | None:
    return container(f"{key}: {{{lines}}}").liveness if key == "livenessProbe" else container(lines).readiness


def test_a_probe_is_read_with_its_words_and_times() -> None:
    found = probe(
        "exec: {command: [celery, -A, shop, inspect, ping]}, timeoutSeconds: 10, periodSeconds: 60,"
        " failureThreshold: 5, initialDelaySeconds: 30, terminationGracePeriodSeconds: 7"
    )
    assert found is not None
    assert (found.kind, [word.text for word in found.words]) == ("exec", ["celery", "-A", "shop", "inspect", "ping"])
    assert (found.timeout.get(), found.period.get(), found.failures.get(), found.delay.get()) == (10.0, 60.0, 5, 30.0)
    assert found.grace_period.get() == 7.0


def test_what_a_probe_leaves_out_has_kubernetes_own_default() -> None:
    found = probe("httpGet: {path: /, port: 80}")
    assert found is not None
    assert (found.kind, found.words, found.grace_period.get()) == ("http", (), None)
    assert (found.timeout.get(), found.period.get(), found.failures.get(), found.delay.get()) == (1.0, 10.0, 3, 0.0)
    zero = probe("tcpSocket: {port: 80}, timeoutSeconds: 0, periodSeconds: 0, failureThreshold: 0")
    assert zero is not None
    assert (zero.kind, zero.timeout.get(), zero.period.get(), zero.failures.get()) == ("tcp", 1.0, 10.0, 3)


@pytest.mark.parametrize("lines", ["", "timeoutSeconds: 5", "exec: null", "nothing: {}"])
def test_a_probe_that_asks_nothing_is_none(lines: str) -> None:
    assert probe(lines) is None


def test_the_three_probes_are_apart() -> None:
    found = container(
        "livenessProbe: {grpc: {port: 1}}\nreadinessProbe: {tcpSocket: {port: 1}}\nstartupProbe: {httpGet: {port: 1}}"
    )
    kinds = [each.kind for each in (found.liveness, found.readiness, found.startup) if each]
    assert kinds == ["grpc", "tcp", "http"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("preStop: {exec: {command: [sleep, '15']}}", ("exec", ["sleep", "15"], None)),
        ("preStop: {sleep: {seconds: 15}}", ("sleep", [], 15.0)),
        ("preStop: {httpGet: {port: 80}}", ("http", [], None)),
        ("preStop: {}", None),
        ("stopSignal: SIGQUIT", None),
    ],
)
def test_hooks(lines: str, expected: tuple[str, list[str], float | None] | None) -> None:
    found: HookFact | None = container(f"lifecycle: {{{lines}}}").pre_stop
    told = found and (found.kind, [word.text for word in found.words], found.seconds.get())
    assert told == expected


def test_the_containers_security_context_goes_before_the_pods() -> None:
    spec = (
        "securityContext: {runAsUser: 1000, runAsNonRoot: true}\n"
        "containers:\n- {name: a, image: i}\n"
        "- {name: b, image: i, securityContext: {runAsUser: 0, runAsNonRoot: false, readOnlyRootFilesystem: true}}\n"
    )
    first, second = (each.security for each in one(pod(spec)).containers)
    assert (first.user.get(), first.non_root.get(), first.read_only_root.get()) == (1000, True, False)
    assert (second.user.get(), second.non_root.get(), second.read_only_root.get()) == (0, False, True)
    assert container("").security.user.get() is None


def test_volumes_say_what_they_are() -> None:
    spec = (
        "volumes:\n- {name: a, emptyDir: {}}\n- {name: b, emptyDir: {medium: Memory}}\n"
        "- {name: c, persistentVolumeClaim: {claimName: c}}\n- {name: d}\n"
        "containers:\n- name: w\n  image: i\n  volumeMounts:\n"
        "  - {name: a, mountPath: /a/}\n  - {name: b, mountPath: /b, readOnly: true}\n  - {name: c, mountPath: /c}\n"
        "  - {name: d, mountPath: /d}\n  - {name: claimed, mountPath: /e}\n  - {name: a}\n"
    )
    found = one(pod(spec)).containers[0].volumes
    assert [(each.target, each.kind, each.read_only, each.in_memory) for each in found] == [
        ("/a", "emptyDir", False, False),
        ("/b", "emptyDir", True, True),
        ("/c", "persistentVolumeClaim", False, False),
        ("/d", "", False, False),
        ("/e", "", False, False),
    ]


def test_storage_and_priority_are_read() -> None:
    assert container("resources: {limits: {ephemeral-storage: 1Gi}}").storage_limit.get() == 2**30
    assert one(pod("priorityClassName: low\ncontainers: [{name: a, image: i}]")).priority_class == "low"


WHOLE: dict[str, Any] = {
    "kind": "Pod",
    "metadata": {"name": "p"},
    "spec": {
        "priorityClassName": "low",
        "securityContext": {"runAsUser": 1, "runAsNonRoot": True},
        "volumes": [{"name": "v", "emptyDir": {"medium": "Memory"}}],
        "containers": [
            {
                "name": "c",
                "livenessProbe": {"exec": {"command": ["a"]}, "timeoutSeconds": 1, "periodSeconds": 2},
                "lifecycle": {"preStop": {"exec": {"command": ["a"]}}, "postStart": {"sleep": {"seconds": 1}}},
                "volumeMounts": [{"name": "v", "mountPath": "/v", "readOnly": True}],
                "securityContext": {"runAsUser": 0, "readOnlyRootFilesystem": True},
                "resources": {"limits": {"ephemeral-storage": "1Gi"}},
            }
        ],
    },
}


@pytest.mark.parametrize("wrong", [5, "x", None, True, [], {}, [None], [5], {"a": 1}, [["x"]], "${X}", ""])
def test_no_wrong_type_anywhere_breaks_the_reading(wrong: Any) -> None:
    count = 0
    for variant in broken(WHOLE, wrong):
        facts(json.dumps(variant))
        count += 1
    assert count > 30
