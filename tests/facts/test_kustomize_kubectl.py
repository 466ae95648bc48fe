"""celerylint and kubectl build the same objects of the same kustomizations, or both refuse."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from kustomize_files import BASE, Files, as_kubectl_builds, base, built, keyed, kustomization, objects, overlay, tops

ENV = "LEVEL=debug\n# nothing\n\nSLOTS=8\nEMPTY=\nLONE\n  SPACED=a b \n"
PATCH = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: worker}\nspec:\n"
GENERATED = "configMapGenerator:\n- name: shop-env\n  literals: [LEVEL=info, \"QUOTED='a b'\", EQUALS=a=b]\n"

LOCAL = "  annotations: {config.kubernetes.io/local-config: 'true'}\n"


def merge(pod: str) -> str:
    """A strategic merge patch of the worker's pod."""
    indented = "".join(f"      {line}\n" for line in pod.splitlines())
    return f"{PATCH}  template:\n    spec:\n{indented}"


def patch(text: str, target: str = "") -> str:
    """`patches` with one inline patch."""
    indented = "".join(f"    {line}\n" for line in text.splitlines())
    return f"patches:\n- patch: |-\n{indented}" + (f"  target: {target}\n" if target else "")


def operations(*lines: str, target: str = "{kind: Deployment, name: worker}") -> str:
    return patch("\n".join(f"- {line}" for line in lines), target)


