"""celerylint as a process, over a small shop: what scripts, terminals and CI see."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import celerylint

COMMAND = [sys.executable, "-m", "celerylint"]
# The shop is the current directory; celerylint need not be installed.
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(celerylint.__file__).parents[1])}
MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop-worker
spec:
  replicas: 2
  selector: {matchLabels: {app: shop-worker}}
  template:
    metadata: {labels: {app: shop-worker}}
    spec:
      containers:
        - name: worker
          image: shop
          command: [celery, -A, shop, worker, --concurrency=32]
          resources:
            limits:
              memory: 512Mi
"""
CODE = """\
from celery import Celery

app = Celery("shop", broker="redis://:hunter2@redis:6379/0")
app.conf.redis_password = "hunter2"


@app.task
def resize(path):
    ...
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    for name, text in (("deploy/worker.yaml", MANIFEST), ("shop/celery.py", CODE), ("shop/__init__.py", "")):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


def run(directory: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words], cwd=directory, capture_output=True, text=True, env={**ENVIRONMENT, **environment}
    )


def test_findings_exit_1_and_are_drawn_with_their_proof(shop: Path) -> None:
    result = run(shop, "--select", "pod-memory-overcommit")
    assert (result.returncode, result.stderr) == (1, "")
    assert "] pod-memory-overcommit: a parent of 30 MiB and 32 processes with " in result.stdout
    assert " --> deploy/worker.yaml:17:" in result.stdout
    assert "17 |               memory: 512Mi" in result.stdout
    assert "14 |           command: [celery, -A, shop, worker, --concurrency=32]" in result.stdout
    assert "= help: celerylint rule pod-memory-overcommit" in result.stdout


def test_a_clean_run_exits_0(shop: Path) -> None:
    (shop / "deploy" / "worker.yaml").unlink()
    result = run(shop, "--select", "pod-memory-overcommit")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("No findings.\n")


def test_the_same_run_gives_the_same_bytes(shop: Path) -> None:
    for output in ("full", "concise", "json"):
        words = (".", "--output-format", output, "--show-undecided", "--min-severity", "info")
        first, second = (run(shop, *words, PYTHONHASHSEED=seed) for seed in ("1", "2"))
        assert (first.stdout, first.stderr) == (second.stdout, "")
        assert first.returncode == second.returncode


def test_paths_choose_findings_by_any_of_their_places(shop: Path) -> None:
    def names(*paths: str) -> list[str]:
        text = run(shop, *paths, "--output-format", "json", "--select", "pod-memory-overcommit").stdout
        return [found["path"] for found in json.loads(text)["findings"]]

    assert names("deploy/worker.yaml") == ["deploy/worker.yaml"]
    assert names("deploy/worker.yaml", "shop") == ["deploy/worker.yaml"]
    assert names("shop/__init__.py") == []


def test_a_changed_severity_counts_before_the_least_one(shop: Path) -> None:
    (shop / "celerylint.toml").write_text("[rules.pod-memory-overcommit]\nseverity = 'info'\n")
    words = (".", "--select", "pod-memory-overcommit", "--output-format", "json")
    quiet = json.loads(run(shop, *words).stdout)
    assert quiet["findings"] == []
    assert quiet["summary"]["hidden"] == 1
    heard = json.loads(run(shop, *words, "--min-severity", "info").stdout)
    assert [found["severity"] for found in heard["findings"]] == ["info"]


def test_an_unknown_rule_exits_2(shop: Path) -> None:
    result = run(shop, "--select", "pod-memory-overcomit")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        'Error: select: no rule is called "pod-memory-overcomit"; did you mean "pod-memory-overcommit"?\n'
    )


def test_show_workers_has_values_with_origins(shop: Path) -> None:
    (worker,) = json.loads(run(shop, "show", "workers", "--output-format", "json").stdout)["workers"]
    assert worker["name"] == "shop-worker"
    assert worker["concurrency"] == {
        "value": 32,
        "origin": "command line",
        "path": "deploy/worker.yaml",
        "line": 14,
    }
    assert worker["memory_limit_bytes"]["value"] == 512 * 1024**2
    assert worker["replicas"]["value"] == 2
    assert worker["tasks"]["value"] == ["shop.celery.resize"]
    assert worker["prefetch_multiplier"] == {"value": 4, "origin": "default", "path": None, "line": None}


def test_passwords_never_leave(shop: Path) -> None:
    for words in (
        (".", "--show-undecided", "--min-severity", "info"),
        (".", "--output-format", "json"),
        ("show",),
        *(
            ("show", kind, "--output-format", output)
            for kind in ("settings", "apps", "workers")
            for output in ("table", "json")
        ),
    ):
        result = run(shop, *words)
        assert result.stderr == ""
        assert result.stdout
        assert "hunter2" not in result.stdout


@pytest.mark.parametrize("words", [(".", "--output-format", "json"), ("rules",), ("rule", "CLY301"), ("show",)])
def test_a_reader_that_leaves_early_is_no_error(shop: Path, words: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.run(
        [*COMMAND, *words], cwd=shop, stdout=writing, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT
    )
    os.close(writing)
    assert process.stderr == ""
    assert process.returncode == (1 if words[0] == "." else 0)


def test_a_full_disk_is_said(shop: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("w") as full:
        process = subprocess.run(
            [*COMMAND, "rules"], cwd=shop, stdout=full, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT
        )
    assert process.returncode == 2
    assert process.stderr == "Error: cannot write the output: No space left on device\n"


def test_a_terminal_gets_colours_unless_it_says_no(shop: Path) -> None:
    pty = pytest.importorskip("pty")

    def seen(**environment: str) -> str:
        outer, inner = pty.openpty()
        process = subprocess.Popen(
            [*COMMAND, ".", "--select", "pod-memory-overcommit"],
            cwd=shop,
            stdout=inner,
            env={**ENVIRONMENT, "TERM": "xterm", **environment},
        )
        os.close(inner)
        text = b""
        while True:
            try:
                piece = os.read(outer, 65536)
            except OSError:  # Linux: the other side is closed
                break
            if not piece:
                break
            text += piece
        os.close(outer)
        assert process.wait() == 1
        return text.decode()

    assert "\x1b[1;3" in seen(NO_COLOR="")
    assert "\x1b" not in seen(NO_COLOR="1")
    assert "\x1b" not in seen(TERM="dumb", NO_COLOR="")


def test_output_that_the_encoding_lacks_is_escaped(shop: Path) -> None:
    result = run(shop, "rule", "CLY301", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert result.returncode == 0
    assert "CLY301 \\xb7 warning" in result.stdout


def test_an_interrupt_ends_quietly(shop: Path) -> None:
    code = (
        "import sys, time; import celerylint.session as session; from celerylint.cli import main\n"
        "session.check = lambda *given, **more: (print('ready', flush=True), time.sleep(60))\n"
        "sys.argv = ['celerylint', '.']; main()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=shop,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in stderr


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["check", "--help"], ["nowhere"]])
def test_little_is_imported_for_little(words: list[str]) -> None:
    code = (
        "import sys\n"
        f"sys.argv = ['celerylint', *{words!r}]\n"
        "from celerylint.cli import main\n"
        "try:\n    main()\n"
        "finally:\n    print(*sorted(sys.modules), file=sys.stderr)\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=ENVIRONMENT)
    heavy = {"yaml", "libcst", "tomli", "pathspec", "tree_sitter", "celerylint.model", "celerylint.page"}
    assert "celerylint.cli" in result.stderr.split()
    assert heavy.isdisjoint(result.stderr.split())
