"""Which values a chart runs with, by what deploys it: Argo CD, Flux, helmfile."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from charts import CHART, FILES, needs_engine, project

from celerylint.model import Project

pytestmark = needs_engine


def workers(found: Project) -> dict[str, tuple[object, bool]]:
    """By name: the concurrency (None: unknown), and whether it is for development."""
    return {
        worker.name: (worker.concurrency.otherwise(None), worker.workload.development)
        for worker in found.workers
        if worker.workload
    }


def application(helm: str, name: str = "shop", kind: str = "Application") -> str:
    return (
        f"apiVersion: argoproj.io/v1alpha1\nkind: {kind}\nmetadata: {{name: {name}}}\n"
        "spec:\n  destination: {namespace: live}\n"
        f"  source:\n    repoURL: https://example.com/shop.git\n    path: deploy/shop\n    helm: {helm}\n"
    )


def test_an_application_says_which_values_files_run(tmp_path: Path) -> None:
    files = {
        **FILES,
        "argo/shop.yaml": application("{valueFiles: [values-big.yaml, ../more.yaml], releaseName: market}"),
        "deploy/shop/values-big.yaml": "worker: {concurrency: 12, replicas: 4}\n",
        "deploy/shop/values-other.yaml": "worker: {concurrency: 1}\n",
        "deploy/more.yaml": "worker: {concurrency: 16}\n",
    }
    found = project(tmp_path, files)
    assert workers(found) == {"market-worker": (16, False)}
    (workload,) = [worker.workload for worker in found.workers if worker.workload]
    assert workload.values == ("deploy/shop/values-big.yaml", "deploy/more.yaml")


@pytest.mark.parametrize(
    ("helm", "concurrency"),
    [
        ("{valuesObject: {worker: {concurrency: 3}}}", 3),
        ('{values: "worker:\\n  concurrency: 4\\n"}', 4),
        ("{parameters: [{name: worker.concurrency, value: '5'}], values: 'worker: {concurrency: 4}'}", 5),
        ("{valueFiles: ['$here/live/shop.yaml']}", 6),
        ("{valueFiles: [/live/shop.yaml]}", 6),
    ],
)
def test_an_application_s_own_values(tmp_path: Path, helm: str, concurrency: int) -> None:
    files = {**FILES, "argo/shop.yaml": application(helm), "live/shop.yaml": "worker: {concurrency: 6}\n"}
    assert workers(project(tmp_path, files)) == {"shop-worker": (concurrency, False)}


def test_values_in_an_application_are_found_there(tmp_path: Path) -> None:
    text = application("\n      valuesObject:\n        worker:\n          concurrency: 3")
    (worker,) = [each for each in project(tmp_path, {**FILES, "argo/a.yaml": text}).workers if each.workload]
    places = [(span.path, span.line) for span in worker.concurrency.origin.places()]
    assert ("argo/a.yaml", 1 + text.split("\n").index("          concurrency: 3")) in places


def test_an_application_set_runs_each_of_its_list(tmp_path: Path) -> None:
    text = (
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: shops}\nspec:\n"
        "  generators: [{list: {elements: [{env: dev}, {env: prod}]}}]\n"
        "  template:\n    metadata: {name: 'shop-{{env}}'}\n    spec:\n"
        "      destination: {namespace: '{{ .env }}'}\n"
        "      source: {path: deploy/shop, helm: {releaseName: shop, valueFiles: ['values-{{env}}.yaml']}}\n"
    )
    files = {
        **FILES,
        "argo/set.yaml": text,
        "deploy/shop/values-dev.yaml": "worker: {concurrency: 1}\n",
        "deploy/shop/values-prod.yaml": "worker: {concurrency: 9}\n",
    }
    assert workers(project(tmp_path, files)) == {
        "shop-worker (shop-dev)": (1, True),
        "shop-worker (shop-prod)": (9, False),
    }


def test_what_another_generator_finds_may_be_any_file(tmp_path: Path) -> None:
    text = (
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: shops}\nspec:\n"
        "  generators: [{git: {directories: [{path: 'envs/*'}]}}]\n"
        "  template:\n    metadata: {name: shop}\n    spec:\n"
        "      source: {path: deploy/shop, helm: {valueFiles: ['/envs/{{path.basename}}/values.yaml']}}\n"
    )
    files = {
        **FILES,
        "argo/set.yaml": text,
        "envs/east/values.yaml": "worker: {concurrency: 1}\n",
        "envs/west/values.yaml": "worker: {concurrency: 2}\n",
    }
    assert workers(project(tmp_path, files)) == {
        "shop-worker (shop envs/east/values.yaml)": (1, False),
        "shop-worker (shop envs/west/values.yaml)": (2, False),
    }


FLUX = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: shop, namespace: live}
spec:
  chart: {spec: {chart: ./deploy/shop, sourceRef: {kind: GitRepository, name: all}}}
  valuesFrom:
  - {kind: ConfigMap, name: shop-values}
  values: {worker: {replicas: 7}}
"""


