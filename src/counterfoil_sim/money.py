"""What happens to money that was paid: refunds and disputes."""

from counterfoil_sim import objects
from counterfoil_sim.checkout import Checkout
from counterfoil_sim.errors import ApiError
from counterfoil_sim.store import Obj

_GONE = ("succeeded", "pending", "requires_action")
_REASONS = (None, "duplicate", "fraudulent", "requested_by_customer")


class Money(Checkout):
    """Refunds and disputes of a session's payment."""

    def create_refund(
        self,
        payment: str,
        *,
        amount: int | None = None,
        metadata: Obj | None = None,
        reason: str | None = None,
        status: str = "succeeded",
    ) -> Obj:
        """
        Give money of a payment back, all that is left unless told how much.

        :raises ApiError: if that is more than is left, or nothing was paid.
        """
        with self.changing() as store:
            charge = self._paid_charge(payment)
            left = self.refundable(payment)
            if left == 0:
                raise ApiError("Charge has already been refunded", code="charge_already_refunded")
            amount = left if amount is None else amount
            if amount <= 0:
                raise ApiError("This value must be 1 or more", param="amount")
            if amount > left:
                raise ApiError(
                    f"Refund amount ({amount}) is greater than unrefunded amount on charge "
                    f"({left})",
                    param="amount",
                )
            if reason not in _REASONS:
                raise ApiError(f"Invalid reason: {reason}", param="reason")
            refund = store.put(
                "refund",
                objects.refund(
                    reference=store.new_id("re"),
                    charge=charge,
                    amount=amount,
                    status=status,
                    metadata=metadata or {},
                    reason=reason,
                    created=self.now(),
                ),
            )
            self.emit("refund.created", refund)
            if status == "succeeded":
                self._book(charge, amount)
            return refund

    def refund(
        self,
        reference: str,
        *,
        line: str | None = None,
        quantity: int | None = None,
        units: tuple[str, ...] = (),
        amount: int | None = None,
        says_what_for: bool = True,
        status: str = "succeeded",
    ) -> Obj:
        """
        Refund a session: some units of a line, an amount, or without either all that is left.

        It carries our metadata, as a refund made in the console does, unless told otherwise: then
        it is one that somebody in finance made in Stripe's dashboard.
        """
        with self.changing():
            payment = self.store.get("session", reference)["payment_intent"]
            metadata = {}
            if line is not None:
                count = 1 if quantity is None else quantity
                metadata = {"cf_line": line, "cf_quantity": str(count)}
                amount = self.price_of(reference, line, count) if amount is None else amount
            if units:
                metadata["cf_units"] = ",".join(units)
            return self.create_refund(
                payment or "",
                amount=amount,
                metadata=metadata if says_what_for else {},
                reason="requested_by_customer",
                status=status,
            )

    def price_of(self, reference: str, line: str, quantity: int) -> int:
        """Give what so many units of a line cost in the end."""
        for item in self.store.items[reference]:
            if item["id"] == line:
                return int(item["amount_total"] * quantity // item["quantity"])
        raise ApiError(f"No such line: '{line}'", param="line")

    def refundable(self, payment: str) -> int:
        """Give what is left of a payment."""
        charge = self._paid_charge(payment)
        gone = sum(
            int(one["amount"])
            for one in self.store.newest_first("refund")
            if one["payment_intent"] == payment and one["status"] in _GONE
        )
        return max(int(charge["amount"]) - gone, 0)

    def settle_refund(self, reference: str) -> Obj:
        """Let a refund that was pending arrive."""
        with self.changing() as store:
            refund = store.get("refund", reference)
            if refund["status"] != "pending":
                raise ApiError("This refund is not pending")
            refund["status"] = "succeeded"
            self.emit("refund.updated", refund, previous={"status": "pending"})
            self._book(store.get("charge", refund["charge"]), refund["amount"])
            return refund

    def fail_refund(self, reference: str) -> Obj:
        """Let a refund come back, which happens even to one that had succeeded."""
        with self.changing() as store:
            refund = store.get("refund", reference)
            before = refund["status"]
            if before not in _GONE:
                raise ApiError(f"This refund is {before} already")
            refund |= {"status": "failed", "failure_reason": "expired_or_canceled_card"}
            if before == "succeeded":
                charge = store.get("charge", refund["charge"])
                charge["amount_refunded"] -= refund["amount"]
                charge["refunded"] = False
            self.emit("refund.updated", refund, previous={"status": before})
            self.emit("refund.failed", refund)
            return refund

    def dispute(
        self,
        reference: str,
        *,
        amount: int | None = None,
        reason: str = "product_not_received",
        inquiry: bool = False,
    ) -> Obj:
        """Let the buyer's bank take the money back, or only ask about it."""
        with self.changing() as store:
            charge = self._paid_charge(store.get("session", reference)["payment_intent"] or "")
            dispute = store.put(
                "dispute",
                objects.dispute(
                    reference=store.new_id("du"),
                    charge=charge,
                    amount=charge["amount"] if amount is None else amount,
                    status="warning_needs_response" if inquiry else "needs_response",
                    reason=reason,
                    created=self.now(),
                ),
            )
            charge["disputed"] = True
            self.emit("charge.dispute.created", dispute)
            if not inquiry:
                self.emit("charge.dispute.funds_withdrawn", dispute)
            return dispute

    def close_dispute(self, reference: str, *, won: bool) -> Obj:
        """Decide a dispute; an inquiry is closed, whoever was right."""
        with self.changing() as store:
            dispute = store.get("dispute", reference)
            before = dispute["status"]
            if before in ("won", "lost", "warning_closed"):
                raise ApiError(f"This dispute is {before} already")
            inquiry = before.startswith("warning")
            dispute["status"] = "warning_closed" if inquiry else ("won" if won else "lost")
            self.emit("charge.dispute.closed", dispute, previous={"status": before})
            if won and not inquiry:
                self.emit("charge.dispute.funds_reinstated", dispute)
            return dispute

    def _paid_charge(self, payment: str) -> Obj:
        intent = self.store.get("payment_intent", payment)
        charge = self._charge_of(intent)
        if charge["status"] != "succeeded":
            raise ApiError("This PaymentIntent does not have a successful charge to refund.")
        return charge

    def _book(self, charge: Obj, amount: int) -> None:
        before = charge["amount_refunded"]
        charge["amount_refunded"] = before + amount
        charge["refunded"] = charge["amount_refunded"] >= charge["amount"]
        self.emit("charge.refunded", charge, previous={"amount_refunded": before})
