"""Functions of templates that answer differently each time, or refuse to answer: a token stands in for each.

A token is a text that no chart writes by itself. Whoever reads the rendered text takes what holds one as unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

_STRING = r'"(?:[^"\\\n]|\\.)*"|`[^`]*`'
_STRINGS = re.compile(f"({_STRING})")
_NAME = r"(?<![\w.$])(?:{})\b"
_RANDOM = re.compile(
    _NAME.format(
        "randAlphaNum|randAlpha|randNumeric|randAscii|randBytes|randInt|genPrivateKey|bcrypt|htpasswd|encryptAES"
        "|shuffle|getHostByName"
    )
)
_UUID = re.compile(_NAME.format("uuidv4"))
_NOW = re.compile(_NAME.format("now"))
_CERTIFICATE = re.compile(_NAME.format("gen(?:CA|SelfSignedCert|SignedCert)(?:WithKey)?"))
_VOLATILE = re.compile(r"rand|uuidv4|now|gen[CPS]|bcrypt|htpasswd|encryptAES|shuffle|getHostByName")
_FAIL = re.compile(_NAME.format("fail"))
_REQUIRED = re.compile(_NAME.format("required") + rf"\s+(?:{_STRING})")
_CALL = re.compile(r"(?<![\w.$-])[a-zA-Z]\w*")
# They put a text where it is asked for, and look at none.
_TRANSPARENT = frozenset(
    [
        "required",
        "default",
        "print",
        "printf",
        "quote",
        "squote",
        "toString",
        "tpl",
        "trim",
        "indent",
        "nindent",
        "b64enc",
    ]
)
# Functions that helmfile has beside those of Helm, and that ask for what no repository holds.
_OUTSIDE = re.compile(
    _NAME.format("requiredEnv|env|exec|envExec|readFile|readDir|readDirEntries|fetchSecretValue|expandSecretRefs")
)
_STATE = re.compile(r"((?<![\w$])\$?)\.(?:StateValues|Environment\.Values)\b")
_NAME_OF_ENVIRONMENT = re.compile(r"(?<![\w$])\$?\.Environment\.Name\b")
TOKEN = re.compile(r"__CELERYLINT_([0-9]+)__")


@dataclass(slots=True)
class Tokens:
    """The actions that tokens stand for, by their source."""

    numbers: dict[str, int] = field(default_factory=dict)
    advice: str = ""  # how more would be known

    def make(self, source: str) -> str:
        """The token of an action; the same source has the same one."""
        return f"__CELERYLINT_{self.numbers.setdefault(source, len(self.numbers))}__"

    def reason(self, text: str) -> str:
        """Why a text with a token is not known."""
        match = TOKEN.search(text)
        source = "".join(tuple(self.numbers)[int(match[1]) :][:1]) if match else "…"
        if "required" in source:
            return f"the chart asks its user for it: `{{{{ {source} }}}}`"
        if asks_outside(source):
            return f"only the machine that deploys knows `{{{{ {source} }}}}`"
        if _VOLATILE.search(source):
            return f"`{{{{ {source} }}}}` is another one each time"
        return f"`{{{{ {source} }}}}` cannot be told from the repository" + (f"; {self.advice}" if self.advice else "")

    def restored(self, text: str) -> str:
        """The text with the action's own source in the place of every token."""
        sources = tuple(self.numbers)
        return TOKEN.sub(lambda match: "{{ " + "".join(sources[int(match[1]) :][:1]) + " }}", text)


def steady(body: str, tokens: Tokens) -> str:
    """An action's body that answers the same every time."""
    if not _VOLATILE.search(body):
        return body
    answer: list[str] = []

    def token() -> str:
        answer[:] = answer or [tokens.make(body)]
        return f'"{answer[0]}"'

    def replaced(code: str) -> str:
        code = _RANDOM.sub(lambda _: f"coalesce {token()}", code)
        code = _UUID.sub(lambda _: f"(coalesce {token()})", code)
        code = _CERTIFICATE.sub(lambda _: f'dict "Cert" {token()} "Key" {token()}', code)
        return _NOW.sub('(toDate "2006-01-02" "2001-01-01")', code)

    return _outside(body, replaced)


def from_helmfile(body: str, environment: str, tokens: Tokens) -> str:
    """An action of a helmfile's values template as Helm understands it; what comes from outside is a token."""

    def replaced(code: str) -> str:
        code = _NAME_OF_ENVIRONMENT.sub(lambda _: f'"{environment}"', code)
        code = _STATE.sub(r"\1.Values", code)
        return _OUTSIDE.sub(lambda _: f'coalesce "{tokens.make(body)}"', code)

    return _outside(body, replaced)


def asks_outside(body: str) -> bool:
    """Whether an action of a helmfile's template asks the machine that deploys."""
    return bool(_OUTSIDE.search(_STRINGS.sub("", body)))


def lenient(body: str, writes: bool, tokens: Tokens) -> str:
    """An action's body that goes on where the chart would refuse to: for `fail`, and for `required` that is written."""
    body = _outside(body, lambda code: _FAIL.sub("trunc 0", code))
    if not writes or "required" not in body:
        return body
    code = _STRINGS.sub("", body)
    if not _TRANSPARENT.issuperset(_CALL.findall(code)):
        return body
    return _REQUIRED.sub(lambda _: f'default "{tokens.make(body)}"', body)


def _outside(body: str, replace: Callable[[str], str]) -> str:
    """The body with `replace` applied to what is no string of it."""
    pieces = _STRINGS.split(body)
    return "".join(piece if index % 2 else replace(piece) for index, piece in enumerate(pieces))
