"""What a kustomization builds: where each value was written, what stays in doubt, and that nothing breaks it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from kustomize_files import BASE, Files, at, base, built, kustomization, overlay, tops
from wrong_types import broken

from celerylint.facts.kustomize import build as limits
from celerylint.facts.manifests import WorkloadFact, kubernetes_facts
from celerylint.sources.yaml import Document, Unresolved
from celerylint.sources.yaml import path as node_at

PATCH = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: worker}\nspec:\n"


def workload(files: Files, path: str = "") -> WorkloadFact:
    (found,) = (
        each
        for resource in built(files, path).resources
        for each in kubernetes_facts([Document(resource.node, resource.node.span)], "kustomization.yaml").workloads
    )
    return found


def test_every_value_stands_where_it_was_set() -> None:
    patch = (
        f"{PATCH}  template:\n    spec:\n      containers:\n      - name: worker\n"
        "        args: [worker, -c, '8']\n        resources: {limits: {cpu: 500m}}\n"
    )
    inline = "patches:\n- path: more.yaml\n- target: {kind: Deployment}\n  patch: |-\n"
    lines = "    - {op: add, path: /spec/template/spec/terminationGracePeriodSeconds, value: 90}\n"
    image = "images:\n- name: registry.example/shop\n  newTag: '2.5'\nreplicas:\n- {name: worker, count: 7}\n"
    files = overlay(f"{inline}{lines}{image}", "namePrefix: a-\n", **{"prod/more.yaml": patch})
    found = workload(files)
    first = found.containers[0]
    assert (found.name, found.span.path, at(files, found.span)) == ("a-worker", "base/worker.yaml", "worker")
    assert [(word.text, word.span.path) for word in first.arguments or ()] == [
        ("worker", "prod/more.yaml"),
        ("-c", "prod/more.yaml"),
        ("8", "prod/more.yaml"),
    ]
    assert [word.span.path for word in first.entrypoint or ()] == ["base/worker.yaml"] * 3
    for value, path, text in (
        (first.memory_limit, "base/worker.yaml", "1Gi"),
        (first.cpu_limit, "prod/more.yaml", "500m"),
        (found.grace_period, "prod/kustomization.yaml", "90"),
        (found.replicas, "prod/kustomization.yaml", "7"),
        (first.image, "prod/kustomization.yaml", "'2.5'"),
    ):
        span = value.origin.span
        assert span is not None
        assert (span.path, at(files, span)) == (path, text)
    assert first.image.get() == "registry.example/shop:2.5"


def test_the_roots_are_those_that_nobody_includes() -> None:
    files = {
        "base/kustomization.yaml": kustomization(),
        "part/kustomization.yml": "kind: Component\n",
        "dev/kustomization.yaml": "resources: [../base]\n",
        "prod/Kustomization": "bases: [../base/]\ncomponents: [../part]\n",
        "alone/kustomization.yaml": "resources: [nothing.yaml]\n",
        "one/kustomization.yaml": "resources: [../two]\n",
        "two/kustomization.yaml": "resources: [../one]\n",
        "self/kustomization.yaml": "resources: [.]\n",
    }
    assert tops(files) == (
        "alone/kustomization.yaml",
        "dev/kustomization.yaml",
        "one/kustomization.yaml",
        "prod/Kustomization",
        "self/kustomization.yaml",
    )


def test_kustomizations_in_a_circle_end() -> None:
    files = {
        "one/kustomization.yaml": "resources: [../two]\n",
        "two/kustomization.yaml": kustomization("", "[../one, worker.yaml]"),
        "two/worker.yaml": BASE,
    }
    build = built(files)
    assert [problem.message for problem in build.problems] == ["one/kustomization.yaml includes itself"]
    assert len(build.resources) == 1


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("resources: [https://example.org/base.yaml]\n", "is in another repository"),
        ("resources: [github.com/acme/shop//deploy?ref=v1]\n", "is in another repository"),
        ("resources: [git@example.org:acme/shop.git]\n", "is in another repository"),
        ("resources: [nothing.yaml]\n", "is not in the repository"),
        ("resources: [/etc/worker.yaml, ../../out.yaml]\n", "is not in the repository"),
        ("resources: [template.yaml]\n", "template.yaml is a template"),
        ("helmCharts: [{name: shop}]\n", "generates objects by helmCharts, which is not run"),
        ("generators: [own.yaml]\n", "generates objects by generators, which is not run"),
    ],
)
def test_what_is_not_read_is_a_gap(lines: str, reason: str) -> None:
    build = built({"kustomization.yaml": lines, "template.yaml": "kind: {{ .Values.kind }}\n"})
    assert build.resources == ()
    assert reason in build.gaps[0].reason


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("transformers: [own.yaml]\n", "changes it by transformers, which celerylint does not run"),
        ("openapi: {path: schema.json}\n", "changes it by openapi, which celerylint does not run"),
        ("components: [../nothing]\n", "includes ../nothing, which is not in the repository"),
        ("patches: [{path: nothing.yaml}]\n", "the patch nothing.yaml is not in the repository"),
        ("patches: [{path: worker.yaml, target: {name: '(a+)+x'}}]\n", "the pattern `(a+)+x` is too involved"),
        ("patches: [{path: worker.yaml, target: {name: '['}}]\n", "the pattern `[` cannot be read"),
        ("patches: [{path: worker.yaml, target: {labelSelector: '='}}]\n", "the selector `=` cannot be read"),
        ("patches: [{patch: 'a: [', target: {}}]\n", "the patch cannot be read"),
        ("patches: [5]\n", "this must be a mapping"),
        ("patches: {}\n", "patches must be a list"),
        ("replicas: [{name: worker}]\n", "replicas needs a name and a count"),
        ("replacements: [{path: nothing.yaml}]\n", "nothing.yaml is not in the repository"),
        ("replacements: [{source: {kind: Nothing}, targets: []}]\n", "the source of this replacement is not there"),
        ("configurations: [nothing.yaml]\n", "nothing.yaml is not in the repository"),
    ],
)
def test_what_may_have_changed_an_object_leaves_it_in_doubt(lines: str, reason: str) -> None:
    (resource,) = built(base(lines)).resources
    assert reason in resource.doubt


def test_a_patch_that_cannot_be_applied_doubts_its_object_alone() -> None:
    other = BASE.replace("name: worker", "name: other")
    patch = "- {op: remove, path: /spec/nothing}\n"
    lines = f"patches:\n- target: {{name: worker}}\n  patch: '{patch.strip()}'\n"
    files = {"kustomization.yaml": kustomization(lines, "[worker.yaml, o.yaml]"), "worker.yaml": BASE, "o.yaml": other}
    doubts = {resource.identity.name: resource.doubt for resource in built(files).resources}
    assert doubts == {"worker": "a patch of it cannot be applied: there is no /spec/nothing to patch", "other": ""}


def test_a_patch_for_an_object_of_another_repository_is_no_mistake() -> None:
    files = base("patches: [{path: p.yaml}]\n", **{"p.yaml": PATCH.replace("worker", "other")})
    files["kustomization.yaml"] = files["kustomization.yaml"].replace("[worker", "[https://example.org/x.yaml, worker")
    build = built(files)
    assert (len(build.gaps), build.problems, build.resources[0].doubt) == (1, (), "")


def test_two_objects_of_one_name_are_a_mistake_and_in_doubt() -> None:
    files = {**base(), "again.yaml": BASE}
    files["kustomization.yaml"] = kustomization("", "[worker.yaml, again.yaml]")
    build = built(files)
    assert [problem.message for problem in build.problems] == [
        "again.yaml brings Deployment worker for the second time"
    ]
    assert build.resources[0].doubt


def test_a_generated_config_map_of_a_file_that_is_not_there_is_partly_known() -> None:
    files = base("configMapGenerator:\n- name: shop-env\n  literals: [A=1]\n  envs: [secret.env]\n")
    generated = next(resource for resource in built(files).resources if resource.generated)
    assert generated.identity.name == "shop-env"
    assert generated.doubt == "it is generated from secret.env, which is not in the repository"
    files = base("configMapGenerator:\n- name: shop-env\n  files: [secret.pem]\n")
    generated = next(resource for resource in built(files).resources if resource.generated)
    value = node_at(generated.node, "data", "secret.pem")
    assert isinstance(value, Unresolved)
    assert value.reason == "it is generated from secret.pem, which is not in the repository"


def test_variables_of_a_file_stand_in_that_file() -> None:
    files = base("configMapGenerator:\n- name: shop-env\n  envs: [a.env]\n", **{"a.env": "# x\nA=one\nB = two\n"})
    generated = next(resource for resource in built(files).resources if resource.generated)
    value = node_at(generated.node, "data", "A")
    assert value is not None
    assert (value.span.path, at(files, value.span)) == ("a.env", "one")


def test_a_var_of_an_object_that_is_not_there_is_not_known() -> None:
    lines = (
        "resources: [worker.yaml, https://example.org/x.yaml]\n"
        "vars: [{name: SLOTS, objref: {kind: ConfigMap, name: far}, fieldref: {fieldpath: data.SLOTS}}]\n"
    )
    worker = BASE.replace('"4"]', "$(SLOTS), $(OTHER)]")
    found = workload({"kustomization.yaml": lines, "worker.yaml": worker})
    words = found.containers[0].arguments or ()
    assert [(word.text, bool(word.unresolved)) for word in words[2:]] == [("$(SLOTS)", True), ("$(OTHER)", False)]
    assert "a var of kustomize" in words[2].unresolved


def test_a_replacement_from_an_object_of_another_repository_is_not_known() -> None:
    lines = (
        "resources: [worker.yaml, https://example.org/x.yaml]\n"
        "replacements: [{source: {kind: ConfigMap, name: far, fieldPath: data.n},"
        " targets: [{select: {kind: Deployment}, fieldPaths: [spec.replicas]}]}]\n"
    )
    found = workload({"kustomization.yaml": lines, "worker.yaml": BASE})
    assert "is in another repository" in found.replicas.reason


@pytest.mark.parametrize("text", ["{{ kind }}: x\n", "[1]\n", "a: [\n", "", "\0", "5\n"])
def test_a_kustomization_that_cannot_be_read_is_a_gap(text: str) -> None:
    build = built({"kustomization.yaml": text})
    assert (build.resources, build.unreadable) == ((), build.gaps[0].reason)
    outer = built({"kustomization.yaml": kustomization("", "[inner]"), "inner/kustomization.yaml": text})
    assert (outer.unreadable, outer.gaps[0].reason) == ("", build.unreadable.replace("kust", "inner/kust", 1))


def test_growing_patches_end() -> None:
    copies = "".join(f"    - {{op: copy, from: /spec, path: /spec/n{index}}}\n" for index in range(60))
    (resource,) = built(base(f"patches:\n- target: {{kind: Deployment}}\n  patch: |-\n{copies}")).resources
    assert "larger than celerylint reads" in resource.doubt
    doubled = (
        "- source: {kind: Deployment, fieldPath: metadata.labels.app}\n  targets:\n  - select: {kind: Deployment}\n"
        "    fieldPaths: [metadata.labels.app]\n    options: {delimiter: ',', index: 99}\n"
    )
    (resource,) = built(base(f"replacements:\n{doubled * 60}")).resources
    value = node_at(resource.node, "metadata", "labels", "app")
    assert isinstance(value, Unresolved)


def test_growing_kustomizations_end(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"n0/kustomization.yaml": kustomization(), "n0/worker.yaml": BASE}
    for level in range(1, 12):
        files[f"a{level}/kustomization.yaml"] = f"resources: [../n{level - 1}]\nnamePrefix: a-\n"
        files[f"b{level}/kustomization.yaml"] = f"resources: [../n{level - 1}]\nnamePrefix: b-\n"
        files[f"n{level}/kustomization.yaml"] = f"resources: [../a{level}, ../b{level}]\n"
    monkeypatch.setattr(limits, "MOST_RESOURCES", 200)
    build = built(files, "n11/kustomization.yaml")
    assert [gap.reason for gap in build.gaps] == ["n11/kustomization.yaml includes more than celerylint builds"]


def test_a_long_way_down_ends() -> None:
    files = {f"n{level}/kustomization.yaml": f"resources: [../n{level + 1}]\n" for level in range(500)}
    build = built(files, "n0/kustomization.yaml")
    assert build.gaps


WHOLE: dict[str, Any] = {
    "resources": ["worker.yaml"],
    "components": ["../c"],
    "namePrefix": "a-",
    "namespace": "n",
    "commonLabels": {"a": "b"},
    "labels": [{"pairs": {"c": "d"}, "includeSelectors": True}],
    "images": [{"name": "proxy", "newTag": "3"}],
    "replicas": [{"name": "worker", "count": 3}],
    "configMapGenerator": [{"name": "m", "literals": ["a=b"], "envs": ["e.env"], "options": {"labels": {"a": "b"}}}],
    "patches": [
        {"patch": PATCH, "target": {"kind": "Deployment", "labelSelector": "app=shop"}},
        {"patch": "- {op: add, path: /spec/a, value: 1}", "target": {"kind": "Deployment"}},
    ],
    "patchesStrategicMerge": ["p.yaml"],
    "patchesJson6902": [{"target": {"kind": "Deployment"}, "path": "o.json"}],
    "replacements": [
        {
            "source": {"kind": "Deployment", "fieldPath": "metadata.name"},
            "targets": [
                {"select": {"kind": "Deployment"}, "fieldPaths": ["metadata.labels.[app]"], "options": {"create": True}}
            ],
        }
    ],
    "vars": [{"name": "V", "objref": {"kind": "Deployment", "name": "worker"}, "fieldref": {"fieldpath": "spec.a"}}],
    "configurations": ["c.yaml"],
}
OPERATIONS: list[Any] = [
    {"op": "add", "path": "/spec/b", "value": {"c": [1]}},
    {"op": "copy", "from": "/spec/b", "path": "/spec/c/-"},
    {"op": "replace", "path": "/spec/replicas", "value": 1},
    {"op": "test", "path": "/spec/replicas", "value": 1},
]
MERGE: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "worker"},
    "spec": {
        "template": {
            "spec": {"containers": [{"name": "worker", "env": [{"name": "A"}], "ports": [{"containerPort": 1}]}]}
        }
    },
}


@pytest.mark.parametrize(
    "wrong", [5, "x", None, True, [], {}, [None], [5], {"a": 1}, [["x"]], "${X}", "", "../..", "/"]
)
def test_no_wrong_type_anywhere_breaks_the_build(wrong: Any) -> None:
    files = {"worker.yaml": BASE, "p.yaml": json.dumps(MERGE), "o.json": json.dumps(OPERATIONS), "e.env": "A=1\n=\n"}
    files["c.yaml"] = (
        "nameReference: [{kind: Deployment, fieldSpecs: [{path: spec/a, kind: Deployment}]}]\nimages: [5]\n"
    )
    count = 0
    for name, tree in (("kustomization.yaml", WHOLE), ("p.yaml", MERGE), ("o.json", OPERATIONS)):
        for variant in broken(tree, wrong):
            more = {"kustomization.yaml": json.dumps(WHOLE), **files, name: json.dumps(variant)}
            build = built(more, "kustomization.yaml")
            count += 1
            for resource in build.resources:
                kubernetes_facts([Document(resource.node, resource.node.span)], "kustomization.yaml")
    assert count > 100
