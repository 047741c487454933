"""The demo's world, as whoever breaks something needs it: shops, customers, a registry."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import httpx

from counterfoil.intake.converging import ask, converge_order
from counterfoil.intake.telling import tell_purchase
from counterfoil.models import (
    Account,
    Code,
    CodeState,
    Connection,
    Contact,
    Entitlement,
    Product,
    Purchase,
)
from counterfoil.operations._people import account_of, person_for
from counterfoil.operations.redeem import redeem
from counterfoil.rules.declared import DeclaredLine, DeclaredOrderBody
from counterfoil.rules.orders import OrderState
from counterfoil.rules.people import Actor, ActorKind, Assignee, Origin
from counterfoil.testing.shop_onboarding import finish

MARKET = Actor(kind=ActorKind.CHANNEL, id="market", display="A marketplace")
SECONDS = 10.0


class NotNow(Exception):
    """It cannot be broken just now; the message says why, and what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mishap:
    """
    Something that goes wrong.

    ``says`` is what happens, for whoever presses the button; ``make`` lets it happen, and gives
    the order or entitlement it is about. Where the cause stays, ``again`` says what it takes, and
    ``mend`` is whoever sees to it over there: the case is still for the support to settle.
    """

    kind: str
    says: str
    make: Callable[["World"], str]
    again: str = ""
    mend: Callable[["World"], None] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """Where the simulators are, and what time it is."""

    at: datetime
    shopify_url: str
    stripe_url: str
    site_url: str

    @property
    def market(self) -> Connection:
        """Give the connection of the marketplace, which tells us of its orders."""
        return Connection.objects.get(slug="market")

    @property
    def shopify(self) -> Connection:
        """Give the connection to the simulated Shopify."""
        return Connection.objects.get(channel="shopify")

    def buy(self, sku: str, quantity: int, *, mail: str = "buyer@example.com") -> Purchase:
        """Buy something at the simulated Shopify, and look at the order as a message would."""
        answer = self.press(self.shopify_url, "/buy", self._cart(sku, quantity, mail))
        order = answer.rsplit("/", 1)[-1]
        found = converge_order(connection=self.shopify, pointer=order)
        if found.purchase is None:
            raise NotNow("The shop at Shopify did not sell it. Is its app still installed?")
        return found.purchase

    def act(self, purchase: Purchase, act: str, **form: str) -> None:
        """Press a button at the order, as the shop's staff, and look at it again."""
        of = purchase.external_reference.rsplit("/", 1)[-1]
        self.press(self.shopify_url, "/act", {"act": act, "of": of, **form})
        converge_order(connection=self.shopify, pointer=purchase.external_reference)

    def press(self, base: str, path: str, form: dict[str, str]) -> str:
        """
        Post a form to a simulator, and give where it leads.

        :raises NotNow: if it does not answer, or refuses.
        """
        answer = _asked("POST", base, path, form)
        if answer.status_code != httpx.codes.SEE_OTHER:
            raise NotNow(f"The simulator at {base} did not do it: is what it needs still there?")
        return answer.headers["Location"]

    def read(self, base: str, path: str) -> str:
        """
        Read a page of a simulator.

        :raises NotNow: if it does not answer.
        """
        return _asked("GET", base, path).text

    def tell(self, sku: str, quantity: int = 1, *, mail: str = "buyer@example.com") -> Purchase:
        """Let the marketplace tell us of an order."""
        return self.told(self.order(sku, quantity, mail=mail))

    def told(self, order: DeclaredOrderBody, *, through: Connection | None = None) -> Purchase:
        """Let somebody tell us of an order, and give the purchase it is."""
        connection = through or self.market
        tell_purchase(connection=connection, order=order, by=MARKET)
        converge_order(connection=connection, pointer=order.reference)
        return Purchase.objects.get(connection=connection, external_reference=order.reference)

    def order(
        self, sku: str, quantity: int = 1, *, mail: str = "buyer@example.com"
    ) -> DeclaredOrderBody:
        """Make up an order of the marketplace."""
        product = Product.objects.filter(sku=sku).first()
        line = DeclaredLine(
            reference="1",
            sku=sku,
            quantity=quantity,
            unit_amount=product.unit_amount if product else 1_500,
            description=product.name if product else "A rope leash",
        )
        return DeclaredOrderBody(
            reference=f"M-{uuid4().hex[:8].upper()}",
            currency="USD",
            lines=(line,),
            buyer_mail=mail,
            buyer_name="Bea Buyer",
            is_test=True,
        )

    def state(self, connection: Connection, reference: str) -> OrderState:
        """Ask a channel how an order stands."""
        found = ask(connection=connection, pointer=reference)
        if found is None:
            raise NotNow("The channel does not know the order.")
        return found

    def account(self, mail: str) -> Account:
        """Give the account of whoever reads an address."""
        return account_of(person_for(Contact(mail=mail), at=self.at), at=self.at)

    def use(self, purchase: Purchase, *, mail: str = "holder@example.com") -> Entitlement:
        """Let somebody use the first code of a purchase that nobody has used."""
        unit = purchase.entitlements.filter(state="issued").order_by("ordinal").first()
        if unit is None:
            raise NotNow("Nothing was issued for the order.")
        holder = Assignee(account_id=self.account(mail).pk)
        themselves = Actor(kind=ActorKind.CUSTOMER, id=str(holder.account_id))
        redeem(
            code=self.code(unit),
            to=holder,
            by=themselves,
            at=self.at,
            origin=Origin(surface="page", account_id=holder.account_id),
        )
        return unit

    def use_fully(self, purchase: Purchase, *, mail: str = "holder@example.com") -> Entitlement:
        """Let somebody use a code and answer everything that is asked for it."""
        unit = self.use(purchase, mail=mail)
        holder = Actor(kind=ActorKind.CUSTOMER, id=str(self.account(mail).pk))
        finish(Entitlement.objects.get(pk=unit.pk), by=holder, at=self.at)
        return unit

    def code(self, unit: Entitlement) -> str:
        """Open the code of an entitlement."""
        return Code.objects.get(entitlement=unit, state=CodeState.LIVE).opened()

    def _cart(self, sku: str, quantity: int, mail: str) -> dict[str, str]:
        return {"act": "pay", "email": mail, "name": "Bea Buyer", **self._wanted(sku, quantity)}

    def _wanted(self, sku: str, quantity: int) -> dict[str, str]:
        """Name what is wanted as the shop's own form does."""
        page = self.read(self.shopify_url, "/")
        wares = page.split('class="card ware"')[1:]
        title = _title_of(sku)
        for ware in wares:
            if f">{title}<" in ware:
                name = ware.split('type="number" name="', 1)[1].split('"', 1)[0]
                return {name: str(quantity)}
        raise NotNow("The shop at Shopify does not sell it. Start the demo with --reset.")


def _asked(method: str, base: str, path: str, form: dict[str, str] | None = None) -> httpx.Response:
    try:
        return httpx.request(method, f"{base}{path}", data=form, timeout=SECONDS)
    except httpx.HTTPError as error:
        raise NotNow(f"The simulator at {base} does not answer.") from error


def _title_of(sku: str) -> str:
    product = Product.objects.filter(sku=sku).first()
    return product.name if product else "Rope leash"
