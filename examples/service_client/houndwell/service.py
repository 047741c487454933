"""Counterfoil as Houndwell sees it: seven calls over HTTP."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import httpx


class Refused(Exception):
    """Counterfoil refused a call; ``code`` is what a program decides by."""

    def __init__(self, code: str, said: str) -> None:
        """Keep why."""
        super().__init__(said)
        self.code = code


class Counterfoil:
    """
    Calls the API with two keys: one that sells through our connection, one of our back office.

    Every call that changes something may be repeated when its answer was lost: it goes out under
    an ``Idempotency-Key``, and is tried once more under the same.
    """

    def __init__(self, site: str, *, sells: str, serves: str) -> None:
        """Talk to the Counterfoil at this address."""
        self._http = httpx.Client(base_url=f"{site}/v1", timeout=30, trust_env=False)
        self._sells, self._serves = sells, serves

    def tell_purchase(self, reference: str, *, sku: str, quantity: int, price: int) -> None:
        """Tell of a purchase that was paid with us; the entitlements are issued at once."""
        line = {"sku": sku, "quantity": quantity, "unit_amount": price}
        told = {"reference": reference, "currency": "USD", "lines": [line]}
        self._call("POST", "/purchases", self._sells, told, key=reference)

    def codes(self, reference: str) -> list[tuple[str, str]]:
        """Collect the codes of a purchase that can be used, each with its entitlement."""
        path = f"/purchases/{reference}/codes"
        found = self._call("POST", path, self._sells, {})["codes"]
        return [(one["entitlement"], one["code"]) for one in found if one["code"]]

    def take_back(self, reference: str) -> None:
        """Tell that all the money of a purchase went back."""
        path, told = f"/purchases/{reference}/cancel", {"reference": "refund", "whole": True}
        self._call("POST", path, self._sells, told, key=f"{reference}:refund")

    def redeem(self, code: str, *, account: str) -> str:
        """Use a code for an account of ours, and give the entitlement."""
        told = {"code": code, "account": {"external_reference": account}}
        return str(self._call("POST", "/codes/redeem", self._serves, told)["entitlement"])

    def name_dog(self, entitlement: str, name: str) -> None:
        """Say which dog an entitlement is for."""
        path = f"/entitlements/{entitlement}/subject"
        self._call("PUT", path, self._serves, {"data": {"name": name}})

    def dog_of(self, entitlement: str) -> str | None:
        """Ask which dog an entitlement is for; nobody may have said yet."""
        try:
            found = self._call("GET", f"/entitlements/{entitlement}/subject", self._serves)
        except Refused as refusal:
            if refusal.code in {"subject_unknown", "not_assigned"}:
                return None
            raise
        return str(found["data"]["name"])

    def events(self, *, after: str | None, types: Sequence[str]) -> Any:
        """Read a page of the feed: what happened after this cursor, or all that is still kept."""
        asked = [("type", one) for one in types] + ([("after", after)] if after else [])
        return self._call("GET", f"/events?{urlencode(asked)}", self._serves)

    def _call(
        self,
        method: str,
        path: str,
        secret: str,
        told: dict[str, Any] | None = None,
        *,
        key: str = "",
    ) -> Any:
        headers = {"Authorization": f"Bearer {secret}"}
        if method != "GET":
            headers["Idempotency-Key"] = key or str(uuid4())
        request = self._http.build_request(method, path, json=told, headers=headers)
        try:
            answer = self._http.send(request)
        except httpx.TransportError:  # it may have been done, and is not done twice
            answer = self._http.send(request)
        try:
            told = answer.json()
        except ValueError:  # a proxy between us speaks, in its own words
            raise Refused("unreadable", f"It was answered {answer.status_code}.") from None
        if answer.is_success:
            return told
        raise Refused(str(told.get("code", "")), str(told.get("title", "")))
