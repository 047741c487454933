"""The pages for people."""

from pathlib import Path

from counterfoil_sim.deliveries import Deliveries
from counterfoil_sim.responses import Request, Response


class Site:
    """Everything a person sees of the simulator."""

    def __init__(self, deliveries: Deliveries, *, url: str, mail: Path | None) -> None:
        """Remember what the pages show."""
        self.deliveries = deliveries
        self.url = url
        self.mail = mail

    def respond(self, request: Request) -> Response:
        """Answer one request."""
        return Response(status=404)
