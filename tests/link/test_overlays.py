"""Whole repositories with Kustomize: the workers that their overlays deploy."""

from __future__ import annotations

from pathlib import Path

import pytest
from linked import written

from celerylint.model import Project
from celerylint.origin import Value
from celerylint.report.show import as_text
from celerylint.session import model

CODE = {
    "shop/__init__.py": "",
    "shop/celery.py": "import os\nfrom celery import Celery\n\napp = Celery('shop', broker='redis://localhost/0')\n"
    "app.conf.worker_concurrency = int(os.environ.get('SLOTS', '4'))\n",
    "shop/tasks.py": "from shop.celery import app\n\n@app.task\ndef mail(): pass\n",
}
WORKER = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: mailer}
spec:
  replicas: 1
  template:
    spec:
      containers:
      - name: worker
        image: registry.example/shop:1
        command: [celery, -A, shop, worker]
        envFrom: [{configMapRef: {name: settings}}]
        resources: {limits: {memory: 1Gi}}
"""
BASE = {
    "k8s/base/kustomization.yaml": "resources: [worker.yaml]\n"
    "configMapGenerator: [{name: settings, literals: [SLOTS=2]}]\n",
    "k8s/base/worker.yaml": WORKER,
}
PROD = (
    "resources: [../../base]\nnamespace: prod\nimages: [{name: registry.example/shop, newTag: '7'}]\n"
    "replicas: [{name: mailer, count: 3}]\n"
    "configMapGenerator: [{name: settings, behavior: merge, literals: [SLOTS=8]}]\n"
    "patches:\n- target: {kind: Deployment}\n  patch: |-\n"
    "    - op: replace\n      path: /spec/template/spec/containers/0/resources/limits/memory\n      value: 4Gi\n"
)
OVERLAYS = {
    "k8s/overlays/prod/kustomization.yaml": PROD,
    "k8s/overlays/dev/kustomization.yaml": "resources: [../../base]\nnamePrefix: dev-\n",
}


def repository(root: Path, *files: dict[str, str]) -> Project:
    return model(written(root, {name: text for some in (CODE, *files) for name, text in some.items()})).project


def told(value: Value[object]) -> object:
    return value.value if value.known else value.reason


def test_each_overlay_is_a_deployment_of_its_own(tmp_path: Path) -> None:
    project = repository(tmp_path, BASE, OVERLAYS)
    dev, prod = project.workers
    assert [(each.name, each.workload.overlay, each.workload.development) for each in (dev, prod) if each.workload] == [
        ("dev-mailer", "k8s/overlays/dev", True),
        ("mailer", "k8s/overlays/prod", False),
    ]
    assert [told(each.concurrency) for each in (dev, prod)] == [2, 8]
    assert prod.workload is not None and prod.container is not None
    assert (told(prod.workload.replicas), prod.workload.namespace) == (3, "prod")
    assert told(prod.container.memory_limit) == 4 * 2**30
    assert told(prod.container.image) == "registry.example/shop:7"
    assert [str(span) for span in prod.container.memory_limit.origin.places()] == [
        "k8s/overlays/prod/kustomization.yaml:11:14"
    ]
    assert "k8s/overlays/prod/kustomization.yaml:5:67" in [str(span) for span in prod.concurrency.origin.places()]
    assert project.unread == ()


def test_show_workers_says_which_overlay_it_is(tmp_path: Path) -> None:
    project = repository(tmp_path, BASE, OVERLAYS)
    shown = as_text(project, "workers", str)
    heads = [line for line in shown.splitlines() if line and not line.startswith(" ")]
    assert heads == [
        "dev-mailer  Deployment, app shop, k8s/base/worker.yaml:11, built by k8s/overlays/dev",
        "mailer  Deployment, app shop, k8s/base/worker.yaml:11, built by k8s/overlays/prod",
    ]
    rows = {
        line.split("  ")[1]: " ".join(line.split()[1:]) for line in shown.split("\n\n")[-1].splitlines() if "  " in line
    }
    assert rows["replicas"] == "3 manifest k8s/overlays/prod/kustomization.yaml:4"
    assert rows["memory_limit_bytes"] == "4 GiB manifest k8s/overlays/prod/kustomization.yaml:11"


def test_a_worker_that_is_the_same_in_several_overlays_is_told_once(tmp_path: Path) -> None:
    overlays = {
        f"k8s/{name}/kustomization.yaml": f"resources: [../base]\nnamespace: {name}\nnamePrefix: {name}-\n"
        f"images: [{{name: registry.example/shop, newName: {name}.example/shop, newTag: '{name}'}}]\n"
        f"commonLabels: {{stage: {name}}}\n"
        for name in ("dev", "live", "staging")
    }
    (worker,) = repository(tmp_path, BASE, overlays).workers
    assert worker.name == "live-mailer"
    more = {"k8s/staging/kustomization.yaml": "resources: [../base]\nreplicas: [{name: mailer, count: 2}]\n"}
    assert len(repository(tmp_path, more).workers) == 2


def test_config_maps_of_one_overlay_are_not_those_of_another(tmp_path: Path) -> None:
    overlays = {
        f"k8s/{name}/kustomization.yaml": "resources: [../base]\ngeneratorOptions: {disableNameSuffixHash: true}\n"
        f"configMapGenerator: [{{name: settings, behavior: replace, literals: [SLOTS={slots}]}}]\n"
        for name, slots in (("one", 5), ("two", 6))
    }
    workers = repository(tmp_path, BASE, overlays).workers
    assert sorted(str(told(worker.concurrency)) for worker in workers) == ["5", "6"]


def test_a_generated_secret_is_known_and_another_is_not(tmp_path: Path) -> None:
    secret = {"k8s/base/worker.yaml": WORKER.replace("configMapRef", "secretRef")}
    lines = "resources: [worker.yaml]\nsecretGenerator: [{name: settings, literals: [SLOTS=9]}]\n"
    (worker,) = repository(tmp_path, BASE, secret, {"k8s/base/kustomization.yaml": lines}).workers
    assert told(worker.concurrency) == 9
    (worker,) = repository(tmp_path, {"k8s/base/kustomization.yaml": "resources: [worker.yaml]\n"}).workers
    assert "Secret settings is not in the repository" in str(told(worker.concurrency))


def test_a_file_that_is_not_there_leaves_the_rest_known(tmp_path: Path) -> None:
    lines = (
        "resources: [worker.yaml, https://example.org/monitoring.yaml]\n"
        "configMapGenerator: [{name: settings, envs: [secret.env], literals: [SLOTS=3]}]\n"
    )
    project = repository(tmp_path, BASE, {"k8s/base/kustomization.yaml": lines})
    (worker,) = project.workers
    assert told(worker.concurrency) == 3
    assert [each.reason for each in project.unread] == [
        "k8s/base/kustomization.yaml includes https://example.org/monitoring.yaml, which is in another repository"
    ]


def test_what_a_program_changes_is_not_known(tmp_path: Path) -> None:
    lines = "resources: [worker.yaml]\ntransformers: [own.yaml]\n"
    (worker,) = repository(tmp_path, BASE, {"k8s/base/kustomization.yaml": lines}).workers
    reason = "k8s/base/kustomization.yaml changes it by transformers, which celerylint does not run"
    assert worker.workload is not None and worker.container is not None
    assert (told(worker.workload.replicas), told(worker.container.memory_limit)) == (reason, reason)


def test_a_kustomization_that_is_a_template_doubts_what_lies_beside_it(tmp_path: Path) -> None:
    files = {"k8s/base/kustomization.yaml": "{{- if .x }}\nresources: [worker.yaml]\n"}
    (worker,) = repository(tmp_path, BASE, files).workers
    assert worker.workload is not None
    assert told(worker.workload.replicas) == "k8s/base/kustomization.yaml is a template, and it may change this"


def test_a_command_that_an_overlay_replaces_is_no_place_that_was_not_read(tmp_path: Path) -> None:
    patch = WORKER.replace("[celery, -A, shop, worker]", "[celery, -A, shop, worker, -c, '6']")
    lines = "resources: [../base]\npatches: [{path: more.yaml}]\n"
    project = repository(tmp_path, BASE, {"k8s/prod/kustomization.yaml": lines, "k8s/prod/more.yaml": patch})
    (worker,) = project.workers
    assert (told(worker.concurrency), project.unread) == (6, ())


def test_a_file_that_somebody_built_and_kept_is_the_same_worker(tmp_path: Path) -> None:
    lines = "resources: [worker.yaml]\nreplicas: [{name: mailer, count: 3}]\n"
    base = {"k8s/base/kustomization.yaml": lines, "k8s/base/worker.yaml": WORKER.replace("envFrom", "x-envFrom")}
    kept = {"k8s/all.yaml": base["k8s/base/worker.yaml"].replace("replicas: 1", "replicas: 3")}
    (worker,) = repository(tmp_path, base, kept).workers
    assert worker.workload is not None and worker.workload.overlay == "k8s/base"
    patch = "- {op: replace, path: /spec/template/spec/containers/0/command, value: [sh, -c, WORDS]}\n"
    inner = "exec celery -A shop worker"
    patched = {
        "k8s/base/kustomization.yaml": lines + "patches: [{path: patch.yaml, target: {kind: Deployment}}]\n",
        "k8s/base/patch.yaml": patch.replace("WORDS", inner),
        "k8s/all.yaml": kept["k8s/all.yaml"].replace("[celery, -A, shop, worker]", f"[sh, -c, {inner}]"),
    }
    (worker,) = repository(tmp_path, base, patched).workers
    assert [hop.span.path for hop in worker.via] == ["k8s/base/worker.yaml"]
    other = {"k8s/all.yaml": patched["k8s/all.yaml"].replace("replicas: 3", "replicas: 4")}
    assert len(repository(tmp_path, base, other).workers) == 2


@pytest.mark.parametrize("kind", ["beat", "worker -B"])
def test_beats_of_several_overlays_are_told_once(tmp_path: Path, kind: str) -> None:
    words = ", ".join(kind.split())
    base = {"k8s/base/worker.yaml": WORKER.replace("worker]", f"{words}]")}
    overlays = {f"k8s/{name}/kustomization.yaml": f"resources: [../base]\nnamespace: {name}\n" for name in "ab"}
    project = repository(tmp_path, BASE, base, overlays)
    assert len(project.beats if kind == "beat" else project.workers) == 1
