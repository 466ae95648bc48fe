"""Several reports of one run: which goes where, and what cannot be written."""

from __future__ import annotations

import json
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sample_reports import errors

from celerylint.cli import cli
from celerylint.cli.output import save

PICKLE = 'from celery import Celery\n\napp = Celery("shop")\napp.conf.accept_content = ["pickle"]\n'


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one mistake, in a service of its own; the current directory is the repository."""
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    (tmp_path / "services" / "shop").mkdir(parents=True)
    (tmp_path / "services" / "shop" / "app.py").write_text(PICKLE)
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ("services/shop", *words))


def written(name: str) -> Any:
    return json.loads(Path(name).read_text(encoding="utf-8"))


def test_pairs_of_formats_and_files() -> None:
    result = run(
        *("--output-format", "sarif", "--output-file", "out/a.sarif"),
        *("--output-format=gitlab", "--output-file=out/b.json"),
    )
    assert (result.exit_code, result.output) == (1, "")
    assert errors(written("out/a.sarif"), "sarif-2.1.0.json") == []
    assert errors(written("out/b.json"), "gitlab-code-quality.json") == []


def test_paths_are_seen_from_the_top_of_the_repository_wherever_one_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("services")
    result = CliRunner().invoke(cli, ("shop", "--output-format", "gitlab"))
    (entry,) = json.loads(result.stdout)
    assert entry["location"]["path"] == "services/shop/app.py"


def test_without_a_repository_paths_are_those_of_the_linted_root(shop: Path) -> None:
    (shop / ".git").rename(shop / "no-git")
    (entry,) = json.loads(run("--output-format", "gitlab").stdout)
    assert entry["location"]["path"] == "app.py"


@pytest.mark.parametrize(
    "words",
    [
        ("--output-format", "concise", "--output-format", "json", "--output-file", "out/x"),
        ("--output-format", "json", "--output-file", "out/x", "--output-format", "concise"),
        ("--output-format", "concise", "--output-file", "-", "--output-format", "json", "--output-file", "out/x"),
    ],
)
def test_the_one_without_a_file_goes_to_standard_output(words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.stdout.startswith("services/shop/app.py:4:")
    assert result.stdout.count("\n") == 1
    assert len(written("out/x")["findings"]) == 1


def test_one_file_is_for_the_one_format_whatever_comes_first(shop: Path) -> None:
    run("--output-file", "out/x", "--output-format", "json")
    assert written("out/x")["version"] == 1
    run("--output-file", "out/full")
    assert Path("out/full").read_text().startswith("error[")
    (shop / "services" / "shop" / "celerylint.toml").write_text('output-format = "jsonl"\n')
    run("--output-file", "out/configured")
    assert "code" in written("out/configured")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--output-format", "json", "--output-format", "full"), "json and full would go to standard output together"),
        (
            ("--output-format", "json", "--output-file", "out/x", "--output-file", "out/y"),
            "--output-file out/y has no format",
        ),
        (("--output-file", "out/x", "--output-file", "out/y"), "--output-file out/x has no format"),
        (
            ("--output-file", "out/x", "--output-format", "json", "--output-format", "full"),
            "--output-file out/x has no format",
        ),
        (
            (
                "--output-format",
                "json",
                "--output-file",
                "out/x",
                "--output-format",
                "full",
                "--output-file",
                "./out/x",
            ),
            "several reports would go to out/x",
        ),
        (("--output-format", "json", "--output-file", ""), "needs the name of a file"),
        (("--output-format", "json", "--output-file"), "requires an argument"),
        (("--output-format", "jsn"), "'jsn' is not one of"),
        (("--output-file", "nowhere/x"), "cannot write nowhere/x: there is no directory nowhere"),
        (("--output-file", "out"), "cannot write out: it is a directory"),
        (("--output-file", "services/shop/app.py/x"), "there is no directory services/shop/app.py"),
    ],
)
def test_what_makes_no_sense_exits_2_and_writes_nothing(words: tuple[str, ...], said: str) -> None:
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert list(Path("out").iterdir()) == []


def test_a_directory_that_takes_no_files() -> None:
    result = run("--output-file", "/proc/celerylint.txt")  # not even root may make one there
    assert (result.exit_code, result.stdout) == (2, "")
    assert "cannot write /proc/celerylint.txt: " in result.stderr


def test_a_full_disk_exits_2() -> None:
    result = run("--output-file", "/dev/full")
    assert result.exit_code == 2
    assert "cannot write /dev/full: No space left on device" in result.stderr


def test_a_device_is_written_to_and_stays_one() -> None:
    assert run("--output-file", "/dev/null").exit_code == 1
    assert not Path("/dev/null").is_file()


def test_a_file_is_replaced_as_a_whole_and_keeps_its_rights() -> None:
    old = Path("out/x")
    old.write_text("old " * 10_000)
    old.chmod(0o640)
    with old.open(encoding="utf-8") as reader:
        run("--output-format", "json", "--output-file", "out/x")
        assert reader.read().startswith("old old")  # who had it open still has all of the old one
    assert written("out/x")["version"] == 1
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    assert [path.name for path in Path("out").iterdir()] == ["x"]


def test_a_link_is_followed_and_a_new_file_has_the_usual_rights() -> None:
    Path("out/link").symlink_to("real")
    save("text", "out/link")
    assert Path("out/link").is_symlink()
    assert Path("out/real").read_text() == "text"
    Path("out/plain").write_text("")
    assert Path("out/real").stat().st_mode == Path("out/plain").stat().st_mode


def test_what_fails_half_way_leaves_the_old_file_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    save("old", "out/x")
    monkeypatch.setattr(Path, "replace", fails)
    result = run("--output-file", "out/x")
    assert result.exit_code == 2
    assert "cannot write out/x: No space left on device" in result.stderr
    assert Path("out/x").read_text() == "old"
    assert [path.name for path in Path("out").iterdir()] == ["x"]


def test_files_have_no_colours_and_text_that_is_no_utf8_is_escaped() -> None:
    result = run("--color", "always", "--output-file", "out/x", "--output-format", "full")
    assert result.exit_code == 1
    assert "\x1b" not in Path("out/x").read_text(encoding="utf-8")
    save("caf\udce9", "out/y")
    assert Path("out/y").read_bytes() == b"caf\\udce9"


def test_options_after_two_dashes_are_paths() -> None:
    result = run("--output-format", "concise", "--", "--output-file")
    assert result.exit_code == 2
    assert '"--output-file" does not exist' in result.stderr


def test_the_same_run_gives_the_same_bytes() -> None:
    formats = ("grouped", "jsonl", "github", "sarif", "gitlab", "junit", "rdjson", "markdown")
    for folder in ("one", "two"):
        Path("out", folder).mkdir()
        words = [
            word for name in formats for word in ("--output-format", name, "--output-file", f"out/{folder}/{name}")
        ]
        assert run(*words).exit_code == 1
    for name in formats:
        assert Path("out/one", name).read_bytes() == Path("out/two", name).read_bytes()