CONTAINERS = "/spec/template/spec/containers"
CASES: dict[str, Files] = {
    "as it is": base(),
    "names, namespace and labels": base(
        "namePrefix: a-\nnameSuffix: -z\nnamespace: shop\ncommonLabels: {team: one}\ncommonAnnotations: {by: us}\n"
        + GENERATED
    ),
    "keys in other letters": base("nameprefix: a-\n"),
    "labels": base(
        "labels:\n- pairs: {a: b}\n- pairs: {c: d}\n  includeSelectors: true\n"
        "- pairs: {e: f}\n  includeTemplates: true\n"
    ),
    "images": base(
        "images:\n- {name: registry.example/shop, newTag: '2.0'}\n"
        "- {name: proxy, newName: other/proxy, digest: 'sha256:ab'}\n"
    ),
    "an image that has another name": base("images:\n- {name: shop, newTag: '2.0'}\n"),
    "replicas": base("replicas:\n- {name: worker, count: 5}\n"),
    "replicas by the old name": overlay("replicas:\n- {name: worker, count: 5}\n", "namePrefix: a-\n"),
    "replicas of nobody": base("replicas:\n- {name: nobody, count: 5}\n"),
    "merge": base(
        patch(merge("containers:\n- name: worker\n  args: [worker, -c, '8']\n  resources: {limits: {cpu: 1}}"))
    ),
    "merge by env and mounts": base(
        patch(
            merge(
                "containers:\n- name: worker\n  env:\n  - {name: NEW, value: x}\n  - {name: SLOTS, value: '9'}\n"
                "  volumeMounts:\n  - {name: more, mountPath: /more}\n"
                "  - {name: data, mountPath: /data, readOnly: true}\n"
                "  ports:\n  - {containerPort: 8000, protocol: UDP, name: u}\n  - {containerPort: 9000}\n"
                "volumes:\n- {name: more, emptyDir: {}}"
            )
        )
    ),
    "merge that adds a container": base(patch(merge("containers:\n- {name: new, image: new:1}"))),
    "merge that deletes": base(
        patch(merge("containers:\n- name: side\n  $patch: delete\n- name: worker\n  envFrom: null\n  resources: null"))
    ),
    "merge that replaces": base(patch(merge("$patch: replace\ncontainers:\n- {name: only, image: only:1}"))),
    "merge that replaces a list": base(
        patch(merge("containers:\n- name: only\n  image: only:1\n- $patch: replace\nvolumes:\n- $patch: delete"))
    ),
    "merge that deletes the object": base(patch(PATCH.replace("spec:\n", "$patch: delete\n"))),
    "merge of nobody": base(patch(merge("hostNetwork: true").replace("worker", "nobody"))),
    "merge of another version": base(patch(merge("hostNetwork: true").replace("apps/v1", "apps/v1beta1"))),
    "merge by a target": base(
        patch(merge("hostNetwork: true").replace("name: worker", "name: any"), "{kind: Deployment, name: w.*}")
    ),
    "merge by labels": base(patch(merge("hostNetwork: true"), "{labelSelector: 'app in (shop, web),!old'}")),
    "merge by labels that it has not": base(patch(merge("hostNetwork: true"), "{labelSelector: 'app!=shop'}")),
    "merge by an annotation": base(patch(merge("hostNetwork: true"), "{annotationSelector: 'by'}")),
    "merge with another form": base(patch(merge("containers: {name: worker}"))),
    "merge in a file": base(
        "patches:\n- path: more.yaml\n", **{"more.yaml": merge("hostNetwork: true") + "---\n" + merge("hostPID: true")}
    ),
    "old merges": base(
        f"patchesStrategicMerge:\n- more.yaml\n- |-\n  {merge('hostPID: true').replace(chr(10), chr(10) + '  ')}\n",
        **{"more.yaml": merge("hostNetwork: true")},
    ),
    "operations": base(
        operations(
            f"{{op: replace, path: {CONTAINERS}/0/args/2, value: '16'}}",
            f"{{op: add, path: {CONTAINERS}/0/args/-, value: --beat}}",
            f"{{op: add, path: {CONTAINERS}/1/command, value: [x]}}",
            f"{{op: remove, path: {CONTAINERS}/0/resources}}",
            f"{{op: copy, from: {CONTAINERS}/0/image, path: {CONTAINERS}/1/image}}",
            "{op: move, from: /spec/replicas, path: /spec/minReadySeconds}",
            "{op: test, path: /kind, value: Deployment}",
            "{op: add, path: /metadata/annotations, value: {a~b: c}}",
            "{op: replace, path: /metadata/annotations/a~0b, value: d}",
        )
    ),
    "operations of what is not there": base(operations("{op: replace, path: /spec/nothing, value: 1}")),
    "operations that test": base(operations("{op: test, path: /spec/replicas, value: 3}")),
    "operations without a target": base(patch("- {op: remove, path: /spec/replicas}")),
    "operations of many": base(operations("{op: remove, path: /spec/replicas}", target="{kind: 'Dep.*|StatefulSet'}")),
    "old operations": base(
        "patchesJson6902:\n- target: {group: apps, version: v1, kind: Deployment, name: worker}\n  path: ops.json\n",
        **{"ops.json": '[{"op": "replace", "path": "/spec/replicas", "value": 7}]'},
    ),
    "generated": base(
        GENERATED + "secretGenerator:\n- name: keys\n  type: Opaque\n  literals: [A=1, LONG=" + "x" * 90 + "]\n"
    ),
    "generated from files": base(
        "configMapGenerator:\n- name: shop-env\n  envs: [a.env]\n  files: [b.txt, c=b.txt]\n",
        **{"a.env": ENV, "b.txt": "some <text> & more\n"},
    ),
    "generated without a hash": base("generatorOptions: {disableNameSuffixHash: true, labels: {a: b}}\n" + GENERATED),
    "generated with own options": base(
        "configMapGenerator:\n- name: shop-env\n  literals: [A=1]\n"
        "  options: {disableNameSuffixHash: true, annotations: {c: d}}\n"
    ),
    "generated from what is not there": base("configMapGenerator:\n- name: shop-env\n  envs: [nothing.env]\n"),
    "generated twice": base(GENERATED + "- name: shop-env\n  literals: [A=1]\n"),
    "generated and merged": overlay(
        "namePrefix: p-\nconfigMapGenerator:\n- name: shop-env\n  behavior: merge\n  literals: [LEVEL=debug, NEW=1]\n",
        GENERATED,
    ),
    "generated and replaced": overlay(
        "configMapGenerator:\n- name: shop-env\n  behavior: replace\n  literals: [NEW=1]\n", GENERATED
    ),
    "merged with nothing": base("configMapGenerator:\n- name: nothing\n  behavior: merge\n  literals: [NEW=1]\n"),
    "two overlays in one": {
        "base/kustomization.yaml": kustomization(GENERATED),
        "base/worker.yaml": BASE,
        "a/kustomization.yaml": "resources: [../base]\nnamePrefix: a-\n",
        "b/kustomization.yaml": "resources: [../base]\nnamePrefix: b-\nreplicas: [{name: worker, count: 9}]\n",
        "both/kustomization.yaml": "resources: [../a, ../b]\n",
    },
    "the same base twice": {
        "base/kustomization.yaml": kustomization(),
        "base/worker.yaml": BASE,
        "both/kustomization.yaml": "resources: [../base, ../base/worker.yaml]\n",
    },
    "components": {
        "base/kustomization.yaml": kustomization(GENERATED),
        "base/worker.yaml": BASE,
        "debug/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
        + patch(merge("hostNetwork: true"))
        + "configMapGenerator:\n- name: shop-env\n  behavior: merge\n  literals: [DEBUG=1]\n",
        "prod/kustomization.yaml": "resources: [../base]\ncomponents: [../debug]\nnamePrefix: p-\n",
    },
    "bases": {
        "base/kustomization.yml": kustomization(),
        "base/worker.yaml": BASE,
        "prod/Kustomization": "bases: [../base]\nnamespace: prod\n",
    },
    "an autoscaler with the names": base(
        "namePrefix: p-\n",
        **{
            "kustomization.yaml": kustomization("namePrefix: p-\n", "[worker.yaml, hpa.yaml]"),
            "hpa.yaml": "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: worker}\n"
            "spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: worker}, maxReplicas: 4}\n",
        },
    ),
    "replacements": base(
        "replacements:\n- source: {kind: Deployment, name: worker, fieldPath: spec.replicas}\n  targets:\n"
        "  - select: {kind: Deployment}\n"
        "    fieldPaths: [spec.template.spec.containers.[name=worker].env.[name=SLOTS].value]\n"
        "- source: {kind: Deployment, fieldPath: metadata.labels.app}\n  targets:\n  - select: {name: worker}\n"
        "    fieldPaths: [spec.template.spec.containers.*.image]\n    options: {delimiter: ':', index: 1}\n"
        "- sourceValue: made\n  targets:\n  - select: {name: worker}\n    fieldPaths: [metadata.annotations.new]\n"
        "    options: {create: true}\n"
    ),
    "replacements that are rejected": base(
        "replacements:\n- source: {kind: Deployment, fieldPath: metadata.name}\n  targets:\n"
        "  - select: {kind: Deployment}\n    reject: [{name: worker}]\n    fieldPaths: [spec.replicas]\n"
    ),
    "replacements of what is not there": base(
        "replacements:\n- source: {kind: Deployment, fieldPath: metadata.name}\n  targets:\n"
        "  - select: {kind: Deployment}\n    fieldPaths: [spec.nothing]\n"
    ),
    "vars": base(
        "namePrefix: p-\nvars:\n- name: NAME\n  objref: {apiVersion: apps/v1, kind: Deployment, name: worker}\n"
        + patch(merge("containers:\n- name: worker\n  args: [worker, -n, '$(NAME)-$(SLOTS)@%h']")),
    ),
    "configurations": base(
        "namePrefix: p-\nconfigurations: [more.yaml]\n",
        **{
            "kustomization.yaml": kustomization(
                "namePrefix: p-\nconfigurations: [more.yaml]\n", "[worker.yaml, own.yaml]"
            ),
            "more.yaml": "nameReference:\n- kind: Deployment\n  fieldSpecs:\n  - {path: spec/target/name, kind: Own}\n",
            "own.yaml": "apiVersion: own/v1\nkind: Own\nmetadata: {name: own}\nspec: {target: {name: worker}}\n",
        },
    ),
    "a list of objects": base(
        **{"worker.yaml": "apiVersion: v1\nkind: List\nitems:\n- " + BASE.strip().replace("\n", "\n  ") + "\n"}
    ),
    "only for the build": base(**{"worker.yaml": BASE.replace("  labels: {app: shop}\n", LOCAL, 1)}),
    "a file that is not there": {"kustomization.yaml": kustomization("", "[nothing.yaml]")},
    "a circle": {"kustomization.yaml": kustomization("", "[inner]"), "inner/kustomization.yaml": "resources: [..]\n"},
    "null in what is added": base(patch(merge("affinity: {nodeAffinity: null, podAffinity: {a: null, b: 1}}"))),
    "a custom resource replaces its lists": {
        "kustomization.yaml": "resources: [r.yaml]\n"
        + patch(
            "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: r}\n"
            "spec: {template: {spec: {containers: [{name: a, image: x}]}}}"
        ),
        "r.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: r}\n"
        "spec: {template: {spec: {containers: [{name: a, image: y, args: [b]}, {name: c}]}}}\n",
    },
}


