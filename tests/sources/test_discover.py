"""Which files a run reads: compared with git itself, on ordinary trees and on nasty ones."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from celerylint.sources.discover import DEFAULT_EXCLUDE, Discovery, discover, printable

GIT = shutil.which("git")
needs_git = pytest.mark.skipif(GIT is None, reason="git is not installed")
Tree = dict[str, str]


def git(directory: Path, *arguments: str) -> bytes:
    """Runs git without the configuration of the machine."""
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("GIT_")},
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "HOME": os.devnull,
        "XDG_CONFIG_HOME": os.devnull,
    }
    command = [GIT or "git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments]
    return subprocess.run(command, cwd=directory, env=environment, capture_output=True, check=True).stdout


def listed_by_git(directory: Path) -> list[str]:
    """What git lists, without links and nested repositories."""
    output = git(directory, "ls-files", "-co", "--exclude-standard", "-z")
    names = {os.fsdecode(name) for name in output.split(b"\0") if name}
    return sorted(n for n in names if (directory / n).is_file() and not (directory / n).is_symlink())


def write(root: Path, tree: Tree) -> None:
    """Makes files (path → content); a path that ends in `/` is an empty directory."""
    for name, content in tree.items():
        path = root / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(os.fsencode(content))


@contextmanager
def repository(tree: Tree) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name).resolve()
        git(root, "init", "-q")
        write(root, tree)
        yield root


def files(root: Path, **options: list[str]) -> list[str]:
    return list(discover(root, **options).files)


NASTY: dict[str, Tree] = {
    "nested files, the deeper one wins": {
        ".gitignore": "*.log\n!keep.log\n",
        "a/.gitignore": "!*.log\nkeep.log\n",
        **dict.fromkeys(("x.log", "keep.log", "a/x.log", "a/keep.log", "a/b/x.log"), ""),
    },
    "a file below an ignored directory cannot come back": {
        ".gitignore": "build/\n!build/keep.py\nout/*\n!out/keep.py\n",
        **dict.fromkeys(("build/keep.py", "out/keep.py", "out/x.py", "src/build/a.py"), ""),
    },
    "a directory that comes back does not bring its files": {
        ".gitignore": "*.py\n!src/\n",
        **dict.fromkeys(("src/a.py", "src/a.txt", "b.py"), ""),
    },
    "anchored and not": {
        ".gitignore": "/top.py\ndocs/_build\nname\n",
        **dict.fromkeys(("top.py", "a/top.py", "docs/_build/x", "a/docs/_build/x", "a/name/x", "b/name"), ""),
    },
    "directories only": {
        ".gitignore": "cache/\n",
        **dict.fromkeys(("cache/x", "a/cache", "b/cache/y"), ""),
    },
    "stars": {
        ".gitignore": "**/gen\nlib/**/x.py\nend/**\na**/deep\n*/one.py\n",
        **dict.fromkeys(("gen/a", "b/gen/a", "lib/x.py", "lib/c/d/x.py", "end/a/b", "ab/c/deep", "z/one.py"), ""),
        **dict.fromkeys(("lib/y.py", "z/y/one.py", "one.py", "end.py"), ""),
    },
    "escapes, spaces, comments, carriage returns, a byte order mark": {
        ".gitignore": "\ufeff\\#hash\n\\!bang\nspace \nkept\\ \n# not me\ncr.py\r\n\n/\n!\nlast",
        **dict.fromkeys(("#hash", "!bang", "space", "kept ", "kept", "# not me", "cr.py", "last", "not me"), ""),
    },
    "sets of characters": {
        ".gitignore": "[a-c].py\n[!x]y\n[[:digit:]]z\n[]]q\n[open\n[[:nothing:]]\nb[^/]c\n",
        **dict.fromkeys(("a.py", "d.py", "xy", "zy", "1z", "az", "]q", "[open", ":]", "b-c"), ""),
    },
    "a name of more than one byte": {
        ".gitignore": "?.py\n??.txt\n[é]x\n",
        **dict.fromkeys(("é.py", "a.py", "é.txt", "éx", "日本.md"), ""),
    },
}


@needs_git
@pytest.mark.parametrize("name", NASTY)
def test_a_nasty_tree_gives_what_git_lists(name: str) -> None:
    with repository(NASTY[name]) as root:
        listed = listed_by_git(root)
        assert files(root) == listed
        assert len(listed) < len(NASTY[name]), "the tree ignores nothing, so it proves nothing"


PARTS = ["a", "b", "*", "**", "?", "/", "[ab]", "[!a]", "\\", "\\a", " ", "é", ".py", "[", "]", "-", "[[:alpha:]]"]
NAMES = ["a", "b", "ab", "a.py", "b.py", "é", " a", "a ", "[", "\\", "a*"]
patterns = st.builds(
    lambda negated, parts: negated + "".join(parts),
    st.sampled_from(["", "", "!"]),
    st.lists(st.sampled_from(PARTS), min_size=1, max_size=5),
)
ignore_files = st.lists(patterns, min_size=1, max_size=4).map("\n".join)


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    paths = draw(st.lists(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4), min_size=3, max_size=12))
    directories = {"/".join(path[:depth]) for path in paths for depth in range(1, len(path))}
    tree = {"/".join(path): "" for path in paths if "/".join(path) not in directories}
    for place in draw(st.sets(st.sampled_from(["", *sorted(directories)]), max_size=2)):
        tree[f"{place}/.gitignore".lstrip("/")] = draw(ignore_files)
    tree[".git/info/exclude"] = draw(ignore_files)
    return tree


@needs_git
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trees())
def test_any_tree_gives_what_git_lists(tree: Tree) -> None:
    with repository(tree) as root:
        assert files(root, exclude=[]) == listed_by_git(root)


@needs_git
def test_a_subfolder_obeys_the_ignore_files_above_it() -> None:
    tree = {
        ".gitignore": "*.tmp\n/shop/secret.py\n/secret.py\nshop/api/*.yaml\n",
        "shop/.gitignore": "!keep.tmp\n",
        **dict.fromkeys(("shop/api/a.tmp", "shop/api/keep.tmp", "shop/secret.py", "shop/api/secret.py"), ""),
        **dict.fromkeys(("shop/api/d.yaml", "shop/api/ok.py"), ""),
        ".git/info/exclude": "ok.pyc\n",
        "shop/api/ok.pyc": "",
    }
    with repository(tree) as root:
        for folder in ("shop", "shop/api"):
            assert files(root / folder) == listed_by_git(root / folder)
        assert files(root / "shop/api") == ["keep.tmp", "ok.py", "secret.py"]


@needs_git
def test_a_repository_inside_is_left_alone_but_not_a_broken_one() -> None:
    with repository({"a.py": "", "inner/b.py": "", "broken/.git": "gitdir: nowhere\n", "broken/c.py": ""}) as root:
        git(root / "inner", "init", "-q")
        assert files(root) == listed_by_git(root) == ["a.py", "broken/c.py"]


@needs_git
def test_repositories_below_a_directory_that_is_none_are_all_read(tmp_path: Path) -> None:
    write(tmp_path, {"one/a.py": "", "two/b.py": "", "two/.gitignore": "*.log\n", "two/x.log": ""})
    git(tmp_path / "one", "init", "-q")
    git(tmp_path / "two", "init", "-q")
    assert files(tmp_path) == ["one/a.py", "two/.gitignore", "two/b.py"]


@needs_git
def test_a_worktree_knows_the_excludes_of_its_repository(tmp_path: Path) -> None:
    main = tmp_path / "main"
    write(main, {"a.py": ""})
    git(main, "init", "-q")
    git(main, "add", "a.py")
    git(main, "commit", "-qm", "first")
    git(main, "worktree", "add", "-q", "../other")
    write(tmp_path, {"main/.git/info/exclude": "*.tmp\n", "other/x.tmp": "", "other/sub/y.tmp": "", "other/z.py": ""})
    assert files(tmp_path / "other") == ["a.py", "z.py"] == listed_by_git(tmp_path / "other")


def test_caches_environments_and_vendored_trees_are_left_out(tmp_path: Path) -> None:
    wanted = dict.fromkeys((".github/workflows/ci.yml", ".k8s/worker.yaml", ".env", "vendor/models.py", "a.py"), "")
    unwanted = dict.fromkeys(
        (
            *(".venv/lib/x.py", "node_modules/a/b.yaml", "src/__pycache__/a.pyc", "shop.egg-info/PKG-INFO"),
            *("env/pyvenv.cfg", "env/lib/x.py", "conda/conda-meta/history", "conda/lib/x.py"),
            "lib/site-packages/c.py",
        ),
        "",
    )
    write(tmp_path, wanted | unwanted)
    assert files(tmp_path) == sorted(wanted)
    assert files(tmp_path, exclude=[]) == sorted(
        name for name in wanted | unwanted if not name.startswith(("env/", "conda/"))
    )


def test_the_users_own_excludes_come_on_top(tmp_path: Path) -> None:
    write(tmp_path, dict.fromkeys(("a.py", "legacy/b.py", "x/legacy/c.py", "venv/d.py", "docs/e.md"), ""))
    assert files(tmp_path, extend_exclude=["/legacy/", "*.md"]) == ["a.py", "x/legacy/c.py"]
    assert "legacy/b.py" in files(tmp_path, extend_exclude=["legacy/*", "!legacy/b.py"])
    assert "venv/d.py" in files(tmp_path, exclude=[])


def test_named_paths_are_taken_even_where_they_are_ignored(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": "gen/\n*.log\n", "gen/a.py": "", "gen/b.log": "", "venv/c.py": "", "d.py": ""})
    assert files(tmp_path, paths=["gen/b.log"]) == ["gen/b.log"]
    assert files(tmp_path, paths=["gen"]) == ["gen/a.py"]
    assert files(tmp_path, paths=["./venv/", "d.py", "d.py", str(tmp_path / "d.py")]) == ["d.py", "venv/c.py"]
    assert files(tmp_path, paths=["."]) == files(tmp_path) == [".gitignore", "d.py"]


def test_a_path_that_cannot_be_read_is_told_with_its_reason(tmp_path: Path) -> None:
    write(tmp_path, {"project/a.py": "", "other.py": ""})
    os.mkfifo(tmp_path / "project/pipe")
    found = discover(tmp_path / "project", paths=["a.py", "missing.py", "../other.py", "nul\0.py", "pipe"])
    assert found.files == ("a.py",)
    assert dict(found.unreadable) == {
        "missing.py": "no such file or directory",
        "../other.py": "it is outside of the directory that is linted",
        "nul\0.py": "embedded null byte",
        "pipe": "it is no regular file",
    }
    assert files(tmp_path / "project") == ["a.py"]


def test_a_root_that_is_missing_or_a_file_is_told(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": ""})
    assert discover(tmp_path / "nowhere").unreadable == ((".", "no such file or directory"),)
    assert discover(tmp_path / "a.py") == Discovery((), ((".", "not a directory"),))


def test_links_are_read_once_and_never_followed_into_directories(tmp_path: Path) -> None:
    write(tmp_path, {"p/a.py": "", "p/.gitignore": "hidden.py\n", "p/hidden.py": "", "outside.py": "", "p/d/x.py": ""})
    root = tmp_path / "p"
    (root / "again.py").symlink_to("a.py")
    (root / "one.py").symlink_to("hidden.py")
    (root / "two.py").symlink_to("hidden.py")
    (root / "loop").symlink_to(".")
    (root / "circle").symlink_to("circle")
    (root / "gone.py").symlink_to("nowhere.py")
    (root / "secret.py").symlink_to("../outside.py")
    (root / "away").symlink_to("..")
    found = discover(root)
    assert found.files == (".gitignore", "a.py", "d/x.py", "one.py")
    assert dict(found.unreadable) == {
        "gone.py": "it is a link that leads nowhere",
        "secret.py": "it is a link that leads outside of the repository",
        "circle": "it is a link to something that is no regular file",
    }
    (root / "to-d").symlink_to("d")
    assert files(root, paths=["to-d", "loop/d/x.py"]) == ["d/x.py"]
    assert discover(root, paths=["away"]).unreadable[0][1].endswith("outside of the one that is linted")


def test_the_root_itself_may_be_a_link(tmp_path: Path) -> None:
    write(tmp_path, {"real/a.py": ""})
    (tmp_path / "link").symlink_to("real")
    assert files(tmp_path / "link") == ["a.py"]
    assert files(tmp_path / "link", paths=[str(tmp_path / "link/a.py")]) == ["a.py"]


def test_a_linked_ignore_file_is_not_obeyed(tmp_path: Path) -> None:
    write(tmp_path, {"rules": "*.py\n", "a.py": ""})
    (tmp_path / ".gitignore").symlink_to("rules")
    assert files(tmp_path) == ["a.py", "rules"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_directory_without_permission_is_told_and_the_walk_goes_on(tmp_path: Path) -> None:
    write(tmp_path, {"a/x.py": "", "b.py": ""})
    (tmp_path / "a").chmod(0)
    try:
        assert discover(tmp_path) == Discovery(("b.py",), (("a", "permission denied"),))
    finally:
        (tmp_path / "a").chmod(0o755)


@pytest.fixture
def deep() -> Iterator[Path]:
    """A tree of 2,500 levels, with a file beside it. shutil.rmtree recurses, so it may not be left to pytest."""
    root = Path(tempfile.mkdtemp())
    before = os.getcwd()  # noqa: PTH109 - only relative steps can make so deep a tree
    try:
        os.chdir(root)
        for _ in range(2500):
            os.mkdir("d")  # noqa: PTH102
            os.chdir("d")
        os.chdir(before)
        write(root, {"z.py": ""})
        yield root
    finally:
        os.chdir(before)
        subprocess.run(["rm", "-rf", str(root)], check=True)


def test_a_path_too_long_for_the_system_is_told_and_the_walk_goes_on(deep: Path) -> None:
    found = discover(deep)
    assert found.files == ("z.py",)
    assert [reason for _, reason in found.unreadable] == ["file name too long"]


@pytest.mark.skipif(sys.platform == "darwin", reason="the file system takes only UTF-8 names")
def test_a_name_that_is_not_utf8_survives(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.py")
    (tmp_path / name).write_text("x = 1")
    found = files(tmp_path)
    assert found == [name]
    assert (tmp_path / found[0]).read_text() == "x = 1"
    assert printable(found[0]) == "caf\\xe9.py"


def test_printable_names_stay_and_control_characters_do_not() -> None:
    assert printable("shop/tâches 日本.py") == "shop/tâches 日本.py"
    assert printable("a\nb\x1b[31m.py") == "a\\nb\\x1b[31m.py"


def test_the_default_excludes_name_directories_only(tmp_path: Path) -> None:
    """A file called `venv` or `node_modules` is somebody's own."""
    assert all(pattern.endswith("/") for pattern in DEFAULT_EXCLUDE)
    write(tmp_path, {"venv": "", "sub/node_modules": ""})
    assert files(tmp_path) == ["sub/node_modules", "venv"]


def test_a_link_into_a_submodule_that_is_not_checked_out_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / ".gitmodules").write_text('[submodule "common"]\n\tpath = common\n\turl = ../common.git\n')
    (tmp_path / "hooks.yaml").symlink_to("common/hooks.yaml")
    (tmp_path / "other.yaml").symlink_to("commons/hooks.yaml")
    assert dict(discover(tmp_path).unreadable) == {"other.yaml": "it is a link that leads nowhere"}
    (tmp_path / "common").mkdir()
    assert dict(discover(tmp_path).unreadable) == {"other.yaml": "it is a link that leads nowhere"}
    (tmp_path / "common" / ".git").write_text("gitdir: ../.git/modules/common\n")
    assert "hooks.yaml" in dict(discover(tmp_path).unreadable)
    (tmp_path / "common" / "hooks.yaml").write_text("hooks: []\n")
    assert "hooks.yaml" not in dict(discover(tmp_path).unreadable)
