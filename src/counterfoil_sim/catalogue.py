"""Products and prices."""

from typing import Any

from counterfoil_sim import forms, objects
from counterfoil_sim.core import Core
from counterfoil_sim.errors import ApiError, unknown_parameter
from counterfoil_sim.store import Obj

_PRICE_PARAMS = {
    "active",
    "currency",
    "expand",
    "lookup_key",
    "metadata",
    "nickname",
    "product",
    "product_data",
    "unit_amount",
}


class Catalogue(Core):
    """What the simulated shop has registered with Stripe."""

    def add_product(
        self, name: str, *, metadata: Obj | None = None, reference: str | None = None
    ) -> Obj:
        """Register a product."""
        with self.changing() as store:
            return store.put(
                "product",
                objects.product(
                    reference=reference or store.new_id("prod"),
                    name=name,
                    metadata=metadata or {},
                    created=self.now(),
                ),
            )

    def add_price(
        self,
        product: str,
        *,
        unit_amount: int,
        currency: str,
        lookup_key: str | None = None,
        metadata: Obj | None = None,
        reference: str | None = None,
    ) -> Obj:
        """Register a price of a product."""
        with self.changing() as store:
            store.get("product", product)
            return store.put(
                "price",
                objects.price(
                    reference=reference or store.new_id("price"),
                    currency=currency.lower(),
                    unit_amount=unit_amount,
                    product=product,
                    created=self.now(),
                    lookup_key=lookup_key,
                    metadata=metadata or {},
                ),
            )

    def create_price(self, params: dict[str, Any]) -> Obj:
        """
        Register a price as the API is asked to, with a new product if it comes with one.

        :raises ApiError: if something is missing or wrong.
        """
        for name in params:
            if name not in _PRICE_PARAMS:
                raise unknown_parameter(name)
        amount = forms.integer(params, "unit_amount")
        currency = str(params.get("currency", "")).lower()
        if amount is None or amount < 0:
            raise ApiError("This value must be 0 or more", param="unit_amount")
        if len(currency) != 3 or not currency.isalpha():
            raise ApiError(f"Invalid currency: {currency}", param="currency")
        return self.add_price(
            self._product(params),
            unit_amount=amount,
            currency=currency,
            lookup_key=params.get("lookup_key"),
            metadata=forms.metadata(params),
        )

    def _product(self, params: dict[str, Any]) -> str:
        if given := params.get("product"):
            return str(given)
        details = params.get("product_data")
        if not isinstance(details, dict) or not details.get("name"):
            raise ApiError(
                "One of product or product_data[name] is required",
                code="parameter_missing",
                param="product",
            )
        made = self.add_product(details["name"], metadata=forms.metadata(details))
        return str(made["id"])
