"""What the demo shop needs for its mails."""

import hashlib
from datetime import datetime

from counterfoil.models import ApiKey
from counterfoil.rules.scopes import Scope


def let_mailbox_tell(token: str, *, at: datetime) -> None:
    """Let the simulated mailbox tell of mails that came back, by a key it was given beforehand."""
    _, _, rest = token.partition("_")
    prefix, _, secret = rest.partition("_")
    if not secret or ApiKey.objects.filter(prefix=prefix).exists():
        return
    ApiKey.objects.create(
        name="The demo's mailbox",
        prefix=prefix,
        digest=hashlib.sha256(secret.encode()).digest(),
        scopes=[Scope.BOUNCES.value],
        created_at=at,
    )
