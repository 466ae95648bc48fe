"""Passwords stay where they are."""

from __future__ import annotations

import pytest

from celerylint.report.credentials import is_secret, masked


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("redis://:hunter2@redis:6379/0", "redis://***@redis:6379/0"),
        ("amqp://guest:hunter2@rabbit//", "amqp://***@rabbit//"),
        ("amqp://a:hunter2@one;amqp://b:hunter2@two", "amqp://***@one;amqp://***@two"),
        ("redis://:hun@t/er2@redis/0", "redis://***@redis/0"),
        (
            'Celery("x", broker="redis://u:hunter2@h/1", b="rpc://")',
            'Celery("x", broker="redis://***@h/1", b="rpc://")',
        ),
        ("rediss://h/0?ssl=none&password=hunter2&x=1", "rediss://h/0?ssl=none&password=***&x=1"),
        ('redis_password = "hunter2"', 'redis_password = "***"'),
        ('app.conf["redis_password"] = "hunter2"', 'app.conf["redis_password"] = "***"'),
        ('"aws_secret_access_key": "hunter2", "region": "eu"', '"aws_secret_access_key": "***", "region": "eu"'),
        ("  REDIS_PASSWORD: hunter2  # in clear", "  REDIS_PASSWORD: ***  # in clear"),
        ("flower --basic_auth=shop:hunter2 --port=1", "flower --basic_auth=*** --port=1"),
        ('["flower", "--basic-auth=shop:hunter2", "x"]', '["flower", "--basic-auth=***", "x"]'),
        ('- "--oauth2_secret"\n', '- "--oauth2_secret"\n'),
        ("redis-cli --password hunter2 ping", "redis-cli --password *** ping"),
        ("password: str = 'hunter2'", "password: ***"),
    ],
)
def test_passwords_are_masked(written: str, shown: str) -> None:
    assert masked(written) == shown


@pytest.mark.parametrize(
    "text",
    [
        "redis://redis:6379/0",
        "mail ops@example.org",
        'password=os.environ["REDIS_PASSWORD"]',
        "      secretName: shop-redis",
        "password:",
        "celery flower --basic_auth=${FLOWER_LOGIN} --port=5555",
        "run --token --verbose",
        "task_default_routing_key = 'celery'",
        "",
    ],
)
def test_what_is_no_password_stays(text: str) -> None:
    assert masked(text) == text


def test_names_tell_secrets() -> None:
    secret = ("redis_password", "security_key", "s3_secret_access_key", "certificate_key_password", "api_token")
    harmless = ("task_default_routing_key", "cache_key_prefix", "broker_url", "worker_pool")
    assert all(map(is_secret, secret))
    assert not any(map(is_secret, harmless))
