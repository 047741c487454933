"""Checkout sessions: opened, paid now or days later, failed, expired."""

from typing import Any

from counterfoil_sim import forms, objects
from counterfoil_sim.catalogue import Catalogue
from counterfoil_sim.errors import ApiError, unknown_parameter
from counterfoil_sim.store import Obj

_PASSED_ON = ("cancel_url", "client_reference_id", "customer_email", "locale", "success_url")
_ACCEPTED = {
    *_PASSED_ON,
    "allow_promotion_codes",
    "expand",
    "expires_at",
    "line_items",
    "metadata",
    "mode",
    "payment_intent_data",
    "submit_type",
    "ui_mode",
}
_LINE_PARAMS = {"adjustable_quantity", "metadata", "price", "price_data", "quantity"}


class Checkout(Catalogue):
    """What happens on Stripe's side between a cart and its payment."""

    def create_session(self, params: dict[str, Any]) -> Obj:
        """
        Open a session as the API is asked to.

        :raises ApiError: if Stripe would refuse the parameters, or they are not simulated.
        """
        for name in params:
            if name not in _ACCEPTED:
                raise unknown_parameter(name)
        if params.get("mode") not in ("payment", "subscription"):
            raise ApiError("Invalid mode: must be payment or subscription", param="mode")
        if not params.get("success_url"):
            raise ApiError(
                "Missing required param: success_url",
                code="parameter_missing",
                param="success_url",
            )
        with self.changing() as store:
            items = self._items(params.get("line_items"))
            reference = store.new_id("cs_test")
            created = self.now()
            session = objects.session(
                reference=reference,
                mode=params["mode"],
                currency=items[0]["currency"],
                subtotal=sum(item["amount_subtotal"] for item in items),
                created=created,
                url=f"{self.base_url}/pay/{reference}",
                metadata=forms.metadata(params),
                expires_at=self._expiry(params, created),
                **{name: params[name] for name in _PASSED_ON if name in params},
            )
            about_payment = params.get("payment_intent_data") or {}
            store.payment_metadata[reference] = forms.metadata(about_payment)
            store.items[reference] = items
            return store.put("session", session)

    def pay(
        self,
        reference: str,
        *,
        email: str | None = "buyer@example.com",
        name: str = "Sim Buyer",
        percent_off: int = 0,
    ) -> Obj:
        """Pay an open session at once; with 100 percent off there is nothing to pay."""
        with self.changing():
            session = self._complete(reference, email, name, percent_off)
            if session["amount_total"] == 0:
                session["payment_status"] = "no_payment_required"
            else:
                session["payment_status"] = "paid"
                payment = self._begin_payment(session, "succeeded")
                self.emit("charge.succeeded", self._charge_of(payment))
                self.emit("payment_intent.succeeded", payment)
            self.emit("checkout.session.completed", session)
            return session

    def pay_later(
        self,
        reference: str,
        *,
        email: str | None = "buyer@example.com",
        name: str = "Sim Buyer",
    ) -> Obj:
        """Complete an open session with a method that takes days, such as a bank debit."""
        with self.changing():
            session = self._complete(reference, email, name, 0)
            self.emit("payment_intent.processing", self._begin_payment(session, "processing"))
            self.emit("checkout.session.completed", session)
            return session

    def fail_later(
        self,
        reference: str,
        *,
        email: str | None = "buyer@example.com",
        name: str = "Sim Buyer",
    ) -> Obj:
        """Complete an open session with a method that takes days, and will then fail."""
        with self.changing() as store:
            session = self.pay_later(reference, email=email, name=name)
            store.will_fail[reference] = True
            return session

    def settle(self, reference: str) -> Obj:
        """Let the days pass: the payment arrives, unless it was made to fail."""
        if self.store.will_fail.get(reference):
            return self.fail(reference)
        return self.succeed(reference)

    def succeed(self, reference: str) -> Obj:
        """Let the days pass: the payment arrives."""
        with self.changing():
            session, payment, charge = self._awaited(reference)
            amount = payment["amount"]
            payment |= {"status": "succeeded", "amount_received": amount}
            charge |= {
                "status": "succeeded",
                "paid": True,
                "captured": True,
                "amount_captured": amount,
            }
            session["payment_status"] = "paid"
            self.emit("charge.succeeded", charge)
            self.emit("payment_intent.succeeded", payment)
            self.emit("checkout.session.async_payment_succeeded", session)
            return session

    def fail(self, reference: str) -> Obj:
        """Let the days pass: the payment does not arrive."""
        with self.changing():
            session, payment, charge = self._awaited(reference)
            payment["status"] = "requires_payment_method"
            charge["status"] = "failed"
            self.emit("charge.failed", charge)
            self.emit("payment_intent.payment_failed", payment)
            self.emit("checkout.session.async_payment_failed", session)
            return session

    def abandon(self, reference: str) -> Obj:
        """Walk away: nothing happens, until the session expires."""
        return self.store.get("session", reference)

    def expire(self, reference: str) -> Obj:
        """Close an open session for good."""
        with self.changing():
            session = self._open(reference)
            session |= {"status": "expired", "url": None}
            self.emit("checkout.session.expired", session)
            return session

    def _open(self, reference: str) -> Obj:
        session = self.store.get("session", reference)
        if session["status"] != "open":
            raise ApiError(f"This session is {session['status']}, not open")
        return session

    def _complete(self, reference: str, email: str | None, name: str, percent_off: int) -> Obj:
        session = self._open(reference)
        discount = 0
        for item in self.store.items[reference]:
            item["amount_discount"] = item["amount_subtotal"] * percent_off // 100
            item["amount_total"] = item["amount_subtotal"] - item["amount_discount"]
            discount += item["amount_discount"]
        session["total_details"]["amount_discount"] = discount
        session |= {
            "amount_total": session["amount_subtotal"] - discount,
            "customer_details": {"email": email, "name": name, "phone": None, "address": None},
            "status": "complete",
            "url": None,
        }
        return session

    def _begin_payment(self, session: Obj, status: str) -> Obj:
        payment = objects.payment_intent(
            reference=self.store.new_id("pi"),
            amount=session["amount_total"],
            currency=session["currency"],
            status=status,
            metadata=dict(self.store.payment_metadata.get(session["id"], {})),
            created=self.now(),
        )
        charge = objects.charge(
            reference=self.store.new_id("ch"),
            payment=payment,
            status="succeeded" if status == "succeeded" else "pending",
            created=self.now(),
        )
        payment["latest_charge"] = charge["id"]
        session["payment_intent"] = payment["id"]
        self.store.put("charge", charge)
        return self.store.put("payment_intent", payment)

    def _charge_of(self, payment: Obj) -> Obj:
        return self.store.get("charge", payment["latest_charge"])

    def _awaited(self, reference: str) -> tuple[Obj, Obj, Obj]:
        session = self.store.get("session", reference)
        payment = self.store.find(session["payment_intent"] or "")
        if payment is None or payment["status"] != "processing":
            raise ApiError("No payment is awaited for this session")
        return session, payment, self._charge_of(payment)

    def _items(self, lines: Any) -> list[Obj]:
        if not isinstance(lines, list) or not 1 <= len(lines) <= 100:
            raise ApiError("Between 1 and 100 line_items are required", param="line_items")
        items = [self._item(line) for line in lines]
        if len({item["currency"] for item in items}) > 1:
            raise ApiError("All line items must have the same currency", param="line_items")
        return items

    def _item(self, line: Any) -> Obj:
        if not isinstance(line, dict) or not set(line) <= _LINE_PARAMS:
            raise unknown_parameter("line_items")
        quantity = forms.integer(line, "quantity")
        if quantity is None or not 1 <= quantity <= 999_999:
            raise ApiError("This value must be 1 or more", param="line_items[quantity]")
        if "price" in line:
            price = self.store.get("price", line["price"])
        else:
            price = self.create_price(line.get("price_data") or {}) | {"active": False}
        name = self.store.get("product", price["product"])["name"]
        return objects.item(
            reference=self.store.new_id("li"),
            price=price,
            name=name,
            quantity=quantity,
            metadata=forms.metadata(line),
        )

    def _expiry(self, params: dict[str, Any], created: int) -> int:
        at = forms.integer(params, "expires_at") or created + 86400
        if not created + 1800 <= at <= created + 86400:
            raise ApiError("expires_at must be 30 minutes to 24 hours away", param="expires_at")
        return at
