"""What Houndwell does: it sells, serves its accounts, and keeps its lab in step with the events."""

from typing import Any
from uuid import uuid4

from houndwell.service import Counterfoil
from houndwell.store import Store

SKU, PRICE = "HOUND", 9_900
IN_USE = {"assigned", "fulfilled"}


class Desk:
    """The platform's acts; accounts are called by their mail address."""

    def __init__(self, store: Store, service: Counterfoil) -> None:
        """Work with this store, and this Counterfoil."""
        self.store, self.service = store, service

    def sell(self, mail: str, quantity: int) -> str:
        """Have somebody buy so many kits, and write the codes to them."""
        reference = f"HW-{uuid4().hex[:10]}"
        self.store.write("INSERT INTO orders VALUES (?, ?)", reference, mail)
        self.service.tell_purchase(reference, sku=SKU, quantity=quantity, price=PRICE)
        for entitlement, code in self.service.codes(reference):
            self._remember(entitlement, reference)
            self._write(mail, f"Thank you. Your kit's code: {code}")
        return reference

    def refund(self, reference: str) -> None:
        """Give the money back; the kits are withdrawn as their terms say."""
        self.service.take_back(reference)

    def give(self, reference: str, to: str) -> None:
        """Write the buyer's code to somebody else, for the buyer."""
        for _entitlement, code in self.service.codes(reference):
            self._write(to, f"Somebody gave you a kit. Its code: {code}")

    def claim(self, mail: str, code: str) -> str:
        """
        Use a code for an account, and give the entitlement.

        :raises Refused: if it cannot be used.
        """
        entitlement = self.service.redeem(code, account=mail)
        self._remember(entitlement, None)
        self.store.write("UPDATE kits SET holder = ? WHERE entitlement = ?", mail, entitlement)
        return entitlement

    def name_dog(self, entitlement: str, dog: str) -> None:
        """Say which dog a kit is for; the event that follows brings it to the lab."""
        self.service.name_dog(entitlement, dog)

    def take(self, event: dict[str, Any]) -> None:
        """
        Bring the lab to what an event says.

        Events come more than once and in any order: what is older than what we know is dropped by
        its version, and the same again changes nothing. They carry no names; those we ask for.
        """
        told = event["data"]
        entitlement, version = told.get("entitlement"), told.get("version") or 0
        if not entitlement or self._knows(entitlement, version):
            return
        dog = self.service.dog_of(entitlement) if told["state"] in IN_USE else None
        with self.store.at_once():
            if self._knows(entitlement, version):  # another told us while we asked
                return
            self._remember(entitlement, None)
            self.store.write(
                "UPDATE kits SET version = ? WHERE entitlement = ?", version, entitlement
            )
            self.store.write("DELETE FROM samples WHERE entitlement = ?", entitlement)
            if dog:
                self.store.write(
                    "INSERT INTO samples SELECT entitlement, holder, ? FROM kits"
                    " WHERE entitlement = ? AND holder IS NOT NULL",
                    dog,
                    entitlement,
                )
        if event["type"] == "entitlement.replaced":
            self._send_again(entitlement)

    def _send_again(self, entitlement: str) -> None:
        sold = self.store.one(
            "SELECT orders.reference, mail FROM orders JOIN kits USING (reference)"
            " WHERE entitlement = ?",
            entitlement,
        )
        if sold is None:
            return
        for one, code in self.service.codes(sold[0]):
            if one == entitlement:
                self._write(sold[1], f"The code you had works no more. The new one: {code}")

    def _knows(self, entitlement: str, version: int) -> bool:
        found = self.store.one("SELECT version FROM kits WHERE entitlement = ?", entitlement)
        return found is not None and int(found[0]) >= version

    def _remember(self, entitlement: str, reference: str | None) -> None:
        self.store.write(
            "INSERT INTO kits (entitlement, reference) VALUES (?, ?) ON CONFLICT (entitlement)"
            " DO UPDATE SET reference = coalesce(reference, excluded.reference)",
            entitlement,
            reference,
        )

    def _write(self, mail: str, text: str) -> None:
        self.store.write("INSERT INTO letters (mail, text) VALUES (?, ?)", mail, text)
