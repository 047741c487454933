"""The sign-in that waits for its one-time code, in the session of the browser that asked for it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest

KEY = "counterfoil_sign_in"


def keep(request: HttpRequest, sign_in_id: UUID, masked_mail: str) -> None:
    """Remember that a one-time code was asked for; no other browser can use it."""
    request.session[KEY] = {"id": str(sign_in_id), "mail": masked_mail}


def pending_id(request: HttpRequest) -> UUID | None:
    """Give the sign-in that waits, if there is one."""
    waiting = _waiting(request)
    return UUID(waiting["id"]) if waiting else None


def pending_mail(request: HttpRequest) -> str:
    """Give the masked address the one-time code went to; empty if none was asked for."""
    waiting = _waiting(request)
    return str(waiting["mail"]) if waiting else ""


def drop(request: HttpRequest) -> None:
    """Forget the sign-in that waits."""
    request.session.pop(KEY, None)


def _waiting(request: HttpRequest) -> Any:
    return request.session.get(KEY)
