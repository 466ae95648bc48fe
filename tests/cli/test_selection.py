"""Which rules run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from celerylint.configuration import Configuration, ConfigurationError, RuleOptions, read
from celerylint.session.choice import chosen, named, pages, parameters


@dataclass(frozen=True)
class Rule:
    code: str
    name: str


RULES = tuple(
    Rule(code, name) for code, name in (("CLY101", "one"), ("CLY201", "two"), ("CLY202", "three"), ("SHP001", "ours"))
)


def left(select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()) -> list[str]:
    return [rule.name for rule in chosen(RULES, Configuration(select=select, ignore=ignore))]


def test_select_and_ignore_by_name_code_and_start_of_a_code() -> None:
    assert left() == ["one", "two", "three", "ours"]
    assert left(select=("ALL",)) == left()
    assert left(select=("CLY2",)) == ["two", "three"]
    assert left(select=("cly2",)) == ["two", "three"]
    assert left(select=("one", "CLY202")) == ["one", "three"]
    assert left(select=("CLY",)) == ["one", "two", "three"]
    assert left(ignore=("CLY2",)) == ["one", "ours"]
    assert left(ignore=("ALL",)) == []


def test_the_more_exact_word_wins_and_ignore_between_equals() -> None:
    assert left(select=("CLY2",), ignore=("CLY201",)) == ["three"]
    assert left(select=("CLY201",), ignore=("CLY2",)) == ["two"]
    assert left(select=("two", "ALL"), ignore=("CLY",)) == ["two", "ours"]
    assert left(select=("CLY201",), ignore=("two",)) == []


@pytest.mark.parametrize("word", ["CLY9", "tow", "C", "", "CLY20x"])
def test_a_word_that_names_no_rule_is_an_error(word: str) -> None:
    for configuration in (Configuration(select=(word,)), Configuration(ignore=(word,))):
        with pytest.raises(ConfigurationError, match="no rule is called"):
            chosen(RULES, configuration)


def test_the_error_names_the_line_and_what_was_meant(tmp_path: Path) -> None:
    (tmp_path / "celerylint.toml").write_text("# ours\nselect = ['thre']\n")
    with pytest.raises(ConfigurationError, match=r'celerylint\.toml:2: select: .*"thre"; did you mean "three"\?'):
        chosen(RULES, read(tmp_path))


def test_a_rule_by_its_name_or_code() -> None:
    assert named(RULES, "cly201") == named(RULES, "two") == RULES[1]
    assert named(RULES, "CLY2") is None


def test_parameters_are_checked_against_the_page(tmp_path: Path) -> None:
    loaded = pages()
    tunable = next(page for page in loaded if any(isinstance(value, float) for value in page.parameters.values()))
    name = next(name for name, value in tunable.parameters.items() if isinstance(value, float))
    file = tmp_path / "celerylint.toml"
    file.write_text(f"[rules.{tunable.name}]\nseverity = 'info'\n{name} = 2\n")
    assert parameters(loaded, read(tmp_path)) == {tunable.name: {name: 2}}
    for line, message in ((f"{name} = 'much'", name), (f"{name}x = 2", "has no parameter")):
        file.write_text(f"[rules.{tunable.name}]\n{line}\n")
        with pytest.raises(ConfigurationError, match=message) as caught:
            parameters(loaded, read(tmp_path))
        assert caught.value.line == 2
    with pytest.raises(ConfigurationError, match="no rule is called"):
        parameters(loaded, replace(Configuration(), rules={"no-such-rule": RuleOptions()}))


def test_pages_of_the_users_own(tmp_path: Path) -> None:
    (tmp_path / "celerylint.toml").write_text("rule-paths = ['lint']\n")
    with pytest.raises(ConfigurationError, match=r"celerylint\.toml:1: .*there is no directory"):
        pages(read(tmp_path))
    (tmp_path / "lint").mkdir()
    (tmp_path / "lint" / "broken.md").write_text("# no front matter\n")
    with pytest.raises(ConfigurationError, match=r"broken\.md:1:1: .*front matter"):
        pages(read(tmp_path))
