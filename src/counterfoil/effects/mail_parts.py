"""What mails of several kinds are made of."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from counterfoil.models import Code, Delivery, Link
from counterfoil.models.ids import uuid7
from counterfoil.models.keys import keyring
from counterfoil.rules.codes import draw_token

Content = tuple[str, Mapping[str, Any]]
"""The name of a mail's templates, and their context."""

Compose = Callable[[Delivery, datetime], Content | None]
"""Composes the mail of a delivery as things stand now; nothing, if there is nothing left to say."""


def tokens_for(codes: Iterable[Code], delivery: Delivery, at: datetime) -> list[str]:
    """Draw a token for each code; those of earlier attempts go on working, for they may be out."""
    ring, tokens, links = keyring(), [], []
    for code in codes:
        token = draw_token()
        found = ring.lookup("link:", token)
        tokens.append(token)
        links.append(
            Link(
                id=uuid7(),
                code=code,
                delivery=delivery,
                key_id=found.key_id,
                lookup=found.digest,
                created_at=at,
            )
        )
    Link.objects.bulk_create(links)
    return tokens
