"""The README's picture of a terminal shows what celerylint prints."""

from picture import PICTURE, drawn


def test_the_picture_is_true() -> None:
    assert PICTURE.read_text(encoding="utf-8") == drawn(), "draw it anew: python tests/picture.py"
