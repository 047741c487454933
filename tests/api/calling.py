"""Calls with a key, as a machine of the house or of a partner makes them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.test import Client

from counterfoil.models import Partner
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import now


@dataclass(frozen=True)
class Machine:
    """Whoever calls with a key; ``id`` is as whom the ledger names it."""

    token: str
    id: str
    client: Client = field(default_factory=Client)

    def get(self, path: str, **query: Any) -> Any:
        """Read."""
        return self.client.get(path, query, headers=self._headers())

    def post(self, path: str, body: Any = None) -> Any:
        """Change something, under a new idempotency key."""
        headers = self._headers() | {"Idempotency-Key": str(uuid4())}
        return self.client.post(path, body, content_type="application/json", headers=headers)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def machine(*scopes: Scope, partner: Partner | None = None) -> Machine:
    """Make a key with these scopes, or with all of them."""
    wanted: Iterable[Scope] = scopes or Scope
    made = create_api_key(name="office", scopes=wanted, by=SYSTEM, at=now(), partner=partner)
    return Machine(token=made.secret, id=f"key:{made.api_key.pk}")