def test_a_helm_release_has_values_from_a_config_map(tmp_path: Path) -> None:
    held = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop-values}\ndata:\n  values.yaml: |\n"
    files = {**FILES, "flux/shop.yaml": FLUX, "flux/values.yaml": held + "    worker: {concurrency: 11}\n"}
    found = project(tmp_path, files)
    assert workers(found) == {"shop-worker": (11, False)}
    (workload,) = [worker.workload for worker in found.workers if worker.workload]
    assert (workload.replicas.value, workload.namespace) == (7, "")


def test_a_release_whose_values_are_elsewhere_is_said(tmp_path: Path) -> None:
    found = project(tmp_path, {**FILES, "flux/shop.yaml": FLUX})
    assert workers(found) == {"shop-worker": (8, False)}
    assert any("shop-values, which is not here" in each.reason for each in found.unread)


HELMFILE = """\
environments:
  production:
    values: [env/production.yaml]
  dev:
    values: [env/dev.yaml]
  elsewhere:
    values: [env/elsewhere.yaml]
---
releases:
{{ if true }}
- name: shop
  namespace: live
  chart: ../deploy/shop
  values:
  - all.yaml
  - env/{{ .Environment.Name }}.shop.yaml
  - shop.yaml.gotmpl
  set: [{name: worker.replicas, value: 3}]
{{ end }}
- {name: other, chart: stable/other}
"""
TEMPLATE = """\
worker:
  concurrency: {{ if eq .Environment.Name "production" }} {{ .StateValues.width }} {{ else }} 1 {{ end }}
  queues: [{{ requiredEnv "QUEUE" | quote }}]
image:
  tag: {{ env "TAG" | default "none" }}
"""


def helmfile(template: str = TEMPLATE) -> dict[str, str]:
    return {
        **FILES,
        "ops/helmfile.yaml": HELMFILE,
        "ops/all.yaml": "worker: {grace: 90}\n",
        "ops/env/production.yaml": "width: 6\n",
        "ops/env/dev.yaml": "width: 2\n",
        "ops/env/production.shop.yaml": "{}\n",
        "ops/env/dev.shop.yaml": "{}\n",
        "ops/shop.yaml.gotmpl": template,
    }


def test_a_helmfile_s_release_in_each_environment(tmp_path: Path) -> None:
    found = project(tmp_path, helmfile())
    assert workers(found) == {"shop-worker (production)": (6, False), "shop-worker (dev)": (1, True)}
    worker = next(each for each in found.workers if each.name.endswith("(production)"))
    assert worker.workload is not None and worker.container is not None
    assert worker.workload.replicas.value == 3
    assert worker.workload.grace_period.otherwise(None) == 90
    assert 'requiredEnv "QUEUE"' in worker.queues.reason
    assert not worker.container.image.known
    assert worker.workload.values[0] == "ops/env/production.yaml"
    places = [(span.path, span.line) for span in worker.concurrency.origin.places()]
    assert places[1:] == [("ops/shop.yaml.gotmpl", 2)]


def test_a_values_template_that_asks_the_machine_is_not_guessed(tmp_path: Path) -> None:
    template = '{{ if eq (env "SIZE") "big" }}\nworker: {concurrency: 99}\n{{ end }}\n'
    found = project(tmp_path, helmfile(template))
    assert workers(found) == {"shop-worker": (8, False)}
    assert any("ops/shop.yaml.gotmpl:1 decides by" in each.reason for each in found.unread)


def test_a_chart_that_decides_by_what_only_the_machine_knows(tmp_path: Path) -> None:
    files = helmfile("size: {{ env `SIZE` | quote }}\n")
    path = "deploy/shop/templates/worker.yaml"
    asked = '{{ if eq .Values.size "big" }}99{{ else }}{{ .Values.worker.concurrency }}{{ end }}'
    files[path] = files[path].replace("{{ .Values.worker.concurrency }}", asked)
    found = project(tmp_path, files)
    assert workers(found) == {}
    assert any("only the machine that deploys knows: size" in each.reason for each in found.unread)


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: []\n",
        application("[1]"),
        application("{valueFiles: {a: 1}, values: 3, parameters: [1, {name: 'a[0]', value: x}]}"),
        "apiVersion: argoproj.io/v1\nkind: ApplicationSet\nspec: {generators: 1, template: {spec: {source: 1}}}\n",
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec: {chart: 1, values: 2}\n",
        "kind: Application\n--- {{\n",
    ],
)
def test_broken_releases_are_none(tmp_path: Path, text: str) -> None:
    assert workers(project(tmp_path, {**FILES, "argo/broken.yaml": text})) == {"shop-worker": (8, False)}


@pytest.mark.parametrize("text", ["", "[]", "releases: 3", "environments: [1]\nreleases: [1, {chart: []}]", "{{", "\t"])
def test_a_broken_helmfile_has_no_releases(tmp_path: Path, text: str) -> None:
    assert workers(project(tmp_path, {**FILES, "helmfile.yaml": text})) == {"shop-worker": (8, False)}


def test_a_chart_at_the_root(tmp_path: Path) -> None:
    files = {name.removeprefix("deploy/shop/"): text for name, text in FILES.items()}
    files["argo.yaml"] = application(json.dumps({"valuesObject": {"worker": {"concurrency": 2}}})).replace(
        "path: deploy/shop", "path: ."
    )
    assert CHART in files.values()
    assert workers(project(tmp_path, files)) == {"shop-worker": (2, False)}