@pytest.mark.parametrize("name", CASES)
def test_kubectl_builds_the_same(tmp_path: Path, name: str) -> None:
    files = CASES[name]
    path = tops(files)[0]
    theirs = as_kubectl_builds(tmp_path, files, path)
    build = built(files, path)
    if theirs is None:
        doubts = [resource.doubt for resource in build.resources if resource.doubt]
        assert build.problems or build.gaps or doubts
    else:
        assert (build.problems, build.gaps) == ((), ())
        assert {resource.doubt for resource in build.resources} <= {""}
        assert keyed(objects(build).values()) == theirs


@pytest.mark.parametrize("seed", range(30))
def test_kubectl_builds_the_same_of_what_chance_writes(tmp_path: Path, seed: int) -> None:
    files = by_chance(random.Random(seed))
    theirs = as_kubectl_builds(tmp_path, files, "prod/kustomization.yaml")
    build = built(files, "prod/kustomization.yaml")
    assert (theirs is None, build.gaps) == (bool(build.problems), ())
    assert theirs is None or keyed(objects(build).values()) == theirs


def by_chance(chance: random.Random) -> Files:
    """A base and an overlay of it, each with some of what a kustomization may say."""
    below = _some(chance, _SAFE, 2)
    above = _some(chance, _SAFE, 5)
    return overlay(above + _patches(chance), below + GENERATED, **{"prod/a.env": ENV})


