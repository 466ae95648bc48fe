"""Small charts, what renders them, and what celerylint makes of them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from celerylint.configuration import Configuration, HelmOptions
from celerylint.model import Project, Worker
from celerylint.origin import Value
from celerylint.session import model

SDK = find_spec("helm_python") is not None
needs_engine = pytest.mark.skipif(not SDK, reason="helm-python-sdk is not installed: nothing renders charts here")
ENGINES = [
    pytest.param("sdk", marks=needs_engine),
    pytest.param("helm", marks=pytest.mark.skipif(shutil.which("helm") is None, reason="helm is not installed")),
]

CHART = "apiVersion: v2\nname: shop\nversion: 1.0.0\n"
CODE = {
    "shop/__init__.py": "",
    "shop/celery.py": "from celery import Celery\n\napp = Celery('shop', broker='redis://localhost/0')\n",
    "shop/tasks.py": "from shop.celery import app\n\n@app.task\ndef mail(): pass\n",
}
WORKER = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "shop.fullname" . }}-worker
spec:
  replicas: {{ .Values.worker.replicas }}
  template:
    spec:
      terminationGracePeriodSeconds: {{ .Values.worker.grace | default 30 }}
      containers:
        - name: worker
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          command: ["celery", "-A", "shop", "worker"]
          args:
            - --concurrency={{ .Values.worker.concurrency }}
            - -Q
            - {{ join "," .Values.worker.queues | quote }}
          {{- with .Values.worker.resources }}
          resources:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          envFrom:
            - configMapRef:
                name: {{ include "shop.fullname" . }}-env
"""
HELPERS = """\
{{/* The name. */}}
{{- define "shop.fullname" -}}
{{- .Values.nameOverride | default .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
"""
CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "shop.fullname" . }}-env
data:
  {{- range $name, $value := .Values.env }}
  {{ $name }}: {{ $value | quote }}
  {{- end }}
"""
VALUES = """\
image:
  repository: shop
  tag: "1"
worker:
  replicas: 2
  concurrency: 8
  queues: [mail, reports]
  resources:
    limits:
      memory: 2Gi
env:
  LEVEL: info
"""
FILES = {
    "deploy/shop/Chart.yaml": CHART,
    "deploy/shop/values.yaml": VALUES,
    "deploy/shop/templates/_helpers.tpl": HELPERS,
    "deploy/shop/templates/worker.yaml": WORKER,
    "deploy/shop/templates/config.yaml": CONFIG,
}


def put(root: Path, files: Mapping[str, str]) -> Path:
    """The folder with these files."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return root


def project(root: Path, files: Mapping[str, str], engine: str = "sdk", **options: object) -> Project:
    """The model of a repository with the shop's code and these files."""
    helm = HelmOptions(engine, **options)  # type: ignore[arg-type]
    return model(put(root, {**CODE, **files}), Configuration(helm=helm)).project


def line_of(files: Mapping[str, str], path: str, text: str) -> tuple[str, int]:
    """Where a text stands for the first time."""
    lines = files[path].split("\n")
    return path, next(number for number, line in enumerate(lines, 1) if text in line)


TEMPLATE = "deploy/shop/templates/worker.yaml"


def only(found: Project) -> Worker:
    (worker,) = found.workers
    return worker


def at(value: Value[Any]) -> tuple[Any, str, int]:
    """A value with its place."""
    assert value.origin.span is not None, value
    return value.value, value.origin.span.path, value.origin.span.line


def changed(old: str, new: str, path: str = TEMPLATE) -> dict[str, str]:
    assert old in FILES[path]
    return {**FILES, path: FILES[path].replace(old, new)}
