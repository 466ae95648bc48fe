"""Functions that set names of their module: followed where nobody else calls them."""

from __future__ import annotations

from pathlib import Path

import pytest
from linked import Looked

SETTINGS = "X = 1\ndef load():\n    global X\n    X = 2\n"
HARMLESS = {
    "an own function of that name": "def load(): pass\nload()\n",
    "a name of another module": "from json import load\nload('')\n",
    "a parameter": "def run(load): return load()\n",
    "other names of the module": "import conf\nprint(conf.X)\n",
    "another's attribute": "import yaml\nyaml.load('')\n",
}
CALLING = {
    "imported": "from conf import load\nload()\n",
    "under another name": "from conf import load as read\nread()\n",
    "everything imported": "from conf import *\nload()\n",
    "of the module": "import conf\nconf.load()\n",
    "by its name": "import conf\ngetattr(conf, 'load')()\n",
}


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_a_function_that_nobody_means_sets_nothing(text: str, tmp_path: Path) -> None:
    found = Looked(tmp_path, {"conf.py": SETTINGS, "other.py": text}).name("X", "conf.py")
    assert found is not None and found.value == 1


@pytest.mark.parametrize("text", CALLING.values(), ids=CALLING)
def test_a_function_that_another_file_may_call(text: str, tmp_path: Path) -> None:
    found = Looked(tmp_path, {"conf.py": SETTINGS, "other.py": text}).name("X", "conf.py")
    assert found is not None and "may be set by load" in found.reason


def test_a_function_that_something_else_names(tmp_path: Path) -> None:
    found = Looked(tmp_path, {"conf.py": SETTINGS, "setup.cfg": "run = conf:load\n"}).name("X", "conf.py")
    assert found is not None and "may be set by load" in found.reason


def test_a_module_that_is_imported_by_its_name(tmp_path: Path) -> None:
    text = "from importlib import import_module\nX = import_module('.base', package='shop').LIMIT\n"
    files = {"shop/__init__.py": "", "shop/base.py": "LIMIT = 3\n", "shop/conf.py": text}
    found = Looked(tmp_path, files).name("X", "shop/conf.py")
    assert found is not None and found.value == 3


def test_a_module_whose_name_is_not_known(tmp_path: Path) -> None:
    text = "import os\nfrom importlib import import_module\nX = import_module(os.environ['WHICH']).LIMIT\n"
    found = Looked(tmp_path, {"conf.py": text}).name("X", "conf.py")
    assert found is not None and not found.known


@pytest.mark.parametrize("how", ["vars().update(env.email_url('MAIL'))", "M = env.email_url('MAIL')\nvars().update(M)"])
def test_names_that_the_mail_servers_url_gives(how: str, tmp_path: Path) -> None:
    text = f"import environ\nenv = environ.Env()\nX = 1\n{how}\n"
    looked = Looked(tmp_path, {"conf.py": text})
    found, host = looked.name("X", "conf.py"), looked.name("EMAIL_HOST", "conf.py")
    assert found is not None and found.value == 1
    assert host is not None and "mail server" in host.reason
