"""The pages for people, by address. Looking changes nothing; only buttons do."""

import re
from html import escape
from importlib.resources import files

from counterfoil_sim import delivery_page, forms
from counterfoil_sim.errors import Refused
from counterfoil_sim.markup import POLICY
from counterfoil_sim.responses import Request, Response, as_html, see_other
from counterfoil_sim.serving import Doorkeeper
from counterfoil_sim.shopify import app_page, buttons, orders_page, storefront
from counterfoil_sim.shopify.admin_api import AdminApi
from counterfoil_sim.shopify.frame import frame_of
from counterfoil_sim.shopify.webhooks import Webhooks

_ORDER = re.compile(r"/(orders|thanks)/([0-9]{1,20})\Z")


class Site:
    """Everything a person sees of the simulated shop, as a buyer and as staff."""

    def __init__(
        self, webhooks: Webhooks, api: AdminApi, *, url: str, mailbox: str | None = None
    ) -> None:
        """Remember what the pages show, and under which names."""
        self.webhooks = webhooks
        self.api = api
        self.frame = frame_of(mailbox)
        self._doorkeeper = Doorkeeper(url)
        self._style = files("counterfoil_sim").joinpath("static/sim.css").read_bytes()

    def respond(self, request: Request) -> Response:
        """Answer one request."""
        try:
            self._doorkeeper.check(request)
            if request.method == "POST":
                return self._act(request)
            with self.webhooks.shop.lock:
                return self._show(request)
        except Refused as error:
            return self._wrong(str(error), status=error.status)

    def _show(self, request: Request) -> Response:
        shop, frame = self.webhooks.shop, self.frame
        if found := _ORDER.match(request.path):
            if found.group(1) == "thanks":
                return storefront.thanks(shop, found.group(2), frame=frame)
            return orders_page.show(self.webhooks, found.group(2), frame=frame)
        match request.path:
            case "/":
                return storefront.show(shop, frame=frame)
            case "/orders":
                return orders_page.listing(self.webhooks, frame=frame)
            case "/app":
                return app_page.show(self.api, frame=frame)
            case "/deliveries":
                return delivery_page.show(self.webhooks, frame=frame)
            case "/sim.css":
                headers = {"Content-Type": "text/css", "Cache-Control": "max-age=60"}
                return Response(headers=headers, body=self._style)
            case _:
                return self._wrong("There is no such page.", status=404)

    def _act(self, request: Request) -> Response:
        form = forms.parse(request.body)
        shop = self.webhooks.shop
        if request.path == "/buy":
            try:
                return see_other(f"/thanks/{storefront.buy(shop, form)['id']}")
            except Refused as error:
                return storefront.show(shop, frame=self.frame, form=form, problem=str(error))
        if request.path != "/act":
            return self._wrong("There is no such page.", status=404)
        try:
            return see_other(buttons.perform(self.webhooks, self.api, form))
        except Refused as error:
            return self._again(form, error)

    def _again(self, form: buttons.Form, error: Refused) -> Response:
        """Show the page of the button again, and why it did nothing."""
        problem, status, of = str(error), error.status, str(form.get("of", ""))
        if buttons.concerns_app(str(form.get("act", ""))):
            return app_page.show(self.api, frame=self.frame, problem=problem, status=status)
        if of in self.webhooks.shop.store.orders:
            return orders_page.show(
                self.webhooks, of, frame=self.frame, problem=problem, status=status
            )
        raise error

    def _wrong(self, message: str, *, status: int) -> Response:
        body = self.frame.page("Not possible", f"<p>{escape(message)}</p>", narrow=True)
        return as_html(body, status=status, policy=POLICY)
