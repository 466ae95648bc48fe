"""Kubernetes manifests for tests, and what stands at a span of them."""

from __future__ import annotations

from textwrap import dedent, indent

from celerylint.facts.manifests import (
    ContainerFact,
    KubernetesFacts,
    WorkloadFact,
    kubernetes_facts,
)
from celerylint.origin import Span
from celerylint.sources.text import Text
from celerylint.sources.yaml import read


def facts(source: str, path: str = "deploy/worker.yaml") -> KubernetesFacts:
    return kubernetes_facts(read(Text(path, source))[0], path)


def one(source: str, path: str = "deploy/worker.yaml") -> WorkloadFact:
    (workload,) = facts(source, path).workloads
    return workload


def container(lines: str) -> ContainerFact:
    """The container that has these lines beside its name and image."""
    return one(pod(f"containers:\n- name: worker\n  image: shop:1\n{indent(dedent(lines), '  ')}")).containers[0]


def pod(spec: str) -> str:
    return f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n{indent(spec, '  ')}"


def deployment(lines: str = "", kind: str = "Deployment", pod_lines: str = "") -> str:
    return (
        f"apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: worker}}\nspec:\n{indent(dedent(lines), '  ')}\n"
        f"  template:\n    spec:\n      containers: [{{name: w, image: shop}}]\n{indent(dedent(pod_lines), ' ' * 6)}\n"
    )


def at(source: str, span: Span | None) -> str:
    """What stands at a span."""
    assert span is not None
    text = Text(span.path, source)
    return source[text.offset(span.line, span.column) : text.offset(span.end_line, span.end_column)]


SHOP = """\
# the shop's worker
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop-worker
  namespace: shop
  labels: {app: shop, tier: worker}
  annotations: {note: hi}
spec:
  replicas: 3
  template:
    metadata:
      labels: {app: shop}
    spec:
      terminationGracePeriodSeconds: 120
      shareProcessNamespace: true
      initContainers:
        - {name: migrate, image: shop:1, command: [migrate]}
        - {name: proxy, image: proxy:2, restartPolicy: Always}
      containers:
        - name: worker
          image: shop:1
          command: ["celery", '-A', shop]
          args:
            - worker
            - -c
            - 4
            - "--queues=a"
          resources:
            limits:
              memory: 1Gi
              cpu: 1500m
            requests:
              memory: 512Mi
"""
