"""The simulated Stripe behind a port."""

from pathlib import Path

from counterfoil_sim import api, site
from counterfoil_sim.bouncing import Provider
from counterfoil_sim.deliveries import Deliveries
from counterfoil_sim.responses import Request, Response
from counterfoil_sim.serving import Server


class SimulatorServer(Server):
    """Serves the API under ``/v1`` and the pages for people under everything else."""

    def __init__(
        self,
        deliveries: Deliveries,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        public_url: str | None = None,
        mail: Path | None = None,
        provider: Provider | None = None,
    ) -> None:
        """Take the port; nothing is answered before ``start`` or ``serve_forever``."""
        super().__init__(host=host, port=port, public_url=public_url)
        self.deliveries = deliveries
        self.site = site.Site(deliveries, url=self.url, mail=mail, provider=provider)
        deliveries.simulator.base_url = self.url

    def respond(self, request: Request) -> Response:
        """Answer one request."""
        if request.path.startswith("/v1/"):
            return api.respond(self.deliveries.simulator, request)
        return self.site.respond(request)
