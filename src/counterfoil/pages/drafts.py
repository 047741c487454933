"""
What somebody had filled in when their session was over: kept for them until they have signed in.

It rests sealed in the session of that browser, for an hour, for one page of one assignment; whoever
else signs in there has no such page, and never sees it.
"""

import base64
import binascii
import json
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidTag
from django.http import HttpRequest

from counterfoil.models.keys import keyring
from counterfoil.rules.keyring import Purpose

KEY = "counterfoil_draft"
KEPT = timedelta(hours=1)
LONGEST = 20_000
LEFT_OUT = {"csrfmiddlewaretoken"}


def keep(request: HttpRequest, page: str, *, at: datetime) -> None:
    """Keep what was posted to this page; the newest only."""
    answers = {name: text for name, text in request.POST.items() if name not in LEFT_OUT}
    plain = json.dumps({"answers": answers, "at": at.timestamp()}).encode()
    if len(plain) <= LONGEST:
        key_id, sealed = keyring().seal(plain, Purpose.PERSONAL, f"draft|{page}")
        request.session[KEY] = [page, key_id, base64.b64encode(sealed).decode()]


def kept(request: HttpRequest, page: str, *, at: datetime) -> dict[str, str]:
    """Give what was posted to this page before; nothing if that was elsewhere, or long ago."""
    try:
        where, key_id, sealed = request.session[KEY]
        if where != page:
            return {}
        plain = keyring().open_(key_id, base64.b64decode(sealed), Purpose.PERSONAL, f"draft|{page}")
    except (KeyError, TypeError, ValueError, binascii.Error, InvalidTag):
        return {}
    found = json.loads(plain)
    if at - datetime.fromtimestamp(found["at"], UTC) > KEPT:
        return {}
    return {str(name): str(text) for name, text in found["answers"].items()}


def drop(request: HttpRequest) -> None:
    """Forget it."""
    request.session.pop(KEY, None)
