"""The simulated WooCommerce site behind a port: its API, and the pages of its staff."""

from collections.abc import Callable
from html import escape
from importlib.resources import files
from typing import Any

from counterfoil_sim import delivery_page, forms, woocommerce_pages, woocommerce_rest
from counterfoil_sim.errors import Refused
from counterfoil_sim.markup import POLICY
from counterfoil_sim.responses import Request, Response, as_html, see_other
from counterfoil_sim.serving import Doorkeeper, Server
from counterfoil_sim.woocommerce_deliveries import WooDeliveries
from counterfoil_sim.woocommerce_gate import TROUBLES
from counterfoil_sim.woocommerce_world import WooCommerceSite

Form = dict[str, Any]

_GIFT = ("cf_recipient_email", "cf_gift_message")


class WooCommerceServer(Server):
    """Serves ``/wp-json/wc/v3`` and the pages for people under everything else."""

    def __init__(
        self,
        deliveries: WooDeliveries,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        public_url: str | None = None,
    ) -> None:
        """Take the port; nothing is answered before ``start`` or ``serve_forever``."""
        super().__init__(host=host, port=port, public_url=public_url)
        self.deliveries = deliveries
        self.site = deliveries.site
        self.site.base_url = self.url
        self._doorkeeper = Doorkeeper(self.url)
        self._style = files("counterfoil_sim").joinpath("static/sim.css").read_bytes()

    def respond(self, request: Request) -> Response:
        """Answer one request."""
        if request.path.startswith(woocommerce_rest.ROOT):
            return woocommerce_rest.respond(self.site, request)
        try:
            self._doorkeeper.check(request)
            if request.method == "POST":
                return self._act(request)
            with self.site.lock:
                return self._show(request)
        except Refused as refused:
            page = woocommerce_pages.FRAME.page("Not possible", f"<p>{escape(str(refused))}</p>")
            return as_html(page, status=refused.status, policy=POLICY)

    def _show(self, request: Request) -> Response:
        match request.path:
            case "/":
                opened = str(forms.parse(request.query).get("open", ""))
                return woocommerce_pages.orders(self.deliveries, opened=opened)
            case "/deliveries":
                return delivery_page.show(self.deliveries, frame=woocommerce_pages.FRAME)
            case "/webhooks":
                return woocommerce_pages.webhooks(self.site)
            case "/sim.css":
                headers = {"Content-Type": "text/css", "Cache-Control": "max-age=60"}
                return Response(headers=headers, body=self._style)
            case _:
                raise Refused("There is no such page.", status=404)

    def _act(self, request: Request) -> Response:
        if request.path != "/act":
            raise Refused("There is no such page.", status=404)
        form = forms.parse(request.body)
        try:
            return see_other(perform(self.deliveries, form))
        except (Refused, ArithmeticError, ValueError) as refused:
            said = str(refused) if isinstance(refused, Refused) else "That is not a number."
            opened = str(form.get("of", ""))
            return woocommerce_pages.orders(self.deliveries, opened=opened, problem=said)


def perform(deliveries: WooDeliveries, form: Form) -> str:
    """
    Do what a button says, and give the address of the page that shows it.

    :raises Refused: if it cannot be done.
    """
    act, of = str(form.get("act", "")), str(form.get("of", ""))
    site = deliveries.site
    match act:
        case "faults":
            deliveries.switch(**{name: name in form for name, _ in deliveries.faults.words()})
            return "/deliveries"
        case "deliver":
            deliveries.deliver_now()
            return "/deliveries"
        case "redeliver":
            deliveries.redeliver(of)
            return "/deliveries"
        case "trouble":
            wanted = str(form.get("trouble", ""))
            site.trouble = wanted if wanted in TROUBLES else ""
            return "/webhooks"
        case "switch_webhook":
            return _switch(site, of)
        case "place":
            placed = _place(site, form)
            return f"/?open={placed}#order-{placed}"
        case _ if act in _ON_ORDERS:
            _ON_ORDERS[act](site, site.order(of)["id"], form)
            return f"/?open={of}#order-{of}"
        case _:
            raise Refused("There is no such button.")


def _switch(site: WooCommerceSite, of: str) -> str:
    hook = site.store.webhooks.get(of)
    if hook is None:
        raise Refused("There is no such webhook.", status=404)
    with site.changing():
        hook["status"] = "disabled" if hook["status"] == "active" else "active"
        hook["failures"] = 0
    return "/webhooks"


def _place(site: WooCommerceSite, form: Form) -> int:
    items = [
        {**product, "quantity": quantity}
        for number, product in enumerate(woocommerce_pages.PRODUCTS)
        if (quantity := forms.integer(form, f"product_{number}") or 0) > 0
    ]
    if not items:
        raise Refused("At least one thing must be ordered.")
    meta = {key: form[key] for key in _GIFT if form.get(key)}
    return int(site.place(items, email=str(form.get("email", "")), meta=meta)["id"])


def _units(form: Form, name: str) -> int:
    number = forms.integer(form, name)
    if number is None or not 0 <= number <= 100_000:
        raise Refused("So many cannot be meant.")
    return number


_ON_ORDERS: dict[str, Callable[[WooCommerceSite, int, Form], object]] = {
    "pay": lambda site, of, _: site.pay(of),
    "hold": lambda site, of, _: site.set_status(of, "on-hold"),
    "complete": lambda site, of, _: site.set_status(of, "completed"),
    "cancel": lambda site, of, _: site.cancel(of),
    "trash": lambda site, of, _: site.trash(of),
    "restore": lambda site, of, _: site.restore(of),
    "edit": lambda site, of, form: site.edit(
        of, item=_units(form, "item"), quantity=_units(form, "quantity")
    ),
    "refund": lambda site, of, form: site.refund(
        of, quantities={_units(form, "item"): _units(form, "quantity")}
    ),
    "refund_amount": lambda site, of, form: site.refund(of, amount=str(form.get("amount", ""))),
}
