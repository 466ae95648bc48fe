"""What generated programs found: each was once told wrongly, or broke the reading of its repository."""

from __future__ import annotations

from pathlib import Path

import pytest
from linked import code_of, only_app, settings_of, written

from celerylint.origin import Value

HEAD = "from celery import Celery\n"
CHANGED = "S = {'a': 1}\nsame = S\nsame.update({'b': 2})\n"


def setting(root: Path, text: str, name: str, variables: dict[str, str] | None = None) -> Value[object]:
    code = code_of(written(root, {"shop.py": HEAD + text, "requirements.txt": "celery==5.7.0\n"}))
    return settings_of(code, only_app(code), variables)[name]


@pytest.mark.parametrize(
    "made",
    [
        "app = Celery('p', task_routes=S)\n",
        "app = Celery('p')\nF = {'task_routes': S}\napp.add_defaults(F)\n",
        "for each in (1, {**{}, **dict(S)}):\n    L = each\napp = Celery('p', task_routes=L)\n",
        "app = Celery('p')\napp.conf.task_routes = S\n",
    ],
)
def test_a_dictionary_that_was_changed_under_another_name(made: str, tmp_path: Path) -> None:
    assert not setting(tmp_path, CHANGED + made, "task_routes").known


def test_a_dictionary_before_it_is_changed_under_another_name(tmp_path: Path) -> None:
    text = "S = {'a': 1}\nX = dict(S)\nsame = S\nsame.update({'b': 2})\napp = Celery('p', task_routes=X)\n"
    assert setting(tmp_path, text, "task_routes").value == {"a": 1}


def test_unpacked_arguments_that_a_variable_holds(tmp_path: Path) -> None:
    text = "from environs import Env\nenv = Env()\napp = Celery('p', task_routes=dict({}, **env.json('ROUTES')))\n"
    assert setting(tmp_path, text, "task_routes", {"ROUTES": '{"add": "high"}'}).value == {"add": "high"}


def test_a_setting_under_its_name_and_an_old_one_that_is_the_namespaces(tmp_path: Path) -> None:
    text = "app = Celery('p')\napp.config_from_object({'x': 1}, namespace='CELERY')\n"
    text += "app.conf['CELERY_RESULT_PERSISTENT'] = True\napp.conf.update(result_persistent=False)\n"
    # Loading gives both the new name, in the order in which they were set first.
    assert setting(tmp_path, text, "result_persistent").value is False
    read = text + "print(app.conf.timezone)\napp.conf.result_persistent = True\n"
    assert "two names" in setting(tmp_path, read, "result_persistent").reason


def test_the_name_that_was_set_first_counts_for_the_order(tmp_path: Path) -> None:
    text = "app = Celery('p')\napp.config_from_object({'x': 1}, namespace='CELERY')\n"
    text += "app.conf.CELERY_TASK_SERIALIZER = 'one'\napp.conf.task_serializer = 'two'\n"
    text += "app.conf.CELERY_TASK_SERIALIZER = 'three'\n"
    assert setting(tmp_path, text, "task_serializer").value == "two"


def test_a_name_with_a_namespace_that_makes_no_old_name(tmp_path: Path) -> None:
    text = "app = Celery('p')\napp.config_from_object({'x': 1}, namespace='CELERY_APP')\n"
    text += "app.conf.CELERY_APP_TASK_SERIALIZER = 'one'\napp.conf.task_serializer = 'two'\n"
    assert setting(tmp_path, text, "task_serializer").value == "one"


@pytest.mark.parametrize(
    "line", ["globals()['CELERY_TIMEZONE'] = 'UTC'\n", "globals().update(CELERY_TIMEZONE='UTC')\n"]
)
def test_the_zone_of_a_module_that_writes_its_names_by_other_means(line: str, tmp_path: Path) -> None:
    files = {
        "shop.py": HEAD + "app = Celery('p')\napp.config_from_object('django.conf:settings', namespace='CELERY')\n",
        "conf.py": line,
        "requirements.txt": "celery==5.7.0\n",
    }
    code = code_of(written(tmp_path, files))
    found = settings_of(code, only_app(code), {"DJANGO_SETTINGS_MODULE": "conf"})["timezone"]
    assert found.value == "UTC" or not found.known


def test_a_module_that_hands_its_name_to_a_function_may_hold_anything(tmp_path: Path) -> None:
    loader = "import sys\n\n\ndef load(cls, name):\n    for each in dir(cls):\n"
    loader += "        setattr(sys.modules[name], each, getattr(cls, each))\n"
    files = {
        "shop.py": HEAD + "app = Celery('p')\napp.config_from_object('django.conf:settings', namespace='CELERY')\n",
        "loader.py": loader,
        "conf.py": "from loader import load\nclass Base:\n    CELERY_TASK_ACKS_LATE = True\nload(Base, __name__)\n",
    }
    code = code_of(written(tmp_path, files))
    assert not settings_of(code, only_app(code), {"DJANGO_SETTINGS_MODULE": "conf"})["task_acks_late"].known


