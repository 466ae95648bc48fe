"""The small repositories in a page's body."""

from __future__ import annotations

import pytest

from celerylint.page import PageError
from celerylint.page.examples import examples, sections
from page.page_texts import page

BODY = """
# name

## Bad
Two files, one of them without comments.
```python title="shop/celery.py"
app = Celery()  # a comment
app.conf.x = 1  # ACM101
app.conf.y = 2  # ACM101, ACM102
app.conf.z = 3  # ACM102
```
~~~yaml title="deploy/worker.yaml" marks="1, 3"
a: |
  ## Good
c: 1
~~~
## Good: with RedBeat
````text title="x.txt"
```
````
## When to ignore it
```python
not read
```
"""


def test_files_and_marks_are_found() -> None:
    bad, good = examples(page(body=BODY))
    assert (bad.bad, good.bad, good.heading) == (True, False, "Good: with RedBeat")
    assert [(file.path, file.marks) for file in bad.files] == [
        ("shop/celery.py", (2, 3)),
        ("deploy/worker.yaml", (1, 3)),
    ]
    assert bad.files[1].text == "a: |\n  ## Good\nc: 1\n"
    assert good.files[0].text == "```\n"


def test_sections_are_found_outside_of_blocks_only() -> None:
    assert [section.heading for section in sections(page(body=BODY))] == [
        "Bad",
        "Good: with RedBeat",
        "When to ignore it",
    ]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("## Bad\n```python\nx\n```", "it needs a title"),
        ('## Bad\n```python title="../x.py"\nx\n```', "a relative path"),
        ('## Bad\n```python title="/x.py"\nx\n```', "a relative path"),
        ('## Bad\n```python title="x.py" marks="9"\nx\n```', "no line `9`"),
        ('## Bad\n```python title="x.py" marks="two"\nx\n```', "no line `two`"),
        ('## Bad\n```python title="x.py"\nx', "never closed"),
        ("## Bad\nnothing", "has no file"),
    ],
)
def test_mistakes_have_a_line(body: str, message: str) -> None:
    read = page(body=body)
    with pytest.raises(PageError, match=message) as caught:
        examples(read)
    assert caught.value.line >= 12
