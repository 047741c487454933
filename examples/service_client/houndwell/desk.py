"""What Houndwell does: it sells, and serves its accounts."""

from uuid import uuid4

from houndwell.service import Counterfoil, Refused
from houndwell.store import Store

SKU, PRICE = "HOUND", 9_900


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
            self.store.write(
                "INSERT INTO kits (entitlement, reference) VALUES (?, ?) ON CONFLICT (entitlement)"
                " DO UPDATE SET reference = excluded.reference",  # its event may have been quicker
                entitlement,
                reference,
            )
            self._write(mail, f"Thank you. Your kit's code: {code}")
        return reference

    def refund(self, reference: str) -> str:
        """Give the money back; the kits are withdrawn as their terms say."""
        self.service.take_back(reference)
        return reference

    def give(self, reference: str, to: str) -> str:
        """
        Write the buyer's code to somebody else, for the buyer.

        :raises Refused: if none can be used any more.
        """
        codes = self.service.codes(reference)
        if not codes:
            raise Refused("no_code", "There is no unused code in this order.")
        for _entitlement, code in codes:
            self._write(to, f"Somebody gave you a kit. Its code: {code}")
        return to

    def claim(self, mail: str, code: str) -> str:
        """
        Use a code for an account, and give the entitlement.

        :raises Refused: if it cannot be used.
        """
        entitlement = self.service.redeem(code, account=mail)
        self.store.write(
            "INSERT INTO kits (entitlement, holder) VALUES (?, ?) ON CONFLICT (entitlement)"
            " DO UPDATE SET holder = excluded.holder",
            entitlement,
            mail,
        )
        return entitlement

    def name_dog(self, entitlement: str, dog: str) -> str:
        """Say which dog a kit is for; the event that follows brings it to the lab."""
        self.service.name_dog(entitlement, dog)
        return dog

    def _write(self, mail: str, text: str) -> None:
        self.store.write("INSERT INTO letters (mail, text) VALUES (?, ?)", mail, text)