def test_a_module_that_names_its_logger_by_itself_holds_what_it_says(tmp_path: Path) -> None:
    files = {
        "shop.py": HEAD + "app = Celery('p')\napp.config_from_object('django.conf:settings', namespace='CELERY')\n",
        "conf.py": "import logging\n\nlog = logging.getLogger(__name__)\nlogging.getLogger(__name__).setLevel(10)\n",
    }
    code = code_of(written(tmp_path, files))
    assert settings_of(code, only_app(code), {"DJANGO_SETTINGS_MODULE": "conf"})["task_acks_late"].value is False


def test_a_name_that_may_have_the_namespace_in_front(tmp_path: Path) -> None:
    text = "import os\napp = Celery('p')\napp.conf.task_default_queue = 'one'\n"
    text += "app.conf.CELERY_TASK_DEFAULT_QUEUE = 'two'\n"
    text += "app.config_from_object({'x': 1}, namespace=os.environ.get('WHICH') or unknown)\n"
    assert "CELERY_TASK_DEFAULT_QUEUE may set it" in setting(tmp_path, text, "task_default_queue").reason
    assert setting(tmp_path, text, "task_default_queue", {"WHICH": "CELERY"}).value == "two"


def test_an_argument_of_the_app_beside_an_object_of_which_one_value_is_not_known(tmp_path: Path) -> None:
    # What an object says under the namespace wins over the argument until Celery 5.6, and never since.
    files = {
        "shop.py": HEAD + "app = Celery('p', accept_content=['one'], namespace='shop')\n"
        "app.config_from_object('conf', namespace='shop')\n",
        "conf.py": "shop_accept_content = ['two']\ntry:\n    import elsewhere\n    shop_accept_content = ['three']\n"
        "except ImportError:\n    pass\n",
    }
    for release, known in (("5.7.0", True), ("5.6.0", False)):
        code = code_of(written(tmp_path / release, {**files, "requirements.txt": f"celery=={release}\n"}))
        assert settings_of(code, only_app(code))["accept_content"].known is known


WEIGHED = {
    "a default beside an object in old names": (
        "app.add_defaults({'broker_heartbeat': 1})\napp.conf.broker_heartbeat = 2\n"
        "class C:\n    CELERY_TRACK_STARTED = True\napp.config_from_object(C)\n"
    ),
    "an object in both kinds of names": (
        "app.conf.broker_heartbeat = 2\n"
        "class C:\n    CELERY_TRACK_STARTED = True\n    broker_heartbeat = 1\napp.config_from_object(C)\n"
    ),
    "an old name that the namespace makes as well": (
        "app.conf.update(CELERY_REDIS_MAX_CONNECTIONS=2)\n"
        "class C:\n    CELERY_REDIS_MAX_CONNECTIONS = 1\napp.config_from_object(C, namespace='CELERY')\n"
    ),
}


@pytest.mark.parametrize("name", WEIGHED)
@pytest.mark.parametrize(("release", "expected"), [("5.6.3", {1, None}), ("5.7.0", {2})])
def test_the_apps_own_may_lose_before_5_7(name: str, release: str, expected: set[int | None], tmp_path: Path) -> None:
    files = {"shop.py": f"{HEAD}app = Celery('p')\n{WEIGHED[name]}", "requirements.txt": f"celery=={release}\n"}
    code = code_of(written(tmp_path, files))
    found = settings_of(code, only_app(code))[
        "redis_max_connections" if "REDIS" in WEIGHED[name] else "broker_heartbeat"
    ]
    assert (found.value if found.known else None) in expected


def test_setdefault_under_an_old_name_may_find_the_new_one(tmp_path: Path) -> None:
    text = "app = Celery('p')\napp.conf.update(result_persistent=False)\n"
    text += "app.conf.setdefault('CELERY_RESULT_PERSISTENT', True)\n"
    assert not setting(tmp_path, text, "result_persistent").known


def test_a_result_backend_is_asked_for_by_its_old_name_too(tmp_path: Path) -> None:
    text = "class C:\n    CELERY_RESULT_BACKEND = 'rpc://'\napp.config_from_object(C, namespace='SHOP')\n"
    files = {"shop.py": f"{HEAD}app = Celery('p')\n{text}", "requirements.txt": "celery==5.6.3\n"}
    code = code_of(written(tmp_path, files))
    assert not settings_of(code, only_app(code))["result_backend"].known
