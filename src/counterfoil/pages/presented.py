"""
The code between being presented and being claimed.

It rests in the server's session, sealed, for an hour at most. A hidden field would put it into
each page of the way, where a script of an extension, a saved page or a wrong form target finds it,
and could not outlive the redirects of signing in. Sessions lie in the database and in its backups;
hence the seal, whose key lies in neither. It goes when the code is claimed.
"""

import base64
import binascii
import json
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidTag
from django.http import HttpRequest

from counterfoil.models.keys import keyring
from counterfoil.rules.keyring import Purpose

KEY = "counterfoil_presented"
KEPT = timedelta(hours=1)
ABOUT = "presented"  # bound to the purpose only: signing in changes the session's key


def keep(request: HttpRequest, code: str, *, at: datetime) -> None:
    """Keep what was presented until it is claimed."""
    plain = json.dumps({"code": code, "at": at.timestamp()}).encode()
    key_id, sealed = keyring().seal(plain, Purpose.SEAL, ABOUT)
    request.session[KEY] = [key_id, base64.b64encode(sealed).decode()]


def kept(request: HttpRequest, *, at: datetime) -> str | None:
    """Give what was presented, unless that was too long ago or cannot be opened any more."""
    try:
        key_id, sealed = request.session[KEY]
        plain = keyring().open_(key_id, base64.b64decode(sealed), Purpose.SEAL, ABOUT)
    except (KeyError, TypeError, ValueError, binascii.Error, InvalidTag):
        return None
    found = json.loads(plain)
    if at - datetime.fromtimestamp(found["at"], UTC) > KEPT:
        return None
    return str(found["code"])


def drop(request: HttpRequest) -> None:
    """Forget what was presented."""
    request.session.pop(KEY, None)