_SAFE = (
    "namePrefix: p-\n",
    "nameSuffix: -s\n",
    "namespace: shop\n",
    "commonLabels: {team: one}\n",
    "labels: [{pairs: {tier: back}, includeTemplates: true}]\n",
    "commonAnnotations: {by: us}\n",
    "images: [{name: registry.example/shop, newTag: '3'}]\n",
    "replicas: [{name: worker, count: 6}]\n",
    "generatorOptions: {disableNameSuffixHash: true}\n",
    "secretGenerator: [{name: keys, literals: [A=1]}]\n",
    "replacements: [{sourceValue: x, targets: [{select: {kind: Deployment}, fieldPaths: [metadata.labels.app]}]}]\n",
)
_PARTS = (
    "  args: [worker, -c, '{n}']\n",
    "  env: [{{name: N{n}, value: a}}, {{name: SLOTS, value: '{n}'}}]\n",
    "  env: [{{name: LEVEL, $patch: delete}}]\n",
    "  env: null\n",
    "  resources: {{limits: {{memory: {n}Gi, cpu: '{n}'}}}}\n",
    "  resources: {{$patch: replace, requests: {{memory: {n}Mi}}}}\n",
    "  ports: [{{containerPort: 800{n}}}]\n",
    "  volumeMounts: [{{mountPath: /m{n}, name: data}}]\n",
    "  envFrom: [{{secretRef: {{name: keys}}}}]\n",
)


def _some(chance: random.Random, lines: tuple[str, ...], most: int) -> str:
    return "".join(chance.sample(lines, chance.randint(0, most)))


def _patches(chance: random.Random) -> str:
    """Patches of the worker's containers, one key each so that none is written twice."""
    text = "patches:\n"
    for _ in range(chance.randint(1, 4)):
        part = chance.choice(_PARTS).format(n=chance.randint(1, 9))
        pod = f"containers:\n- name: {chance.choice(['worker', 'side'])}\n{part}"
        indented = "".join(f"    {line}\n" for line in merge(pod).splitlines())
        text += f"- patch: |-\n{indented}"
        if chance.random() < 0.4:
            text += "  target: {kind: Deployment}\n"
    return text + "configMapGenerator:\n- name: shop-env\n  behavior: merge\n  envs: [a.env]\n"
