"""The simulated Shopify behind a port."""

from counterfoil_sim.responses import Request, Response
from counterfoil_sim.serving import Server
from counterfoil_sim.shopify.admin_api import AdminApi
from counterfoil_sim.shopify.site import Site
from counterfoil_sim.shopify.webhooks import Webhooks


class ShopifyServer(Server):
    """Serves the Admin API under its own address and the pages for people under everything else."""

    def __init__(
        self,
        webhooks: Webhooks,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        public_url: str | None = None,
        mailbox: str | None = None,
    ) -> None:
        """Take the port; nothing is answered before ``start`` or ``serve_forever``."""
        super().__init__(host=host, port=port, public_url=public_url)
        self.webhooks = webhooks
        self.shop = webhooks.shop
        self.shop.base_url = self.url
        self.api = AdminApi(self.shop)
        self.site = Site(webhooks, self.api, url=self.url, mailbox=mailbox)

    def respond(self, request: Request) -> Response:
        """Answer one request."""
        if request.path.startswith("/admin/api/"):
            return self.api.respond(request)
        return self.site.respond(request)
