"""The demonstration's downstream: a record in the simulated kennel registry, over HTTP."""

from typing import Any
from urllib.parse import quote

import httpx
from django.conf import settings

from counterfoil.effects.provisioning import (
    ProvisioningFailed,
    ProvisioningRequest,
    RemovalRequest,
)

TIMEOUT_SECONDS = 10.0


class KennelRegistry:
    """
    Makes a record for each dog; an example of a provisioner to copy.

    The registry knows keys: asked again with the same one, it gives the record it made. Where
    yours does not, look for the record before making it.
    """

    def __init__(self) -> None:
        """Talk to the registry the setting ``REGISTRY_URL`` names."""
        self.url = str(settings.REGISTRY_URL).rstrip("/")

    def provision(self, request: ProvisioningRequest) -> str:
        """Make the record, or find it, and give its number."""
        told = {
            "handle": request.handle,
            "product": request.product,
            "owner": request.account,
            "subject": dict(request.subject),
        }
        number = self._ask("PUT", request.key, told).get("number", "")
        if not number:
            raise ProvisioningFailed("The registry gave no number.")
        return str(number)

    def deprovision(self, request: RemovalRequest) -> None:
        """Remove the record; that there is none is fine."""
        self._ask("DELETE", request.key)

    def _ask(self, method: str, key: str, told: dict[str, Any] | None = None) -> dict[str, Any]:
        url = f"{self.url}/records/{quote(key, safe='')}"
        try:
            answer = httpx.request(method, url, json=told, timeout=TIMEOUT_SECONDS)
            given = answer.json() if answer.content else {}
        except (httpx.HTTPError, ValueError) as error:
            name = type(error).__name__
            raise ProvisioningFailed(f"The registry did not answer ({name}).") from error
        if answer.status_code >= httpx.codes.BAD_REQUEST:
            raise ProvisioningFailed(f"The registry answered {answer.status_code}.")
        return given if isinstance(given, dict) else {}
