"""How long a chart takes: 40 templates with three values files, by each engine that is there and without one.

    python tests/benchmarks/bench_helm.py [--runs 5] [--templates 40]

Each run makes the model of a small repository in a new process, so that the engine's own start is in the time. The
medians of the wall time and of the processor's time are printed. Nothing is asserted: a slow machine is no bug.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
WORKER = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "shop.name" . }}-NUMBER
  labels:
    {{- include "shop.labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.workers.wNUMBER.replicas }}
  template:
    metadata:
      annotations:
        checksum/config: {{ include (print $.Template.BasePath "/config.yaml") . | sha256sum }}
    spec:
      containers:
        - name: worker
          image: "{{ .Values.image }}:{{ .Values.tag | default .Chart.AppVersion }}"
          command: ["celery", "-A", "shop", "worker", "-c", "{{ .Values.workers.wNUMBER.width }}"]
          envFrom:
            - configMapRef: {name: {{ include "shop.name" . }}}
          resources:
            {{- toYaml .Values.workers.wNUMBER.resources | nindent 12 }}
"""
HELPERS = """\
{{- define "shop.name" -}}{{ .Release.Name | trunc 63 | trimSuffix "-" }}{{- end }}
{{- define "shop.labels" -}}
app.kubernetes.io/name: {{ include "shop.name" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}
"""
CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ include "shop.name" . }}}
data:
  {{- range $name, $value := .Values.env }}
  {{ $name }}: {{ $value | quote }}
  {{- end }}
"""


def repository(root: Path, templates: int) -> None:
    """A shop with a chart of so many templates, and values for three environments."""
    workers = "".join(
        f"  w{number}: {{replicas: 1, width: {number}, resources: {{limits: {{memory: 1Gi}}}}}}\n"
        for number in range(templates)
    )
    files = {
        "shop/celery.py": "from celery import Celery\n\napp = Celery('shop')\n",
        "chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\nappVersion: '3'\n",
        "chart/values.yaml": f"image: shop\ntag: ''\nenv: {{LEVEL: info, WIDTH: 3}}\nworkers:\n{workers}",
        "chart/templates/_helpers.tpl": HELPERS,
        "chart/templates/config.yaml": CONFIG,
        **{f"chart/templates/w{n}.yaml": WORKER.replace("NUMBER", str(n)) for n in range(templates)},
        **{f"chart/values-{name}.yaml": f"tag: '{name}'\n" for name in ("prod", "staging", "live")},
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def timed(root: Path, engine: str) -> tuple[float, float]:
    """Seconds of wall time and of processor's time of one run. Raises SystemExit where it fails."""
    (root / "celerylint.toml").write_text(f'[helm]\nengine = "{engine}"\n')
    path = f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}".rstrip(os.pathsep)
    words = (sys.executable, "-m", "celerylint", "show", "workers", "--output-format", "json", str(root))
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(words, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True)
    elapsed, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode or '"name"' not in done.stdout:
        raise SystemExit(f"{engine}: {done.stderr or 'no workers'}")
    return elapsed, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description="Time a Helm chart.")
    parser.add_argument("--runs", type=int, default=5, metavar="N")
    parser.add_argument("--templates", type=int, default=40, metavar="N")
    arguments = parser.parse_args()
    engines = ["none", *(["sdk"] if find_spec("helm_python") else []), *(["helm"] if shutil.which("helm") else [])]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        repository(root, arguments.templates)
        for engine in engines:
            times = [timed(root, engine) for _ in range(arguments.runs + 1)][1:]
            wall, cpu = (statistics.median(each) for each in zip(*times, strict=True))
            print(f"{engine:5} {wall * 1000:6.0f} ms, {cpu * 1000:6.0f} ms of processor time")


if __name__ == "__main__":
    main()
