"""Small projects whose workers import some of the modules that declare tasks, drawn from a number."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

MODULES = ("shop.tasks", "shop.jobs", "shop.mail.tasks", "shop.mail.jobs", "shop.mail.send", "shop.stock.tasks", "late")
PLAIN = ("shop.web", "shop.mail.views", "shop.signals", "scripts.sync")


@dataclass(frozen=True, slots=True)
class Layout:
    """Its files, the name behind `-A`, and the modules behind `-I`."""

    files: dict[str, str]
    app: str
    included: tuple[str, ...]


def layout(number: int, django: bool = False) -> Layout:
    """The project of a number."""
    return _Drawing(Random(number), django).project()


class _Drawing:
    def __init__(self, random: Random, django: bool) -> None:
        self.random = random
        self.django = django

    def chance(self, percent: int) -> bool:
        return self.random.randrange(100) < percent

    def project(self) -> Layout:
        files = dict.fromkeys(("shop/__init__.py", "shop/mail/__init__.py", "shop/stock/__init__.py"), "")
        for name in MODULES:
            files[_path(name)] = self._declaring(name)
        for name in PLAIN:
            files[_path(name)] = self._imports(name, 40)
        for package in ("shop/mail/__init__.py", "shop/stock/__init__.py", "shop/__init__.py"):
            files[package] = self._imports(package, 8)
        files["shop/celery.py"] = self._app()
        included = tuple(self.random.sample(MODULES, 1)) if self.chance(20) else ()
        if self.django:
            files |= self._site()
        more = f" -I {','.join(included)}" if included else ""
        app = self.random.choice(("shop.celery", "shop.celery:app", "shop"))
        command = f"celery -A {app} worker{more}"
        files["compose.yaml"] = f"services:\n  worker:\n    image: shop\n    command: {command}\n"
        return Layout(files, app, included)

    def _declaring(self, name: str) -> str:
        short = name.replace(".", "_")
        shared = self.chance(50)
        head = "from celery import shared_task\n" if shared else "from shop.celery import app\n"
        decorator = "@shared_task" if shared else "@app.task"
        return f"{head}{self._imports(name, 12)}\n\n{decorator}\ndef {short}():\n    pass\n"

    def _imports(self, own: str, percent: int) -> str:
        others = [name for name in (*MODULES, *PLAIN[:3]) if name != own]
        return "".join(self._import(each) for each in others if self.chance(percent // 4))

    def _import(self, name: str) -> str:
        package, _, last = name.rpartition(".")
        forms = [f"import {name}\n", f"def later():\n    import {name}\n", f"if len('a') == 1:\n    import {name}\n"]
        forms += [f"try:\n    import {name}\nexcept ImportError:\n    pass\n", f"if False:\n    import {name}\n"]
        forms += [f"from importlib import import_module\nimport_module({name!r})\n", f"NAMES = [{name!r}]\n"]
        forms += [f"def now():\n    import {name}\nnow()\n", f"__import__({name!r})\n"]
        if package:
            forms += [f"from {package} import {last}\n", f"from {package} import (\n    {last},\n)\n"] * 2
        return self.random.choice(forms)

    def _app(self) -> str:
        lines = ["import os\n"] if self.django else []
        if self.django:
            lines.append("os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_settings')\n")
        lines.append("from celery import Celery\n")
        include = f", include={self.random.sample(MODULES, 2)!r}" if self.chance(30) else ""
        lines.append(f"app = Celery('shop'{include})\n")
        if self.chance(30):
            lines.append(f"app.conf.imports = {tuple(self.random.sample(MODULES, 1))!r}\n")
        if self.django:
            lines.append("app.config_from_object('django.conf:settings', namespace='CELERY')\n")
        if self.chance(60):
            lines.append(self._discovers())
        lines.append(self._imports("shop.celery", 20))
        return "".join(lines)

    def _discovers(self) -> str:
        packages = self.random.sample(("shop", "shop.mail", "shop.stock", "shop.none"), self.random.randint(1, 2))
        related = self.random.choice(("", "", ", related_name='jobs'", ", 'send'", ", related_name=None"))
        if related.endswith("None"):
            packages = [each for each in packages if each != "shop.none"] or ["shop.mail"]
        forms = [f"app.autodiscover_tasks({packages!r}{related})\n"]
        forms.append(f"PACKAGES = {packages!r}\napp.autodiscover_tasks(lambda: PACKAGES{related})\n")
        forms.append(f"if os.sep == '/':\n    app.autodiscover_tasks({packages!r})\n" if self.django else forms[0])
        if self.django:
            forms += ["app.autodiscover_tasks()\n"] * 4
        return self.random.choice(forms)

    def _site(self) -> dict[str, str]:
        """Settings, URLs and applications of Django."""
        apps = self.random.sample(["shop", "shop.mail", "shop.stock.apps.Stock"], self.random.randint(1, 3))
        config = "from django.apps import AppConfig\n\nclass Stock(AppConfig):\n    name = 'shop.stock'\n"
        if self.chance(30):
            config += f"    def ready(self):\n        import {self.random.choice(MODULES)}\n"
        more = f"CELERY_IMPORTS = [{self.random.choice(MODULES)!r}]\n" if self.chance(15) else ""
        return {
            "site_settings.py": f"SECRET_KEY = 'x'\nINSTALLED_APPS = {apps!r}\nROOT_URLCONF = 'site_urls'\n{more}",
            "site_urls.py": f"urlpatterns = []\n{self._imports('site_urls', 20)}",
            "shop/stock/apps.py": config,
            "shop/management/commands/sync.py": f"import {self.random.choice(MODULES)}\n",
        }


def _path(name: str) -> str:
    return f"{name.replace('.', '/')}.py"
