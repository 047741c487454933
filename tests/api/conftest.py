"""A caller with a key."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.api.documented import watch

from counterfoil.operations.create_api_key import create_api_key
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import now

_keys = count()
Post = Callable[..., HttpResponse]


@pytest.fixture(autouse=True)
def as_described(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hold every answer against the description of the API."""
    yield from watch(monkeypatch)


@pytest.fixture
def key() -> Callable[..., str]:
    """Make an API key with these scopes."""

    def make(*scopes: Scope) -> str:
        made = create_api_key(name="back office", scopes=scopes, by=SYSTEM, at=now())
        return made.secret

    return make


@pytest.fixture
def post(client: Client, key: Callable[..., str]) -> Post:
    """
    Post JSON with a key that may do everything but read reasons, or with the one given.

    Every request has an idempotency key of its own.
    """
    everything = [scope for scope in Scope if scope is not Scope.REASONS]

    def send(path: str, body: Any, *, token: str | None = None) -> HttpResponse:
        token = key(*everything) if token is None else token
        return client.post(  # type: ignore[return-value]
            path,
            body,
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": f"post-{next(_keys)}"},
        )

    return send
