"""
A provisioner that asks your system by an outgoing webhook, signed as Standard Webhooks 1.0.0 says.

The body is thin: handle, product, the account by your reference (or our id), and the subject as it
was answered, for that is what the record is made of. No code is in it, ever, and no name or mail
address of the holder unless the setting asks for it.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from counterfoil.conf import conf
from counterfoil.effects.outgoing import Answer, NotReached, NotTried, post
from counterfoil.effects.provisioning import (
    ProvisioningAccepted,
    ProvisioningFailed,
    ProvisioningPutOff,
    ProvisioningRefused,
    ProvisioningRequest,
    RemovalRequest,
)
from counterfoil.rules.webhooks import signed

ACCEPTED, GONE = 202, 410
REFUSED = frozenset({400, 409, 422})
"""The system is there and will not do this one: nothing is said about the others."""


class WebhookProvisioner:
    """Posts ``entitlement.provision`` and ``entitlement.deprovision`` to ``PROVISIONER_URL``."""

    def provision(self, request: ProvisioningRequest) -> str:
        """Ask for the record, and give the reference in the answer."""
        told: dict[str, Any] = {
            "account": request.account,
            "subject_kind": request.subject_kind,
            "subject_reference": request.subject_reference,
            "subject": dict(request.subject),
        }
        if conf.PROVISIONER_SENDS_MAIL:
            told["mail"] = request.mail
        answer = _ask("entitlement.provision", request, told)
        reference = answer.told.get("reference")
        if not isinstance(reference, str) or not reference.strip():
            raise ProvisioningFailed("The answer names no reference.")
        return reference.strip()

    def deprovision(self, request: RemovalRequest) -> None:
        """Ask for the record to go; that there is none (410) is success."""
        _ask("entitlement.deprovision", request, {"reference": request.reference}, fine=GONE)


def headers_of(message_id: str, body: bytes, *, at: datetime) -> dict[str, str]:
    """
    Give the headers of a message, signed with each secret of the settings.

    :raises ProvisioningFailed: if no secret is configured, or one is none.
    """
    if not conf.PROVISIONER_SECRETS:
        raise ProvisioningFailed("The webhook has no secret.")
    try:
        return signed(message_id, body, conf.PROVISIONER_SECRETS, at=at)
    except ValueError:
        raise ProvisioningFailed("A secret of the webhook cannot be read.") from None


def _ask(
    kind: str,
    request: ProvisioningRequest | RemovalRequest,
    told: Mapping[str, Any],
    *,
    fine: int | None = None,
) -> Answer:
    at = timezone.now()
    data = {
        "key": request.key,
        "handle": request.handle,
        "product": request.product,
        "is_test": request.is_test,
        **told,
    }
    whole = {"type": kind, "timestamp": at.isoformat(), "data": data}
    body = json.dumps(whole, ensure_ascii=False).encode()
    headers = headers_of(f"{request.key}:{kind.rpartition('.')[2]}", body, at=at) | {
        "Content-Type": "application/json",
        "User-Agent": "Counterfoil",
        "Idempotency-Key": request.key,
    }
    try:
        answer = post(
            conf.PROVISIONER_URL,
            body,
            headers,
            allows_loopback=conf.PROVISIONER_ALLOWS_LOOPBACK,
        )
    except NotTried as reason:
        raise ProvisioningPutOff(str(reason)) from reason
    except NotReached as reason:
        raise ProvisioningFailed(str(reason)) from reason
    if answer.status == ACCEPTED:
        raise ProvisioningAccepted
    if answer.status in REFUSED:
        raise ProvisioningRefused(f"The system refuses this one ({answer.status}).")
    if not 200 <= answer.status < 300 and answer.status != fine:
        raise ProvisioningFailed(f"The system answered {answer.status}.")
    return answer
